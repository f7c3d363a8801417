"""MegaDetector results of the chosen photos: opens in Timelapse and AddaxAI with boxes."""

import json
from typing import Any

from herocat import __version__
from herocat.exports import words
from herocat.exports.chosen import Photo
from herocat.exports.kind import Format, Job, Kind, Written
from herocat.formats.known import MEGADETECTOR

VERSION = "1.6"
_USUAL = ("animal", "person", "vehicle")


def write(job: Job) -> Written:
    """Write a results file for each collection."""
    groups = words.by_collection(job.photos)
    names = list(words.file_names("timelapse_recognition_file", ".json", groups))
    for name, photos in zip(names, groups.values(), strict=True):
        text = json.dumps(content(job, photos), indent=1)
        (job.folder / name).write_text(text + "\n", "utf-8")
    return Written(names, len(job.photos))


def content(job: Job, photos: list[Photo]) -> dict[str, Any]:
    """Return results as MegaDetector writes them; categories keep their usual numbers."""
    categories = {name: str(number) for number, name in enumerate(_USUAL, 1)}
    species = dict[str, str]()
    images = [_image(job, photo, categories, species) for photo in photos]
    found: dict[str, Any] = {
        "images": images,
        "detection_categories": {number: name for name, number in categories.items()},
        "info": {"format_version": VERSION, "detector": f"herocat {__version__}, chosen photos"},
    }
    if species:
        found["classification_categories"] = {number: name for name, number in species.items()}
    return found


def _image(
    job: Job, photo: Photo, categories: dict[str, str], species: dict[str, str]
) -> dict[str, Any]:
    detections = []
    for one in words.boxes(job.catalog, photo):
        number = categories.setdefault(one.category, str(len(categories) + 1))
        detection: dict[str, Any] = {
            "category": number,
            "conf": float(one.confidence),
            "bbox": [round(side, 4) for side in one.box],
        }
        if one.species:
            kind = species.setdefault(one.species, str(len(species) + 1))
            detection["classifications"] = [[kind, float(one.species_score or 0)]]
        detections.append(detection)
    image: dict[str, Any] = {"file": photo.path, "detections": detections}
    if photo.width and photo.height:
        image |= {"width": photo.width, "height": photo.height}
    return image


KIND = Kind(
    name="megadetector",
    title="MegaDetector results of the chosen photos",
    opens="Timelapse, AddaxAI, MegaDetector's tools",
    about=(
        "Write a MegaDetector results file that holds the chosen photos only: other tools show them with their "
        "boxes and species. In Timelapse: Recognition, Import recognition data."
    ),
    examples=("herocat export megadetector --out chosen --top 200",),
    write=write,
    form=Format(
        MEGADETECTOR,
        kept="boxes, confidences, the best species of each",
        lost="scores, reasons, lower guesses, failures",
    ),
    by_path=True,
)
