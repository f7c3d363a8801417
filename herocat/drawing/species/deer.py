"""Red deer: stag, hind and fawn."""

from dataclasses import replace

import numpy as np

from herocat.drawing.anatomy import Build, Ear, Head, Leg, Pose
from herocat.drawing.coats import mottle, over, plain, ramp, spots
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube

HIND = Build(
    shoulder=1.12,
    torso=(
        (-0.67, 0.87, 0.73, 0.03),
        (-0.63, 0.95, 0.65, 0.09),
        (-0.48, 0.99, 0.59, 0.13),
        (-0.22, 0.97, 0.57, 0.145),
        (0.06, 0.95, 0.53, 0.155),
        (0.28, 0.98, 0.51, 0.145),
        (0.42, 1.00, 0.52, 0.125),
        (0.51, 0.95, 0.59, 0.10),
        (0.56, 0.86, 0.69, 0.06),
    ),
    neck=(0.40, 0.82),
    neck_length=0.52,
    neck_angle=54,
    neck_rise=(0.18, 0.115, 0.088),
    neck_side=(0.115, 0.075, 0.068),
    head_length=0.38,
    head_pitch=-24,
    head=(
        (-0.16, 0.04, 0.04, 0.04),
        (0.00, 0.075, 0.085, 0.07),
        (0.20, 0.085, 0.095, 0.082),
        (0.42, 0.068, 0.085, 0.072),
        (0.66, 0.045, 0.062, 0.048),
        (0.86, 0.038, 0.045, 0.040),
        (1.00, 0.028, 0.032, 0.032),
    ),
    fore=Leg(
        ((0.42, 0.74), (0.36, 0.56), (0.39, 0.31), (0.385, 0.10), (0.425, 0.025)),
        (0.13, 0.072, 0.036, 0.024, 0.026),
        (0.07, 0.046, 0.030, 0.022, 0.024),
        (0.06, 0.085, 0.075, 0.07, 0.07),
    ),
    hind=Leg(
        ((-0.48, 0.82), (-0.38, 0.59), (-0.59, 0.39), (-0.555, 0.11), (-0.51, 0.025)),
        (0.17, 0.105, 0.042, 0.026, 0.027),
        (0.09, 0.068, 0.033, 0.023, 0.025),
        (0.06, 0.085, 0.08, 0.075, 0.075),
    ),
    tail=((-0.64, 0.90, 0.035), (-0.69, 0.85, 0.036), (-0.715, 0.78, 0.03), (-0.715, 0.74, 0.012)),
    ears=(Ear(0.06, 0.05, 0.055, 0.19, 0.062, (-0.25, 0.95, 0.55), (0.5, 0.9, 1.0, 0.7, 0.08)),),
    eye=(0.33, 0.045, 0.066, 0.013),
    tail_hair=0.8,
    head_hair=0.3,
    leg_hair=0.3,
    neck_hair=0.8,
)


def _antlers(head: Head, pose: Pose) -> list[Tube]:  # noqa: ARG001 - the signature of extras
    """Grow two beams that rise, sweep back and close in, with four tines each."""
    tubes = []
    for side in (-1.0, 1.0):
        root = head.at(0.10, 0.075, 0.045 * side)
        beam = (
            (0.00, 0.00, 0.00),
            (-0.05, 0.08, 0.10),
            (-0.15, 0.20, 0.24),
            (-0.20, 0.27, 0.40),
            (-0.14, 0.27, 0.55),
            (-0.03, 0.22, 0.66),
        )
        places = np.array([root + head.to(x, y * side, z) for x, y, z in beam], np.float32)
        tubes.append(_branch(places, 0.024))
        tines = (
            (0, (0.04, 0.03, 0.02), (0.13, 0.06, 0.04), (0.20, 0.07, 0.13)),
            (2, (0.00, 0.00, 0.00), (0.10, 0.05, 0.04), (0.16, 0.07, 0.12)),
            (3, (0.00, 0.00, 0.00), (0.06, 0.07, 0.06), (0.09, 0.10, 0.15)),
            (4, (0.00, 0.00, 0.00), (-0.07, 0.04, 0.06), (-0.10, 0.06, 0.14)),
        )
        for start, *offsets in tines:
            line = [places[start] + head.to(x, y * side, z) for x, y, z in offsets]
            tubes.append(_branch(np.array(line, np.float32), 0.016))
    return tubes


