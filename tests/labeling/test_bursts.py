"""Frames of bursts are compared: each answer a row, asked in both orders, decided by what agrees."""

import json
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from herocat.endpoints import Distance
from herocat.labeling.bursts import compared, orders
from herocat.replies import Order
from tests.conftest import CommandLine
from tests.crash.test_asking import command, rows as rows_of
from tests.fakes.gemini import FakeGemini
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Asked, Fake, Said, serving
from tests.labeling.conftest import Rows, words
from tests.world import World, animal, draw, person

FAKES: dict[str, Callable[[], Fake]] = {
    "gemini": FakeGemini,
    "vllm": FakeOpenAI,
    "ollama": FakeOllama,
}
CANDIDATES = """
    select images.path, chosen.path from candidates join images on images.id = image_id
    left join images as chosen on chosen.id = strategy_image_id order by 1"""


def fill(world: World, bursts: int = 2, frames: int = 3) -> None:
    """Make bursts in which the last frame is the brightest, and the one before it the next."""
    for burst in range(bursts):
        for frame in range(frames):
            light = 1.0 - 0.15 * (frames - 1 - frame)
            image = Image.fromarray((np.asarray(draw(seed=burst)) * light).astype(np.uint8))
            world.photo(
                f"b{burst}/{frame}.jpg",
                animal(0.3, 0.3, 0.3, 0.3 + 0.02 * (frame == 0)),
                sequence=f"s{burst}",
                moment=f"2024-05-0{burst + 1} 10:00:0{frame}",
                location=f"place {burst % 2}",
                image=image,
            )


def ingest(ready: CommandLine, world: World) -> CommandLine:
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("select", "-n", "10")
    return ready


@pytest.fixture
def filled(ready: CommandLine, world: World) -> CommandLine:
    """Return the command line on a catalog with two bursts of three frames, all selected."""
    fill(world)
    return ingest(ready, world)


def brightness(jpeg: bytes) -> float:
    return float(np.asarray(Image.open(BytesIO(jpeg)).convert("L")).mean())


def likes_light(fake: Fake) -> Callable[[Asked], object]:
    """Return a rater that prefers the brighter frame, of two or of a list."""

    def answer(asked: Asked) -> dict[str, object]:
        step = 2 if b"The same photo, closer" in asked.content else 1
        light = [brightness(jpeg) for jpeg in fake.pictures(asked)[::step]]
        order = sorted(range(len(light)), key=lambda one: -light[one])
        if b"Put the" in asked.content:
            return {"order": [one + 1 for one in order], "reasoning": "Brighter."}
        return {"better": ("first", "second")[order[0]], "reasoning": "Brighter."}

    return answer


@pytest.fixture
def vllm() -> Iterator[FakeOpenAI]:
    fake = FakeOpenAI()
    fake.rating = likes_light(fake)
    with serving(fake):
        yield fake


@pytest.mark.parametrize("name", FAKES)
def test_every_provider_compares_every_two_frames_both_ways_round(
    filled: CommandLine, rows: Rows, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "secret-key")
    with serving(FAKES[name]()) as fake:
        fake.rating = likes_light(fake)
        said = filled("label", *words(fake), "--burst", "pairs").stdout
        assert "bursts: 12 answers about frames; 2 of 2 bursts decided" in said
        assert "nothing to do" in filled("label", *words(fake), "--burst", "pairs").stdout
        assert len(fake.questions) == 12
        assert {len(fake.pictures(asked)) for asked in fake.questions} == {2}
    assert rows(CANDIDATES) == [("b0/2.jpg", "b0/0.jpg"), ("b1/2.jpg", "b1/0.jpg")]
    shown = rows("select first_image_id, second_image_id, outcome from comparisons")
    assert len(shown) == len(set(shown)) == 12
    assert all(
        (other, one, "first" if says == "second" else "second") in shown
        for one, other, says in shown
    )
    sql = "select status, attempts, reasoning, json_array_length(best), model_reported is not null, input_tokens > 0, json_extract(raw, '$.reasoning') from burst_answers"
    assert rows(sql) == [("ok", 1, "Brighter.", 2, 1, 1, "Brighter.")] * 12
    assert rows("select kind, state, count(distinct question_id), count(*) from requests") == [
        ("comparison", "answered", 12, 12)
    ]
    sql = "select rater, provider, state, prompts.name, json_extract(params, '$.burst'), json_extract(params, '$.frames') from label_runs join prompts on prompts.id = prompt_id"
    assert rows(sql) == [("vlm", name, "done", "pairs", "pairs", 4)]
    assert filled("verify").stdout.endswith("0 broken\n")


