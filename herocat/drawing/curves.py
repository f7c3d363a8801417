"""Smooth curves through control points."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.floating]


def smooth(points: ArrayLike, per_span: int = 6) -> Floats:
    """Return a Catmull-Rom curve through control points: n x k in, ((n - 1) per_span + 1) x k out."""
    knots: Floats = np.asarray(points, np.float32)
    if len(knots) < 3:
        share = np.linspace(0, 1, per_span + 1, dtype=np.float32)[:, None]
        result: Floats = (knots[0] * (1 - share) + knots[-1] * share).astype(np.float32)
        return result
    padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    step = (np.arange(per_span, dtype=np.float32) / per_span)[None, :, None]
    before, start, end, after = (padded[at : len(padded) - 3 + at, None, :] for at in range(4))
    spans = 0.5 * (
        2 * start
        + (end - before) * step
        + (2 * before - 5 * start + 4 * end - after) * step**2
        + (3 * start - before - 3 * end + after) * step**3
    )
    return np.concatenate([spans.reshape(-1, knots.shape[1]), knots[-1:]]).astype(np.float32)


def spread_evenly(curve: Floats, count: int) -> Floats:
    """Return ``count`` points at equal distances along a polyline of n x k."""
    steps = np.hypot.reduce(np.diff(curve, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, along[-1], count)
    columns = [np.interp(wanted, along, curve[:, k]) for k in range(curve.shape[1])]
    return np.stack(columns, axis=1).astype(np.float32)
