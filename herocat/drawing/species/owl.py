"""The barn owl."""

from dataclasses import replace

import numpy as np

from herocat.drawing.anatomy import Body, Eye, vector
from herocat.drawing.coats import mottle, over, plain, ramp, spots
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube, Vector
from herocat.drawing.species.wings import Wing, points, rod, spread

_LENGTHS = (0.14, 0.17, 0.19, 0.20, 0.21, 0.21, 0.18)
_WINGS = {
    "flying": Wing(
        ((0.06, 0.05, 0.02), (0.03, 0.17, 0.10), (0.08, 0.30, 0.15), (0.05, 0.42, 0.13)),
        (-1.0, 0.05, -0.30),
        (-0.40, 1.0, -0.10),
        _LENGTHS,
        0.034,
        0.013,
    ),
    "landing": Wing(
        ((0.04, 0.05, 0.03), (0.00, 0.15, 0.15), (0.05, 0.25, 0.27), (0.02, 0.33, 0.33)),
        (-0.75, 0.15, -0.75),
        (-0.25, 1.0, 0.25),
        _LENGTHS,
        0.034,
        0.013,
    ),
}
_TILT = {"flying": 12.0, "landing": 48.0}  # of the body, degrees; perched it is nearly upright
_GAZE: dict[str, Vector] = {"flying": (1.0, 0, -0.08), "looking": (0.75, 0.66, 0)}
_FEET: dict[str, Vector] = {"flying": (-0.10, 0, -0.015), "landing": (0.05, 0, -0.085)}
_ALOFT = 0.35  # metres that a flying owl is drawn above its stance


def owl(pose: str) -> Body:
    """Return a barn owl; poses: perched, looking, flying, landing."""
    aloft = pose in _WINGS
    angle = np.deg2rad(_TILT.get(pose, 72.0))
    ahead = np.array([np.cos(angle), 0, np.sin(angle)], np.float32)
    tail = points((-0.10, 0, -0.02) if aloft else (-0.04, 0, 0.06))[0]
    spine = np.stack([tail + ahead * reach for reach in (0.0, 0.05, 0.11, 0.17, 0.21)])
    nape = spine[-1] + points((0.012, 0, 0.014))[0]
    look = points(_GAZE.get(pose, (1.0, 0, 0)))[0]
    look = look / np.linalg.norm(look)
    tubes = [_trunk(spine), *_head(nape, look), *_tail(spine[0] - ahead * 0.01, ahead)]
    for side in (-1.0, 1.0):
        if aloft:
            tubes += spread(_WINGS[pose], side, spine[2] - points((0.02, 0, 0))[0])
        else:
            tubes.append(_folded(spine, side))
        tubes.append(_leg(spine[1], pose, side))
    shift = points((0, 0, _ALOFT if aloft else 0))[0]
    left = points((-float(look[1]), float(look[0]), 0))[0]
    eyes = tuple(
        Eye(
            vector(nape + look * 0.047 + left * 0.023 * side + points((0, 0, 0.010))[0] + shift),
            vector(look),
            0.0078,
        )
        for side in (-1.0, 1.0)
    )
    placed = tuple(replace(tube, spine=(tube.spine + shift).astype(np.float32)) for tube in tubes)
    return Body(placed, eyes, points((0, -0.03, 0), (0, 0.03, 0)), 0.3)


def _trunk(spine: Floats) -> Tube:
    rise = np.array([0.035, 0.058, 0.070, 0.062, 0.048], np.float32)
    side = np.array([0.038, 0.062, 0.075, 0.070, 0.052], np.float32)
    return Tube("body", spine, rise, side, (-0.7, 0.0, 0.7), lay=-1, blend=0.02)


def _head(nape: Floats, look: Floats) -> list[Tube]:
    """Return the head, flat in front: its spine's last steps go from the face's rim inwards."""
    reaches = (-0.045, -0.015, 0.015, 0.036, 0.044, 0.048, 0.050)
    face = np.stack([nape + look * reach for reach in reaches])
    rise = np.array([0.035, 0.056, 0.060, 0.056, 0.040, 0.020, 0.003], np.float32)
    side = np.array([0.036, 0.058, 0.064, 0.061, 0.044, 0.022, 0.003], np.float32)
    head = Tube("head", face, rise, side, lay=-1, hair=0.5, bald=0.5, blend=0.012, ring=28)
    beak = nape + np.stack([look * 0.048, look * 0.060, look * 0.058])
    beak = beak + points((0, 0, 0.006), (0, 0, -0.008), (0, 0, -0.026))
    return [head, rod("beak", beak, (0.0065, 0.0060, 0.002), hair=0.0, blend=0.002)]


