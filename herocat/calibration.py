"""What a score of one rater stands for on the scale of another, and how far off it still is."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from herocat.agreement import codes

_WHOLE = np.arange(11, dtype=np.float64)
_FOLDS = 5
_LEAST = 10  # photos: with fewer, a curve would only draw their noise


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising curve from one rater's scores to another's, and the error before and after it.

    ``error`` and ``calibrated_error`` are mean absolute errors in points; the second is of places
    that the curve has not seen, and None where all photos are of one place.
    """

    n: int
    curve: tuple[tuple[float, float], ...]  # at 0, 1, ... 10, as far as scores go
    error: float
    calibrated_error: float | None


def calibrate(
    scores: Sequence[float], target: Sequence[float], places: Sequence[Hashable]
) -> Calibration | None:
    """Fit the rising curve that comes closest (isotonic regression); None for too few photos."""
    one, other = np.asarray(scores, np.float64), np.asarray(target, np.float64)
    if len(one) < _LEAST:
        return None
    return Calibration(
        n=len(one),
        curve=_curve(one, other),
        error=float(np.abs(one - other).mean()),
        calibrated_error=_elsewhere(one, other, places),
    )


def on_scale(scores: Sequence[float], target: Sequence[float]) -> tuple[float, ...]:
    """Return what 0, 1, ... 10 of one rater stand for by the rising curve.

    Beyond what both have rated it goes straight to the ends of the scale: the order is kept there.
    """
    one, other = np.asarray(scores, np.float64), np.asarray(target, np.float64)
    known = np.array(sorted(({0.0: 0.0, 10.0: 10.0} | dict(_curve(one, other))).items()))
    steps: list[float] = np.interp(_WHOLE, known[:, 0], known[:, 1]).round(3).tolist()
    return tuple(steps)


def by_rank(scores: Sequence[float], target: Sequence[float]) -> tuple[float, ...]:
    """Return what 0, 1, ... 10 of one rater stand for: what as many of the other's scores lie below."""
    ordered = np.sort(np.asarray(scores, np.float64))
    below = np.searchsorted(ordered, _WHOLE, "left") + np.searchsorted(ordered, _WHOLE, "right")
    steps: list[float] = np.quantile(target, below / 2 / len(ordered)).round(3).tolist()
    return tuple(steps)


def spread(apart: Sequence[float]) -> float | None:
    """Return the standard deviation of differences; None for fewer than two."""
    return float(np.std(apart, ddof=1)) if len(apart) > 1 else None


def _curve(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    """Return the rising curve at whole scores, as far as the first rater's go."""
    reached = _WHOLE[(one.min() - 0.5 <= _WHOLE) & (one.max() + 0.5 >= _WHOLE)]
    curve = _fit(one, other, reached).round(3)
    return tuple(zip(reached.tolist(), curve.tolist(), strict=True))


def _elsewhere(
    one: NDArray[np.float64], other: NDArray[np.float64], places: Sequence[Hashable]
) -> float | None:
    from sklearn.model_selection import GroupKFold

    place = codes(places)
    folds = min(_FOLDS, int(place.max()) + 1)
    if folds < 2:
        return None
    off = np.zeros(len(one))
    for seen, unseen in GroupKFold(folds).split(one, other, place):
        off[unseen] = np.abs(_fit(one[seen], other[seen], one[unseen]) - other[unseen])
    return float(off.mean())


def _fit(
    one: NDArray[np.float64], other: NDArray[np.float64], asked: NDArray[np.float64]
) -> NDArray[np.float64]:
    from sklearn.isotonic import IsotonicRegression

    curve = IsotonicRegression(y_min=0.0, y_max=10.0, out_of_bounds="clip").fit(one, other)
    fitted: NDArray[np.float64] = curve.predict(asked)
    return fitted
