"""Every adapter keeps the port's promise, against servers on real sockets and through real libraries."""

import asyncio
import json
import socket
from collections.abc import Iterator

import pytest
from PIL import Image

from herocat.ports import Probe, Stop, Trouble, TroubleError
from herocat.providers import openai
from herocat.providers.gemini import Gemini
from tests.fakes.gemini import MODEL
from tests.fakes.ollama import FakeOllama
from tests.fakes.server import RATING, Fake, Said, serving
from tests.providers.asking import (
    FAKES,
    KEY,
    QUESTION,
    TEXT,
    ask,
    model_for,
    trouble,
)


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
