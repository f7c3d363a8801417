"""What a scorer says of itself holds: its interval covers what it does at places that nobody has seen."""

import numpy as np
import pytest
from scipy import stats

from herocat.agreement import Estimate
from herocat.judging import learning
from herocat.judging.learning import Report, Rows

NAMES = tuple(f"number {k}" for k in range(6))


def drawn(rng: np.random.Generator, places: int, each: int) -> Rows:
    """Draw photos whose scores depend on their numbers, on their place, and on chance."""
    place = np.repeat(np.arange(places), each)
    numbers = rng.normal(size=(len(place), len(NAMES))).astype(np.float32)
    numbers[:, 0] += rng.normal(size=places)[place]  # photos of a place are alike
    scores = 5 + 1.5 * numbers[:, 1] + np.maximum(numbers[:, 2], 0) * 2
    scores += rng.normal(size=places)[place] + rng.normal(size=len(place))
    return Rows(NAMES, numbers, np.clip(scores, 0, 10), place)


def test_rows_survive_being_kept() -> None:
    rng = np.random.default_rng(1)
    rows = drawn(rng, 4, 15)
    vectors = rng.normal(size=(60, 40)).astype(np.float32)
    vectors[3] = np.nan
    made = learning.rows_of(
        NAMES, rows.numbers, rows.scores.tolist(), rows.places.tolist(), vectors
    )
    assert made.axes is not None
    assert made.numbers.shape == (60, 6 + 5)  # an axis for every ten photos with a vector
    assert np.isnan(made.numbers[3, 6:]).all()
    assert not np.isnan(made.numbers[4]).any()
    kept = learning.unpacked(learning.packed(made))
    assert kept.axes is not None
    assert kept.names == made.names
    np.testing.assert_array_equal(kept.numbers, made.numbers)
    np.testing.assert_array_equal(kept.axes.of_vectors(vectors), made.axes.of_vectors(vectors))
    one, other = (learning.Model(rows, 7).predict(rows.numbers) for rows in (made, kept))
    np.testing.assert_array_equal(one[0], other[0])
    # The axes are those on which the vectors differ most: no other direction has more.
    known = np.delete(vectors, 3, axis=0)
    lengths = known.var(axis=0).sum()
    share = made.axes.of_vectors(known).var(axis=0)
    assert (np.diff(share) <= 1e-5).all()
    assert share[0] > lengths / 40


def test_a_model_is_good_where_chance_would_not_make_it_so() -> None:
    def good(places: int, better: float) -> bool:
        known = Estimate(0.5)
        report = Report(60, places, "place", known, known, known, known, better, 1.0)
        return report.good

    assert not good(2, 1.0)  # better at both: so is a useless one, often enough
    assert not good(3, 0.98)
    assert good(3, 0.99)
    assert not good(20, 0.9)
    assert good(20, 0.92)


def test_the_interval_covers_what_is_done_elsewhere() -> None:
    assert covered(4, places=12, each=8) >= 3


@pytest.mark.stress
@pytest.mark.timeout(600)
def test_intervals_cover_at_their_rate() -> None:
    assert covered(20, places=20, each=12) >= 16  # told of four fifths of the photos: a little low


def covered(times: int, *, places: int, each: int) -> int:
    """Count how often the interval that a scorer tells holds what it does at 200 other places."""
    found = 0
    for seed in range(times):
        rng = np.random.default_rng(seed)
        rows = drawn(rng, places, each)
        nothing = rng.normal(size=len(rows.scores))
        report = learning.examine(rows, list(range(len(nothing))), nothing, nothing, seed=seed)
        assert report.good
        fresh = drawn(rng, 200, 12)
        said, _ = learning.Model(rows, seed).predict(fresh.numbers)
        truth = stats.spearmanr(said, fresh.scores).statistic
        assert report.spearman.low is not None
        assert report.spearman.high is not None
        found += report.spearman.low <= truth <= report.spearman.high
    return found
