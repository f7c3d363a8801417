"""A catalog with some photos that a detector has looked at, and a server to ask about them."""

import atexit
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from herocat.labeling import engine
from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Fake, own_loop, serving
from tests.world import World, animal, draw

__all__ = ["own_loop"]

Rows = Callable[..., list[tuple[Any, ...]]]
FAKES: dict[str, Callable[[], Fake]] = {
    "gemini": FakeGemini,
    "vllm": FakeOpenAI,
    "ollama": FakeOllama,
    "openai": FakeOpenAI,
}


@cache
def _made(count: int) -> Path:
    """Make a catalog with so many photos, to be copied."""
    folder = Path(mkdtemp(prefix="herocat-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world, image = World(folder / "photos"), draw()
    for number in range(count):
        world.photo(f"somewhere/IMG_{number:04}.JPG", animal(), image=image)
    world.root.mkdir(exist_ok=True)
    herocat = CommandLine(folder / "catalog.db")
    herocat("init")
    herocat("ingest", world.root, world.detections())
    herocat("sequence")
    return folder


@pytest.fixture
def photos(ready: CommandLine, world: World) -> Callable[[int], CommandLine]:
    """Return a way to make a catalog with so many photos."""

    def make(count: int) -> CommandLine:
        if not world.images:
            shutil.copytree(_made(count), world.root.parent, dirs_exist_ok=True)
            return ready
        image = draw()
        for number in range(count):
            world.photo(f"somewhere/IMG_{number:04}.JPG", animal(), image=image)
        ready("ingest", world.root, world.detections())
        ready("sequence")
        return ready

    return make


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    """Return a way to ask the catalog."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(tmp_path / "catalog.db") as connection:
            return connection.execute(sql).fetchall()

    return ask


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait long between two attempts."""

    def delay(attempt: int, asked: float | None, chance: random.Random) -> float:
        return 0.01

    monkeypatch.setattr(engine, "delay", delay)


@pytest.fixture
def vllm() -> Iterator[FakeOpenAI]:
    fake = FakeOpenAI()
    with serving(fake):
        yield fake


@pytest.fixture
def gemini(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGemini]:
    fake = FakeGemini()
    monkeypatch.setenv("GEMINI_API_KEY", fake.key)
    with serving(fake):
        yield fake


def words(fake: Fake, provider: str = "vllm") -> list[str]:
    """Return the options that name a fake; two providers speak OpenAI's language."""
    if isinstance(fake, FakeGemini):
        return ["--provider", "gemini", "--endpoint", fake.url, "--yes"]
    if isinstance(fake, FakeOllama):
        return ["--provider", "ollama", "--model", "gemma4", "--endpoint", fake.url]
    return ["--provider", provider, "--endpoint", fake.url]
