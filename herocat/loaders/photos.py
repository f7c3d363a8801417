"""A folder of photos into ``images``: found, compared with what is known, read where new."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import msgspec

from herocat import paths, times
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.loaders import joining
from herocat.loaders.sources import Collection
from herocat.parallel import spread, while_waiting
from herocat.photos import Header, read_header
from herocat.progress import Progress

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp"})
# What operating systems and other tools leave beside photos.
_NOT_PHOTOS = frozenset(
    {"$recycle.bin", "system volume information", "@eadir", "backups", "deletedfiles"}
)
_MANIFEST = b'{\n  "checked": ['  # how that of an export begins
_HEADERS = 1_000  # read between two commits


class Found(NamedTuple):
    """A photo on disk; ``name`` is its path in the collection, ``path`` the one to open."""

    name: str
    path: str
    bytes: int
    mtime: int  # nanoseconds since 1970


_found = partial(tuple.__new__, Found)  # for a million of them: the usual way takes thrice as long


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
    photos, gone, walk = look_through(catalog, collection, folder, source, progress)
    read, unreadable = _read_headers(catalog, collection, _below(collection, folder), walk.odd)
    return Scanned(photos, read, unreadable, gone, walk.outside)


def look_through(
    catalog: Catalog,
    collection: Collection,
    folder: Path,
    source: int | None,
    progress: Progress,
) -> tuple[int, int, "_Walk"]:
    """Record what a folder holds without opening a file; return how many photos are there, and gone."""
    catalog.run("ingest.start_seen")
    walk = _Walk(collection.root)
    below = _below(collection, folder)
    photos = scan(catalog, collection, walk.photos(folder, below), source, progress)
    if not photos:
        _refuse_to_lose_all(catalog, collection, folder, below)
    joining.unite(catalog, collection.id)
    with catalog.writing():
        gone = catalog.run("ingest.mark_gone", collection=collection.id, below=below)
        if folder == collection.root:
            catalog.run("ingest.mark_scanned", collection=collection.id, now=times.now())
    return photos, gone, walk


def load_flat(
    catalog: Catalog, collection: Collection, folder: Path, source: int, progress: Progress
) -> Scanned:
    """Add the photos that lie in a folder itself, as :func:`load` does; what lies deeper stays as it is."""
    walk = _Walk(collection.root)
    found = walk.photos(folder, _below(collection, folder), deep=False)
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
    catalog.run("ingest.start_seen")
    odd = dict[str, str]()

    def found() -> Iterator[Found]:
        for one in there:
            if one.path != str(collection.root / one.name):
                odd[one.name] = one.path
            yield one

    photos = scan(catalog, collection, found(), source, progress)
    return (photos, *_read_headers(catalog, collection, "", odd))


def scan(
    catalog: Catalog,
    collection: Collection,
    there: Iterable[Found],
    source: int | None,
    progress: Progress,
) -> int:
    """Record path, size and mtime of photos on disk, a transaction a batch; return how many there are.

    What was read of a photo that has changed since is forgotten, so that it is read again.
    """
    photos = 0
    for batch in while_waiting(batches(there)):
        with catalog.reading():
            # All rows at once: SQLite works in a single long call, and the walk goes on meanwhile.
            rows = msgspec.json.encode([(one.name, one.bytes, one.mtime) for one in batch])
            catalog.run("ingest.look_there", rows=rows.decode(), nano=1e-9)
        if catalog.run("ingest.compare_there", collection=collection.id):
            with catalog.writing():
                catalog.run("ingest.save_news", collection=collection.id, source=source)
        photos += len(batch)
        progress.step(len(batch))
    return photos


def _read_headers(
    catalog: Catalog, collection: Collection, below: str, odd: Mapping[str, str]
) -> tuple[int, int]:
    """Read the headers of photos that nobody has; return how many were read, and cannot be."""
    read = unreadable = 0
    where = {"collection": collection.id, "below": below}
    total = catalog.value("ingest.count_unread", **where)

    def pages() -> Iterator[_Unread]:
        after = 0
        while rows := list(catalog.rows("ingest.unread", after=after, **where)):
            after = rows[-1]["id"]
            for row in rows:
                file = odd.get(row["path"]) or str(collection.root / row["path"])
                yield _Unread(row["id"], file)

    with Progress("reading headers", total=total) as progress:
        headers = progress.over(spread(_read, pages(), crashed=_crashed))
        for batch in batches(headers, _HEADERS):
            with catalog.writing():
                catalog.many("ingest.save_header", [_row(*one) for one in batch])
            read += len(batch)
            unreadable += sum(header.failure is not None for _, header in batch)
    return read, unreadable


class _Unread(NamedTuple):
    """A photo whose header is to be read, and the file to open."""

    image: int
    file: str


def _below(collection: Collection, folder: Path) -> str:
    """Return what the paths of photos in a folder begin with."""
    if folder == collection.root:
        return ""
    return paths.storable(f"{folder.relative_to(collection.root).as_posix()}/")


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
        self.odd = dict[
            str, str
        ]()  # files whose names the catalog cannot hold, by the name it holds

    def photos(self, folder: Path | str, below: str, *, deep: bool = True) -> Iterator[Found]:
        """Yield the photos of a folder, whose paths begin with ``below``; ``deep``: and below it."""
        for entry in _entries(folder):
            name = entry.name
            if not name.isascii():
                name = paths.storable(name)
            if entry.is_dir(follow_symlinks=False):
                if (
                    deep
                    and not name.startswith(".")
                    and name.lower() not in _NOT_PHOTOS
                    and not _is_export(Path(entry.path))
                ):
                    yield from self.photos(entry.path, f"{below}{name}/")
            elif name[name.rfind(".") :].lower() in SUFFIXES and name[0] != ".":
                found = self._photo(entry, below + name)
                if found:
                    yield found

    def _photo(self, entry: os.DirEntry[str], name: str) -> Found | None:
        """Return what is there; None for a link that leads out of the root, or to nothing."""
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(self._root):
            self.outside += 1
            return None
        try:
            stat = entry.stat()
        except OSError:
            return None
        if "\ufffd" in name:
            self.odd[name] = entry.path
        return _found((name, entry.path, stat.st_size, stat.st_mtime_ns))


def _is_export(folder: Path) -> bool:
    """Return whether herocat has written a folder: its pictures are copies of photos."""
    try:
        with (folder / "manifest.json").open("rb") as file:
            return file.read(len(_MANIFEST)) == _MANIFEST
    except OSError:
        return False


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=attrgetter("name"))
    except OSError as error:
        raise InputError(f"{folder} cannot be listed: {error.strerror}") from error


def _read(photo: _Unread) -> Header:
    return read_header(Path(photo.file))


def _crashed(_: _Unread) -> Header:
    return Header(failure="its decoder crashed")


def _row(photo: _Unread, header: Header) -> dict[str, object]:
    return {
        "image": photo.image,
        "width": header.width,
        "height": header.height,
        "captured_at": header.captured_at,
        "time_doubt": header.time_doubt,
        "failure": header.failure,
    }
