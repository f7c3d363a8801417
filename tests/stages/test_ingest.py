"""Folders and files go in whole, once, or not at all."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from herocat.formats import megadetector, stream
from herocat.formats.values import Floor
from herocat.loaders import parcels
from herocat.records import About, Result
from tests.conftest import CommandLine
from tests.stages.conftest import dump, rows
from tests.world import World, animal, bursts, person


def test_a_folder_with_its_files(ready: CommandLine, world: World) -> None:
    bursts(world)
    said = ready("ingest", world.root, world.detections(), world.sequences()).stdout
    assert "10 photos, 10 new or changed, 1 unreadable" in said
    assert "megadetector, 11 photos, 10 detections, 1 failed in the detector, 1 not on disk" in said
    assert "coco, 6 photos, 3 sequences" in said
    images = rows(
        ready.catalog,
        "select path, bytes is not null, width, location, captured_at, failure from images order by path",
    )
    found = {path: tuple(rest) for path, *rest in images}
    assert found["ridge/a0.jpg"] == (1, 96, "ridge", "2024-05-01T10:00:00", None)
    assert found["pond/c1.jpg"] == (1, 96, None, "2024-05-02T01:00:20", None)
    assert found["pond/bad.jpg"] == (1, None, None, None, "not an image")
    assert found["pond/gone.jpg"][0] == 0


def test_the_same_again_does_nothing(ready: CommandLine, world: World) -> None:
    bursts(world)
    given = (world.root, world.detections(), world.sequences())
    ready("ingest", *given)
    before = dump(ready.catalog)
    said = ready("ingest", *given).stdout
    assert said.count("nothing to do") == 2
    assert "none new or changed" in said
    assert dump(ready.catalog) == before


def test_results_may_come_before_the_photos_or_without_them(
    ready: CommandLine, world: World
) -> None:
    bursts(world)
    ready("ingest", "--root", world.root, world.detections())
    assert rows(ready.catalog, "select count(*), count(bytes) from images") == [(11, 0)]
    ready("ingest", world.root)
    assert rows(ready.catalog, "select count(*), count(bytes) from images") == [(11, 10)]
    assert rows(ready.catalog, "select count(*) from collections") == [(1,)]


def test_without_a_root_the_user_is_asked(ready: CommandLine, world: World) -> None:
    world.photo("a.jpg", animal())
    said = ready("ingest", world.detections(), code=2).stderr
    assert "--root DIR" in said
    assert dump(ready.catalog) == []


def test_a_changed_file_takes_the_place_of_what_it_said(ready: CommandLine, world: World) -> None:
    bursts(world)
    file = world.detections()
    ready("ingest", world.root, file)
    first = rows(ready.catalog, "select count(*) from detections")
    world.images[0]["detections"] = [animal(conf=0.5)] * 3
    world.detections()
    ready("ingest", file)
    assert rows(ready.catalog, "select count(*) from detections") == [(first[0][0] + 2,)]
    sql = "select count(*) from detections join images on images.id = image_id where path = 'ridge/a0.jpg'"
    assert rows(ready.catalog, sql) == [(3,)]
    assert rows(
        ready.catalog, "select state from sources where format = 'megadetector' order by id"
    ) == [("replaced",), ("done",)]
    assert rows(ready.catalog, "select count(*) from results") == [(11,)]


def test_a_later_success_outranks_a_failure_and_never_the_other_way(
    ready: CommandLine, world: World
) -> None:
    path = world.photo("a.jpg", animal())
    failed = world.write(
        "failed.json",
        {
            "images": [{"file": path, "failure": "oops", "detections": None}],
            "detection_categories": {},
        },
    )
    good = world.detections()
    current = "select count(*) from current_results"
    ready("ingest", world.root, failed)
    assert rows(ready.catalog, current) == [(0,)]
    ready("ingest", good)
    assert rows(ready.catalog, current) == [(1,)]
    again = world.write(
        "again.json",
        {"images": [{"file": path, "failure": "oops"}], "detection_categories": {}, "n": 2},
    )
    ready("ingest", again)
    assert rows(ready.catalog, current) == [(1,)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"images": [{"file": "a.jpg", "detections": []}, {"file": "b.j', "byte 62 of 62"),
        ('{"images": [{"file": "a.jpg", "detections": []}, {"file": b.jpg}]}', "byte 58"),
        (
            '{"images": [{"file": "a.jpg", "detections": []}, {"file": 7}]}',
            "entry 2 of 'images' names no file",
        ),
        (
            '{"images": [{"file": "a.jpg", "detections": []}, null]}',
            "entry 2 of 'images' names no file",
        ),
        ('{"images": {"file": "a.jpg"}, "detection_categories": {}}', "'images' is not a list"),
        ('{"images": [{"file": "../secret.jpg", "detections": []}]}', "not inside"),
        ('{"images": [{"file": "/etc/passwd", "detections": []}]}', "not inside"),
        ('{"images": [{"file_name": "a.jpg"}, {"file_name": ', "byte 50 of 50"),
        ('{"images": [{"file_name": "../a.jpg"}]}', "not inside"),
        ('{"images": [{"file_name": "a.jpg"}, {}]}', "entry 2 of 'images' names no file_name"),
        ('{"labels": [1, 2]}', "no format that herocat knows"),
        ("PNG nothing", "no format that herocat knows"),
        ("", "no format that herocat knows"),
        ('{"images": []}', "no format that herocat knows"),
    ],
)
def test_a_bad_file_leaves_nothing(
    ready: CommandLine, world: World, content: str, words: str
) -> None:
    world.root.mkdir()
    file = world.root.parent / "bad.json"
    file.write_text(content)
    ready("ingest", world.root)
    before = dump(ready.catalog)
    said = ready("ingest", file, code=1).stderr
    assert words in said
    assert len(said.strip().splitlines()) == 1
    assert dump(ready.catalog) == before


def test_what_was_looked_for_is_named(ready: CommandLine, world: World) -> None:
    file = world.write("x.json", {"a": 1})
    said = ready("ingest", "--root", world.root, file, code=1).stderr
    assert "MegaDetector" in said
    assert "COCO Camera Traps" in said


def test_missing_paths_and_formats_are_usage_errors(ready: CommandLine, tmp_path: Path) -> None:
    assert "no file or folder" in ready("ingest", tmp_path / "nothing", code=2).stderr
    file = tmp_path / "x.json"
    file.write_text("{}")
    assert (
        "known are: megadetector, speciesnet, coco"
        in ready("ingest", "--format", "nonsense", file, code=2).stderr
    )


def test_the_wrong_format_does_not_take_the_place_of_what_a_file_said(
    ready: CommandLine, world: World
) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections())
    before = dump(ready.catalog)
    said = ready("ingest", "--format", "speciesnet", world.detections(), code=1).stderr
    assert "has no list 'predictions'" in said
    assert dump(ready.catalog) == before


def test_nothing_of_a_file_is_taken_when_a_later_one_is_unknown(
    ready: CommandLine, world: World
) -> None:
    world.photo("a.jpg", animal())
    good, bad = world.detections(), world.write("x.json", {"a": 1})
    ready("ingest", "--root", world.root, good, bad, code=1)
    assert dump(ready.catalog) == []


ODD: list[tuple[dict[str, Any], list[tuple[Any, ...]]]] = [
    ({"category": "1", "conf": 1, "bbox": [0, 0, 1, 1]}, [("animal", 1.0, 0.0, 1.0)]),
    ({"category": 1, "conf": 0.5, "bbox": [0.1, 0.1, 0.2, 0.2]}, [("animal", 0.5, 0.1, 0.2)]),
    ({"category": "1", "conf": -0.6, "bbox": [0.1, 0.1, 0.2, 0.2]}, [("animal", -0.6, 0.1, 0.2)]),
    (
        {"category": "1", "conf": 0.5, "bbox": [0.9, 0.1, 0.2, 0.2]},
        [("animal", 0.5, 0.9, pytest.approx(0.1))],
    ),
    ({"category": "1", "conf": 0.5, "bbox": [0.1, 0.1, 0.0, 0.2]}, [("animal", 0.5, None, None)]),
    ({"category": "1", "conf": 0.5, "bbox": None}, [("animal", 0.5, None, None)]),
    ({"category": "1", "conf": 0.5, "bbox": [0.1, 0.2]}, [("animal", 0.5, None, None)]),
    ({"category": "1", "conf": 0.5, "bbox": ["a", 0.1, 0.2, 0.2]}, [("animal", 0.5, None, None)]),
    ({"category": "1", "conf": 0.5}, [("animal", 0.5, None, None)]),
    ({"category": "9", "conf": 0.5, "bbox": [0.1, 0.1, 0.2, 0.2]}, [("unknown", 0.5, 0.1, 0.2)]),
    ({"category": "1", "conf": None, "bbox": [0.1, 0.1, 0.2, 0.2]}, []),
    ({"category": "1", "conf": True, "bbox": [0.1, 0.1, 0.2, 0.2]}, []),
    ({"category": "1", "conf": float("nan"), "bbox": [0.1, 0.1, 0.2, 0.2]}, []),
    ({"category": "1", "conf": 0.01, "bbox": [0.1, 0.1, 0.2, 0.2]}, []),
]


@pytest.mark.parametrize(("detection", "kept"), ODD)
def test_odd_detections(
    ready: CommandLine, world: World, detection: dict[str, Any], kept: list[Any]
) -> None:
    world.images.append({"file": "a.jpg", "detections": [detection, "rubbish", None]})
    ready("ingest", "--root", world.root, world.detections())
    assert rows(ready.catalog, "select category, confidence, x, w from detections") == kept


def test_null_detections_without_a_failure_are_a_failure(ready: CommandLine, world: World) -> None:
    world.images.append({"file": "a.jpg", "detections": None})
    ready("ingest", "--root", world.root, world.detections())
    assert rows(ready.catalog, "select failure from results") == [
        ("the results file lists no detections and no failure",)
    ]


def test_category_ids_are_read_from_the_file(ready: CommandLine, world: World) -> None:
    """Another detector numbers its categories otherwise; names are matched in any case."""
    for category in ("7", "1", "0"):
        world.images.append(
            {
                "file": f"{category}.jpg",
                "detections": [{"category": category, "conf": 0.9, "bbox": [0, 0, 1, 1]}],
            }
        )
    file = world.detections(detection_categories={"7": "Animals", "1": "Human", "0": "bicycle"})
    ready("ingest", "--root", world.root, file)
    assert rows(ready.catalog, "select category from detections order by id") == [
        ("animal",),
        ("person",),
        ("bicycle",),
    ]


def test_tables_may_stand_anywhere(ready: CommandLine, world: World) -> None:
    """Before the images, after them, or somewhere inside what looks like them."""
    trap = {"detection_categories": {"1": "vehicle"}}
    world.images.append({"file": "a.jpg", "detections": [animal()]})
    tables = {
        "detection_categories": {"1": "animal"},
        "classification_categories": {"0": "red fox"},
    }
    contents = [
        {**tables, "images": world.images, "info": {}},
        {"images": world.images, **tables, "info": {"custom_metadata": trap}},
        {
            "images": world.images,
            "info": {},
            **tables,
            "extra": {"text": '"detection_categories": {"1": "x"}'},
        },
    ]
    for number, content in enumerate(contents):
        ready("ingest", "--root", world.root, world.write(f"{number}.json", content))
    sql = "select category, species from detections order by id"
    assert rows(ready.catalog, sql) == [("animal", "red fox")] * 3
    kept = rows(ready.catalog, "select count(*) from sources where state = 'done'")
    assert kept == [(3,)]


def test_classifications_are_kept_best_first(ready: CommandLine, world: World) -> None:
    found = animal() | {"classifications": [["1", 0.2], ["3", 0.7], ["9", 0.1]]}
    world.images.append({"file": "a.jpg", "detections": [found]})
    ready("ingest", "--root", world.root, world.detections())
    assert rows(
        ready.catalog, "select rank, species, score from classifications order by rank"
    ) == [
        (1, "lynx", 0.7),
        (2, "roe deer", 0.2),
        (3, "9", 0.1),
    ]
    assert rows(ready.catalog, "select species, species_score from detections") == [("lynx", 0.7)]


def test_a_path_that_comes_twice_counts_once(
    ready: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However far apart its entries stand: what any of them finds is there, and a success outdoes a failure."""
    for batch in (1, 20_000):
        monkeypatch.setattr(parcels, "BATCH", batch)
        world.images[:] = [
            {"file": "a.jpg", "failure": "oops", "detections": None},
            {"file": ".\\a.jpg", "detections": [animal()]},
            {"file": "b.jpg", "detections": [animal()]},
            {"file": "c.jpg", "detections": [animal()]},
            {"file": "b.jpg", "detections": [animal(), person()]},
            {"file": "b.jpg", "failure": "oops"},
        ]
        said = ready(
            "ingest", "--root", world.root, world.detections(f"{batch}.json", n=batch)
        ).stdout
        assert "listed twice" in said
    found = "select path, category from detections join images on images.id = image_id"
    wanted = [("a.jpg", "animal"), ("b.jpg", "animal"), ("b.jpg", "person"), ("c.jpg", "animal")]
    assert sorted(rows(ready.catalog, found)) == sorted(wanted * 2)
    assert rows(ready.catalog, "select count(*), count(failure) from results") == [(6, 0)]
    assert rows(ready.catalog, "select count(*) from classifications") == [(6,)]


