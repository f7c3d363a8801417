"""A folder of photos into ``images``: found, compared with what is known, read where new."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from herocat import paths, times
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.loaders import joining
from herocat.loaders.sources import Collection
from herocat.parallel import spread
from herocat.photos import Header, read_header
from herocat.progress import Progress

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp"})
# What operating systems and other tools leave beside photos.
_NOT_PHOTOS = frozenset(
    {"$recycle.bin", "system volume information", "@eadir", "backups", "deletedfiles"}
)
_BATCH = 1_000


class Found(NamedTuple):
    """A photo on disk; ``name`` is its path in the collection, ``path`` the one to open."""

    name: str
    path: str
    bytes: int
    mtime: float


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a folder held: photos on disk, those read now, and those no longer there."""

    photos: int
    read: int
    unreadable: int
    gone: int
    outside: int


def load(
    catalog: Catalog, collection: Collection, folder: Path, source: int, progress: Progress
) -> Scanned:
    """Add the photos below a folder, and read size, time and rotation of those new or changed.

    Unchanged ones (size and mtime) are not opened. A photo that cannot be read is a row with a
    failure. Photos that are no longer there lose their size, and keep everything else.
    """
    catalog.run("ingest.start_seen")
    walk = _Walk(collection.root)
    photos, read, unreadable = take_in(catalog, collection, walk.photos(folder), source, progress)
    below = "" if folder == collection.root else f"{_name(folder, collection.root)}/"
    if not photos:
        _refuse_to_lose_all(catalog, collection, folder, below)
    joining.unite(catalog, collection.id)
    with catalog.writing():
        gone = catalog.run("ingest.mark_gone", collection=collection.id, below=below)
        if folder == collection.root:
            catalog.run("ingest.mark_scanned", collection=collection.id, now=times.now())
    return Scanned(photos, read, unreadable, gone, walk.outside)


def load_flat(
    catalog: Catalog, collection: Collection, folder: Path, source: int, progress: Progress
) -> Scanned:
    """Add the photos that lie in a folder itself, as :func:`load` does; what lies deeper stays as it is."""
    catalog.run("ingest.start_seen")
    walk = _Walk(collection.root)
    found = walk.photos(folder, deep=False)
    photos, read, unreadable = take_in(catalog, collection, found, source, progress)
    return Scanned(photos, read, unreadable, 0, walk.outside)


def take_in(
    catalog: Catalog,
    collection: Collection,
    there: Iterable[Found],
    source: int | None,
    progress: Progress,
) -> tuple[int, int, int]:
    """Add photos that are on disk; return how many there were, were read now, and cannot be read."""
    photos = read = unreadable = 0

    def changed() -> Iterator[Found]:
        nonlocal photos
        for batch in batches(there, _BATCH):
            catalog.many("ingest.add_seen", ((found.name,) for found in batch))
            yield from _changed(catalog, collection, batch)
            photos += len(batch)
            progress.step(len(batch))

    for batch in batches(spread(_read, changed(), crashed=_crashed), _BATCH):
        rows = [_row(collection, source, *one) for one in batch]
        with catalog.writing():
            catalog.many("ingest.drop_measurement", rows)
            catalog.many("ingest.drop_thumbnail", rows)
            catalog.many("ingest.save_photo", rows)
        read += len(batch)
        unreadable += sum(header.failure is not None for _, header in batch)
    return photos, read, unreadable


def _refuse_to_lose_all(catalog: Catalog, collection: Collection, folder: Path, below: str) -> None:
    """Raise InputError for an empty folder that had photos: more likely a disk is not mounted."""
    before = catalog.value("ingest.count_on_disk", collection=collection.id, below=below)
    if before:
        raise InputError(
            f"{folder} has no photos, and had {before:,}: is its disk mounted? Nothing was changed"
        )


class _Walk:
    """Finds photos below a folder, in name order; counts links that lead out of the root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.outside = 0

    def photos(self, folder: Path, *, deep: bool = True) -> Iterator[Found]:
        try:
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise InputError(f"{folder} cannot be listed: {error.strerror}") from error
        for entry in ordered:
            if entry.name.startswith(".") or entry.name.lower() in _NOT_PHOTOS:
                continue
            if entry.is_dir(follow_symlinks=False):
                if deep:
                    yield from self.photos(Path(entry.path))
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:  # noqa: PTH122 - a million times
                yield from self._photo(entry)

    def _photo(self, entry: os.DirEntry[str]) -> Iterator[Found]:
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(self._root):
            self.outside += 1
            return
        try:
            stat = entry.stat()
        except OSError:  # a link to nothing, or a file that went away: not on disk
            return
        yield Found(_name(entry.path, self._root), entry.path, stat.st_size, stat.st_mtime)


def _name(path: Path | str, root: Path) -> str:
    return paths.storable(os.path.relpath(path, root).replace(os.sep, "/"))


def _changed(catalog: Catalog, collection: Collection, batch: list[Found]) -> list[Found]:
    names = json.dumps([found.name for found in batch])
    known = {
        row["path"]: (row["bytes"], row["mtime"])
        for row in catalog.rows("ingest.known_images", collection=collection.id, paths=names)
    }
    return [found for found in batch if known.get(found.name) != (found.bytes, found.mtime)]


def _read(found: Found) -> Header:
    return read_header(Path(found.path))


def _crashed(_: Found) -> Header:
    return Header(failure="its decoder crashed")


def _row(
    collection: Collection, source: int | None, found: Found, header: Header
) -> dict[str, object]:
    return {
        "collection": collection.id,
        "source": source,
        "path": found.name,
        "bytes": found.bytes,
        "mtime": found.mtime,
        "width": header.width,
        "height": header.height,
        "captured_at": header.captured_at,
        "time_doubt": header.time_doubt,
        "failure": header.failure,
    }
