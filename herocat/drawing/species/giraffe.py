"""The giraffe."""

import numpy as np

from herocat.drawing.anatomy import Build, Ear, Head, Leg, Pose
from herocat.drawing.coats import over, patches, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube


def _horns(head: Head, pose: Pose) -> list[Tube]:  # noqa: ARG001 - the signature of extras
    tubes = []
    for side in (-1.0, 1.0):
        line = np.stack(
            [
                head.at(0.10, 0.035, 0.016 * side),
                head.at(0.05, 0.062, 0.020 * side),
                head.at(0.01, 0.085, 0.022 * side),
            ]
        )
        thick = np.array([0.011, 0.008, 0.010], np.float32)
        tubes.append(
            Tube("horn", line.astype(np.float32), thick, thick, hair=0.3, blend=0.005, ring=10)
        )
    return tubes


_CREAM = "e2cfa6"

GIRAFFE = Build(
    shoulder=2.75,
    torso=(
        (-0.42, 0.74, 0.62, 0.04),
        (-0.39, 0.82, 0.56, 0.09),
        (-0.28, 0.88, 0.53, 0.125),
        (-0.08, 0.91, 0.52, 0.14),
        (0.12, 0.97, 0.52, 0.14),
        (0.24, 1.01, 0.54, 0.125),
        (0.33, 0.98, 0.60, 0.10),
        (0.38, 0.90, 0.68, 0.07),
    ),
    neck=(0.24, 0.86),
    neck_length=0.84,
    neck_angle=66,
    neck_rise=(0.155, 0.090, 0.056),
    neck_side=(0.085, 0.058, 0.045),
    head_length=0.235,
    head_pitch=-30,
    head=(
        (-0.16, 0.03, 0.03, 0.028),
        (0.00, 0.050, 0.052, 0.044),
        (0.22, 0.052, 0.054, 0.050),
        (0.46, 0.040, 0.046, 0.038),
        (0.72, 0.026, 0.034, 0.027),
        (0.90, 0.024, 0.028, 0.026),
        (1.00, 0.017, 0.018, 0.019),
    ),
    fore=Leg(
        ((0.25, 0.74), (0.21, 0.53), (0.235, 0.29), (0.23, 0.08), (0.255, 0.022)),
        (0.10, 0.058, 0.034, 0.022, 0.026),
        (0.055, 0.040, 0.028, 0.020, 0.024),
        (0.055, 0.075, 0.068, 0.065, 0.065),
    ),
    hind=Leg(
        ((-0.30, 0.72), (-0.22, 0.50), (-0.35, 0.31), (-0.335, 0.085), (-0.305, 0.022)),
        (0.125, 0.075, 0.036, 0.023, 0.026),
        (0.070, 0.052, 0.030, 0.020, 0.024),
        (0.05, 0.075, 0.072, 0.068, 0.068),
    ),
    tail=(
        (-0.41, 0.76, 0.015),
        (-0.45, 0.66, 0.012),
        (-0.46, 0.54, 0.010),
        (-0.46, 0.44, 0.024),
        (-0.455, 0.36, 0.008),
    ),
    ears=(Ear(0.02, 0.028, 0.035, 0.085, 0.026, (-0.25, 0.95, 0.35), (0.5, 0.9, 1.0, 0.7, 0.1)),),
    eye=(0.34, 0.026, 0.040, 0.0085),
    extras=_horns,
    tail_hair=0.6,
    head_hair=0.3,
    leg_hair=0.3,
    neck_hair=0.5,
)


def giraffe(skin: Skin) -> Floats:
    """Colour a giraffe: brown patches with pale lines between them."""
    cream = plain(skin, _CREAM)
    rust = over(cream, "8a5228", ramp(0.06, 0.16, patches(skin, 0.26, 8)))
    match skin.name:
        case "torso":
            coat = over(rust, _CREAM, 1 - ramp(-0.95, -0.6, skin.dorsal))
        case "neck":
            marks = over(cream, "8a5228", ramp(0.06, 0.15, patches(skin, 0.22, 3)))
            coat = over(marks, "5c3418", ramp(0.90, 0.97, skin.dorsal))
        case "head":
            face = over(cream, "b07a45", ramp(-0.2, 0.6, skin.dorsal) * 0.7)
            coat = over(face, "4a3a30", ramp(0.88, 0.96, skin.along) * 0.7)
        case "fore" | "hind":
            leg = over(rust, "e6d8b8", ramp(0.45, 0.75, skin.along))
            coat = over(leg, "241b16", ramp(0.94, 0.96, skin.along))
        case "horn":
            coat = over(plain(skin, "b07a45"), "17120f", ramp(0.5, 0.7, skin.along))
        case "tail":
            coat = over(cream, "17120f", ramp(0.55, 0.7, skin.along))
        case _:
            coat = over(plain(skin, "c9a878"), "e8d8b8", ramp(0.1, 0.5, skin.dorsal))
    return coat
