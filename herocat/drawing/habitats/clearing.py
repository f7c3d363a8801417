"""A clearing under beeches in summer: ferns, a mossy log, sun through the leaves."""

import numpy as np

from herocat.drawing import leafage, plants, terrain, timber
from herocat.drawing.canvas import Canvas
from herocat.drawing.habitats.woods import Depths, boughs, canopy, far_wood, tree
from herocat.drawing.leafage import Leaves
from herocat.drawing.plants import Sward
from herocat.drawing.sculpture import Stance
from herocat.drawing.spots import Where, dapple, patches

GREEN = (
    (0.33, 0.42, 0.16),
    (0.42, 0.50, 0.18),
    (0.26, 0.36, 0.14),
    (0.48, 0.54, 0.22),
    (0.36, 0.46, 0.22),
)
HAZY = ((0.48, 0.56, 0.26), (0.55, 0.62, 0.30), (0.43, 0.52, 0.24), (0.60, 0.65, 0.34))
_FERN = ((0.40, 0.52, 0.18), (0.34, 0.47, 0.16), (0.46, 0.55, 0.22))
_FALLEN = ((0.42, 0.32, 0.19), (0.50, 0.39, 0.23), (0.35, 0.27, 0.17), (0.54, 0.44, 0.28))
_SOIL = ((0.36, 0.30, 0.19), (0.35, 0.42, 0.17), (0.48, 0.40, 0.25))
_WOOD = ((0.40, 0.37, 0.29), (0.45, 0.42, 0.33), (0.35, 0.35, 0.25))
_DEPTHS = Depths(
    wood=((0.42, 0.40, 0.29), (0.36, 0.35, 0.25)),
    thick=(0.18, 0.36),
    poles=0.8,
    bushes=1.0,
    under=Leaves(HAZY, 0.09, 6, 60, 0.62),
    crowns=Leaves(HAZY, 0.10, 7, 60, 0.65),
    low=0.35,
)
_BEECHES = (
    (0.145, 27, 0.5),
    (0.825, 23, 0.55),
    (0.655, 20, 0.36),
    (0.325, 17, 0.5),
    (0.905, 13.5, 0.5),
)
_FERNS = (
    (0.43, 16),
    (0.24, 14),
    (0.76, 12),
    (0.17, 9),
    (0.90, 8),
    (0.58, 7.4),
    (0.09, 5.2),
    (0.82, 4.6),
    (0.02, 4.0),
)


def clearing(canvas: Canvas) -> None:
    """Paint the clearing."""
    sun = dapple(5, 1.3, 0.42)
    terrain.backdrop(canvas, (0.46, 0.55, 0.24), (0.80, 0.84, 0.56), 90)
    terrain.floor(canvas, _SOIL, sun=sun)
    far_wood(canvas, ((75, 20), (55, 18), (40, 14)), _DEPTHS)
    plants.litter(canvas, _FALLEN, count=6000, size=0.045, near=1.0, far=24, sun=sun)
    _beeches(canvas)
    _undergrowth(canvas, sun)
    timber.standing(canvas, 0.965, 3.4, 0.44, timber.bark("6d6353", "2f2a22", "5d6e2c"))
    canopy(canvas, (0.0, 1.0), 7, Leaves(GREEN, 0.05, 6, 70))
    short = Sward(GREEN, 0.17, 0.005, clumped=0.10)
    plants.grass(
        canvas, short, count=2600, near=1.15, far=2.6, sun=sun, where=patches(9, 0.35, 0.36)
    )


def _beeches(canvas: Canvas) -> None:
    rng = canvas.rng
    crown, bush = Leaves(GREEN, 0.05, 8, 80), Leaves(GREEN, 0.045, 7, 60)
    for x, away, thick in _BEECHES:
        at = tree(canvas, x, away, thick, _WOOD)
        boughs(canvas, at, away, 3, crown, low=0.2)
        for side in (-1, 1):
            beside = at + side * float(rng.uniform(0.4, 1.6)) * canvas.view.metre(away)
            leafage.bush(canvas, beside, away, (0.7, 0.42), bush)
    timber.standing(canvas, 0.05, 10.5, 0.62, timber.bark("7a7160", "3a342b", "6a7a3a"))


def _undergrowth(canvas: Canvas, sun: Where) -> None:
    tall = Sward((*GREEN, (0.55, 0.55, 0.28)), 0.20, clumped=0.13)
    plants.grass(canvas, tall, count=12_000, near=1.9, far=26, sun=sun, where=patches(7, 1.1, 0.42))
    timber.log(canvas, Stance(1.70, 6.6, -24), length=3.2, radius=0.20)
    for x, away in _FERNS:
        right = (x - 0.5) * canvas.width / canvas.view.metre(away)
        light = float(sun(np.array([right]), np.array([away]))[0])
        leafage.fern(canvas, x * canvas.width, away, 0.62, _FERN, sunlit=0.3 + 0.5 * light)
