"""The photos of a folder are found, read once, and known again when they change, go or come back."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from herocat.loaders import photos
from tests.conftest import CommandLine
from tests.stages.conftest import dump, rows
from tests.world import World, animal, bursts, draw


def test_only_new_and_changed_photos_are_read(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root)
    draw(200, 100).save(world.root / "ridge/a0.jpg")
    draw(40, 30).save(world.root / "new.png")
    (world.root / "ridge/a1.jpg").unlink()
    said = ready("ingest", "--json", world.root).stdout
    counts = json.loads(said)["counts"]
    assert counts == {"photos": 10, "read": 2, "unreadable": 0, "gone": 1, "outside": 0}
    sql = "select path, width, bytes is not null from images where path in ('ridge/a0.jpg', 'ridge/a1.jpg', 'new.png') order by path"
    assert rows(ready.catalog, sql) == [
        ("new.png", 40, 1),
        ("ridge/a0.jpg", 200, 1),
        ("ridge/a1.jpg", 96, 0),
    ]


def test_a_changed_photo_loses_what_was_read_of_it(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections())
    ready("measure", "--thumbnails")
    measured = rows(ready.catalog, "select count(*) from measurements")[0][0]
    draw(200, 100).save(world.root / "ridge/a0.jpg")
    ready("ingest", world.root)
    assert rows(ready.catalog, "select count(*) from measurements") == [(measured - 1,)]
    assert rows(ready.catalog, "select count(*) from thumbnails") == [(measured - 1,)]
    assert rows(ready.catalog, "select sha256 from images where path = 'ridge/a0.jpg'") == [(None,)]


def test_part_of_a_collection_can_be_looked_through(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root)
    (world.root / "pond/c0.jpg").unlink()
    (world.root / "ridge/a0.jpg").unlink()
    ready("ingest", world.root / "ridge")
    gone = rows(ready.catalog, "select path from images where bytes is null")
    assert gone == [("ridge/a0.jpg",)]
    assert rows(ready.catalog, "select count(*) from collections") == [(1,)]


def test_a_folder_above_a_collection_is_refused(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root / "ridge")
    assert "holds the collection" in ready("ingest", world.root, code=2).stderr


def test_rotation_and_odd_files(ready: CommandLine, world: World, tmp_path: Path) -> None:
    world.photo("turned.jpg", image=draw(80, 60), exif={274: 6})
    world.photo("grey.png", image=draw(50, 40).convert("L"))
    draw(30, 20).convert("CMYK").save(world.root / "ink.jpg")
    (world.root / "empty.jpg").touch()
    (world.root / "._a.jpg").write_bytes(b"AppleDouble")
    (world.root / "notes.txt").write_text("no photo")
    (world.root / "@eaDir").mkdir()
    draw(30, 20).save(world.root / "@eaDir" / "thumb.jpg")
    outside = tmp_path / "outside.jpg"
    draw(30, 20).save(outside)
    (world.root / "link.jpg").symlink_to(outside)
    (world.root / "inside.jpg").symlink_to(world.root / "ink.jpg")
    (world.root / "broken.jpg").symlink_to(world.root / "nothing.jpg")
    said = ready("ingest", world.root).stdout
    assert "1 skipped: links that lead out of the folder" in said
    sql = "select path, width, height, failure from images order by path"
    assert rows(ready.catalog, sql) == [
        ("empty.jpg", None, None, "not an image"),
        ("grey.png", 50, 40, None),
        ("ink.jpg", 30, 20, None),
        ("inside.jpg", 30, 20, None),
        ("turned.jpg", 60, 80, None),
    ]


def test_names_with_everything_in_them(ready: CommandLine, world: World) -> None:
    names = ["a b.jpg", "ü#%&.JPG", 'it\'s "quoted".jpg', "new\nline.jpg", "d/e/f.jpeg"]
    for name in names:
        world.photo(name, animal())
    raw = os.fsencode(world.root) + b"/caf\xe9.jpg"
    Path(os.fsdecode(raw)).write_bytes((world.root / names[0]).read_bytes())
    ready("ingest", world.root, world.detections())
    kept = {path for (path,) in rows(ready.catalog, "select path from images")}
    assert kept == {*names, "caf\ufffd.jpg"}
    assert rows(ready.catalog, "select count(*) from results") == [(len(names),)]


def test_a_collection_on_a_catalog_that_moves(
    ready: CommandLine, world: World, tmp_path: Path
) -> None:
    bursts(world)
    ready("ingest", world.root)
    assert rows(ready.catalog, "select root from collections") == [("photos",)]
    there = tmp_path.parent / f"{tmp_path.name}-moved"
    tmp_path.rename(there)
    moved = CommandLine(there / "catalog.db")
    assert "none new or changed" in moved("ingest", there / "photos").stdout


def test_huge_images_are_refused_without_being_decoded(
    ready: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.photo("big.png", image=Image.new("RGB", (400, 300)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    ready("ingest", world.root)
    (failure,) = rows(ready.catalog, "select failure from images")
    assert "pixels" in failure[0]


def test_an_empty_folder_that_had_photos_changes_nothing(
    ready: CommandLine, world: World, tmp_path: Path
) -> None:
    """A mount point without its disk."""
    bursts(world)
    ready("ingest", world.root)
    before = dump(ready.catalog)
    world.root.rename(tmp_path / "unplugged")
    world.root.mkdir()
    assert "is its disk mounted?" in ready("ingest", world.root, code=1).stderr
    assert dump(ready.catalog) == before


def test_photos_that_come_back_keep_what_was_read_of_them(
    ready: CommandLine, world: World, tmp_path: Path
) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections())
    ready("measure", "--thumbnails")
    counts = "select (select count(*) from measurements), (select count(*) from thumbnails), (select count(sha256) from images)"
    before = rows(ready.catalog, counts)
    away = tmp_path / "a0.jpg"
    (world.root / "ridge/a0.jpg").rename(away)
    assert "1 no longer on disk" in ready("ingest", world.root).stdout
    away.rename(world.root / "ridge/a0.jpg")
    ready("ingest", world.root)
    assert rows(ready.catalog, counts) == before
    assert "nothing to do" in ready("measure").stdout


def test_a_folder_that_cannot_be_listed_changes_nothing(
    ready: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its photos may all be there: it must not look as if they were gone."""
    bursts(world)
    ready("ingest", world.root)
    before = rows(ready.catalog, "select * from images")

    def withdraw(folder: Path) -> bool:
        folder.rename(folder.with_name(f".{folder.name}"))
        return True

    monkeypatch.setattr(photos, "is_entered", withdraw)
    said = ready("ingest", world.root, code=1).stderr
    assert "cannot be listed: No such file or directory" in said
    assert rows(ready.catalog, "select * from images") == before
