"""The brown bear and its cub."""

from dataclasses import replace

import numpy as np

from herocat.drawing.anatomy import Build, Ear, Leg
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin

BEAR = Build(
    shoulder=1.10,
    torso=(
        (-0.74, 0.78, 0.58, 0.08),
        (-0.68, 0.90, 0.48, 0.18),
        (-0.48, 0.96, 0.40, 0.245),
        (-0.20, 0.93, 0.37, 0.265),
        (0.08, 0.93, 0.36, 0.265),
        (0.30, 1.01, 0.37, 0.25),
        (0.46, 1.03, 0.42, 0.22),
        (0.60, 0.94, 0.52, 0.17),
        (0.66, 0.84, 0.62, 0.10),
    ),
    neck=(0.50, 0.76),
    neck_length=0.34,
    neck_angle=8,
    neck_rise=(0.27, 0.225, 0.185),
    neck_side=(0.22, 0.195, 0.175),
    head_length=0.42,
    head_pitch=-16,
    head=(
        (-0.20, 0.08, 0.08, 0.08),
        (0.00, 0.165, 0.165, 0.175),
        (0.20, 0.175, 0.17, 0.195),
        (0.40, 0.145, 0.145, 0.165),
        (0.56, 0.085, 0.13, 0.105),
        (0.76, 0.070, 0.105, 0.080),
        (0.92, 0.060, 0.080, 0.066),
        (1.00, 0.040, 0.046, 0.044),
    ),
    fore=Leg(
        ((0.44, 0.74), (0.38, 0.45), (0.42, 0.20), (0.42, 0.06), (0.53, 0.038)),
        (0.20, 0.135, 0.092, 0.075, 0.042),
        (0.12, 0.105, 0.085, 0.080, 0.072),
        (0.13, 0.17, 0.16, 0.15, 0.15),
    ),
    hind=Leg(
        ((-0.50, 0.72), (-0.36, 0.44), (-0.52, 0.16), (-0.50, 0.055), (-0.36, 0.038)),
        (0.25, 0.17, 0.095, 0.070, 0.042),
        (0.15, 0.125, 0.085, 0.078, 0.072),
        (0.11, 0.155, 0.15, 0.145, 0.145),
    ),
    tail=((-0.72, 0.80, 0.05), (-0.77, 0.76, 0.045), (-0.79, 0.71, 0.02)),
    ears=(Ear(0.05, 0.135, 0.125, 0.105, 0.075, (0.0, 0.45, 1.0), (0.8, 1.0, 0.95, 0.7, 0.2)),),
    eye=(0.46, 0.055, 0.098, 0.013),
    tail_hair=0.8,
    head_hair=0.5,
    leg_hair=0.8,
    neck_hair=1.3,
)


CUB = replace(
    BEAR,
    shoulder=0.52,
    neck_length=0.24,
    head_length=0.44,
    ears=(Ear(0.05, 0.15, 0.14, 0.15, 0.10, (0.0, 0.5, 1.0), (0.8, 1.0, 0.95, 0.7, 0.2)),),
    eye=(0.48, 0.06, 0.105, 0.022),
)


def bear(skin: Skin) -> Floats:
    """Colour a brown bear."""
    brown = over(plain(skin, "6b4526"), "3c2616", ramp(0.1, 0.9, -skin.dorsal) * 0.5)
    brown = over(brown, "a5784a", np.clip(mottle(skin, 0.16), 0, 1) * 0.6)
    match skin.name:
        case "torso" | "neck":
            hump = ramp(0.5, 0.9, skin.dorsal) * 0.45
            return over(brown, "a87d50", hump)
        case "head":
            face = over(brown, "b08a60", ramp(0.50, 0.70, skin.along) * 0.75)
            return over(face, "15100e", ramp(0.935, 0.96, skin.along))
        case "fore" | "hind":
            dark = over(brown, "2e1d13", ramp(0.25, 0.7, skin.along) * 0.9)
            return over(dark, "17120f", ramp(0.96, 0.99, skin.along))
        case "ear":
            return over(plain(skin, "4a301d"), "6b5038", ramp(0.1, 0.5, skin.dorsal))
        case _:
            return brown
