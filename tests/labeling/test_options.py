"""Asking well: samples, views, examples, probabilities, grids, controls; all part of what a run is."""

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing

import pytest

from herocat.labeling.setup import model_for, read_gpus
from herocat.pictures import Wanted, prepare
from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import RATING, Said
from tests.labeling.conftest import Rows, words
from tests.labeling.test_privacy import rate
from tests.world import World, animal, draw

Photos = Callable[[int], CommandLine]


def test_several_samples_make_one_label(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    scores = iter([4, 5, 9])
    vllm.rating = lambda _: {"score": next(scores), "reasoning": f"r{len(vllm.questions)}"}
    herocat = photos(1)
    herocat("label", world.root, *words(vllm), "--samples", 3, "--concurrency", 1)
    assert rows("select score, reasoning from labels") == [(6.0, "r2")]
    assert rows("select number, kind, score from samples order by number") == [
        (1, "sample", 4.0),
        (2, "sample", 5.0),
        (3, "sample", 9.0),
    ]
    assert rows("select json_extract(params, '$.samples') from label_runs") == [(3,)]
    assert "temperature" not in vllm.questions[0].body  # all alike would be no samples


def test_samples_that_are_there_are_not_asked_for_again(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    herocat = photos(2)
    line = ["label", world.root, *words(vllm), "--samples", 3]
    herocat(*line)
    with closing(sqlite3.connect(herocat.catalog)) as connection, connection:
        connection.execute("delete from labels")
        connection.execute("delete from samples where number = 2")
    herocat(*line)
    assert len(vllm.questions) == 6 + 2
    assert rows("select count(*), avg(score) from labels") == [(2, 6.5)]


def test_a_closer_view_of_the_subject(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    world.photo("large.jpg", animal(0.5, 0.5, 0.1, 0.1), image=draw(1600, 1200))
    photos(0)("label", world.root, *words(vllm), "--views", "frame,subject")
    assert [image.size for image in vllm.images()] == [(768, 576), (240, 180)]
    assert "closer" in vllm.questions[0].content.decode()
    assert rows("select json_extract(params, '$.views') from label_runs") == [
        ('["frame","subject"]',)
    ]


def test_a_closer_view_where_there_is_one(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    """Without a subject there is none; and the frame comes first, however they are named."""
    world.photo("large.jpg", animal(0.5, 0.5, 0.1, 0.1), image=draw(1600, 1200))
    world.photo("nobody.jpg", image=draw(64, 48))
    photos(0)("label", world.root, *words(vllm), "--views", "subject,frame", "--concurrency", 1)
    assert [image.size for image in vllm.images()] == [(768, 576), (240, 180), (64, 48)]
    said = [part.get("text") for part in vllm.questions[0].body["messages"][1]["content"]]
    assert said == [None, "The same photo, closer:", None, "Rate the photo."]
    assert b"The same photo" not in vllm.questions[1].content


def test_examples_of_what_people_like(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    herocat = photos(6)
    rate(herocat, {f"somewhere/IMG_{n:04}.JPG": float(n) for n in range(6)})
    listed = world.root.parent / "list.txt"
    listed.write_text("photos/somewhere/IMG_0005.JPG")
    herocat("label", listed, *words(vllm), "--examples", 2)
    (asked,) = vllm.questions
    said = [p["text"] for p in asked.body["messages"][1]["content"] if p["type"] == "text"]
    assert said[:2] == [
        "An example, which a person rated 1 of 10:",
        "An example, which a person rated 4 of 10:",
    ]
    assert len(vllm.images()) == 3
    assert "there are 6" in herocat("label", listed, *words(vllm), "--examples", 9, code=2).stderr


def test_no_photo_is_shown_its_own_score(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    """Nor that of another frame of its burst: a spare is shown instead."""
    noon = "2024-05-01 12:00:00"
    for number in range(4):
        world.photo(f"place{number}/a.jpg", animal(), moment=noon)
    for number in range(3):
        world.photo(f"burst/{number}.jpg", animal(), moment=noon)
    herocat = photos(0)
    rate(herocat, {f"place{n}/a.jpg": 2.0 * n for n in range(3)} | {"burst/0.jpg": 9.0})
    herocat("label", world.root, *words(vllm), "--examples", 3)
    frames = [Wanted(0, path, 768) for path in sorted((world.root / "burst").iterdir())]
    burst = {prepare(frame).pictures[0].jpeg for frame in frames}
    for asked in vllm.questions:
        *examples, photo = vllm.pictures(asked)
        assert len(examples) == 3
        assert photo not in examples
        assert photo not in burst or not burst & set(examples)
    sql = "select json_array_length(params, '$.spare_example') from label_runs where rater = 'vlm'"
    assert rows(sql) == [(2,)]


def test_the_mean_over_what_it_might_have_said(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    likely = [
        {"token": str(n), "logprob": math.log(p)} for n, p in ((7, 0.5), (8, 0.25), (6, 0.25))
    ]
    vllm.rating = lambda _: '{"score":7,"reasoning":"x"}'
    vllm.logprobs = {
        "content": [
            {"token": '{"score":', "top_logprobs": []},
            {"token": "7", "top_logprobs": likely[:2]},
            {"token": ',"reasoning":"x"}', "top_logprobs": []},
        ]
    }
    photos(1)("label", world.root, *words(vllm), "--logprobs")
    assert rows("select round(score, 4) from labels") == [(round((0.5 * 7 + 0.25 * 8) / 0.75, 4),)]
    assert rows("select read_as from requests") == [("expected",)]
    schema = vllm.questions[0].body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["score"]["type"] == "integer"


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("after", "score", "reasoning"),
        ("before", "reasoning", "setting"),
        ("none", "score", "setting"),
    ],
)
def test_where_the_reason_stands(
    photos: Photos, world: World, vllm: FakeOpenAI, order: str, first: str, last: str
) -> None:
    photos(1)("label", world.root, *words(vllm), "--reason", order)
    schema = vllm.questions[0].body["response_format"]["json_schema"]["schema"]
    assert next(iter(schema["properties"])) == first
    assert list(schema["properties"])[-1] == last
    assert schema["required"] == list(schema["properties"])


def test_a_grid_makes_a_run_for_every_combination(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    herocat = photos(6)
    grid = ["--grid", "image_size=64,128", "--grid", "thinking=off,low"]
    herocat("label", world.root, *words(vllm), *grid, "--limit", 2)
    assert rows("select name from label_runs order by id") == [
        ("grid image_size=64 thinking=off",),
        ("grid image_size=64 thinking=low",),
        ("grid image_size=128 thinking=off",),
        ("grid image_size=128 thinking=low",),
    ]
    assert rows("select count(*), count(distinct image_id) from labels") == [(8, 2)]
    found = json.loads(
        herocat("label", world.root, *words(vllm), *grid, "--limit", 2, "--json").stdout
    )
    assert [one["now"] for one in found] == [0, 0, 0, 0]
    other = ["label", world.root, *words(vllm), *grid, "--limit", 2, "--reason", "none"]
    assert "choose another --run" in herocat(*other, code=2).stderr
    herocat(*other, "--run", "bare")
    assert rows("select count(*) from label_runs where name like 'bare image_size=%'") == [(4,)]
    assert "needs --limit" in herocat("label", *words(vllm), *grid, code=2).stderr
    assert "KEY of" in herocat("label", *words(vllm), "--grid", "x=1", "--limit", 1, code=2).stderr


@pytest.mark.parametrize(
    "grid",
    [
        "reason=befor",
        "media_resolution=foo",
        "structured=foo",
        "image_size=-5",
        "max_tokens=-1",
        "temperature=99",
        "examples=-1",
        "samples=0",
        "seed=x",
        "logprobs=maybe",
        "thinking=much",
        "views=foo",
        "views=,",
    ],
)
def test_a_grid_takes_what_the_option_takes(
    photos: Photos, world: World, vllm: FakeOpenAI, grid: str
) -> None:
    line = ["label", world.root, *words(vllm), "--limit", 2, "--grid", grid]
    assert grid.partition("=")[0] in photos(1)(*line, code=2).stderr
    assert not vllm.questions


def test_controls_watch_the_rater(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    vllm.rating = lambda _: RATING | {"score": len(vllm.questions) % 5}
    herocat = photos(5)
    line = ["label", world.root, *words(vllm), "--controls"]
    said = herocat(*line).stdout
    assert "labeled 5 photos" in said
    assert rows("select count(*), count(distinct image_id) from samples where kind = 'repeat'") == [
        (5, 5)
    ]
    kinds: dict[str, int] = dict(
        rows("select kind, count(*) from controls where status = 'ok' group by kind")
    )
    assert kinds == {"blank": 3, "anchor": 3 * 4}
    before = len(vllm.questions)
    herocat(*line)
    assert len(vllm.questions) == before  # with nothing new there is nothing to watch
    assert rows("select count(*) from steadiness where repeats = 5") == [(1,)]
    said = herocat("compare").stdout
    assert "asked again 5 times" in said
    assert "nothing to see" in said
    assert "anchors" in said


def test_a_rater_that_drifts_is_seen_by_its_anchors(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    """It gives a tenth of a point less each time it is asked, whatever it is shown."""
    vllm.rating = lambda _: RATING | {"score": 9 - 0.1 * len(vllm.questions)}
    herocat = photos(14)
    line = ["label", world.root, *words(vllm), "--controls", "--concurrency", 1]
    herocat(*line, "--limit", 12)
    kinds = [kind for (kind,) in rows("select kind from requests order by id")]
    assert Counter(kinds) == {"control": 3 * 4 + 3, "label": 12, "repeat": 12}
    assert kinds[-7:] == ["control"] * 7
    places = [place for place, kind in enumerate(kinds) if kind == "control"]
    assert max(places[:4]) < 10  # four hands take questions, and they overtake each other
    assert 8 <= min(places[4:8]) <= max(places[4:8]) <= 20

    def drift() -> float:
        asked = rows("select name, score from controls where kind = 'anchor' order by number")
        first: dict[str, float] = dict(reversed(asked))
        last: dict[str, float] = dict(asked)
        return round(sum(last[name] - first[name] for name in first) / 4, 6)

    assert drift() < -2
    steadiness = "select round(anchor_drift, 6), anchor_rounds from steadiness"
    assert rows(steadiness) == [(drift(), 3)]
    before = drift()
    assert f"{before:+.2f} from the first of 3 rounds to the last" in herocat("compare").stdout
    herocat(*line)  # a second go is held against the beginning of the run, too
    assert drift() < before
    assert rows(steadiness) == [(drift(), 6)]
    assert rows("select count(*) from labels") == [(14,)]
    page = world.root.parent / "page"
    herocat("compare", "--out", page)
    assert "How steady each rater is" in (page / "index.html").read_text()


def test_an_anchor_that_failed_leaves_the_drift_to_the_others(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    vllm.script.append(Said({"choices": [{"message": {"refusal": "no"}}]}))
    photos(2)("label", world.root, *words(vllm), "--controls", "--concurrency", 1)
    assert rows("select status, count(*) from controls where number = 1 group by 1") == [
        ("ok", 3),
        ("refused", 1),
    ]
    assert rows("select anchor_drift, anchor_rounds from steadiness") == [(0.0, 3)]


def test_what_watching_costs_is_part_of_the_estimate(
    photos: Photos, world: World, gemini: FakeGemini
) -> None:
    line = ["label", world.root, *words(gemini), "--dry-run"]
    herocat = photos(3)
    assert "watch the rater" not in herocat(*line).stdout
    assert "and 18 questions that watch the rater" in herocat(*line, "--controls").stdout
    said = herocat(*line[:-1], "--batch", "--controls", code=2).stderr
    assert "no --controls" in said


def test_what_a_run_is_made_of_is_its_identity(
    photos: Photos, rows: Rows, world: World, vllm: FakeOpenAI
) -> None:
    herocat = photos(1)
    for option in (
        [],
        ["--image-size", 64],
        ["--temperature", 1],
        ["--thinking", "low"],
        ["--reason", "none"],
        [],
    ):
        herocat("label", world.root, *words(vllm), *option)
    assert rows("select count(*), count(distinct name) from label_runs") == [(5, 5)]
    said = herocat(
        "label", world.root, *words(vllm), "--run", "fake-vl", "--seed", 3, code=2
    ).stderr
    assert "other settings (parameters)" in said


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--thinking", "hard"], "--thinking takes"),
        (["--views", "frame,frame"], "--views takes"),
        (["--views", ""], "--views takes"),
        (["--prompt", "none"], "no prompt 'none'"),
        (["--endpoint", "ftp://x"], "no address"),
        (["--api-key-file", "/nowhere/key"], "cannot be read"),
    ],
)
def test_options_that_do_not_fit(
    photos: Photos, world: World, vllm: FakeOpenAI, option: list[str], said: str
) -> None:
    code = 1 if "key" in option[0] else 2
    assert said in photos(1)("label", world.root, *words(vllm), *option, code=code).stderr


def test_a_key_from_a_file(
    photos: Photos, world: World, monkeypatch: pytest.MonkeyPatch, gemini: FakeGemini
) -> None:
    monkeypatch.delenv("GEMINI_API_KEY")
    herocat = photos(1)
    monkeypatch.chdir(world.root.parent)
    (world.root.parent / "GEMINI_API_KEY.txt").write_text(gemini.key + "\n")
    herocat("label", world.root, *words(gemini))
    assert len(gemini.questions) == 1
    gemini.key = "changed"
    said = herocat("label", world.root, *words(gemini), "--run", "x", code=1)
    assert "does not take the key (GEMINI_API_KEY)" in said.stderr
    assert "secret-key" not in said.output


@pytest.mark.parametrize("provider", ["baseline", "gemini", "vllm", "ollama", "openai"])
def test_setup_help(ready: CommandLine, provider: str) -> None:
    assert (
        "herocat label --provider" in ready("label", "--provider", provider, "--setup-help").stdout
    )


def test_a_model_that_fits_the_gpus() -> None:
    from herocat.labeling.setup import model_for, read_gpus, vllm as told

    found = read_gpus("NVIDIA L4, 23034\nNVIDIA L4, 23034\nFailed to initialize\n")
    assert [round(gpu.gigabytes) for gpu in found] == [22, 22]
    text = told(found)
    assert "CUDA_VISIBLE_DEVICES=1 vllm serve Qwen/Qwen3-VL-8B-Instruct --port 8001" in text
    assert "--endpoint http://127.0.0.1:8000 --endpoint http://127.0.0.1:8001" in text
    assert model_for(6) is None
    assert "too small" in told(read_gpus("GTX, 4096"))


def test_setup_help_for_whoever_has_not_chosen(ready: CommandLine) -> None:
    said = ready("label", "--setup-help").stdout
    assert all(
        word in said for word in ("Nothing to install", "AI Studio", "vllm serve", "LiteLLM")
    )
    assert "ollama pull" in said
    only = ready("label", "--provider", "baseline", "--setup-help").stdout
    assert only == "Nothing to install: herocat label --provider baseline\n"


@pytest.mark.parametrize(
    ("said", "model"),
    [
        ("NVIDIA H100 80GB HBM3, 81559", "Qwen/Qwen3.6-35B-A3B"),
        ("NVIDIA A100-SXM4-80GB, 81920", "Qwen/Qwen3.6-35B-A3B"),
        ("NVIDIA L40S, 46068", "Qwen/Qwen3.6-35B-A3B-FP8"),
        ("NVIDIA GeForce RTX 4090, 24564", "Qwen/Qwen3-VL-8B-Instruct"),
        ("NVIDIA L4, 23034", "Qwen/Qwen3-VL-8B-Instruct"),
        ("Tesla T4, 15360", "Qwen/Qwen3-VL-8B-Instruct-FP8"),
        ("NVIDIA RTX 4060 Laptop GPU, 8188", "Qwen/Qwen3-VL-4B-Instruct"),
    ],
)
def test_a_card_gets_the_model_that_it_was_sold_for(said: str, model: str) -> None:
    """A card has a little less memory than its name says."""
    (gpu,) = read_gpus(said)
    found = model_for(gpu.gigabytes)
    assert found is not None
    assert found[0] == model
