"""The wild boar and its striped piglets."""

from dataclasses import replace

import numpy as np

from herocat.drawing.anatomy import Build, Ear, Head, Leg, Pose
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube


def _snout(head: Head, pose: Pose) -> list[Tube]:  # noqa: ARG001 - the signature of extras
    """Put the disc on a boar's snout, and its tusks."""
    disc = np.stack([head.at(0.965, -0.004, 0), head.at(1.0, -0.004, 0)])
    radius = np.array([0.056, 0.054], np.float32)
    tubes = [Tube("disc", disc, radius, radius, hair=0.0, blend=0.005, ring=14)]
    for side in (-1.0, 1.0):
        line = [head.at(0.78, -0.06, 0.055 * side), head.at(0.82, -0.03, 0.085 * side)]
        line.append(head.at(0.80, 0.025, 0.090 * side))
        thick = np.array([0.012, 0.010, 0.004], np.float32)
        tubes.append(Tube("tusk", np.stack(line), thick, thick, hair=0.0, blend=0.004, ring=8))
    return tubes


BOAR = Build(
    shoulder=0.86,
    torso=(
        (-0.72, 0.72, 0.58, 0.04),
        (-0.66, 0.82, 0.48, 0.11),
        (-0.48, 0.88, 0.40, 0.155),
        (-0.20, 0.93, 0.37, 0.18),
        (0.08, 0.98, 0.36, 0.195),
        (0.30, 1.02, 0.37, 0.195),
        (0.46, 1.00, 0.42, 0.175),
        (0.58, 0.93, 0.50, 0.14),
        (0.64, 0.84, 0.58, 0.09),
    ),
    neck=(0.48, 0.74),
    neck_length=0.20,
    neck_angle=2,
    neck_rise=(0.26, 0.225, 0.185),
    neck_side=(0.165, 0.15, 0.135),
    head_length=0.56,
    head_pitch=-26,
    head=(
        (-0.16, 0.10, 0.10, 0.08),
        (0.00, 0.17, 0.17, 0.135),
        (0.18, 0.155, 0.165, 0.14),
        (0.36, 0.115, 0.14, 0.115),
        (0.54, 0.080, 0.115, 0.082),
        (0.74, 0.058, 0.088, 0.062),
        (0.92, 0.050, 0.060, 0.052),
        (0.99, 0.050, 0.055, 0.052),
    ),
    fore=Leg(
        ((0.42, 0.70), (0.35, 0.42), (0.38, 0.20), (0.375, 0.075), (0.42, 0.025)),
        (0.18, 0.085, 0.046, 0.034, 0.032),
        (0.09, 0.060, 0.040, 0.032, 0.030),
        (0.08, 0.115, 0.10, 0.095, 0.095),
    ),
    hind=Leg(
        ((-0.48, 0.66), (-0.36, 0.45), (-0.56, 0.265), (-0.53, 0.08), (-0.485, 0.025)),
        (0.22, 0.13, 0.048, 0.034, 0.032),
        (0.11, 0.085, 0.040, 0.032, 0.030),
        (0.075, 0.11, 0.10, 0.095, 0.095),
    ),
    tail=(
        (-0.70, 0.72, 0.02),
        (-0.75, 0.62, 0.014),
        (-0.75, 0.50, 0.012),
        (-0.74, 0.40, 0.024),
        (-0.74, 0.36, 0.01),
    ),
    ears=(Ear(0.02, 0.12, 0.095, 0.17, 0.075, (-0.15, 0.35, 1.0), (0.6, 0.95, 0.95, 0.6, 0.08)),),
    eye=(0.30, 0.078, 0.106, 0.013),
    extras=_snout,
    tail_hair=0.6,
    head_hair=0.7,
    leg_hair=0.5,
    neck_hair=1.3,
)


PIGLET = replace(BOAR, shoulder=0.34, head_length=0.46, extras=lambda _head, _pose: [])


def boar(skin: Skin) -> Floats:
    """Colour a wild boar."""
    grey = over(plain(skin, "4a3f35"), "241e1a", ramp(0.2, 0.95, skin.dorsal) * 0.8)
    grey = over(grey, "7d6b56", np.clip(mottle(skin, 0.08), 0, 1) * 0.65)
    match skin.name:
        case "head":
            face = over(grey, "8a7964", (1 - ramp(-0.5, 0.3, skin.dorsal)) * 0.45)
            return over(face, "3a302a", ramp(0.5, 0.85, skin.along) * 0.7)
        case "disc":
            return plain(skin, "6e554b")
        case "tusk":
            return plain(skin, "e8e0cc")
        case "fore" | "hind":
            return over(grey, "1a1614", ramp(0.30, 0.6, skin.along))
        case _:
            return grey


def piglet(skin: Skin) -> Floats:
    """Colour a piglet, striped along its sides."""
    tan = over(plain(skin, "a5713f"), "6e4526", ramp(0.75, 0.95, skin.dorsal))
    if skin.name == "torso":
        angle = np.arctan2(np.abs(skin.flank), skin.dorsal)
        bands = ramp(0.1, 0.5, np.sin(angle * 6.2 + 0.8) + 0.15 * mottle(skin, 0.05))
        return over(tan, "ead2a2", bands * ramp(-0.6, -0.2, skin.dorsal))
    return over(tan, "40291c", ramp(0.94, 0.97, skin.along)) if skin.name == "head" else tan
