"""What is in the catalog, what each stage has left, and what to run next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.reports import FILE_REPORTS, file_reports

_MANY = 20_000  # with more photos than this, select first: then only what it chose is measured


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what there is of it, and what it has left (0: nothing)."""

    name: str
    done: str
    left: int


@dataclass(frozen=True, slots=True)
class Status:
    """The stages in order, and the command to run next with the reason."""

    stages: tuple[Stage, ...]
    runs: tuple[dict[str, Any], ...]
    counts: dict[str, int]
    next: str
    why: str


def listed(catalog: Catalog, name: str) -> Iterator[dict[str, Any]]:
    """Yield every row behind one number; raise ChoiceError for a name that is none of theirs."""
    if name not in FILE_REPORTS:
        raise ChoiceError(f"there is no list {name!r}; there are: {', '.join(FILE_REPORTS)}")
    report = next(one for one in file_reports() if one.name == name)
    return (dict(row) for row in catalog.ask(report.sql))


def status(catalog: Catalog) -> Status:
    """Look at the whole catalog; nothing is changed."""
    row = catalog.one("status.counts")
    assert row is not None
    counts = dict(row)
    latest = catalog.one("status.latest_selection")
    selection = dict(latest) if latest else None
    stale = selection is not None and selection["basis"] != catalog.value("select.basis")
    command, why = _next(counts, selection, stale=stale)
    return Status(
        stages=tuple(_stages(counts, selection)),
        runs=tuple(dict(run) for run in catalog.rows("status.runs")),
        counts=counts,
        next=command,
        why=why,
    )


def _stages(counts: dict[str, int], selection: dict[str, Any] | None) -> list[Stage]:
    photos = f"{counts['photos']:,} photos, {counts['on_disk']:,} on disk"
    if counts["unreadable"]:
        photos += f", {counts['unreadable']:,} unreadable"
    results = (
        f"{counts['with_results']:,} with detector results, {counts['detections']:,} detections"
    )
    chosen = f"{counts['selections']:,} selections"
    if selection:
        chosen = f"{selection['name']}: {selection['num_candidates']:,} candidates"
    labels = f"{counts['labels']:,} scores in {counts['label_runs']:,} runs"
    if counts["failed_labels"]:
        labels += f", {counts['failed_labels']:,} failed"
    measured = f"{counts['measured']:,} measured, {counts['thumbnails']:,} thumbnails"
    return [
        Stage("ingest", photos, counts["half_read"]),
        Stage("", results, counts["photos"] - counts["with_results"]),
        Stage("sequence", f"{counts['sequences']:,} sequences", counts["pending_sequence"]),
        Stage("measure", measured, counts["pending_measure"]),
        Stage("select", chosen, 0),
        Stage("label", labels, counts["pending_label"]),
    ]


def _next(
    counts: dict[str, int], selection: dict[str, Any] | None, *, stale: bool
) -> tuple[str, str]:
    """Return the command that a newcomer should run now, and why: the first step that is open."""
    unlabeled = max(counts["pending_label"], selection["unlabeled"] if selection else 0)
    unmeasured = counts["pending_measure"]
    few = not counts["selections"] and 0 < unmeasured <= _MANY
    steps = [
        (
            counts["half_read"],
            "herocat ingest FILE",
            "a results file was broken off while it was read: ingest it again",
        ),
        (not counts["photos"], "herocat ingest PHOTOS detections.json", "the catalog is empty"),
        (
            not counts["with_results"],
            "herocat ingest detections.json",
            "no detector has looked at the photos yet",
        ),
        (
            not counts["on_disk"],
            "herocat ingest PHOTOS",
            "results are known, but none of their photos; without them only sequence and select work",
        ),
        (
            counts["pending_sequence"],
            "herocat sequence",
            f"{counts['pending_sequence']:,} photos are in no burst yet, or in one that has changed",
        ),
        (few, "herocat measure", f"{unmeasured:,} photos with animals are not measured"),
        (selection is None, "herocat select", "no candidates are chosen yet"),
        (stale, "herocat select", "the catalog has changed since the latest selection"),
        (
            unmeasured,
            "herocat measure",
            f"{unmeasured:,} candidates and frames of their bursts have no measurement or thumbnail",
        ),
        (unlabeled, "herocat label", f"{unlabeled:,} candidates have no score yet"),
    ]
    steps.append(
        (not counts["labels"], "herocat label --retry", "no photo has a score: every one failed")
    )
    for is_open, command, why in steps:
        if is_open:
            return command, why
    why = "everything is done: show it, or look with herocat browse"
    if counts["failed_labels"]:
        why += f"; {counts['failed_labels']:,} failed: herocat label --retry tries them again"
    return "herocat export html --out site", why
