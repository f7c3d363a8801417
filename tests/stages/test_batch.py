"""Jobs are submitted once, whatever happens, and none is lost."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from herocat.labeling import jobs as jobs_of
from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini, error, quota
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Said, serving
from tests.labeling.conftest import Rows, gemini, own_loop, photos, rows, words
from tests.world import World

__all__ = ["gemini", "own_loop", "photos", "rows"]
Photos = Callable[[int], CommandLine]


@pytest.fixture(autouse=True)
def quick_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait long for a job."""
    monkeypatch.setattr(jobs_of, "_POLL_FIRST", 0.01)
    monkeypatch.setattr(jobs_of, "_SETTLE", 0.0)


def batch(
    herocat: CommandLine, world: World, fake: FakeGemini, *more: object, code: int = 0
) -> Result:
    return herocat("label", world.root, *words(fake), "--batch", *more, code=code)


def resume(herocat: CommandLine, fake: FakeGemini, *more: object) -> str:
    return herocat("batch", "resume", "--endpoint", fake.url, *more).stdout


def test_a_job_from_beginning_to_end(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    gemini.polls_until_done = 2
    herocat = photos(6)
    beside: list[Path] = []
    gemini.on_creation = lambda: beside.extend(herocat.catalog.parent.glob("[!c]*"))
    said = batch(herocat, world, gemini)
    assert "job 1: 6 photos submitted" in said.stderr
    ((reserved,),) = rows("select reserved_usd from batches")
    assert said.stdout == (
        "gemini-3.5-flash-lite: submitted 6 photos; 0 of 6 have a score; 6 left, 6 of them in jobs "
        f"(herocat batch resume takes their answers); ${reserved:.4f} set aside for jobs\n"
    )
    assert "waiting" in herocat("batch", "list").stdout
    assert "nothing to do" in herocat("label", world.root, *words(gemini)).stdout
    assert not gemini.questions  # what a job has in hand is not asked about by other means
    assert "6 labels came of it; 0 jobs under way" in resume(herocat, gemini, "--wait")
    assert rows("select status, score, count(*) from labels group by 1") == [("ok", 6.5, 6)]
    (job,) = gemini.jobs.values()
    assert sorted(job.keys) == [f"r1-i{n}" for n in range(1, 7)]
    assert gemini.creations == 1
    shown = json.loads(herocat("batch", "show", 1, "--json").stdout)
    assert (shown["state"], shown["num_ok"], shown["num_missing"]) == ("done", 6, 0)
    half = (1300 * 0.15 + 60 * 1.25) / 1e6
    assert rows("select sum(cost_usd) from labels")[0][0] == pytest.approx(6 * half)
    assert beside == [world.root.parent / "detections.json", world.root]  # a kill leaves no file


def test_what_jobs_left_out_needs_a_yes_of_its_own(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    gemini.tamper = lambda lines: [line for line in lines if line["key"] in {"r1-i1", "r1-i2"}]
    herocat = photos(4)
    batch(herocat, world, gemini)
    line = ["label", world.root, *words(gemini)[:-1], "--batch"]
    said = herocat(*line, "--dry-run")
    assert said.stdout == "nothing to do\n"
    assert rows("select count(*) from labels") == [(0,)]
    said = herocat(*line, code=2)
    assert "2 photos for gemini" in said.stderr
    assert "add --yes" in said.stderr
    assert gemini.creations == 1
    assert rows("select count(*) from labels") == [(2,)]  # what is paid for is taken all the same
    assert "submitted 2 photos;" in batch(herocat, world, gemini).stdout
    gemini.tamper = lambda lines: lines
    assert "labeled 2 photos; 4 of 4" in herocat(*line).stdout  # nothing is left to say yes to


def test_waiting_for_it(photos: Photos, rows: Rows, world: World, gemini: FakeGemini) -> None:
    gemini.polls_until_done = 3
    said = batch(photos(3), world, gemini, "--wait").stdout
    assert "submitted 3 photos and labeled 3 photos; 3 of 3 have a score" in said
    assert "set aside" not in said


def test_a_job_is_counted_at_the_price_it_was_submitted_at(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, tmp_path: Path
) -> None:
    """Be it the user's own, and whatever the run is gone on with meanwhile."""
    file = tmp_path / "prices.json"
    entry = {"provider": "gemini", "model": gemini.model, "input": 1, "output": 2, "batch": 0.5,
             "as_of": "2027-01-01"}  # fmt: skip
    file.write_text(json.dumps({"prices": [entry]}))
    herocat = photos(2)
    batch(herocat, world, gemini, "--limit", 1, "--prices", file)
    herocat("label", world.root, *words(gemini))
    resume(herocat, gemini)
    costs = [cost for (cost,) in rows("select cost_usd from labels order by image_id")]
    assert costs == pytest.approx([(1300 * 0.5 + 60) / 1e6, (1300 * 0.3 + 60 * 2.5) / 1e6])


def test_large_jobs_are_cut_into_several(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("herocat.providers.gemini.jobs.GeminiJobs.limit_items", 4)
    herocat = photos(10)
    batch(herocat, world, gemini, "--wait")
    assert [len(job.keys) for job in gemini.jobs.values()] == [4, 4, 2]
    assert rows("select count(*) from labels where status = 'ok'") == [(10,)]


@pytest.mark.parametrize(
    ("state", "ends", "answered"),
    [
        ("BATCH_STATE_FAILED", "failed", 1),
        ("BATCH_STATE_EXPIRED", "expired", 0),
        ("BATCH_STATE_EXPIRED", "expired", 1),
        ("BATCH_STATE_CANCELLED", "cancelled", 1),
        ("BATCH_STATE_PARTIALLY_SUCCEEDED", "done", 1),
        ("JOB_STATE_SUCCEEDED", "done", 2),
    ],
)
def test_every_end_of_a_job(
    photos: Photos,
    rows: Rows,
    world: World,
    gemini: FakeGemini,
    state: str,
    ends: str,
    answered: int,
) -> None:
    """What it has answered is taken, however it ends."""
    gemini.finish_as, gemini.partly = state, answered > 0
    gemini.tamper = lambda lines: lines[:answered]
    herocat = photos(2)
    batch(herocat, world, gemini, "--wait")
    assert rows("select state, error is not null, num_ok, num_missing from batches") == [
        (ends, int(ends != "done"), answered, 2 - answered)
    ]
    assert rows("select count(*) from pending_label") == [(2 - answered,)]


def test_a_state_that_nobody_knows_is_waited_for(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    gemini.finish_as = "BATCH_STATE_PONDERING"
    herocat = photos(1)
    batch(herocat, world, gemini)
    assert "1 job under way" in resume(herocat, gemini)
    assert rows("select state, remote_state from batches") == [("running", "BATCH_STATE_PONDERING")]


@pytest.mark.parametrize(
    "shown", [{"metadata": [1], "error": "x"}, {"metadata": {"batchStats": 1, "output": "x"}}]
)
def test_a_job_of_which_its_server_says_nothing_that_is_known(
    photos: Photos,
    rows: Rows,
    world: World,
    gemini: FakeGemini,
    monkeypatch: pytest.MonkeyPatch,
    shown: dict[str, Any],
) -> None:
    herocat = photos(1)
    batch(herocat, world, gemini)
    monkeypatch.setattr(gemini, "_job", lambda *_: Said({"name": "batches/b1"} | shown))
    assert "1 job under way" in resume(herocat, gemini)
    with closing(sqlite3.connect(herocat.catalog)) as connection, connection:
        connection.execute("update batches set state = 'intent', remote = null")
    monkeypatch.setattr(gemini, "_list", lambda _: Said({"operations": None}))
    resume(herocat, gemini)
    assert rows("select state from batches") == [("lost",)]


@pytest.mark.parametrize(
    "said",
    [
        Said(drop=True),
        error(503, "UNAVAILABLE", "The service is currently unavailable."),
        error(408, "ABORTED", "It took too long"),
        Said(b"<html>"),
        Said(b""),
        Said({}),
        Said([]),
        Said(None),
        Said({"error": {"code": 500}}),
        Said({"name": "operations/b1"}),
    ],
    ids=lambda said: "drop" if said.drop else f"{said.status} {said.body!r:.20}",
)
def test_a_job_that_was_created_although_its_server_said_otherwise(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, said: Said
) -> None:
    gemini.after_creation = said
    herocat = photos(3)
    batch(herocat, world, gemini, "--wait")
    assert gemini.creations == 1
    assert rows("select count(*) from labels where status = 'ok'") == [(3,)]


def test_a_job_is_found_on_a_later_page(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    """Whatever stands in the token of a page."""
    gemini.polls_until_done = 99
    herocat = photos(3)
    for _ in range(2):
        batch(herocat, world, gemini, "--limit", 1)
    gemini.after_creation = Said(drop=True)
    batch(herocat, world, gemini)
    assert rows("select remote from batches") == [("batches/b1",), ("batches/b2",), ("batches/b3",)]


def test_a_job_that_was_perhaps_not_created(
    photos: Photos,
    rows: Rows,
    world: World,
    gemini: FakeGemini,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    herocat = photos(2)
    with monkeypatch.context() as patched:
        patched.setattr(gemini, "_create", lambda _: error(503, "UNAVAILABLE", "Overloaded"))
        assert "nobody knows yet" in batch(herocat, world, gemini, code=3).stderr
    assert rows("select state from batches") == [("intent",)]
    batch(herocat, world, gemini, "--wait")  # it is sure to be none by now
    assert rows("select state, num_ok from batches order by id") == [("lost", 0), ("done", 2)]


def test_a_file_that_does_not_arrive_is_no_job(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    herocat = photos(2)
    with monkeypatch.context() as patched:
        patched.setattr(gemini, "_upload_start", lambda _: error(500, "INTERNAL", "No room"))
        assert "No room" in batch(herocat, world, gemini, code=3).stderr
    assert rows("select count(*) from batches") == [(0,)]
    batch(herocat, world, gemini, "--wait")
    assert rows("select count(*) from labels where status = 'ok'") == [(2,)]


FINAL = {"X-Goog-Upload-Status": "final"}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("_upload_start", Said({})),
        ("_upload_piece", Said({"file": {"name": "files/f1"}})),
        ("_upload_piece", Said({}, headers=FINAL)),
        ("_upload_piece", Said(None, headers=FINAL)),
        ("_upload_piece", Said({"file": {}}, headers=FINAL)),
    ],
    ids=["no address", "no status", "no file", "null", "no name"],
)
def test_a_file_of_which_nobody_says_that_it_arrived(
    photos: Photos,
    rows: Rows,
    world: World,
    gemini: FakeGemini,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    said: Said,
) -> None:
    monkeypatch.setattr("google.genai._api_client.INITIAL_RETRY_DELAY", 0)
    monkeypatch.setattr(gemini, step, lambda _: said)
    herocat = photos(1)
    assert "the rest is pending" in batch(herocat, world, gemini, code=3).stderr
    assert rows("select count(*) from batches") == [(0,)]


@pytest.mark.parametrize("created", [True, False])
def test_a_crash_between_the_row_and_the_job(
    photos: Photos,
    rows: Rows,
    world: World,
    gemini: FakeGemini,
    monkeypatch: pytest.MonkeyPatch,
    created: bool,
) -> None:
    """kill -9 while the job is being created: it is found by its name, or its photos come again."""
    herocat = photos(5)
    real = jobs_of.Jobs._create

    async def crash(self: jobs_of.Jobs, batch: int, name: str, uploaded: str) -> None:
        if created:
            monkeypatch.setattr(jobs_of.Jobs, "_submitted", lambda *_: os_exit())
            await real(self, batch, name, uploaded)
        os_exit()

    def os_exit() -> None:
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        patched.setattr(jobs_of.Jobs, "_create", crash)
        batch(herocat, world, gemini, code=9)
    monkeypatch.undo()
    monkeypatch.setattr(jobs_of, "_POLL_FIRST", 0.01)
    monkeypatch.setattr(jobs_of, "_SETTLE", 0.0)
    monkeypatch.setenv("GEMINI_API_KEY", gemini.key)
    assert rows("select state from batches") == [("intent",)]
    assert "nothing to do" in herocat("label", world.root, *words(gemini)).stdout
    batch(herocat, world, gemini, "--wait")
    assert gemini.creations == 1
    assert rows("select count(*) from labels where status = 'ok'") == [(5,)]
    ends = [("done",)] if created else [("lost",), ("done",)]
    assert rows("select state from batches order by id") == ends


def test_an_intent_that_is_young_is_left_alone(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    herocat = photos(1)
    batch(herocat, world, gemini)
    gemini.jobs.clear()
    monkeypatch.setattr(jobs_of, "_SETTLE", 120.0)
    with closing(sqlite3.connect(herocat.catalog)) as connection, connection:
        connection.execute("update batches set state = 'intent', remote = null")
    assert "1 job under way" in resume(herocat, gemini)
    assert rows("select state from batches") == [("intent",)]


def test_a_job_that_the_server_has_forgotten(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    herocat = photos(1)
    batch(herocat, world, gemini)
    gemini.jobs.clear()
    resume(herocat, gemini)
    assert rows("select state from batches") == [("lost",)]
    assert rows("select count(*) from pending_label") == [(1,)]


def test_a_job_that_cannot_be_asked_about_stops_no_other(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    gemini.polls_until_done = 99
    herocat = photos(3)
    for run in ("a", "a", "b"):
        batch(herocat, world, gemini, "--limit", 1, "--run", run)
    gemini.polls_until_done = 0
    gemini.locked.add("batches/b1")
    done = herocat("batch", "resume", "--endpoint", gemini.url)
    assert "job 1 is kept: HTTP 403" in done.stderr
    assert "2 labels came of it; 1 job under way" in done.stdout
    batch(herocat, world, gemini, "--limit", 1, "--run", "b")
    said = herocat("batch", "resume", "--endpoint", gemini.url, code=3).stderr
    assert "run this again later" in said  # of run a there is no other job to ask about
    assert rows("select state from batches order by id") == [("running",), *[("done",)] * 3]


def test_a_job_is_asked_about_where_it_is(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    """Another server that does not know it says nothing of it; nor is it paid for again there."""
    herocat, other = photos(3), FakeGemini()
    batch(herocat, world, gemini, "--limit", 1)
    with serving(other):
        said = herocat("batch", "resume", "--endpoint", other.url)
        assert f"job 1 is kept: it was submitted to {gemini.url}" in said.stderr
        assert said.stdout == "0 labels came of it; 1 job under way\n"
        other.key = "another"
        assert "is kept" in herocat("batch", "resume", "--endpoint", other.url).stderr
        other.key = gemini.key
        assert "is kept" in herocat("batch", "cancel", 1, "--endpoint", other.url).stderr
        assert "is kept" in batch(herocat, world, other, "--limit", 1, "--wait").stderr
        assert (gemini.creations, other.creations) == (1, 1)
        assert other.jobs["batches/b1"].keys == ["r1-i2"]
        batch(herocat, world, other)
        assert resume(herocat, other, "--wait") == "1 labels came of it; 1 job under way\n"
    assert resume(herocat, gemini, "--wait") == "1 labels came of it; 0 jobs under way\n"
    assert rows("select state, endpoint from batches order by id") == [
        ("done", gemini.url), ("done", other.url), ("done", other.url)
    ]  # fmt: skip
    assert rows("select count(*) from labels where status = 'ok'") == [(3,)]


@pytest.mark.parametrize("created", [True, False])
def test_a_job_whose_server_has_moved(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, created: bool
) -> None:
    herocat, other = photos(1), FakeGemini()
    batch(herocat, world, gemini)
    if not created:
        with closing(sqlite3.connect(herocat.catalog)) as connection, connection:
            connection.execute("update batches set state = 'intent', remote = null")
    other.jobs["batches/b9"] = replace(gemini.jobs["batches/b1"], name="batches/b9")
    with serving(other):
        assert resume(herocat, other) == "1 labels came of it; 0 jobs under way\n"
    assert rows("select state, remote, endpoint from batches") == [
        ("done", "batches/b9", other.url)
    ]


def test_giving_up(photos: Photos, rows: Rows, world: World, gemini: FakeGemini) -> None:
    gemini.polls_until_done, gemini.partly = 99, True
    gemini.tamper = lambda lines: lines[:1]
    herocat = photos(2)
    batch(herocat, world, gemini)
    assert "cancelled" in herocat("batch", "cancel", 1, "--endpoint", gemini.url).stdout
    assert rows("select count(*) from pending_label") == [(1,)]
    assert "is finished" in herocat("batch", "cancel", 1, "--endpoint", gemini.url, code=2).stderr
    assert "no batch job 7" in herocat("batch", "show", 7, code=2).stderr


@pytest.mark.parametrize("at_once", [True, False])
def test_jobs_that_take_too_long_are_reclaimed(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, at_once: bool
) -> None:
    """What they have answered is paid for, so it is taken, be it when the server has ended them."""
    gemini.polls_until_done, gemini.partly, gemini.cancels_at_once = 99, True, at_once
    gemini.tamper = lambda lines: lines[:1]
    herocat = photos(2)
    batch(herocat, world, gemini)
    assert "1 job under way" in resume(herocat, gemini, "--reclaim-after", 1)
    with closing(sqlite3.connect(herocat.catalog)) as connection, connection:
        connection.execute("update batches set submitted_at = '2020-01-01T00:00:00Z'")
    said = resume(herocat, gemini, "--reclaim-after", 1)
    if not at_once:
        assert "0 labels came of it; 1 job under way" in said
        gemini.polls_until_done = 0
        said = resume(herocat, gemini)
    assert "1 labels came of it; 0 jobs under way" in said
    assert rows("select state, num_ok, num_missing from batches") == [("cancelled", 1, 1)]
    assert gemini.jobs["batches/b1"].state == "BATCH_STATE_CANCELLED"


@pytest.mark.parametrize(
    ("said", "code", "words_"),
    [
        (quota("9s"), 3, "current quota"),
        (error(400, "INVALID_ARGUMENT", "the file is bad"), 1, "the file is bad"),
        (error(403, "PERMISSION_DENIED", "not allowed"), 1, "not allowed"),
    ],
)
def test_a_job_that_is_not_taken(
    photos: Photos,
    rows: Rows,
    world: World,
    gemini: FakeGemini,
    monkeypatch: pytest.MonkeyPatch,
    said: Said,
    code: int,
    words_: str,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(gemini, "_create", lambda _: said)
        herocat = photos(2)
        assert words_ in batch(herocat, world, gemini, code=code).stderr
    assert rows("select state from batches") == [("failed",)]
    batch(herocat, world, gemini, "--wait")
    assert rows("select count(*) from labels where status = 'ok'") == [(2,)]


def test_the_budget_holds_for_jobs(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jobs are filled as far as it goes, and what they did not use is for the next."""
    monkeypatch.setattr("herocat.providers.gemini.jobs.GeminiJobs.limit_items", 2)
    herocat, line = photos(6), ("--max-cost", "0.01", "--wait")
    said = batch(herocat, world, gemini, *line, code=3).stderr
    assert "--max-cost allows" in said
    ((reserved, count),) = rows("select sum(reserved_usd), sum(num_items) from batches")
    assert 0.01 - reserved / count < reserved <= 0.01
    assert rows("select count(*) from labels") == [(count,)]  # they were waited for
    batch(herocat, world, gemini, *line)
    assert rows("select count(*), sum(cost_usd) < 0.01 from labels") == [(6, 1)]


def test_a_run_of_vllm_takes_no_jobs(photos: Photos, world: World) -> None:
    with serving(FakeOpenAI()) as vllm:
        said = photos(1)("label", world.root, *words(vllm), "--batch", code=2).stderr
    assert "batch export" in said
