"""A hiker with hat and backpack."""

from dataclasses import replace

import numpy as np

from herocat.drawing.anatomy import Body
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube, Vector

_STRIDES: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "walking": ((26, 6), (-14, -38)),  # thigh and shin of the right leg, of the left; degrees
    "stepping": ((-16, -34), (24, 4)),
    "standing": ((4, 0), (-4, -6)),
}


def hiker(pose: str) -> Body:
    """Return a person with hat and backpack; poses: walking, stepping, standing."""
    tubes = [*_trunk(), *_load(), *_head()]
    feet = []
    for side, (thigh, shin) in zip((-1.0, 1.0), _STRIDES[pose], strict=True):
        leg, boot = _leg(side, thigh, shin)
        tubes += [leg, boot, *_arm(side, -0.8 * thigh)]
        feet.append(boot.spine[0])
    lowest = min(float(tube.spine[0, 2]) for tube in tubes if tube.name == "boot") - 0.06
    shift = np.array([0, 0, -lowest], np.float32)
    placed = tuple(replace(tube, spine=(tube.spine + shift).astype(np.float32)) for tube in tubes)
    return Body(placed, (), np.array(feet, np.float32) + shift, 1.0)


def _tube(
    name: str, points: tuple[Vector, ...], deep: tuple[float, ...], wide: tuple[float, ...]
) -> Tube:
    spine = np.array(points, np.float32)
    rise, side = np.array(deep, np.float32), np.array(wide, np.float32)
    return Tube(name, spine, rise, side, (1.0, 0.0, 0.2), hair=0.0, blend=0.02)


def _trunk() -> list[Tube]:
    return [
        _tube(
            "jacket",
            ((0.0, 0, 0.88), (0.01, 0, 1.08), (0.03, 0, 1.28), (0.02, 0, 1.42), (0.03, 0, 1.49)),
            (0.12, 0.125, 0.125, 0.10, 0.06),
            (0.165, 0.165, 0.185, 0.175, 0.07),
        ),
        _tube(
            "skin",
            ((0.035, 0, 1.46), (0.045, 0, 1.53), (0.055, 0, 1.60)),
            (0.052, 0.05, 0.05),
            (0.055, 0.052, 0.05),
        ),
    ]


def _load() -> list[Tube]:
    pack = _tube(
        "pack",
        ((-0.19, 0, 0.98), (-0.205, 0, 1.10), (-0.21, 0, 1.32), (-0.19, 0, 1.50)),
        (0.10, 0.125, 0.12, 0.085),
        (0.14, 0.155, 0.155, 0.13),
    )
    roll = _tube(
        "roll",
        ((-0.20, -0.19, 0.93), (-0.20, 0, 0.93), (-0.20, 0.19, 0.93)),
        (0.065, 0.07, 0.065),
        (0.065, 0.07, 0.065),
    )
    return [replace(pack, square=0.5), roll]


def _head() -> list[Tube]:
    brim = _tube("hat", ((0.055, 0, 1.698), (0.055, 0, 1.708)), (0.175, 0.172), (0.155, 0.152))
    return [
        _tube(
            "head",
            ((0.055, 0, 1.535), (0.065, 0, 1.60), (0.062, 0, 1.67), (0.052, 0, 1.735)),
            (0.060, 0.094, 0.102, 0.075),
            (0.052, 0.074, 0.080, 0.062),
        ),
        _tube(
            "hat",
            ((0.05, 0, 1.70), (0.048, 0, 1.75), (0.045, 0, 1.80)),
            (0.112, 0.105, 0.070),
            (0.094, 0.090, 0.062),
        ),
        replace(brim, cap=0.05),
    ]


def _swing(start: Floats, length: float, degrees: float) -> Floats:
    angle = np.deg2rad(degrees)
    return start + np.array([np.sin(angle), 0, -np.cos(angle)], np.float32) * length


def _leg(side: float, thigh: float, shin: float) -> tuple[Tube, Tube]:
    hip = np.array([0.0, 0.085 * side, 0.92], np.float32)
    knee = _swing(hip, 0.43, thigh)
    ankle = _swing(knee, 0.43, shin)
    spine = np.stack([hip, (hip + knee) / 2, knee, (knee + ankle) / 2, ankle]).astype(np.float32)
    deep = np.array([0.105, 0.092, 0.068, 0.064, 0.056], np.float32)
    leg = Tube("trousers", spine, deep, deep * 0.95, (1, 0, 0.2), hair=0.0, blend=0.03)
    tip = np.deg2rad(min(0.0, shin) * 0.7)
    ahead = np.array([np.cos(tip), 0, np.sin(tip)], np.float32)
    foot = np.stack([ankle - ahead * 0.05, ankle + ahead * 0.06, ankle + ahead * 0.17])
    foot[:, 2] -= np.array([0.01, 0.025, 0.035])
    thick = np.array([0.062, 0.052, 0.034], np.float32)
    return leg, Tube("boot", foot, thick, thick * 0.85, (0, 0, 1), hair=0.0, blend=0.02)


def _arm(side: float, swing: float) -> list[Tube]:
    shoulder = np.array([0.02, 0.195 * side, 1.40], np.float32)
    elbow = _swing(shoulder, 0.29, swing) + np.array([0, 0.025 * side, 0], np.float32)
    hand = _swing(elbow, 0.26, swing + 32)
    sleeve = np.stack([shoulder, (shoulder + elbow) / 2, elbow, (elbow + hand) / 2, hand])
    thick = np.array([0.068, 0.058, 0.050, 0.046, 0.038], np.float32)
    fist = np.stack([hand, _swing(hand, 0.08, swing + 25)])
    small = np.array([0.036, 0.030], np.float32)
    return [
        Tube("jacket", sleeve, thick, thick, (1, 0, 0.2), hair=0.0, blend=0.02),
        Tube("skin", fist, small, small, (1, 0, 0.2), hair=0.0, blend=0.01),
    ]


_CLOTHES = {  # the colour of each part, and of its folds
    "jacket": ("94453a", "6a2f2a"),
    "trousers": ("6a6a5c", "4a4a42"),
    "pack": ("2f5d62", "234449"),
    "roll": ("8a8f94", "5c6166"),
    "hat": ("9a8560", "6e5c40"),
    "boot": ("3a2a20", "2a1e17"),
}


def clothes(skin: Skin) -> Floats:
    """Colour a hiker."""
    if skin.name == "head":
        return over(plain(skin, "b98a6a"), "4a3222", 1 - ramp(-0.15, 0.25, skin.dorsal))
    if skin.name not in _CLOTHES:
        return plain(skin, "b98a6a")
    cloth, fold = _CLOTHES[skin.name]
    colour = over(plain(skin, cloth), fold, ramp(0.0, 0.8, mottle(skin, 0.12, 3)) * 0.45)
    if skin.name == "pack":
        return over(colour, "c9a24a", ramp(0.9, 1.0, np.sin(skin.place[:, 2] * 28)) * 0.7)
    return colour
