"""Put what files say to the photos that they mean, where the disk spells a path otherwise.

Tools lower the case of paths, write an e-acute in two characters, or rename photos by the MD5 of
their content. A path that the disk does not have is put to the one photo that has it in another
spelling; where several might be meant, to none. A file name alone is never enough.
"""

import hashlib
import json
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from herocat import urls
from herocat.batches import batches, spans
from herocat.catalog import Catalog
from herocat.loaders.sources import Source
from herocat.parallel import spread
from herocat.progress import Progress

_MD5 = re.compile(r"(?:.*/)?([0-9A-Fa-f]{32})\.[A-Za-z]{3,4}")
_MD5_SHAPE = "*" + 32 * "[0-9A-Fa-f]" + ".*"  # the same to SQLite, or nearly so
_MOST_SAMPLED = 500  # paths of a file that a proposal is made from


class _Kind(NamedTuple):
    """The queries for one table of a parcel."""

    unknown: str
    respell: str


_KINDS = (
    _Kind("joining.unknown_results", "joining.respell_result"),
    _Kind("joining.unknown_frames", "joining.respell_frame"),
)


def key(path: str) -> str:
    """Return what all spellings of a path have in common."""
    return unicodedata.normalize("NFC", path).casefold()


class Joiner:
    """Respells the paths of a file's parcels."""

    def __init__(self, catalog: Catalog, source: Source) -> None:
        self._catalog = catalog
        self._source = source.id
        self._collection = source.collection.id
        self._spellings = Spellings(catalog, source.collection.id, source.collection.root)
        self._needed = bool(source.on_disk)
        self._respellings = list[tuple[str, list[tuple[str, int]]]]()
        self.respelled = 0

    def prepare(self) -> None:
        """Find the entries of the attached parcel that the disk lacks, and what they may mean."""
        self._respellings = []
        for kind in _KINDS if self._needed else ():
            rows = list(self._catalog.rows(kind.unknown, collection=self._collection))
            if rows:
                known = self._known([row["path"] for row in rows])
                found = [
                    (known[row["path"]], row["number"]) for row in rows if row["path"] in known
                ]
                self._respellings.append((kind.respell, found))

    def respell(self) -> None:
        """Give these entries the spelling that the disk has, within a transaction."""
        for query, found in self._respellings:
            if found:
                self.respelled += self._catalog.many(query, found)

    def share(self) -> int:
        """Let what the file says of photos by their content go for their copies; return how many there are."""
        if not self._spellings.by_content:
            return 0
        return _share(self._catalog, self._source, self._collection)

    def _known(self, paths: Sequence[str]) -> Mapping[str, str]:
        """Return which photo on disk each path means, where that is certain and said once."""
        meant = self._spellings.meant(paths)
        times = Counter(meant.values())
        names = json.dumps(list(times))
        taken = {row["value"] for row in self._catalog.rows("joining.named_already", paths=names)}
        return {
            path: photo for path, photo in meant.items() if times[photo] == 1 and photo not in taken
        }


def respell_staged(catalog: Catalog, source: Source, there: Container[str]) -> int:
    """Give what a file says of photos, put aside by path, the spelling that the disk has.

    ``there`` are paths that are on disk as the file spells them, though the catalog may not know them
    yet. Return how many paths were respelled.
    """
    if not source.on_disk:
        return 0
    catalog.run("joining.start_meant", collection=source.collection.id)
    spellings = Spellings(catalog, source.collection.id, source.collection.root)
    for first, last in spans(1, catalog.value("joining.last_meant")):
        rows = list(catalog.rows("joining.to_be_meant", first=first, last=last))
        numbers = {row["path"]: row["number"] for row in rows if row["path"] not in there}
        meant = spellings.meant(list(numbers)) if numbers else {}
        catalog.many("joining.mean", [(photo, numbers[path]) for path, photo in meant.items()])
    catalog.run("joining.settle_meant")
    count: int = catalog.value("joining.count_meant")
    if count:
        catalog.run("joining.respell_staged")
    return count


class Spellings:
    """Which photo on disk a path may mean; looks at the disk's spellings once, when first needed."""

    def __init__(self, catalog: Catalog, collection: int, root: Path) -> None:
        self._catalog = catalog
        self._collection = collection
        self._root = root
        self._spellings = False
        self.by_content = False  # whether paths were such that photos were read for their MD5

    def meant(self, paths: Sequence[str]) -> dict[str, str]:
        """Return the one photo that each path may mean, of those that may mean one.

        Photos are read for their MD5 where most of the paths are such.
        """
        if not self.by_content and 2 * sum(map(bool, map(_md5_named, paths))) > len(paths):
            self.by_content = True
            _read_hashes(self._catalog, self._collection, self._root)
        return self.known(paths, by_content=self.by_content)

    def known(self, paths: Sequence[str], *, by_content: bool) -> dict[str, str]:
        """Return what :meth:`meant` does, of photos by their content those that were read before."""
        if not self._spellings:
            self._read_spellings()
        by_key = self._found("joining.spelled", {path: key(path) for path in paths})
        if by_content:
            hashes = {path: md5 for path in paths if (md5 := _md5_named(path))}
            by_key |= self._found("joining.hashed", hashes, collection=self._collection)
        return by_key

    def _found(self, query: str, keys: Mapping[str, str], **where: object) -> dict[str, str]:
        rows = self._catalog.rows(query, keys=json.dumps(list(keys.values())), **where)
        known = {row["key"]: row["path"] for row in rows}
        return {path: known[one] for path, one in keys.items() if one in known}

    def _read_spellings(self) -> None:
        self._spellings = True
        self._catalog.run("joining.start_spellings")
        paths = self._catalog.rows("joining.on_disk", collection=self._collection)
        for batch in batches(paths):
            self._catalog.many(
                "joining.add_spelling", [(key(row["path"]), row["path"]) for row in batch]
            )


