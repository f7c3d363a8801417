"""A birch wood in autumn, with a trail that winds off between the trees."""

import numpy as np

from herocat.drawing import leafage, plants, stones, terrain, timber
from herocat.drawing.canvas import Canvas
from herocat.drawing.curves import Floats
from herocat.drawing.habitats.woods import Depths, boughs, canopy, far_wood, tree
from herocat.drawing.leafage import Leaves
from herocat.drawing.plants import Sward
from herocat.drawing.spots import dapple, patches

_GOLD = (
    (0.80, 0.55, 0.14),
    (0.86, 0.64, 0.20),
    (0.74, 0.42, 0.12),
    (0.66, 0.34, 0.12),
    (0.84, 0.70, 0.32),
)
_FALLEN = (
    (0.66, 0.40, 0.16),
    (0.74, 0.50, 0.20),
    (0.56, 0.30, 0.14),
    (0.48, 0.33, 0.20),
    (0.80, 0.60, 0.28),
    (0.62, 0.24, 0.13),
)
_DRY = ((0.62, 0.52, 0.30), (0.54, 0.46, 0.28), (0.50, 0.48, 0.26))
_FERN = ((0.62, 0.42, 0.16), (0.68, 0.52, 0.22))
_SOIL = ((0.50, 0.33, 0.18), (0.60, 0.42, 0.22), (0.42, 0.36, 0.20))
_WOOD = ((0.80, 0.77, 0.68), (0.70, 0.66, 0.58))
_DEPTHS = Depths(
    wood=((0.74, 0.70, 0.60), (0.62, 0.58, 0.48)),
    thick=(0.14, 0.30),
    poles=1.0,
    bushes=0.75,
    under=Leaves(np.asarray(_GOLD) * 0.55 + np.array((0.42, 0.36, 0.22)), 0.09, 6, 55, 0.66),
    crowns=Leaves(np.asarray(_GOLD) * 0.7 + np.array((0.25, 0.21, 0.10)), 0.10, 7, 60, 0.62),
    low=0.45,
)
_FAR = ((0.20, 30.0, 0.34), (0.72, 25.0, 0.32), (0.36, 21.0, 0.30), (0.86, 18.0, 0.36))
_NEAR = ((0.115, 9.5, 0.30), (0.80, 7.4, 0.27), (0.925, 12.0, 0.3))
_FERNS = ((0.30, 13), (0.68, 9), (0.16, 6.0), (0.90, 4.8))


def birchwood(canvas: Canvas) -> None:
    """Paint the wood."""
    sun = dapple(15, 1.8, 0.50)
    terrain.backdrop(canvas, (0.74, 0.62, 0.34), (0.93, 0.86, 0.64), 95)
    terrain.floor(canvas, _SOIL, sun=sun)
    far_wood(canvas, ((80, 22), (58, 18), (42, 13)), _DEPTHS)
    terrain.worn(canvas, _trail, (0.52, 0.41, 0.28), contrast=0.22)
    plants.litter(
        canvas, _FALLEN, count=15_000, size=0.050, near=1.0, far=30, sun=sun, where=_unswept
    )
    _birches(canvas)
    mossy = stones.weathered("857d70", "4c463e", "6d7433")
    stones.stone(canvas, -2.0, 6.2, 0.75, mossy)
    stones.stone(canvas, -1.45, 5.7, 0.34, mossy)
    growing = patches(17, 1.2, 0.34)
    plants.grass(
        canvas,
        Sward(_DRY, 0.24, clumped=0.14),
        count=7000,
        near=2.0,
        far=26,
        sun=sun,
        where=lambda right, away: growing(right, away) * (1 - _trail(right, away)),
    )
    for x, near in _FERNS:
        leafage.fern(canvas, x * canvas.width, near, 0.55, _FERN)
    timber.standing(canvas, 0.015, 3.2, 0.34, timber.birch)
    canopy(canvas, (0.3, 1.0), 6, Leaves(_GOLD, 0.045, 6, 65))
    plants.litter(canvas, _FALLEN, count=900, size=0.055, near=0.95, far=2.4, sun=sun)


def _birches(canvas: Canvas) -> None:
    crown = Leaves(_GOLD, 0.05, 8, 75)
    for x, away, thick in _FAR:
        boughs(canvas, tree(canvas, x, away, thick, _WOOD), away, 4, crown, low=0.45)
    for x, away, thick in _NEAR:
        lean = float(canvas.rng.normal(0, 0.03))
        timber.standing(canvas, x, away, thick, timber.birch, lean=lean)


def _trail(right: Floats, away: Floats) -> Floats:
    """Return how worn the ground is by a path that comes in below and winds off."""
    bend = 1.5 * np.sin(away / 9.0 + 0.4) * np.clip(away / 9, 0.2, 1.3)
    result: Floats = np.clip(1.5 - np.abs(right - bend + 0.05) / 0.42, 0, 1)
    return result


def _unswept(right: Floats, away: Floats) -> Floats:
    return 1 - 0.72 * _trail(right, away)
