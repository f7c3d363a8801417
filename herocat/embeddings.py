"""Vectors of photos from an image encoder: made once, kept in the catalog, read in bulk.

What is encoded is the subject with some of its surroundings, not the whole frame: the background
tells the camera, and a scorer that knows the camera is no use elsewhere.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from herocat import photos
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.encoder import Pictures
from herocat.parallel import spread
from herocat.ports import Encoder
from herocat.progress import Progress
from herocat.records import Box

_ROUND = 1.5  # sides of what is cut out, against the subject's larger one
_BATCH = 64  # photos that are encoded and committed at a time
_LISTED = 10_000

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Job:
    image: int
    path: Path
    box: Box | None


def encoder_id(catalog: Catalog, encoder: Encoder, path: Path) -> int:
    """Return the id of an encoder in the catalog, where it is written down now if it is new."""
    key = {"sha256": encoder.sha256, "preparation": encoder.preparation.to_text()}
    with catalog.writing():
        catalog.run(
            "embeddings.add_encoder",
            **key,
            path=catalog.stored(path),
            dimensions=encoder.dimensions,
        )
        return int(catalog.value("embeddings.encoder", **key))


def encode(catalog: Catalog, encoder: Encoder, number: int, *, rated_in: Sequence[int] = ()) -> int:
    """Encode the measured photos that have no vector yet; return how many there were.

    ``rated_in`` are label runs: only photos that have a score in one of them. What is encoded is
    kept at once; photos that cannot be read are left out, and tried again another time.
    """
    catalog.run("embeddings.start_list")
    catalog.run("embeddings.list", encoder=number, runs=json.dumps(list(rated_in)))
    done = 0
    size = encoder.preparation.size
    with Progress("encoding photos", catalog.value("embeddings.count")) as progress:
        cut = spread(partial(_cut, size), _jobs(catalog), crashed=_crashed)
        for some in batches(cut, _BATCH):
            readable = [(job.image, picture) for job, picture in some if picture is not None]
            if readable:
                pictures = np.stack([picture for _, picture in readable])
                vectors = encoder.encode(pictures).astype("<f2")
                rows = [
                    (number, image, vector.tobytes())
                    for (image, _), vector in zip(readable, vectors, strict=True)
                ]
                with catalog.writing():
                    catalog.many("embeddings.save", rows)
            done += len(readable)
            progress.step(len(some))
    return done


def vectors(catalog: Catalog, number: int, images: Sequence[int]) -> Vectors:
    """Return the vectors of some photos in their order; a row of NaN where there is none."""
    dimensions = catalog.value("embeddings.dimensions", encoder=number)
    made = np.full((len(images), dimensions), np.nan, np.float32)
    at = {image: row for row, image in enumerate(images)}
    for row in catalog.rows("embeddings.of", encoder=number, images=json.dumps(list(images))):
        made[at[row["image_id"]]] = np.frombuffer(row["vector"], "<f2")
    return made


def _jobs(catalog: Catalog) -> Iterator[_Job]:
    after = 0
    while rows := list(catalog.rows("embeddings.work", after=after, limit=_LISTED)):
        for row in rows:
            after = row["image_id"]
            box = None if row["x"] is None else Box(row["x"], row["y"], row["w"], row["h"])
            yield _Job(after, catalog.placed(row["root"]) / row["path"], box)


def _cut(size: int, job: _Job) -> Pictures | None:
    """Return the subject with its surroundings as a square of pixels; None if it cannot be read."""
    try:
        image = photos.decode(job.path)
    except (photos.UnreadableError, photos.MissingError):
        return None
    return np.asarray(square(image, job.box, size), np.uint8)


def square(image: Image.Image, box: Box | None, size: int) -> Image.Image:
    """Cut out a square around a box, and bring it to a size; what lies outside the photo is grey."""
    width, height = image.size
    if box is None:
        side, x, y = float(max(width, height)), width / 2, height / 2
    else:
        side = _ROUND * max(box.w * width, box.h * height, 1.0)
        x, y = (box.x + box.w / 2) * width, (box.y + box.h / 2) * height
    ends = [round(one) for one in (x - side / 2, y - side / 2, x + side / 2, y + side / 2)]
    inside = (max(0, ends[0]), max(0, ends[1]), min(width, ends[2]), min(height, ends[3]))
    ground = Image.new(
        "RGB", (max(1, ends[2] - ends[0]), max(1, ends[3] - ends[1])), (124, 116, 104)
    )
    ground.paste(image.crop(inside), (inside[0] - ends[0], inside[1] - ends[1]))
    return ground.resize((size, size), Image.Resampling.BICUBIC)


def _crashed(_: _Job) -> None:
    return None
