"""Cameras print their name on a strip along an edge: on photos of sensitive species it is painted over.

Seen to bite: thumbnails as the catalog has them, previews, a copy that keeps its very pixels.
"""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from herocat.exports.strips import painted
from tests.conftest import CommandLine
from tests.world import World, animal, draw

PINK = (255, 0, 255)
BOX = (0.3, 0.2, 0.3, 0.3)
KINDS = {
    "html": [],
    "album": [],
    "sheet": [],
    "crops": ["--smallest", "32"],
    "labelme": [],
    "label-studio": [],
    "training": ["--longest", "300"],
    "folders": ["--min-species-score", "0"],
}


def stamped(top: bool = False) -> Image.Image:
    """Draw a photo with a dark strip on which the name of the place stands in a colour of its own."""
    image = draw(640, 480, box=BOX)
    pen, first = ImageDraw.Draw(image), 0 if top else 448
    pen.rectangle((0, first, 640, first + 31), fill=(0, 0, 0))
    font = ImageFont.load_default(20)
    pen.text((12, first + 4), "RHINO POND 07   2024-05-01", fill=PINK, font=font)
    return image


def pink(image: Image.Image) -> int:
    """Count what is left of the text."""
    plane = np.asarray(image.convert("RGB"), np.int16)
    near = (plane[..., 0] > 110) & (plane[..., 2] > 110) & (plane[..., 1] < 90)
    return int(near.sum())


@pytest.mark.parametrize("top", [False, True])
@pytest.mark.parametrize("measured", [False, True])
@pytest.mark.parametrize("width", [640, 320, 200])
def test_a_strip_is_found_and_painted(width: int, *, top: bool, measured: bool) -> None:
    image = stamped(top)
    image.thumbnail((width, width))
    edge = 31 / 480
    known = ((edge, 1.0) if top else (0.0, 1 - edge)) if measured else (0.0, 1.0)
    assert pink(image)
    made = painted(image, known)
    assert made is not None
    assert pink(made) == 0
    assert made.size == image.size
    high = image.height
    same = (0, round(0.08 * high), width, round(0.92 * high))
    assert made.crop(same).tobytes() == image.crop(same).tobytes()


def test_a_photo_without_a_strip_is_left_alone() -> None:
    assert painted(draw(640, 480, box=BOX), (0.0, 1.0)) is None


@pytest.fixture(params=["rhino", "red fox"])
def taken(request: pytest.FixtureRequest, ready: CommandLine, world: World) -> CommandLine:
    """Return the command line on a catalog of a photo of a species, with a thumbnail and a score."""
    path = world.photo("pond/a.jpg", animal(*BOX), moment="2024-05-01 10:00:00", location="pond")
    stamped().save(world.root / path, quality=95)
    named = world.detections(classification_categories={"0": request.param})
    ready("ingest", world.root, named, world.sequences())
    for command in (["sequence"], ["measure", "--all"], ["select"], ["measure"], ["label"]):
        ready(*command)
    return ready


@pytest.mark.parametrize("kind", KINDS)
def test_no_export_shows_it(
    taken: CommandLine, request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    taken("export", kind, "--out", tmp_path / "out", *KINDS[kind])
    pictures = [
        path
        for path in (tmp_path / "out").rglob("*")
        if path.suffix in {".jpg", ".png"} and path.is_file()
    ]
    assert pictures
    left = [pink(Image.open(io.BytesIO(path.read_bytes()))) for path in pictures]
    sensitive = "rhino" in request.node.name
    assert (sum(left) == 0) is (sensitive or kind == "crops")  # a crop leaves it out anyway


def test_a_dark_strip_on_a_dark_photo_is_known_from_its_neighbours(
    ready: CommandLine, world: World, tmp_path: Path
) -> None:
    for number in range(4):
        path = world.photo(f"pond/{number}.jpg", animal(*BOX))
        image = stamped()
        if not number:
            night = Image.new("RGB", (640, 448))
            night.paste(image.crop((192, 96, 384, 240)), (192, 96))
            image.paste(night)
        image.save(world.root / path, quality=95)
    ready("ingest", world.root, world.detections(classification_categories={"0": "rhino"}))
    for command in (["sequence"], ["measure", "--all"], ["label", world.root]):
        ready(*command)
    assert painted(Image.open(world.root / "pond/0.jpg"), (0.0, 1.0)) is None
    ready("export", "html", "--out", tmp_path / "out")
    pictures = list((tmp_path / "out").rglob("*.jpg"))
    assert len(pictures) == 8
    assert not sum(pink(Image.open(io.BytesIO(path.read_bytes()))) for path in pictures)
