"""Every photo that a run was asked for ends as a score or as a reason, and none is rated twice."""

import json
from pathlib import Path

import pytest

from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.ports import Identity, RefusedError, Reply, Request, Subscore
from herocat.stages.label import label
from tests.conftest import CommandLine
from tests.stages.conftest import rows
from tests.world import World, animal, bursts


@pytest.fixture
def chosen(ready: CommandLine, world: World) -> CommandLine:
    """Return the command line on a catalog with three candidates."""
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    for command in ("sequence", "measure", "select"):
        ready(command)
    return ready


class Scripted:
    """A rater that answers what it is told to, and counts what it is asked."""

    def __init__(self, *replies: Reply | Exception, model: str = "m") -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []
        self.identity = Identity("vlm", "scripted", model, {"temperature": 0})

    def label(self, request: Request) -> Reply:
        self.requests.append(request)
        reply = (
            self.replies.pop(0) if self.replies else Reply(5.0, "fine", (Subscore("light", 0.5),))
        )
        if isinstance(reply, Exception):
            raise reply
        return reply


def test_the_candidates_of_the_latest_selection(chosen: CommandLine) -> None:
    said = chosen("label").stdout
    assert said.startswith("baseline: labeled 3 photos; 3 of 3 have a score")
    assert "nothing to do; 3 of 3" in chosen("label").stdout
    sql = "select status, score between 0 and 10, reasoning <> '', error from labels"
    assert rows(chosen.catalog, sql) == [("ok", 1, 1, None)] * 3
    parts = "select count(*) from subscores join labels on labels.id = label_id group by label_id"
    assert rows(chosen.catalog, parts) == [(8,)] * 3
    assert rows(
        chosen.catalog, "select name, rater, state, finished_at is not null from label_runs"
    ) == [("baseline", "baseline", "done", 1)]


def test_a_limit_leaves_the_rest_for_later(chosen: CommandLine) -> None:
    assert "1 of 3 have a score" in chosen("label", "--limit", "1").stdout
    assert rows(chosen.catalog, "select state from label_runs") == [("running",)]
    assert "labeled 2 photos; 3 of 3" in chosen("label").stdout


def test_the_best_of_every_class_comes_first(chosen: CommandLine) -> None:
    chosen("label", "--limit", "1")
    assert rows(chosen.catalog, "select rank from candidates join labels using (image_id)") == [
        (1,)
    ]


def test_another_selection_adds_only_what_is_new(chosen: CommandLine, world: World) -> None:
    chosen("label")
    world.photo("new/e.jpg", animal())
    chosen("ingest", world.root, world.detections())
    chosen("sequence")
    chosen("select")
    assert "labeled 1 photo; 4 of 4" in chosen("label").stdout


def test_photos_that_nobody_measured_are_measured(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections())
    ready("sequence")
    ready("select")
    assert "labeled" in ready("label").stdout
    assert rows(ready.catalog, "select count(*) from labels where status <> 'ok'") == [(0,)]


def test_folders_and_lists(chosen: CommandLine, world: World, tmp_path: Path) -> None:
    assert "labeled 6 photos" in chosen("label", world.root / "ridge", "--run", "folder").stdout
    text = tmp_path / "list.txt"
    text.write_text(
        "# the good ones\n\nphotos/ridge/a0.jpg\n" + str(world.root / "pond" / "c0.jpg") + "\n"
    )
    assert "2 of 2 have a score" in chosen("label", text, "--run", "text").stdout
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps(["photos/ridge/a0.jpg", "photos/ridge/a0.jpg"]))
    assert "1 of 1 have a score" in chosen("label", listed, "--run", "json").stdout


