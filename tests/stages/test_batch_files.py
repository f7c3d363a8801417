"""Questions go as a file of OpenAI's form, and answers come from one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from herocat.labeling import files
from herocat.ports import Question
from tests.conftest import CommandLine
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Asked
from tests.labeling.conftest import Rows, gemini, own_loop, photos, rows
from tests.world import World

__all__ = ["gemini", "own_loop", "photos", "rows"]
Photos = Callable[[int], CommandLine]


def answers(file: Path, out: Path, **changes: dict[str, Any] | None) -> None:
    """Answer a file of questions as `vllm run-batch` does."""
    fake = FakeOpenAI()
    lines = []
    for text in file.read_text().splitlines():
        line = json.loads(text)
        asked = Asked("POST", line["url"], "", {}, json.dumps(line["body"]).encode())
        assert fake.pictures(asked)
        body = fake.usual(asked, '{"score": 4, "reasoning": "It is far."}')
        reply_ = {"id": "vllm-1", "custom_id": line["custom_id"], "error": None,
                  "response": {"status_code": 200, "request_id": "r", "body": body}}  # fmt: skip
        lines.append(changes.get(line["custom_id"].replace("-", "_"), reply_))
    out.write_text("".join(json.dumps(line) + "\n" for line in lines if line))


def test_questions_as_a_file_and_answers_from_one(
    photos: Photos, rows: Rows, world: World, tmp_path: Path
) -> None:
    herocat, file, out = photos(5), tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    said = herocat(
        "batch", "export", file, world.root, "--model", "Qwen/Qwen3-VL-8B-Instruct"
    ).stdout
    assert f"5 photos written to {file}" in said
    assert "somewhere" not in file.read_text()
    bad = {
        "custom_id": "r1-i2",
        "response": {"status_code": 400, "body": {"error": {"message": "no"}}},
        "error": None,
    }
    busy = {"custom_id": "r1-i3", "response": None, "error": {"code": "x", "message": "later"}}
    answers(file, out, r1_i2=bad, r1_i3=busy, r1_i4=None)
    said = herocat("batch", "import", out).stdout
    assert said.startswith("2 scores, 2 failed, 1 without an answer")
    more = tmp_path / "more.jsonl"
    herocat("batch", "export", more, world.root, "--model", "Qwen/Qwen3-VL-8B-Instruct")
    assert len(more.read_text().splitlines()) == 1  # it is pending again
    herocat("batch", "cancel", 2)
    assert rows("select count(*) from labels where status = 'ok' and score = 4") == [(2,)]
    assert rows("select model, provider from label_runs") == [("Qwen/Qwen3-VL-8B-Instruct", "vllm")]
    again = json.loads(herocat("batch", "import", out, "--json").stdout)
    assert (again["ok"], again["duplicate"]) == (0, 4)
    rest = tmp_path / "rest.jsonl"
    answers(file, rest)
    said = herocat("batch", "import", rest).stdout
    # What was missing, and scores in place of failures.
    assert said.startswith("3 scores, 0 failed, 0 without an answer")
    assert rows("select count(*) from labels where status = 'ok' and score = 4") == [(5,)]
    assert rows("select state, num_ok from batches") == [("done", 4), ("done", 1)]
    assert rows("select state from label_runs") == [("done",)]


def test_questions_are_in_the_file_not_in_memory(
    photos: Photos, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file may hold half a gigabyte of pictures."""
    file, sizes = tmp_path / "q.jsonl", list[int]()

    def line(_: files.OpenAILines, key: str, __: Question) -> str:
        sizes.append(sum(one.stat().st_size for one in tmp_path.glob("q*.new")))
        return "x" * 9_999

    monkeypatch.setattr(files.OpenAILines, "line", line)
    monkeypatch.setattr(files.OpenAILines, "limit_items", 3)
    photos(5)("batch", "export", file, world.root, "--model", "m")
    assert sizes == [0, 10_000, 20_000, 30_000, 10_000]
    assert [one.name for one in sorted(tmp_path.glob("q*"))] == ["q-2.jsonl", "q.jsonl"]


def test_a_disk_that_is_full(
    photos: Photos, rows: Rows, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_unfinished", lambda _: Path("/dev/full"))
    line = ["batch", "export", tmp_path / "q.jsonl", world.root, "--model", "m"]
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: None)
        assert "No space left" in photos(2)(*line, code=1).stderr
    assert rows("select count(*) from batches") == [(0,)]


def test_files_that_hold_nothing_of_ours(photos: Photos, rows: Rows, tmp_path: Path) -> None:
    herocat, file = photos(1), tmp_path / "x.jsonl"
    file.write_text('not json\n[1]\n{"custom_id": "r9-i1", "response": {}}\n{"custom_id": 5}\n')
    assert "4 answers nobody asked for" in herocat("batch", "import", file).stdout
    assert "there is no file" in herocat("batch", "import", tmp_path / "none", code=1).stderr


def test_a_mark_before_the_first_answer(photos: Photos, world: World, tmp_path: Path) -> None:
    herocat, file, out = photos(2), tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    herocat("batch", "export", file, world.root, "--model", "m")
    answers(file, out)
    out.write_bytes(b"\xef\xbb\xbf" + out.read_bytes())
    assert herocat("batch", "import", out).stdout.startswith("2 scores, 0 failed")


@pytest.mark.parametrize("response", ["x", [1], {"status_code": "200", "body": "x"}, {"body": [1]}])
def test_a_line_of_no_known_form_costs_no_other_its_score(
    photos: Photos, rows: Rows, world: World, tmp_path: Path, response: object
) -> None:
    herocat, file, out = photos(2), tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    herocat("batch", "export", file, world.root, "--model", "m")
    keys = ("r1-i99999999999999999999", "r99999999999999999999-i1", "r\u00b2-i1", "r\u0661-i1")
    odd = [json.dumps({"custom_id": key, "response": {}}) for key in keys]
    answers(file, out, r1_i1={"custom_id": "r1-i1", "response": response})
    out.write_text("\n".join(["[" * 100_000, *odd, out.read_text()]))
    said = herocat("batch", "import", out).stdout
    assert said.startswith("1 scores, 1 failed, 0 without an answer")
    assert "5 answers nobody asked for" in said
    assert rows("select image_id, status from labels order by 1") == [(1, "failed"), (2, "ok")]


def test_a_file_is_not_written_over(photos: Photos, world: World, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text("mine")
    line = ["batch", "export", file, world.root, "--model", "m"]
    assert "is there already" in photos(1)(*line, code=1).stderr
    assert file.read_text() == "mine"


def test_a_file_that_was_given_up(photos: Photos, rows: Rows, world: World, tmp_path: Path) -> None:
    herocat = photos(2)
    herocat("batch", "export", tmp_path / "q.jsonl", world.root, "--model", "m")
    herocat("batch", "cancel", 1)
    assert rows("select state, num_missing from batches") == [("cancelled", 2)]
