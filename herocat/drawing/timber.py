"""Brushes for wood: bark, trunks, logs, posts."""

import numpy as np

from herocat.drawing.canvas import Canvas
from herocat.drawing.coats import over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.noise import look_up, tile
from herocat.drawing.plants import Palette, mixed
from herocat.drawing.sculpture import Coat, Skin, Stance, Tube

_BARK = tile(np.random.default_rng(21), 256, 8, 5)
_CUTS = 7  # pieces that a strip of a far trunk is cut into


def bark(main: str, dark: str, moss: str | None = None, *, coarse: float = 1.0) -> Coat:
    """Return a coat of furrowed bark, with moss on one side if asked."""

    def coat(skin: Skin) -> Floats:
        angle = np.arctan2(skin.flank, skin.dorsal) / (2 * np.pi)
        high = skin.place[:, 2] + 0.6 * skin.place[:, 0]
        warp = 0.10 * look_up(_BARK, angle * 0.5, high * 0.15)
        across = (angle + 0.12 * warp) * 1.5 * coarse
        furrow = look_up(_BARK, across, high * 0.22 * coarse + warp)
        fine = look_up(_BARK, angle * 4 * coarse, high * 0.8 * coarse)
        deep = ramp(-0.05, 0.75, 0.75 - 2 * np.abs(furrow) + 0.3 * fine)
        colour = over(plain(skin, main), dark, deep) * (1 + 0.25 * fine)[:, None]
        if moss:
            patch = look_up(_BARK, angle * 0.8 + 0.3, high * 0.3)
            colour = over(colour, moss, ramp(0.0, 0.7, patch + 0.7 * skin.dorsal - 0.1) * 0.85)
        return colour.astype(np.float32)

    return coat


def birch(skin: Skin) -> Floats:
    """Colour birch bark: white with dark scars, black at the foot."""
    angle = np.arctan2(skin.flank, skin.dorsal) / (2 * np.pi)
    high = skin.place[:, 2]
    scars = look_up(_BARK, angle * 1.2, high * 2.2)
    thin = look_up(_BARK, angle * 0.9 + 0.4, high * 6.0)
    grey = ramp(0.0, 0.8, look_up(_BARK, angle, high * 0.5)) * 0.6
    white = over(plain(skin, "d9d3c6"), "a89f90", grey)
    white = over(white, "2e2925", np.maximum(ramp(0.55, 0.75, scars), ramp(0.62, 0.8, thin) * 0.8))
    return over(white, "3a332d", (1 - ramp(0.1, 0.9, high)) * ramp(-0.3, 0.4, scars + 0.2))


def standing(
    canvas: Canvas, x: float, away: float, width: float, coat: Coat, *, lean: float = 0.0
) -> None:
    """Put up a solid trunk; ``x`` is a share of the frame's width, the rest in metres."""
    levels = np.array([-0.1, 0.12, 0.4, 1.0, 2.0, 3.5, 6.0, 12.0], np.float32)
    spine = np.stack([0 * levels, 0 * levels, levels], 1)
    spine[:, 0] = lean * levels + np.cumsum(canvas.rng.normal(0, 0.02, len(levels))) * width * 2
    flare = 1 + 0.55 * np.exp(-levels * 4.5 / max(0.3, width * 2))
    radius = (width / 2 * flare * (1 - 0.035 * levels)).astype(np.float32)
    tube = Tube("trunk", spine, radius, radius, (0.3, -1.0, 0.0), hair=0.0, ring=28, cap=0.2)
    right = (x - 0.5) * canvas.width * away / canvas.view.focal
    canvas.body([tube], coat, Stance(right, away, 0.0))


