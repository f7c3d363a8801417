"""A folder of photos into ``images``: found, compared with what is known, read where new."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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
from herocat.loaders.intake import count_frames
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
_USUAL = frozenset({".jpg", ".JPG", "jpeg", "JPEG"})  # the last four characters of most files


class Found(NamedTuple):
    """A photo on disk; ``name`` is its path in the collection."""

    name: str
    bytes: int
    mtime: int  # nanoseconds since 1970
    odd: str = ""  # the file to open, where the catalog cannot hold what it is called


_found = partial(tuple.__new__, Found)  # for a million of them: the usual way takes thrice as long


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a folder held: photos on disk, those read now, and those no longer there."""

    photos: int
    read: int
    unreadable: int
    gone: int
    outside: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a folder holds by its listing alone: photos, those no longer there, links that lead out.

    ``odd`` has the files to open of photos whose names the catalog cannot hold.
    """

    photos: int
    gone: int
    outside: int
    odd: Mapping[str, str]


def load(
    catalog: Catalog, collection: Collection, folder: Path, source: int, progress: Progress
) -> Scanned:
    """Add the photos below a folder, and read size, time and rotation of those new or changed.

    Unchanged ones (size and mtime) are not opened. A photo that cannot be read is a row with a
    failure. Photos that are no longer there lose their size, and keep everything else.
    """
    seen = look_through(catalog, collection, folder, source, progress)
    read, unreadable = _read_headers(catalog, collection, _below(collection, folder), seen.odd)
    return Scanned(seen.photos, read, unreadable, seen.gone, seen.outside)


def look_through(
    catalog: Catalog,
    collection: Collection,
    folder: Path,
    source: int | None,
    progress: Progress,
) -> Seen:
    """Record what a folder holds without opening a file."""
    catalog.run("ingest.start_seen")
    walk = _Walk(collection.root)
    below = _below(collection, folder)
    photos, odd = scan(catalog, collection, walk.photos(folder, below), source, progress)
    if not photos:
        _refuse_to_lose_all(catalog, collection, folder, below)
    joining.unite(catalog, collection.id, collection.root)
    with catalog.writing():
        gone = catalog.value("ingest.count_gone", collection=collection.id, below=below)
        if gone:
            catalog.run("ingest.mark_gone", collection=collection.id, below=below)
        if folder == collection.root:
            catalog.run("ingest.mark_scanned", collection=collection.id, now=times.now())
    return Seen(photos, gone, walk.outside, odd)


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
    photos, odd = scan(catalog, collection, there, source, progress)
    return (photos, *_read_headers(catalog, collection, "", odd))


def on_disk(name: str, place: Path) -> Found:
    """Return the photo that a path in the collection stands for; raise OSError if it is not there."""
    stat = place.stat()
    return Found(name, stat.st_size, stat.st_mtime_ns, str(place) if _is_odd(name) else "")


def scan(
    catalog: Catalog,
    collection: Collection,
    there: Iterable[Found],
    source: int | None,
    progress: Progress,
) -> tuple[int, Mapping[str, str]]:
    """Record path, size and mtime of photos on disk, a transaction a batch.

    What was read of a photo that has changed since is forgotten, so that it is read again. Return how
    many there are, and the files to open of those whose names the catalog cannot hold.
    """
    photos, odd = 0, dict[str, str]()
    for batch in while_waiting(batches(there)):
        with catalog.reading():
            # All rows at once: SQLite works in a single long call, and the walk goes on meanwhile.
            rows = msgspec.json.encode([one[:3] for one in batch]).decode()
            catalog.run("ingest.look_there", rows=rows, nano=1e-9)
        if catalog.run("ingest.compare_there", collection=collection.id):
            with catalog.writing():
                catalog.run("ingest.save_news", collection=collection.id, source=source)
        odd |= {one.name: one.odd for one in batch if one.odd}
        photos += len(batch)
        progress.step(len(batch))
    return photos, odd


def _read_headers(
    catalog: Catalog, collection: Collection, below: str, odd: Mapping[str, str]
) -> tuple[int, int]:
    """Read the headers of photos that nobody has; return how many were read, and cannot be."""
    read = unreadable = 0
    where = {"collection": collection.id, "below": below}
    total = catalog.value("ingest.count_unread", **where)
    inferred = catalog.value("ingest.any_inferred", collection=collection.id)

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
                if inferred:
                    times_read = [(photo.image, header.captured_at) for photo, header in batch]
                    catalog.run("ingest.start_moved")
                    catalog.run("ingest.mark_read", times=json.dumps(times_read))
                    catalog.run("ingest.reopen")
                catalog.many("ingest.save_header", [_row(*one) for one in batch])
            read += len(batch)
            unreadable += sum(header.failure is not None for _, header in batch)
    if inferred:
        count_frames(catalog)
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

    def photos(self, folder: Path, below: str, *, deep: bool = True) -> Iterator[Found]:
        """Yield the photos of a folder, whose paths begin with ``below``; ``deep``: and below it."""
        with _entries(folder) as entries:
            for entry in entries:
                name = entry.name
                # The way of nearly all, a million times; any other name or file is looked at closely.
                if name[-4:] in _USUAL and name.isascii() and entry.is_file(follow_symlinks=False):
                    if name[0] != "." and (found := _stat(entry, below + name, folder)):
                        yield found
                elif not entry.is_dir(follow_symlinks=False):
                    if found := self._closely(entry, folder, below):
                        yield found
                elif deep and is_entered(folder / name):
                    yield from self.photos(folder / name, f"{below}{_storable(name)}/")

    def _closely(self, entry: os.DirEntry[str], folder: Path, below: str) -> Found | None:
        """Return the photo that a file is; None for any other, and a link out of the root, or to nothing."""
        name = _storable(entry.name)
        if name[name.rfind(".") :].lower() not in SUFFIXES or name[0] == ".":
            return None
        if entry.is_symlink() and not (folder / entry.name).resolve().is_relative_to(self._root):
            self.outside += 1
            return None
        return _stat(entry, below + name, folder)


def _stat(entry: os.DirEntry[str], name: str, folder: Path) -> Found | None:
    try:
        stat = entry.stat()
    except OSError:
        return None
    odd = "" if name.isascii() or not _is_odd(name) else str(folder / entry.name)
    return _found((name, stat.st_size, stat.st_mtime_ns, odd))


def _storable(name: str) -> str:
    return name if name.isascii() else paths.storable(name)


def _is_odd(name: str) -> bool:
    """Tell whether a name stands for one that is no Unicode."""
    return "\ufffd" in name


def is_entered(folder: Path) -> bool:
    """Tell whether photos are looked for in a folder: not where they are hidden, thrown away or copies."""
    name = _storable(folder.name)
    return not (name.startswith(".") or name.lower() in _NOT_PHOTOS or _is_export(folder))


def _is_export(folder: Path) -> bool:
    """Return whether herocat has written a folder: its pictures are copies of photos."""
    try:
        with (folder / "manifest.json").open("rb") as file:
            return file.read(len(_MANIFEST)) == _MANIFEST
    except OSError:
        return False


@contextmanager
def _entries(folder: Path) -> Iterator[list[os.DirEntry[str]]]:
    """List a folder in name order, and hold it open: a file is looked up from there in four fifths of the time."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be listed: {error.strerror}; photos found before are kept, and none "
            "counts as gone. See to it, and run this again"
        ) from error
    try:
        with os.scandir(handle) as entries:
            listed = sorted(entries, key=attrgetter("name"))
        yield listed
    finally:
        os.close(handle)


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
