"""What two woods have in common: trees behind trees until leaves are all there is."""

from dataclasses import dataclass

import numpy as np

from herocat.drawing import leafage, timber
from herocat.drawing.canvas import Canvas
from herocat.drawing.leafage import Leaves
from herocat.drawing.plants import Palette


@dataclass(frozen=True, slots=True)
class Depths:
    """The trees far back in a wood."""

    wood: Palette
    thick: tuple[float, float]  # of trunks, metres, from and to
    poles: float  # share of places that have a trunk
    bushes: float  # share of places that have a bush
    under: Leaves
    crowns: Leaves
    low: float  # how far down crowns hang, as a share of the horizon's height


def far_wood(canvas: Canvas, rows: tuple[tuple[float, int], ...], kind: Depths) -> None:
    """Paint rows of trees, each at a distance in metres with a number of places."""
    view, rng, width = canvas.view, canvas.rng, canvas.width
    for away, count in rows:
        metre = view.metre(away)
        for share in rng.permutation(np.linspace(-0.03, 1.03, count)):
            x = float(share + rng.normal(0, 0.02)) * width
            if rng.random() < kind.poles:
                thick, lean = float(rng.uniform(*kind.thick)), float(rng.normal(0, 0.018))
                timber.pole(canvas, x, away, thick, kind.wood, lean=lean)
            if rng.random() < kind.bushes:
                size = float(rng.uniform(1.3, 2.5)), float(rng.uniform(0.6, 1.4))
                leafage.bush(canvas, x, away, size, kind.under)
        for share in rng.uniform(-0.05, 1.05, count // 2):
            size = float(rng.uniform(2, 3.4)) * metre, float(rng.uniform(0.8, 1.6)) * metre
            middle = float(share) * width, float(rng.uniform(-0.1, kind.low)) * view.level
            leafage.foliage(canvas, middle, size, away, kind.crowns)


def tree(canvas: Canvas, x: float, away: float, thick: float, wood: Palette) -> float:
    """Paint a trunk at a share of the width; return where it stands in pixels."""
    at = x * canvas.width
    timber.pole(canvas, at, away, thick, wood, lean=float(canvas.rng.normal(0, 0.025)))
    return at


def boughs(canvas: Canvas, x: float, away: float, count: int, kind: Leaves, *, low: float) -> None:
    """Hang boughs around a trunk at ``x`` pixels, down to a share of the horizon's height."""
    rng, view = canvas.rng, canvas.view
    metre = view.metre(away)
    for _ in range(count):
        middle = x + float(rng.normal(0, 1.5)) * metre, float(rng.uniform(-0.12, low)) * view.level
        size = float(rng.uniform(1.2, 1.9)) * metre, 0.75 * metre
        leafage.foliage(canvas, middle, size, away, kind)


def canopy(canvas: Canvas, shares: tuple[float, float], count: int, kind: Leaves) -> None:
    """Let near boughs hang into the upper edge between two shares of the width."""
    width = canvas.width
    for share in canvas.rng.uniform(*shares, count):
        middle = float(share) * width, float(canvas.rng.uniform(-0.05, 0.006)) * width
        leafage.foliage(canvas, middle, (0.095 * width, 0.046 * width), 8, kind)
