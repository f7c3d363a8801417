"""What a file says, in parcels: small SQLite files that the catalog takes in whole.

A large file is read by a process of its own, which packs the next parcels while the catalog takes
in the last. Parcels are files, so that neither process holds more than one in memory.
"""

import gc
import shutil
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec

from herocat import queries
from herocat.batches import BATCH
from herocat.formats import coco, known, megadetector, speciesnet
from herocat.formats.values import Floor
from herocat.loaders.sources import Collection, all_inside, no_half_characters
from herocat.parallel import ahead
from herocat.records import About, Detection, Frame, Result

LARGE = 16 << 20  # bytes from which a file is read by a process of its own
_AHEAD = 64  # parcels that may wait: some 200 MB on disk
_PORTION = 1_000  # records that wait to be written
_AT_ONCE = 20  # rows that one statement inserts
_BOXLESS = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read, and how: its format and the options."""

    path: Path
    form: str
    floor: Floor
    header: megadetector.Header | None = (
        None  # where a first reading found that it had guessed wrong
    )


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was found in a stretch of a file: the SQLite file that holds it, and its counts."""

    file: Path
    entries: int
    frames: int


Packed = Parcel | About
_Row = tuple[object, ...]
_Read = Result | Frame | About


@contextmanager
def reading(job: Job, collection: Collection) -> Iterator[Iterator[Packed]]:
    """Begin to read a file, and give its parcels as they come; at the end they are all removed.

    Raises InputError, while the parcels come, for what cannot be read.
    """
    folder = Path(mkdtemp(prefix="herocat-"))
    try:
        if job.path.stat().st_size < LARGE:
            yield _pack(job, collection, folder)
        else:
            with ahead(_pack_apart, job, collection, folder, most=_AHEAD) as parcels:
                yield parcels
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def named(job: Job) -> Iterator[str]:
    """Yield the paths that a file names, as it spells them."""
    for record in _READERS[job.form](job):
        if not isinstance(record, About):
            yield record.path


def _pack_apart(job: Job, collection: Collection, folder: Path) -> Iterator[Packed]:
    gc.disable()  # nothing here refers to itself, and looking for what does takes a quarter of the time
    yield from _pack(job, collection, folder)


def _pack(job: Job, collection: Collection, folder: Path) -> Iterator[Packed]:
    about = list[About]()
    records = _READERS[job.form](job)
    for number, first in enumerate(records):
        stretch = chain([first], islice(records, BATCH - 1))
        parcel = _packed(folder / f"{number}.db", stretch, job, collection, about)
        if parcel.entries:
            yield parcel
    yield from about


def _packed(
    file: Path, records: Iterable[_Read], job: Job, collection: Collection, about: list[About]
) -> Parcel:
    """Write records into a new database; raise InputError for a path outside the collection.

    What the file says of itself goes to ``about``.
    """
    with no_half_characters(job.path), closing(sqlite3.connect(file, isolation_level=None)) as db:
        for pragma in ("journal_mode = off", "synchronous = off", "locking_mode = exclusive"):
            db.execute(f"pragma {pragma}")
        db.execute("begin")
        for statement in queries.queries()["parcels.create"].statements:
            db.execute(statement)
        contents = _Contents(db, job.path, collection)
        for record in records:
            if isinstance(record, About):
                about.append(record)
            else:
                contents.add(record)
        contents.finish()
        db.execute("commit")
    return Parcel(file, contents.entries, contents.num_frames)


class _Rows:
    """Rows for one table, their values end to end, so that SQLite takes in many at once.

    That takes two thirds of the time of one by one. A None takes Python's sqlite3 half as long again
    to bind as it takes for the whole row: rows that lack something are kept apart.
    """

    __slots__ = ("_query", "_values", "_width", "add")

    def __init__(self, query: str, width: int) -> None:
        self._query = query
        self._width = width
        self._values = list[object]()
        self.add = self._values.extend  # the values of a row

    @property
    def first(self) -> list[Any]:
        """The first value of every row."""
        return self._values[:: self._width]

    @first.setter
    def first(self, values: list[Any]) -> None:
        self._values[:: self._width] = values

    def write(self, db: sqlite3.Connection) -> None:
        """Insert them all, and begin anew."""
        (one,) = queries.queries()[self._query].statements
        into, _, row = one.rpartition("values ")
        stretch = _AT_ONCE * self._width
        whole = len(self._values) - len(self._values) % stretch
        many = (self._values[at : at + stretch] for at in range(0, whole, stretch))
        db.executemany(f"{into}values {', '.join([row] * _AT_ONCE)}", many)
        ends = range(whole, len(self._values), self._width)
        db.executemany(one, (self._values[at : at + self._width] for at in ends))
        self._values.clear()


