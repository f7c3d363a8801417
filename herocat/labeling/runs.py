"""Label runs: found or begun, and what each was asked to label."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from herocat import naming, paths, times
from herocat.catalog import Catalog
from herocat.errors import CatalogError, ChoiceError, InputError
from herocat.formats import lists
from herocat.ports import Identity


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
    held: Mapping[str, int] = field(default_factory=dict)  # photos that may not be sent, by reason
    cost: float = 0.0  # of the run, in US dollars
    submitted: int = 0  # photos that were handed to jobs now
    in_jobs: int = 0  # photos of those left that jobs have in hand
    set_aside: float = 0.0  # the most that those jobs can cost


@dataclass(frozen=True, slots=True)
class Asked:
    """Which photos are wanted: those of a selection, or the ones listed."""

    selection: int | None
    images: tuple[int, ...]

    def first(
        self, catalog: Catalog, count: int | None, free: Callable[[int], bool] = lambda _: True
    ) -> "Asked":
        """Return the first few of them that are free to be sent, always the same; all for None."""
        if count is None:
            return self
        images: Iterable[int] = self.images
        if self.selection is not None:
            rows = catalog.rows("label.best_candidates", selection=self.selection)
            images = (row["image_id"] for row in rows)
        return Asked(None, tuple(islice(filter(free, images), count)))


def asked(catalog: Catalog, selection: str | None, listed: Sequence[Path]) -> Asked:
    """Find the photos that were asked for; raises ChoiceError or InputError for what is unknown."""
    images = tuple(dict.fromkeys(image for source in listed for image in _images(catalog, source)))
    return Asked(None if listed else _selection(catalog, selection), images)


def begin(
    catalog: Catalog,
    identity: Identity,
    name: str | None,
    wanted: Asked,
    *,
    prompt: int | None = None,
    retry: bool = False,
) -> sqlite3.Row:
    """Find the run to go on with, or begin it, and ask it for photos; inside a transaction."""
    row = open_run(catalog, identity, name, prompt)
    if wanted.selection is not None:
        catalog.run("label.target_selection", run=row["id"], selection=wanted.selection)
    for image in wanted.images:
        catalog.run("label.target_image", run=row["id"], image=image)
    if retry:
        catalog.run("label.retry_failures", run=row["id"], image=None, now=times.now())
    catalog.run("label.reopen", run=row["id"])
    return row


def open_run(
    catalog: Catalog,
    identity: Identity,
    name: str | None,
    prompt: int | None,
    *,
    suffix: str = "",
) -> sqlite3.Row:
    """Find the run of an identity, or add it, called after the model if nobody names it.

    Raises ChoiceError for a name that is of another run. Must be called inside a transaction.
    """
    row = find(catalog, identity, name, prompt)
    if row is not None:
        return row
    if name is None:
        own = identity.provider if identity.rater == "baseline" else identity.model
        stem = f"{own}{suffix}"
        taken = {r["name"] for r in catalog.rows("label.names_like", name=stem)}
        name = naming.free_name(stem, taken)
    catalog.run("label.add_run", name=name, now=times.now(), **_key(identity, prompt))
    made = catalog.one("label.run", name=name)
    assert made is not None
    return made


def find(
    catalog: Catalog, identity: Identity, name: str | None, prompt: int | None
) -> sqlite3.Row | None:
    """Find the run of an identity; raises ChoiceError for a name that is of another run."""
    key = _key(identity, prompt)
    row = catalog.one("label.run", name=name) if name else catalog.one("label.runs_of", **key)
    other = [part for part, value in key.items() if row[part] != value] if row else []
    if row is not None and other:
        raise ChoiceError(
            f"the run {name!r} was made by {row['provider']} ({row['model']}) with other "
            f"settings ({', '.join(_words(part) for part in other)}); scores of one run must "
            "be comparable: choose another --run"
        )
    return row


def _key(identity: Identity, prompt: int | None) -> dict[str, Any]:
    return {
        "rater": identity.rater,
        "provider": identity.provider,
        "model": identity.model,
        "params": json.dumps(identity.params, sort_keys=True),
        "image_size": identity.image_size,
        "prompt_id": prompt,
    }


def _words(part: str) -> str:
    return {"prompt_id": "prompt", "image_size": "image size", "params": "parameters"}.get(
        part, part
    )


def concluded(catalog: Catalog, run: int) -> int:
    """Return how many photos have a row in a run, a score or a failure."""
    progress = catalog.one("label.progress", run=run)
    assert progress is not None
    return int(progress["labeled"] + progress["failed"])


def finish(
    catalog: Catalog,
    row: sqlite3.Row,
    now: int,
    held: Mapping[str, int] | None = None,
    *,
    submitted: int = 0,
) -> Labeled:
    """Close a run that has nothing left, and say how far it has come."""
    with catalog.writing():
        catalog.run("label.close", run=row["id"], now=times.now())
    progress = catalog.one("label.progress", run=row["id"])
    assert progress is not None
    total, labeled, failed, left, mean = progress
    spent = catalog.value("requests.spent", run=row["id"])
    in_jobs = catalog.one("batch.in_hand", run=row["id"])
    assert in_jobs is not None
    return Labeled(
        row["name"],
        now,
        total,
        labeled,
        failed,
        left,
        mean,
        dict(held or {}),
        round(spent - in_jobs["set_aside"], 9),  # sums of fractions drift
        submitted,
        in_jobs["photos"],
        in_jobs["set_aside"],
    )


def _selection(catalog: Catalog, name: str | None) -> int:
    row = catalog.one("select.by_name", name=name) if name else catalog.one("select.latest")
    if row is None:
        if name is None:
            raise CatalogError("nothing is selected yet; first: herocat select")
        known = (row["name"] for row in catalog.rows("browse.selections"))
        raise naming.unknown("selection", name, known)
    return int(row["id"])


def _images(catalog: Catalog, source: Path) -> list[int]:
    """Return the photos of the catalog that a folder, a list or a single photo stands for."""
    if source.is_dir():
        collection, below = inside(catalog, source.resolve(), source)
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
        collection, path = inside(catalog, place.resolve(), place)
        image = catalog.value("label.image_by_path", collection=collection, path=path)
        if image is None:
            raise InputError(
                f"{source} names {name}, which the catalog does not know: ingest it first"
            )
        found.append(image)
    return found


def inside(catalog: Catalog, place: Path, given: Path) -> tuple[int, str]:
    """Return the collection that a place lies in, and its path there."""
    for row in catalog.rows("ingest.collections"):
        root = catalog.placed(row["root"]).resolve()
        if place.is_relative_to(root):
            below = "" if place == root else paths.relative(str(place), root)
            return row["id"], below
    raise InputError(f"{given} is in no collection of the catalog; first: herocat ingest {given}")
