"""A savanna: golden grass to the far hills, acacias, a termite mound."""

import numpy as np

from herocat.drawing import leafage, plants, stones, terrain, trees
from herocat.drawing.canvas import Canvas
from herocat.drawing.leafage import Leaves
from herocat.drawing.plants import Sward
from herocat.drawing.sculpture import Stance, Tube
from herocat.drawing.spots import patches
from herocat.drawing.terrain import Ridge

STRAW = (
    (0.74, 0.62, 0.34),
    (0.66, 0.54, 0.28),
    (0.80, 0.69, 0.42),
    (0.60, 0.52, 0.27),
    (0.70, 0.60, 0.30),
)
ACACIA = ((0.36, 0.42, 0.18), (0.44, 0.48, 0.22), (0.30, 0.37, 0.16), (0.50, 0.52, 0.26))
BUSH = ((0.42, 0.42, 0.24), (0.50, 0.48, 0.28), (0.36, 0.38, 0.20))
WOOD = ((0.34, 0.28, 0.22), (0.40, 0.33, 0.25), (0.28, 0.23, 0.18))
_SOIL = ((0.70, 0.58, 0.32), (0.78, 0.67, 0.41), (0.60, 0.45, 0.29))
_CONES = (  # of the mound: right, away, height, width; metres
    (0.0, 0.0, 1.75, 0.62),
    (-0.42, -0.2, 0.95, 0.45),
    (0.40, -0.25, 0.75, 0.42),
    (0.1, -0.45, 0.5, 0.45),
)


def savanna(canvas: Canvas) -> None:
    """Paint the savanna."""
    rng, width = canvas.rng, canvas.width
    terrain.hills(canvas, Ridge((0.46, 0.50, 0.52), 330, 0.092, 3.2))
    terrain.hills(canvas, Ridge((0.47, 0.50, 0.42), 210, 0.040, 5, trees=0.004))
    terrain.floor(canvas, _SOIL, patch=4.0, contrast=0.20)
    for away in np.sort(rng.uniform(95, 220, 30))[::-1]:
        x = float(rng.uniform(0, 1)) * width
        trees.flat_topped(canvas, x, float(away), wood=WOOD, green=ACACIA)
    for away, x, tall in ((78, 0.42, 6.5), (64, 0.16, 7.5), (52, 0.58, 6.0)):
        trees.acacia(canvas, x * width, away, tall, wood=WOOD, green=ACACIA)
    for away in np.sort(rng.uniform(24, 70, 16))[::-1]:
        size = float(rng.uniform(0.5, 1.3))
        kind = Leaves(BUSH, 0.05, 6, 45)
        x = float(rng.uniform(0, 1)) * width
        leafage.bush(canvas, x, float(away), (size, size * 0.6), kind)
    trees.acacia(canvas, 0.83 * width, 27, 6.6, wood=WOOD, green=ACACIA)
    _grass(canvas)


def _grass(canvas: Canvas) -> None:
    high = Sward(STRAW, 0.42, 0.008, clumped=0.25, lean=0.12)
    plants.grass(canvas, high, count=9000, near=5.5, far=75, where=patches(23, 2.2, 0.62))
    _mound(canvas)
    stones.stone(canvas, 2.6, 7.6, 0.5, stones.weathered("9a8672", "5b4c3e"))
    middle = Sward(STRAW, 0.40, clumped=0.20, lean=0.12)
    plants.grass(canvas, middle, count=6500, near=2.6, far=8.0, where=patches(27, 1.0, 0.46))
    short = Sward(STRAW, 0.34, 0.004, clumped=0.13, lean=0.10)
    plants.grass(canvas, short, count=1900, near=1.55, far=2.8, where=patches(29, 0.5, 0.34))


def _mound(canvas: Canvas) -> None:
    """Build a termite mound: a steeple with smaller ones around its foot."""
    tubes = []
    for x, y, tall, wide in _CONES:
        levels = np.array([-0.05, 0.22, 0.5, 0.78, 1.0]) * tall
        lean = 0.05 * tall * np.sin(levels * 4 + 5 * x)
        spine = np.stack([x + lean, y + 0.4 * lean, levels], 1).astype(np.float32)
        radius = wide * np.array([1.0, 0.72, 0.50, 0.33, 0.12], np.float32)
        up = (0.3, -1.0, 0.0)
        tubes.append(Tube("mound", spine, radius, radius, up, blend=0.12, cap=0.1, ring=24))
    canvas.body(tubes, stones.weathered("a0694a", "744a31"), Stance(-4.7, 13.5, 0))
    for away in (12.4, 12.1):
        plants.reeds(
            canvas, STRAW, right=-4.7, away=away, spread=0.55, tall=0.30, count=130, heads=0
        )
