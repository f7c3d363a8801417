"""Detector results into ``results``, ``detections`` and ``classifications``."""

from collections.abc import Iterable
from dataclasses import dataclass

from herocat import paths
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.loaders.sources import Source, find_or_add
from herocat.progress import Progress
from herocat.records import Detection, Result, Taxon


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a results file held: entries for photos, and how many a path was listed again in."""

    photos: int
    repeated: int


def load(catalog: Catalog, source: Source, results: Iterable[Result], progress: Progress) -> Loaded:
    """Add what a detector says of each photo, a transaction a batch; photos are added as needed.

    Of a path that is listed twice the first success counts. Raises InputError for a path that
    leads out of the collection.
    """
    photos = repeated = 0
    for batch in batches(results):
        with catalog.writing():
            added = _add(catalog, source, _by_path(source, batch))
        photos += added
        repeated += len(batch) - added
        progress.step(len(batch))
    return Loaded(photos, repeated)


def _by_path(source: Source, batch: Iterable[Result]) -> dict[str, Result]:
    """Key a batch by path; where one comes again, a success takes the place of a failure."""
    found = dict[str, Result]()
    for result in batch:
        path = inside(source, result.path)
        earlier = found.get(path)
        if earlier is None or (earlier.failure and not result.failure):
            found[path] = result
    return found


def inside(source: Source, path: str) -> str:
    """Return a file's path as it is kept; raise InputError if it leads out of the collection."""
    prefix = source.collection.prefix
    root = source.collection.root / prefix
    try:
        return prefix + paths.relative(path, root)
    except paths.OutsideError:
        raise InputError(
            f"{source.path} names {path!r}, which is not inside {root}; nothing was taken from "
            "it. Give the folder that its paths start from with --root"
        ) from None


def _add(catalog: Catalog, source: Source, results: dict[str, Result]) -> int:
    ids, listed = find_or_add(catalog, source, results)
    new = {ids[path]: result for path, result in results.items() if path not in listed}
    number = catalog.value("ingest.last_detection")
    found = list[tuple[int, int, Detection]]()
    for image, result in new.items():
        for detection in result.detections:
            number += 1
            found.append((number, image, detection))
    catalog.many("ingest.add_result", ((i, source.id, r.failure) for i, r in new.items()))
    catalog.many("ingest.add_detection", (_row(*one, source.id) for one in found))
    catalog.many(
        "ingest.add_classification",
        (
            (image, number, source.id, rank, *species)
            for number, image, detection in found
            for rank, species in enumerate(detection.species, 1)
        ),
    )
    catalog.many(
        "ingest.add_classification",
        (
            (image, None, source.id, rank, *species)
            for image, result in new.items()
            for rank, species in enumerate(result.species, 1)
        ),
    )
    catalog.many(
        "ingest.add_prediction",
        [(i, None, source.id, *r.prediction) for i, r in new.items() if r.prediction]
        + [(i, number, source.id, *d.prediction) for number, i, d in found if d.prediction],
    )
    return len(new)


def add_taxa(catalog: Catalog, taxa: Iterable[Taxon]) -> None:
    """Keep the names that a file explains in full; what an earlier file has said stays."""
    with catalog.writing():
        catalog.many("ingest.add_taxon", taxa)


def _row(number: int, image: int, detection: Detection, source: int) -> tuple[object, ...]:
    box = detection.box or (None, None, None, None)
    best = detection.species[0] if detection.species else (None, None)
    return (number, image, source, detection.category, detection.confidence, *box, *best)
