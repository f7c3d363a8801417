"""A sandy river bed without a river, under red cliffs, with wheel ruts, sage and juniper."""

from dataclasses import dataclass

import numpy as np

from herocat.drawing import leafage, plants, stones, terrain, trees
from herocat.drawing.canvas import Canvas
from herocat.drawing.curves import Floats
from herocat.drawing.leafage import Leaves
from herocat.drawing.noise import line
from herocat.drawing.plants import Sward
from herocat.drawing.spots import patches
from herocat.drawing.terrain import Ridge

_SAGE = ((0.50, 0.52, 0.40), (0.44, 0.47, 0.36), (0.56, 0.57, 0.46), (0.38, 0.42, 0.30))
_JUNIPER = ((0.30, 0.36, 0.22), (0.36, 0.41, 0.26), (0.26, 0.32, 0.20))
_WOOD = ((0.42, 0.34, 0.27),)
_SAND = ((0.78, 0.60, 0.44), (0.84, 0.68, 0.52), (0.70, 0.50, 0.36))
_STRAW = ((0.74, 0.64, 0.42), (0.66, 0.56, 0.36), (0.80, 0.71, 0.50))
_PEBBLES = ((0.70, 0.50, 0.38), (0.62, 0.44, 0.34), (0.78, 0.62, 0.50), (0.56, 0.46, 0.40))
_BUSHES = ((-5.2, 19), (6.2, 16), (-5.8, 13), (3.9, 10.5), (-3.6, 8.5), (2.8, 6.4))  # metres
_STONES = (
    (-3.3, 11.5, 1.5),
    (-2.5, 10.6, 0.8),
    (4.8, 12.5, 1.8),
    (3.1, 7.2, 0.6),
    (-2.35, 5.4, 0.62),
    (-1.9, 5.0, 0.3),
)


@dataclass(frozen=True, slots=True)
class _Mesa:
    """A table mountain: where its edge turns, and how high it is there, as shares."""

    tone: tuple[float, float, float]
    away: float
    high: float  # as a share of the frame's height
    turns: tuple[float, ...]  # shares of the frame's width
    heights: tuple[float, ...]


_MESAS = (
    _Mesa(
        (0.66, 0.46, 0.40),
        360,
        0.20,
        (0.0, 0.30, 0.34, 0.62, 0.70, 1.0),
        (0.35, 1.0, 0.72, 0.78, 1.0, 0.45),
    ),
    _Mesa(
        (0.72, 0.45, 0.33),
        210,
        0.12,
        (0.52, 0.60, 0.88, 1.06, 1.2, 1.3),
        (0.0, 0.75, 1.0, 0.9, 1.0, 0.6),
    ),
)
_BANDS = (0.92, 1.06, 0.98, 1.12, 0.90, 1.04, 0.96, 1.08, 1.0)  # tones of its layers


def wash(canvas: Canvas) -> None:
    """Paint the wash."""
    for mesa in _MESAS:
        _cliff(canvas, mesa)
    terrain.hills(canvas, Ridge((0.66, 0.48, 0.36), 140, 0.035, 4))
    terrain.floor(canvas, _SAND, patch=3.2, contrast=0.16)
    terrain.worn(canvas, _ruts, (0.70, 0.53, 0.38), contrast=0.15)
    _shrubs(canvas)
    stones.pebbles(canvas, _PEBBLES, count=2300, near=1.3, far=26, size=0.10, where=_beside)
    red = stones.weathered("a5704f", "6b412c")
    for right, away, size in _STONES:
        stones.stone(canvas, right, away, size, red)
    growing = patches(73, 0.9, 0.24)
    plants.grass(
        canvas,
        Sward(_STRAW, 0.28, 0.005, clumped=0.18),
        count=4200,
        near=1.7,
        far=18,
        where=lambda right, away: growing(right, away) * (1 - _ruts(right, away)),
    )


def _shrubs(canvas: Canvas) -> None:
    rng, view, width = canvas.rng, canvas.view, canvas.width
    for away in np.sort(rng.uniform(30, 120, 46))[::-1]:
        size, x = float(rng.uniform(0.4, 1.2)), float(rng.uniform(0, 1)) * width
        kind = Leaves(_JUNIPER if rng.random() < 0.3 else _SAGE, 0.06, 5, 34)
        leafage.bush(canvas, x, float(away), (size, size * 0.5), kind)
    crown = Leaves(_JUNIPER, 0.14, 13, 90)
    for away, x, tall in ((42, 0.88, 3.6), (26, 0.07, 3.4)):
        trees.broadleaf(canvas, x * width, away, tall, wood=_WOOD, green=crown)
    turns = np.linspace(0, 2 * np.pi, 25)[:-1]
    for right, away in _BUSHES:
        metre = view.metre(away)
        x = width / 2 + right * metre
        oval = np.stack([np.cos(turns) * 0.62 + 0.2, np.sin(turns) * 0.10], 1) * metre
        canvas.shape(oval + np.array([x, view.row(away)]), (0.42, 0.31, 0.24), 0.1, away)
        leafage.bush(canvas, x, away, (0.55, 0.32), Leaves(_SAGE, 0.035, 9, 70))


def _cliff(canvas: Canvas, mesa: _Mesa) -> None:
    """Raise a table mountain in layers, cracked from its edge down."""
    view, rng = canvas.view, canvas.rng
    width, height = view.size
    count = 240
    x = np.linspace(mesa.turns[0] - 0.1, mesa.turns[-1] + 0.1, count) * width
    plateau = np.interp(x / width, mesa.turns, mesa.heights)
    top = view.level - height * mesa.high * (plateau + 0.05 * line(rng, count, 30, 3))
    drop = view.level + 4 - top
    corners = [[x[-1], view.level + 5], [x[0], view.level + 5]]
    for number, band in enumerate(_BANDS):
        wobble = drop * 0.02 * line(rng, count, 40, 3) * (number > 0)
        upper = top + drop * (number / len(_BANDS)) ** 1.35 + wobble
        outline = np.concatenate([np.stack([x, upper], 1), corners])
        canvas.shape(outline, np.asarray(mesa.tone) * band, 0.65, mesa.away)
    cracks = rng.integers(0, count - 1, 170)
    start = top[cracks] + drop[cracks] * rng.uniform(0.0, 0.5, 170)
    long = drop[cracks] * rng.uniform(0.06, 0.3, 170)
    thin = width * rng.uniform(0.0006, 0.003, 170)
    left = np.stack([x[cracks] - thin, start], 1)
    right = left + np.stack([2 * thin, 0 * thin], 1)
    tip = np.stack([x[cracks] + rng.normal(0, 1, 170) * thin, start + long], 1)
    shade = rng.random(170) < 0.6
    colours = np.asarray(mesa.tone) * np.where(shade, 0.72, 1.14)[:, None]
    outline = np.stack([left, right, tip], 1).astype(np.float32)
    canvas.shapes(outline, colours, np.where(shade, 0.1, 0.9), np.full(170, mesa.away))


def _ruts(right: Floats, away: Floats) -> Floats:
    """Return how worn the sand is by wheels, from below to the gap in the cliffs."""
    middle = -0.9 + 0.10 * away + 0.35 * np.sin(away / 6)
    return np.clip(1.6 - np.abs(np.abs(right - middle) - 0.75) / 0.16, 0, 1)


def _beside(right: Floats, away: Floats) -> Floats:
    return 1 - 0.9 * _ruts(right, away)
