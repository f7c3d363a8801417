"""The red fox and the grey wolf."""

import numpy as np

from herocat.drawing.anatomy import Build, Ear, Leg
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin

FOX = Build(
    shoulder=0.40,
    torso=(
        (-0.80, 0.84, 0.70, 0.03),
        (-0.74, 0.92, 0.61, 0.10),
        (-0.58, 0.97, 0.54, 0.145),
        (-0.30, 0.97, 0.55, 0.155),
        (0.00, 0.95, 0.51, 0.165),
        (0.26, 0.96, 0.46, 0.175),
        (0.44, 0.98, 0.46, 0.16),
        (0.56, 0.95, 0.54, 0.13),
        (0.62, 0.87, 0.66, 0.08),
    ),
    neck=(0.46, 0.80),
    neck_length=0.43,
    neck_angle=42,
    neck_rise=(0.22, 0.18, 0.14),
    neck_side=(0.16, 0.135, 0.13),
    head_length=0.52,
    head_pitch=-14,
    head=(
        (-0.12, 0.06, 0.06, 0.05),
        (0.00, 0.125, 0.13, 0.13),
        (0.18, 0.145, 0.145, 0.175),
        (0.36, 0.120, 0.125, 0.145),
        (0.52, 0.075, 0.105, 0.088),
        (0.70, 0.045, 0.085, 0.058),
        (0.88, 0.035, 0.062, 0.042),
        (1.00, 0.026, 0.036, 0.026),
    ),
    fore=Leg(
        ((0.50, 0.76), (0.44, 0.50), (0.47, 0.24), (0.475, 0.075), (0.55, 0.03)),
        (0.15, 0.080, 0.044, 0.036, 0.032),
        (0.08, 0.052, 0.036, 0.034, 0.040),
        (0.08, 0.10, 0.09, 0.085, 0.085),
    ),
    hind=Leg(
        ((-0.54, 0.78), (-0.42, 0.54), (-0.66, 0.29), (-0.60, 0.075), (-0.52, 0.03)),
        (0.20, 0.13, 0.046, 0.036, 0.032),
        (0.10, 0.080, 0.038, 0.034, 0.040),
        (0.07, 0.10, 0.10, 0.095, 0.09),
    ),
    tail=(
        (-0.68, 0.86, 0.05),
        (-0.86, 0.78, 0.085),
        (-1.08, 0.62, 0.13),
        (-1.32, 0.45, 0.145),
        (-1.54, 0.36, 0.115),
        (-1.70, 0.34, 0.045),
    ),
    ears=(Ear(0.12, 0.10, 0.10, 0.23, 0.10, (-0.05, 0.30, 1.0)),),
    eye=(0.41, 0.060, 0.095, 0.016),
    tail_hair=1.7,
)


def fox(skin: Skin) -> Floats:
    """Colour a red fox."""
    red = over(plain(skin, "b8602a"), "8a3d17", ramp(0.2, 1.0, skin.dorsal) * 0.6)
    red = over(red, "d08a4a", np.clip(mottle(skin, 0.05), 0, 1) * 0.5)
    match skin.name:
        case "torso" | "neck":
            return over(red, "e8dccb", 1 - ramp(-0.80, -0.42, skin.dorsal))
        case "head":
            white = (1 - ramp(-0.25, 0.10, skin.dorsal)) * ramp(0.08, 0.22, skin.along)
            face = over(over(red, "f0e6d8", white), "c9793d", ramp(0.5, 0.9, skin.along) * 0.4)
            return over(face, "17100d", ramp(0.945, 0.965, skin.along))
        case "ear":
            return over(plain(skin, "1d1410"), "c9a988", ramp(0.05, 0.35, skin.dorsal))
        case "fore" | "hind":
            start = 0.50 if skin.name == "fore" else 0.62
            return over(red, "1f1713", ramp(start, start + 0.16, skin.along))
        case _:
            dark = over(red, "57301c", ramp(0.3, 0.8, skin.along) * np.clip(skin.dorsal, 0, 1))
            return over(dark, "f2ece2", ramp(0.80, 0.88, skin.along))


