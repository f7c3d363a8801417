"""Rating: the queue asks for what tells most, every answer is a row, and undo leaves no trace."""

import json

import pytest
from hypothesis import given, strategies as st

from herocat import rating
from herocat.catalog import Catalog
from herocat.commands.rate import in_pairs
from herocat.errors import ChoiceError
from herocat.loaders import pairs
from herocat.loaders.pairs import Asking
from herocat.stages.rate import APART, Known, queue
from tests.conftest import CommandLine
from tests.world import World, bursts

points = st.none() | st.floats(0, 10)


@pytest.fixture
def rated(ready: CommandLine, world: World) -> CommandLine:
    """Return a small catalog that the baseline has rated."""
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    for command in ("sequence", "measure", "select", "measure", "label"):
        ready(command)
    return ready


@given(st.lists(st.tuples(points, points, points), max_size=60), st.integers(1, 80))
def test_a_queue_has_what_there_is_each_once_and_disagreement_first(
    known: list[tuple[float | None, float | None, float | None]], n: int
) -> None:
    pool = [Known(number, *values) for number, values in enumerate(known)]
    chosen = queue(pool, n)
    images = [image for image, _ in chosen]
    assert len(images) == len(set(images)) == min(n, len(pool))
    order = ["disagreement", "uncertainty", "coverage"]
    reasons = [order.index(reason) for _, reason in chosen]
    assert reasons == sorted(reasons)
    spreads = [pool[image].spread or 0 for image, why in chosen if why == "disagreement"]
    assert spreads == sorted(spreads, reverse=True)
    assert all(spread >= APART for spread in spreads)
    assert queue(pool, n) == chosen, "the same queue every time"


def test_coverage_takes_from_the_whole_range() -> None:
    pool = [Known(number, number % 10 + 0.5, None, None) for number in range(1000)]
    scores = [pool[image].score for image, why in queue(pool, 40) if why == "coverage"]
    assert {int(score or 0) for score in scores} == set(range(10))


def test_a_person_is_a_label_run_and_goes_on(rated: CommandLine) -> None:
    first = json.loads(rated("rate", "jane", "--queue-only", "-n", 2, "--json").stdout)
    assert (first["run"], first["added"], first["left"]) == ("jane", 2, 2)
    again = json.loads(rated("rate", "jane", "--queue-only", "-n", 2, "--json").stdout)
    assert (again["added"], again["left"]) == (0, 2)
    more = json.loads(rated("rate", "jane", "--queue-only", "-n", 50, "--json").stdout)
    assert more["added"] > 0
    assert "nothing to rate" not in rated("rate", "jane", "--queue-only").output


def test_a_name_that_a_run_has_already(rated: CommandLine) -> None:
    done = json.loads(rated("rate", "baseline", "--queue-only", "--json").stdout)
    assert done["run"] == "baseline-2"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [(("rate", " "), "a name"), (("rate", "jane", "--selection", "none"), "no selection 'none'")],
)
def test_what_cannot_be_asked_for(
    rated: CommandLine, words: tuple[str, ...], complaint: str
) -> None:
    assert complaint in rated(*words, "--queue-only", code=2).output


def test_nothing_to_rate(ready: CommandLine) -> None:
    assert "nothing to rate" in ready("rate", "jane", "--queue-only", code=1).output


def test_answers_repeats_and_undo(rated: CommandLine) -> None:
    rated("rate", "jane", "--queue-only")
    with Catalog.open(rated.catalog) as catalog:
        run = rating.run_of(catalog, "jane")
        assert run is not None
        items = rating.upcoming(catalog, run, 10)
        one = items[0].image
        with catalog.writing():
            assert rating.answer(catalog, run, one, 7, latency_ms=300) is None
        assert rating.upcoming(catalog, run, 10) == items[1:]
        gallery = catalog.connection.execute(
            "select score, raters & 1 from gallery where image_id = ?", [one]
        )
        assert tuple(gallery.fetchone()) == (7.0, 1), "a person's word counts at once"
        with catalog.writing():
            assert rating.answer(catalog, run, one, 4) == 7
            rating.take_back(catalog, run, one, before=7)
        assert catalog.value("rate.answer_of", run=run, image=one) == 7
        with catalog.writing():
            rating.take_back(catalog, run, one)
        assert rating.upcoming(catalog, run, 10) == items
        state = catalog.connection.execute("select state from label_runs where id = ?", [run])
        assert state.fetchone()[0] == "running"
        with catalog.writing():
            rating.answer(catalog, run, one, None)
        assert rating.upcoming(catalog, run, 10) == items[1:], "skipped is answered"
        with pytest.raises(ChoiceError, match="not one of those"), catalog.writing():
            rating.answer(catalog, run, 11, 5)


