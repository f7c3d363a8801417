"""Every photo that a model was asked about ends as a score or as its true reason, whatever happens."""

import contextlib
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
from typing import Any

import pytest

from herocat import limits
from herocat.catalog import Catalog
from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini, quota, reply
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import RATING, Asked, Fake, Said, serving
from tests.labeling.conftest import Rows, words
from tests.world import World, animal, draw

Photos = Callable[[int], CommandLine]
FAKES: dict[str, Callable[[], Fake]] = {
    "gemini": FakeGemini,
    "vllm": FakeOpenAI,
    "ollama": FakeOllama,
    "openai": FakeOpenAI,
}


@pytest.mark.parametrize("name", FAKES)
def test_every_provider_gives_the_same_rows(
    photos: Photos, rows: Rows, world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "secret-key")
    herocat = photos(5)
    with serving(FAKES[name]()) as fake:
        said = herocat("label", world.root, *words(fake, name)).stdout
        assert "labeled 5 photos; 5 of 5 have a score, 6.5 on average" in said
        assert "nothing to do" in herocat("label", world.root, *words(fake, name)).stdout
        assert len(fake.questions) == 5
    sql = "select status, score, reasoning, attempts, model_reported is not null, input_tokens > 0 from labels"
    assert rows(sql) == [("ok", 6.5, RATING["reasoning"], 1, 1, 1)] * 5
    assert rows("select name, value from subscores") == [("framing", 0.7)] * 5
    sql = "select state, read_as, structured, picture_width, picture_height from requests"
    assert rows(sql) == [("answered", "strict", "schema", 96, 72)] * 5
    assert rows("select rater, provider, image_size, state from label_runs") == [
        ("vlm", name, 768, "done")
    ]
    key = "secret-key"
    assert key not in "\n".join(
        str(rows(f"select * from {table}")) for table in ("label_runs", "requests", "labels")
    )


def test_nothing_but_pixels_is_sent(photos: Photos, world: World, vllm: FakeOpenAI) -> None:
    """No name, no path, no place; no EXIF; the right way up; and never enlarged."""
    exif: dict[int, Any] = {274: 6, 270: "by the secret pond", 315: "a name"}
    world.photo("secret-pond/kestrel.jpg", animal(), image=draw(1200, 900), exif=exif)
    herocat = photos(1)
    herocat("label", world.root, *words(vllm))
    sizes = []
    for asked in vllm.questions:
        for hint in (b"IMG_0", b"somewhere", b"secret", b"kestrel", str(world.root).encode()):
            assert hint not in asked.content
        for content in vllm.pictures(asked):
            assert b"secret" not in content
            assert b"Exif" not in content
    for image in vllm.images():
        assert not image.getexif()
        assert image.mode == "RGB"
        sizes.append(image.size)
    assert sorted(sizes) == [(96, 72), (576, 768)]


def test_the_same_words_come_first(photos: Photos, world: World, vllm: FakeOpenAI) -> None:
    """So that a server can keep what it has read of them."""
    photos(3)("label", world.root, *words(vllm))
    assert len({asked.content.partition(b"base64,")[0] for asked in vllm.questions}) == 1


def test_half_a_character_costs_no_paid_reply(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    herocat = photos(1)
    vllm.rating = lambda _: '{"score": 7, "reasoning": "a \\ud83d and \\u0000", "\ud83d": 1}'
    herocat("label", world.root, *words(vllm))
    assert rows("select status, score, reasoning from labels") == [("ok", 7.0, "a ? and \ufffd")]
    assert len(vllm.questions) == 1


@pytest.mark.parametrize(
    ("text", "status", "questions", "error"),
    [
        ("I like it.", "invalid", 2, "no JSON object"),
        ('{"score": 11, "reasoning": "x"}', "invalid", 2, "not between 0 and 10"),
        ('{"score": true, "reasoning": "x"}', "invalid", 2, "no number"),
        ('{"score": 5}', "invalid", 2, "no reasoning"),
        ("", "invalid", 2, "empty"),
    ],
)
def test_a_reply_without_a_score_is_asked_for_once_more(
    photos: Photos,
    rows: Rows,
    world: World,
    vllm: FakeOpenAI,
    text: str,
    status: str,
    questions: int,
    error: str,
) -> None:
    vllm.rating = lambda _: text
    photos(1)("label", world.root, *words(vllm))
    ((got, why, raw, score),) = rows("select status, error, raw, score from labels")
    assert (got, score) == (status, None)
    assert error in why
    assert raw == (text or None)
    assert len(vllm.questions) == questions
    assert "could not be used" in vllm.questions[-1].content.decode()
    assert "could not be used" not in vllm.questions[0].content.decode()


def test_a_reminder_helps(photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI) -> None:
    vllm.rating = lambda asked: RATING if b"could not be used" in asked.content else "hm"
    photos(1)("label", world.root, *words(vllm))
    assert rows("select status, score, attempts from labels") == [("ok", 6.5, 2)]


def test_a_reply_that_is_cut_off_gets_twice_the_room(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    def cut(asked: Asked) -> Said | None:
        room = asked.body["generationConfig"]["maxOutputTokens"]
        return Said(reply(None, finish="MAX_TOKENS")) if room < least else None

    gemini.on_question, least = cut, 2000
    herocat = photos(1)
    herocat("label", world.root, *words(gemini))
    assert rows("select status, attempts from labels") == [("ok", 2)]
    least = 9999
    herocat("label", world.root, *words(gemini), "--run", "short")
    assert rows("select status from labels order by id desc limit 1") == [("truncated",)]
    assert "--max-tokens" in rows("select error from labels order by id desc limit 1")[0][0]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, "blocked"),
        ({"candidates": [{"finishReason": "SAFETY", "index": 0}]}, "blocked"),
    ],
)
def test_what_a_filter_stops_is_not_asked_again(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, body: dict[str, Any], status: str
) -> None:
    gemini.on_question = lambda _: Said(body)
    photos(2)("label", world.root, *words(gemini))
    assert rows("select distinct status from labels") == [(status,)]
    assert len(gemini.questions) == 2


