"""The brown hare."""

from herocat.drawing.anatomy import Build, Ear, Leg
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin

HARE = Build(
    shoulder=0.27,
    torso=(
        (-0.92, 0.62, 0.34, 0.08),
        (-0.84, 0.86, 0.22, 0.20),
        (-0.62, 1.06, 0.16, 0.27),
        (-0.32, 1.12, 0.22, 0.265),
        (-0.02, 1.05, 0.30, 0.235),
        (0.24, 0.98, 0.34, 0.205),
        (0.40, 0.94, 0.40, 0.175),
        (0.50, 0.86, 0.50, 0.12),
    ),
    neck=(0.36, 0.74),
    neck_length=0.36,
    neck_angle=48,
    neck_rise=(0.22, 0.17, 0.15),
    neck_side=(0.18, 0.145, 0.14),
    head_length=0.50,
    head_pitch=-18,
    head=(
        (-0.16, 0.07, 0.07, 0.07),
        (0.00, 0.15, 0.145, 0.145),
        (0.24, 0.165, 0.155, 0.175),
        (0.48, 0.140, 0.145, 0.150),
        (0.72, 0.095, 0.122, 0.108),
        (0.90, 0.068, 0.085, 0.076),
        (1.00, 0.040, 0.050, 0.050),
    ),
    fore=Leg(
        ((0.36, 0.62), (0.28, 0.40), (0.33, 0.17), (0.34, 0.07), (0.42, 0.035)),
        (0.14, 0.085, 0.050, 0.042, 0.036),
        (0.08, 0.062, 0.045, 0.040, 0.042),
        (0.10, 0.13, 0.11, 0.10, 0.10),
    ),
    hind=Leg(
        ((-0.62, 0.56), (-0.20, 0.34), (-0.70, 0.10), (-0.46, 0.055), (-0.22, 0.04)),
        (0.34, 0.20, 0.075, 0.055, 0.040),
        (0.15, 0.130, 0.055, 0.055, 0.055),
        (0.16, 0.24, 0.23, 0.23, 0.24),
    ),
    tail=((-0.88, 0.52, 0.07), (-0.98, 0.56, 0.085), (-1.04, 0.62, 0.05)),
    ears=(
        Ear(
            0.02,
            0.12,
            0.070,
            0.62,
            0.088,
            (-0.42, 0.20, 1.0),
            (0.45, 0.8, 1.0, 0.9, 0.55, 0.06),
            0.3,
        ),
    ),
    eye=(0.46, 0.060, 0.150, 0.026),
    tail_hair=1.2,
    head_hair=0.4,
    leg_hair=0.6,
    neck_hair=0.8,
)


def hare(skin: Skin) -> Floats:
    """Colour a brown hare."""
    brown = over(plain(skin, "93704a"), "5a4029", ramp(-0.2, 0.7, mottle(skin, 0.02, 5)) * 0.7)
    match skin.name:
        case "torso":
            return over(brown, "e8dfd0", 1 - ramp(-0.9, -0.6, skin.dorsal))
        case "head":
            face = over(brown, "d8c6aa", (1 - ramp(-0.6, -0.2, skin.dorsal)) * 0.8)
            return over(face, "6a4a3c", ramp(0.955, 0.975, skin.along))
        case "ear":
            inside = over(plain(skin, "8a6a48"), "c9a58a", ramp(0.1, 0.4, skin.dorsal))
            return over(inside, "17120f", ramp(0.78, 0.84, skin.along))
        case "tail":
            return over(plain(skin, "f0ebe0"), "1a1512", ramp(0.2, 0.6, skin.dorsal))
        case "fore" | "hind":
            return over(brown, "b08a60", ramp(0.2, 0.6, skin.along))
        case _:
            return brown
