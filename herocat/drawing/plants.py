"""Brushes for what grows low or lies about: grass, fallen leaves, reeds, flowers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from herocat.drawing.canvas import Canvas
from herocat.drawing.curves import Floats
from herocat.drawing.spots import Where, everywhere, scatter

Palette: TypeAlias = Sequence[tuple[float, float, float]] | Floats

_REED_HEADS = ((0.42, 0.31, 0.20), (0.50, 0.38, 0.25))


@dataclass(frozen=True, slots=True)
class Sward:
    """A kind of grass; metres."""

    palette: Palette
    tall: float
    width: float = 0.006
    clumped: float = 0.0  # size of its tufts, 0 where it stands even
    lean: float = 0.0  # to the right, as wind has it


def mixed(rng: np.random.Generator, palette: Palette, count: int, spread: float = 0.05) -> Floats:
    """Return colours picked from a palette (k x 3, sRGB 0..1), each varied a little."""
    colours = np.asarray(palette, np.float32)
    pick = colours[rng.integers(0, len(colours), count)]
    tone = 1 + rng.normal(0, spread * 1.6, (count, 1))
    varied = pick * tone + rng.normal(0, spread * 0.35, (count, 3))
    return np.clip(varied, 0, 1).astype(np.float32)


def blades(
    canvas: Canvas,
    foot: Floats,
    *,
    height: Floats,
    lean: Floats,
    width: Floats,
    colours: Floats,
    sunlit: Floats,
    away: Floats,
) -> None:
    """Paint grass, each blade a thin bent triangle, darker at its foot; lengths in pixels."""
    count = len(foot)
    x, y = foot[:, 0], foot[:, 1]
    bend = lean * height
    middle = np.stack([x + bend * 0.3, y - height * 0.55], 1)
    tip = np.stack([x + bend, y - height * np.sqrt(np.maximum(0.15, 1 - lean**2 * 0.5))], 1)
    half = np.stack([width / 2, 0 * width], 1)
    lower = np.stack([foot - half, middle - half * 0.72, middle + half * 0.72, foot + half], 1)
    upper = np.stack([middle - half * 0.72, tip, tip, middle + half * 0.72], 1)
    both = np.stack([lower, upper], 1).reshape(2 * count, 4, 2)
    shade = np.stack([colours * 0.76, colours * 1.08], 1).reshape(2 * count, 3)
    lit = np.stack([sunlit * 0.5, sunlit], 1).reshape(2 * count)
    canvas.shapes(both.astype(np.float32), shade, lit, np.repeat(away, 2))


def grass(
    canvas: Canvas,
    sward: Sward,
    *,
    count: float,
    near: float,
    far: float,
    where: Where = everywhere,
    sun: Where = everywhere,
) -> None:
    """Paint grass over the ground between two distances, far rows first."""
    rng = canvas.rng
    spots = scatter(canvas, count, near=near, far=far, where=where)
    left = len(spots)
    x, fan = spots.x, rng.normal(0, 0.30, left)
    if sward.clumped:
        step = sward.clumped * spots.metre
        cell = np.floor(x / step)
        shift = 0.6 * np.sin(cell * 12.9898 + np.floor(spots.away * 3) * 4.1)
        middle = (cell + 0.5 + shift) * step
        fan = fan * 0.5 + np.clip((x - middle) / step, -1, 1) * 0.55
        x = middle + (x - middle) * 0.42
    light = sun(spots.right, spots.away)
    blades(
        canvas,
        np.stack([x, spots.row + 1], 1),
        height=sward.tall * spots.metre * rng.uniform(0.35, 1.15, left),
        lean=sward.lean + fan,
        width=np.maximum(sward.width * spots.metre * rng.uniform(0.6, 1.4, left), 0.5),
        colours=np.clip(mixed(rng, sward.palette, left) * (0.72 + 0.34 * light)[:, None], 0, 1),
        sunlit=np.clip(light * rng.uniform(0.55, 1.05, left), 0, 1),
        away=spots.away,
    )


def leaves(
    canvas: Canvas,
    place: Floats,
    size: Floats,
    *,
    colours: Floats,
    sunlit: Floats,
    away: Floats,
    flat: float = 0.55,
) -> None:
    """Paint leaves, pointed ovals turned every way, in pixels; ``flat`` is how low they are seen."""
    rng = canvas.rng
    count = len(place)
    turn = rng.uniform(0, np.pi, count)
    slim = size * rng.uniform(0.3, 0.6, count)
    along = np.stack([np.cos(turn), np.sin(turn) * flat], 1) * size[:, None]
    across = np.stack([-np.sin(turn), np.cos(turn) * flat], 1) * slim[:, None]
    near, far = place - along * 0.25, place + along * 0.45
    outline = [
        place - along,
        near + across,
        far + across * 0.7,
        place + along,
        far - across * 0.7,
        near - across,
    ]
    canvas.shapes(np.stack(outline, 1).astype(np.float32), colours, sunlit, away)


def litter(
    canvas: Canvas,
    palette: Palette,
    *,
    count: float,
    size: float,
    near: float,
    far: float,
    where: Where = everywhere,
    sun: Where = everywhere,
) -> None:
    """Strew fallen leaves of ``size`` metres over the ground."""
    rng = canvas.rng
    spots = scatter(canvas, count, near=near, far=far, where=where, crowd=0.8)
    left = len(spots)
    light = sun(spots.right, spots.away)
    leaves(
        canvas,
        spots.place,
        size * spots.metre * rng.uniform(0.5, 1.3, left) + 0.4,
        colours=mixed(rng, palette, left, 0.07) * (0.75 + 0.3 * light)[:, None],
        sunlit=np.clip(light * rng.uniform(0.5, 1.05, left), 0, 1),
        away=spots.away,
        flat=0.4,
    )


def reeds(
    canvas: Canvas,
    palette: Palette,
    *,
    right: float,
    away: float,
    spread: float,
    tall: float,
    count: float,
    heads: float = 0.25,
) -> None:
    """Paint a stand of reeds around a place; metres; ``heads`` is the share that bear one."""
    rng, view = canvas.rng, canvas.view
    metre = view.metre(away)
    total = canvas.many(count)
    x = canvas.width / 2 + (right + rng.normal(0, spread, total)) * metre
    y = view.row(away) + rng.uniform(-0.03, 0.03, total) * tall * metre
    height = tall * metre * rng.uniform(0.5, 1.1, total)
    slant = 0.08 + rng.normal(0, 0.13, total)
    far = away * rng.uniform(0.97, 1.03, total)
    blades(
        canvas,
        np.stack([x, y], 1),
        height=height,
        lean=slant,
        width=np.maximum(0.6, tall * metre * 0.018 * rng.uniform(0.6, 1.4, total)),
        colours=mixed(rng, palette, total, 0.08),
        sunlit=rng.uniform(0.35, 0.95, total),
        away=far,
    )
    ripe = rng.random(total) < heads
    tips = np.stack([x + slant * height, y - height * 0.97], 1)[ripe]
    size = height[ripe] * 0.055
    turned = np.stack([0.35 * size * slant[ripe], -size], 1)
    fat = np.stack([size * 0.28, 0 * size], 1)
    outline = np.stack([tips - turned, tips - fat, tips + turned * 1.3, tips + fat], 1)
    brown = mixed(rng, _REED_HEADS, len(tips))
    canvas.shapes(outline.astype(np.float32), brown, rng.uniform(0.4, 0.9, len(tips)), far[ripe])


def flowers(
    canvas: Canvas,
    palette: Palette,
    *,
    count: float,
    near: float,
    far: float,
    size: tuple[float, float],
    where: Where = everywhere,
) -> None:
    """Strew flowers over a meadow; ``size`` is the height of a stalk and the radius of its flower."""
    rng = canvas.rng
    spots = scatter(canvas, count, near=near, far=far, where=where)
    left = len(spots)
    height = size[0] * spots.metre * rng.uniform(0.6, 1.1, left)
    dab = np.maximum(0.7, size[1] * spots.metre * rng.uniform(0.7, 1.3, left))
    turns = np.linspace(0, 2 * np.pi, 7)[:-1]
    ring = np.stack([np.cos(turns), np.sin(turns) * 0.7], 1)
    middle = np.stack([spots.x + rng.normal(0, 0.1, left) * height, spots.row - height], 1)
    outline = middle[:, None] + ring[None] * dab[:, None, None]
    colours = mixed(rng, palette, left, 0.06)
    canvas.shapes(outline.astype(np.float32), colours, rng.uniform(0.6, 1, left), spots.away)