def _tail(root: Floats, ahead: Floats) -> list[Tube]:
    tubes = []
    for number in range(5):
        end = root - ahead * 0.10 + points((0, (number - 2) * 0.022, -0.005))[0]
        line = np.stack([root, (root + end) / 2, end]).astype(np.float32)
        thin = np.array([0.008, 0.006, 0.003], np.float32)
        wide = np.array([0.02, 0.024, 0.014], np.float32)
        tubes.append(Tube("quill", line, thin, wide, (-0.5, 0, 0.8), hair=0.3, blend=0.002, ring=8))
    return tubes


def _folded(spine: Floats, side: float) -> Tube:
    line = np.stack([spine[4], spine[2], spine[1], spine[0]]) + points(
        (-0.01, 0.055 * side, -0.01),
        (-0.03, 0.080 * side, 0),
        (-0.05, 0.06 * side, -0.03),
        (-0.045, 0.025 * side, -0.09),
    )
    wide = np.array([0.03, 0.055, 0.045, 0.008], np.float32)
    thin = np.array([0.014, 0.016, 0.016, 0.010], np.float32)
    return Tube("wing", line, wide, thin, (0.9, 0, 0.3), blend=0.01)


def _leg(hips: Floats, pose: str, side: float) -> Tube:
    hip = hips + points((0.02, 0.030 * side, -0.035))[0]
    foot = hip + points(_FEET.get(pose, (0.015, 0, -0.055)))[0]
    if pose not in _FEET:
        foot[2] = 0.012
    return rod("leg", np.stack([hip, (hip + foot) / 2, foot]), (0.022, 0.014, 0.009))


def owl_coat(skin: Skin) -> Floats:
    """Colour a barn owl: gold and grey above, white below, a pale heart for a face."""
    dust = ramp(0.0, 0.7, mottle(skin, 0.02, 4)) * 0.8
    gold = over(plain(skin, "c79a58"), "8f8a86", dust)
    gold = over(gold, "3a322c", spots(skin, 0.016, 0.22) * 0.6)
    match skin.name:
        case "body":
            white = over(plain(skin, "f4f0e8"), "4a3c2e", spots(skin, 0.02, 0.16, 3) * 0.7)
            share = ramp(-0.25, 0.15, skin.dorsal)[:, None]
            return white * (1 - share) + gold * share
        case "head":
            return _face(skin, gold)
        case "beak":
            return plain(skin, "d9c3a8")
        case "quill" | "covert" | "lesser":
            bold = 0.45 if skin.name == "quill" else 0.18
            bars = ramp(0.3, 0.7, np.sin(skin.along * 26)) * bold
            upper = over(plain(skin, "cfa66a"), "6e5a44", bars)
            upper = over(upper, "8f8a86", ramp(-0.5, 0.5, mottle(skin, 0.05)) * 0.3)
            share = ramp(-0.1, 0.15, skin.dorsal)[:, None]
            return plain(skin, "efe9dd") * (1 - share) + upper * share
        case "leg":
            return plain(skin, "e6dccb")
        case _:
            return gold


def _face(skin: Skin, gold: Floats) -> Floats:
    """Colour a heart: white lobes left and right of a tawny parting, in a brown rim."""
    front = ramp(0.47, 0.50, skin.along)
    rim = front * (1 - ramp(0.54, 0.60, skin.along))
    face = over(over(gold, "f8f4ec", front), "7a5430", rim * 0.9)
    notch = ramp(0.78, 0.98, skin.dorsal) * ramp(0.50, 0.56, skin.along)
    face = over(face, "a8763f", notch * (1 - ramp(0.80, 0.95, skin.along)))
    lobes = ramp(0.3, 0.9, np.abs(skin.flank)) * ramp(0.70, 0.80, skin.along)
    lobes = lobes * (1 - ramp(0.92, 0.99, skin.along)) * ramp(-0.3, 0.4, skin.dorsal)
    return over(face, "c9a070", lobes * 0.55)
