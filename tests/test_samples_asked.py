"""Real photos through every provider: the rows that the catalog, the page and Datasette show are the same."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Asked, Fake, own_loop, serving
from tests.labeling.conftest import Rows, rows, words

__all__ = ["own_loop", "rows"]
FAKES: dict[str, Callable[[], Fake]] = {
    "gemini": FakeGemini,
    "vllm": FakeOpenAI,
    "ollama": FakeOllama,
    "openai": FakeOpenAI,
}


def judged(asked: Asked) -> dict[str, object]:
    """Rate by the bytes that came, so that every photo has a score of its own."""
    score = sum(asked.content) % 101 / 10
    return {"score": score, "reasoning": f"It is worth {score}."}


@pytest.fixture
def candidates(samples: Path, ready: CommandLine) -> CommandLine:
    ready("ingest", samples, samples / "detections.json", samples / "sequences.json")
    for command in (["sequence"], ["select", "-n", "5"], ["measure"]):
        ready(*command)
    return ready


def test_every_provider_on_real_photos(
    candidates: CommandLine, rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "secret-key")
    for name, make in FAKES.items():
        with serving(make()) as fake:
            fake.rating = judged
            candidates("label", *words(fake, name), "--run", name)
            assert all(max(image.size) <= 768 for image in fake.images())
            assert not any(image.getexif() for image in fake.images())
    asked = rows("select count(*) from candidates")[0][0]
    assert rows("select name, count(score) from labels join label_runs on label_runs.id = label_run_id group by name order by name") == [
        ("gemini", asked), ("ollama", asked), ("openai", asked), ("vllm", asked),
    ]  # fmt: skip
    kept = rows("select id, image_id, score, reasoning from labels order by id")
    assert sorted(shown_by_datasette(candidates.catalog)) == kept  # it shows the best first
    for name in FAKES:
        candidates("export", "html", "--out", tmp_path / name, "--run", name)
        page = (tmp_path / name / "index.html").read_text()
        own = rows(
            f"select image_id, score, reasoning from labels join label_runs on label_runs.id = label_run_id where name = '{name}'"
        )
        assert {int(one) for one in re.findall(r'id="photo-(\d+)"', page)} == {
            one[0] for one in own
        }
        for _, score, reasoning in own:
            assert reasoning in page
            assert f"{score:.1f}" in page


def shown_by_datasette(catalog: Path) -> list[tuple[object, ...]]:
    """Return the labels as Datasette gives them."""
    path = f"/{catalog.stem}/labels.json?_shape=array&_size=max"
    line = [sys.executable, "-m", "datasette", str(catalog), "--get", path]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    return [
        (one["id"], one["image_id"], one["score"], one["reasoning"])
        for one in json.loads(done.stdout)
    ]
