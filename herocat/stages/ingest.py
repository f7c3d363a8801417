"""Take in what a camera-trap project has lying around: folders of photos and results files."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from herocat import times
from herocat.catalog import Catalog
from herocat.errors import ChoiceError, InputError
from herocat.formats import coco, megadetector, sniff, speciesnet
from herocat.loaders import frames, photos, results, sources
from herocat.loaders.sources import Collection, Source
from herocat.progress import Progress

MIN_CONFIDENCE = 0.05  # detections below it are noise to every later stage


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one folder or file that was given: its format, and counts by name."""

    path: str
    format: str
    new: bool  # False: nothing in it that the catalog did not have
    counts: dict[str, int]
    advice: str = ""  # what the user may want to do about it


def ingest(
    catalog: Catalog,
    given: Sequence[Path],
    *,
    root: Path | None = None,
    form: str | None = None,
    min_confidence: float = MIN_CONFIDENCE,
) -> Iterator[Ingested]:
    """Take in folders and files in turn, and yield what each held; what was known is skipped.

    Folders come first, so that files are joined with the photos that they name. A file that
    cannot be used leaves nothing behind, and raises InputError.
    """
    for path in given:
        if not path.exists():
            raise ChoiceError(f"there is no file or folder {path}; nothing was taken in")
    folders = [path for path in given if path.is_dir()]
    files = [path for path in given if not path.is_dir()]
    forms = {path: form or sniff.recognise(path) for path in files}
    with catalog.only_one("ingest"):
        sources.tidy(catalog)
        changed = False
        for folder in folders:
            report = _folder(catalog, _collection(catalog, root, folders, folder), folder)
            changed |= report.new
            yield report
        for file, known in forms.items():
            report = _file(
                catalog, _collection(catalog, root, folders, None), file, known, min_confidence
            )
            changed |= report.new
            yield report
        sources.tidy(catalog)
        if changed:
            catalog.run("ingest.refresh_statistics")


def _collection(
    catalog: Catalog, root: Path | None, folders: Sequence[Path], folder: Path | None
) -> Collection:
    """Find or make the collection: the root given, else the folder itself, else the only one."""
    known = {
        row["id"]: catalog.placed(row["root"]).resolve()
        for row in catalog.rows("ingest.collections")
    }
    if root is None and folder is None:
        roots = {path.resolve() for path in folders} or set(known.values())
        if len(roots) != 1:
            raise ChoiceError(
                "which folder do the paths in the file start from? Say so with --root DIR "
                "(it need not exist yet); nothing was taken in"
            )
        (place,) = roots
    else:
        place = (root or folder or Path()).resolve()
    for number, there in known.items():
        if place.is_relative_to(there):
            below = "" if folder or place == there else f"{place.relative_to(there).as_posix()}/"
            return Collection(number, there, below)
        if there.is_relative_to(place):
            raise ChoiceError(
                f"{place} holds the collection {there}, and a photo belongs to one collection; "
                f"ingest {there}, or begin a new catalog for the larger folder"
            )
    with catalog.writing():
        name = place.name or str(place)
        number = catalog.value("ingest.add_collection", root=catalog.stored(place), name=name)
    return Collection(number, place)


def _folder(catalog: Catalog, collection: Collection, folder: Path) -> Ingested:
    place = folder.resolve()
    if not place.is_relative_to(collection.root):
        raise ChoiceError(f"{folder} is not inside the root {collection.root}")
    where = {"collection": collection.id, "path": catalog.stored(place)}
    with catalog.writing():
        source = catalog.value("ingest.folder_source", **where) or catalog.value(
            "ingest.add_folder", **where, now=times.now()
        )
    with Progress("finding photos") as progress:
        scanned = photos.load(catalog, collection, place, source, progress)
    new = bool(scanned.read or scanned.gone)
    with catalog.writing():
        catalog.run(
            "ingest.finish_folder",
            source=source,
            images=scanned.photos,
            now=times.now(),
            changed=new,
        )
    counts = {name: getattr(scanned, name) for name in photos.Scanned.__slots__}
    return Ingested(str(folder), "folder", new, counts)


def _file(
    catalog: Catalog, collection: Collection, path: Path, form: str, min_confidence: float
) -> Ingested:
    reader = _READERS[form]
    params = {"min_confidence": min_confidence} if form in _DETECTORS else {}
    source = sources.start(catalog, collection, path, form, params)
    if source is None:
        return Ingested(str(path), form, new=False, counts={})
    try:
        with Progress(f"reading {path.name}") as progress:
            images, about, counts = reader(catalog, source, progress, min_confidence)
    except InputError:
        sources.discard(catalog, source.id, forget=True)
        raise
    sources.finish(catalog, source, images=images, info=about)
    return Ingested(
        str(path), form, new=True, counts=counts, advice=_advice(catalog, source, counts)
    )


def _advice(catalog: Catalog, source: Source, counts: dict[str, int]) -> str:
    """Say what is probably wrong when a file names none of the photos that are there."""
    collection = source.collection
    there = catalog.value("ingest.count_on_disk", collection=collection.id, below="")
    if not there or not counts["photos"] or counts["not_on_disk"] < counts["photos"]:
        return ""
    return (
        f"none of its paths is among the {there:,} photos in {collection.root}: if they start from "
        "another folder, say so with --root"
    )


Read = tuple[int, dict[str, Any], dict[str, int]]


def _megadetector(
    catalog: Catalog, source: Source, progress: Progress, min_confidence: float
) -> Read:
    reading = megadetector.Reading(source.path, min_confidence=min_confidence)
    try:
        loaded = results.load(catalog, source, reading.results(), progress)
    except megadetector.HeaderDiffersError:
        sources.discard(catalog, source.id, forget=False)
        loaded = results.load(catalog, source, reading.results(), progress)
    results.add_taxa(catalog, reading.header.taxa)
    counts = catalog.one("ingest.result_counts", source=source.id)
    assert counts is not None
    return loaded.photos, dict(reading.header.info), {**dict(counts), "repeated": loaded.repeated}


def _speciesnet(
    catalog: Catalog, source: Source, progress: Progress, min_confidence: float
) -> Read:
    reading = speciesnet.Reading(source.path, min_confidence=min_confidence)
    loaded = results.load(catalog, source, reading.results(), progress)
    results.add_taxa(catalog, reading.taxa)
    counts = catalog.one("ingest.result_counts", source=source.id)
    assert counts is not None
    return loaded.photos, reading.info, {**dict(counts), "repeated": loaded.repeated}


def _coco(catalog: Catalog, source: Source, progress: Progress, _: float) -> Read:
    loaded = frames.load(catalog, source, coco.read(source.path), progress)
    counts = catalog.one("ingest.given_counts", source=source.id, collection=source.collection.id)
    assert counts is not None
    return loaded, {}, dict(counts)


_DETECTORS = frozenset({sniff.MEGADETECTOR, sniff.SPECIESNET})
_READERS: dict[str, Callable[[Catalog, Source, Progress, float], Read]] = {
    sniff.MEGADETECTOR: _megadetector,
    sniff.SPECIESNET: _speciesnet,
    sniff.COCO: _coco,
}
