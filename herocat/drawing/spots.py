"""Places on the ground: where things are strewn, where they grow, where sun falls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from herocat.drawing.canvas import Canvas
from herocat.drawing.curves import Floats
from herocat.drawing.noise import look_up, tile

Where: TypeAlias = Callable[[Floats, Floats], Floats]  # metres right and away: how much, 0..1


@dataclass(frozen=True, slots=True)
class Spots:
    """Places on the ground, far ones first: flat arrays of one length."""

    x: Floats  # pixels
    row: Floats
    right: Floats  # metres from the middle of the view
    away: Floats  # metres from the camera
    metre: Floats  # how many pixels a metre takes there

    def __len__(self) -> int:
        return len(self.x)

    @property
    def place(self) -> Floats:
        """Where they are in the frame, n x 2, pixels."""
        return np.stack([self.x, self.row], axis=1)


def everywhere(right: Floats, away: Floats) -> Floats:
    """Return 1 for any place."""
    return np.ones_like(right + away)


def scatter(
    canvas: Canvas,
    count: float,
    *,
    near: float,
    far: float,
    where: Where = everywhere,
    crowd: float = 1.0,
) -> Spots:
    """Strew places over the ground between two distances.

    They are even in the picture, not on the ground, where rows far away are narrow; a ``crowd``
    below 1 draws them towards the camera. ``where`` says which share of them stays.
    """
    rng, view = canvas.rng, canvas.view
    total = canvas.many(count)
    share = np.sort(rng.random(total) ** crowd)
    row = view.row(far) + (view.row(near) - view.row(far)) * share
    x = rng.uniform(-0.03, 1.03, total) * canvas.width
    away = view.focal * view.height / (row - view.level)
    right = (x - canvas.width / 2) * away / view.focal
    keep = rng.random(total) < where(right, away)
    return Spots(x[keep], row[keep], right[keep], away[keep], view.focal / away[keep])


def patches(seed: int, period: float, share: float) -> Where:
    """Return where something grows in patches of ``period`` metres, on a ``share`` of the ground."""
    noise = tile(np.random.default_rng(seed), 256, 8, 3)

    def where(right: Floats, away: Floats) -> Floats:
        value = look_up(noise, right / (8 * period), away / (8 * period))
        result: Floats = np.clip((value + share - 0.5) * 3 + 0.5, 0, 1)
        return result

    return where


def dapple(seed: int, period: float, share: float) -> Where:
    """Return how much sun falls through leaves, or past hills, onto each place of the ground."""
    noise = tile(np.random.default_rng(seed), 256, 8, 4)

    def sun(right: Floats, away: Floats) -> Floats:
        value = look_up(noise, right / (8 * period), away / (11.2 * period))
        result: Floats = np.clip((value + share - 0.5) * 2.8 + 0.4, 0.05, 1)
        return result

    return sun
