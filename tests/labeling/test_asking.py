"""Every photo that a model was asked about ends as a score or as its true reason, whatever happens."""

import contextlib
import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from herocat.catalog import Catalog
from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini, reply
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import RATING, Asked, Said, serving
from tests.labeling.conftest import FAKES, Rows, words
from tests.world import World, animal, draw

Photos = Callable[[int], CommandLine]


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


def test_a_draft_in_thoughts_that_were_cut_off_is_no_score(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    draft = 'Maybe {"score": 2, "reasoning": "draft"}. But wait, it is much bet'
    choice = {"message": {"content": None, "reasoning": draft}, "finish_reason": "length"}
    vllm.script.append(Said({"choices": [choice]}))
    photos(1)("label", world.root, *words(vllm))
    assert rows("select status, score, attempts from labels") == [("ok", 6.5, 2)]
    assert [asked.body["max_tokens"] for asked in vllm.questions] == [1024, 2048]


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


def test_another_model_than_was_asked_for(photos: Photos, world: World, gemini: FakeGemini) -> None:
    """Google answers by the names that it is asked for by: another one is said, once."""
    gemini.model, gemini.reported = "gemini-2.5-flash", "gemini-3.5-flash-lite"
    line = ["label", world.root, *words(gemini), "--model", "gemini-2.5-flash"]
    herocat = photos(4)
    said = herocat(*line, "--limit", 2).stderr
    assert said.count("WARNING: gemini-3.5-flash-lite answers now, not gemini-2.5-flash.") == 1
    assert "WARNING" not in herocat(*line).stderr


def test_another_model_in_a_job(photos: Photos, world: World, gemini: FakeGemini) -> None:
    gemini.reported = "gemini-9-flash"
    herocat = photos(3)
    herocat("label", world.root, *words(gemini), "--batch")
    said = herocat("batch", "resume", "--endpoint", gemini.url).stderr
    assert said.count("WARNING: gemini-9-flash answers now, not gemini-3.5-flash-lite.") == 1


def test_models_that_take_turns_are_said_once(
    photos: Photos, world: World, vllm: FakeOpenAI
) -> None:
    """A server of one's own may call its model by another name; a change is said all the same."""

    def turn(_: Asked) -> None:
        vllm.reported = f"alias-{len(vllm.questions) % 2}"

    vllm.on_question = turn
    said = photos(8)("label", world.root, *words(vllm), "--concurrency", 1).stderr
    assert said.count("WARNING") == 1
    assert "alias-0 answers now, not alias-1." in said


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
