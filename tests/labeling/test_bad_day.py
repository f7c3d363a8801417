"""Servers that fail, disks that are full, Ctrl-C: no photo is lost, and none is paid twice."""

import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from herocat import limits
from herocat.catalog import Catalog
from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini, quota
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import RATING, Asked, Said, serving
from tests.labeling.conftest import FAKES, Rows, words
from tests.world import World, animal

Photos = Callable[[int], CommandLine]


_FAULTS: tuple[Callable[[], Said], ...] = (
    lambda: Said({"error": {"message": "slow down"}}, 429),
    lambda: Said({"error": {"message": "slow down"}}, 429, {"Retry-After": "1"}),
    lambda: Said({"error": "boom"}, 500),
    lambda: Said({"error": "busy"}, 503),
    lambda: Said(drop=True),
    lambda: Said({}, after=0.05),
    lambda: Said(b"<html>gateway</html>", 502),
    lambda: Said(b""),
    lambda: Said(b'{"choices": [{"mess'),
    lambda: Said({"choices": [{"message": {"content": '{"score": 70, "reasoning": "x"}'}}]}),
)


@pytest.mark.parametrize("name", ["gemini", "vllm", "ollama"])
def test_a_bad_day(
    photos: Photos,
    rows: Rows,
    world: World,
    quick: None,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three in ten go wrong in one of ten ways; no photo is lost, and none is asked for too often."""
    monkeypatch.setenv("GEMINI_API_KEY", "secret-key")
    chance = random.Random(3)
    with serving(FAKES[name]()) as fake:
        fake.on_question = lambda _: chance.choice(_FAULTS)() if chance.random() < 0.3 else None
        photos(30)("label", world.root, *words(fake), "--concurrency", 8)
    statuses = Counter(status for (status,) in rows("select status from labels"))
    assert statuses.total() == 30
    assert statuses["ok"] >= 25
    assert rows("select count(*) from labels where status <> 'ok' and error is null") == [(0,)]
    assert rows("select count(*) from labels where status = 'ok' and score <> 6.5") == [(0,)]


def leave(herocat: CommandLine, world: World, seconds: float) -> int:
    """Label with a server that is dead for a while after ten questions; return how many it answered."""
    first, second = FakeOpenAI(), FakeOpenAI()
    first.delay = second.delay = 0.01
    gone = threading.Event()

    def life() -> None:
        with serving(first):
            port.append(int(first.url.rpartition(":")[2]))
            up.set()
            gone.wait(20)
        time.sleep(seconds)
        with serving(second, port[0]):
            over.wait(60)

    def count(_: Asked) -> Said | None:
        if gone.is_set():  # a connection that was open dies with its server
            dropped.append(1)
            return Said(drop=True)
        if len(first.questions) >= 10:
            gone.set()
        return None

    dropped = list[int]()
    first.on_question = count
    port, up, over = list[int](), threading.Event(), threading.Event()
    thread = threading.Thread(target=life, daemon=True)
    thread.start()
    up.wait(5)
    herocat("label", world.root, *words(first), "--concurrency", 4)
    over.set()
    thread.join()
    assert dropped
    assert len(second.questions) > 10
    return len(first.questions) - len(dropped) + len(second.questions)


def test_a_server_that_goes_away_and_comes_back(
    photos: Photos, rows: Rows, world: World, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    monkeypatch.setattr(limits, "_OPEN_FIRST", 0.05)
    monkeypatch.setattr(limits, "_OPEN_MOST", 0.1)
    assert leave(photos(30), world, 0.6) == 30
    assert rows("select status, count(*) from labels group by 1") == [("ok", 30)]


@pytest.mark.stress
def test_a_server_that_is_dead_for_ten_seconds_costs_nothing(
    photos: Photos, rows: Rows, world: World
) -> None:
    """With the waits as they are: whoever is under way waits, and nobody fails."""
    assert leave(photos(60), world, 10) == 60
    assert rows("select status, count(*) from labels group by 1") == [("ok", 60)]


def test_a_server_that_stays_away(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI, quick: None
) -> None:
    vllm.on_question = lambda _: Said({"error": "busy"}, 503)
    said = photos(3)("label", world.root, *words(vllm), "--dead-after", 0.2, code=3).stderr
    assert "no answer for" in said
    assert "the same command goes on" in said
    assert rows("select count(*) from labels") == [(0,)]


@pytest.mark.parametrize(
    "said",
    [
        Said({"error": {"message": "Loading model", "code": 503}}, 503),
        Said({"error": {"message": "busy"}}, 503, {"Retry-After": "5"}),
        Said({"error": {"message": "busy"}}, 429),
        Said({"error": {"message": "busy"}}, 429, {"Retry-After": "3600"}),
        Said({"error": {"message": "boom"}}, 500),
    ],
    ids=lambda said: f"{said.status} {said.headers.get('Retry-After', '')}",
)
def test_a_server_that_refuses_all_keeps_nobody_from_another(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI, said: Said
) -> None:
    """With the waits as they are: it is left alone, and its questions go to the other at once."""
    vllm.on_question = lambda _: said
    with serving(FakeOpenAI()) as well:
        well.delay = 0.02
        line = [*words(vllm), "--endpoint", well.url, "--concurrency", 4]
        photos(24)("label", world.root, *line)
    assert rows("select status, count(*) from labels group by 1") == [("ok", 24)]
    assert rows("select max(attempts) from labels")[0][0] <= 3
    assert len(well.questions) == 24
    assert len(vllm.questions) < 24


def test_servers_that_all_ask_for_an_hour_stop_the_run(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    hour = Said({"error": {"message": "busy"}}, 429, {"Retry-After": "3600"})
    vllm.on_question = lambda _: hour
    with serving(FakeOpenAI()) as other:
        other.on_question = lambda _: hour
        line = [*words(vllm), "--endpoint", other.url]
        said = photos(4)("label", world.root, *line, code=3).stderr
    assert "it asks to wait for 60 min" in said
    assert rows("select count(*) from labels") == [(0,)]


def test_nobody_home_is_said_at_once(photos: Photos, world: World) -> None:
    line = ["--provider", "vllm", "--endpoint", "http://127.0.0.1:9", "--model", "m"]
    said = photos(1)("label", world.root, *line, code=1).stderr
    assert "nobody answers at http://127.0.0.1:9" in said
    assert "--setup-help" in said


def test_a_server_that_is_not_there_is_done_without(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    line = ["--provider", "vllm", "--endpoint", "http://127.0.0.1:9", "--endpoint", vllm.url]
    said = photos(2)("label", world.root, *line).stderr
    assert "nobody answers at http://127.0.0.1:9: this goes on without it" in said
    assert rows("select status, count(*) from labels group by 1") == [("ok", 2)]
    with serving(FakeOpenAI(key="secret-key")) as other:
        line = [*words(vllm), "--endpoint", other.url, "--model", "fake-vl"]
        said = photos(2)("label", world.root, *line, code=1).stderr
    assert f"Error: {other.url} does not take the key" in said


def test_a_quota_for_the_day_stops_the_run(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    left = iter([None, None])
    gemini.on_question = lambda _: next(left, quota("40000s", "GenerateRequestsPerDayPerProject"))
    herocat = photos(5)
    said = herocat("label", world.root, *words(gemini), "--concurrency", 1, code=3).stderr
    assert "current quota" in said
    assert rows("select status, count(*) from labels group by 1") == [("ok", 2)]
    gemini.on_question = lambda _: None
    assert "5 of 5" in herocat("label", world.root, *words(gemini)).stdout


def test_a_quota_for_the_minute_is_waited_for(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    gemini.script.append(quota("0.2s"))
    photos(3)("label", world.root, *words(gemini), "--concurrency", 1)
    assert rows("select status, count(*) from labels group by 1") == [("ok", 3)]
    assert len(gemini.questions) == 4


def test_a_server_that_is_waited_for_is_told_of(
    photos: Photos, world: World, gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("herocat.labeling.session._REDRAWN", 0.02)
    monkeypatch.setattr("herocat.progress._LOG_SECONDS", 0.02)
    gemini.script.append(quota("0.9s"))
    said = photos(2)("label", world.root, *words(gemini), "--concurrency", 1).stderr
    assert "labeling 0 of 2, 0.0/s, $0.0000, server waits 1 s" in said


@pytest.mark.parametrize(
    ("said", "code", "words_"),
    [
        (Said({"error": {"message": "who are you"}}, 401), 1, "who are you"),
        (Said({"error": {"message": "credit balance too low"}}, 402), 3, "credit balance"),
        (
            Said({"error": {"message": "response_format is wrong"}}, 422),
            1,
            "refuses every question",
        ),
    ],
)
def test_what_is_wrong_with_all_is_blamed_on_none(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI, said: Said, code: int, words_: str
) -> None:
    vllm.on_question = lambda _: said
    got = photos(8)("label", world.root, *words(vllm), code=code).stderr
    assert words_ in got
    assert rows("select count(*) from labels") == [(0,)]


def test_the_first_photos_may_be_the_bad_ones(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    """What is asked beside them decides whether the server refuses all, or those photos."""

    def late(_: Asked) -> Said | None:
        if len(vllm.questions) <= 3:
            return Said({"error": {"message": "Failed to load image"}}, 400)
        return Said(vllm.usual(_, json.dumps(RATING)), after=0.3)

    vllm.on_question = late
    photos(6)("label", world.root, *words(vllm))
    assert rows("select status, count(*) from labels group by 1") == [("failed", 3), ("ok", 3)]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            Said({"error": {"message": "Failed to load image"}}, 400),
            "HTTP 400: Failed to load image",
        ),
        (Said({"error": {"message": "body over 1 MB"}}, 413), "HTTP 413: body over 1 MB"),
        (
            Said(b"<html><h1>413 Request Entity Too Large</h1></html>", 413),
            "HTTP 413: 413 Request Entity Too Large",
        ),
        (Said(b"", 413), "HTTP 413: no reason given"),
    ],
)
def test_one_photo_that_is_refused_is_one_failure(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI, said: Said, why: str
) -> None:
    vllm.script.append(said)
    photos(4)("label", world.root, *words(vllm), "--concurrency", 1)
    assert rows("select status, count(*) from labels group by 1") == [("failed", 1), ("ok", 3)]
    assert rows("select error, attempts from labels where status = 'failed'") == [(why, 1)]
    assert len(vllm.questions) == 4


def test_a_photo_that_a_moderator_flags_is_blocked(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    vllm.on_question = lambda _: Said({"error": {"message": "your input was flagged"}}, 403)
    photos(4)("label", world.root, *words(vllm))
    assert rows("select distinct status, error from labels") == [
        ("blocked", "HTTP 403: your input was flagged")
    ]
    assert len(vllm.questions) == 4


def test_photos_that_cannot_be_read_are_never_sent(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    world.photo("bad.jpg", animal())
    (world.root / "bad.jpg").write_bytes(b"no picture")
    herocat = photos(1)
    (world.root / "somewhere" / "IMG_0000.JPG").unlink()
    herocat("label", world.root, *words(vllm))
    assert rows("select error from labels order by error") == [
        ("the photo is not on disk",),
        ("unreadable: not an image",),
    ]
    assert not vllm.questions


def test_a_disk_that_is_not_there(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    listed = world.root.parent / "list.txt"
    listed.write_text("photos/somewhere/IMG_0000.JPG")
    herocat = photos(1)
    herocat("label", listed, *words(vllm), "--limit", 0)
    world.root.rename(world.root.with_name("unplugged"))
    assert "is its disk plugged in" in herocat("label", listed, *words(vllm), code=1).stderr
    assert rows("select count(*) from labels") == [(0,)]


def test_ctrl_c_finishes_what_is_under_way(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    def press(_: Asked) -> None:
        if len(vllm.questions) == 6:
            os.kill(os.getpid(), signal.SIGINT)

    vllm.on_question, vllm.delay = press, 0.1
    herocat = photos(30)
    said = herocat("label", world.root, *words(vllm), "--concurrency", 4, code=130).stderr
    assert "answers that are under way" in said
    asked = len(vllm.questions)
    assert 6 <= asked <= 12
    assert rows("select count(*) from labels where status = 'ok'") == [(asked,)]
    vllm.on_question = lambda _: None
    herocat("label", world.root, *words(vllm))
    assert len(vllm.questions) == 30


def test_the_same_run_twice_is_refused_and_another_is_not(
    photos: Photos, world: World, vllm: FakeOpenAI
) -> None:
    herocat = photos(2)
    herocat("label", world.root, *words(vllm), "--run", "one", "--limit", 1)
    with Catalog.open(herocat.catalog) as catalog, catalog.only_one("label", 1):
        said = herocat("label", world.root, *words(vllm), "--run", "one", code=1).stderr
        assert "another label is running" in said
        herocat("label", world.root, *words(vllm), "--run", "two")


def test_a_full_disk_stops_the_run_and_keeps_what_it_has(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small(Catalog):
        @classmethod
        def open(cls, path: Path) -> "Small":
            catalog = super().open(path)
            pages = catalog.connection.execute("pragma page_count").fetchone()[0]
            catalog.connection.execute(f"pragma max_page_count = {pages + 6}")
            return catalog

    herocat = photos(60)
    vllm.rating = lambda _: RATING | {"reasoning": "long " * 600}
    with monkeypatch.context() as patched:
        patched.setattr("herocat.labeling.writer.Catalog", Small)
        said = herocat("label", world.root, *words(vllm), "--concurrency", 2, code=1).stderr
    assert "free some space" in said
    kept = rows("select count(*) from labels where status = 'ok'")[0][0]
    assert 0 < kept < 60
    asked = len(vllm.questions)
    assert asked <= kept + 4
    herocat("label", world.root, *words(vllm))
    assert rows("select count(*) from labels where status = 'ok'") == [(60,)]


def test_another_program_that_holds_the_write_lock_costs_no_answer(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("herocat.catalog._BUSY_SECONDS", 0.1)
    herocat = photos(4)
    other = sqlite3.connect(herocat.catalog, isolation_level=None, check_same_thread=False)
    ending = threading.Timer(0.6, lambda: other.execute("commit"))

    def rate(_: Asked) -> object:
        if len(vllm.questions) == 2:
            other.execute("begin immediate")
            ending.start()
        return RATING

    vllm.rating = rate
    herocat("label", world.root, *words(vllm), "--concurrency", 1)
    ending.join()
    other.close()
    assert rows("select count(*) from labels where status = 'ok'") == [(4,)]
    assert len(vllm.questions) == 4