@pytest.mark.parametrize("name", FAKES)
def test_a_list_is_shown_in_both_orders(
    filled: CommandLine, rows: Rows, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "secret-key")
    with serving(FAKES[name]()) as fake:
        fake.rating = likes_light(fake)
        filled("label", *words(fake), "--burst", "lists", "--views", "frame,subject")
        assert [len(fake.pictures(asked)) for asked in fake.questions] == [6] * 4
    shown = [
        json.loads(frames) for (frames,) in rows("select frames from burst_questions order by id")
    ]
    assert shown[1] == shown[0][::-1]
    best = [
        json.loads(best) for (best,) in rows("select best from burst_answers order by question_id")
    ]
    assert best == [sorted(frames)[::-1] for frames in shown]
    assert rows("select count(*), count(distinct question_id) from comparisons") == [(12, 4)]
    assert [path for path, _ in rows(CANDIDATES)] == ["b0/2.jpg", "b1/2.jpg"]


def test_explain_says_who_prefers_which_and_why(filled: CommandLine, vllm: FakeOpenAI) -> None:
    filled("label", *words(vllm), "--burst", "pairs")
    said = filled("explain", "b0/2.jpg").stdout
    assert "Its burst was chosen for b0/0.jpg; side by side, raters prefer this frame." in said
    assert "side by side: number 1 of 3 in its burst; 2 won, 0 tied, 0 lost" in said
    assert "  better than b0/0.jpg\n    fake-vl bursts, shown" in said
    assert "better: Brighter." in said
    said = filled("explain", "b0/0.jpg").stdout
    assert "represented by b0/2.jpg" in said
    assert "The strategy chose this one, but side by side raters prefer that frame." in said
    assert "number 3 of 3" in said
    assert "fake-vl bursts: 12 answers about bursts" in filled("status").stdout


def test_the_winner_is_rated_next_and_stands_in_the_album(
    filled: CommandLine, rows: Rows, vllm: FakeOpenAI
) -> None:
    filled("measure")
    filled("label")
    filled("label", *words(vllm), "--burst", "pairs")
    assert "2 candidates have no score yet" in filled("status").stdout
    filled("label")
    with closing(sqlite3.connect(filled.catalog)) as db, db:
        db.execute(
            "update labels set score = 5 + 4 * (image_id in (select strategy_image_id from candidates))"
        )
    chosen = json.loads(filled("album", "-n", "2", "--json").stdout)["photos"]
    paths: dict[int, str] = dict(rows("select id, path from images"))
    assert {paths[photo["image"]] for photo in chosen} == {"b0/2.jpg", "b1/2.jpg"}


def test_who_prefers_a_place_decides_nothing(
    filled: CommandLine, rows: Rows, vllm: FakeOpenAI
) -> None:
    vllm.rating = lambda _: {"better": "first", "reasoning": "It is."}
    before = rows(CANDIDATES)
    said = filled("label", *words(vllm), "--burst", "pairs").stdout
    assert "0 of 2 bursts decided; 2 ties for a person to decide" in said
    assert rows(CANDIDATES) == before
    assert rows("select distinct says from burst_pairs") == [(0,)]


