"""Pixels are read once, failures are rows, and a missing disk stops the work without losing any."""

import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from herocat.loaders import pixels
from tests.conftest import CommandLine
from tests.stages.conftest import rows
from tests.world import World, animal, bursts, draw


def prepared(ready: CommandLine, world: World) -> CommandLine:
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("sequence")
    return ready


def test_animals_first_then_candidates_with_thumbnails(ready: CommandLine, world: World) -> None:
    herocat = prepared(ready, world)
    assert "read 8 photos; 8 measured, 0 thumbnails" in herocat("measure").stdout
    assert "nothing to do" in herocat("measure").stdout
    herocat("select")
    assert "read 6 photos; 8 measured, 6 thumbnails" in herocat("measure").stdout
    assert "nothing to do" in herocat("measure").stdout


def test_everything_on_request(ready: CommandLine, world: World) -> None:
    herocat = prepared(ready, world)
    assert "9 measured, 9 thumbnails" in herocat("measure", "--all", "--thumbnails").stdout
    blank = "select subject_width, detection_id from measurements join images on images.id = image_id where path = 'ridge/blank.jpg'"
    assert rows(herocat.catalog, blank) == [(None, None)]
    assert rows(
        herocat.catalog,
        "select count(*) from images where sha256 is null and bytes is not null and failure is null",
    ) == [(0,)]


def test_thumbnails_are_upright_small_and_never_enlarged(ready: CommandLine, world: World) -> None:
    world.photo("turned.jpg", animal(), image=draw(900, 600), exif={274: 6})
    world.photo("small.jpg", animal(), image=draw(120, 80))
    ready("ingest", world.root, world.detections())
    ready("measure", "--thumbnails")
    sql = "select path, thumbnails.width, thumbnails.height from thumbnails join images on images.id = image_id order by path"
    assert rows(ready.catalog, sql) == [("small.jpg", 120, 80), ("turned.jpg", 267, 400)]


def test_thumbnails_have_nothing_of_what_a_camera_wrote(ready: CommandLine, world: World) -> None:
    named = draw(900, 600)
    named.info["comment"] = b"SECRET"
    world.photo("animal.jpg", animal(), image=named)
    world.photo("empty.jpg", image=named)
    assert all(b"SECRET" in path.read_bytes() for path in world.root.glob("*.jpg"))
    ready("ingest", world.root, world.detections())
    ready("measure", "--all", "--thumbnails")
    kept = rows(ready.catalog, "select jpeg from thumbnails")
    assert len(kept) == 2
    assert not any(b"SECRET" in jpeg for (jpeg,) in kept)


@pytest.mark.parametrize(
    ("mode", "path"),
    [
        ("CMYK", "ink.jpg"),
        ("L", "grey.jpg"),
        ("P", "palette.gif"),
        ("RGBA", "clear.png"),
        ("I;16", "deep.png"),
        ("1", "bits.png"),
    ],
)
def test_all_kinds_of_pixels(ready: CommandLine, world: World, mode: str, path: str) -> None:
    image = draw(200, 150).convert("L" if mode == "I;16" else mode)
    world.photo(path, animal(), on_disk=False)
    world.root.mkdir(exist_ok=True)
    (image.convert("I;16") if mode == "I;16" else image).save(world.root / path)
    ready("ingest", world.root, world.detections())
    assert "read 1 photo" in ready("measure").stdout


