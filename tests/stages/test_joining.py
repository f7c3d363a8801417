"""Paths that a file spells otherwise than the disk does are put to the photo that they mean, or to none."""

import hashlib
import json
import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from herocat import paths
from herocat.loaders import joining
from tests.conftest import CommandLine
from tests.stages.conftest import rows
from tests.world import World, animal


def results(world: World, *names: str) -> Path:
    world.images[:] = [{"file": name, "detections": [animal()]} for name in names]
    return world.detections()


JOINED = "select path, bytes is not null, (select count(*) from results where image_id = images.id) from images order by path"


@pytest.mark.parametrize(
    ("on_disk", "named"),
    [
        ("Site A/IMG_01.JPG", "site a/img_01.jpg"),
        ("S/Caf\u00e9.jpg", unicodedata.normalize("NFD", "S/Caf\u00e9.jpg")),
        ("S/a.jpg", "S\\A.JPG"),
        ("S/a.jpg", "./s//a.jpg"),
    ],
)
@pytest.mark.parametrize("photos_first", [True, False])
def test_another_spelling(
    ready: CommandLine, world: World, on_disk: str, named: str, *, photos_first: bool
) -> None:
    world.photo(on_disk, animal())
    file = results(world, named)
    steps = [(world.root,), ("--root", world.root, file)]
    for words in steps if photos_first else reversed(steps):
        ready("ingest", *words)
    assert rows(ready.catalog, JOINED) == [(on_disk, 1, 1)]
    assert "none new or changed" in ready("ingest", world.root).stdout
    assert "0 broken" in ready("verify").stdout


def test_what_might_be_two_photos_is_put_to_none(ready: CommandLine, world: World) -> None:
    world.photo("a/x.jpg", animal())
    world.photo("A/X.jpg", animal())
    ready("ingest", world.root)
    ready("ingest", results(world, "a/X.jpg"))
    assert rows(ready.catalog, JOINED) == [("A/X.jpg", 1, 0), ("a/X.jpg", 0, 1), ("a/x.jpg", 1, 0)]


def test_two_spellings_in_one_file_do_not_meet_in_one_photo(
    ready: CommandLine, world: World
) -> None:
    world.photo("a/x.jpg", animal())
    ready("ingest", world.root)
    ready("ingest", results(world, "a/x.jpg", "A/x.jpg", "a/X.jpg"))
    assert rows(ready.catalog, JOINED)[-1] == ("a/x.jpg", 1, 1)
    assert len(rows(ready.catalog, JOINED)) == 3


def test_the_same_file_name_elsewhere_is_another_photo(ready: CommandLine, world: World) -> None:
    world.photo("north/IMG_0001.JPG", animal())
    world.photo("south/IMG_0001.JPG", animal())
    ready("ingest", world.root)
    ready("ingest", results(world, "west/IMG_0001.JPG"))
    assert ("west/IMG_0001.JPG", 0, 1) in rows(ready.catalog, JOINED)


@pytest.mark.parametrize(
    ("prefix", "options"),
    [
        ("D:\\project\\2024\\", "--strip-prefix 'D:/project/2024/'"),
        ("/home/ana/photos/", "--strip-prefix '/home/ana/photos/'"),
        ("old/", "--strip-prefix 'old/'"),
    ],
)
def test_prefixes_are_proposed_and_work(
    ready: CommandLine, world: World, prefix: str, options: str
) -> None:
    for number in range(6):
        world.photo(f"s{number % 2}/{number}.jpg", animal())
    ready("ingest", world.root)
    file = results(world, *(f"{prefix}s{number % 2}/{number}.jpg" for number in range(6)))
    code = 0 if prefix == "old/" else 1
    assert f"{options} (fits 6 of the 6 paths tried)" in ready("ingest", file, code=code).stderr
    ready("ingest", file, "--strip-prefix", prefix)
    assert rows(ready.catalog, JOINED) == [(f"s{n % 2}/{n}.jpg", 1, 1) for n in (0, 2, 4, 1, 3, 5)]
    assert rows(ready.catalog, "select json_extract(params, '$.strip_prefix') from sources")[
        -1
    ] == (prefix,)


