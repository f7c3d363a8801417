"""The results files of a drawn collection, as a detector and a project would have written them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from herocat.drawing.actors import Actor
from herocat.drawing.cast import CAST
from herocat.drawing.places import PLACES, frame_size
from herocat.drawing.plan import Frame
from herocat.drawing.verdict import confidence, sharpness, span, steadiness, wholeness
from herocat.records import Box

MAKER = "herocat demo"
Boxes = Mapping[str, Sequence[Box | None]]  # of each file, in the order of its actors

_CATEGORIES = {"1": "animal", "2": "person", "3": "vehicle"}
_IDS = {name: key for key, name in _CATEGORIES.items()}
_ALIKE = {  # what a classifier takes each species for when it errs
    "red fox": "grey wolf",
    "grey wolf": "domestic dog",
    "red deer": "roe deer",
    "brown bear": "wild boar",
    "wild boar": "brown bear",
    "eurasian badger": "wild boar",
    "eurasian lynx": "wildcat",
    "european hare": "european rabbit",
    "african elephant": "black rhinoceros",
    "plains zebra": "blue wildebeest",
    "giraffe": "greater kudu",
    "grey heron": "great egret",
    "barn owl": "tawny owl",
}
_CLASSES = sorted({*_ALIKE, *_ALIKE.values()})
_NOISE = 0.45  # share of frames in which a detector sees things
_NOTHING, _HUMAN, _VEHICLE = 0, 1, 2


def detections(frames: Sequence[Frame], boxes: Boxes) -> dict[str, Any]:
    """Return MegaDetector results, format 1.5, its tables behind the images as its writer does."""
    last = max(frame.moment for frame in frames)
    done = last.replace(hour=20, minute=0, second=0).isoformat(sep=" ")
    return {
        "images": [_result(frame, boxes.get(frame.file)) for frame in frames],
        "detection_categories": _CATEGORIES,
        "classification_categories": {str(key): name for key, name in enumerate(_CLASSES)},
        "info": {
            "detection_completion_time": done,
            "format_version": "1.5",
            "detector": MAKER,
            "detector_metadata": {
                "typical_detection_threshold": 0.2,
                "conservative_detection_threshold": 0.05,
            },
            "classifier": MAKER,
            "classification_completion_time": done,
        },
    }


def _result(frame: Frame, boxes: Sequence[Box | None] | None) -> dict[str, Any]:
    if frame.take.fault == "unreadable":
        return {"file": frame.file, "failure": "image access failure", "detections": None}
    if boxes is None:  # the file is not on disk: it was when the detector ran
        boxes = [span(actor, PLACES[frame.place]) for actor in frame.take.actors]
    rng = np.random.default_rng(frame.seed + 1)
    pairs = zip(frame.take.actors, boxes, strict=True)
    found = [_detection(frame, actor, box, rng) for actor, box in pairs if box is not None]
    found += _imagined(rng)
    found.sort(key=lambda one: -float(one["conf"]))
    return {"file": frame.file, "detections": found}


def _detection(frame: Frame, actor: Actor, box: Box, rng: np.random.Generator) -> dict[str, Any]:
    place = PLACES[frame.place]
    light = place.lights[frame.light]
    sure = confidence(actor, wholeness(actor, place), frame.take.hidden, light)
    sure *= 0.7 + 0.3 * steadiness(frame.take.shake)
    sure = min(0.98, max(0.06, sure + float(rng.normal(0, 0.015))))
    player = CAST[actor.who]
    one: dict[str, Any] = {
        "category": _IDS[player.category],
        "conf": round(sure, 3),
        "bbox": list(box),
    }
    if player.category == "animal":
        first, second = player.species, _ALIKE[player.species]
        score = min(0.99, max(0.35, 0.30 + 0.68 * sure * (0.7 + 0.3 * sharpness(actor))))
        if sure < 0.4 and rng.random() < 0.5:
            first, second = second, first
        other = (1 - score) * float(rng.uniform(0.3, 0.8))
        one["classifications"] = [
            [str(_CLASSES.index(first)), round(score, 3)],
            [str(_CLASSES.index(second)), round(other, 3)],
        ]
    return one


def _imagined(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return boxes of low confidence around stones, stumps and shadows."""
    if rng.random() > _NOISE:
        return []
    found = []
    for _ in range(int(rng.integers(1, 4))):
        w, h = (float(rng.uniform(0.02, 0.12)) for _ in range(2))
        x, y = float(rng.uniform(0, 1 - w)), float(rng.uniform(0.35, 0.93 - h))
        sure = 0.05 + 0.15 * float(rng.random()) ** 2
        corners = [round(value, 4) for value in (x, y, w, h)]
        found.append({"category": "1", "conf": round(sure, 3), "bbox": corners})
    return found


def sequences(frames: Sequence[Frame], width: int) -> dict[str, Any]:
    """Return COCO Camera Traps; it leaves out the bursts that are not listed."""
    known = [frame for frame in frames if frame.listed]
    numbers = {"empty": _NOTHING, "human": _HUMAN, "vehicle": _VEHICLE}
    numbers |= {name: number for number, name in enumerate(sorted(_ALIKE), len(numbers))}
    wide, tall = frame_size(width)
    annotations = list[dict[str, Any]]()
    for frame in known:
        names = sorted({CAST[actor.who].species for actor in frame.take.actors}) or ["empty"]
        for name in names:
            key = f"{_stem(frame)}:{numbers[name]}"
            one = {"id": key, "image_id": _stem(frame), "category_id": numbers[name]}
            annotations.append(one)
    return {
        "info": {"version": "1.0", "year": known[0].moment.year, "description": MAKER},
        "images": [
            {
                "id": _stem(frame),
                "file_name": frame.file,
                "seq_id": frame.sequence,
                "seq_num_frames": frame.frames,
                "frame_num": frame.number,
                "location": frame.place,
                "datetime": frame.moment.isoformat(sep=" "),
                "width": wide,
                "height": tall,
            }
            for frame in known
        ],
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for name, number in numbers.items()],
    }


def _stem(frame: Frame) -> str:
    return frame.file.rpartition(".")[0]


def truth(frames: Sequence[Frame]) -> dict[str, Any]:
    """Return what is true of each frame: how good it is, and what went wrong."""
    return {
        "info": {
            "description": f"{MAKER}: what was ordered, for tests; no pixel was read",
            "quality": "0 to 1, as an eye would say; 0 without an animal",
        },
        "frames": [
            {
                "file": frame.file,
                "sequence": frame.sequence,
                "quality": frame.quality,
                "best": frame.best,
                "species": next(
                    (
                        CAST[actor.who].species
                        for actor in frame.take.actors
                        if CAST[actor.who].category == "animal"
                    ),
                    None,
                ),
                "wrong": ", ".join(filter(None, (frame.take.wrong, _FAULTS[frame.take.fault]))),
            }
            for frame in frames
        ],
    }


_FAULTS = {
    "": "",
    "unreadable": "the file is no image",
    "truncated": "the end of the file is missing",
    "absent": "the file is not on disk",
}
