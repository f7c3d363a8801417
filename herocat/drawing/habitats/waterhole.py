"""A waterhole in trampled earth, bare trees behind it."""

import numpy as np

from herocat.drawing import leafage, plants, stones, terrain, trees
from herocat.drawing.canvas import Canvas
from herocat.drawing.curves import Floats
from herocat.drawing.habitats.savanna import ACACIA, BUSH, STRAW, WOOD
from herocat.drawing.leafage import Leaves
from herocat.drawing.noise import look_up, tile
from herocat.drawing.plants import Sward
from herocat.drawing.spots import patches
from herocat.drawing.terrain import Ridge
from herocat.drawing.trees import Limb

_MUD = ((0.58, 0.46, 0.32), (0.66, 0.53, 0.37), (0.50, 0.39, 0.27))
_GREY = ((0.44, 0.40, 0.36), (0.52, 0.47, 0.42), (0.36, 0.32, 0.28))
_PEBBLES = ((0.56, 0.47, 0.36), (0.48, 0.39, 0.30), (0.64, 0.55, 0.44))
_STONES = (  # right, away, size; metres
    (-5.2, 12.6, 0.9),
    (-4.4, 12.1, 0.5),
    (5.2, 11.4, 0.7),
    (4.6, 6.9, 0.55),
    (3.9, 6.4, 0.3),
    (-4.0, 6.6, 0.4),
)
_WAVES = tile(np.random.default_rng(35), 256, 8, 3)


def waterhole(canvas: Canvas) -> None:
    """Paint the waterhole."""
    width = canvas.width
    terrain.hills(canvas, Ridge((0.45, 0.45, 0.44), 300, 0.05, 4))
    terrain.floor(canvas, _MUD, patch=3.0, contrast=0.24)
    _plain(canvas)
    for x, away, tall in ((0.30, 55.0, 8.0), (0.70, 44.0, 7.0), (0.91, 36.0, 8.5)):
        _bare(canvas, x * width, away, tall)
    trees.acacia(canvas, 0.10 * width, 33, 7.2, wood=WOOD, green=ACACIA)
    high = Sward(STRAW, 0.40, 0.010, clumped=0.35)
    plants.grass(canvas, high, count=3200, near=17, far=70, where=patches(33, 3.0, 0.40))
    terrain.water(canvas, _pool, (0.34, 0.32, 0.28), shore=(0.36, 0.27, 0.19), edge=0.16)
    grey = stones.weathered("8f7d6b", "53473c")
    for right, away, size in _STONES:
        stones.stone(canvas, right, away, size, grey)
    stones.pebbles(canvas, _PEBBLES, count=900, near=1.6, far=16, size=0.06, where=_dry)
    growing = patches(37, 0.7, 0.26)
    plants.grass(
        canvas,
        Sward(STRAW, 0.26, 0.005, clumped=0.15),
        count=2600,
        near=1.75,
        far=6.5,
        where=lambda right, away: growing(right, away) * _dry(right, away),
    )


def _plain(canvas: Canvas) -> None:
    rng, width = canvas.rng, canvas.width
    for away in np.sort(rng.uniform(70, 160, 34))[::-1]:
        x = float(rng.uniform(0, 1)) * width
        if rng.random() < 0.45:
            trees.flat_topped(canvas, x, float(away), wood=WOOD, green=ACACIA)
        else:
            size = float(rng.uniform(1.5, 4))
            leafage.bush(canvas, x, float(away), (size, size * 0.5), Leaves(BUSH, 0.10, 5, 40))


def _pool(right: Floats, away: Floats) -> Floats:
    wave = 0.16 * look_up(_WAVES, right / 22, away / 22)
    result: Floats = 1 - np.hypot((right + 0.8) / 6.4, (away - 9.6) / 3.9) + wave
    return result


def _dry(right: Floats, away: Floats) -> Floats:
    return (_pool(right, away) < -0.10).astype(np.float32)


def _bare(canvas: Canvas, x: float, away: float, tall: float) -> None:
    """Put up a dead tree."""
    high = tall * canvas.view.metre(away)
    foot = np.array([x, canvas.view.row(away)])
    lean = float(canvas.rng.normal(0, 0.08))
    stem = Limb(foot, lean, 0.36 * high, 0.06 * high, away, _GREY, spread=0.5)
    for _ in trees.branches(canvas, stem, 5):
        pass
