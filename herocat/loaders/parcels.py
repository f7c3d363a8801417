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
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

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
    files = (folder / f"{number}.db" for number in count())
    contents = _Contents()
    for record in _READERS[job.form](job):
        if isinstance(record, About):
            about.append(record)
            continue
        contents.add(record)
        if contents.entries == BATCH:
            yield contents.write(next(files), job, collection)
            contents = _Contents()
    if contents.entries:
        yield contents.write(next(files), job, collection)
    yield from about


class _Contents:
    """The rows of a parcel: made of each record at once, as going through all of them again is slow.

    Rows that have no value in some column are kept apart, as Python's sqlite3 takes half as long again
    to bind a None as it takes for the row.
    """

    def __init__(self) -> None:
        self._paths = list[str]()
        self._failures = list[tuple[str, int]]()
        self._boxes = list[_Row]()
        self._named_boxes = list[_Row]()
        self._guesses = list[_Row]()
        self._conclusions = list[_Row]()
        self._frame_paths = list[str]()
        self._frames = list[_Row]()
        self.entries = 0

    def add(self, record: Result | Frame) -> None:
        self.entries += 1
        if isinstance(record, Frame):
            path, sequence, frame_num, location, captured_at, doubt = record
            self._frame_paths.append(path)
            self._frames.append((sequence, frame_num, location, captured_at, doubt or ""))
            return
        self._paths.append(record.path)
        number = len(self._paths)
        if record.failure is not None:
            self._failures.append((record.failure, number))
        for detection in record.detections:
            self._add_detection(number, detection)
        for rank, guess in enumerate(record.species, 1):
            self._guesses.append((number, None, rank, guess.name, guess.score))
        if record.prediction:
            self._conclusions.append((number, None, *record.prediction))

    def _add_detection(self, result: int, detection: Detection) -> None:
        number = len(self._boxes) + len(self._named_boxes) + 1
        species = detection.species
        box = detection.box or _BOXLESS
        row = (number, result, detection.category, detection.confidence, *box)
        if species:
            self._named_boxes.append((*row, species[0].name, species[0].score))
            for rank, guess in enumerate(species[1:], 2):
                self._guesses.append((result, number, rank, guess.name, guess.score))
        else:
            self._boxes.append(row)
        if detection.prediction:
            self._conclusions.append((result, number, *detection.prediction))

    def write(self, file: Path, job: Job, collection: Collection) -> Parcel:
        """Write the rows into a new database; raise InputError for a path outside the collection."""
        found = all_inside(collection, job.path, self._paths)
        frames = all_inside(collection, job.path, self._frame_paths)
        with (
            no_half_characters(job.path),
            closing(sqlite3.connect(file, isolation_level=None)) as db,
        ):
            for pragma in ("journal_mode = off", "synchronous = off", "locking_mode = exclusive"):
                db.execute(f"pragma {pragma}")
            db.execute("begin")
            for statement in queries.queries()["parcels.create"].statements:
                db.execute(statement)
            _many(db, "parcels.add_results", [(msgspec.json.encode(found).decode(),)])
            _many(db, "parcels.fail_result", self._failures)
            failed = {number for _, number in self._failures}
            _many(db, "parcels.repeat_result", _outdone(found, failed))
            _many(db, "parcels.add_detection", self._boxes)
            _many(db, "parcels.add_named_detection", self._named_boxes)
            _many(db, "parcels.add_classification", self._guesses)
            _many(db, "parcels.add_prediction", self._conclusions)
            given = ((path, *rest) for path, rest in zip(frames, self._frames, strict=True))
            _many(db, "parcels.add_frame", given)
            db.execute("commit")
        return Parcel(file, self.entries, len(frames))


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


_READERS: dict[str, Callable[[Job], Iterator[Result | Frame | About]]] = {
    known.MEGADETECTOR: lambda job: megadetector.read(job.path, floor=job.floor, header=job.header),
    known.SPECIESNET: lambda job: speciesnet.read(job.path, floor=job.floor),
    known.COCO: lambda job: coco.read(job.path),
}
