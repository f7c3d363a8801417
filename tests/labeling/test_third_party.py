"""The real LiteLLM proxy in the middle: `pytest -m third_party`.

HEROCAT_LITELLM names its command, else `litellm` is looked for on the PATH. In a place of its own:
python3 -m venv litellm && litellm/bin/pip install 'litellm[proxy]'
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.conftest import CommandLine, lacking
from tests.fakes.gemini import FakeGemini
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import RATING, serving
from tests.labeling.conftest import Rows
from tests.world import World

pytestmark = [pytest.mark.third_party, pytest.mark.timeout(180)]

LITELLM = os.environ.get("HEROCAT_LITELLM") or shutil.which("litellm")
KEY = "sk-of-the-proxy"
Photos = Callable[[int], CommandLine]


@dataclass(frozen=True)
class Proxy:
    """LiteLLM on a port of this machine, and the servers that some of its models are behind."""

    url: str
    openai: FakeOpenAI
    gemini: FakeGemini


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Serve models that LiteLLM mocks, and one that it hands on to a fake server."""
    if LITELLM is None:
        lacking("litellm; see tests/labeling/test_third_party.py")
    folder = tmp_path_factory.mktemp("litellm")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    openai, gemini = FakeOpenAI(), FakeGemini()
    with serving(openai), serving(gemini):
        config = folder / "config.yaml"
        config.write_text(json.dumps(_config(openai, gemini)))  # JSON is YAML
        # Nothing is fetched from elsewhere: its own list of models and prices will do.
        quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}
        line = [LITELLM, "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                line, cwd=folder, env=os.environ | quiet, stdout=log, stderr=log
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, url, folder / "log")
            yield Proxy(url, openai, gemini)
        finally:
            process.terminate()
            process.wait(20)


def _config(openai: FakeOpenAI, gemini: FakeGemini) -> dict[str, object]:
    mocked = {"api_key": "none", "mock_response": json.dumps(RATING)}
    models = {
        "mocked": {"model": "openai/mocked", **mocked},
        "gemini-3.5-flash-lite": {"model": "gemini/gemini-3.5-flash-lite", **mocked},
        "full": {"model": "openai/full", "mock_response": "litellm.RateLimitError"},
        "local": {"model": "openai/fake-vl", "api_base": f"{openai.url}/v1", "api_key": "none"},
        "google": {
            "model": f"gemini/{gemini.model}",
            "api_base": f"{gemini.url}/v1beta",
            "api_key": gemini.key,
        },
    }
    return {
        "model_list": [
            {"model_name": name, "litellm_params": params} for name, params in models.items()
        ],
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"telemetry": False, "num_retries": 0},
    }


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    """Wait until the proxy answers; say what it wrote if it does not."""
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{url}/health/liveliness", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"litellm does not answer:\n{log.read_text()[-4000:]}")


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, KEY)


def words(proxy: Proxy, provider: str, model: str) -> list[str]:
    return ["--provider", provider, "--endpoint", proxy.url, "--model", model, "--yes"]


@pytest.mark.parametrize(
    ("provider", "model"), [("openai", "mocked"), ("gemini", "gemini-3.5-flash-lite")]
)
def test_mocked_replies(
    photos: Photos, rows: Rows, world: World, proxy: Proxy, provider: str, model: str
) -> None:
    """Both of its tongues: chat completions, and Gemini's own by Google's library."""
    herocat = photos(5)
    said = herocat("label", world.root, *words(proxy, provider, model)).stdout
    assert "labeled 5 photos; 5 of 5 have a score, 6.5 on average" in said
    sql = (
        "select status, score, reasoning, attempts, input_tokens > 0, output_tokens > 0 from labels"
    )
    assert rows(sql) == [("ok", 6.5, RATING["reasoning"], 1, 1, 1)] * 5
    assert rows("select provider, model, state from label_runs") == [(provider, model, "done")]
    assert "nothing to do" in herocat("label", world.root, *words(proxy, provider, model)).stdout


_LOSES = "LiteLLM's Gemini door drops pictures for models that are not Google's (1.106.2)"


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "local"),
        ("gemini", "google"),
        pytest.param("gemini", "local", marks=pytest.mark.xfail(reason=_LOSES)),
    ],
)
def test_what_arrives_behind_it(
    photos: Photos, rows: Rows, world: World, proxy: Proxy, provider: str, model: str
) -> None:
    """It takes a question apart and puts it together anew: the picture arrives, byte for byte."""
    fake = proxy.gemini if model == "google" else proxy.openai
    before = len(fake.questions)
    photos(2)("label", world.root, *words(proxy, provider, model))
    assert rows("select status, score from labels") == [("ok", 6.5)] * 2
    asked = fake.questions[before:]
    assert len(asked) == 2
    sent = {one for (one,) in rows("select picture_sha256 from requests")}
    for question in asked:
        assert b"0 to 10, for the whole" in question.content
        (picture,) = fake.pictures(question)
        assert sha256(picture).hexdigest() in sent


def test_a_proxy_that_is_full_is_asked_again_later(
    photos: Photos, rows: Rows, world: World, proxy: Proxy
) -> None:
    line = ["label", world.root, *words(proxy, "openai", "full"), "--dead-after", 1]
    said = photos(2)(*line, code=3).stderr
    assert "HTTP 429" in said
    assert "the same command goes on" in said
    assert rows("select count(*) from labels") == [(0,)]


@pytest.mark.parametrize(
    ("provider", "said"),
    [("openai", "does not take the key (OPENAI_API_KEY)"), ("gemini", "refuses every question")],
)
def test_a_wrong_key_and_an_unknown_model_are_sentences(
    photos: Photos,
    rows: Rows,
    world: World,
    proxy: Proxy,
    provider: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    herocat = photos(4)
    code = 2 if provider == "openai" else 1
    unknown = herocat("label", world.root, *words(proxy, provider, "nobody"), code=code)
    assert "nobody" in unknown.stderr
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", "sk-wrong")
    refused = herocat("label", world.root, *words(proxy, provider, "mocked"), code=1)
    assert said in refused.stderr
    assert "sk-wrong" not in refused.output
    assert rows("select count(*) from labels") == [(0,)]
