"""A slow river between reeds and willows, seen from a flat bank."""

import numpy as np

from herocat.drawing import leafage, plants, stones, terrain, trees
from herocat.drawing.canvas import Canvas
from herocat.drawing.curves import Floats
from herocat.drawing.habitats.clearing import GREEN, HAZY
from herocat.drawing.leafage import Leaves
from herocat.drawing.noise import look_up, tile
from herocat.drawing.plants import Sward
from herocat.drawing.spots import patches
from herocat.drawing.terrain import Ridge

_REED = ((0.52, 0.54, 0.28), (0.60, 0.58, 0.33), (0.44, 0.50, 0.24), (0.66, 0.60, 0.38))
_WILLOW = ((0.50, 0.56, 0.32), (0.44, 0.51, 0.28), (0.56, 0.61, 0.38), (0.38, 0.46, 0.25))
_WOOD = ((0.34, 0.30, 0.24), (0.40, 0.36, 0.28))
_BANK = ((0.42, 0.44, 0.24), (0.38, 0.46, 0.20), (0.50, 0.45, 0.30))
_PEBBLES = ((0.52, 0.50, 0.43), (0.44, 0.41, 0.34), (0.60, 0.57, 0.50))
_STONES = ((-1.9, 7.6, 0.5), (-1.35, 7.2, 0.3), (2.3, 8.6, 0.6), (0.4, 12.5, 0.4))
_STANDS = (  # of reeds beyond: share of the width, metres away, spread
    (0.05, 17.5, 0.9),
    (0.22, 18.5, 1.0),
    (0.42, 18, 0.8),
    (0.63, 18.5, 1.1),
    (0.86, 17, 1.0),
    (0.99, 14, 0.9),
)
_WAVES = tile(np.random.default_rng(45), 256, 8, 3)


def river(canvas: Canvas) -> None:
    """Paint the river."""
    terrain.hills(canvas, Ridge((0.44, 0.52, 0.42), 240, 0.055, 3, trees=0.006))
    terrain.floor(canvas, _BANK, patch=1.6)
    _willows(canvas)
    terrain.water(canvas, _stream, (0.26, 0.31, 0.27), shore=(0.30, 0.27, 0.19), edge=0.10)
    for x, away, spread in _STANDS:
        right = (x - 0.5) * canvas.width / canvas.view.metre(away)
        plants.reeds(canvas, _REED, right=right, away=away, spread=spread, tall=1.5, count=330)
    mossy = stones.weathered("87857c", "4b4a43", "5f6a35")
    for right, away, size in _STONES:
        stones.stone(canvas, right, away, size, mossy, flat=0.5)
    plants.reeds(canvas, _REED, right=2.33, away=5.8, spread=0.34, tall=1.35, count=230)
    growing = patches(47, 0.8, 0.62)
    plants.grass(
        canvas,
        Sward((*GREEN, (0.55, 0.56, 0.30)), 0.20, 0.005, clumped=0.12),
        count=6000,
        near=1.6,
        far=6.5,
        where=lambda right, away: growing(right, away) * (_stream(right, away) < -0.06),
    )
    stones.pebbles(canvas, _PEBBLES, count=500, near=1.6, far=6, size=0.05, where=_shore)
    plants.reeds(canvas, _REED, right=-1.15, away=2.4, spread=0.10, tall=0.8, count=60)


def _willows(canvas: Canvas) -> None:
    rng, width = canvas.rng, canvas.width
    far, near = Leaves(HAZY, 0.14, 13, 90, 0.55), Leaves(_WILLOW, 0.14, 13, 90, 0.5)
    for away in np.sort(rng.uniform(45, 120, 26))[::-1]:
        tall, x = float(rng.uniform(6, 12)), float(rng.uniform(0, 1)) * width
        green = far if away > 70 else near
        trees.broadleaf(canvas, x, float(away), tall, wood=_WOOD, green=green)
    for x in np.linspace(0, 1, 15) + rng.normal(0, 0.02, 15):
        size = float(rng.uniform(1.2, 2.2))
        kind = Leaves(_WILLOW, 0.07, 7, 55)
        leafage.bush(canvas, float(x) * width, 34, (size, size * 0.55), kind)
    trees.broadleaf(canvas, 0.13 * width, 27, 8.5, wood=_WOOD, green=near)
    trees.broadleaf(canvas, 0.93 * width, 24, 7.5, wood=_WOOD, green=near)


def _stream(right: Floats, away: Floats) -> Floats:
    wave = 0.5 * look_up(_WAVES, right / 14, away / 14)
    bend = 0.34 * np.maximum(right, -1.5) + 0.05 * np.maximum(right, 0) ** 2
    return np.minimum(away - 3.5 - bend - wave, (19 + wave - away) / 3)


def _shore(right: Floats, away: Floats) -> Floats:
    depth = _stream(right, away)
    return ((depth > -0.25) & (depth < 0.02)).astype(np.float32)
