"""A small made-up collection: photos drawn in a blink, and results files in the real formats."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

CATEGORIES = {"1": "animal", "2": "person", "3": "vehicle"}
SPECIES = {"0": "red fox", "1": "roe deer", "2": "badger", "3": "lynx"}


def animal(
    x: float = 0.3,
    y: float = 0.3,
    w: float = 0.3,
    h: float = 0.3,
    *,
    conf: float = 0.9,
    species: str | None = "0",
    score: float = 0.9,
) -> dict[str, Any]:
    """Return a MegaDetector detection of an animal."""
    found: dict[str, Any] = {"category": "1", "conf": conf, "bbox": [x, y, w, h]}
    if species is not None:
        found["classifications"] = [[species, score]]
    return found


def person(conf: float = 0.8) -> dict[str, Any]:
    """Return a MegaDetector detection of a person."""
    return {"category": "2", "conf": conf, "bbox": [0.1, 0.1, 0.1, 0.3]}


def draw(
    width: int = 96,
    height: int = 72,
    *,
    box: Sequence[float] | None = (0.3, 0.3, 0.3, 0.3),
    blur: float = 0.0,
    seed: int = 0,
    grey: bool = False,
) -> Image.Image:
    """Draw a textured ground with a striped animal in a box, which may be out of focus."""
    rng = np.random.default_rng(seed)
    ground = rng.normal((110, 130, 80), 12, (height, width, 3))
    if box is not None:
        left, top = int(box[0] * width), int(box[1] * height)
        right, bottom = int((box[0] + box[2]) * width), int((box[1] + box[3]) * height)
        stripes = np.where((np.arange(right - left) // 3) % 2, 200.0, 60.0)
        body = np.broadcast_to(stripes[None, :, None], (bottom - top, right - left, 3))
        ground[top:bottom, left:right] = body * (1.0, 0.8, 0.6)
    image = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    if box is not None and blur:
        area = (left, top, right, bottom)
        image.paste(image.crop(area).filter(ImageFilter.GaussianBlur(blur)), area)
    return image.convert("L").convert("RGB") if grey else image


@dataclass
class World:
    """A folder of photos, and what the results files say of them."""

    root: Path
    images: list[dict[str, Any]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)

    def photo(
        self,
        path: str,
        *detections: dict[str, Any],
        sequence: str | None = None,
        moment: str | None = None,
        location: str | None = None,
        image: Image.Image | None = None,
        exif: dict[int, Any] | None = None,
        on_disk: bool = True,
    ) -> str:
        """Add a photo: its file, its detector result, and its sequence if it has one."""
        self.images.append({"file": path, "detections": list(detections)})
        if sequence is not None or location is not None:
            entry = {"file_name": path, "seq_id": sequence, "location": location}
            self.frames.append(entry | ({"datetime": moment} if moment else {}))
        if on_disk:
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            box = next((d["bbox"] for d in detections if d["category"] == "1"), None)
            drawn = image or draw(box=box, seed=len(self.images))
            tags = Image.Exif()
            for tag, value in (exif or {}).items():
                tags[tag] = value
            if moment and not exif:
                tags[306] = moment.replace("-", ":")
            drawn.save(place, quality=92, exif=tags)
        return path

    def detections(self, name: str = "detections.json", **tables: object) -> Path:
        """Write the MegaDetector file, with images first as the real writer does."""
        content = {
            "images": self.images,
            "detection_categories": CATEGORIES,
            "classification_categories": SPECIES,
            "info": {"format_version": "1.5", "detector": "drawn"},
        } | tables
        return self.write(name, content)

    def sequences(self, name: str = "sequences.json") -> Path:
        """Write the COCO Camera Traps file."""
        return self.write(
            name, {"info": {}, "categories": [], "annotations": [], "images": self.frames}
        )

    def write(self, name: str, content: object) -> Path:
        """Write a JSON file beside the photos' folder."""
        path = self.root.parent / name
        path.write_text(json.dumps(content, indent=1))
        return path


def bursts(world: World) -> World:
    """Fill a world: two bursts, a blank, a person in a burst, a vehicle, single photos."""
    world.root.mkdir(parents=True, exist_ok=True)
    for frame in range(3):
        world.photo(
            f"ridge/a{frame}.jpg",
            animal(0.1 + 0.2 * frame, 0.3, 0.3, 0.4, conf=0.95),
            sequence="A",
            moment=f"2024-05-01 10:00:0{frame}",
            location="ridge",
        )
    for frame in range(2):
        world.photo(
            f"ridge/b{frame}.jpg",
            animal(conf=0.7, species="1"),
            *([person()] if frame else []),
            sequence="B",
            moment=f"2024-05-01 11:00:0{frame}",
            location="ridge",
        )
    world.photo("ridge/blank.jpg", sequence="C", moment="2024-05-01 12:00:00", location="ridge")
    world.photo(
        "pond/c0.jpg", animal(0.4, 0.4, 0.1, 0.1, species="2"), moment="2024-05-02 01:00:00"
    )
    world.photo(
        "pond/c1.jpg", animal(0.4, 0.4, 0.12, 0.1, species="2"), moment="2024-05-02 01:00:20"
    )
    world.photo("pond/d0.jpg", animal(0.0, 0.1, 0.9, 0.9), moment="2024-05-02 05:00:00")
    world.photo("pond/gone.jpg", animal(), on_disk=False)
    world.images.append(
        {"file": "pond/bad.jpg", "failure": "image access failure", "detections": None}
    )
    (world.root / "pond" / "bad.jpg").write_bytes(b"not a jpeg")
    return world
