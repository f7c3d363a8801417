"""Every crop holds every animal whole, has exactly its shape, and lies in the photo; or says why not.

Seen to bite: boxes rounded inward, only the first box held, a clamp that cuts.
"""

import csv
import random
import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from herocat.exports import framing
from herocat.records import Box
from tests.conftest import CommandLine
from tests.world import World


def some(rng: random.Random) -> framing.Scene:
    boxes = []
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        w, h = (
            rng.uniform(0.0001, rng.choice((0.1, 0.4, 1))),
            rng.uniform(0.0001, rng.choice((0.1, 0.4, 1))),
        )
        boxes.append(Box(rng.uniform(0, 1 - w), rng.uniform(0, 1 - h), w, h))
    return framing.Scene(
        rng.randint(20, 5000),
        rng.randint(20, 4000),
        boxes,
        rng.choice((-1, 0, 1)),
        rng.choice((0.0, 0.05)),
        rng.choice((1.0, 0.93)),
    )


def test_ten_thousand_boxes() -> None:
    rng = random.Random(7)
    made = refused = 0
    for _ in range(2500):
        scene = some(rng)
        for shape in framing.SHAPES.values():
            try:
                left, top, right, bottom = framing.crop(scene, shape, smallest=100)
            except framing.RefusedError:
                refused += 1
                continue
            made += 1
            assert (right - left) * shape.high == (bottom - top) * shape.wide
            assert 0 <= left < right <= scene.width
            assert 0 <= top < bottom <= scene.height
            assert max(right - left, bottom - top) >= 100
            for box in scene.boxes:
                assert left <= box.x * scene.width
                assert right >= (box.x + box.w) * scene.width - 1e-6
                assert top <= box.y * scene.height
                assert bottom >= (box.y + box.h) * scene.height - 1e-6
    assert made > 4000
    assert refused > 1000


def test_a_margin_wherever_the_photo_has_one() -> None:
    scene = framing.Scene(1000, 1000, [Box(0.4, 0.4, 0.2, 0.2)])
    for shape in framing.SHAPES.values():
        left, top, right, bottom = framing.crop(scene, shape, smallest=10)
        assert left <= 384
        assert right >= 616
        assert top <= 384
        assert bottom >= 616


def test_room_to_move_into() -> None:
    for facing in (-1, 1):
        scene = framing.Scene(2000, 1000, [Box(0.45, 0.4, 0.1, 0.2)], facing)
        left, _, right, _ = framing.crop(scene, framing.SHAPES["16:9"])
        before, behind = right - 1100, 900 - left
        assert (before > behind) is (facing == 1)


def test_the_strip_of_text_is_left_out_unless_the_animal_is_on_it() -> None:
    high = framing.Scene(1000, 1000, [Box(0.4, 0.4, 0.2, 0.2)], bottom=0.9)
    assert framing.crop(high, framing.SHAPES["9:16"])[3] <= 900
    low = framing.Scene(1000, 1000, [Box(0.4, 0.75, 0.2, 0.2)], bottom=0.9)
    assert framing.crop(low, framing.SHAPES["9:16"])[3] >= 950


@pytest.mark.parametrize(
    ("boxes", "size", "said"),
    [
        ([], 1000, "no animal box"),
        ([Box(0, 0, 1, 0.2)], 1000, "no 9:16 crop holds them"),
        ([Box(0.4, 0.4, 0.1, 0.1)], 300, "fewer than 600"),
    ],
)
def test_a_refusal_says_why(boxes: list[Box], size: int, said: str) -> None:
    with pytest.raises(framing.RefusedError, match=said):
        framing.crop(framing.Scene(size, size, boxes), framing.SHAPES["9:16"])


def test_crops_on_disk(done: CommandLine, tmp_path: Path) -> None:
    said = done("export", "crops", "--out", tmp_path / "crops", "--smallest", "20").stdout
    assert "see refused.csv" in said
    with (tmp_path / "crops" / "refused.csv").open() as table:
        rows = list(csv.DictReader(table))
    files = list((tmp_path / "crops").rglob("*.jpg"))
    with sqlite3.connect(done.catalog) as connection:
        chosen = connection.execute("select count(*) from labels").fetchone()[0]
    assert len(rows) + len(files) == 5 * chosen
    for file in files:
        wide, high = map(int, file.parent.name.split("x"))
        with Image.open(file) as image:
            assert image.width * high == image.height * wide
            assert not image.getexif().get_ifd(0x8825)
    assert (
        "'2:1'" in done("export", "crops", "--out", tmp_path / "x", "--shape", "2:1", code=2).stderr
    )


def test_a_photo_that_is_another_now_is_not_cropped(
    done: CommandLine, world: World, tmp_path: Path
) -> None:
    for path in world.root.rglob("a*.jpg"):
        with Image.open(path) as image:
            image.resize((image.width // 2, image.height // 2)).save(path)
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("update detections set species = 'red fox ' || hex(zeroblob(200))")
    said = done("export", "crops", "--out", tmp_path / "crops", "--smallest", "20").stdout
    assert "another size than was ingested" in said
    names = [path.name for path in (tmp_path / "crops").rglob("*.jpg")]
    assert names
    assert all(len(name) < 70 for name in names), "a species with a long name has a short one here"
