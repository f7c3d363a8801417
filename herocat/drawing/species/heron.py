"""The grey heron."""

import numpy as np

from herocat.drawing.anatomy import Body, Eye, vector
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube, Vector
from herocat.drawing.species.wings import Wing, points, rod, spread

_NECKS: dict[str, tuple[Vector, ...]] = {  # by pose, from the breast to the crown
    "standing": (
        (0.10, 0, 0.60),
        (0.20, 0, 0.645),
        (0.185, 0, 0.735),
        (0.135, 0, 0.83),
        (0.155, 0, 0.92),
        (0.215, 0, 0.945),
    ),
    "hunting": (
        (0.10, 0, 0.60),
        (0.21, 0, 0.62),
        (0.27, 0, 0.70),
        (0.30, 0, 0.79),
        (0.37, 0, 0.83),
        (0.43, 0, 0.815),
    ),
    "striking": (
        (0.12, 0, 0.58),
        (0.24, 0, 0.58),
        (0.36, 0, 0.53),
        (0.45, 0, 0.44),
        (0.52, 0, 0.33),
        (0.56, 0, 0.26),
    ),
    "wings open": (
        (0.10, 0, 0.60),
        (0.21, 0, 0.65),
        (0.22, 0, 0.75),
        (0.18, 0, 0.85),
        (0.22, 0, 0.93),
        (0.28, 0, 0.945),
    ),
    "flying": (
        (0.14, 0, 0.60),
        (0.26, 0, 0.56),
        (0.27, 0, 0.645),
        (0.19, 0, 0.68),
        (0.23, 0, 0.725),
        (0.30, 0, 0.72),
    ),
}
_BILLS = {"striking": -0.9, "hunting": -0.35}  # how steeply the bill points down
_WINGS = {
    "wings open": Wing(
        ((0.12, 0.06, 0.62), (0.04, 0.22, 0.76), (0.12, 0.42, 0.86), (0.08, 0.60, 0.80)),
        (-0.75, 0.10, -0.65),
        (-0.35, 0.85, -0.55),
        (0.22, 0.28, 0.31, 0.33, 0.36, 0.36, 0.30),
        0.045,
        0.024,
    ),
    "flying": Wing(
        ((0.12, 0.06, 0.62), (0.02, 0.26, 0.78), (0.14, 0.52, 0.88), (0.08, 0.74, 0.84)),
        (-1.0, 0.05, -0.30),
        (-0.45, 1.0, -0.15),
        (0.24, 0.30, 0.33, 0.35, 0.38, 0.38, 0.30),
        0.048,
        0.024,
    ),
}
_TOES = ((0.085, 0.0), (0.065, 0.045), (0.065, -0.045), (-0.05, 0.0))  # ahead, out


def heron(pose: str) -> Body:
    """Return a grey heron; poses: standing, hunting, striking, wings open, flying."""
    neck = points(*_NECKS[pose])
    ahead = points((1.0, 0, _BILLS.get(pose, -0.10)))[0]
    ahead = ahead / np.linalg.norm(ahead)
    tubes = [
        *_trunk(),
        rod("neck", neck, (0.056, 0.040, 0.030, 0.026, 0.025, 0.026), hair=0.8, blend=0.03),
    ]
    tubes += _head(neck[-1], ahead)
    for side in (-1.0, 1.0):
        tubes += _leg(side, aloft=pose == "flying")
        if pose in _WINGS:
            tubes += spread(_WINGS[pose], side, np.zeros(3, np.float32))
        else:
            tubes.append(_folded(side))
    eyes = tuple(
        Eye(
            vector(neck[-1] + ahead * 0.040 + points((0, 0.024 * side, 0.010))[0]),
            (0.3, 0.95 * side, 0.1),
            0.0065,
        )
        for side in (-1.0, 1.0)
    )
    return Body(tuple(tubes), eyes, points((0.04, -0.045, 0), (0.04, 0.045, 0)), 0.6)


def _trunk() -> list[Tube]:
    body = points(
        (-0.24, 0, 0.475), (-0.16, 0, 0.51), (-0.02, 0, 0.555), (0.10, 0, 0.60), (0.16, 0, 0.625)
    )
    rise = np.array([0.02, 0.060, 0.088, 0.082, 0.045], np.float32)
    side = np.array([0.03, 0.060, 0.082, 0.078, 0.040], np.float32)
    tail = points((-0.20, 0, 0.50), (-0.28, 0, 0.465), (-0.36, 0, 0.43))
    flat = np.array([0.02, 0.012, 0.006], np.float32)
    broad = np.array([0.05, 0.05, 0.03], np.float32)
    return [
        Tube("body", body, rise, side, lay=-1, blend=0.03),
        Tube("tail", tail, flat, broad, hair=0.5, blend=0.01),
    ]


