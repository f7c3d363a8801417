"""COCO Camera Traps of the chosen photos: images, bursts, species, boxes in pixels."""

import json
from typing import Any

from herocat import __version__
from herocat.exports import words
from herocat.exports.chosen import Photo
from herocat.exports.kind import Format, Job, Kind, Written
from herocat.formats.known import COCO

_EMPTY = "empty"


def write(job: Job) -> Written:
    """Write a file for each collection."""
    groups = words.by_collection(job.photos)
    names = list(words.file_names("coco_camera_traps", ".json", groups))
    for name, photos in zip(names, groups.values(), strict=True):
        text = json.dumps(content(job, photos), indent=1, ensure_ascii=False)
        (job.folder / name).write_text(text + "\n", "utf-8")
    return Written(names, len(job.photos))


def content(job: Job, photos: list[Photo]) -> dict[str, Any]:
    """Return photos as COCO Camera Traps has them; 0 is the category of what is empty."""
    categories = {_EMPTY: 0}
    annotations = [
        annotation for photo in photos for annotation in _annotations(job, photo, categories)
    ]
    return {
        "info": {"version": "1.0", "description": f"chosen with herocat {__version__}"},
        "images": [_image(photo) for photo in photos],
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for name, number in categories.items()],
    }


def _image(photo: Photo) -> dict[str, Any]:
    told = {
        "width": photo.width,
        "height": photo.height,
        "datetime": photo.captured_at and photo.captured_at.replace("T", " "),
        "location": photo.place,
        "seq_id": photo.sequence and str(photo.sequence),
        "seq_num_frames": photo.num_frames,
        "frame_num": photo.frame_num,
        "herocat_score": photo.score,
    }
    known = {key: value for key, value in told.items() if value is not None}
    return {"id": photo.path, "file_name": photo.path} | known


def _annotations(job: Job, photo: Photo, categories: dict[str, int]) -> list[dict[str, Any]]:
    found = words.boxes(job.catalog, photo)
    if not found:
        return [{"id": f"{photo.image}-0", "image_id": photo.path, "category_id": 0}]
    made = []
    for number, one in enumerate(found, 1):
        name = one.species or one.category
        annotation: dict[str, Any] = {
            "id": f"{photo.image}-{number}",
            "image_id": photo.path,
            "category_id": categories.setdefault(name, len(categories)),
            "bbox_relative": list(one.box),
            "score": one.confidence,
        }
        if photo.width and photo.height:
            x, y, w, h = one.box
            pixels = x * photo.width, y * photo.height, w * photo.width, h * photo.height
            annotation["bbox"] = [round(side, 1) for side in pixels]
        made.append(annotation)
    return made


KIND = Kind(
    name="coco",
    title="COCO Camera Traps of the chosen photos",
    opens="LILA's and Microsoft's tools, training code",
    about="Write a COCO Camera Traps file that holds the chosen photos only, with boxes, species and bursts.",
    examples=("herocat export coco --out chosen --min-score 8 --top 1000",),
    write=write,
    form=Format(
        COCO,
        kept="bursts, places, times, boxes, species, scores (`herocat_score`)",
        lost="reasons, lower guesses",
    ),
    by_path=True,
)
