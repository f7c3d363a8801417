"""kill -9 while models are asked: every photo ends with one label, and none is asked about for nothing.

Seen to bite: a label that is committed after its place was given away, a question with a price that
is sent before it is written down, answers kept without their cost.
"""

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from herocat.catalog import Catalog
from herocat.migrations import bring_up_to_date
from tests.fakes.gemini import FakeGemini
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Fake, own_loop, serving
from tests.world import World, animal, draw

__all__ = ["own_loop"]
ROOT = Path(__file__).parent.parent.parent
ONCE = "select count(*), count(distinct image_id), sum(status = 'ok') from labels"


@contextmanager
def work(folder: Path, fake: Fake, count: int) -> Iterator[Path]:
    """Make a catalog with so many photos, and serve a fake."""
    folder.mkdir(exist_ok=True)
    world, image = World(folder / "photos"), draw(64, 48)
    for number in range(count):
        world.photo(f"{number:03}.jpg", animal(), image=image)
    path = folder / "catalog.db"
    with Catalog(path) as catalog:
        bring_up_to_date(catalog)
    command(folder, "ingest", "photos", str(world.detections())).wait()
    with serving(fake):
        yield path


def command(
    folder: Path, *words: str, kill: tuple[str, str, int] | None = None, stderr: int | None = None
) -> "subprocess.Popen[bytes]":
    """Start a command in a folder; it may end itself at a write."""
    module = ["tests.crash.killed", *map(str, kill), "--"] if kill else ["herocat"]
    return subprocess.Popen(
        [sys.executable, "-m", *module, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "GEMINI_API_KEY": "secret-key"},
        stdout=subprocess.DEVNULL,
        stderr=stderr or subprocess.DEVNULL,
    )


def words(fake: Fake, concurrency: int) -> list[str]:
    name = "gemini" if isinstance(fake, FakeGemini) else "vllm"
    return ["label", "photos", "--provider", name, "--endpoint", fake.url, "--yes",
            "--concurrency", str(concurrency)]  # fmt: skip


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        return connection.execute(sql).fetchall()


def finish(path: Path, fake: Fake, count: int, lost: int, *more: str, each: int = 1) -> None:
    """Run again without a kill, and look at everything."""
    done = command(path.parent, *words(fake, 8), *more)
    assert done.wait(60) == 0
    assert rows(path, ONCE) == [(count, count, count)]
    assert len(fake.questions) <= count * each + lost
    assert rows(path, "select count(*) from requests where state = 'sent'") == [(0,)]


@pytest.mark.parametrize(
    ("make", "query"),
    [
        (FakeOpenAI, "label.save_answer"),
        pytest.param(FakeOpenAI, "requests.answer", marks=pytest.mark.stress),
        (FakeGemini, "requests.send"),
        pytest.param(FakeGemini, "label.save_answer", marks=pytest.mark.stress),
    ],
)
def test_killed_at_a_write(tmp_path: Path, make: type[Fake], query: str) -> None:
    fake = make()
    with work(tmp_path, fake, 6) as path:
        when = "after" if make is FakeGemini else "before"
        killed = command(tmp_path, *words(fake, 2), kill=(when, query, 3))
        assert killed.wait(60) == -signal.SIGKILL
        before = rows(path, ONCE)[0][0]
        assert before < 6
        finish(path, fake, 6, lost=2)


def test_killed_while_answers_are_under_way(tmp_path: Path) -> None:
    """The small sibling of the long proof below."""
    chance = random.Random(5)
    fake = FakeGemini()
    with work(tmp_path, fake, 15) as path:
        assert kill_at_random(tmp_path, fake, chance, concurrency=8, most=10) is not None
        finish(path, fake, 15, lost=8)
        # What was lost is counted as if it had been billed.
        lost = rows(
            path, "select count(*), sum(reserved_usd > 0) from requests where state = 'lost'"
        )
        assert lost[0][0] == (lost[0][1] or 0)
        assert len(fake.questions) <= rows(path, "select count(*) from requests")[0][0]


def kill_at_random(
    folder: Path, fake: Fake, chance: random.Random, concurrency: int, most: int = 20
) -> int | None:
    """Kill a run when the server has seen some number of questions; return how many were open."""
    fake.delay = chance.uniform(0.01, 0.05)
    start, at = len(fake.questions), chance.randint(1, most)
    running = command(folder, *words(fake, concurrency))
    try:
        while running.poll() is None:
            if len(fake.questions) - start >= at:
                time.sleep(chance.uniform(0, 0.05))
                running.kill()
                running.wait()
                return fake.flying
            time.sleep(0.002)
    finally:
        running.kill()
        running.wait()
    return None


@pytest.mark.stress
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize("make", [FakeOpenAI, FakeGemini])
def test_killed_at_every_write(tmp_path: Path, make: type[Fake], samples: int) -> None:
    """Each write that a run with a model makes: at its first, a middle and its last crossing."""
    more, count = ["--samples", str(samples)], 20
    with work(tmp_path / "made", make(), count) as made:
        shutil.copytree(made.parent, tmp_path / "whole")
    fake = make()
    with serving(fake):
        line = [*words(fake, 16), *more]
        whole = command(tmp_path / "whole", *line, kill=("-", "-", 0), stderr=subprocess.PIPE)
        _, said = whole.communicate(timeout=60)
    crossings = dict(re.findall(r"^(\w+\.\w+) (\d+)$", said.decode(), re.MULTILINE))
    assert {"label.target_image", "label.add_run", "requests.answer", "label.close"} <= set(
        crossings
    )
    for name, often in crossings.items():
        for when in ("before", "after"):
            for crossing in sorted({1, (int(often) + 1) // 2, int(often)}):
                here, fake = tmp_path / "here", make()
                shutil.copytree(made.parent, here)
                with serving(fake):
                    line = [*words(fake, 16), *more]
                    killed = command(here, *line, kill=(when, name, crossing))
                    assert killed.wait(60) in {0, -signal.SIGKILL}
                    finish(here / "catalog.db", fake, count, 16, *more, each=samples)
                shutil.rmtree(here)


@pytest.mark.stress
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(8))
def test_killed_at_random_times(tmp_path: Path, part: int) -> None:
    """Two hundred runs in all, sixteen questions at once, half of them paid for."""
    chance = random.Random(part)
    for number in range(25):
        folder = tmp_path / str(number)
        folder.mkdir()
        fake: Fake = FakeGemini() if number % 2 else FakeOpenAI()
        with work(folder, fake, 40) as path:
            lost = 0
            for _ in range(chance.randint(1, 3)):
                if kill_at_random(folder, fake, chance, concurrency=16) is not None:
                    lost += 16
            finish(path, fake, 40, lost)
