"""Statistics of orders, from tables: how many photos have each pair of levels of two raters.

Every function takes many tables at once, ``(tables, levels of the first, levels of the second)``,
and returns a number for each: a thousand resamples in one go.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

TOP = 0.1  # the share of the photos that counts as the top


def levels(scores: Floats, most: int) -> Whole:
    """Return scores as whole numbers in the same order, with at most so many different ones."""
    _, level, counts = np.unique(scores, return_inverse=True, return_counts=True)
    if len(counts) <= most:
        return level.astype(np.int64)
    middle = np.cumsum(counts) - counts / 2
    return (middle * most / len(scores)).astype(np.int64)[level]


def divided(above: Floats, below: Floats) -> Floats:
    """Divide; what is divided by nothing is undefined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: Floats = np.where(below > 1e-9, above / below, np.nan)
    return quotient


def _spearman(tables: Floats) -> Floats:
    """Return the correlation of ranks, equals on their mean rank."""
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    n = rows.sum(axis=1)
    x = np.cumsum(rows, axis=1) - rows / 2 - n[:, None] / 2
    y = np.cumsum(columns, axis=1) - columns / 2 - n[:, None] / 2
    together = np.einsum("bu,buv,bv->b", x, tables, y, optimize=True)
    return divided(together, np.sqrt((rows * x * x).sum(axis=1) * (columns * y * y).sum(axis=1)))


def _kendall(tables: Floats) -> Floats:
    """Return Kendall's tau-b."""
    same, opposite = _concordance(tables)
    n = tables.sum(axis=(1, 2))
    pairs = n * (n - 1) / 2
    free = [pairs - (side * (side - 1) / 2).sum(axis=1) for side in _margins(tables)]
    return divided(same - opposite, np.sqrt(np.maximum(free[0], 0) * np.maximum(free[1], 0)))


def _margins(tables: Floats) -> tuple[Floats, Floats]:
    return tables.sum(axis=2), tables.sum(axis=1)


def _concordance(tables: Floats) -> tuple[Floats, Floats]:
    """Return how many pairs both put in the same order, and how many in the opposite one."""
    below = np.cumsum(np.cumsum(tables, axis=1), axis=2)
    # Of the photos of a lower level by the first: those lower by the second, too; those higher.
    lower = np.zeros_like(tables)
    lower[:, 1:, 1:] = below[:, :-1, :-1]
    higher = np.zeros_like(tables)
    higher[:, 1:, :] = below[:, :-1, -1:] - below[:, :-1, :]
    return (tables * lower).sum(axis=(1, 2)), (tables * higher).sum(axis=(1, 2))


def ordered(tables: Floats) -> Floats:
    """Return of the pairs that the second orders: those the first orders alike, and all of them."""
    same, opposite = _concordance(tables)
    rows = tables.sum(axis=2)
    tied = ((rows * rows).sum(axis=1) - (tables * tables).sum(axis=(1, 2))) / 2
    return np.stack([same + tied / 2, same + opposite + tied], axis=-1)


def _top_overlap(tables: Floats) -> Floats:
    """Return which share of the first's top is in the second's; equals at the edge count in part."""
    rows, columns = _margins(tables)
    size = np.maximum(1, np.rint(TOP * rows.sum(axis=1)))[:, None]
    inside = [
        np.clip((size - (np.cumsum(side[:, ::-1], axis=1)[:, ::-1] - side)), 0, side)
        / np.maximum(side, 1)
        for side in (rows, columns)
    ]
    both = np.einsum("bu,buv,bv->b", inside[0], tables, inside[1], optimize=True)
    return divided(both, size[:, 0])


STATISTICS: Mapping[str, Callable[[Floats], Floats]] = {
    "spearman": _spearman,
    "kendall": _kendall,
    "top_overlap": _top_overlap,
}