def test_a_prefix_to_add_is_proposed(ready: CommandLine, world: World) -> None:
    for number in range(3):
        world.photo(f"2024/north/{number}.jpg", animal())
    ready("ingest", world.root)
    file = results(world, *(f"{number}.jpg" for number in range(3)))
    assert "--add-prefix '2024/north/'" in ready("ingest", file).stderr
    ready("ingest", file, "--add-prefix", "2024/north")
    assert {row[1:] for row in rows(ready.catalog, JOINED)} == {(1, 1)}


def test_no_prefix_is_proposed_where_none_or_several_fit(ready: CommandLine, world: World) -> None:
    for number in range(4):
        world.photo(f"{number}/{number}.jpg", animal())
        world.photo(f"B0{number % 2}/IMG_{number // 2 + 1}.jpg", animal())
    ready("ingest", world.root)
    for names in (
        ("9/9.jpg", "8/8.jpg", "a/7.jpg"),
        ("IMG_1.jpg", "IMG_2.jpg"),
        ("x/IMG_1.jpg", "x/IMG_2.jpg"),
        ("https://host.example/y/0.jpg", "s3://bucket/y/1.jpg"),
    ):
        said = ready("ingest", results(world, *names)).stderr
        assert "none of its paths" in said
        assert "-prefix" not in said


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("photos_first", [True, False])
def test_names_by_content_in_any_order(
    ready: CommandLine, world: World, *, photos_first: bool, upper: bool
) -> None:
    for number in range(3):
        world.photo(f"s/{number}.jpg", animal(0.1 * number))
    copy = world.root / "t/copy.jpg"
    copy.parent.mkdir()
    shutil.copy(world.root / "s/1.jpg", copy)
    files = [world.root / f"s/{number}.jpg" for number in range(3)]
    hashes = [hashlib.md5(file.read_bytes()).hexdigest() for file in files]
    names = [f"{md5.upper() if upper else md5}.jpg" for md5 in hashes]
    steps = [(world.root,), ("--root", world.root, results(world, *names))]
    for words in steps if photos_first else reversed(steps):
        assert "listed twice" not in ready("ingest", *words).stdout
    everywhere = [*((f"s/{n}.jpg", 1, 1) for n in range(3)), ("t/copy.jpg", 1, 1)]
    assert rows(ready.catalog, JOINED) == everywhere
    found = "select count(*), count(distinct image_id) from "
    for table in (
        "detections",
        "classifications",
        "classifications where detection_id is not null",
    ):
        assert rows(ready.catalog, found + table) == [(4, 4)]
    assert "none new or changed" in ready("ingest", world.root).stdout
    assert "0 broken" in ready("verify").stdout


def test_names_by_content(ready: CommandLine, world: World) -> None:
    for number in range(3):
        world.photo(f"s/{number}.jpg", animal(0.1 * number))
    md5 = {
        number: hashlib.md5((world.root / f"s/{number}.jpg").read_bytes()).hexdigest()
        for number in range(3)
    }
    ready("ingest", world.root)
    said = ready("ingest", results(world, *(f"flat/{md5[n]}.jpg" for n in (2, 0, 1)))).stdout
    assert "3 put to photos that the disk spells otherwise" in said
    assert rows(ready.catalog, JOINED) == [(f"s/{n}.jpg", 1, 1) for n in range(3)]
    assert rows(ready.catalog, "select count(*) from hashes") == [(3,)]


def test_a_file_read_again_with_other_prefixes_leaves_nothing_of_the_first(
    ready: CommandLine, world: World
) -> None:
    world.photo("s/a.jpg", animal())
    ready("ingest", world.root)
    file = results(world, "old/s/a.jpg")
    ready("ingest", file)
    assert len(rows(ready.catalog, JOINED)) == 2
    ready("ingest", file, "--strip-prefix", "old/")
    assert rows(ready.catalog, JOINED) == [("s/a.jpg", 1, 1)]


def test_a_root_that_is_said_later_counts(ready: CommandLine, world: World) -> None:
    """As the note advises: what the same file found from another root is not left beside it."""
    world.photo("sub/a.jpg", animal())
    world.photo("sub/b.jpg", animal())
    ready("ingest", world.root)
    file = results(world, "a.jpg", "b.jpg")
    assert "say so with --root" in ready("ingest", file).stderr
    ready("ingest", "--root", world.root / "sub", file)
    assert rows(ready.catalog, JOINED) == [("sub/a.jpg", 1, 1), ("sub/b.jpg", 1, 1)]
    assert "nothing to do" in ready("ingest", "--root", world.root / "sub", file).stdout


