"""Find the photo that a file means where its path leads nowhere: by name, and as much path as fits."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.loaders.joining import key
from herocat.loaders.sources import Collection, inside

_MANY = 1000  # photos of one name in folders of one name
_ENOUGH = 2  # to know that a name alone does not tell which is meant


class Match(NamedTuple):
    """A photo that may be meant, and how many parts of its path fit, from the end."""

    path: str | None
    parts: int


class Finder:
    """Finds photos of one collection; what it needs for names is gathered when first needed."""

    def __init__(self, catalog: Catalog, collection: Collection, file: Path) -> None:
        self._catalog = catalog
        self._collection = collection
        self._file = file
        self._listed = False

    def known(self, path: str) -> str | None:
        """Return a path as the catalog has it, if it has it."""
        try:
            kept = inside(self._collection, self._file, path)
        except InputError:
            return None
        where = self._collection.id
        return kept if self._catalog.one("given.has_photo", collection=where, path=kept) else None

    def find(self, path: str, hints: tuple[str, ...] = ()) -> str | None:
        """Return the one photo that shares the most of a path's end; None if there is no such one.

        With hints a photo in a folder is meant only where its folders bear all of them.
        """
        return self.match(path, hints).path

    def match(self, path: str, hints: tuple[str, ...] = ()) -> Match:
        """Return the photo that :meth:`find` finds, and how many parts of the path it shares."""
        wanted = [part for part in key(path.replace("\\", "/")).split("/") if part]
        if not wanted:
            return Match(None, 0)
        found = self._candidates(wanted, hints)
        if not found and "#" in wanted[-1]:  # hero-images flattens a path into a name
            return self.match(path.replace("\\", "/").rpartition("/")[2].replace("#", "/"), hints)
        best = max((_shared(wanted, one) for one in found), default=0)
        nearest = [one for one in found if _shared(wanted, one) == best]
        if len(whole := [one for one in nearest if key(one) == "/".join(wanted)]) == 1:
            nearest = whole
        if hints:
            marked = [one for one in nearest if _bears(one, hints)]
            nearest = marked or [one for one in nearest if "/" not in one]
        return Match(nearest[0], best) if len(nearest) == 1 else Match(None, 0)

    def _candidates(self, wanted: list[str], hints: tuple[str, ...]) -> list[str]:
        """Return the photos that may be meant: those that share a folder, or else some with the name.

        Cameras count from 1 again: thousands of photos have one name, and are not all looked at.
        """
        name = wanted[-1]
        if len(wanted) > 1:
            below = self._with_name(name, wanted[-2])
            near = [one for one in below if _shared(wanted, one) > 1]
        else:
            near = self._with_name(name, key(hints[0])) if hints else []
        return near or self._with_name(name)

    def place(self, path: str) -> str | None:
        """Return the photo that a path means, or where it will lie; None if it is not of here.

        A file name alone is not enough where the path has folders.
        """
        found = self.known(path)
        if found is not None:
            return found
        try:
            kept = inside(self._collection, self._file, path)
        except InputError:
            kept = None
        match = self.match(path)
        if match.path is not None and (
            match.parts > 1 or self._is_of_root(kept or path, match.path)
        ):
            return match.path
        return None if self.count(path) else kept

    def is_guess(self, path: str, match: Match) -> bool:
        """Tell whether a path of the collection leads to another folder: a file name alone is not enough."""
        if match.parts > 1 or match.path is None:
            return False
        try:
            kept = inside(self._collection, self._file, path)
        except InputError:
            return False  # a path from elsewhere says nothing of folders here
        return "/" in kept and not self._is_of_root(kept, match.path)

    def _is_of_root(self, path: str, photo: str) -> bool:
        """Tell whether a path may mean a photo that lies in no folder: it has none, or ends in the root's own."""
        folder = key(path.replace("\\", "/")).rpartition("/")[0].rpartition("/")[2]
        return "/" not in photo and folder in {"", ".", key(self._collection.root.name)}

    def why_lost(self, path: str) -> str:
        """Say why no photo can be put to a path."""
        count = self.count(path)
        if count == 1:
            return "the one photo that has that name lies in another folder"
        if count:
            return f"{count:,} photos have that name, and its folders fit none of them alone"
        return "no photo has that name"

    def count(self, path: str) -> int:
        """Return how many photos have the file name of a path."""
        self._list_names()
        name = key(path.replace("\\", "/").rpartition("/")[2])
        return int(self._catalog.value("given.count_named", name=name))

    def _with_name(self, name: str, folder: str = "") -> list[str]:
        """Return photos of a name: those that lie in a folder, however deep, or else two of any."""
        self._list_names()
        most = _MANY if folder else _ENOUGH
        found = self._catalog.rows("given.with_name", name=name, folder=folder, limit=most)
        return [row["path"] for row in found]

    def _list_names(self) -> None:
        if self._listed:
            return
        self._listed = True
        found = self._catalog.rows("given.photos", collection=self._collection.id)
        for batch in batches(row["path"] for row in found):
            self._catalog.many("given.add_name", [row for path in batch for row in _names(path)])


def _names(path: str) -> Iterator[tuple[str, str, str]]:
    """Yield the name of a photo with each of its folders, and with none."""
    *folders, name = key(path).split("/")
    for folder in {"", *folders}:
        yield name, folder, path


def _shared(wanted: list[str], path: str) -> int:
    """Return how many parts, from the end, two paths share."""
    parts = key(path).split("/")
    count = 0
    for one, other in zip(reversed(wanted), reversed(parts), strict=False):
        if one != other:
            break
        count += 1
    return count


def _bears(path: str, hints: tuple[str, ...]) -> bool:
    folders = set(key(path).split("/")[:-1])
    return all(key(hint) in folders for hint in hints)
