"""A ridge in snow: mountains, firs, drifts, a few dry stalks."""

import numpy as np

from herocat.drawing import plants, stones, terrain, timber, trees
from herocat.drawing.canvas import Canvas
from herocat.drawing.plants import Sward
from herocat.drawing.spots import dapple, patches
from herocat.drawing.terrain import Ridge

_FIR = ((0.20, 0.29, 0.22), (0.24, 0.33, 0.25), (0.17, 0.25, 0.20), (0.27, 0.35, 0.25))
_FAR_FIR = ((0.30, 0.39, 0.37), (0.34, 0.43, 0.40), (0.27, 0.36, 0.34))
_SNOW = ((0.90, 0.92, 0.96), (0.94, 0.95, 0.97), (0.84, 0.88, 0.95))
_STALKS = ((0.62, 0.55, 0.42), (0.52, 0.46, 0.36), (0.70, 0.63, 0.50))
_CHAINS = (
    Ridge((0.50, 0.56, 0.66), 360, 0.30, 3.4, rugged=6, snow=(0.88, 0.91, 0.96)),
    Ridge((0.38, 0.46, 0.52), 230, 0.14, 4.0, trees=0.012),
    Ridge((0.30, 0.38, 0.41), 150, 0.075, 5.0, trees=0.018),
)
_FIRS = (  # metres away, share of the width, height in metres
    (34, 0.07, 11),
    (30, 0.20, 8),
    (28, 0.90, 11),
    (24, 0.77, 7.0),
    (21, 0.985, 9.5),
    (19, 0.02, 9),
)
_STONES = ((-2.5, 8.2, 1.1), (-1.8, 7.6, 0.5), (3.4, 9.4, 1.3), (2.9, 5.2, 0.45))


def ridge(canvas: Canvas) -> None:
    """Paint the ridge."""
    rng, width = canvas.rng, canvas.width
    for chain in _CHAINS:
        terrain.hills(canvas, chain)
    drifts = dapple(51, 3.2, 0.78)
    terrain.floor(canvas, _SNOW, patch=2.6, contrast=0.035, sun=drifts, shade=(-0.05, -0.02, 0.035))
    for away in np.sort(rng.uniform(42, 110, 48))[::-1]:
        x, tall = float(rng.uniform(-0.02, 1.02)) * width, float(rng.uniform(7, 13))
        green = _FAR_FIR if away > 75 else _FIR
        trees.conifer(canvas, x, float(away), tall, green, snow=0.5, wide=0.17)
    for away, x, tall in _FIRS:
        trees.conifer(canvas, x * width, away, tall, _FIR, snow=0.62, wide=0.19)
    capped = stones.weathered("75757a", "43444a", "eef1f6")
    for right, away, size in _STONES:
        stones.stone(canvas, right, away, size, capped)
    trees.conifer(canvas, 0.86 * width, 9.0, 2.4, _FIR, snow=0.6, wide=0.26)
    trees.conifer(canvas, 0.135 * width, 7.4, 1.5, _FIR, snow=0.6, wide=0.28)
    dry = Sward(_STALKS, 0.30, 0.005, clumped=0.16)
    plants.grass(canvas, dry, count=1500, near=1.9, far=14, where=patches(53, 0.8, 0.20))
    timber.standing(canvas, 0.975, 3.6, 0.34, timber.bark("705d4c", "34291f"))
    for y in (0.05, 0.15):
        _bough(canvas, y)


def _bough(canvas: Canvas, y: float) -> None:
    """Let a bough of the near fir hang into the frame, loaded with snow."""
    rng, width = canvas.rng, canvas.width
    count = canvas.many(150)
    share = np.sort(rng.random(count))
    length = width * float(rng.uniform(0.13, 0.20))
    x = width * 0.965 - share * length
    row = y * width + share**1.6 * length * 0.42 + rng.normal(0, 0.004, count) * width
    place = np.stack([x, row], 1)
    slant = rng.normal(0.9, 0.5, count)
    long = width * 0.018 * (1.15 - share) * rng.uniform(0.6, 1.2, count)
    turn = np.stack([-np.sin(slant), np.cos(slant)], 1) * long[:, None]
    fat = np.stack([np.cos(slant), np.sin(slant)], 1) * (long * 0.16)[:, None]
    needles = np.stack([place - fat, place + turn, place + fat, place - turn * 0.3], 1)
    colours = plants.mixed(rng, _FIR, count, 0.08)
    far = np.full(count, 3.3)
    canvas.shapes(needles.astype(np.float32), colours, rng.uniform(0.2, 0.8, count), far)
    keep = rng.random(count) < 0.45
    blob = (long * 0.42)[keep]
    turns = np.linspace(0, 2 * np.pi, 9)[:-1]
    ring = np.stack([np.cos(turns), np.sin(turns) * 0.5], 1)
    lumps = (place[keep] - np.stack([0 * blob, blob * 0.25], 1))[:, None]
    lumps = lumps + ring[None] * blob[:, None, None]
    white = plants.mixed(rng, _SNOW, len(blob), 0.02)
    light = rng.uniform(0.5, 0.95, len(blob))
    canvas.shapes(lumps.astype(np.float32), white, light, far[: len(blob)])
