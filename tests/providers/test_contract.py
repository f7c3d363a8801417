"""Every adapter keeps the port's promise, against servers on real sockets and through real libraries."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from herocat import prompts
from herocat.pictures import blank
from herocat.ports import Answer, Asking, Model, Probe, Question, Stop, Trouble, TroubleError
from herocat.providers import openai
from herocat.providers.gemini import Gemini
from herocat.providers.ollama import Ollama
from tests.fakes.gemini import MODEL, FakeGemini, error, quota, reply
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import RATING, Asked, Fake, Said, serving

KEY = "secret-key"
HERO = prompts.shipped()[0]
FORM = prompts.ordered(HERO.schema, "after", whole=False)
ASKING = Asking(temperature=0.0, max_tokens=256, seed=7)
QUESTION = Question(prompts.instructions(HERO, FORM), (blank(64), "Rate the photo."), FORM, ASKING)
TEXT = json.dumps(RATING)


def model_for(fake: Fake, url: str | None = None, read: float = 5.0) -> Model:
    """Return the adapter that talks to a fake."""
    at = url or fake.url
    if isinstance(fake, FakeGemini):
        return Gemini(at, MODEL, KEY, read=read)
    if isinstance(fake, FakeOllama):
        return Ollama(at, "gemma4", read=read)
    return openai.OpenAI(openai.VLLM, at, "fake-vl", KEY, read=read)


def ask(model: Model, question: Question = QUESTION, times: int = 1) -> Answer:
    """Ask in an event loop of its own."""

    async def run() -> Answer:
        try:
            for _ in range(times - 1):
                await model.label(question)
            return await model.label(question)
        finally:
            await model.close()

    return asyncio.run(run())


def trouble(fake: Fake, *, url: str | None = None, read: float = 5.0) -> TroubleError:
    """Ask, and return what went wrong."""
    with pytest.raises(TroubleError) as caught:
        ask(model_for(fake, url, read))
    return caught.value


FAKES: dict[str, Callable[[], Fake]] = {
    "gemini": FakeGemini,
    "vllm": lambda: FakeOpenAI(key=KEY),
    "ollama": FakeOllama,
}


@pytest.fixture(params=FAKES)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    with serving(FAKES[request.param]()) as served:
        yield served


def test_an_answer(fake: Fake) -> None:
    answer = ask(model_for(fake))
    assert json.loads(answer.text) == RATING
    assert answer.stop is Stop.DONE
    assert answer.model == fake.model  # type: ignore[attr-defined]
    assert answer.usage.input in {900, 800, 1300}
    assert answer.usage.output in {60, 50}  # Gemini: 40 and 20 of thinking
    (asked,) = fake.questions
    assert TEXT not in asked.content.decode()


def test_the_picture_arrives_as_it_was_made(fake: Fake) -> None:
    ask(model_for(fake))
    (sent,) = [content for one in fake.questions for content in fake.pictures(one)]
    assert sent == QUESTION.pictures[0].jpeg
    (image,) = fake.images()
    assert isinstance(image, Image.Image)


def test_the_key_is_sent_and_never_shown(fake: Fake) -> None:
    model = model_for(fake)
    assert KEY not in repr(model) + model.endpoint
    ask(model)
    if not isinstance(fake, FakeOllama):
        assert KEY in str(fake.questions[0].headers)
    assert KEY not in fake.questions[0].path + fake.questions[0].query


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said({"error": {"message": "slow down"}}, 429), Trouble.BUSY),
        (Said({"error": {"message": "full"}}, 503, {"Retry-After": "2"}), Trouble.BUSY),
        (Said({"error": "boom"}, 500), Trouble.FAULTY),
        (Said(b"<html><h1>502 Bad Gateway</h1></html>", 502), Trouble.FAULTY),
        (Said({"error": {"message": "too slow"}}, 504), Trouble.FAULTY),
        (Said({"error": {"message": "who are you"}}, 401), Trouble.FATAL),
        (Said({"error": {"message": "not yours"}}, 403), Trouble.FATAL),
        (Said({"error": {"message": "no such model"}}, 404), Trouble.FATAL),
        (Said({"error": {"message": "no money"}}, 402), Trouble.SPENT),
        (Said({"error": {"message": "too large"}}, 413), Trouble.PHOTO),
        (Said({"error": {"message": "Failed to load image"}}, 400), Trouble.PHOTO),
        (Said(b"<html>welcome to the hotel's network</html>"), Trouble.FAULTY),
        (Said(b""), Trouble.FAULTY),
        (Said({}), Trouble.FAULTY),
        (Said(b'{"a": "half an ans'), Trouble.FAULTY),
        (Said(b"", 302, {"Location": "http://elsewhere.example/"}), Trouble.FATAL),
        (Said(drop=True), Trouble.FAULTY),
        (Said({"x": "y" * 2000}, cut=100), Trouble.FAULTY),
    ],
    ids=lambda value: value.name if isinstance(value, Trouble) else str(value.body)[:20],
)
def test_every_trouble_is_told_apart_and_nothing_is_asked_twice(
    fake: Fake, said: Said, kind: Trouble
) -> None:
    fake.script.append(said)
    raised = trouble(fake)
    assert raised.kind is kind
    assert str(raised)
    assert len(fake.questions) == 1
    if said.headers.get("Retry-After"):
        assert raised.retry_after == 2.0
    # What never reached an answer is free; what may have been worked on is not.
    assert raised.maybe_billed is (kind is Trouble.FAULTY and said.status == 200)


@pytest.mark.parametrize(
    "said",
    [
        Said({"error": {"message": f"Incorrect API key provided: {KEY}."}}, 401),
        Said({"error": {"message": f"upstream: bad header Authorization: Bearer {KEY}"}}, 400),
        Said(f"<html>{KEY}</html>".encode(), 502),
        Said({"error": {"message": f"no money for {KEY}", "code": 402}}),
    ],
    ids=lambda said: str(said.status),
)
def test_a_key_that_a_server_repeats_goes_no_further(fake: Fake, said: Said) -> None:
    fake.script.append(said)
    raised = str(trouble(fake))
    assert isinstance(fake, FakeOllama) or KEY not in raised  # it was sent none
    assert raised


@pytest.mark.parametrize("name", ["gemini", "vllm"])
def test_a_key_that_cannot_be_sent_is_not_shown(name: str) -> None:
    key = "secret\nkey"
    with serving(FAKES[name]()) as fake:
        gemini, vllm = Gemini(fake.url, MODEL, key), openai.OpenAI(openai.VLLM, fake.url, "m", key)
        with pytest.raises(TroubleError) as caught:
            ask(gemini if name == "gemini" else vllm)
    assert caught.value.kind is Trouble.FATAL
    assert "secret" not in str(caught.value)


def test_nobody_home(fake: Fake) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    raised = trouble(fake, url=f"http://127.0.0.1:{port}")
    assert raised.kind is Trouble.DOWN
    assert not raised.maybe_billed


def test_too_slow(fake: Fake) -> None:
    fake.script.append(Said({}, after=0.4))
    raised = trouble(fake, read=0.15)
    assert raised.kind is Trouble.FAULTY
    assert raised.maybe_billed


def test_a_probe_knows_the_server(fake: Fake) -> None:
    async def probe() -> Probe:
        model = model_for(fake)
        try:
            return await model.probe()
        finally:
            await model.close()

    found = asyncio.run(probe())
    assert fake.model in found.models  # type: ignore[attr-defined]
    assert found.leaves is False


# Gemini's own


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


# Servers that speak OpenAI's language


@pytest.fixture
def vllm() -> Iterator[FakeOpenAI]:
    fake = FakeOpenAI(key=KEY)
    with serving(fake):
        yield fake


def chat(**message: object) -> dict[str, Any]:
    return {"model": "m", "choices": [{"message": message, "finish_reason": "stop"}], "usage": {}}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"message": "upstream", "code": 502}}, Trouble.FAULTY),
        ({"error": {"message": "rate", "code": 429}}, Trouble.BUSY),
        ({"error": {"message": "credits", "code": 402}}, Trouble.SPENT),
        ({"object": "error", "message": "bad", "code": 400}, Trouble.PHOTO),
        ({"choices": []}, Trouble.FAULTY),
    ],
)
def test_a_success_that_is_an_error(vllm: FakeOpenAI, body: dict[str, Any], kind: Trouble) -> None:
    vllm.script.append(Said(body))
    assert trouble(vllm).kind is kind


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said({"error": "Unauthorized"}, 401), Trouble.FATAL),
        (
            Said({"object": "error", "message": "The model `x` does not exist.", "code": 404}, 404),
            Trouble.FATAL,
        ),
        (
            Said(
                {"error": {"message": "No deployments available for this model", "code": "400"}},
                400,
            ),
            Trouble.FATAL,
        ),
        (Said({"error": {"message": "throttled", "code": "429"}}, 429), Trouble.BUSY),
        (Said({"error": {"message": "x", "code": "insufficient_quota"}}, 429), Trouble.SPENT),
        (
            Said({"error": {"message": "x"}}, 429, {"x-ratelimit-remaining-requests": "0"}),
            Trouble.QUOTA,
        ),
        (Said({"error": {"code": 503, "message": "Loading model"}}, 503), Trouble.BUSY),
        (Said({"error": {"message": "flagged by moderation"}}, 403), Trouble.PHOTO),
    ],
)
def test_errors_in_all_their_forms(vllm: FakeOpenAI, said: Said, kind: Trouble) -> None:
    vllm.script.append(said)
    assert trouble(vllm).kind is kind


@pytest.mark.parametrize(
    ("body", "text", "thoughts", "stop"),
    [
        (chat(content=[{"type": "text", "text": TEXT}]), TEXT, "", Stop.DONE),
        (chat(content=None, reasoning=TEXT), "", TEXT, Stop.DONE),
        (chat(content="", reasoning_content=TEXT), "", TEXT, Stop.DONE),
        (chat(content=None, refusal="I cannot."), "I cannot.", "", Stop.REFUSED),
    ],
)
def test_where_the_answer_stands(
    vllm: FakeOpenAI, body: dict[str, Any], text: str, thoughts: str, stop: Stop
) -> None:
    vllm.script.append(Said(body))
    answer = ask(model_for(vllm))
    assert (answer.text, answer.thoughts, answer.stop) == (text, thoughts, stop)


def test_the_ladder_of_forms(vllm: FakeOpenAI) -> None:
    def picky(asked: Asked) -> Said | None:
        kind = asked.body.get("response_format", {}).get("type")
        if kind in vllm.refuses:
            return Said({"error": {"message": f"response_format {kind} is not supported"}}, 400)
        return None

    vllm.on_question = picky
    for refused, used in [
        ((), "schema"),
        (("json_schema",), "json"),
        (("json_schema", "json_object"), "none"),
    ]:
        vllm.asked.clear()
        vllm.refuses = refused
        assert ask(model_for(vllm), times=2).structured == used
        assert len(vllm.questions) == len(refused) + 2  # it is learnt once


def test_what_a_server_does_not_take_is_left_out(vllm: FakeOpenAI) -> None:
    def picky(asked: Asked) -> Said | None:
        for name in ("chat_template_kwargs", "temperature"):
            if name in asked.body:
                return Said({"error": {"message": f"Unsupported parameter: {name}"}}, 400)
        if "max_tokens" in asked.body:
            return Said({"error": {"message": "Use 'max_completion_tokens' instead."}}, 400)
        return None

    vllm.on_question = picky
    ask(model_for(vllm))
    body = vllm.questions[-1].body
    assert body["max_completion_tokens"] == 256
    assert body["seed"] == 7


def test_vllm_does_not_think_unless_told_to(vllm: FakeOpenAI) -> None:
    ask(model_for(vllm))
    assert vllm.questions[0].body["chat_template_kwargs"] == {"enable_thinking": False}
    ask(model_for(vllm), replace(QUESTION, asking=replace(ASKING, thinking="low")))
    assert vllm.questions[1].body["chat_template_kwargs"] == {"enable_thinking": True}


def test_token_probabilities_and_prices_are_read(vllm: FakeOpenAI) -> None:
    vllm.logprobs = {"content": [{"token": "7", "top_logprobs": [{"token": "7", "logprob": -0.1}]}]}
    vllm.usage |= {"cost": 0.0012, "prompt_tokens_details": {"multimodal_tokens": {"image": 700}}}
    answer = ask(model_for(vllm), replace(QUESTION, asking=replace(ASKING, logprobs=True)))
    assert answer.tokens[0].likely == (("7", -0.1),)
    assert answer.usage.usd == 0.0012
    assert answer.usage.image == 700
    assert vllm.questions[0].body["top_logprobs"] == 20


# Ollama's own


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    fake = FakeOllama()
    with serving(fake):
        yield fake


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said({"error": "model 'x' not found"}, 404), Trouble.FATAL),
        (Said({"error": 'model "x" not found, try pulling it first'}, 404), Trouble.FATAL),
        (
            Said(
                {"error": "server busy, please try again.  maximum pending requests exceeded"}, 503
            ),
            Trouble.BUSY,
        ),
        (Said({"error": "timed out waiting for llama runner to start"}, 500), Trouble.FAULTY),
        (Said({"error": "mid-stream"}), Trouble.FAULTY),
        (Said({"message": {"content": ""}, "done": True, "done_reason": "load"}), Trouble.FAULTY),
        (Said({"message": {"content": "x"}, "done": False}), Trouble.FAULTY),
    ],
)
def test_ollama_says_what_is_wrong(ollama: FakeOllama, said: Said, kind: Trouble) -> None:
    ollama.script.append(said)
    assert trouble(ollama).kind is kind


def test_ollama_that_thinks_its_answer(ollama: FakeOllama) -> None:
    message = {"role": "assistant", "content": "", "thinking": TEXT}
    ollama.script.append(Said({"message": message, "done": True, "done_reason": "stop"}))
    assert ask(model_for(ollama)).thoughts == TEXT


def test_ollama_that_ran_out_of_tokens(ollama: FakeOllama) -> None:
    message = {"role": "assistant", "content": '{"score": 7'}
    ollama.script.append(Said({"message": message, "done": True, "done_reason": "length"}))
    assert ask(model_for(ollama)).stop is Stop.LENGTH


@pytest.mark.parametrize(
    ("model", "remote_host", "leaves"),
    [("gemma4", None, False), ("gemma4", "https://ollama.com", True), ("glm:cloud", None, True)],
)
def test_ollama_that_hands_photos_on(
    ollama: FakeOllama, model: str, remote_host: str | None, leaves: bool
) -> None:
    ollama.remote_host = remote_host
    ollama.model = model if ":" in model else f"{model}:latest"
    ollama.on_gpu = 0.4

    async def probe() -> Probe:
        adapter = Ollama(ollama.url, model)
        try:
            return await adapter.probe()
        finally:
            await adapter.close()

    found = asyncio.run(probe())
    assert found.leaves is leaves
    assert found.sees is True
    assert found.note is not None
    assert "only 40%" in found.note
