"""A newcomer is told at each point what to run next; following it ends at the pages."""

import json
import shlex
import sqlite3

from tests.conftest import CommandLine
from tests.world import World, animal, bursts


def next_step(herocat: CommandLine) -> str:
    step: str = json.loads(herocat("status", "--json").stdout)["next"]
    return step


def test_following_the_advice_from_nothing_to_pages(ready: CommandLine, world: World) -> None:
    bursts(world)
    files = {
        "PHOTOS": str(world.root),
        "detections.json": str(world.detections()),
        "site": str(world.root.parent / "site"),
    }
    steps = []
    for _ in range(12):
        step = next_step(ready)
        steps.append(step)
        words = [files.get(word, word) for word in shlex.split(step)[1:]]
        ready(*words)
        if "export" in step:
            break
    assert [step.split()[1] for step in steps] == [
        "ingest",
        "sequence",
        "measure",
        "select",
        "measure",
        "label",
        "export",
    ]
    assert (world.root.parent / "site" / "index.html").is_file()


def test_photos_without_results(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root)
    assert next_step(ready) == "herocat ingest detections.json"


def test_results_without_photos(ready: CommandLine, world: World) -> None:
    """In no burst yet, since their times are unknown: to infer bursts now would be wrong."""
    bursts(world)
    ready("ingest", world.detections(), "--root", world.root.parent / "not-here")
    assert next_step(ready) == "herocat ingest PHOTOS"


def test_failures_do_not_ask_for_the_same_again(done: CommandLine) -> None:
    """A photo that failed is not left over: the same command would do nothing."""
    with sqlite3.connect(done.catalog) as connection:
        fail = "update labels set status = 'failed', score = null, error = 'gone'"
        connection.execute(f"{fail} where id = (select min(id) from labels)")
    assert next_step(done).startswith("herocat export")
    assert "1 failed: herocat label --retry" in done("status").stdout
    with sqlite3.connect(done.catalog) as connection:
        connection.execute(fail)
    assert next_step(done) == "herocat label --retry"


def test_new_photos_ask_for_a_new_selection(done: CommandLine, world: World) -> None:
    assert next_step(done).startswith("herocat export")
    world.photo("new.jpg", {"category": "1", "conf": 0.9, "bbox": [0.2, 0.2, 0.4, 0.4]})
    done("ingest", world.root, world.detections())
    done("sequence")
    assert next_step(done) == "herocat select"


def test_a_half_read_file_is_told(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections())
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute("update sources set state = 'reading' where format = 'megadetector'")
    assert next_step(ready) == "herocat ingest FILE"
    assert "sources_are_whole: 1 row" in ready("verify", code=1).stdout
    ready("ingest", world.root)
    ready("verify")


def test_text_and_counts(done: CommandLine) -> None:
    said = done("status").stdout
    assert "11 photos, 10 on disk, 1 unreadable" in said
    assert "baseline: 3 scores" in said
    counts = json.loads(done("status", "--json").stdout)["counts"]
    assert counts["candidates"] == 3


def test_with_many_photos_select_comes_before_measure(
    ready: CommandLine, world: World, monkeypatch: object
) -> None:
    import pytest

    assert isinstance(monkeypatch, pytest.MonkeyPatch)
    bursts(world)
    ready("ingest", world.root, world.detections())
    ready("sequence")
    monkeypatch.setattr("herocat.stages.status._MANY", 3)
    assert next_step(ready) == "herocat select"


def test_what_is_on_disk_is_held_against_what_files_say(ready: CommandLine, world: World) -> None:
    """Each number is a query, and `--list` gives its rows."""
    bursts(world)
    world.photo("ridge/new.jpg", animal(), on_disk=False)
    for name in ("ridge/NEW.jpg", "ridge/New.jpg", "ridge/copy.jpg"):
        (world.root / name).write_bytes((world.root / "ridge/a0.jpg").read_bytes())
    world.frames.append({"file_name": "ridge/lost.jpg", "seq_id": "Z", "location": "pond", "datetime": "1970-01-01 00:00:00"})  # fmt: skip
    ready("ingest", world.root, world.detections(), world.sequences())
    found = {one["name"]: one for one in json.loads(ready("status", "--files", "--json").stdout)}
    counts = {name: one["count"] for name, one in found.items()}
    assert counts == {
        "without_results": 4,  # the three copies, and the one that failed
        "results_not_on_disk": 2,
        "names_almost_the_same": 2,  # either may be meant
        "sequences_without_results": 1,
        "duplicates": 0,
        "failures_by_reason": 2,
        "dates_in_doubt": 1,
        "doubtful_clocks": 1,
        "unmatched": 0,
        "elsewhere": 0,
    }
    with sqlite3.connect(ready.catalog) as connection:
        for one in found.values():
            assert len(connection.execute(one["sql"]).fetchall()) == one["count"]
    said = ready("status", "--files").stdout
    assert "4  On disk, without results (without_results)" in said
    listed = ready("status", "--files", "--list", "names_almost_the_same").stdout
    assert "ridge/new.jpg\tridge/NEW.jpg\n" in listed
    assert "ridge/new.jpg\tridge/New.jpg\n" in listed
    assert "there are: without_results" in ready("status", "--list", "x", code=2).stderr


def test_duplicates_and_clocks_that_run_backwards(ready: CommandLine, world: World) -> None:
    for number, day in enumerate((5, 6, 1, 2), 1):
        world.photo(f"ridge/{number:04}.jpg", animal(), location="ridge", sequence=str(number), moment=f"2024-05-0{day} 10:00:00")  # fmt: skip
    for number, day in enumerate((3, 1, 2), 1):
        world.photo(f"a/b/{number:04}.jpg", animal(), moment=f"2024-05-0{day} 10:00:00")
    # Names that no camera has counted tell nothing of its clock, nor do numbers that mean something else.
    for name, day in (("3f9a", 5), ("b", 3), ("c", 1), ("0033", 5), ("4821", 3), ("7755", 1)):
        world.photo(f"named/{name}.jpg", animal(), moment=f"2024-05-0{day} 10:00:00")
    world.photo("ridge/0005.jpg", animal())
    (world.root / "ridge/0005.jpg").write_bytes((world.root / "ridge/0001.jpg").read_bytes())
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("measure")
    found = {one["name"]: one for one in json.loads(ready("status", "--files", "--json").stdout)}
    (copy,) = found["duplicates"]["examples"]
    assert (copy["path"], copy["same_as"]) == ("ridge/0005.jpg", "ridge/0001.jpg")
    columns = ("location", "folder", "photos", "backwards", "first_photo")
    clocks = [tuple(map(one.get, columns)) for one in found["doubtful_clocks"]["examples"]]
    assert clocks == [
        (None, "a/b/", 3, 1, "a/b/0002.jpg"),
        ("ridge", None, 4, 1, "ridge/0003.jpg"),
    ]


def test_a_failure_that_another_file_makes_good_is_none(ready: CommandLine, world: World) -> None:
    world.images[:] = [{"file": "a.jpg", "failure": "oops"}, {"file": "b.jpg", "failure": "oops"}]
    ready("ingest", "--root", world.root, world.detections())
    world.images[0] = {"file": "a.jpg", "detections": []}
    ready("ingest", world.detections("later.json"))
    said = ready("status", "--files", "--list", "failures_by_reason").stdout
    assert "detector\toops\t1\n" in said
    world.images[1] = {"file": "b.jpg", "detections": []}
    ready("ingest", world.detections("latest.json"))
    assert "oops" not in ready("status", "--files", "--list", "failures_by_reason").stdout
