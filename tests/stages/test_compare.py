"""Label runs are compared on the photos that both have scored."""

import json
import sqlite3

import pytest

from herocat.commands.compare import bars
from tests.conftest import CommandLine


def second_run(herocat: CommandLine, *scores: float) -> None:
    herocat("label", "--run", "second")
    with sqlite3.connect(herocat.catalog) as connection:
        ids = [
            i
            for (i,) in connection.execute(
                "select id from labels where label_run_id = 2 order by image_id"
            )
        ]
        for label, score in zip(ids, scores, strict=True):
            connection.execute("update labels set score = ? where id = ?", [score, label])


def test_no_run_and_one_run(ready: CommandLine) -> None:
    assert "no label run has scores yet" in ready("compare").stdout


def test_one_run_says_so(done: CommandLine) -> None:
    said = done("compare").stdout
    assert "baseline" in said
    assert "nothing to compare it with" in said


def test_two_runs(done: CommandLine) -> None:
    second_run(done, 0, 5, 10)
    said = json.loads(done("compare", "--json").stdout)
    (pair,) = said["pairs"]
    assert (pair["first"], pair["second"]) == ("baseline", "second")
    assert pair["agreement"]["n"] == 3
    first = {run["name"]: run["mean"] for run in said["runs"]}
    assert pair["agreement"]["mean_difference"] == pytest.approx(first["baseline"] - 5)
    assert sum(said["runs"][1]["histogram"]) == 3
    assert said["runs"][1]["histogram"][9] == 1
    assert "baseline, second" in done("compare").stdout


def test_runs_with_nothing_in_common(done: CommandLine) -> None:
    done("label", done.catalog.parent / "photos" / "pond", "--run", "pond")
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("delete from subscores")
        connection.execute(
            "delete from labels where label_run_id = 2 and image_id in (select image_id from labels where label_run_id = 1)"
        )
    assert "no photo was scored by both" in done("compare", "baseline", "pond").stdout


def test_a_run_that_gives_one_score_has_no_order(done: CommandLine) -> None:
    second_run(done, 5, 5, 5)
    assert json.loads(done("compare", "--json").stdout)["pairs"][0]["agreement"]["spearman"] is None


def test_unknown_runs_are_named(done: CommandLine) -> None:
    assert "there are: baseline" in done("compare", "nobody", code=2).stderr


def test_bars() -> None:
    assert bars((0, 1, 4, 8)) == " ▁▄█"
    assert bars((0, 0)) == "  "
