"""Money is set aside before it is spent, and never passes what is allowed, whatever happens."""

import asyncio
import json
import random
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from herocat.catalog import Catalog
from herocat.endpoints import Distance
from herocat.labeling.engine import Engine
from herocat.labeling.lanes import Lanes
from herocat.labeling.money import Budget, most
from herocat.labeling.unit import Outcome, Unit
from herocat.labeling.writer import Writer
from herocat.migrations import bring_up_to_date
from herocat.pictures import blank
from herocat.ports import Abilities, Answer, Asking, Probe, Question, Trouble, TroubleError, Usage
from herocat.prices import Price
from herocat.providers.openai import VLLM
from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini, reply
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Asked, Said
from tests.labeling.conftest import Rows, words
from tests.world import World

Photos = Callable[[int], CommandLine]
PICTURE = blank(64)


def test_a_dry_run_sends_nothing_and_says_what_it_would_cost(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    said = photos(7)("label", world.root, *words(gemini), "--dry-run").stdout
    assert "7 photos for gemini (gemini-3.5-flash-lite)" in said
    assert "1,250 tokens in (counted by the server)" in said
    assert "at the price of 2026-11-01" in said
    assert not gemini.questions
    assert rows("select count(*) from label_runs") == [(0,)]


def test_an_estimate_needs_no_server(photos: Photos, world: World, gemini: FakeGemini) -> None:
    line = ["label", world.root, *words(gemini), "--dry-run", "--endpoint", "http://127.0.0.1:9"]
    line.remove(gemini.url)
    line.remove("--endpoint")
    done = photos(7)(*line)
    assert "nobody answers at http://127.0.0.1:9" in done.stderr
    assert (
        "7 photos for gemini (gemini-3.5-flash-lite): about 1,831 tokens in (guessed)"
        in done.stdout
    )


def test_nothing_is_spent_without_a_yes(photos: Photos, world: World, gemini: FakeGemini) -> None:
    line = [word for word in words(gemini) if word != "--yes"]
    assert "add --yes" in photos(1)("label", world.root, *line, code=2).stderr
    assert not gemini.questions


def test_what_it_cost_is_kept(photos: Photos, rows: Rows, world: World, gemini: FakeGemini) -> None:
    said = photos(4)("label", world.root, *words(gemini)).stdout
    each = (1300 * 0.30 + 60 * 2.50) / 1e6
    assert f"${4 * each:.4f} in all" in said
    for table in ("labels", "requests"):
        assert rows(f"select sum(cost_usd) from {table}")[0][0] == pytest.approx(4 * each)
    assert rows("select output_tokens, thinking_tokens, image_tokens from requests limit 1") == [
        (60, 20, 1120)
    ]
    assert rows("select input_usd, output_usd, as_of from run_prices") == [(0.3, 2.5, "2026-11-01")]


def test_the_budget_stops_the_run_and_a_larger_one_goes_on(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    """It comes as close to the budget as one question can cost, with many at once under way."""
    gemini.delay = 0.05
    herocat = photos(20)
    line = ["label", world.root, *words(gemini), "--max-cost"]
    assert "--max-cost allows" in herocat(*line, "0.012", code=3).stderr
    done, cost = rows("select count(*), sum(cost_usd) from labels")[0]
    ((most_,),) = rows("select max(reserved_usd) from requests")
    assert 0.012 - most_ < cost <= 0.012
    assert 10 < done < 20
    assert gemini.most_flying > 1
    assert "20 of 20" in herocat(*line, "1").stdout
    assert len(gemini.questions) == 20


def test_a_grid_is_one_expense(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    herocat = photos(6)
    line = ["label", world.root, *words(gemini), "--grid", "image_size=64,96,128", "--limit", 6]
    said = herocat(*line, "--dry-run", "--max-cost", 2).stdout.splitlines()
    assert len(said) == 4
    assert said[3].startswith("3 runs in all: about $0.02, ")
    assert said[3].endswith("; --max-cost holds that to $2.00")
    unsure = [word for word in line if word != "--yes"]
    assert "add --yes" in herocat(*unsure, code=2).stderr
    assert not gemini.questions
    cap = 0.008
    assert (
        f"of the ${cap:.2f} that --max-cost allows"
        in herocat(*line, "--max-cost", cap, code=3).stderr
    )
    ((cost, most_),) = rows("select sum(cost_usd), max(reserved_usd) from requests")
    assert cap - most_ < cost <= cap
    asked = len(gemini.questions)
    herocat(*line, "--max-cost", cap, code=3)
    assert len(gemini.questions) == asked  # what the runs have cost before counts
    herocat(*line, "--max-cost", 1)
    assert rows("select count(*), count(distinct label_run_id) from labels") == [(18, 3)]


def test_what_tiers_cost(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, tmp_path: Path
) -> None:
    """Flex costs half; priority costs more, and where nobody has read how much, no budget holds."""
    herocat = photos(1)
    herocat("label", world.root, *words(gemini), "--service-tier", "flex")
    assert rows("select input_usd from run_prices") == [(0.15,)]
    line = ["label", world.root, *words(gemini), "--service-tier", "priority"]
    said = herocat(*line, "--max-cost", 1, code=2).stderr
    assert "nobody knows what gemini-3.5-flash-lite costs in the priority tier" in said
    assert "what that costs is not known" in herocat(*line, "--dry-run").stdout
    file = tmp_path / "prices.json"
    entry = {"provider": "gemini", "model": gemini.model, "input": 1, "output": 2,
             "as_of": "2027-01-01", "priority": 1.75}  # fmt: skip
    file.write_text(json.dumps({"prices": [entry]}))
    herocat(*line, "--max-cost", 1, "--prices", file)
    assert rows("select input_usd, output_usd from run_prices where label_run_id = 2") == [
        (1.75, 3.5)
    ]


def test_an_answer_is_guessed_by_how_much_is_thought(
    photos: Photos, world: World, gemini: FakeGemini
) -> None:
    herocat = photos(2)
    line = ["label", world.root, *words(gemini), "--dry-run"]
    assert "210 out" in herocat(*line).stdout  # it thinks a little, told off or not
    herocat(*line[:-1], "--limit", 1)
    assert "60 out" in herocat(*line).stdout  # as it was
    assert "2,650 out" in herocat(*line, "--thinking", "high").stdout
    gemini.model = "gemini-3.8-flash"
    assert "450 out" in herocat(*line, "--model", gemini.model).stdout


def test_a_dry_run_for_scripts(photos: Photos, world: World, gemini: FakeGemini) -> None:
    line = ["label", world.root, *words(gemini), "--dry-run", "--json"]
    herocat = photos(3)
    said = json.loads(herocat(*line, "--run", "one").stdout)
    assert (said["run"], said["model"], said["photos"]) == ("one", gemini.model, 3)
    assert (said["tokens_in"], said["counted"], said["held"]) == (1250, True, {})
    assert 0 < said["likely"] < said["most"]
    grid = json.loads(herocat(*line, "--grid", "image_size=64,96", "--limit", 2).stdout)
    assert [one["questions"] for one in grid] == [2, 2]


def test_own_prices_come_first(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, tmp_path: Path
) -> None:
    file = tmp_path / "prices.json"
    entry = '{"provider": "gemini", "model": "%s", "input": 1, "output": 2, "as_of": "2027-01-01"}'
    file.write_text('{"prices": [%s]}' % (entry % gemini.model))
    photos(1)("label", world.root, *words(gemini), "--prices", file)
    assert rows("select input_usd, as_of from run_prices") == [(1.0, "2027-01-01")]


_PRICE = (
    '{"prices": [{"provider": "gemini", "model": "gemini-3.5-flash-lite", "as_of": "x", '
    '"input": 1, "output": 2, %s}]}'
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no file of prices"),
        ('{"prices": 5}', "is no file of prices"),
        ('{"prices": null}', "is no file of prices"),
        ('{"prices": "abc"}', "is no file of prices"),
        (_PRICE % '"from": 2027', "price 1 has a value for from that is no text"),
        (_PRICE % '"until": null', "price 1 has a value for until that is no text"),
        (_PRICE % '"source": ["x"]', "price 1 has a value for source that is no text"),
        ('{"prices": [{"provider": "gemini"}]}', "price 1 has no model"),
        (
            '{"prices": [{"provider": "g", "model": "m", "as_of": "x", "input": "free"}]}',
            "no input",
        ),
    ],
)
def test_prices_that_are_none(
    photos: Photos, world: World, gemini: FakeGemini, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "prices.json"
    file.write_text(text)
    assert said in photos(1)("label", world.root, *words(gemini), "--prices", file, code=1).stderr


def test_no_budget_without_a_price(photos: Photos, world: World, gemini: FakeGemini) -> None:
    gemini.model = "gemini-99"
    line = [*words(gemini), "--model", "gemini-99", "--max-cost", "1"]
    assert (
        "nobody knows what gemini-99 costs" in photos(1)("label", world.root, *line, code=2).stderr
    )


def test_a_server_elsewhere_is_asked_only_after_a_yes(
    photos: Photos, world: World, vllm: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever it belongs to may want money, although nobody knows how much."""
    monkeypatch.setattr("herocat.labeling.raters.distance", lambda _: Distance.REMOTE)
    herocat = photos(1)
    said = herocat("label", world.root, *words(vllm), code=2).stderr
    assert "what that costs is not known" in said
    assert "add --yes" in said
    assert not vllm.questions
    herocat("label", world.root, *words(vllm), "--yes")
    assert len(vllm.questions) == 1
    said = herocat("label", world.root, *words(vllm), "--max-cost", 1, code=2).stderr
    assert "--max-cost cannot be kept" in said


def test_a_lost_answer_counts_in_full(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini, quick: None
) -> None:
    gemini.script.append(Said(drop=True))
    photos(1)("label", world.root, *words(gemini))
    lost, answered = rows("select state, reserved_usd, cost_usd from requests order by id")
    assert (lost[0], lost[2]) == ("lost", None)
    assert rows("select cost_usd from labels")[0][0] == pytest.approx(lost[1] + answered[2])


def test_an_answer_that_costs_more_than_it_can_stops_the_run(
    photos: Photos, rows: Rows, world: World, gemini: FakeGemini
) -> None:
    def dear(_: Asked) -> Said:
        body = reply('{"score": 5, "reasoning": "x"}')
        body["usageMetadata"]["candidatesTokenCount"] = 500_000
        return Said(body)

    gemini.on_question = dear
    said = photos(6)("label", world.root, *words(gemini), "--concurrency", 1, code=3).stderr
    assert "is the price right" in said
    assert rows("select count(*) from labels") == [(1,)]


class CrashError(BaseException):
    """The process is gone: nothing that follows is run."""


class Random:
    """A model that answers, fails and counts at random, and knows what it has billed."""

    abilities: Abilities = VLLM
    endpoint = "here"

    def __init__(self, chance: random.Random, price: Price) -> None:
        self.chance = chance
        self.price = price
        self.billed = 0.0
        self.die_after = chance.randint(1, 40)

    async def label(self, question: Question) -> Answer:
        await asyncio.sleep(0)
        top = most(question, self.price)
        share = self.chance.random()
        tokens_out = int(question.asking.max_tokens * share)
        room = max(0.0, top - self.price.cost(0, tokens_out))
        tokens_in = int(min(room / self.price.input * 1e6 if self.price.input else 99, 5000))
        fate = self.chance.random()
        if fate < 0.1:
            raise TroubleError(Trouble.BUSY, "busy")
        self.billed += self.price.cost(tokens_in, tokens_out)
        self.die_after -= 1
        if self.die_after == 0:
            raise CrashError
        if fate < 0.2:
            raise TroubleError(Trouble.FAULTY, "gone", maybe_billed=True)
        usage = Usage(input=tokens_in, output=tokens_out) if fate < 0.9 else Usage()
        return Answer("x", usage=usage)

    async def probe(self) -> Probe:
        return Probe()

    async def count_tokens(self, _: Question) -> int | None:
        return None

    async def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("budget") / "empty.db"
    with Catalog(path) as catalog:
        bring_up_to_date(catalog)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "insert into label_runs (id, name, rater, provider, model, params, state, created_at)"
            " values (1, 'r', 'vlm', 'p', 'm', '{}', 'running', 'now')"
        )
    connection.close()
    return path


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6),
    price=st.tuples(st.floats(0, 20), st.floats(0.01, 60)),
    questions=st.integers(1, 12),
    share=st.floats(0, 3),
)
def test_the_budget_is_never_passed(
    empty: Path, seed: int, price: tuple[float, float], questions: int, share: float
) -> None:
    """Random prices, tokens, troubles and crashes; the server's own bill is what counts."""
    chance = random.Random(seed)
    cost = Price(*price, as_of="2026-01-01", source="made up")
    question = Question("i", (PICTURE, "rate"), {}, Asking(max_tokens=chance.randint(16, 4000)))
    allowed = most(question, cost) * questions * share
    model = Random(chance, cost)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.db"
        path.write_bytes(empty.read_bytes())
        for _ in range(3):  # each ends at a crash, or at the budget, or with nothing left
            model.die_after = chance.randint(1, 40)
            with Catalog.open(path) as catalog:
                with catalog.writing():
                    catalog.run("requests.lose", run=1)
                spent = catalog.value("requests.spent", run=1)
            with pytest.MonkeyPatch.context() as patched:  # nobody waits to ask again
                patched.setattr("herocat.labeling.engine.delay", lambda *_: 0.0)
                patched.setattr("herocat.limits._OPEN_FIRST", 0.001)
                patched.setattr("herocat.limits._OPEN_MOST", 0.001)
                asyncio.run(_go(path, model, Budget(cost, allowed, spent), question, questions))
            assert model.billed <= allowed * (1 + 1e-9)


async def _go(path: Path, model: Random, budget: Budget, question: Question, count: int) -> None:
    def keep(_: Catalog, outcome: Outcome) -> None:
        assert outcome.status

    def read(_: Answer) -> str:
        return "read"

    async def units() -> AsyncIterator[Unit]:
        for _ in range(count):
            yield Unit("label", None, question, read, keep)

    async with Writer(path) as writer:
        engine = Engine(Lanes([model], 4), writer, budget, 1)
        engine._chance = random.Random(1)
        try:
            async with asyncio.timeout(20):
                await engine.ask(units())
        except* CrashError:
            pass


def test_every_question_costs_no_more_than_is_set_aside() -> None:
    price = Price(0.3, 2.5, "2026-01-01", "x")
    question = Question("words " * 400, (PICTURE, PICTURE), {"a": 1}, Asking(max_tokens=1024))
    assert most(question, price) >= price.cost(600 + 2 * 1120, 1024)