WOLF = Build(
    shoulder=0.76,
    torso=(
        (-0.70, 0.82, 0.70, 0.04),
        (-0.64, 0.92, 0.58, 0.10),
        (-0.48, 0.97, 0.55, 0.135),
        (-0.22, 0.96, 0.56, 0.14),
        (0.04, 0.95, 0.50, 0.155),
        (0.24, 0.99, 0.45, 0.165),
        (0.40, 1.01, 0.46, 0.15),
        (0.51, 0.96, 0.54, 0.12),
        (0.57, 0.87, 0.66, 0.08),
    ),
    neck=(0.42, 0.84),
    neck_length=0.42,
    neck_angle=26,
    neck_rise=(0.24, 0.21, 0.165),
    neck_side=(0.165, 0.155, 0.145),
    head_length=0.44,
    head_pitch=-14,
    head=(
        (-0.14, 0.07, 0.07, 0.06),
        (0.00, 0.13, 0.14, 0.14),
        (0.18, 0.135, 0.14, 0.165),
        (0.36, 0.115, 0.12, 0.135),
        (0.52, 0.075, 0.105, 0.085),
        (0.72, 0.055, 0.085, 0.062),
        (0.90, 0.048, 0.065, 0.05),
        (1.00, 0.034, 0.040, 0.034),
    ),
    fore=Leg(
        ((0.42, 0.78), (0.36, 0.53), (0.39, 0.27), (0.395, 0.08), (0.465, 0.032)),
        (0.14, 0.080, 0.044, 0.038, 0.036),
        (0.08, 0.052, 0.036, 0.034, 0.044),
        (0.07, 0.095, 0.085, 0.08, 0.08),
    ),
    hind=Leg(
        ((-0.46, 0.80), (-0.34, 0.55), (-0.575, 0.31), (-0.52, 0.08), (-0.445, 0.03)),
        (0.18, 0.12, 0.045, 0.036, 0.034),
        (0.09, 0.075, 0.037, 0.034, 0.042),
        (0.065, 0.095, 0.09, 0.085, 0.085),
    ),
    tail=(
        (-0.60, 0.84, 0.05),
        (-0.72, 0.74, 0.065),
        (-0.84, 0.58, 0.085),
        (-0.90, 0.42, 0.085),
        (-0.92, 0.30, 0.05),
        (-0.92, 0.24, 0.02),
    ),
    ears=(Ear(0.10, 0.10, 0.085, 0.155, 0.075, (0.0, 0.22, 1.0)),),
    eye=(0.40, 0.058, 0.085, 0.0125),
    tail_hair=1.3,
    neck_hair=1.5,
)


def wolf(skin: Skin) -> Floats:
    """Colour a grey wolf."""
    grey = over(
        plain(skin, "8d857a"), "4b4640", ramp(0.25, 0.95, skin.dorsal + 0.25 * mottle(skin, 0.12))
    )
    grey = over(grey, "b8a88f", np.clip(mottle(skin, 0.10, 2), 0, 1) * 0.6)
    match skin.name:
        case "torso" | "neck":
            return over(grey, "cfc6b6", 1 - ramp(-0.75, -0.25, skin.dorsal))
        case "head":
            pale = (1 - ramp(-0.35, 0.10, skin.dorsal)) * ramp(0.10, 0.25, skin.along)
            face = over(
                over(grey, "dcd3c4", pale), "8a7660", ramp(0.55, 0.8, skin.along) * 0.6 * (1 - pale)
            )
            return over(face, "14110f", ramp(0.93, 0.955, skin.along))
        case "ear":
            return over(plain(skin, "6b5c4c"), "a8988a", ramp(0.05, 0.35, skin.dorsal))
        case "fore" | "hind":
            return over(grey, "c2b7a4", ramp(0.30, 0.55, skin.along))
        case _:
            return over(grey, "1f1c1a", ramp(0.82, 0.95, skin.along))
