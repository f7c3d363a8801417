"""Gemini's own: why it stops, what is wrong, how little it can think."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from herocat.ports import Probe, Stop, Trouble
from herocat.providers.gemini import Gemini
from tests.fakes.gemini import FakeGemini, error, quota, reply
from tests.fakes.server import Said, serving
from tests.providers.asking import (
    ASKING,
    KEY,
    QUESTION,
    TEXT,
    ask,
    model_for,
    trouble,
)


@pytest.fixture
def gemini() -> Iterator[FakeGemini]:
    fake = FakeGemini()
    with serving(fake):
        yield fake


@pytest.mark.parametrize(
    ("body", "stop", "detail"),
    [
        (
            {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}},
            Stop.BLOCKED,
            "PROHIBITED_CONTENT",
        ),
        ({"candidates": [{"finishReason": "SAFETY", "index": 0}]}, Stop.BLOCKED, "SAFETY"),
        (
            {"candidates": [{"finishReason": "IMAGE_SAFETY", "index": 0}]},
            Stop.BLOCKED,
            "IMAGE_SAFETY",
        ),
        (reply(None, finish="MAX_TOKENS"), Stop.LENGTH, "MAX_TOKENS"),
        (reply(TEXT, finish="SOMETHING_NEW"), Stop.DONE, "SOMETHING_NEW"),
        (reply(TEXT, finish="CONTINUATION"), Stop.DONE, "CONTINUATION"),
    ],
)
def test_gemini_says_why_it_stopped(
    gemini: FakeGemini, body: dict[str, Any], stop: Stop, detail: str
) -> None:
    gemini.script.append(Said(body))
    answer = ask(model_for(gemini))
    assert (answer.stop, answer.detail) == (stop, detail)
    assert len(gemini.questions) == 1  # the library would go on by itself


@pytest.mark.parametrize(
    ("said", "kind", "wait"),
    [
        (quota("26s"), Trouble.QUOTA, 26.0),
        (quota("2.5s"), Trouble.QUOTA, 2.5),
        (quota("30s", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"), Trouble.SPENT, 30.0),
        (
            error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
            Trouble.BUSY,
            None,
        ),
        (
            error(429, "RESOURCE_EXHAUSTED", "check your plan and billing", [{"links": []}]),
            Trouble.SPENT,
            None,
        ),
        (error(400, "FAILED_PRECONDITION", "User location is not supported"), Trouble.FATAL, None),
        (error(503, "UNAVAILABLE", "The model is overloaded."), Trouble.BUSY, None),
        (
            Said([{"error": {"code": 500, "message": "Internal", "status": "INTERNAL"}}], 500),
            Trouble.FAULTY,
            None,
        ),
    ],
)
def test_gemini_says_what_is_wrong(
    gemini: FakeGemini, said: Said, kind: Trouble, wait: float | None
) -> None:
    gemini.script.append(said)
    raised = trouble(gemini)
    assert (raised.kind, raised.retry_after) == (kind, wait)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said({"candidates": [{"content": f"x {KEY}", "index": 0}]}), "no"),
        (Said({"error": {"code": 503, "message": f"overloaded {KEY}"}}), "overloaded (the key)"),
        (Said(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "not JSON"),
        (Said(f"\xff {KEY}".encode("latin-1")), "not JSON"),
    ],
    ids=lambda value: str(getattr(value, "body", ""))[:30],
)
def test_gemini_whose_answer_is_none(gemini: FakeGemini, said: Said, why: str) -> None:
    """Its true reason is told, and the key that stands in it is not."""
    gemini.script.append(said)
    raised = trouble(gemini)
    assert raised.kind in {Trouble.FAULTY, Trouble.BUSY}
    assert why in str(raised)
    assert KEY not in str(raised)


def test_gemini_goes_by_its_own_key_and_address(
    gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in {
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_API_KEY": "another-key",
        "GEMINI_API_KEY": KEY,
    }.items():
        monkeypatch.setenv(name, value)
    ask(model_for(gemini))
    (asked,) = gemini.questions
    assert asked.path.startswith("/v1beta/models/")
    assert asked.headers["x-goog-api-key"] == KEY
    assert not caplog.records


def test_gemini_with_a_bad_key(gemini: FakeGemini) -> None:
    gemini.key = "another"
    raised = trouble(gemini)
    assert raised.kind is Trouble.FATAL
    assert KEY not in str(raised)


def test_gemini_that_is_another_model(gemini: FakeGemini) -> None:
    gemini.reported = "gemini-9-flash"
    assert ask(model_for(gemini)).model == "gemini-9-flash"


@pytest.mark.parametrize(
    ("model", "level", "sent"),
    [
        ("gemini-3.5-flash-lite", "off", {"thinkingLevel": "MINIMAL"}),
        ("gemini-3.8-flash", "off", {"thinkingLevel": "LOW"}),
        ("gemini-3.8-flash", "high", {"thinkingLevel": "HIGH"}),
        ("gemini-2.5-flash-lite", "off", {"thinkingBudget": 0}),
        ("gemini-2.5-pro", "off", {"thinkingBudget": 128}),
        ("gemini-2.5-flash", "1000", {"thinkingBudget": 1000}),
        ("gemini-3.5-flash", "default", None),
    ],
)
def test_gemini_thinks_as_little_as_it_can(
    gemini: FakeGemini, model: str, level: str, sent: dict[str, Any] | None
) -> None:
    gemini.model = model
    question = replace(QUESTION, asking=replace(ASKING, thinking=level))
    ask(Gemini(gemini.url, model, KEY), question)
    config = gemini.questions[0].body["generationConfig"].get("thinkingConfig")
    spelt = config and {
        {"thinking_level": "thinkingLevel", "thinking_budget": "thinkingBudget"}.get(k, k): v
        for k, v in config.items()
    }
    assert spelt == sent


def test_gemini_is_told_everything_that_was_chosen(gemini: FakeGemini) -> None:
    asking = replace(ASKING, media_resolution="low", temperature=0.5, service_tier="flex")
    ask(model_for(gemini), replace(QUESTION, asking=asking))
    (asked,) = gemini.questions
    generation = asked.body["generationConfig"]
    assert generation["mediaResolution"] == "MEDIA_RESOLUTION_LOW"
    assert generation["temperature"] == 0.5
    assert generation["maxOutputTokens"] == 256
    assert generation["responseJsonSchema"]["required"][0] == "score"
    assert asked.body["serviceTier"] == "flex"
    assert "hero images" in json.dumps(asked.body["systemInstruction"])
    assert asked.path.startswith("/v1beta/")
    assert asked.headers["x-server-timeout"] == "5"


def test_gemini_tells_what_else_it_might_have_said(gemini: FakeGemini) -> None:
    said = reply(TEXT)
    likely = [{"token": "7", "logProbability": -0.7}, {"token": "8", "logProbability": -0.9}]
    said["candidates"][0]["logprobsResult"] = {
        "chosenCandidates": [likely[0]],
        "topCandidates": [{"candidates": likely}],
    }
    gemini.script.append(Said(said))
    asking = replace(ASKING, logprobs=True)
    answer = ask(model_for(gemini), replace(QUESTION, asking=asking))
    assert [(one.text, one.likely) for one in answer.tokens] == [("7", (("7", -0.7), ("8", -0.9)))]
    asked = gemini.questions[0].body["generationConfig"]
    assert (asked["responseLogprobs"], asked["logprobs"]) == (True, 20)


@pytest.mark.parametrize(("name", "warned"), [("gemini-9", False), ("qwen3-vl", True)])
def test_what_stands_in_for_gemini(gemini: FakeGemini, name: str, warned: bool) -> None:
    """It need not know the model beforehand; but some lose the pictures of other makers' models."""

    async def probe() -> Probe:
        adapter = Gemini(gemini.url, name, KEY)
        try:
            return await adapter.probe()
        finally:
            await adapter.close()

    assert ("--provider openai" in (asyncio.run(probe()).note or "")) is warned
