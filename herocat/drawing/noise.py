"""Noise that looks like ground, clouds and bark: smooth, tileable, the same for the same seed."""

import numpy as np
from PIL import Image

from herocat.drawing.curves import Floats


def tile(rng: np.random.Generator, size: int = 256, cells: int = 8, octaves: int = 4) -> Floats:
    """Return a square of fractal noise, mean 0 and about -1..1, whose edges fit each other."""
    total = np.zeros((size, size), np.float32)
    weight = 1.0
    for octave in range(octaves):
        count = cells << octave
        if count > size:
            break
        grid = rng.random((count, count), np.float32) * 2 - 1
        padded = Image.fromarray(np.pad(grid, 2, mode="wrap"))
        inside = (2.0, 2.0, count + 2.0, count + 2.0)
        square = size, size
        total += weight * np.asarray(padded.resize(square, Image.Resampling.BICUBIC, box=inside))
        weight *= 0.5
    spread = float(np.sqrt(np.abs(total).max() * total.std() * 2))
    return (total / (1.15 * spread)).astype(np.float32)


def look_up(noise: Floats, across: Floats, down: Floats) -> Floats:
    """Return a tile's values at places given in tiles; it repeats for ever.

    The side of a tile is a power of two: its remainder is a mask, and places are many.
    """
    size = np.int32(noise.shape[0])
    last = size - 1
    x = np.asarray(across, np.float32) * np.float32(size)
    y = np.asarray(down, np.float32) * np.float32(size)
    left, top = np.floor(x), np.floor(y)
    dx, dy = x - left, y - top
    column = left.astype(np.int32) & last
    row = (top.astype(np.int32) & last) * size
    right = (column + 1) & last
    below = (row + size) & (size * size - 1)
    flat = noise.ravel()
    upper = flat[row + column]
    upper = upper + (flat[row + right] - upper) * dx
    lower = flat[below + column]
    lower = lower + (flat[below + right] - lower) * dx
    result: Floats = (upper + (lower - upper) * dy).astype(np.float32)
    return result


def line(rng: np.random.Generator, count: int, cells: float, octaves: int = 5) -> Floats:
    """Return noise along a line, about -1..1: the outline of hills, the wander of a path."""
    places = np.linspace(0, 1, count)
    total = np.zeros(count)
    weight = 1.0
    for octave in range(octaves):
        knots = max(2, round(cells * 2**octave)) + 3
        values = rng.random(knots) * 2 - 1
        at = places * (knots - 3)
        whole = np.minimum(at.astype(int), knots - 3)
        share = at - whole
        share = share * share * (3 - 2 * share)
        total += weight * (values[whole] * (1 - share) + values[whole + 1] * share)
        weight *= 0.5
    return (total / 1.6).astype(np.float32)