def test_a_page_that_is_behind_takes_no_score_away(rated: CommandLine) -> None:
    """Rated on one page, skipped on another that had it open, and then rated there."""
    rated("rate", "jane", "--queue-only")
    with Catalog.open(rated.catalog) as catalog:
        run = rating.run_of(catalog, "jane")
        assert run is not None
        one = rating.upcoming(catalog, run, 1)[0].image
        with catalog.writing():
            rating.answer(catalog, run, one, 9)
            assert rating.answer(catalog, run, one, None) == 9
        assert catalog.value("rate.answer_of", run=run, image=one) == 9
        with catalog.writing():
            assert rating.answer(catalog, run, one, 3) == 9
        assert catalog.value("rate.answer_of", run=run, image=one) == 3


@pytest.fixture
def asked(catalog: Catalog) -> tuple[Catalog, int]:
    """Return a catalog in which jane is asked about 24 photos, and the number of her run."""
    with catalog.writing():
        connection = catalog.connection
        connection.execute(
            "insert into collections (id, root, name) values (1, 'photos', 'photos')"
        )
        run, _ = rating.open_run(catalog, "jane")
        for number in range(1, 25):
            connection.execute(
                "insert into images (id, collection_id, path) values (?, 1, ?)",
                [number, f"{number}"],
            )
            catalog.run("label.target_image", run=run, image=number)
    return catalog, run


def go_through(catalog: Catalog, run: int, count: int, again: float | None = 5) -> list[int]:
    """Answer what comes next, so many times; return what was asked about a second time."""
    repeats = []
    for _ in range(count):
        item = rating.upcoming(catalog, run, 1)[0]
        with catalog.writing():
            rating.answer(catalog, run, item.image, again if item.repeat else 5, repeat=item.repeat)
        repeats += [item.image] if item.repeat else []
    return repeats


def test_a_photo_that_is_asked_about_again_can_be_skipped(asked: tuple[Catalog, int]) -> None:
    """It does not come back after every other; the next is another, when ten more are rated."""
    catalog, run = asked
    assert go_through(catalog, run, 26, again=None) == [1, 2]
    assert rating.progress(catalog, run) == rating.Progress(24, 24, 24, 0, 0)
    with catalog.writing():
        rating.take_back(catalog, run, 2, repeat=True)
    assert go_through(catalog, run, 1) == [2]


@pytest.mark.parametrize("again", [5, None])
def test_the_last_answer_is_taken_back_though_it_was_a_repeat(
    asked: tuple[Catalog, int], again: float | None
) -> None:
    catalog, run = asked
    go_through(catalog, run, 11, again)
    assert rating.last_answers(catalog, run)[:2] == [(1, True), (10, False)]
    with catalog.writing():
        rating.take_back(catalog, run, 1, repeat=True)
    assert rating.last_answers(catalog, run)[0] == (10, False)
    with catalog.writing():
        catalog.connection.execute("update labels set created_at = '2020' where image_id <> 7")
    assert rating.last_answers(catalog, run)[0] == (7, False), "what was changed last is the last"


def test_every_tenth_answer_is_asked_again(asked: tuple[Catalog, int]) -> None:
    catalog, run = asked
    repeats = go_through(catalog, run, 26)
    assert repeats == [1, 2], "the oldest first, one for each ten"
    assert rating.progress(catalog, run) == rating.Progress(24, 24, 24, 2, 0)
    with catalog.writing():
        rating.take_back(catalog, run, 2, repeat=True)
    assert rating.upcoming(catalog, run, 1)[0].repeat


def test_pairs_are_saved_and_taken_back(rated: CommandLine) -> None:
    said = json.loads(rated("rate", "jane", "--queue-only", "--json").stdout)
    assert (said["pairs"]["ties"], said["pairs"]["top"]) == (0, 1)
    with Catalog.open(rated.catalog) as catalog:
        run = rating.run_of(catalog, "jane")
        assert run is not None
        pair = pairs.asking(catalog, run, 10, go_on=True).pairs[0]
        with catalog.writing():
            rating.compare(catalog, run, pair, "second")
        assert rating.progress(catalog, run).compared == 1
        with catalog.writing():
            rating.take_back_comparison(catalog, run, pair)
        assert pairs.asking(catalog, run, 10, go_on=True).pairs[0] == pair
        with pytest.raises(ChoiceError, match="no photo 999"), catalog.writing():
            rating.compare(catalog, run, (pair[0], 999), "tie")


@pytest.mark.parametrize(
    ("asking", "said"),
    [
        (Asking((), 0, 12, 0.95, settled=True), "in pairs: the first 12 are settled"),
        (
            Asking((), 0, 12, 0.7, settled=True),
            "in pairs: the first 12 are settled, as far as a fifth of all pairs tells",
        ),
        (
            Asking(((1, 2),), 2, 12, 0.6, settled=False),
            (
                "in pairs: 2 pairs of frames that are ties in their bursts, then the first 12, not "
                "settled yet (60% of them are expected to stay)"
            ),
        ),
        (Asking((), 0, 3, 0.6, settled=False), "in pairs: every pair of the best was compared"),
        (Asking((), 0, 0, 1.0, settled=True), "in pairs: nothing has a score yet"),
    ],
)
def test_the_command_says_how_far_the_pairs_are(asking: Asking, said: str) -> None:
    assert in_pairs(asking) == said
