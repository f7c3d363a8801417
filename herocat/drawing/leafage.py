"""Brushes for leaves in masses: crowns, bushes, ferns."""

from dataclasses import dataclass

import numpy as np

from herocat.drawing.canvas import Canvas
from herocat.drawing.curves import Floats
from herocat.drawing.plants import Palette, leaves, mixed

Place = tuple[float, float]  # pixels

_SUN = np.array([-0.5, -0.8])  # where light comes from while painting: right, down
_LEAFLETS = 13  # on either side of a frond


@dataclass(frozen=True, slots=True)
class Leaves:
    """How a mass of leaves is painted."""

    palette: Palette
    leaf: float  # metres
    clumps: int = 8
    per: int = 80  # leaves in a clump
    dark: float = 0.45  # tone of its shady side


def clump(
    canvas: Canvas,
    middle: Place,
    radius: Place,
    away: float,
    kind: Leaves,
    *,
    tone: float = 1.0,
    flat: float = 0.75,
) -> None:
    """Paint a ball of leaves, lit from the upper left, dark below and inside."""
    rng = canvas.rng
    total = canvas.many(1.45 * kind.per)
    colours = np.asarray(kind.palette, np.float32) * tone
    centre, reach = np.array(middle), np.array(radius)
    # Under the leaves lies their shade, of large dark leaves: an oval would show as one.
    inner = _disc(rng, 16, 0.62) * reach + centre
    large = 0.40 * min(radius) * rng.uniform(0.8, 1.2, 16)
    leaves(
        canvas,
        inner,
        large,
        colours=mixed(rng, colours, 16, 0.04) * (kind.dark + 0.10),
        sunlit=np.full(16, 0.10),
        away=np.full(16, away),
        flat=0.9,
    )
    offset = _disc(rng, total, 1.1)
    facing = np.clip(0.48 + 0.52 * (offset @ _SUN) + rng.normal(0, 0.17, total), 0, 1)
    order = np.argsort(facing, kind="stable")
    offset, facing = offset[order], facing[order]
    shade = kind.dark + (1.12 - kind.dark) * facing
    size = max(kind.leaf * canvas.view.metre(away), 0.125 * sum(radius) / 2)
    leaves(
        canvas,
        centre + offset * reach,
        size * rng.uniform(0.6, 1.3, total),
        colours=mixed(rng, colours, total, 0.06) * shade[:, None],
        sunlit=np.clip((facing - 0.25) * 1.35, 0, 1),
        away=np.full(total, away),
        flat=flat,
    )


def _disc(rng: np.random.Generator, count: int, most: float) -> Floats:
    """Return places strewn evenly over a disc whose radius squared is ``most``, n x 2."""
    reach = np.sqrt(rng.uniform(0, most, count))
    angle = rng.uniform(0, 2 * np.pi, count)
    return np.stack([reach * np.cos(angle), reach * np.sin(angle)], 1)


def foliage(canvas: Canvas, middle: Place, radius: Place, away: float, kind: Leaves) -> None:
    """Paint the crown of a tree or a bush: clumps of leaves, those in the shade first."""
    rng = canvas.rng
    offset = 0.8 * _disc(rng, kind.clumps, 1.0)
    towards = offset @ _SUN
    for at in np.argsort(towards + rng.normal(0, 0.25, kind.clumps)):
        size = float(rng.uniform(0.36, 0.58))
        x, y = (middle[axis] + float(offset[at, axis]) * radius[axis] for axis in (0, 1))
        tone = 0.76 + 0.17 * float(1 + towards[at])
        clump(canvas, (x, y), (radius[0] * size, radius[1] * size), away, kind, tone=tone)


def bush(canvas: Canvas, x: float, away: float, size: Place, kind: Leaves) -> None:
    """Paint a bush on the ground; ``x`` in pixels, ``size`` its half width and height in metres."""
    metre = canvas.view.metre(away)
    wide, tall = size[0] * metre, size[1] * metre
    foliage(canvas, (x, canvas.view.row(away) - tall * 0.8), (wide, tall), away, kind)


def fern(
    canvas: Canvas, x: float, away: float, length: float, palette: Palette, *, sunlit: float = 0.6
) -> None:
    """Paint a fern: arching fronds with leaflets on both sides; ``x`` in pixels, metres."""
    rng, view = canvas.rng, canvas.view
    share = np.linspace(0.06, 1, _LEAFLETS)
    foot = view.row(away)
    for angle in rng.permutation(np.linspace(-1.25, 1.25, 9)) + rng.normal(0, 0.08, 9):
        reach = length * view.metre(away) * rng.uniform(0.75, 1.1)
        down = 0.42 * share**2.2 * (0.4 + abs(angle)) - np.cos(angle) * share * 0.95
        stem = np.stack([x + np.sin(angle) * reach * share, foot + reach * down], 1)
        ahead = np.gradient(stem, axis=0)
        across = np.stack([-ahead[:, 1], ahead[:, 0]], 1)
        across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-6
        broad = np.sin(np.pi * np.clip(share * 0.92 + 0.1, 0, 1)) ** 0.8
        across = across * (0.21 * reach * broad)[:, None]
        for side in (-1, 1):
            out = across * side
            corners = [
                stem,
                stem + out * 0.6 + ahead * 0.75,
                stem + out + ahead * 0.8,
                stem + out * 0.5 + ahead * 0.1,
            ]
            tone = rng.uniform(0.8, 1.1) * (1.0 if side * angle < 0 else 0.8)
            canvas.shapes(
                np.stack(corners, 1).astype(np.float32),
                mixed(rng, palette, _LEAFLETS, 0.05) * tone,
                np.clip(sunlit * rng.uniform(0.6, 1.1, _LEAFLETS), 0, 1),
                np.full(_LEAFLETS, away),
            )