def _branch(line: Floats, radius: float) -> Tube:
    thick = radius * np.linspace(1.0, 0.35, len(line), dtype=np.float32)
    return Tube("antler", line, thick, thick, up=(0.3, 0.2, 0.9), hair=0.0, blend=0.008, ring=8)


STAG = replace(
    HIND,
    shoulder=1.28,
    neck_rise=(0.22, 0.165, 0.11),
    neck_side=(0.14, 0.11, 0.085),
    neck_angle=50,
    neck_hair=2.2,
    extras=_antlers,
)


FAWN = replace(
    HIND,
    shoulder=0.62,
    neck_length=0.42,
    head_length=0.34,
    head=(
        (-0.16, 0.04, 0.04, 0.04),
        (0.00, 0.095, 0.10, 0.085),
        (0.22, 0.105, 0.11, 0.10),
        (0.45, 0.078, 0.10, 0.082),
        (0.70, 0.048, 0.066, 0.052),
        (0.88, 0.04, 0.046, 0.042),
        (1.00, 0.028, 0.032, 0.032),
    ),
    eye=(0.36, 0.052, 0.078, 0.019),
)


def deer(skin: Skin) -> Floats:
    """Colour a hind."""
    return _coloured(skin, "95603a")


def stag(skin: Skin) -> Floats:
    """Colour a stag: darker, with a shaggy brown neck and bone-coloured antler tips."""
    if skin.name == "antler":
        return over(plain(skin, "5b4330"), "d8cbb0", ramp(0.45, 1.0, skin.along))
    colour = _coloured(skin, "7f4f2f")
    if skin.name == "neck":
        return over(colour, "4f3422", ramp(-0.2, 0.6, -skin.dorsal) * 0.7 + 0.2)
    return colour


def fawn(skin: Skin) -> Floats:
    """Colour a fawn, with its white spots."""
    colour = _coloured(skin, "b0733f")
    if skin.name == "torso":
        return over(colour, "f2e6d0", spots(skin, 0.075, 0.30) * ramp(-0.15, 0.2, skin.dorsal))
    return colour


def _coloured(skin: Skin, main: str) -> Floats:
    coat = over(plain(skin, main), "6a4128", ramp(0.35, 1.0, skin.dorsal) * 0.55)
    coat = over(coat, "bd8858", np.clip(mottle(skin, 0.12), 0, 1) * 0.45)
    match skin.name:
        case "torso":
            coat = over(coat, "d9bd98", 1 - ramp(-0.95, -0.5, skin.dorsal))
            return over(coat, "e6cfa8", (1 - ramp(0.03, 0.10, skin.along)) * 0.9)
        case "head":
            pale = (1 - ramp(-0.55, -0.15, skin.dorsal)) * ramp(0.2, 0.4, skin.along)
            face = over(over(coat, "d8c2a2", pale), "6d4630", ramp(0.45, 0.8, skin.along) * 0.6)
            return over(face, "1b1512", ramp(0.90, 0.935, skin.along))
        case "ear":
            return over(plain(skin, "7d5537"), "d9c3a5", ramp(0.05, 0.4, skin.dorsal))
        case "fore" | "hind":
            leg = over(coat, "8a6142", ramp(0.35, 0.7, skin.along))
            return over(leg, "1a1512", ramp(0.93, 0.955, skin.along))
        case "tail":
            return over(plain(skin, "d9bd92"), "9c6034", ramp(0.1, 0.8, skin.dorsal))
        case _:
            return coat