def test_a_root_that_is_another_collection(ready: CommandLine, world: World) -> None:
    """A wrong one leaves nothing behind; one where photos were found keeps what was said of them."""
    world.photo("a.jpg", animal())
    file = results(world, "a.jpg", "b.jpg")
    wrong = world.root.with_name("wrong")
    ready("ingest", "--root", wrong, file)
    ready("ingest", world.root, file)
    count = "select count(*) from results"
    assert rows(ready.catalog, count) == [(2,)]
    assert "stays as well" not in ready("ingest", "--root", world.root, file).stderr
    shutil.copytree(world.root, world.root.with_name("copy"))
    said = ready("ingest", world.root.with_name("copy"), file).stderr
    assert f"the file was taken in for {world.root}, too" in said
    assert rows(ready.catalog, count) == [(4,)]
    assert "0 broken" in ready("verify").stdout


def test_a_corrected_file_takes_back_where_and_when(ready: CommandLine, world: World) -> None:
    """Also where a burst was made of it; what stands in the photos themselves counts again."""
    for camera in ("cam1", "cam2"):
        world.photo(f"{camera}/IMG_0001.JPG", moment="2024-05-01 10:00:00", location="x")
        world.photo(f"{camera}/IMG_0002.JPG", moment="2024-05-01 10:00:10", location="x")
    entry = {"file_name": "IMG_0001.JPG", "location": "L2", "datetime": "2019-01-01 00:00:00"}
    world.frames[:] = [entry]
    ready("ingest", world.root)
    before = rows(ready.catalog, TOLD)
    file = world.sequences()
    ready("ingest", "--add-prefix", "cam1", file)
    ready("sequence")
    assert rows(ready.catalog, TOLD)[0] == (
        "cam1/IMG_0001.JPG",
        "L2",
        "2019-01-01T00:00:00",
        "given",
    )
    ready("ingest", "--add-prefix", "cam2", file)
    ready("ingest", world.root)
    ready("sequence")
    told = rows(ready.catalog, TOLD)
    assert told[2] == ("cam2/IMG_0001.JPG", "L2", "2019-01-01T00:00:00", "given")
    assert told[:2] + told[3:] == before[:2] + before[3:]
    bursts = "select num_frames, count(*), min(started_at) from sequences group by 1 order by 1"
    assert rows(ready.catalog, bursts) == [
        (1, 2, "2019-01-01T00:00:00"),
        (2, 1, "2024-05-01T10:00:00"),
    ]
    world.frames[0] = {"file_name": "IMG_0001.JPG", "location": "L3"}
    world.sequences()
    ready("ingest", "--add-prefix", "cam2", file, world.root)
    assert rows(ready.catalog, TOLD)[2] == ("cam2/IMG_0001.JPG", "L3", None, None)
    assert not rows(ready.catalog, "select * from images where width is null")
    ready("ingest", world.root)
    assert rows(ready.catalog, TOLD)[2] == ("cam2/IMG_0001.JPG", "L3", *before[2][2:])
    assert "none new or changed" in ready("ingest", world.root).stdout
    assert "0 broken" in ready("verify").stdout


TOLD = "select path, location, captured_at, time_from from images order by path"
names = st.text("aB\u00e9/", min_size=1, max_size=6)


@given(names)
def test_spellings_share_a_key(name: str) -> None:
    for other in (name.upper(), name.lower(), unicodedata.normalize("NFD", name)):
        assert joining.key(other) == joining.key(name)


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4), names)
def test_what_is_stripped_can_be_put_back(parts: list[str], name: str) -> None:
    prefix = "/".join(parts) + "/"
    plain = name.strip("/") or "x"
    plain = "/".join(part for part in plain.split("/") if part)
    assert paths.rebased(prefix + plain, prefix, "") == plain
    assert paths.rebased(plain, "", prefix) == prefix + plain


def test_options_stand_in_the_answer(ready: CommandLine, world: World) -> None:
    world.photo("S/a.jpg", animal())
    ready("ingest", world.root)
    said = json.loads(ready("ingest", "--json", results(world, "s/A.jpg")).stdout)
    assert said["counts"]["respelled"] == 1