def test_a_photo_without_an_animal_is_worth_nothing(
    chosen: CommandLine, world: World, tmp_path: Path
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("photos/ridge/blank.jpg\nphotos/pond/bad.jpg\n")
    chosen("label", listed, "--run", "odd")
    sql = "select path, status, score, error from labels join images on images.id = image_id order by path"
    assert rows(chosen.catalog, sql) == [
        ("pond/bad.jpg", "failed", None, "unreadable: not an image"),
        ("ridge/blank.jpg", "ok", 0.0, None),
    ]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("elsewhere/x.jpg", 1, "in no collection"),
        ("photos/ridge/nothing.jpg", 1, "does not know"),
        ("[1, 2]", 1, "not a JSON array of paths"),
        ("[", 1, "not valid JSON"),
    ],
)
def test_bad_lists(
    chosen: CommandLine, tmp_path: Path, content: str, code: int, words: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    listed = tmp_path / ("list.json" if content.startswith("[") else "list.txt")
    listed.write_text(content)
    assert words in chosen("label", listed, code=code).stderr
    assert rows(chosen.catalog, "select count(*) from label_runs") == [(0,)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--provider", "oracle"], "known are: baseline"),
        (["--selection", "none"], "no selection 'none'"),
        (["nowhere"], "no folder or list"),
        ([".", "--selection", "x"], "not both"),
    ],
)
def test_bad_choices(chosen: CommandLine, words: list[str], said: str) -> None:
    assert said in chosen("label", *words, code=2).stderr


def test_nothing_is_selected_yet(ready: CommandLine) -> None:
    assert "herocat select" in ready("label", code=1).stderr


def test_failures_are_rows_and_come_again_when_asked(chosen: CommandLine) -> None:
    with Catalog.open(chosen.catalog) as catalog:
        done = label(catalog, Scripted(RefusedError("blocked"), Reply(9, "wow")))
        assert (done.labeled, done.failed, done.left) == (2, 1, 0)
        silent = Scripted()
        assert label(catalog, silent).now == 0
        assert silent.requests == []
        done = label(catalog, Scripted(), retry=True)
        assert (done.now, done.labeled, done.failed) == (1, 3, 0)


def test_a_bug_in_a_rater_keeps_what_was_committed(
    chosen: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("herocat.stages.label._COMMIT", 1)
    with Catalog.open(chosen.catalog) as catalog:
        with pytest.raises(ZeroDivisionError):
            label(catalog, Scripted(Reply(1, "a"), Reply(2, "b"), ZeroDivisionError()))
        second = Scripted()
        assert label(catalog, second).labeled == 3
        assert len(second.requests) == 1


def test_a_run_belongs_to_one_rater_with_one_set_of_parameters(chosen: CommandLine) -> None:
    with Catalog.open(chosen.catalog) as catalog:
        label(catalog, Scripted(), run="mine")
        with pytest.raises(ChoiceError, match="choose another --run"):
            label(catalog, Scripted(model="other"), run="mine")
        assert label(catalog, Scripted(model="other")).run == "other"
        other = Scripted(model="other")
        other.identity = Identity("vlm", "scripted", "other", {"temperature": 1})
        assert label(catalog, other).run == "other-2"


def test_no_name_or_place_reaches_a_rater(chosen: CommandLine) -> None:
    rater = Scripted()
    with Catalog.open(chosen.catalog) as catalog:
        label(catalog, rater)
    assert rater.requests
    for request in rater.requests:
        assert "ridge" not in repr(request)
        assert ".jpg" not in repr(request)


def test_all_animals_are_shown_the_subject_first(ready: CommandLine, world: World) -> None:
    world.photo(
        "a.jpg",
        animal(0.1, 0.1, 0.1, 0.1, conf=0.99),
        animal(0.5, 0.5, 0.3, 0.3, conf=0.5),
        animal(0.2, 0.2, 0.5, 0.5, conf=0.2),
    )
    ready("ingest", world.root, world.detections())
    ready("select")
    rater = Scripted()
    with Catalog.open(ready.catalog) as catalog:
        label(catalog, rater)
    assert [box.w for box in rater.requests[0].animals] == [0.3, 0.1]


def test_the_baseline_does_nothing_on_a_dry_run(done: CommandLine) -> None:
    said = done("label", "--run", "tried", "--dry-run").stdout
    assert "costs nothing" in said
    assert "tried" not in done("status").stdout


def test_a_selection_that_is_not_there_is_answered_with_those_that_are(done: CommandLine) -> None:
    done("select", "-n", 1, "--name", "autumn")
    for words in (["label"], ["explain", 1], ["rate", "me"]):
        said = done(*words, "--selection", "autum", code=2).stderr
        assert "no selection 'autum'; there are: autumn, strat" in said
    assert "there are: baseline" in done("album", "--run", "base", code=2).stderr
