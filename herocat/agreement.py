"""How far two raters agree: numbers from pairs of scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two raters on the photos that both have scored."""

    n: int
    spearman: float | None  # rank correlation, -1..1; None where one rater gives one score to all
    mean_difference: float  # first minus second
    mean_absolute_difference: float


def agreement(first: Sequence[float], second: Sequence[float]) -> Agreement:
    """Compare two lists of scores of the same photos, in the same order; neither may be empty."""
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    difference = one - other
    return Agreement(
        n=len(one),
        spearman=spearman(one, other),
        mean_difference=float(difference.mean()),
        mean_absolute_difference=float(np.abs(difference).mean()),
    )


def spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    """Return Spearman's rank correlation (SRCC), with equals on their mean rank; None if undefined."""
    one, other = _ranks(first), _ranks(second)
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread else None


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rank of each value from 1; equals share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]