def test_a_truncated_photo_is_recorded_and_does_not_come_again(
    ready: CommandLine, world: World
) -> None:
    world.photo("cut.jpg", animal(), image=draw(600, 400))
    whole = (world.root / "cut.jpg").read_bytes()
    (world.root / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    ready("ingest", world.root, world.detections())
    assert "1 unreadable" in ready("measure").stdout
    assert rows(ready.catalog, "select failure like 'cut off: %' from images") == [(1,)]
    assert "nothing to do" in ready("measure").stdout
    assert "1 unreadable" in ready("measure", "--retry").stdout
    (world.root / "cut.jpg").write_bytes(whole)
    ready("ingest", world.root)
    assert "read 1 photo;" in ready("measure").stdout


def test_a_photo_that_went_away_is_no_failure(ready: CommandLine, world: World) -> None:
    herocat = prepared(ready, world)
    (world.root / "ridge/a0.jpg").unlink()
    assert "1 no longer on disk" in herocat("measure").stdout
    assert rows(
        herocat.catalog, "select bytes, failure from images where path = 'ridge/a0.jpg'"
    ) == [(None, None)]


def test_a_disk_that_is_not_there_stops_the_work(
    ready: CommandLine, world: World, tmp_path: Path
) -> None:
    herocat = prepared(ready, world)
    world.root.rename(tmp_path / "unplugged")
    said = herocat("measure", code=1).stderr
    assert "is its disk plugged in?" in said
    assert rows(herocat.catalog, "select count(*) from images where bytes is not null") == [(10,)]
    (tmp_path / "unplugged").rename(world.root)
    assert "read 8 photos" in herocat("measure").stdout


def test_another_subject_is_measured_again(ready: CommandLine, world: World) -> None:
    world.photo("a.jpg", animal())
    file = world.detections()
    ready("ingest", world.root, file)
    ready("measure")
    world.images[0]["detections"] = [animal(0.1, 0.1, 0.5, 0.5)]
    world.detections()
    ready("ingest", file)
    assert "read 1 photo" in ready("measure").stdout
    assert rows(ready.catalog, "select subject_width from measurements") == [(49,)]


def test_older_measurements_are_pending_again(ready: CommandLine, world: World) -> None:
    world.photo("a.jpg", animal())
    ready("ingest", world.root, world.detections())
    ready("measure")
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute("update measurements set version = 0")
    assert "read 1 photo" in ready("measure").stdout


def test_the_subject_is_the_largest_confident_animal(ready: CommandLine, world: World) -> None:
    world.photo(
        "a.jpg",
        animal(0, 0, 0.9, 0.9, conf=0.2),
        animal(0.1, 0.1, 0.4, 0.4, conf=0.5),
        animal(0.5, 0.5, 0.1, 0.1, conf=0.99),
    )
    world.photo("b.jpg", animal(0, 0, 0.9, 0.9, conf=0.1), animal(0.5, 0.5, 0.1, 0.1, conf=0.2))
    world.photo("c.jpg", animal(0, 0, 0.9, 0.9, conf=-0.9))
    ready("ingest", world.root, world.detections())
    sql = "select path, confidence from subjects join images on images.id = image_id order by path"
    assert rows(ready.catalog, sql) == [("a.jpg", 0.5), ("b.jpg", 0.2)]


def test_a_decoder_that_crashes_costs_its_photo_only() -> None:
    assert pixels._crashed(None).failure == "its decoder crashed"  # type: ignore[arg-type]


def test_all_cores_give_what_one_gives(ready: CommandLine, world: World) -> None:
    for number in range(20):
        world.photo(f"{number:02}.jpg", animal(), image=draw(200, 150, seed=number))
    ready("ingest", world.root, world.detections())
    ready("measure", "--workers", "2", "--thumbnails")
    sql = "select image_id, subject_sharpness, brightness from measurements order by image_id"
    many = rows(ready.catalog, sql), rows(ready.catalog, "select * from thumbnails order by 1")
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute("delete from measurements")
        connection.execute("delete from thumbnails")
    ready("measure", "--workers", "1", "--thumbnails")
    assert rows(ready.catalog, sql) == many[0]
    assert rows(ready.catalog, "select * from thumbnails order by 1") == many[1]


def test_thumbnails_are_jpegs(ready: CommandLine, world: World) -> None:
    from io import BytesIO

    world.photo("a.jpg", animal(), image=draw(900, 600))
    ready("ingest", world.root, world.detections())
    ready("measure", "--thumbnails")
    ((jpeg,),) = rows(ready.catalog, "select jpeg from thumbnails")
    with Image.open(BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        assert not image.getexif()