@pytest.mark.parametrize("kind", ["pairs", "lists"])
def test_who_prefers_the_first_place_and_sees_large_differences_finds_the_best(
    filled: CommandLine, rows: Rows, vllm: FakeOpenAI, kind: str
) -> None:
    """Frames that are nearly alike are tied by the swap; the brightest still has most points."""

    def biased(asked: Asked) -> dict[str, object]:
        # Being shown earlier is worth more than one step of light, and less than two.
        light = [brightness(jpeg) for jpeg in vllm.pictures(asked)]
        step = 0.15 * max(light)
        worth = [value + 1.5 * step * (len(light) - place) for place, value in enumerate(light)]
        order = sorted(range(len(light)), key=lambda one: -worth[one])
        if kind == "lists":
            return {"order": [one + 1 for one in order], "reasoning": "It is."}
        return {"better": ("first", "second")[order[0]], "reasoning": "It is."}

    vllm.rating = biased
    filled("label", *words(vllm), "--burst", kind)
    single = rows(
        "select count(*) from comparisons where outcome = 'first' and first_image_id < second_image_id"
    )
    assert single[0][0] >= 4, "in the order of the camera alone, the darker frames would win"
    said = rows("select distinct says from burst_pairs")
    assert (0,) in said
    if kind == "pairs":
        assert [path for path, _ in rows(CANDIDATES)] == ["b0/2.jpg", "b1/2.jpg"]


def test_a_person_has_the_last_word_and_may_take_it_back(
    filled: CommandLine, rows: Rows, vllm: FakeOpenAI
) -> None:
    from herocat import rating
    from herocat.catalog import Catalog

    filled("label", *words(vllm), "--burst", "pairs")
    first, second, third = (
        image for (image,) in rows("select id from images where path like 'b0/%' order by path")
    )
    with Catalog.open(filled.catalog) as catalog:
        with catalog.writing():
            run, _ = rating.open_run(catalog, "ann")
            rating.compare(catalog, run, (first, third), "first")
            rating.compare(catalog, run, (second, first), "second")
        assert rows(CANDIDATES)[0] == ("b0/0.jpg", None)  # what the strategy chose
        with catalog.writing():
            rating.take_back_comparison(catalog, run, (second, first))
            rating.take_back_comparison(catalog, run, (first, third))
    assert rows(CANDIDATES)[0] == ("b0/2.jpg", "b0/0.jpg")


def test_a_model_counts_before_the_baseline(
    filled: CommandLine, rows: Rows, vllm: FakeOpenAI
) -> None:
    said = filled("label", "--burst", "pairs").stdout
    assert said.startswith("baseline bursts: 12 answers about frames; 2 of 2 bursts decided")
    by_pixels = rows(CANDIDATES)
    vllm.rating = lambda asked: {
        "better": ("first", "second")[int(np.argmin([brightness(one) for one in vllm.pictures(asked)]))],
        "reasoning": "Darker.",
    }  # fmt: skip
    filled("label", *words(vllm), "--burst", "pairs")
    assert [path for path, _ in rows(CANDIDATES)] == ["b0/0.jpg", "b1/0.jpg"]
    assert by_pixels != rows(CANDIDATES)


def test_it_goes_on_where_it_stopped_and_pays_nothing_twice(
    filled: CommandLine, rows: Rows, gemini: FakeGemini
) -> None:
    gemini.rating = likes_light(gemini)
    line = ["label", *words(gemini), "--burst", "pairs"]
    said = filled(*line, "--limit", "1").stdout
    assert "6 answers about frames; 1 of 2 bursts decided" in said
    assert "6 left to ask" in said
    assert "--max-cost allows" in filled(*line, "--max-cost", "0.008", code=3).stderr
    spent = rows("select sum(cost_usd) from burst_answers")[0][0]
    assert 0 < spent <= 0.008
    filled(*line, "--max-cost", "1")
    assert len(gemini.questions) == 12
    each = (1300 * 0.30 + 60 * 2.50) / 1e6
    assert rows("select sum(cost_usd) from burst_answers")[0][0] == pytest.approx(12 * each)


def test_a_dry_run_says_what_it_would_cost(
    filled: CommandLine, rows: Rows, gemini: FakeGemini
) -> None:
    said = filled("label", *words(gemini), "--burst", "pairs", "--dry-run").stdout
    assert "12 questions about 2 bursts for gemini (gemini-3.5-flash-lite)" in said
    assert "counted by the server" in said
    line = [word for word in words(gemini) if word != "--yes"]
    assert "add --yes" in filled("label", *line, "--burst", "pairs", code=2).stderr
    assert not gemini.questions
    assert rows("select count(*) from label_runs") == [(0,)]
    assert rows("select champions from selections") == [("strategy",)]


