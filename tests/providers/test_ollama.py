"""Ollama's own: what is wrong, and answers in thoughts."""

import asyncio
from collections.abc import Iterator

import pytest

from herocat.ports import Probe, Stop, Trouble, Usage
from herocat.providers.ollama import Ollama
from tests.fakes.ollama import FakeOllama
from tests.fakes.server import Said, serving
from tests.providers.asking import (
    TEXT,
    ask,
    model_for,
    trouble,
)


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


@pytest.mark.parametrize("count", ["800", 8.5e300, {}, [1], -1, True, 10**25], ids=str)
def test_ollama_that_cannot_count(ollama: FakeOllama, count: object) -> None:
    message = {"role": "assistant", "content": TEXT, "thinking": ["x"]}
    said = {"message": message, "done": True, "prompt_eval_count": count, "eval_count": count}
    ollama.script.append(Said(said))
    answer = ask(model_for(ollama))
    assert (answer.text, answer.thoughts, answer.usage) == (TEXT, "", Usage())


@pytest.mark.parametrize("listed", [{"models": None}, {"models": ["gemma4"]}, {}])
@pytest.mark.parametrize("path", ["/api/tags", "/api/ps"])
def test_ollama_whose_lists_are_none(
    ollama: FakeOllama, path: str, listed: dict[str, object]
) -> None:
    usual, ollama.remote_host = ollama.beside, "https://ollama.com"
    ollama.beside = lambda asked: Said(listed) if asked.path == path else usual(asked)  # type: ignore[method-assign]

    async def probe() -> Probe:
        adapter = model_for(ollama)
        try:
            return await adapter.probe()
        finally:
            await adapter.close()

    found = asyncio.run(probe())
    assert (found.models == ()) is (path == "/api/tags")
    assert (found.note, found.leaves) == (None, True)  # it is found out all the same


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
