"""Coats: which colour each place of an animal has."""

from functools import cache

import numpy as np

from herocat.drawing.curves import Floats
from herocat.drawing.noise import look_up, tile
from herocat.drawing.sculpture import Skin


def ink(text: str) -> Floats:
    """Return the linear colour of six hexadecimal digits."""
    shown = np.array([int(text[at : at + 2], 16) / 255 for at in (0, 2, 4)], np.float32)
    return shown * shown


def plain(skin: Skin, colour: str) -> Floats:
    """Return one colour for all of a skin."""
    return np.broadcast_to(ink(colour), (len(skin.along), 3))


def over(base: Floats, colour: str, amount: Floats) -> Floats:
    """Lay a colour over another, by an amount 0..1 for each place."""
    share = amount[:, None]
    return base * (1 - share) + ink(colour) * share


def ramp(low: float, high: float, values: Floats) -> Floats:
    """Rise smoothly from 0 at ``low`` to 1 at ``high``."""
    share = np.clip((values - low) / (high - low), 0, 1)
    result: Floats = (share * share * (3 - 2 * share)).astype(np.float32)
    return result


@cache
def _tile(seed: int) -> Floats:
    return tile(np.random.default_rng(seed), 256, 8, 4)


def mottle(skin: Skin, period: float, seed: int = 1, stretch: float = 1.0) -> Floats:
    """Return noise on the skin, about -1..1, with patches of ``period`` metres."""
    span = 8 * period
    across = (skin.place[:, 0] / stretch + 0.7 * skin.place[:, 1]) / span
    return look_up(_tile(seed), across, (skin.place[:, 2] + 0.3 * skin.place[:, 1]) / span)


def spots(skin: Skin, period: float, size: float, seed: int = 1) -> Floats:
    """Return 1 in round spots that are strewn over the skin, 0 between them."""
    x = (skin.place[:, 0] + 0.5 * skin.place[:, 1]) / period
    z = (skin.place[:, 2] + 0.5 * np.abs(skin.place[:, 1])) / period
    best, _ = _nearest(x, z, seed)
    return 1 - ramp(size * 0.7, size, best)


def patches(skin: Skin, period: float, seed: int = 1) -> Floats:
    """Return how far inside one of many patches each place lies: 0 on the lines between them."""
    x = skin.place[:, 0] / period + 0.4 * skin.place[:, 1] / period
    z = (skin.place[:, 2] + 0.6 * np.abs(skin.place[:, 1])) / period
    best, second = _nearest(x, z, seed)
    return second - best


def _nearest(x: Floats, z: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return the distances to the two nearest of points strewn one in each unit square."""
    jitter = np.random.default_rng(seed).random((64, 64, 2), np.float32)
    column, row = np.floor(x).astype(int), np.floor(z).astype(int)
    best = np.full(x.shape, 9.0, np.float32)
    second = best.copy()
    for dx in (-1, 0, 1):
        for dz in (-1, 0, 1):
            point = jitter[(row + dz) % 64, (column + dx) % 64]
            far = np.hypot(column + dx + point[:, 0] - x, row + dz + point[:, 1] - z)
            second = np.minimum(second, np.maximum(best, far))
            best = np.minimum(best, far)
    return best.astype(np.float32), second.astype(np.float32)