def test_a_refusal(photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI) -> None:
    message = {"content": None, "refusal": "I do not rate animals."}
    vllm.on_question = lambda _: Said({"choices": [{"message": message}]})
    photos(1)("label", world.root, *words(vllm))
    ((status, why),) = rows("select status, error from labels")
    assert status == "refused"
    assert "I do not rate animals" in why


# A bad day

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


def test_nobody_home_is_said_at_once(photos: Photos, world: World) -> None:
    line = ["--provider", "vllm", "--endpoint", "http://127.0.0.1:9", "--model", "m"]
    said = photos(1)("label", world.root, *line, code=1).stderr
    assert "nobody answers at http://127.0.0.1:9" in said
    assert "--setup-help" in said


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


def test_two_servers_share_the_work(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    with serving(FakeOpenAI()) as other:
        vllm.delay = other.delay = 0.02
        photos(24)("label", world.root, *words(vllm), "--endpoint", other.url, "--concurrency", 3)
        assert len(vllm.questions) + len(other.questions) == 24
        assert min(len(vllm.questions), len(other.questions)) >= 8
        assert max(vllm.most_flying, other.most_flying) <= 3
    assert {url for (url,) in rows("select distinct endpoint from requests")} == {
        f"{vllm.url}/v1",
        f"{other.url}/v1",
    }


def test_servers_with_different_models_are_not_mixed(
    photos: Photos, world: World, vllm: FakeOpenAI
) -> None:
    with serving(FakeOpenAI("another")) as other:
        line = [*words(vllm), "--endpoint", other.url]
        assert "say which model" in photos(1)("label", world.root, *line, code=2).stderr
        said = photos(1)("label", world.root, *line, "--model", "fake-vl", code=2).stderr
        assert "has no model fake-vl; it has: another" in said


def test_a_model_that_changes_is_said_loudly(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    def change(_: Asked) -> None:
        if len(gemini.questions) == 3:
            gemini.reported = "gemini-9-flash"

    gemini.on_question = change
    said = photos(4)("label", world.root, *words(gemini), "--concurrency", 1).stderr
    assert "WARNING: gemini-9-flash answers now" in said
    assert rows("select model_reported, count(*) from labels group by 1 order by 1") == [
        ("gemini-3.5-flash-lite", 2),
        ("gemini-9-flash", 2),
    ]


def test_a_model_that_does_not_see(photos: Photos, world: World) -> None:
    fake = FakeOllama()
    fake.capabilities = ["completion"]
    with serving(fake):
        said = photos(1)("label", world.root, *words(fake), code=2).stderr
    assert "takes no pictures" in said


def test_json_for_scripts(photos: Photos, world: World, vllm: FakeOpenAI) -> None:
    said = json.loads(photos(2)("label", world.root, *words(vllm), "--json").stdout)
    assert (said["now"], said["labeled"], said["left"], said["held"]) == (2, 2, 0, {})


def test_retry_asks_again_what_has_failed(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    """And keeps what had failed: its reason, and its cost, which counts once."""
    vllm.rating = lambda _: "hm"
    herocat = photos(2)
    herocat("label", world.root, *words(vllm))
    with contextlib.closing(sqlite3.connect(herocat.catalog)) as there, there:
        there.execute("update requests set cost_usd = 0.5")
        there.execute("update labels set cost_usd = 1")
    vllm.rating = lambda _: RATING
    assert "nothing to do" in herocat("label", world.root, *words(vllm)).stdout
    herocat("label", world.root, *words(vllm), "--retry", "--limit", 1)
    with Catalog.open(herocat.catalog) as catalog:
        assert [row["cost_usd"] for row in catalog.rows("compare.costs", run=1)] == [2.0]
    assert "2 of 2" in herocat("label", world.root, *words(vllm)).stdout
    kept = rows("select status, attempts, cost_usd from past_failures")
    assert kept == [("invalid", 2, 1.0)] * 2
    assert rows("select * from retried_costs") == []
    assert rows("select sum(cost_usd) from labels") == [(2.0,)]