@pytest.mark.parametrize("batch", [1, 2, 20_000])
def test_sequences_are_counted_however_their_photos_are_told(
    ready: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """A photo that is told of again leaves the sequence that was counted with it; one may go on later."""
    monkeypatch.setattr(parcels, "BATCH", batch)
    told = "a1 A, b2 A, c3 B, a1 B, d4 A, e5 unknown, f6 C, g7 C, f6 D"
    world.frames[:] = [
        {"file_name": f"{name}.jpg", "seq_id": key, "datetime": f"2024-05-01 10:00:0{second}"}
        for name, second, key in re.findall(r"(\w)(\d) (\w+)", told)
    ]
    once = world.sequences()
    ready("ingest", "--root", world.root, once)
    counted = "select key, num_frames, substr(started_at, -1), substr(ended_at, -1) from sequences order by key"
    assert rows(ready.catalog, counted) == [
        ("A", 2, "2", "4"),
        ("B", 2, "1", "3"),
        ("C", 1, "7", "7"),
        ("D", 1, "6", "6"),
    ]
    del world.frames[3]
    ready("ingest", "--root", world.root, world.sequences())
    assert rows(ready.catalog, counted)[:2] == [("A", 3, "1", "4"), ("B", 1, "3", "3")]


def test_the_floor_is_an_option_and_recorded(ready: CommandLine, world: World) -> None:
    world.images.append({"file": "a.jpg", "detections": [animal(conf=0.04), animal(conf=0.2)]})
    file = world.detections()
    ready("ingest", "--root", world.root, "--min-confidence", "0", file)
    assert rows(ready.catalog, "select count(*) from detections") == [(2,)]
    ready("ingest", "--min-confidence", "0.1", file)
    assert rows(ready.catalog, "select count(*) from detections") == [(1,)]
    kept = "select params from sources where state = 'done'"
    assert rows(ready.catalog, kept) == [('{"min_confidence": 0.1}',)]
    world.images.append({"file": "b.jpg", "detections": [animal(conf=0.2), person(0.2)]})
    ready("ingest", "--min-confidence", "0.6", world.detections())
    assert rows(ready.catalog, "select category from detections") == [("person",)]
    assert rows(ready.catalog, kept) == [('{"min_confidence": 0.6, "person_confidence": 0.1}',)]


def test_sequences_with_nothing_in_them_and_nan(ready: CommandLine, world: World) -> None:
    file = world.root.parent / "s.json"
    file.write_text(
        '{"images": [{"file_name": "a.jpg", "seq_id": NaN, "location": 12, "datetime": NaN, "frame_num": -1},'
        '{"file_name": "b.jpg", "sequence_id": 7, "frame_num": 2, "date_captured": "2014-06-02 05:41:10"},'
        '{"file_name": "c.jpg", "seq_id": "unknown", "datetime": "1970-01-01 00:00:00"}]}'
    )
    ready("ingest", "--root", world.root, file)
    sql = "select path, images.location, captured_at, time_doubt, frame_num, key from images left join sequences on sequences.id = sequence_id order by path"
    assert rows(ready.catalog, sql) == [
        ("a.jpg", "12", None, None, None, None),
        ("b.jpg", None, "2014-06-02T05:41:10", None, 2, "7"),
        ("c.jpg", None, "1970-01-01T00:00:00", "the camera's clock was not set", None, None),
    ]


@pytest.mark.parametrize("photos_first", [True, False])
def test_a_time_that_cannot_be_read_casts_doubt_on_the_cameras(
    ready: CommandLine, world: World, *, photos_first: bool
) -> None:
    """A file corrects the camera's clock, so what nobody can read in it must not pass without a word."""
    for path in ("a.jpg", "b.jpg"):
        world.photo(path, animal(), moment="2024-05-01 10:00:00")
    file = world.root.parent / "ImageData.csv"
    file.write_text("File,RelativePath,DateTime\na.jpg,,01-Mai-2024 11:00:00\nb.jpg,,NA\n", "utf-8")
    for given in (world.root, file) if photos_first else (file, world.root):
        ready("ingest", "--root", world.root, given)
    assert rows(ready.catalog, "select path, captured_at, time_doubt from images order by 1") == [
        ("a.jpg", "2024-05-01T10:00:00", "not a time"),
        ("b.jpg", "2024-05-01T10:00:00", None),
    ]
    assert "1  Dates in doubt" in ready("status", "--files").stdout


def test_a_changed_sequence_file_replaces_its_sequences(ready: CommandLine, world: World) -> None:
    bursts(world)
    file = world.sequences()
    ready("ingest", world.root, file)
    world.frames[:] = [frame | {"seq_id": "A"} for frame in world.frames[:5]]
    world.sequences()
    ready("ingest", file)
    assert rows(ready.catalog, "select key, num_frames from sequences") == [("A", 5)]
    assert rows(ready.catalog, "select count(*) from images where sequence_id is not null") == [
        (5,)
    ]


def test_files_that_call_their_sequences_alike(ready: CommandLine, world: World) -> None:
    """Each keeps its own, whichever is taken in again; a changed one keeps the rows that candidates point to."""
    files = {}
    for folder, hour in (("A", "10"), ("B", "11")):
        world.frames.clear()
        for number in range(6):
            moment = f"2024-05-01 {hour}:0{number // 2}:0{number}"
            path = f"{folder}/{number}.jpg"
            world.photo(path, animal(), sequence=str(number // 2), moment=moment, on_disk=False)
        files[folder] = world.sequences(f"{folder}.json")
    held = """
        select substr(path, 1, 1), key, count(*), min(num_frames) from images
        join sequences on sequences.id = sequence_id group by 1, 2 order by 1, 2
    """
    wanted = [(folder, str(key), 2, 2) for folder in "AB" for key in range(3)]
    ready("ingest", "--root", world.root, *files.values(), world.detections())
    assert rows(ready.catalog, held) == wanted
    assert "nothing to do" in ready("ingest", files["A"]).stdout
    ready("select", "-n", "3")
    before = rows(ready.catalog, "select id, key from sequences order by id")
    world.frames[-1]["location"] = "pond"
    world.frames[:2] = []
    world.sequences("B.json")
    ready("ingest", files["B"])
    assert rows(ready.catalog, held) == [row for row in wanted if row[:2] != ("B", "0")]
    after = rows(ready.catalog, "select id, key from sequences where num_frames > 0 order by id")
    assert set(after) == set(before) - {before[3]}
    assert "0 broken" in ready("verify").stdout


def test_a_files_time_outranks_exif_in_either_order(ready: CommandLine, world: World) -> None:
    world.photo(
        "a.jpg", sequence="S", moment="2024-05-01 10:00:00", exif={306: "2019:01:01 00:00:00"}
    )
    file = world.sequences()
    ready("ingest", world.root)
    assert rows(ready.catalog, "select captured_at, time_from from images") == [
        ("2019-01-01T00:00:00", "exif")
    ]
    ready("ingest", file)
    given = [("2024-05-01T10:00:00", "given")]
    assert rows(ready.catalog, "select captured_at, time_from from images") == given
    os.utime(world.root / "a.jpg", (1, 1))
    ready("ingest", world.root)
    assert rows(ready.catalog, "select captured_at, time_from from images") == given


def test_the_streaming_reader_of_results_matches_a_plain_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bursts(world)
    file = world.detections()
    monkeypatch.setattr(stream, "CHUNK", 50)
    *found, about = megadetector.read(file, floor=Floor(0.0, 0.0))
    assert isinstance(about, About)
    plain = json.loads(file.read_text())["images"]
    assert [
        (one.path, len(one.detections), bool(one.failure))
        for one in found
        if isinstance(one, Result)
    ] == [
        (entry["file"], len(entry["detections"] or []), bool(entry.get("failure")))
        for entry in plain
    ]


def test_paths_may_start_from_a_folder_inside_the_collection(
    ready: CommandLine, world: World
) -> None:
    bursts(world)
    ready("ingest", world.root)
    world.images[:] = [{"file": "a0.jpg", "detections": [animal()]}]
    said = ready("ingest", "--root", world.root / "ridge", world.detections()).stdout
    assert "not on disk" not in said
    assert rows(ready.catalog, "select path from images join results on images.id = image_id") == [
        ("ridge/a0.jpg",)
    ]
    assert rows(ready.catalog, "select count(*) from collections") == [(1,)]


def test_a_file_that_names_none_of_the_photos_gets_a_word(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root)
    world.images[:] = [{"file": "elsewhere/a0.jpg", "detections": []}]
    result = ready("ingest", world.detections())
    assert "none of its paths is among the 10 photos" in result.stderr
    assert "--root" in result.stderr


@pytest.mark.parametrize("form", ["megadetector", "coco"])
def test_an_empty_file_whatever_it_is_called(ready: CommandLine, world: World, form: str) -> None:
    file = world.root.parent / "empty.json"
    file.touch()
    said = ready("ingest", "--root", world.root, "--format", form, file, code=1).stderr
    assert "ends too early, at byte 0 of 0" in said
    assert rows(ready.catalog, "select count(*) from sources") == [(0,)]
