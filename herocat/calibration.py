"""What a score of one rater stands for on the scale of another, and how far off it still is."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from herocat.agreement import codes

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
    reached = [score for score in range(11) if one.min() - 0.5 <= score <= one.max() + 0.5]
    curve = _fit(one, other, np.array(reached, np.float64))
    return Calibration(
        n=len(one),
        curve=tuple((float(x), round(float(y), 3)) for x, y in zip(reached, curve, strict=True)),
        error=float(np.abs(one - other).mean()),
        calibrated_error=_elsewhere(one, other, places),
    )


def spread(apart: Sequence[float]) -> float | None:
    """Return the standard deviation of differences; None for fewer than two."""
    return float(np.std(apart, ddof=1)) if len(apart) > 1 else None


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
