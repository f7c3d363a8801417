"""Every photo has its reasons."""

import json

import pytest

from tests.conftest import CommandLine
from tests.world import World, animal


def test_a_chosen_photo(done: CommandLine) -> None:
    said = json.loads(done("explain", "--json", "a1.jpg").stdout)
    assert said["verdict"].startswith("Chosen as ")
    assert said["sequence"] == "A"
    assert all(gate["passed"] for gate in said["gates"])
    (scored,) = said["classes"]
    assert sum(p["value"] * p["weight"] for p in scored["parts"]) == pytest.approx(
        scored["quality"]
    )
    (label,) = said["labels"]
    assert label["run"] == "baseline"
    assert {part["name"] for part in label["parts"]} >= {"size", "sharpness", "whole"}


@pytest.mark.parametrize(
    ("photo", "verdict"),
    [
        ("ridge/a0.jpg", "its burst is represented by ridge/a1.jpg"),
        ("ridge/b1.jpg", "it shows a person (0.80)"),
        ("ridge/b0.jpg", "ridge/b1.jpg, of the same burst, shows a person (0.80)"),
        ("ridge/blank.jpg", "no animal was found in it"),
        ("pond/bad.jpg", "it cannot be read (not an image)"),
        ("pond/gone.jpg", "its file is not on disk"),
    ],
)
def test_why_not(done: CommandLine, photo: str, verdict: str) -> None:
    said = done("explain", photo).stdout
    assert f"Not chosen: {verdict}" in said


def test_a_quota_that_was_full(ready: CommandLine, world: World) -> None:
    for number in range(4):
        world.photo(f"{number}/a.jpg", animal(0.1 * number, 0.3, species=None))
    ready("ingest", world.root, world.detections())
    ready("sequence")
    ready("select", "-n", "2")
    said = ready("explain", "0/a.jpg").stdout
    assert "Not chosen: single medium was full with 1 of 4; its quality is 0.737" in said
    assert "the last one in has 0.8" in said


def test_a_detector_that_failed(ready: CommandLine, world: World) -> None:
    world.photo("a.jpg", animal())
    world.images.append({"file": "b.jpg", "failure": "oops", "detections": None})
    ready("ingest", "--root", world.root, world.detections())
    ready("select")
    said = ready("explain", "b.jpg").stdout
    assert "no detector could look at it (detections.json: oops)" in said
    assert "must not leave the catalog" in said
    assert "unchecked" in said


def test_weak_animals(ready: CommandLine, world: World) -> None:
    world.photo("a.jpg", animal())
    world.photo("b.jpg", animal(conf=0.2))
    ready("ingest", world.root, world.detections())
    ready("sequence")
    ready("select")
    assert (
        "its best animal has a confidence of 0.20, below 0.30" in ready("explain", "b.jpg").stdout
    )


def test_before_anything_is_selected(ready: CommandLine, world: World) -> None:
    world.photo("a.jpg", animal())
    ready("ingest", world.root, world.detections())
    assert "Nothing has been selected yet." in ready("explain", "a.jpg").stdout


def test_another_selection(done: CommandLine) -> None:
    done("select", "-n", "1", "--name", "one")
    done("explain", "a1.jpg", "--selection", "stratified-5000")
    assert "no selection 'x'" in done("explain", "a1.jpg", "--selection", "x", code=2).stderr


def test_how_photos_are_named(done: CommandLine, world: World) -> None:
    world.photo("other/a1.jpg", animal())
    done("ingest", world.root)
    assert "end of several paths" in done("explain", "a1.jpg", code=2).stderr
    assert "ridge/a1.jpg" in done("explain", "ridge/a1.jpg").stdout
    assert "ridge/a1.jpg" in done("explain", "ridge\\a1.jpg").stdout
    number = json.loads(done("explain", "ridge/a1.jpg", "--json").stdout)["image"]
    assert "ridge/a1.jpg" in done("explain", number).stdout
    assert "has no photo" in done("explain", "nothing.jpg", code=2).stderr
    assert "has no photo" in done("explain", "999999", code=2).stderr