def _read_hashes(catalog: Catalog, collection: int, root: Path) -> None:
    """Read the photos on disk for their MD5, those that were not, or have changed since."""
    rows = list(catalog.rows("joining.unhashed", collection=collection))
    files = [str(root / row["path"]) for row in rows]
    with Progress("reading photos for their MD5", total=len(files)) as progress:
        hashed = progress.over(spread(_md5, files, crashed=_no_md5))
        for batch in batches(zip(rows, hashed, strict=True), 1_000):
            with catalog.writing():
                catalog.many(
                    "joining.save_hash",
                    [(row["id"], row["mtime"], md5) for row, (_, md5) in batch if md5],
                )


def unite(catalog: Catalog, collection: int, root: Path) -> int:
    """Put new photos on disk to the rows that files made of them by another name; return how many."""
    ghosts = _by_key(catalog.rows("joining.ghosts", collection=collection))
    if not ghosts:
        return 0
    newcomers = _by_key(catalog.rows("joining.newcomers", collection=collection))
    pairs = [
        (ghosts[one][0], *newcomers[one])
        for one in ghosts.keys() & newcomers.keys()
        if ghosts[one][0] and newcomers[one][0]
    ]
    named = list(catalog.rows("joining.ghosts_by_content", collection=collection, shape=_MD5_SHAPE))
    if named and newcomers:
        _read_hashes(catalog, collection, root)
        met = {image for pair in pairs for image in pair[:2]}
        new = {path: image for image, path in newcomers.values() if image not in met}
        hashes = {_md5_named(row["path"]): row["id"] for row in named if row["id"] not in met}
        keys = json.dumps(list(hashes))
        pairs += [
            (hashes[row["key"]], new[row["path"]], row["path"])
            for row in catalog.rows("joining.hashed", keys=keys, collection=collection)
            if row["path"] in new
        ]
    for batch in batches(sorted(pairs)):
        catalog.run("joining.start_united")
        catalog.many("joining.add_united", batch)
        with catalog.writing():
            catalog.run("joining.unite")
    for source in {row["introduced_by"] for row in named} if pairs else ():
        _share(catalog, source, collection)
    return len(pairs)


def _share(catalog: Catalog, source: int, collection: int) -> int:
    with catalog.writing():
        last = catalog.value("ingest.last_detection")
        catalog.run("joining.share", source=source, collection=collection, last=last)
        count: int = catalog.value("joining.count_copies")
    return count


def _by_key(rows: Iterable[sqlite3.Row]) -> dict[str, tuple[int, str]]:
    """Key photos by what all spellings of their paths have in common; 0 for what several share."""
    found = dict[str, tuple[int, str]]()
    for row in rows:
        one = key(row["path"])
        found[one] = (0, "") if one in found else (row["id"], row["path"])
    return found


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to strip from the paths of a file and what to add, so that they are those on disk."""

    strip: str
    add: str
    fits: int
    tried: int

    def __str__(self) -> str:
        """Return the options as they are typed."""
        options = [
            f"--{name}-prefix {value!r}"
            for name, value in (("strip", self.strip), ("add", self.add))
            if value
        ]
        return " ".join(options)


def propose(catalog: Catalog, collection: int, paths: Iterable[str]) -> Proposal | None:
    """Find the prefixes by which most paths of a file would be those of photos on disk.

    Each path votes for what is left when the longest common suffix with a photo of the same file
    name is taken off both. None if no pair of prefixes gets half of the votes, or several get as many:
    cameras count from 1 again, and a guess would put results on other photos. Addresses have no vote.
    """
    sample = [
        path.replace("\\", "/") for path in islice(paths, _MOST_SAMPLED) if not urls.is_url(path)
    ]
    wanted = {key(path.rpartition("/")[2]) for path in sample}
    places = dict[str, list[str]]()
    for row in catalog.rows("joining.on_disk", collection=collection):
        name = key(row["path"].rpartition("/")[2])
        if name in wanted:
            places.setdefault(name, []).append(row["path"])
    votes = Counter[tuple[str, str]]()
    for path in sample:
        votes.update(set(_prefixes(path, places.get(key(path.rpartition("/")[2]), []))))
    fits = max(votes.values(), default=0)
    best = [prefixes for prefixes, count in votes.items() if count == fits]
    if len(best) != 1 or 2 * fits < len(sample):
        return None
    strip, add = best[0]
    return Proposal(strip, add, fits, len(sample)) if strip != add else None


def _prefixes(path: str, places: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what is left of a path and of each place that it shares most with."""
    shared = [(_shared(path, place), place) for place in places]
    most = max((count for count, _ in shared), default=0)
    for count, place in shared:
        if count == most:
            yield _head(path, count), _head(place, count)


def _shared(path: str, place: str) -> int:
    """Return how many parts two paths have in common from their ends."""
    count = 0
    for one, other in zip(reversed(path.split("/")), reversed(place.split("/")), strict=False):
        if key(one) != key(other):
            break
        count += 1
    return count


def _head(path: str, without: int) -> str:
    parts = path.split("/")[:-without]
    return "".join(f"{part}/" for part in parts)


def _md5_named(path: str) -> str:
    """Return the MD5 that a path consists of; nothing for any other."""
    found = _MD5.fullmatch(path)
    return found[1].lower() if found else ""


def _md5(file: str) -> str | None:
    try:
        with Path(file).open("rb") as opened:
            return hashlib.file_digest(
                opened, partial(hashlib.md5, usedforsecurity=False)
            ).hexdigest()
    except OSError:
        return None


def _no_md5(_: str) -> None:
    return None
