"""A 4x4."""

import numpy as np

from herocat.drawing.anatomy import Body
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube, Vector

_AXLES = (-1.30, 1.32)


def car(pose: str) -> Body:  # noqa: ARG001 - a car has one
    """Return a 4x4, as long and as high as the common ones."""
    tubes = [
        _box(
            "shell",
            ((-2.05, 0, 0.86), (-1.9, 0, 0.86), (0.6, 0, 0.87), (1.75, 0, 0.84), (1.98, 0, 0.80)),
            (0.29, 0.33, 0.33, 0.28, 0.22),
            (0.80, 0.86, 0.86, 0.83, 0.76),
        ),
        _box(
            "cabin",
            ((-2.0, 0, 1.42), (-1.9, 0, 1.44), (0.05, 0, 1.45), (0.32, 0, 1.38), (0.72, 0, 1.16)),
            (0.36, 0.39, 0.39, 0.33, 0.10),
            (0.74, 0.76, 0.75, 0.75, 0.78),
        ),
        _box("rack", ((-1.7, 0, 1.90), (-0.1, 0, 1.90)), (0.03, 0.03), (0.62, 0.62), cap=0.1),
        _bumper(2.02, 0.58, 0.08),
        _bumper(-2.09, 0.60, 0.07),
        _disc("spare", (-2.08, 0.1, 1.05), (-2.28, 0.1, 1.05), 0.34),
    ]
    for side in (-1.0, 1.0):
        for x in _AXLES:
            tubes.append(_disc("tyre", (x, side * 0.60, 0.38), (x, side * 0.87, 0.38), 0.38))
            tubes.append(_disc("arch", (x, side * 0.70, 0.44), (x, side * 0.862, 0.44), 0.47, 0.02))
            tubes.append(_disc("rim", (x, side * 0.86, 0.38), (x, side * 0.89, 0.38), 0.21))
        tubes.append(_disc("lamp", (1.90, side * 0.58, 0.90), (2.0, side * 0.58, 0.89), 0.11, 0.3))
    feet = np.array([[x, y, 0] for x in _AXLES for y in (-0.75, 0.75)], np.float32)
    return Body(tuple(tubes), (), feet, 1.9)


def _box(
    name: str,
    spine: tuple[Vector, ...],
    rise: tuple[float, ...],
    side: tuple[float, ...],
    *,
    cap: float = 1.0,
) -> Tube:
    line = np.array(spine, np.float32)
    up, out = np.array(rise, np.float32), np.array(side, np.float32)
    return Tube(name, line, up, out, hair=0.0, blend=0.02, square=0.3, cap=cap)


def _bumper(x: float, z: float, thick: float) -> Tube:
    ends = x - 0.04 * np.sign(x)
    line = np.array([[ends, -0.80, z], [x, 0, z], [ends, 0.80, z]], np.float32)
    radius = np.full(3, thick, np.float32)
    return Tube("bumper", line, radius, radius * 0.87, hair=0.0, blend=0.02, square=0.4)


def _disc(name: str, start: Vector, end: Vector, radius: float, cap: float = 0.12) -> Tube:
    line = np.array([start, end], np.float32)
    wide = np.full(2, radius, np.float32)
    return Tube(name, line, wide, wide, hair=0.0, blend=0.02, cap=cap)


def paintwork(skin: Skin) -> Floats:
    """Colour a 4x4: cream and green, dusty below, dark windows."""
    match skin.name:
        case "shell":
            return _shell(skin)
        case "cabin":
            return _cabin(skin)
        case "tyre":
            return over(plain(skin, "1b1a18"), "8a7656", ramp(0.0, 1.0, mottle(skin, 0.2)) * 0.4)
        case _:
            return plain(skin, _PLAIN.get(skin.name, "33322e"))


_PLAIN = {"spare": "2a2926", "arch": "171615", "rim": "b9b4a6", "lamp": "f4efdc"}


def _shell(skin: Skin) -> Floats:
    x, y, z = skin.place[:, 0], np.abs(skin.place[:, 1]), skin.place[:, 2]
    seams = ramp(0.97, 0.995, np.abs(np.cos((x + 0.15) * np.pi / 0.95))) * (x < 0.75) * (z > 0.58)
    grille = ramp(1.93, 1.96, x) * (y < 0.42) * (z > 0.72) * (z < 1.02)
    body = over(over(plain(skin, "5d6b4a"), "2c3324", seams * 0.7), "191a18", grille)
    dust = (1 - ramp(0.45, 1.05, z)) * (0.5 + 0.3 * mottle(skin, 0.3))
    return over(body, "a58c66", np.clip(dust, 0, 0.8))


def _cabin(skin: Skin) -> Floats:
    x, y, z = skin.place[:, 0], np.abs(skin.place[:, 1]), skin.place[:, 2]
    between = np.abs(np.cos((x + 0.15) * np.pi / 0.80)) < 0.975
    panes = between * (y > 0.66) * (z > 1.22) * (z < 1.66) * (x < 0.30) * (x > -1.9)
    front = ramp(0.30, 0.34, x) * (z > 1.20) * (z < 1.72) * (y < 0.68)
    rear = (x < -1.93) * (z > 1.25) * (z < 1.66) * (y < 0.62)
    glass = np.clip(panes + front + rear, 0, 1).astype(np.float32)
    roof = over(plain(skin, "5d6b4a"), "e2ddcc", ramp(1.68, 1.74, z))
    return over(over(roof, "20262a", glass), "5f7078", glass * ramp(1.35, 1.66, z) * 0.5)
