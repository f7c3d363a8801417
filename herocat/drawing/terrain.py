"""Brushes for land: ground in perspective, hills, water."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from herocat.drawing.canvas import Canvas
from herocat.drawing.coats import ramp
from herocat.drawing.curves import Floats
from herocat.drawing.noise import line, look_up, tile
from herocat.drawing.plants import Palette
from herocat.drawing.spots import Where
from herocat.drawing.view import View

Shade = Sequence[float]  # sRGB 0..1


def plane(view: View) -> tuple[int, Floats, Floats]:
    """Return the ground below the horizon: its first row, and metres right and away, h x w."""
    width, height = view.size
    first = int(np.ceil(view.level + 2))
    rows = np.arange(first, height, dtype=np.float32)[:, None] + 0.5
    away = view.focal * view.height / (rows - view.level)
    across = (np.arange(width, dtype=np.float32)[None, :] + 0.5 - width / 2) * away / view.focal
    return first, across.astype(np.float32), np.broadcast_to(away, across.shape).astype(np.float32)


def rough(canvas: Canvas, periods: Sequence[float], weights: Sequence[float]) -> Floats:
    """Return noise that lies on the ground, finer where it is near; periods in metres."""
    view = canvas.view
    _, right, away = plane(view)
    total = np.zeros(right.shape, np.float32)
    for period, weight in zip(periods, weights, strict=True):
        noise = tile(canvas.rng, 256, 8, 3)
        seen = np.clip(view.focal * view.height * 0.25 / away**2 * period, 0, 1)
        total += weight * seen * look_up(noise, right / (8 * period), away / (8 * period))
    return total


def floor(
    canvas: Canvas,
    colours: Palette,
    *,
    patch: float = 2.5,
    contrast: float = 0.26,
    sun: Where | None = None,
    shade: Shade = (0.0, 0.0, 0.0),
) -> None:
    """Paint ground in three colours that run into each other, with finer grain near the camera.

    ``patch`` is the size of their patches in metres, ``contrast`` that of the grain, ``shade``
    what the colours gain where no sun falls.
    """
    first, right, away = plane(canvas.view)
    large = rough(canvas, (patch * 2.4, patch, patch / 3), (0.9, 0.6, 0.4))
    other = rough(canvas, (patch * 1.7, patch / 2), (1.0, 0.6))
    small = rough(canvas, (0.5, 0.16, 0.06, 0.025), (0.5, 0.6, 0.5, 0.4))
    main, second, third = (np.asarray(colour, np.float32) for colour in colours)
    share = np.clip(0.5 + large * 0.9, 0, 1)[..., None]
    colour = main * (1 - share) + second * share
    share = np.clip(other * 1.3 - 0.25, 0, 1)[..., None]
    colour = colour * (1 - share) + third * share
    colour = colour * (1 + contrast * small[..., None])
    light = sun(right, away) if sun else np.full(right.shape, 0.85, np.float32)
    colour = colour + np.asarray(shade, np.float32) * (1 - light[..., None])
    canvas.ground(colour, np.clip(light * (0.88 + 0.4 * small), 0, 1), away, first)


def worn(canvas: Canvas, where: Where, colour: Shade, *, contrast: float) -> None:
    """Wear the ground down to another colour: a path, wheel ruts."""
    first, right, away = plane(canvas.view)
    grain = rough(canvas, (0.8, 0.2, 0.06), (0.5, 0.5, 0.4))
    soil = np.asarray(colour, np.float32) * (1 + contrast * grain[..., None])
    share = np.clip(where(right, away) * (0.85 + 0.45 * grain), 0, 1)
    canvas.wash(soil, share, away, first)


def backdrop(canvas: Canvas, top: Shade, low: Shade, away: float) -> None:
    """Fill everything above the horizon with leaves too far off to be told apart."""
    view = canvas.view
    width, rows = view.size[0], int(view.level) + 6
    share = (np.linspace(0, 1, rows, dtype=np.float32) ** 1.2)[:, None, None]
    noise = tile(canvas.rng, 256, 6, 5)
    x = np.arange(width, dtype=np.float32)[None, :] / width
    y = np.arange(rows, dtype=np.float32)[:, None] / width
    grain = look_up(noise, x * 1.6 + 0 * y, y * 1.6 + 0 * x)
    colour = np.asarray(top, np.float32) * (1 - share) + np.asarray(low, np.float32) * share
    colour = colour * (1 + 0.2 * grain[..., None])
    far = np.full(grain.shape, away, np.float32)
    canvas.ground(colour, np.clip(0.6 + 0.4 * grain, 0, 1), far, 0)


@dataclass(frozen=True, slots=True)
class Ridge:
    """A chain of hills; heights as shares of the frame's height."""

    colour: Shade
    away: float
    high: float
    cells: float  # how many hills side by side
    rugged: int = 5
    trees: float = 0.0  # height of the trees along its top
    snow: Shade | None = None


def hills(canvas: Canvas, ridge: Ridge) -> None:
    """Paint a chain of hills, its slopes in strips of light and shade."""
    view, rng = canvas.view, canvas.rng
    width, height = view.size
    count = max(48, width // 4)
    x = np.linspace(-4, width + 4, count)
    wave = line(rng, count, ridge.cells, ridge.rugged)
    top = view.level - height * ridge.high * (0.55 + 0.45 * wave)
    if ridge.trees:
        top = top - np.abs(line(rng, count, count / 3, 2)) * height * ridge.trees
    floor_ = view.level + 6
    crest = np.stack([x, top], 1)
    canvas.shape(
        np.concatenate([crest, [[width + 4, floor_], [-4, floor_]]]), ridge.colour, 0.6, ridge.away
    )
    slope = np.gradient(top)[:-1]
    for layer in range(3):
        depth = height * ridge.high * (0.16 + 0.22 * layer)
        shade = np.clip(0.5 + slope * 0.5 + rng.normal(0, 0.2, count - 1), 0, 1)
        jag = rng.uniform(0.5, 1.2, count - 1) * depth
        edge = crest + np.array([0, depth * 0.35 * layer])
        tip = edge[1:] + np.stack([jag * 0.2, jag], 1)
        tip[:, 1] = np.minimum(tip[:, 1], floor_ - 1)
        paint = np.asarray(ridge.colour, np.float32) * (0.86 + 0.22 * shade)[:, None]
        if ridge.snow is not None:
            white = np.asarray(ridge.snow, np.float32) * (0.9 + 0.12 * shade)[:, None]
            paint = np.where((shade > 0.35 + 0.18 * layer)[:, None], white, paint)
        outline = np.stack([edge[:-1], edge[1:], tip], 1).astype(np.float32)
        canvas.shapes(outline, paint, shade, np.full(count - 1, ridge.away))


def water(canvas: Canvas, inside: Where, colour: Shade, *, shore: Shade, edge: float) -> None:
    """Flood the ground where ``inside`` is above 0, with a wet rim; it mirrors what is above it.

    ``edge`` is how fast it deepens: the rim is where ``inside`` is less than that below 0.
    """
    first, right, away = plane(canvas.view)
    depth = inside(right, away)
    wet = ramp(-edge * 2.2, 0.0, depth)
    pool = ramp(0.0, edge * 0.6, depth)
    share = pool[..., None]
    paint = np.asarray(shore, np.float32) * (1 - share) + np.asarray(colour, np.float32) * share
    canvas.wash(paint, np.clip(wet, 0, 1) * 0.85, away, first)
    canvas.flood(pool, first)
