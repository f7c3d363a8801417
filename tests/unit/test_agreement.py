"""Agreement is what scipy, scikit-learn and krippendorff say; intervals hold the truth."""

from collections.abc import Callable
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from herocat import agreement as module
from herocat.agreement import STATISTICS, agreement, alpha, mean

Column = NDArray[np.float64]
Scores = list[tuple[float, float]]
scores = st.lists(
    st.tuples(st.integers(0, 20).map(lambda v: v / 2), st.integers(0, 10).map(float)),
    min_size=2,
    max_size=40,
)


def both(pairs: Scores) -> tuple[list[float], list[float]]:
    first, second = zip(*pairs, strict=True)
    return list(first), list(second)


def plain(first: list[float], second: list[float]) -> dict[str, float]:
    """Return the statistics as the libraries have them."""
    whole = np.floor(np.add([first, second], 0.5)).astype(int)
    return {
        "spearman": stats.spearmanr(first, second).statistic,
        "kendall": stats.kendalltau(first, second).statistic,
        "pearson": stats.pearsonr(first, second).statistic,
        "mean_difference": float(np.mean(first) - np.mean(second)),
        "mean_absolute_error": float(np.abs(np.subtract(first, second)).mean()),
        "kappa": cohen_kappa_score(whole[0], whole[1], labels=range(11), weights="quadratic"),
        "alpha": krippendorff.alpha([first, second], level_of_measurement="interval"),
    }


@settings(max_examples=60, deadline=None)
@given(scores)
def test_statistics_are_those_of_the_libraries(pairs: Scores) -> None:
    first, second = both(pairs)
    found = agreement(first, second, resamples=0)
    assert found.n == len(pairs)
    if len(set(first)) == 1 or len(set(second)) == 1:
        for name in ("spearman", "kendall", "pearson"):
            assert found[name].value is None
        return
    for name, value in plain(first, second).items():
        if np.isnan(value):
            assert found[name].value is None
        else:
            assert found[name].value == pytest.approx(value, abs=1e-9), name


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10), st.integers(0, 4)), min_size=1))
def test_accuracies_are_counts_of_pairs(rows: list[tuple[int, int, int]]) -> None:
    first, second, sequences = (list(column) for column in zip(*rows, strict=True))
    right, asked = {True: 0.0, False: 0.0}, {True: 0, False: 0}
    for one, other in combinations(range(len(rows)), 2):
        if second[one] != second[other]:
            near = sequences[one] == sequences[other]
            sign = (first[one] - first[other]) * (second[one] - second[other])
            right[near] += 1 if sign > 0 else 0.5 if sign == 0 else 0
            asked[near] += 1
    found = agreement(first, second, sequences=sequences, resamples=0)
    for near, name in ((True, "accuracy_within"), (False, "accuracy_across")):
        expected = right[near] / asked[near] if asked[near] else None
        assert found[name].value == (expected if expected is None else pytest.approx(expected))


def test_top_overlap() -> None:
    first = [float(v) for v in range(20)]
    assert agreement(first, first)["top_overlap"].value == 1
    assert agreement(first, first[::-1])["top_overlap"].value == 0
    # The second cannot tell its best ten apart: by chance one of five of them is in the top two.
    level = [0.0] * 10 + [1.0] * 10
    assert agreement(first, level)["top_overlap"].value == pytest.approx(0.2)


def test_a_resample_is_the_statistic_of_the_photos_repeated() -> None:
    """The matrix products give what counting the drawn places' photos again and again gives."""
    rng = np.random.default_rng(3)
    place = np.repeat(np.arange(6), 8)
    burst = np.arange(48) // 4
    first, second = (rng.integers(0, 11, 48).astype(np.float64) for _ in range(2))
    found = agreement(
        first, second, places=place.tolist(), sequences=burst.tolist(), resamples=60, seed=5
    )
    (weights,) = module._Resamples(6, 60, 5).chunks()
    drawn: dict[str, list[float]] = {name: [] for name in STATISTICS}
    for row in weights:
        taken = np.concatenate([np.tile(np.flatnonzero(place == p), int(row[p])) for p in range(6)])
        # The copies of a burst are bursts of their own.
        copy = np.concatenate([np.repeat(100 * np.arange(int(row[p])), 8) for p in range(6)])
        bursts = (burst[taken] + copy).tolist()
        again = agreement(first[taken], second[taken], sequences=bursts, resamples=0)
        for name in STATISTICS:
            value = again[name].value
            drawn[name].append(np.nan if value is None else value)
        drawn["accuracy_across"][-1] = _across(first, second, place, burst, row)
    tail = 100 * module.tail_of(6, 0.025)
    for name, values in drawn.items():
        low, high = np.nanpercentile(values, [tail, 100 - tail])
        assert (found[name].low, found[name].high) == pytest.approx((low, high), abs=1e-6), name


