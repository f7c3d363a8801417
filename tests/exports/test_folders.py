"""Labels to folders: rules in order, circles explained, what no rule decides is told."""

import csv
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from herocat.errors import ChoiceError
from herocat.exports import folders
from tests.conftest import CommandLine

labels = st.sampled_from(["a", "b", "c", "d"])


@pytest.mark.parametrize(
    ("said", "rules", "left"),
    [
        ("ab", ["a > b"], "a"),
        ("ab", ["b > a"], "b"),
        ("abc", ["a > b"], "ac"),
        ("abc", ["* > a"], "bc"),
        ("a", ["* > a"], "a"),
        ("abc", ["b > *"], "b"),
        ("abc", ["a > b", "b > c"], "ac"),  # in order: b is gone when its own rule comes
        ("abc", ["b > c", "a > b"], "a"),
        ("ab", [], "ab"),
        ("ab", ["A>B"], "a"),
    ],
)
def test_rules(said: str, rules: list[str], left: str) -> None:
    assert folders.resolved(frozenset(said), folders.parsed(rules)) == frozenset(left)


@given(st.frozensets(labels, min_size=1), st.lists(st.tuples(labels, labels), max_size=6))
def test_rules_take_away_and_never_all(said: frozenset[str], pairs: list[tuple[str, str]]) -> None:
    rules = [folders.Rule(over, under) for over, under in pairs if over != under]
    left = folders.resolved(said, rules)
    assert left
    assert left <= said


def test_a_circle_is_explained() -> None:
    with pytest.raises(ChoiceError, match="a > b > c > a"):
        folders.parsed(["x > a", "a > b", "b > c", "c > a"])


@pytest.mark.parametrize("text", ["a", "a >", "> b", "a > a", "a > b > c", ""])
def test_what_is_no_rule(text: str) -> None:
    with pytest.raises(ChoiceError, match="two labels such as"):
        folders.parsed([text])


def placed(out: Path) -> dict[str, int]:
    return {place.name: len(list(place.iterdir())) for place in out.iterdir() if place.is_dir()}


def test_folders_on_disk(done: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "map.csv").write_text("Red Fox,fox\nroe deer , deer\n\n")
    done("export", "folders", "--out", out, "--label-map", tmp_path / "map.csv")
    assert placed(out) == {"badger": 2, "empty": 1, "fox": 4}
    (tmp_path / "map.json").write_text('{"badger": "FOX", "red fox": "fox"}')
    done("export", "folders", "--out", out, "--label-map", tmp_path / "map.json", "--link")
    assert placed(out) == {"empty": 1, "fox": 6}
    assert all(link.is_symlink() and link.exists() for link in (out / "fox").iterdir())
    (tmp_path / "moved").mkdir()
    for name in ("photos", "out"):
        (tmp_path / name).rename(tmp_path / "moved" / name)
    links = list((tmp_path / "moved" / "out" / "fox").iterdir())
    assert all(link.exists() for link in links), "what lies beside the catalog may move with it"


def test_several_labels(done: CommandLine, tmp_path: Path) -> None:
    with sqlite3.connect(done.catalog) as connection:
        connection.execute(
            "insert into detections (image_id, source, category, confidence, x, y, w, h, species, species_score) "
            "select id, (select max(source) from results), 'animal', 0.9, 0.1, 0.1, 0.1, 0.1, 'lynx', 0.9 "
            "from images where path = 'pond/c0.jpg'"
        )
    out = tmp_path / "out"
    assert (
        "1 photo has several labels and is in none"
        in done("export", "folders", "--out", out).stdout
    )
    with (out / "unresolved.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert row["labels"] == "badger + lynx"
    assert placed(out)["badger"] == 1
    done("export", "folders", "--out", out, "--unresolved", "keep")
    assert (placed(out)["badger"], placed(out)["lynx"]) == (2, 1)
    done("export", "folders", "--out", out, "--rule", "lynx > badger")
    assert (placed(out)["badger"], placed(out)["lynx"]) == (1, 1)


def test_a_map_that_is_none(done: CommandLine, tmp_path: Path) -> None:
    for name, text in (("a.json", "[1]"), ("b.csv", "alone\n"), ("c.json", "{")):
        (tmp_path / name).write_text(text)
        words = ["export", "folders", "--out", tmp_path / "x", "--label-map", tmp_path / name]
        assert "no label map" in done(*words, code=2).stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "fox,fuchs\nhare\n", "'hare' has no label"),
        ("b.csv", "hare,\n", "'hare' has no label"),
        ("c.json", "[1]", "it holds no object"),
        ("d.json", "{", "is no label map"),
    ],
)
def test_what_is_no_label_map(
    name: str, text: str, said: str, ready: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    words = ["export", "folders", "--out", tmp_path / "out", "--label-map", tmp_path / name]
    assert said in ready(*words, code=2).stderr
    assert not (tmp_path / "out").exists()
