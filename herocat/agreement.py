"""How far raters agree: numbers from scores of the same photos, each with its interval.

Photos of one camera are alike, and so are a rater's errors on them. An interval from resampled
photos would be far too narrow: here whole places are resampled. Scores, or pairs of scores, are
summed up per place once; a resample then is one row of a matrix product, so that a thousand of them
take less time than one sort. docs/compare.md says what each statistic means.
"""

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from herocat import ranks
from herocat.ranks import divided, levels, ordered

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Formula = Callable[[Floats], Floats]  # sums (..., columns) in, one statistic (...) out

RESAMPLES = 1000
CERTAINTY = 0.95  # of an interval
STATISTICS = (
    "spearman",
    "kendall",
    "pearson",
    "mean_absolute_error",
    "mean_difference",
    "kappa",
    "alpha",
    "top_overlap",
    "accuracy_within",
    "accuracy_across",
)

_EXACT = 1100  # different scores that are told apart: all of 0 to 10 in hundredths
_COARSE = 40  # ... in resamples, which is enough for the width of an interval
_CELLS = 4_000_000  # numbers in memory at a time


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic and the interval that holds its true value 95 times of 100; None: undefined.

    There is no interval where all photos are of one place.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two raters on the photos that both have scored, over so many places."""

    n: int
    places: int
    statistics: Mapping[str, Estimate]

    def __getitem__(self, statistic: str) -> Estimate:
        return self.statistics[statistic]


def agreement(
    first: Sequence[float] | Floats,
    second: Sequence[float] | Floats,
    *,
    places: Sequence[Hashable] | None = None,
    sequences: Sequence[Hashable] | None = None,
    only: Sequence[str] = STATISTICS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Agreement:
    """Compare two lists of scores of the same photos, in the same order; neither may be empty.

    ``places`` says where each photo was taken: the intervals are over these, and there are none
    without. ``sequences`` says of which burst it is: without, every photo is its own. The accuracies
    are shares of the pairs that the *second* puts in an order.
    """
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    place = codes(places) if places is not None else np.zeros(len(one), np.int64)
    burst = codes(sequences) if sequences is not None else np.arange(len(one))
    weights = _Resamples(int(place.max()) + 1, resamples, seed)
    found = dict[str, Estimate]()
    sums = per_place(_moments(one, other), place)
    for name in (name for name in only if name in _OF_SUMS):
        found[name] = _estimate(_OF_SUMS[name], sums, weights)
    if "accuracy_within" in only:
        pairs = per_place(_within(one, other, burst), place)
        found["accuracy_within"] = _estimate(_share, pairs, weights)
    of_tables = [name for name in only if name in ranks.STATISTICS or name == "accuracy_across"]
    if of_tables:
        found |= _of_tables(of_tables, (one, other, place, burst), weights)
    return Agreement(len(one), weights.places, {name: found[name] for name in only})


def alpha(
    scores: Sequence[float] | Floats,
    photos: Sequence[Hashable],
    places: Sequence[Hashable],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Return Krippendorff's alpha for intervals, over any number of raters with gaps.

    ``scores`` are those of all raters in one list, each with its photo and place; photos that one
    rater alone has scored tell nothing, and are left out.
    """
    values, unit, place = np.asarray(scores, np.float64), codes(photos), codes(places)
    if not len(values):
        return Estimate(None)
    times = np.bincount(unit)
    kept = times[unit] > 1
    if not kept.any():
        return Estimate(None)
    where = np.zeros(len(times), np.int64)
    where[unit] = place
    columns = (np.ones(len(values)), values, values * values)
    count, total, squares = (
        np.bincount(unit, weights=column, minlength=len(times)) for column in columns
    )
    paired = count > 1
    apart = 2 * (count * squares - total * total)[paired] / (count[paired] - 1)
    rows = np.column_stack([apart, count[paired], total[paired], squares[paired]])
    sums = per_place(rows, codes(where[paired].tolist()))
    return _estimate(_alpha, sums, _Resamples(len(sums), resamples, seed))


