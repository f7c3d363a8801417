"""Have photos rated: every photo that a run was asked for ends as a score, or as a failure's reason."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from herocat import naming, paths, times
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import ChoiceError, InputError
from herocat.formats import lists
from herocat.loaders import pixels
from herocat.pixels import Measurement, Subject
from herocat.ports import Labeler, RefusedError, Reply, Request
from herocat.progress import Progress
from herocat.records import Box

_COMMIT = 200  # labels per transaction; these cost nothing but time


@dataclass(frozen=True, slots=True)
class Labeled:
    """How far a run has come: what was done now, and what is done, failed and left in all."""

    run: str
    now: int
    asked: int
    labeled: int
    failed: int
    left: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    image: int
    reply: Reply | None
    error: str | None
    latency_ms: float


def label(
    catalog: Catalog,
    labeler: Labeler,
    *,
    run: str | None = None,
    selection: str | None = None,
    listed: Sequence[Path] = (),
    limit: int | None = None,
    retry: bool = False,
) -> Labeled:
    """Rate what a run has left: the candidates of a selection, or the photos that are listed.

    The same run goes on where it stopped; nothing is rated twice. ``retry`` rates again what has
    failed. Raises ChoiceError for a run that was made by another rater, or an unknown selection.
    """
    with catalog.only_one("label"):
        images = [_images(catalog, source) for source in listed]
        chosen = None if listed else _selection(catalog, selection)
        with catalog.writing():
            row = _open_run(catalog, labeler, run)
            if chosen is not None:
                catalog.run("label.target_selection", run=row["id"], selection=chosen)
            for image in dict.fromkeys(image for found in images for image in found):
                catalog.run("label.target_image", run=row["id"], image=image)
            if retry:
                catalog.run("label.forget_failures", run=row["id"])
            catalog.run("label.reopen", run=row["id"])
        _measure(catalog, row["id"])
        done = _work(catalog, labeler, row["id"], limit)
        with catalog.writing():
            catalog.run("label.close", run=row["id"], now=times.now())
    progress = catalog.one("label.progress", run=row["id"])
    assert progress is not None
    return Labeled(row["name"], done, *progress)


def _open_run(catalog: Catalog, labeler: Labeler, name: str | None) -> sqlite3.Row:
    """Find the run to go on with, or begin it."""
    identity = labeler.identity
    key = {
        "rater": identity.rater,
        "provider": identity.provider,
        "model": identity.model,
        "params": json.dumps(identity.params, sort_keys=True),
        "image_size": identity.image_size,
    }
    row = catalog.one("label.run", name=name) if name else catalog.one("label.runs_of", **key)
    if row is not None:
        if any(row[part] != value for part, value in key.items()):
            raise ChoiceError(
                f"the run {name!r} was made by {row['provider']} ({row['model']}) with other "
                "settings; scores of one run must be comparable: choose another --run"
            )
        return row
    if name is None:
        stem = identity.provider if identity.rater == "baseline" else identity.model
        name = naming.free_name(
            stem, {r["name"] for r in catalog.rows("label.names_like", name=stem)}
        )
    catalog.run("label.add_run", name=name, now=times.now(), **key)
    made = catalog.one("label.run", name=name)
    assert made is not None
    return made


def _selection(catalog: Catalog, name: str | None) -> int:
    row = catalog.one("select.by_name", name=name) if name else catalog.one("select.latest")
    if row is None:
        raise ChoiceError(
            f"there is no selection {name!r}" if name else "nothing is selected yet: herocat select"
        )
    return int(row["id"])


def _images(catalog: Catalog, source: Path) -> list[int]:
    """Return the photos of the catalog that a folder, a list or a single photo stands for."""
    if source.is_dir():
        collection, below = _inside(catalog, source.resolve(), source)
        prefix = f"{below}/" if below else ""
        return [
            row["id"]
            for row in catalog.rows("label.images_below", collection=collection, below=prefix)
        ]
    if not source.exists():
        raise ChoiceError(f"there is no folder or list {source}")
    found = []
    for name in lists.read(source):
        here = Path(name)
        place = here if here.exists() else source.parent / here
        collection, path = _inside(catalog, place.resolve(), place)
        image = catalog.value("label.image_by_path", collection=collection, path=path)
        if image is None:
            raise InputError(
                f"{source} names {name}, which the catalog does not know: ingest it first"
            )
        found.append(image)
    return found


def _inside(catalog: Catalog, place: Path, given: Path) -> tuple[int, str]:
    """Return the collection that a place lies in, and its path there."""
    for row in catalog.rows("ingest.collections"):
        root = catalog.placed(row["root"]).resolve()
        if place.is_relative_to(root):
            below = "" if place == root else paths.relative(str(place), root)
            return row["id"], below
    raise InputError(f"{given} is in no collection of the catalog; first: herocat ingest {given}")


def _measure(catalog: Catalog, run: int) -> None:
    """Read the pixels of what is left to rate, where nobody has yet."""
    catalog.run("measure.start_list")
    catalog.run("measure.list_targets", run=run)
    if catalog.value("measure.count_listed"):
        pixels.load(catalog)


def _work(catalog: Catalog, labeler: Labeler, run: int, limit: int | None) -> int:
    catalog.run("label.list_work", run=run, limit=-1 if limit is None else limit)
    done = 0
    with Progress("labeling") as progress:
        for outcomes in batches(_outcomes(catalog, labeler), _COMMIT):
            with catalog.writing():
                for outcome in outcomes:
                    _save(catalog, run, outcome)
            done += len(outcomes)
            progress.step(len(outcomes))
    return done


def _outcomes(catalog: Catalog, labeler: Labeler) -> Iterator[_Outcome]:
    after = 0
    while rows := list(catalog.rows("label.work", after=after, count=_COMMIT)):
        for row in rows:
            after = row["position"]
            start = time.perf_counter()
            try:
                reply, error = labeler.label(_request(catalog, row)), None
            except RefusedError as refused:
                reply, error = None, str(refused)
            latency = (time.perf_counter() - start) * 1000
            yield _Outcome(row["image_id"], reply, error, latency)


def _request(catalog: Catalog, row: sqlite3.Row) -> Request:
    """Gather what is known of a photo; raise RefusedError if its pixels are not."""
    if row["failure"] is not None:
        raise RefusedError(f"unreadable: {row['failure']}")
    if row["version"] is None:
        raise RefusedError("the photo is not on disk" if not row["on_disk"] else "not measured")
    boxes = catalog.rows("label.animals", image=row["image_id"])
    return Request(_measurement(row), tuple(Box(*box) for box in boxes))


def _measurement(row: sqlite3.Row) -> Measurement:
    subject = None
    if row["subject_width"] is not None:
        subject = Subject(
            width=row["subject_width"],
            height=row["subject_height"],
            brightness=row["subject_brightness"],
            contrast=row["subject_contrast"],
            clipped=row["subject_clipped"],
            sharpness=row["subject_sharpness"],
            background_sharpness=row["background_sharpness"],
            separation=row["separation"],
        )
    return Measurement(
        monochrome=bool(row["monochrome"]),
        brightness=row["brightness"],
        colourfulness=row["colourfulness"],
        content_top=row["content_top"],
        content_bottom=row["content_bottom"],
        subject=subject,
    )


def _save(catalog: Catalog, run: int, outcome: _Outcome) -> None:
    reply = outcome.reply
    label_id = catalog.value(
        "label.save",
        run=run,
        image=outcome.image,
        status="failed" if reply is None else "ok",
        score=reply and reply.score,
        reasoning=reply and reply.reasoning,
        error=outcome.error,
        latency_ms=outcome.latency_ms,
        now=times.now(),
    )
    if reply is not None:
        catalog.many(
            "label.save_subscore",
            [(label_id, s.name, s.value, s.weight, s.note) for s in reply.subscores],
        )
