"""A wide meadow with flowers and an old fence, woods behind woods at its end."""

import numpy as np

from herocat.drawing import plants, terrain, timber, trees
from herocat.drawing.canvas import Canvas
from herocat.drawing.habitats.clearing import GREEN, HAZY
from herocat.drawing.leafage import Leaves
from herocat.drawing.plants import Sward
from herocat.drawing.spots import patches
from herocat.drawing.terrain import Ridge

_HAY = (
    (0.52, 0.56, 0.26),
    (0.60, 0.60, 0.31),
    (0.45, 0.51, 0.23),
    (0.66, 0.62, 0.38),
    (0.56, 0.50, 0.28),
)
_SOIL = ((0.48, 0.52, 0.25), (0.55, 0.55, 0.30), (0.42, 0.47, 0.22))
_WOOD = ((0.34, 0.30, 0.24), (0.40, 0.35, 0.28))
_BLOSSOM = ((0.92, 0.90, 0.84), (0.94, 0.82, 0.34), (0.72, 0.52, 0.76))
_CHAINS = tuple(
    Ridge((tone * 0.86, tone, tone * 0.82), away, high, 3.5, trees=0.012)
    for away, high, tone in ((300, 0.11, 0.50), (210, 0.085, 0.45), (150, 0.065, 0.40))
)
_POSTS = ((-7.2, 8.48), (-4.9, 9.13), (-2.6, 9.77))  # right, away; metres
PERCH = (2.15, 5.6)  # the near post, on which owls sit


def meadow(canvas: Canvas) -> None:
    """Paint the meadow."""
    rng, width = canvas.rng, canvas.width
    for chain in _CHAINS:
        terrain.hills(canvas, chain)
    terrain.floor(canvas, _SOIL, patch=3.0, contrast=0.2)
    far, near = Leaves(HAZY, 0.14, 13, 90, 0.55), Leaves(GREEN, 0.14, 13, 90)
    for away in np.sort(rng.uniform(75, 125, 34))[::-1]:
        x, tall = float(rng.uniform(-0.02, 1.02)) * width, float(rng.uniform(7, 14))
        trees.broadleaf(canvas, x, float(away), tall, wood=_WOOD, green=far)
    trees.broadleaf(canvas, 0.20 * width, 52, 12, wood=_WOOD, green=near)
    trees.broadleaf(canvas, 0.86 * width, 62, 11, wood=_WOOD, green=near)
    high = Sward(_HAY, 0.36, 0.008, clumped=0.22)
    plants.grass(canvas, high, count=11_000, near=6.0, far=70, where=patches(61, 3.0, 0.7))
    _blossom(canvas, 10, 26)
    for right, away in _POSTS:
        timber.post(canvas, right, away, 1.15)
    _blossom(canvas, PERCH[1], 10)
    timber.post(canvas, *PERCH, 1.12)
    _blossom(canvas, 2.2, PERCH[1])
    middle = Sward(_HAY, 0.30, 0.005, clumped=0.15)
    plants.grass(canvas, middle, count=9000, near=2.1, far=7.0, where=patches(65, 1.2, 0.62))
    _blossom(canvas, 1.5, 3.4)
    short = Sward(_HAY, 0.26, 0.004, clumped=0.10)
    plants.grass(canvas, short, count=3000, near=1.2, far=2.3, where=patches(67, 0.5, 0.42))


def _blossom(canvas: Canvas, near: float, far: float) -> None:
    """Strew flowers between two distances, as many as the picture has room for."""
    view = canvas.view
    count = 6200 * (view.row(near) - view.row(far)) / view.size[1]
    size = (0.36, 0.026) if near > 2 else (0.28, 0.017)
    where = patches(63, 2.0, 0.42)
    plants.flowers(canvas, _BLOSSOM, count=count, near=near, far=far, size=size, where=where)
