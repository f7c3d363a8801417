"""Brushes for whole trees: acacias, round crowns, bare branches, firs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from herocat.drawing.canvas import Canvas
from herocat.drawing.curves import Floats
from herocat.drawing.leafage import Leaves, clump, foliage
from herocat.drawing.plants import Palette, mixed
from herocat.drawing.timber import pole

_SNOW = ((0.90, 0.93, 0.97), (0.82, 0.87, 0.94))
_FIR_WOOD = ((0.25, 0.20, 0.16),)
_BENDS = 4  # of a branch


@dataclass(frozen=True, slots=True)
class Limb:
    """A branch, and how its own branches leave it; pixels."""

    start: Floats  # x, y
    angle: float  # from upright, radians
    length: float
    width: float
    away: float  # metres
    palette: Palette
    spread: float = 0.55  # radians between it and what grows from its end


def branches(canvas: Canvas, limb: Limb, depth: int) -> Iterator[tuple[float, float]]:
    """Paint a branch and what grows from it; yield where its twigs end, pixels."""
    rng = canvas.rng
    points, turn = [limb.start], limb.angle
    for _ in range(_BENDS):
        turn += float(rng.normal(0, 0.13))
        step = np.array([np.sin(turn), -np.cos(turn)]) * limb.length / _BENDS
        points.append(points[-1] + step)
    line = np.array(points)
    across = np.stack([-np.gradient(line[:, 1]), np.gradient(line[:, 0])], 1)
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-6
    half = across * (limb.width / 2 * np.linspace(1, 0.62, _BENDS + 1))[:, None]
    colours = np.asarray(limb.palette, np.float32)
    colour = colours[rng.integers(len(colours))] * rng.uniform(0.8, 1.1)
    canvas.shape(np.concatenate([line + half, (line - half)[::-1]]), colour * 0.75, 0.25, limb.away)
    bright = np.concatenate([line - half * 0.1, (line - half)[::-1]])
    canvas.shape(bright, colour * 1.05, 0.8, limb.away)
    if depth == 0 or limb.width < 0.7:
        yield float(line[-1, 0]), float(line[-1, 1])
        return
    for side in (-1, 1):
        fork = replace(
            limb,
            start=line[-1],
            angle=turn + side * limb.spread * float(rng.uniform(0.5, 1.2)),
            length=limb.length * float(rng.uniform(0.62, 0.85)),
            width=limb.width * 0.62,
        )
        yield from branches(canvas, fork, depth - 1)


def acacia(
    canvas: Canvas, x: float, away: float, tall: float, *, wood: Palette, green: Palette
) -> None:
    """Paint an acacia: a trunk that forks low, flat layers of crown; metres, ``x`` in pixels."""
    rng, view = canvas.rng, canvas.view
    high = tall * view.metre(away)
    foot = np.array([x, view.row(away)])
    lean = float(rng.normal(0, 0.10))
    stem = Limb(foot, lean, 0.42 * high, 0.055 * high, away, wood, spread=0.62)
    top, wide = float(foot[1]) - high, 0.75 * high
    few, many = Leaves(green, 0.10, per=70), Leaves(green, 0.10, per=110)
    for end in list(branches(canvas, stem, 3)):
        middle = end[0], min(end[1], top + 0.30 * high)
        clump(canvas, middle, (wide * 0.34, 0.075 * high), away, few, flat=0.5)
    for _ in range(7):
        across = float(rng.uniform(-1, 1))
        y = top + (abs(across) ** 1.6 * 0.16 + float(rng.uniform(0, 0.05))) * high
        middle = x + across * wide * 0.75, y
        clump(canvas, middle, (wide * 0.36, 0.065 * high), away, many, flat=0.5)


def flat_topped(canvas: Canvas, x: float, away: float, *, wood: Palette, green: Palette) -> None:
    """Paint a tree on the plain so far off that it is a trunk and a flat crown."""
    rng, view = canvas.rng, canvas.view
    tall = float(rng.uniform(3.5, 7))
    high = tall * view.metre(away)
    pole(canvas, x, away, 0.22, wood, tall=tall * 0.75)
    wide = high * float(rng.uniform(0.45, 0.8))
    crown = Leaves(green, 0.12, per=34)
    for across in (-0.5, 0.45, 0.0):
        middle = x + across * wide, view.row(away) - high * 0.88
        clump(canvas, middle, (wide * 0.6, high * 0.13), away, crown, flat=0.5)


def broadleaf(
    canvas: Canvas, x: float, away: float, tall: float, *, wood: Palette, green: Leaves
) -> None:
    """Paint a round-crowned tree that stands free; metres, ``x`` in pixels."""
    rng, view = canvas.rng, canvas.view
    high = tall * view.metre(away)
    lean = float(rng.normal(0, 0.03))
    pole(canvas, x, away, 0.06 * tall, wood, tall=tall * 0.55, lean=lean)
    middle = x + float(rng.normal(0, 0.03)) * high, view.row(away) - 0.64 * high
    foliage(canvas, middle, (float(rng.uniform(0.30, 0.38)) * high, 0.36 * high), away, green)


def conifer(
    canvas: Canvas,
    x: float,
    away: float,
    tall: float,
    green: Palette,
    *,
    snow: float = 0.0,
    wide: float = 0.22,
) -> None:
    """Paint a fir, tier over tier of drooping boughs; metres, ``x`` in pixels.

    ``snow`` is the share of boughs that bear some, ``wide`` the tree's half width by its height.
    """
    view = canvas.view
    foot, high = view.row(away), tall * view.metre(away)
    pole(canvas, x, away, 0.035 * tall, _FIR_WOOD, tall=tall * 0.5)
    tiers = int(np.clip(high / 7, 7, 24))
    for tier in range(tiers):
        share = tier / tiers
        y = foot - high * (0.07 + 0.90 * share)
        reach = high * wide * (1 - share) ** 0.85 + high * 0.012
        _tier(canvas, (x, y), (reach, high / tiers), away, green, snow=snow)


def _tier(
    canvas: Canvas,
    middle: tuple[float, float],
    size: tuple[float, float],
    away: float,
    green: Palette,
    *,
    snow: float,
) -> None:
    """Paint one tier of a fir, the boughs that point at the camera last; ``size`` in pixels."""
    rng = canvas.rng
    reach, high = size
    count = int(np.clip(reach * 0.75, 6, 46))
    angle = np.sort(rng.uniform(-1, 1, count))
    angle = angle[np.argsort(-np.abs(angle))]
    out = angle * reach * rng.uniform(0.75, 1.1, count)
    droop = high * (0.55 + 0.9 * np.abs(angle) ** 1.5)
    start = np.stack([middle[0] + out * 0.12, np.full(count, middle[1])], 1)
    tip = np.stack([middle[0] + out, middle[1] + droop], 1)
    half = (start + tip) / 2
    down = np.stack([np.zeros(count), high * rng.uniform(0.28, 0.5, count)], 1)
    light = np.clip(0.55 - 0.5 * angle + rng.normal(0, 0.15, count), 0.05, 1)
    colours = mixed(rng, green, count, 0.07) * (0.55 + 0.5 * light)[:, None]
    outline = np.stack([start, half - down * 0.35, tip, half + down], 1)
    canvas.shapes(outline.astype(np.float32), colours, light * 0.9, np.full(count, away))
    if not snow:
        return
    keep = rng.random(count) < snow
    corners = [start - down * 0.15, half - down * 0.62, tip - down * 0.15, half + down * 0.15]
    load = np.stack(corners, 1)[keep]
    white = mixed(rng, _SNOW, len(load), 0.02) * (0.82 + 0.2 * light[keep])[:, None]
    canvas.shapes(load.astype(np.float32), white, light[keep], np.full(len(load), away))
