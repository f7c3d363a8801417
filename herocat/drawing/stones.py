"""Brushes for stones and pebbles."""

import numpy as np

from herocat.drawing.canvas import Canvas
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.plants import Palette
from herocat.drawing.sculpture import Coat, Skin, Stance, Tube
from herocat.drawing.spots import Where, everywhere, scatter


def weathered(main: str, dark: str, top: str | None = None) -> Coat:
    """Return a coat of weathered stone, with snow, moss or lichen on top if asked."""

    def coat(skin: Skin) -> Floats:
        grain = mottle(skin, 0.10, 3) + 0.5 * mottle(skin, 0.03, 4)
        rock = over(plain(skin, main), dark, ramp(-0.2, 0.9, grain))
        rock = rock * (1 + 0.22 * mottle(skin, 0.012, 6))[:, None]
        crack = 1 - ramp(0.0, 0.07, np.abs(mottle(skin, 0.35, 5)))
        rock = over(rock, dark, crack * 0.6)
        if top:
            rock = over(rock, top, ramp(0.35, 0.75, skin.dorsal + 0.35 * mottle(skin, 0.08, 7)))
        return rock.astype(np.float32)

    return coat


def stone(
    canvas: Canvas, right: float, away: float, size: float, coat: Coat, *, flat: float = 0.6
) -> None:
    """Put a stone of ``size`` metres on the ground; ``flat`` is its height by its width."""
    rng = canvas.rng
    spine = np.zeros((5, 3), np.float32)
    spine[:, 0] = np.linspace(-0.5, 0.5, 5) * size
    spine[:, 1] = rng.normal(0, 0.05, 5) * size
    shape = np.array([0.45, 0.85, 1.0, 0.8, 0.4]) * rng.uniform(0.8, 1.2, 5)
    rise = (shape * size * 0.5 * flat).astype(np.float32)
    spine[:, 2] = rise * 0.55 + rng.normal(0, 0.03, 5) * size
    side = (shape * size * 0.42).astype(np.float32)
    edged = float(rng.uniform(0.55, 0.8))
    tube = Tube("stone", spine, rise, side, hair=0.0, square=edged, ring=18, steps=5)
    canvas.body([tube], coat, Stance(right, away, float(rng.uniform(0, 360))))


def pebbles(
    canvas: Canvas,
    palette: Palette,
    *,
    count: float,
    near: float,
    far: float,
    size: float,
    where: Where = everywhere,
) -> None:
    """Strew pebbles of up to ``size`` metres over the ground, each with its lit top."""
    rng = canvas.rng
    spots = scatter(canvas, count, near=near, far=far, where=where, crowd=0.85)
    left = len(spots)
    radius: Floats = np.maximum(0.5, size * spots.metre * rng.random(left) ** 3.4)[:, None]
    picked = np.asarray(palette, np.float32)[rng.integers(0, len(palette), left)]
    colours = picked * rng.uniform(0.8, 1.12, (left, 1))
    turns = np.linspace(0, 2 * np.pi, 9)[:-1]
    ring = np.stack([np.cos(turns), np.sin(turns) * 0.62], 1) * radius[..., None]
    wobble = rng.uniform(0.8, 1.15, (left, 8, 1))
    place = spots.place
    shadow = (place + radius * np.array([0.25, 0.22]))[:, None] + ring * 1.02
    body = place[:, None] + ring * wobble
    cap = (place - radius * np.array([0.12, 0.16]))[:, None] + ring * wobble * 0.68
    outline = np.stack([shadow, body, cap], 1).reshape(-1, 8, 2)
    paint = np.stack([colours * 0.55, colours * 0.82, colours * 1.05], 1).reshape(-1, 3)
    light = np.tile(np.array([0.1, 0.45, 0.95], np.float32), left)
    canvas.shapes(outline.astype(np.float32), paint, light, np.repeat(spots.away, 3))