class _Contents:
    """The rows of a parcel: made of each record at once, and written a thousand records at a time.

    So what is made stays in the cache of the processor until it is written.
    """

    def __init__(self, db: sqlite3.Connection, file: Path, collection: Collection) -> None:
        self._db = db
        self._file = file
        self._collection = collection
        self._paths = list[str]()  # of the results that are written, as they are kept
        self._failed = set[int]()
        self._new_paths = list[str]()  # of those that wait, as the file has them
        self._failures = list[tuple[str, int]]()
        self._boxes = _Rows("parcels.add_detection", 8)
        self._named_boxes = _Rows("parcels.add_named_detection", 10)
        self._guesses = _Rows("parcels.add_classification", 5)
        self._conclusions = _Rows("parcels.add_prediction", 5)
        self._frames = _Rows("parcels.add_frame", 6)
        boxes = (self._boxes, self._named_boxes)
        self._tables = (*boxes, self._guesses, self._conclusions, self._frames)
        self._num_results = self._num_boxes = 0
        self.num_frames = 0
        self.entries = 0

    def add(self, record: Result | Frame) -> None:
        """Take in a record."""
        if isinstance(record, Frame):
            path, sequence, frame_num, location, captured_at, doubt = record
            self._frames.add((path, sequence, frame_num, location, captured_at, doubt or ""))
            self.num_frames += 1
        else:
            self._add_result(record)
        self.entries += 1
        if not self.entries % _PORTION:
            self._write()

    def finish(self) -> None:
        """Write what is left, and mark the results that others of the parcel outdo."""
        self._write()
        _many(self._db, "parcels.repeat_result", _outdone(self._paths, self._failed))

    def _add_result(self, result: Result) -> None:
        self._num_results = number = self._num_results + 1
        self._new_paths.append(result.path)
        if result.failure is not None:
            self._failures.append((result.failure, number))
            self._failed.add(number)
        if result.detections:
            self._add_detections(number, result.detections)
        for rank, guess in enumerate(result.species, 1):
            self._guesses.add((number, None, rank, guess.name, guess.score))
        if result.prediction:
            self._conclusions.add((number, None, *result.prediction))

    def _add_detections(self, result: int, detections: Sequence[Detection]) -> None:
        add, add_named = self._boxes.add, self._named_boxes.add
        for number, detection in enumerate(detections, self._num_boxes + 1):
            kind, confidence = detection.category, detection.confidence
            box = detection.box or _BOXLESS
            species = detection.species
            if species:
                best = species[0]
                add_named((number, result, kind, confidence, *box, best.name, best.score))
                for rank, guess in enumerate(species[1:], 2):
                    self._guesses.add((result, number, rank, guess.name, guess.score))
            else:
                add((number, result, kind, confidence, *box))
            if detection.prediction:
                self._conclusions.add((result, number, *detection.prediction))
        self._num_boxes += len(detections)

    def _write(self) -> None:
        """Write the rows that wait, once their paths are known to be inside the collection."""
        found = all_inside(self._collection, self._file, self._new_paths)
        first = len(self._paths) + 1
        _many(self._db, "parcels.add_results", [(first, msgspec.json.encode(found).decode())])
        _many(self._db, "parcels.fail_result", self._failures)
        self._paths += found
        self._new_paths, self._failures = [], []
        self._frames.first = all_inside(self._collection, self._file, self._frames.first)
        for rows in self._tables:
            rows.write(self._db)


def _outdone(found: Sequence[str], failed: Container[int]) -> list[_Row]:
    """Return the numbers of results that another of the same photo outdoes: a success, or the first."""
    if len(set(found)) == len(found):
        return []
    best = dict[str, int]()
    for number, path in enumerate(found, 1):
        earlier = best.get(path)
        if earlier is None or (earlier in failed and number not in failed):
            best[path] = number
    kept = set(best.values())
    return [(number,) for number in range(1, len(found) + 1) if number not in kept]


def _many(db: sqlite3.Connection, name: str, rows: Iterable[_Row]) -> None:
    (statement,) = queries.queries()[name].statements
    db.executemany(statement, rows)


_READERS: dict[str, Callable[[Job], Iterator[_Read]]] = {
    known.MEGADETECTOR: lambda job: megadetector.read(job.path, floor=job.floor, header=job.header),
    known.SPECIESNET: lambda job: speciesnet.read(job.path, floor=job.floor),
    known.COCO: lambda job: coco.read(job.path),
}