def test_a_reply_that_says_nothing_is_asked_for_once_more_then_kept_as_a_failure(
    filled: CommandLine, rows: Rows, vllm: FakeOpenAI
) -> None:
    vllm.rating = lambda _: {"better": "the third", "reasoning": "x"}
    said = filled("label", *words(vllm), "--burst", "pairs", "--limit", "1").stdout
    assert "6 failed (--retry asks again)" in said
    assert len(vllm.questions) == 12
    assert b"better is first, second or equal" in vllm.questions[-1].content
    (got,) = set(rows("select status, best, error, attempts from burst_answers"))
    assert got[:2] == ("invalid", None)
    assert "not one of first, second, equal" in got[2]
    assert rows("select count(*) from comparisons") == [(0,)]
    vllm.rating = likes_light(vllm)
    assert "6 left" in filled("label", *words(vllm), "--burst", "pairs", "--limit", "0").stdout
    said = filled("label", *words(vllm), "--burst", "pairs", "--retry").stdout
    assert rows("select count(*), count(question_id) from past_failures") == [(6, 6)]
    assert "12 answers about frames; 2 of 2 bursts decided" in said


def test_a_frame_that_is_gone_is_a_failure_with_its_reason(
    filled: CommandLine, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    filled("measure")
    (world.root / "b0" / "1.jpg").unlink()
    filled("label", *words(vllm), "--burst", "pairs")
    assert rows("select status, error, count(*) from burst_answers group by status order by 1") == [
        ("failed", "the photo is not on disk", 4),
        ("ok", None, 8),
    ]
    assert len(vllm.questions) == 8


def test_what_the_gate_holds_is_never_sent(
    ready: CommandLine, world: World, rows: Rows, vllm: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a burst with a person, nor one in which somebody is found after it was written down."""
    fill(world, bursts=3)
    world.images[1]["detections"].append(person(0.3))
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("select", "--person-confidence", "0.5")
    assert rows("select count(*) from candidates") == [(3,)]
    ready("label", *words(vllm), "--burst", "pairs", "--limit", "0")
    assert rows("select distinct sequence_id from burst_questions") == [(2,), (3,)]
    world.images[4]["detections"].append(person())
    ready("ingest", world.detections("later.json"), "--root", world.root)
    monkeypatch.setattr("herocat.labeling.raters.distance", lambda _: Distance.REMOTE)
    said = ready("label", *words(vllm), "--burst", "pairs", "--yes").stdout
    assert "3 held back: a person or vehicle" in said
    assert "6 left to ask" in said
    sent = "select distinct substr(path, 1, 2) from requests join images on images.id = image_id"
    assert rows(sent) == [("b2",)]


def test_nothing_is_found_out_twice_by_two_runs(
    filled: CommandLine, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    """Another prompt is another run; photos that are listed stand for their bursts."""
    filled("label", world.root / "b1", *words(vllm), "--burst", "pairs")
    assert rows("select count(*), count(distinct sequence_id) from burst_questions") == [(6, 1)]
    assert rows("select champions from selections") == [("strategy",)]
    file = world.root.parent / "short.md"
    file.write_text("Which is better?\n--- pairs\n")
    filled("prompt", "add", file)
    filled("label", world.root / "b1", *words(vllm), "--burst", "pairs", "--prompt", "short")
    assert rows("select count(*) from label_runs") == [(2,)]
    assert len(vllm.questions) == 12


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--batch"], "--batch is for scores"),
        (["--samples", "3"], "--samples is for scores"),
        (["--controls"], "--controls is for scores"),
        (["--prompt", "hero"], "asks for a score: it goes with no --burst"),
        (["--prompt", "lists"], "it goes with --burst lists"),
        (["--grid", "seed=1,2", "--limit", "1"], "a grid is for scores"),
    ],
)
def test_what_makes_no_sense_with_bursts(
    filled: CommandLine, vllm: FakeOpenAI, options: list[str], said: str
) -> None:
    assert said in filled("label", *words(vllm), "--burst", "pairs", *options, code=2).stderr
    assert "add --burst" in filled("label", "--frames", "3", code=2).stderr
    assert (
        "goes with --burst pairs"
        in filled("label", *words(vllm), "--prompt", "pairs", code=2).stderr
    )
    assert not vllm.questions


def test_a_burst_of_one_is_nothing_to_compare(ready: CommandLine, world: World) -> None:
    fill(world, bursts=1, frames=1)
    assert "nothing to do" in ingest(ready, world)("label", "--burst", "lists").stdout


@pytest.mark.parametrize(
    ("when", "query"), [("before", "bursts.save_answer"), ("after", "requests.send")]
)
def test_killed_at_a_write(tmp_path: Path, when: str, query: str) -> None:
    """Whatever was answered is kept, nothing is asked twice but what was under way."""
    world = World(tmp_path / "photos")
    fill(world)
    for line in (
        ["init"],
        ["ingest", "photos", str(world.detections()), str(world.sequences())],
        ["select"],
    ):
        assert command(tmp_path, *line).wait(60) == 0
    fake, path = FakeGemini(), tmp_path / "catalog.db"
    fake.rating = likes_light(fake)
    with serving(fake):
        line = ["label", "--burst", "pairs", "--provider", "gemini", "--endpoint", fake.url, "--yes",
                "--concurrency", "2"]  # fmt: skip
        assert command(tmp_path, *line, kill=(when, query, 5)).wait(60) == -signal.SIGKILL
        ((kept,),) = rows_of(path, "select count(*) from burst_answers")
        assert 0 < kept < 12
        assert command(tmp_path, *line).wait(60) == 0
        assert len(fake.questions) <= 12 + 2
    assert rows_of(path, "select count(*), sum(status = 'ok') from burst_answers") == [(12, 12)]
    assert rows_of(path, "select count(*), count(distinct question_id) from comparisons") == [
        (12, 12)
    ]
    assert rows_of(path, "select count(*) from requests where state = 'sent'") == [(0,)]
    assert rows_of(path, "select count(*) from requests")[0][0] >= len(fake.questions)


def test_a_server_that_stumbles_is_asked_again(
    filled: CommandLine, rows: Rows, vllm: FakeOpenAI, quick: None
) -> None:
    del quick
    chance = random.Random(3)
    vllm.on_question = lambda _: Said({"error": "boom"}, 500) if chance.random() < 0.4 else None
    said = filled("label", *words(vllm), "--burst", "lists").stdout
    assert "2 of 2 bursts decided" in said
    assert rows("select sum(attempts) > 4, count(*) from burst_answers") == [(1, 4)]


@pytest.mark.parametrize("view", ["burst_pairs", "burst_standings", "burst_champions"])
def test_asking_about_one_burst_looks_at_that_one_alone(
    filled: CommandLine, rows: Rows, view: str
) -> None:
    plan = rows(f"explain query plan select * from {view} where sequence_id = 1")
    assert not [step for *_, step in plan if step.startswith(("SCAN one", "SCAN comparisons"))]
    assert any("SEARCH one" in step for *_, step in plan)


@given(st.integers(2, 6), st.sampled_from(["pairs", "lists"]))
def test_every_order_has_its_reverse(count: int, kind: str) -> None:
    shown = list(orders(range(count), kind))
    assert len(set(shown)) == len(shown)
    assert {one[::-1] for one in shown} == set(shown)
    pairs = {(one, other) for order in shown for one in order for other in order if one != other}
    assert len(pairs) == count * (count - 1)


def test_what_an_order_says_of_every_two() -> None:
    order = Order(((2,), (0, 1)), "", "strict")
    assert list(compared(order, (7, 8, 9))) == [
        (7, 8, "tie"),
        (7, 9, "second"),
        (8, 9, "second"),
    ]
