"""Adapters that ask fake servers, for the tests of providers."""

import asyncio
import json
from collections.abc import Callable

import pytest

from herocat import prompts
from herocat.pictures import blank
from herocat.ports import Answer, Asking, Model, Question, TroubleError
from herocat.providers import openai
from herocat.providers.gemini import Gemini
from herocat.providers.ollama import Ollama
from tests.fakes.gemini import MODEL, FakeGemini
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import RATING, Fake

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
