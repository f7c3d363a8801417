"""Labelme JSON beside copies of the photos, for checking by hand; what is changed can be read back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from herocat.exports import copies, words
from herocat.exports.chosen import Photo
from herocat.exports.kind import Format, Job, Kind, Written, option
from herocat.formats.known import LABELME

VERSION = "5.3.0a0"


@dataclass(frozen=True, slots=True)
class Options:
    """What the files say."""

    hero_score: float = option(
        8.0, "From this score on the flag hero is set.", low=0, high=10, metavar="SCORE"
    )


def write(job: Job) -> Written:
    """Write a copy of each photo and its JSON beside it."""
    failed = copies.write(_copies(job), len(job.photos))
    files = []
    for photo in job.photos:
        if photo.image in failed:
            continue
        text = json.dumps(content(job, photo), indent=2, ensure_ascii=False)
        (job.folder / f"{photo.stem}.json").write_text(text + "\n", "utf-8")
        files.append(f"{photo.stem}.json")
    return Written(files[:1], len(files), list(copies.notes(failed)))


def content(job: Job, photo: Photo) -> dict[str, Any]:
    """Return the boxes and flags of a photo, in pixels of its copy."""
    reason, run = words.reasoning(job.catalog, photo, job.choice)
    hero = photo.score is not None and photo.score >= job.options.hero_score
    flags = {"hero": hero, "reject": False}
    found = words.boxes(job.catalog, photo)
    shapes = [_shape(photo, one) for one in found]
    # Labelme keeps what it does not know: so a person's change is told from what stood there.
    told: dict[str, Any] = {
        "image": photo.image,
        "score": photo.score,
        "run": run,
        "flags": flags,
        "shapes": [_said(*both) for both in zip(shapes, found, strict=True)],
    }
    if photo.secret is None:
        told["path"] = photo.path
    return {
        "version": VERSION,
        "flags": flags,
        "shapes": shapes,
        "imagePath": f"{photo.stem}.jpg",
        "imageData": None,
        "imageHeight": photo.height,
        "imageWidth": photo.width,
        "description": reason if photo.score is None else f"{photo.score:.1f}: {reason}",
        "herocat": told,
    }


def _shape(photo: Photo, one: words.Found) -> dict[str, Any]:
    width, height = photo.width or 0, photo.height or 0
    x, y, w, h = one.box
    return {
        "label": one.species or one.category,
        "points": [[x * width, y * height], [(x + w) * width, (y + h) * height]],
        "group_id": None,
        "description": f"{one.category} {one.confidence:.2f}",
        "shape_type": "rectangle",
        "flags": {},
    }


def _said(shape: dict[str, Any], one: words.Found) -> dict[str, Any]:
    """Return a shape as it is written, with what the detector said."""
    written = {key: shape[key] for key in ("label", "points", "description")}
    return written | {
        "category": one.category,
        "confidence": one.confidence,
        "species": one.species,
        "species_score": one.species_score,
    }


def _copies(job: Job) -> Iterator[copies.Copy]:
    for photo in job.photos:
        target = job.folder / f"{photo.stem}.jpg"
        yield copies.Copy(photo.image, photo.file, target, strips=photo.strips)


KIND = Kind(
    name="labelme",
    title="copies with Labelme JSON, for checking by hand",
    opens="Labelme",
    about=(
        "Write a folder for Labelme: a cleaned copy of each chosen photo, and a JSON file with its boxes, the "
        "flags hero and reject, the score and the reason. Check them, then take the folder in again with ingest: "
        "flags and boxes that you have changed count as yours."
    ),
    examples=("herocat export labelme --out check --top 300", "labelme check"),
    write=write,
    form=Format(
        LABELME,
        kept="boxes with their species, score and reason, flags hero and reject, what was there before a person changed it",
        lost="bursts, times, places",
    ),
    options=Options,
)
