"""A newcomer is told at each point what to run next; following it ends at the pages."""

import json
import shlex
import sqlite3

from tests.conftest import CommandLine
from tests.world import World, bursts


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
