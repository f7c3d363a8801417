"""Photos that a list names: those that are there are read, addresses are kept to be fetched."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from herocat import paths, urls
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.formats import heroimages, known, lists
from herocat.loaders import mixed, photos
from herocat.loaders.finding import Finder
from herocat.loaders.sources import Source, inside
from herocat.progress import Progress
from herocat.records import Frame, Record, Remote, Unmatched


def load(
    catalog: Catalog, source: Source, form: str, finder: Finder, progress: Progress
) -> dict[str, int]:
    """Add the photos that a list names; return counts by name."""
    named = (
        heroimages.batch_images(source.path)
        if form == known.BATCH_IMAGES
        else lists.entries(source.path)
    )
    found = dict[str, Path]()
    records = _records(source, named, finder, found)
    counts = mixed.load(catalog, source, records, finder, floor=0.0, progress=progress, there=found)
    catalog.run("ingest.start_seen")
    there = (photos.on_disk(name, place) for name, place in found.items())
    photos.take_in(catalog, source.collection, there, source.id, progress)
    return {**counts, **mixed.absent(catalog, source)}


def _records(
    source: Source, named: Iterable[str], finder: Finder, found: dict[str, Path]
) -> Iterator[Record]:
    for name in named:
        if urls.is_url(name):
            yield Remote(urls.local_path(name), name)
            continue
        path = _path(source, name) or finder.find(name)
        if path is None:
            why = finder.why_lost(name)
            yield Unmatched(name, f"it is not inside {source.collection.root}, and {why}")
            continue
        place = source.collection.root / path
        if _is_file(place) and place.suffix.lower() in photos.SUFFIXES:
            if not place.resolve().is_relative_to(source.collection.root.resolve()):
                yield Unmatched(name, "it is a link that leads out of the collection")
                continue
            found[path] = place
        yield Frame(path, None, None, None, None, None)


def _path(source: Source, name: str) -> str | None:
    """Return where a photo lies in its collection; paths may start from the list's own folder."""
    beside = source.path.absolute().parent / name.replace("\\", "/")
    root = source.collection.root
    if not os.path.isabs(name) and _is_file(beside) and not _is_file(root / name):  # noqa: PTH117
        name = str(beside)
    try:
        return paths.storable(inside(source.collection, source.path, name))
    except InputError:
        return None


def _is_file(place: Path) -> bool:
    """Tell whether a file is there; a name that no disk takes, as it is too long, is none."""
    return os.path.isfile(place)  # noqa: PTH113 - pathlib's raises for such a name