def mean(
    values: Sequence[float] | Floats,
    places: Sequence[Hashable],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Return a mean with its interval over places."""
    column = np.asarray(values, np.float64)
    if not len(column):
        return Estimate(None)
    sums = per_place(np.column_stack([column, np.ones(len(column))]), codes(places))
    return _estimate(_share, sums, _Resamples(len(sums), resamples, seed))


def better(
    one: Floats,
    other: Floats,
    target: Floats,
    *,
    places: Sequence[Hashable],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> float:
    """Return on which share of resampled places one rater orders photos more like a target than another.

    By Spearman; half of it where nothing can be resampled, or one of them orders nothing.
    """
    place = codes(places)
    weights = _Resamples(int(place.max()) + 1, resamples, seed)
    if not weights.any:
        return 0.5
    alone = np.arange(len(target))
    sides = [
        _Tables(levels(side, _COARSE), levels(target, _COARSE), place, alone)
        for side in (one, other)
    ]
    wins = list[Floats]()
    for chunk in weights.chunks(max(side.cells for side in sides)):
        first, second = (side.statistics(["spearman"], chunk)["spearman"] for side in sides)
        wins.append((1.0 + np.nan_to_num(np.sign(first - second), nan=0.0)) / 2)
    return float(np.concatenate(wins).mean())


def codes(names: Sequence[Hashable]) -> Whole:
    """Return a number from 0 for each name, the same for equal ones, in order of appearance."""
    numbers = dict[Hashable, int]()
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def per_place(rows: Floats, place: Whole) -> Floats:
    """Sum up rows per place."""
    columns = [np.bincount(place, weights=column) for column in rows.T]
    return np.column_stack(columns)


# Intervals


@dataclass(frozen=True, slots=True)
class _Resamples:
    """Draws of places with replacement: how often each place stands in each resample."""

    places: int
    count: int
    seed: int

    @property
    def any(self) -> bool:
        """Whether there is anything to resample."""
        return self.places > 1 and self.count > 0

    def chunks(self, cells: int = 1) -> Iterator[Floats]:
        """Yield the draws some at a time, so that each times ``cells`` numbers stays in memory."""
        rng = np.random.default_rng(self.seed)
        size = max(1, _CELLS // max(self.places, cells))
        even = np.full(self.places, 1 / self.places)
        for start in range(0, self.count, size):
            drawn = rng.multinomial(self.places, even, size=min(size, self.count - start))
            yield drawn.astype(np.float64)


def _estimate(formula: Formula, sums: Floats, weights: _Resamples) -> Estimate:
    value = float(formula(sums.sum(axis=0)))
    if not weights.any or math.isnan(value):
        return Estimate(None if math.isnan(value) else value)
    drawn = np.concatenate([formula(chunk @ sums) for chunk in weights.chunks()])
    return _interval(value, drawn, weights.places)


def _interval(value: float, drawn: Floats, places: int, off: float = 0.0) -> Estimate:
    """Return the middle of what was drawn, moved by ``off``; wider where there are few places.

    Percentiles of a bootstrap are too narrow by sqrt((n - 1) / n), and as if the spread were known:
    the tails are those of Student's t instead (Hesterberg 2015, "expanded percentile").
    """
    drawn = drawn[~np.isnan(drawn)]
    if math.isnan(value) or len(drawn) < 2:
        return Estimate(None if math.isnan(value) else value)
    tail = 100 * tail_of(places, (1 - CERTAINTY) / 2)
    low, high = np.percentile(drawn, [tail, 100 - tail]) + off
    return Estimate(value, float(low), float(high))


@cache
def tail_of(places: int, share: float) -> float:
    """Return which share of resamples stands for a tail of some share: less where places are few."""
    from scipy import special  # a third of what scipy.stats takes to import

    reach = special.stdtrit(places - 1, share) * math.sqrt(places / (places - 1))
    return float(special.ndtr(reach))


# Statistics of sums: n, x, y, xx, yy, xy, |x - y|, and the whole-number x, y, xx, yy, xy


def _moments(one: Floats, other: Floats) -> Floats:
    x, y = np.floor(one + 0.5), np.floor(other + 0.5)
    columns = [np.ones(len(one)), one, other, one * one, other * other, one * other]
    return np.column_stack([*columns, np.abs(one - other), x, y, x * x, y * y, x * y])


def _share(sums: Floats) -> Floats:
    return divided(sums[..., 0], sums[..., 1])


def _pearson(sums: Floats) -> Floats:
    n, x, y, xx, yy, xy = (sums[..., column] for column in range(6))
    spread = np.maximum(n * xx - x * x, 0) * np.maximum(n * yy - y * y, 0)
    return divided(n * xy - x * y, np.sqrt(spread))


def _mean_difference(sums: Floats) -> Floats:
    return divided(sums[..., 1] - sums[..., 2], sums[..., 0])


def _mean_absolute_error(sums: Floats) -> Floats:
    return divided(sums[..., 6], sums[..., 0])


def _kappa(sums: Floats) -> Floats:
    """Return Cohen's kappa with quadratic weights, of scores rounded to whole numbers."""
    n = sums[..., 0]
    x, y, xx, yy, xy = (sums[..., column] for column in range(7, 12))
    expected = n * xx + n * yy - 2 * x * y
    return 1 - divided(n * (xx + yy - 2 * xy), expected)


def _alpha(sums: Floats) -> Floats:
    apart, n, total, squares = (sums[..., column] for column in range(4))
    return 1 - divided(apart * (n - 1), 2 * (n * squares - total * total))


def _alpha_of_two(sums: Floats) -> Floats:
    n, x, y, xx, yy, xy = (sums[..., column] for column in range(6))
    apart = 2 * (xx + yy - 2 * xy)
    return _alpha(np.stack([apart, 2 * n, x + y, xx + yy], axis=-1))


_OF_SUMS: Mapping[str, Formula] = {
    "pearson": _pearson,
    "mean_absolute_error": _mean_absolute_error,
    "mean_difference": _mean_difference,
    "kappa": _kappa,
    "alpha": _alpha_of_two,
}


# Statistics of tables: how many photos have each pair of scores


def _of_tables(
    names: Sequence[str], scores: tuple[Floats, Floats, Whole, Whole], weights: _Resamples
) -> dict[str, Estimate]:
    """Estimate what depends on the order alone: exactly, and in resamples of coarser scores."""
    one, other, place, burst = scores
    alone = _Tables(levels(one, _EXACT), levels(other, _EXACT), np.zeros_like(place), burst)
    coarse = _Tables(levels(one, _COARSE), levels(other, _COARSE), place, burst)
    exact = alone.statistics(names, np.ones((1, 1)))
    if not weights.any:
        return {name: _interval(float(exact[name][0]), np.array([]), 2) for name in names}
    rough = coarse.statistics(names, np.ones((1, weights.places)))
    drawn = [coarse.statistics(names, chunk) for chunk in weights.chunks(coarse.cells)]
    return {
        name: _interval(
            float(exact[name][0]),
            np.concatenate([chunk[name] for chunk in drawn]),
            weights.places,
            off=float(exact[name][0] - rough[name][0]),
        )
        for name in names
    }


class _Tables:
    """Photos counted by their two levels, per place; weights of places make tables of resamples."""

    def __init__(self, one: Whole, other: Whole, place: Whole, burst: Whole) -> None:
        from scipy import sparse

        self._shape = int(one.max()) + 1, int(other.max()) + 1
        self.cells = self._shape[0] * self._shape[1]
        cell = one * self._shape[1] + other
        ones = np.ones(len(one))
        shape = (self.cells, int(place.max()) + 1)
        self._counts = sparse.csr_array((ones, (cell, place)), shape=shape)
        near = _within(one.astype(np.float64), other.astype(np.float64), burst)
        self._near = per_place(near, place)

    def statistics(self, names: Sequence[str], weights: Floats) -> dict[str, Floats]:
        """Return each statistic for each row of weights."""
        tables = (self._counts @ weights.T).T.reshape(-1, *self._shape)
        found = {name: ranks.STATISTICS[name](tables) for name in names if name in ranks.STATISTICS}
        if "accuracy_across" in names:
            pairs = ordered(tables) - weights @ self._near
            found["accuracy_across"] = _share(pairs)
        return found


def _within(one: Floats, other: Floats, burst: Whole) -> Floats:
    """Return for each photo its part in the pairs of its burst: ordered alike, and ordered at all.

    A pair is counted with one of its two photos: a burst is of one place.
    """
    parts = np.zeros((len(one), 2))
    order = np.argsort(burst, kind="stable")
    starts = np.flatnonzero(np.diff(burst[order], prepend=-1))
    sizes = np.diff(np.r_[starts, len(order)])
    for size in np.unique(sizes[sizes > 1]):
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        for gap in range(1, size):
            left, right = members[:, :-gap], members[:, gap:]
            signs = np.sign(one[left] - one[right]) * np.sign(other[left] - other[right])
            ordered = other[left] != other[right]
            np.add.at(parts, left, np.stack([(1 + signs) / 2 * ordered, ordered * 1.0], axis=-1))
    return parts