def pole(
    canvas: Canvas,
    x: float,
    away: float,
    thick: float,
    palette: Palette,
    *,
    tall: float | None = None,
    lean: float = 0.0,
) -> None:
    """Paint a trunk that stands far off, of upright strips; ``x`` in pixels, the rest in metres.

    One of no given height reaches out of the frame.
    """
    rng, view = canvas.rng, canvas.view
    width = max(0.8, thick * view.metre(away))
    foot = view.row(away)
    top = -0.02 * canvas.width if tall is None else foot - tall * view.metre(away)
    levels = np.linspace(0, 1, _CUTS + 1)
    middle = x + lean * (foot - top) * levels + np.cumsum(rng.normal(0, 0.04, _CUTS + 1)) * width
    rows = foot + (top - foot) * levels
    half = width / 2 * (1 - 0.25 * levels) * (1 + 0.35 * np.exp(-levels * 16))
    strips = int(np.clip(width / 2.0, 3, 14))
    edges = np.linspace(-1, 1, strips + 1)
    left, right = edges[:-1, None], edges[1:, None]
    lower, upper = np.s_[:-1], np.s_[1:]
    corners = [
        np.stack([middle[part] + side * half[part], rows[part] + 0 * side], -1)
        for side, part in ((left, lower), (left, upper), (right, upper), (right, lower))
    ]
    outline = np.stack(corners, axis=2).reshape(-1, 4, 2)
    across = (left + right) / 2
    facing = np.repeat(np.clip(0.5 - 0.5 * across, 0, 1), _CUTS, axis=1).ravel()
    round_ = np.repeat(np.sqrt(np.clip(1 - across**2, 0, 1)), _CUTS, axis=1).ravel()
    total = strips * _CUTS
    tone = (0.5 + 0.32 * facing + 0.18 * round_) * np.repeat(rng.normal(1, 0.08, strips), _CUTS)
    colours = mixed(rng, palette, total, 0.05) * tone[:, None]
    lit = np.clip(facing**1.3 * 0.9 * rng.uniform(0.6, 1.1, total), 0, 1)
    canvas.shapes(outline.astype(np.float32), colours, lit, np.full(total, away))


def log(
    canvas: Canvas, stance: Stance, *, length: float, radius: float, coat: Coat | None = None
) -> None:
    """Lay a fallen trunk on the ground; metres."""
    rng = canvas.rng
    steps = np.linspace(-0.5, 0.5, 7)
    wander = np.cumsum(rng.normal(0, 0.05, 7)) * radius
    spine = np.stack([steps * length, wander, np.full(7, radius * 0.85)], 1).astype(np.float32)
    thick = radius * np.linspace(1.0, 0.72, 7) * rng.uniform(0.94, 1.06, 7)
    thick = thick.astype(np.float32)
    tube = Tube("log", spine, thick, thick, hair=0.0, ring=26, cap=0.04)
    canvas.body([tube], coat or mossy, stance)


def mossy(skin: Skin) -> Floats:
    """Colour a fallen trunk: cracked bark, moss along its top, pale where it was cut."""
    angle = np.arctan2(skin.flank, skin.dorsal) / (2 * np.pi)
    fine = look_up(_BARK, skin.place[:, 0] * 0.5, angle * 3)
    crack = look_up(_BARK, skin.place[:, 0] * 0.18, angle * 1.4)
    deep = ramp(-0.1, 0.7, 0.65 - 2 * np.abs(crack) + 0.3 * fine)
    colour = over(plain(skin, "6b5844"), "352a20", deep)
    colour = over(colour, "62752f", ramp(0.1, 0.8, skin.dorsal + 0.8 * fine - 0.1) * 0.9)
    rings = np.sin(40 * np.hypot(skin.place[:, 1] * 3, (skin.place[:, 2] - 0.15) * 3))
    cut = ((skin.along <= 0) | (skin.along >= 1)).astype(np.float32)
    pale = cut * (0.82 + 0.12 * rings)
    return over(colour * (1 + 0.2 * fine)[:, None], "9a7c54", pale).astype(np.float32)


def post(canvas: Canvas, right: float, away: float, tall: float) -> None:
    """Drive a weathered post into the ground; metres."""
    levels = np.array([-0.05, 0.3, 0.6, 1.0]) * tall
    wander = np.cumsum(canvas.rng.normal(0, 0.006, 4))
    spine = np.stack([wander, 0 * levels, levels], 1).astype(np.float32)
    thick = 0.055 * np.array([1.08, 1.0, 0.98, 0.94], np.float32)
    tube = Tube("post", spine, thick, thick, (0.2, -1, 0), hair=0.0, ring=16, cap=0.15)
    canvas.body([tube], bark("8f867a", "4c443b", coarse=0.6), Stance(right, away, 0))