def _across(
    first: Column, second: Column, place: NDArray[np.int64], burst: NDArray[np.int64], row: Column
) -> float:
    """Count all pairs of the repeated photos without those of a burst."""
    weight = row[place][:, None] * row[place] * (burst[:, None] != burst)
    ordered = weight * (second[:, None] != second)
    right = (1 + np.sign(first[:, None] - first) * np.sign(second[:, None] - second)) / 2
    # A photo that was drawn twice pairs with the other photos of its burst in both copies.
    twice = row[place][:, None] * (row[place] - 1) * (burst[:, None] == burst)
    ordered += twice * (second[:, None] != second)
    return float((right * ordered).sum() / ordered.sum())


ratings = st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=3, max_size=3),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(ratings)
def test_alpha_is_krippendorffs(rows: list[list[int | None]]) -> None:
    known = [(v, photo) for photo, row in enumerate(rows) for v in row if v is not None]
    values, photos = [float(v) for v, _ in known], [photo for _, photo in known]
    found = alpha(values, photos, photos, resamples=0).value
    table = np.array([[np.nan if v is None else v for v in row] for row in rows], float).T
    pairable = table[:, (~np.isnan(table)).sum(axis=0) > 1]
    if not pairable.size or len(set(pairable[~np.isnan(pairable)])) < 2:
        assert found is None
    else:
        expected = krippendorff.alpha(table, level_of_measurement="interval")
        assert found == pytest.approx(expected, abs=1e-9)


def test_without_places_or_with_one_there_is_no_interval() -> None:
    for places in (None, ["ridge"] * 4):
        found = agreement([1, 2, 3, 4], [2, 1, 4, 3], places=places)
        assert found["spearman"].value is not None
        assert found["spearman"].low is None
        assert found["pearson"].high is None


def test_the_same_seed_gives_the_same_interval() -> None:
    rng = np.random.default_rng(0)
    first, second, places = rng.normal(5, 1, 60), rng.normal(5, 1, 60), [k % 9 for k in range(60)]
    one, other, third = (agreement(first, second, places=places, seed=k) for k in (4, 4, 5))
    assert one == other
    assert one["pearson"] != third["pearson"]


def coverage(
    interval: Callable[[Column, Column, list[int]], module.Estimate],
    truth: float,
    *,
    trials: int,
    cameras: int = 25,
) -> float:
    """Return how often an interval holds the truth, where errors of one camera are alike."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(trials):
        place = np.repeat(np.arange(cameras), 12)
        scene = rng.normal(0, 1, cameras)[place] + rng.normal(0, 1, len(place))
        lean = rng.normal(0, 1.5, cameras)[place]  # the rater likes some cameras, the whole season
        first = 5 + scene + lean + rng.normal(0, 0.5, len(place))
        second = 5 + scene
        found = interval(first, second, place.tolist())
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    return held / trials


PEARSON = 2 / np.sqrt(2 * (2 + 1.5**2 + 0.5**2))


@pytest.mark.parametrize(("statistic", "truth"), [("mean_difference", 0.0), ("pearson", PEARSON)])
def test_intervals_over_places_hold_the_truth_and_those_over_photos_do_not(
    statistic: str, truth: float
) -> None:
    def over_places(first: Column, second: Column, places: list[int]) -> module.Estimate:
        return agreement(first, second, places=places, only=[statistic], resamples=200)[statistic]

    def over_photos(first: Column, second: Column, places: list[int]) -> module.Estimate:
        return over_places(first, second, list(range(len(places))))

    assert coverage(over_places, truth, trials=120) >= 0.9
    assert coverage(over_photos, truth, trials=120) <= 0.75


def test_a_mean_over_places() -> None:
    values, places = [1.0, 1, 1, 5, 5, 5], list("aaabbb")
    found = mean(values, places)
    assert found.value == 3
    assert found.low == 1
    assert found.high == 5
    assert mean([], []).value is None
