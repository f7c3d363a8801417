"""What a file says, in parcels: small SQLite files that the catalog takes in whole.

A large file is read by a process of its own, which packs the next parcels while the catalog takes
in the last. Parcels are files, so that neither process holds more than one in memory.
"""

import gc
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from herocat import queries
from herocat.batches import batches
from herocat.formats import coco, known, megadetector, speciesnet
from herocat.loaders.sources import Collection, inside, no_half_characters
from herocat.parallel import ahead
from herocat.records import About, Frame, Result

LARGE = 16 << 20  # bytes from which a file is read by a process of its own
_AHEAD = 64  # parcels that may wait: some 200 MB on disk
_BOXLESS = (None, None, None, None)
_NAMELESS = (None, None)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read, and how: its format and the options."""

    path: Path
    form: str
    min_confidence: float
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

    def records() -> Iterator[Result | Frame]:
        for record in _READERS[job.form](job):
            if isinstance(record, About):
                about.append(record)
            else:
                yield record

    for number, batch in enumerate(batches(records())):
        file = folder / f"{number}.db"
        yield Parcel(file, len(batch), _write(file, job, collection, batch))
    yield from about


def _write(file: Path, job: Job, collection: Collection, batch: Iterable[Result | Frame]) -> int:
    """Write a batch of records into a new database; return how many frames there are among them."""
    results = dict[str, Result]()
    frames = list[_Row]()
    for record in batch:
        path = inside(collection, job.path, record.path)
        if isinstance(record, Frame):
            frames.append((path, *record[1:]))
            continue
        # Of a path that comes again, a success takes the place of a failure.
        earlier = results.get(path)
        if earlier is None or (earlier.failure and not record.failure):
            results[path] = record
    with no_half_characters(job.path), closing(sqlite3.connect(file, isolation_level=None)) as db:
        for pragma in ("journal_mode = off", "synchronous = off", "locking_mode = exclusive"):
            db.execute(f"pragma {pragma}")
        db.execute("begin")
        for statement in queries.queries()["parcels.create"].statements:
            db.execute(statement)
        _fill(db, results)
        _many(db, "parcels.add_frame", frames)
        db.execute("commit")
    return len(frames)


def _fill(db: sqlite3.Connection, results: Mapping[str, Result]) -> None:
    boxes, guesses, conclusions = list[_Row](), list[_Row](), list[_Row]()
    for number, result in enumerate(results.values(), 1):
        for detection in result.detections:
            species = detection.species
            boxes.append(
                (
                    len(boxes) + 1,
                    number,
                    detection.category,
                    detection.confidence,
                    *(detection.box or _BOXLESS),
                    *(species[0] if species else _NAMELESS),
                )
            )
            for rank, guess in enumerate(species, 1):
                guesses.append((number, len(boxes), rank, *guess))
            if detection.prediction:
                conclusions.append((number, len(boxes), *detection.prediction))
        for rank, guess in enumerate(result.species, 1):
            guesses.append((number, None, rank, *guess))
        if result.prediction:
            conclusions.append((number, None, *result.prediction))
    named = (
        (number, path, result.failure) for number, (path, result) in enumerate(results.items(), 1)
    )
    _many(db, "parcels.add_result", named)
    _many(db, "parcels.add_detection", boxes)
    _many(db, "parcels.add_classification", guesses)
    _many(db, "parcels.add_prediction", conclusions)


def _many(db: sqlite3.Connection, name: str, rows: Iterable[_Row]) -> None:
    (statement,) = queries.queries()[name].statements
    db.executemany(statement, rows)


_READERS: dict[str, Callable[[Job], Iterator[Result | Frame | About]]] = {
    known.MEGADETECTOR: lambda job: megadetector.read(
        job.path, min_confidence=job.min_confidence, header=job.header
    ),
    known.SPECIESNET: lambda job: speciesnet.read(job.path, min_confidence=job.min_confidence),
    known.COCO: lambda job: coco.read(job.path),
}
