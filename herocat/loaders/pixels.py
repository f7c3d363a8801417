"""Measurements, content hashes and thumbnails of photos into the catalog, read on all cores."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from herocat import photos, pixels, times
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.parallel import spread
from herocat.progress import Progress
from herocat.records import Box

_LISTED = 1_000  # photos asked for at a time
_COMMIT = 64  # photos per transaction: a kill costs no more than a second or two


@dataclass(frozen=True, slots=True)
class Job:
    """One photo to read, and what is wanted of it."""

    image: int
    root: Path
    path: str
    measurement: bool
    thumbnail: bool
    detection: int | None
    box: Box | None


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one photo; or why nothing could be."""

    sha256: str | None = None
    measurement: pixels.Measurement | None = None
    thumbnail: photos.Thumbnail | None = None
    failure: str | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many photos were read, could not be read, and were not there."""

    read: int
    unreadable: int
    missing: int


def load(catalog: Catalog, *, workers: int | None = None) -> Loaded:
    """Read the photos that are listed in ``temp.to_measure``, and put what they show into tables.

    A photo that cannot be decoded is recorded as a failure; one whose file is gone, as not on
    disk. Raises InputError if a whole collection is not there: a disk that is not plugged in.
    """
    read = unreadable = missing = 0
    with Progress("reading pixels", catalog.value("measure.count_listed")) as progress:
        done = spread(read_photo, _jobs(catalog), crashed=_crashed, workers=workers)
        for batch in batches(done, _COMMIT):
            _require_roots(batch)
            with catalog.writing():
                for job, result in batch:
                    _save(catalog, job, result)
            unreadable += sum(result.failure is not None for _, result in batch)
            missing += sum(result.missing for _, result in batch)
            read += len(batch)
            progress.step(len(batch))
    return Loaded(read - unreadable - missing, unreadable, missing)


def read_photo(job: Job) -> Read:
    """Read one photo as its job asks; whatever is wrong with it is a failure, not an exception."""
    try:
        content = photos.read_bytes(job.root / job.path)
        digest = hashlib.sha256(content).hexdigest()
        if not job.measurement:
            small = photos.decode_small(content, photos.THUMBNAIL)
            return Read(digest, thumbnail=photos.thumbnail(small))
        image = photos.decode(content)
    except photos.MissingError:
        return Read(missing=True)
    except photos.UnreadableError as error:
        return Read(failure=str(error))
    return Read(
        digest,
        measurement=pixels.measure(image, job.box),
        thumbnail=photos.thumbnail(image) if job.thumbnail else None,
    )


def _jobs(catalog: Catalog) -> Iterator[Job]:
    after = 0
    while rows := list(catalog.rows("measure.work", after=after, limit=_LISTED)):
        for row in rows:
            after = row["image_id"]
            yield Job(
                image=after,
                root=catalog.placed(row["root"]),
                path=row["path"],
                measurement=bool(row["measurement"]),
                thumbnail=bool(row["thumbnail"]),
                detection=row["detection_id"],
                box=None
                if row["detection_id"] is None
                else Box(row["x"], row["y"], row["w"], row["h"]),
            )


def _require_roots(batch: list[tuple[Job, Read]]) -> None:
    """Raise InputError if photos are missing because their whole collection is."""
    for root in {job.root for job, read in batch if read.missing}:
        if not root.is_dir():
            raise InputError(
                f"the photos' folder {root} is not there: is its disk plugged in? "
                "What was read is kept; run this again when it is"
            )


def _save(catalog: Catalog, job: Job, read: Read) -> None:
    if read.missing:
        catalog.run("measure.save_missing", image=job.image)
    elif read.failure is not None:
        catalog.run("measure.save_failure", image=job.image, failure=read.failure)
    else:
        catalog.run("measure.save_hash", image=job.image, sha256=read.sha256)
    if read.measurement is not None:
        catalog.run("measure.save_measurement", **_row(job, read.measurement))
    if read.thumbnail is not None:
        catalog.run("measure.save_thumbnail", image=job.image, **asdict(read.thumbnail))


def _row(job: Job, measured: pixels.Measurement) -> dict[str, object]:
    subject = measured.subject
    return {
        "image": job.image,
        "version": pixels.VERSION,
        "detection": job.detection,
        "now": times.now(),
        "monochrome": int(measured.monochrome),
        "brightness": measured.brightness,
        "colourfulness": measured.colourfulness,
        "content_top": measured.content_top,
        "content_bottom": measured.content_bottom,
        "subject_width": subject and subject.width,
        "subject_height": subject and subject.height,
        "subject_brightness": subject and subject.brightness,
        "subject_contrast": subject and subject.contrast,
        "subject_clipped": subject and subject.clipped,
        "subject_sharpness": subject and subject.sharpness,
        "background_sharpness": subject and subject.background_sharpness,
        "separation": subject and subject.separation,
    }


def _crashed(_: Job) -> Read:
    return Read(failure="its decoder crashed")
