"""The badger."""

import numpy as np

from herocat.drawing.anatomy import Build, Ear, Leg
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin

BADGER = Build(
    shoulder=0.30,
    torso=(
        (-1.15, 0.72, 0.50, 0.10),
        (-1.05, 0.92, 0.36, 0.24),
        (-0.75, 1.05, 0.24, 0.36),
        (-0.30, 1.10, 0.20, 0.40),
        (0.10, 1.05, 0.20, 0.38),
        (0.45, 0.98, 0.22, 0.33),
        (0.70, 0.90, 0.28, 0.27),
        (0.85, 0.80, 0.38, 0.20),
        (0.92, 0.70, 0.46, 0.12),
    ),
    neck=(0.70, 0.60),
    neck_length=0.34,
    neck_angle=8,
    neck_rise=(0.30, 0.25, 0.21),
    neck_side=(0.27, 0.235, 0.21),
    head_length=0.56,
    head_pitch=-14,
    head=(
        (-0.14, 0.10, 0.10, 0.10),
        (0.00, 0.20, 0.19, 0.20),
        (0.22, 0.195, 0.18, 0.215),
        (0.46, 0.145, 0.145, 0.160),
        (0.68, 0.095, 0.110, 0.105),
        (0.88, 0.070, 0.075, 0.072),
        (1.00, 0.048, 0.045, 0.048),
    ),
    fore=Leg(
        ((0.55, 0.58), (0.50, 0.34), (0.56, 0.14), (0.57, 0.05), (0.72, 0.035)),
        (0.22, 0.145, 0.105, 0.075, 0.045),
        (0.14, 0.115, 0.090, 0.080, 0.070),
        (0.20, 0.25, 0.24, 0.23, 0.22),
    ),
    hind=Leg(
        ((-0.80, 0.60), (-0.62, 0.38), (-0.82, 0.15), (-0.80, 0.05), (-0.64, 0.035)),
        (0.26, 0.18, 0.105, 0.075, 0.045),
        (0.18, 0.135, 0.090, 0.080, 0.070),
        (0.18, 0.24, 0.24, 0.23, 0.22),
    ),
    tail=((-1.10, 0.66, 0.09), (-1.25, 0.56, 0.10), (-1.42, 0.46, 0.08), (-1.52, 0.42, 0.03)),
    ears=(Ear(0.06, 0.14, 0.165, 0.12, 0.075, (-0.1, 0.6, 0.9), (0.8, 1.0, 0.9, 0.6, 0.2)),),
    eye=(0.54, 0.068, 0.118, 0.022),
    tail_hair=1.3,
    head_hair=0.3,
    leg_hair=0.6,
    neck_hair=0.9,
)


def badger(skin: Skin) -> Floats:
    """Colour a badger, with its striped face."""
    grey = over(
        plain(skin, "8f8a82"), "55514c", ramp(0.0, 0.8, mottle(skin, 0.035, 3) + 0.35 * skin.dorsal)
    )
    match skin.name:
        case "torso" | "neck":
            return over(grey, "1c1a19", 1 - ramp(-0.50, -0.25, skin.dorsal))
        case "head":
            side = np.abs(skin.flank)
            stripe = (
                ramp(0.33, 0.46, side)
                * (1 - ramp(0.90, 0.97, side))
                * ramp(-0.12, 0.10, skin.dorsal)
            )
            stripe = stripe * (1 - ramp(0.86, 0.95, skin.along))
            face = over(plain(skin, "ece7dd"), "141211", stripe)
            face = over(face, "2a2725", 1 - ramp(-0.9, -0.6, skin.dorsal))
            return over(face, "120f0e", ramp(0.955, 0.975, skin.along))
        case "ear":
            return over(plain(skin, "1a1817"), "e8e2d8", ramp(0.70, 0.85, skin.along))
        case "fore" | "hind":
            return plain(skin, "1b1918")
        case _:
            return over(grey, "b8b0a2", ramp(0.3, 0.8, skin.along))