def _head(crown: Floats, ahead: Floats) -> list[Tube]:
    skull = np.stack([crown - ahead * 0.03, crown + ahead * 0.02, crown + ahead * 0.075])
    bill = np.stack([crown + ahead * 0.07, crown + ahead * 0.14, crown + ahead * 0.235])
    plume = crown + points((0.02, 0, 0.022), (-0.06, 0, 0.012), (-0.15, 0, -0.03))
    return [
        rod("head", skull, (0.026, 0.031, 0.020)),
        rod("bill", bill, (0.0155, 0.012, 0.003), hair=0.0),
        rod("plume", plume, (0.009, 0.008, 0.002)),
    ]


def _folded(side: float) -> Tube:
    line = points(
        (0.13, 0.055 * side, 0.60),
        (0.03, 0.078 * side, 0.565),
        (-0.12, 0.070 * side, 0.515),
        (-0.27, 0.030 * side, 0.455),
    )
    rise = np.array([0.045, 0.080, 0.070, 0.018], np.float32)
    thick = np.array([0.020, 0.022, 0.020, 0.012], np.float32)
    return Tube("wing", line, rise, thick, hair=1.5, blend=0.01)


def _leg(side: float, *, aloft: bool) -> list[Tube]:
    out = 0.045 * side
    if aloft:
        line = points(
            (0.0, 0.04 * side, 0.52),
            (-0.16, 0.035 * side, 0.46),
            (-0.36, 0.03 * side, 0.42),
            (-0.58, 0.025 * side, 0.40),
        )
        return [rod("leg", line, (0.028, 0.012, 0.009, 0.006), hair=0.1)]
    line = points(
        (0.0, 0.04 * side, 0.52), (0.025, out, 0.42), (-0.015, out, 0.26), (0.01, out, 0.02)
    )
    tubes = [rod("leg", line, (0.036, 0.016, 0.011, 0.009), hair=0.1)]
    for ahead, apart in _TOES:
        toe = points(
            (0.01, out, 0.015),
            (0.01 + ahead * 0.5, out + apart * 0.5, 0.014),
            (0.01 + ahead, out + apart, 0.004),
        )
        tubes.append(rod("leg", toe, (0.008, 0.006, 0.003), hair=0.0))
    return tubes


def heron_coat(skin: Skin) -> Floats:  # noqa: PLR0911 - one a part
    """Colour a grey heron."""
    grey = over(plain(skin, "8d98a3"), "6f7a86", np.clip(mottle(skin, 0.04), 0, 1) * 0.6)
    match skin.name:
        case "neck":
            shade = ramp(0.1, 0.7, skin.dorsal) * 0.5 * (1 - skin.along)
            streaks = ramp(0.5, 0.9, np.sin(skin.along * 60)) * ramp(0.55, 0.9, -skin.dorsal)
            return over(over(plain(skin, "e9e6df"), "8f979f", shade), "2a2c30", streaks)
        case "head":
            stripe = ramp(0.25, 0.5, np.abs(skin.dorsal)) * ramp(0.0, 0.3, skin.dorsal)
            return over(
                plain(skin, "f0eee8"), "17181b", stripe * (1 - ramp(0.80, 0.95, skin.dorsal))
            )
        case "bill":
            return over(plain(skin, "d9a441"), "8a6a3a", ramp(0.2, 0.8, skin.dorsal) * 0.5)
        case "plume":
            return plain(skin, "17181b")
        case "leg":
            return over(plain(skin, "b8b0a0"), "6e6246", ramp(0.12, 0.25, skin.along))
        case "quill":
            return over(plain(skin, "3c434c"), "23272d", ramp(0.4, 0.9, skin.along))
        case "wing":
            return over(grey, "2c3138", (1 - ramp(-0.75, -0.35, skin.dorsal)) * 0.9)
        case "arm":
            patch = ramp(0.45, 0.55, skin.along) * (1 - ramp(0.6, 0.7, skin.along))
            return over(plain(skin, "aab2ba"), "2a2c30", patch)
        case "body":
            return over(grey, "dfe0de", 1 - ramp(-0.7, -0.2, skin.dorsal))
        case _:
            return grey
