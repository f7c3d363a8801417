"""What comes back of a job is taken once, whatever else stands in the file, and paid for once."""

import json
from typing import Any

import pytest

from herocat.catalog import Catalog
from tests.fakes.gemini import FakeGemini, reply
from tests.fakes.server import Said
from tests.labeling.conftest import Rows, gemini, own_loop, photos, rows
from tests.stages.test_batch import Photos, batch, quick_jobs, resume
from tests.world import World

__all__ = ["gemini", "own_loop", "photos", "quick_jobs", "rows"]


def test_results_that_are_shuffled_broken_missing_and_doubled(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    def tamper(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        by = {line["key"]: line for line in lines}
        by["r1-i2"] = {"key": "r1-i2", "error": {"code": 3, "message": "bad image"}}
        by["r1-i4"]["response"] = reply("hm")
        by["r1-i5"]["response"] = {"promptFeedback": {"blockReason": "SAFETY"}}
        by["r1-i6"] = {"key": "r1-i6", "error": {"code": 13, "message": "internal"}}
        del by["r1-i3"]
        unknown = [
            {"key": "r1-i99", "response": reply("x")},
            {"key": "odd", "response": reply("x")},
        ]
        return [*by.values(), by["r1-i1"], *unknown, {"response": reply("x")}]

    gemini.tamper = tamper
    herocat = photos(7)
    batch(herocat, world, gemini, "--wait")
    assert rows("select image_id, status, error is null from labels order by 1") == [
        (1, "ok", 1), (2, "failed", 0), (4, "invalid", 0), (5, "blocked", 0), (7, "ok", 1),
    ]  # fmt: skip
    sql = "select num_ok, num_failed, num_missing, num_unknown, num_duplicate from batches"
    assert rows(sql) == [(2, 3, 2, 3, 1)]
    gemini.tamper = lambda lines: lines
    batch(herocat, world, gemini, "--wait")  # what is missing is pending again
    assert sorted(gemini.jobs["batches/b2"].keys) == ["r1-i3", "r1-i6"]
    assert rows("select count(*) from labels") == [(7,)]


def test_the_first_score_wins_whatever_came_before_it(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    def tamper(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        by = {line["key"]: line for line in lines}
        said = {"score": 1, "reasoning": "Another."}
        another = {"key": "r1-i3", "response": reply(json.dumps(said))}
        wrong = {"key": "r1-i1", "error": {"code": 3, "message": "bad image"}}
        return [wrong, by["r1-i1"], {"key": "r1-i2", "response": reply("hm")}, by["r1-i2"],
                by["r1-i3"], another, wrong | {"key": "r1-i3"}]  # fmt: skip

    gemini.tamper = tamper
    batch(photos(3), world, gemini, "--wait")
    assert rows("select image_id, status, score from labels order by 1") == [
        (1, "ok", 6.5), (2, "ok", 6.5), (3, "ok", 6.5),
    ]  # fmt: skip
    assert rows("select num_ok, num_failed, num_duplicate from batches") == [(3, 0, 4)]
    each = (1300 * 0.15 + 60 * 1.25) / 1e6
    costs = [cost / each for (cost,) in rows("select cost_usd from labels order by image_id")]
    assert costs == pytest.approx([1, 2, 1])  # an answer that cannot be read is paid for, too


def test_a_job_whose_answers_are_deleted(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    """They were billed, so they count; and the photos of that job alone are asked about again."""
    gemini.polls_until_done = 99
    herocat = photos(3)
    batch(herocat, world, gemini, "--limit", 1)
    batch(herocat, world, gemini, "--limit", 1)
    gemini.polls_until_done = 0
    gemini.gone.add("batches/b1")
    said = resume(herocat, gemini)
    assert "1 labels came of it; 0 jobs under way" in said
    assert rows("select state, num_missing from batches order by id") == [("lost", 1), ("done", 0)]
    assert "no longer there" in rows("select error from batches where id = 1")[0][0]
    ((reserved,),) = rows("select reserved_usd from batches where id = 1")
    with Catalog.open(herocat.catalog) as catalog:
        assert catalog.value("requests.spent", run=1) > reserved > 0
    batch(herocat, world, gemini, "--wait")
    assert gemini.jobs["batches/b3"].keys == ["r1-i1", "r1-i3"]


@pytest.mark.parametrize(
    "kept",
    [b"<html>We are sorry</html>", b"", b"\n", b"[" * 100_000, None],
    ids=["page", "nothing", "line", "deep", "cut"],
)
def test_answers_that_do_not_come_whole(
    photos: Photos,
    rows: Rows,
    world: World,
    gemini: FakeGemini,
    monkeypatch: pytest.MonkeyPatch,
    kept: bytes | None,
) -> None:
    """They are paid for: the job is kept, and its answers are taken another time."""
    herocat = photos(3)
    batch(herocat, world, gemini)

    def cut(name: str) -> Said:
        whole = FakeGemini._download(gemini, name).body
        return Said(b"".join(whole.splitlines(keepends=True)[:2]) if kept is None else kept)

    with monkeypatch.context() as patched:
        patched.setattr(gemini, "_download", cut)
        said = herocat("batch", "resume", "--endpoint", gemini.url, code=3).stderr
        assert "its results are cut short" in said
    assert rows("select state, finished_at from batches") == [("waiting", None)]
    assert "1 job under way" not in resume(herocat, gemini)
    sql = "select state, num_ok, num_missing, num_duplicate from batches"
    assert rows(sql) == [("done", 3, 0, 0)]
    assert rows("select count(*) from requests") == [(3,)]


def test_giving_up_a_job_whose_answers_never_come_whole(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been billed for all, so it counts at the most it can have cost."""
    herocat = photos(2)
    batch(herocat, world, gemini)
    monkeypatch.setattr(gemini, "_download", lambda _: Said(b"<html>"))
    said = herocat("batch", "cancel", 1, "--endpoint", gemini.url).stdout
    assert "lost, 2 photos" in said
    assert "cut short" in said
    assert rows("select count(*) from pending_label") == [(2,)]
    ((reserved,),) = rows("select reserved_usd from batches")
    with Catalog.open(herocat.catalog) as catalog:
        assert catalog.value("requests.spent", run=1) == reserved > 0


def test_a_line_ends_at_a_line_feed_alone(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON may hold what ends a line elsewhere; and a file may begin with a mark."""
    reason = "A fox\u2028looks\u2029at\x85us\x0c."
    gemini.rating = lambda _: {"score": 5, "reasoning": reason}

    def raw(name: str) -> Said:
        lines = map(json.loads, FakeGemini._download(gemini, name).body.splitlines())
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        return Said(b"\xef\xbb\xbf" + text.encode())

    monkeypatch.setattr(gemini, "_download", raw)
    batch(photos(2), world, gemini, "--wait")
    assert rows("select score, reasoning from labels") == [(5, reason)] * 2
    assert rows("select num_ok, num_unknown from batches") == [(2, 0)]


def test_answers_of_no_known_form(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    """One odd line costs no other its score."""

    def tamper(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        by = {line["key"]: line["response"] for line in lines}
        by["r1-i1"]["candidates"] = [None]
        by["r1-i2"]["usageMetadata"]["promptTokenCount"] = "1300"
        by["r1-i3"]["usageMetadata"] = {"promptTokenCount": "many", "promptTokensDetails": [1]}
        by["r1-i4"]["candidates"][0]["content"] = "x"
        by["r1-i5"] |= {"modelVersion": 5, "promptFeedback": []}
        by["r1-i5"]["candidates"][0]["logprobsResult"] = {
            "chosenCandidates": [{"token": "6"}],
            "topCandidates": [{"candidates": [None, {"token": "6", "logProbability": None}]}],
        }
        by["r1-i99999999999999999999"] = reply("x")
        return [{"key": key, "response": body} for key, body in by.items()]

    gemini.tamper = tamper
    batch(photos(5), world, gemini, "--wait")
    assert rows("select image_id, status from labels order by 1") == [
        (1, "invalid"), (2, "ok"), (3, "ok"), (4, "invalid"), (5, "ok"),
    ]  # fmt: skip
    assert rows("select num_missing, num_unknown from batches") == [(0, 1)]
    ((most,),) = rows("select reserved_usd / 5 from batches")
    ((cost,),) = rows("select cost_usd from labels where image_id = 1")
    assert cost == pytest.approx(most)  # it is paid for, however little came of it


@pytest.mark.parametrize("usage", [None, {"promptTokenCount": 1300}])
def test_an_answer_without_counts_costs_the_most_that_it_can(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, usage: dict[str, int] | None
) -> None:
    """As a question that is asked live: else the budget would be passed."""

    def tamper(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for line in lines:
            line["response"]["usageMetadata"] = usage
        return lines

    gemini.tamper = tamper
    batch(photos(2), world, gemini, "--wait")
    ((reserved,),) = rows("select reserved_usd from batches")
    costs = [cost for (cost,) in rows("select cost_usd from labels")]
    assert costs == pytest.approx([reserved / 2] * 2)
