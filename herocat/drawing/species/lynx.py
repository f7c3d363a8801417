"""The lynx."""

import numpy as np

from herocat.drawing.anatomy import Build, Ear, Head, Leg, Pose
from herocat.drawing.coats import mottle, over, plain, ramp, spots
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube


def _tufts(head: Head, pose: Pose) -> list[Tube]:
    """Put tufts on a lynx's ears and a ruff around its cheeks."""
    tubes = []
    for side in (-1.0, 1.0):
        lean = head.to(-0.02 - 1.2 * pose.ears, 0.30 * side, 1.0)
        tip = head.at(0.10, 0.10, 0.105 * side) + lean / np.linalg.norm(lean) * 0.165
        line = np.stack(
            [tip, tip + head.to(-0.01, 0.02 * side, 0.045), tip + head.to(-0.02, 0.02 * side, 0.10)]
        )
        thick = np.array([0.016, 0.012, 0.003], np.float32)
        tubes.append(
            Tube("tuft", line.astype(np.float32), thick, thick, hair=0.3, blend=0.005, ring=8)
        )
        root = head.at(0.22, -0.02, 0.10 * side)
        line = np.stack(
            [
                root,
                root + head.to(-0.03, 0.035 * side, -0.07),
                root + head.to(-0.05, 0.045 * side, -0.145),
            ]
        )
        thick = np.array([0.075, 0.07, 0.012], np.float32)
        tubes.append(
            Tube("ruff", line.astype(np.float32), thick, thick, hair=1.0, blend=0.03, ring=10)
        )
    return tubes


_DARK = "1a1613"

LYNX = Build(
    shoulder=0.64,
    torso=(
        (-0.64, 0.90, 0.74, 0.05),
        (-0.58, 1.00, 0.64, 0.12),
        (-0.42, 1.04, 0.58, 0.155),
        (-0.16, 1.00, 0.57, 0.16),
        (0.10, 0.96, 0.54, 0.165),
        (0.30, 0.98, 0.50, 0.165),
        (0.44, 0.99, 0.52, 0.145),
        (0.54, 0.94, 0.58, 0.12),
        (0.59, 0.86, 0.66, 0.08),
    ),
    neck=(0.44, 0.82),
    neck_length=0.30,
    neck_angle=34,
    neck_rise=(0.19, 0.165, 0.145),
    neck_side=(0.15, 0.145, 0.14),
    head_length=0.31,
    head_pitch=-10,
    head=(
        (-0.20, 0.07, 0.07, 0.07),
        (0.00, 0.135, 0.13, 0.135),
        (0.26, 0.150, 0.145, 0.165),
        (0.50, 0.128, 0.140, 0.145),
        (0.72, 0.085, 0.118, 0.105),
        (0.90, 0.058, 0.088, 0.070),
        (1.00, 0.036, 0.050, 0.044),
    ),
    fore=Leg(
        ((0.44, 0.76), (0.38, 0.50), (0.42, 0.25), (0.42, 0.075), (0.50, 0.038)),
        (0.15, 0.090, 0.060, 0.052, 0.045),
        (0.08, 0.066, 0.052, 0.050, 0.055),
        (0.08, 0.11, 0.10, 0.095, 0.095),
    ),
    hind=Leg(
        ((-0.46, 0.82), (-0.32, 0.55), (-0.60, 0.30), (-0.54, 0.075), (-0.44, 0.038)),
        (0.21, 0.145, 0.060, 0.050, 0.045),
        (0.11, 0.090, 0.050, 0.048, 0.055),
        (0.075, 0.11, 0.105, 0.10, 0.10),
    ),
    tail=((-0.60, 0.90, 0.045), (-0.68, 0.84, 0.048), (-0.76, 0.77, 0.046), (-0.80, 0.73, 0.03)),
    ears=(Ear(0.10, 0.10, 0.105, 0.175, 0.085, (-0.02, 0.30, 1.0)),),
    eye=(0.60, 0.052, 0.095, 0.017),
    extras=_tufts,
    tail_hair=0.8,
    head_hair=0.45,
    leg_hair=0.6,
)


def lynx(skin: Skin) -> Floats:
    """Colour a lynx."""
    tan = over(plain(skin, "a98a66"), "8a6a4a", ramp(0.3, 1.0, skin.dorsal) * 0.6)
    tan = over(tan, "c9b092", np.clip(mottle(skin, 0.08), 0, 1) * 0.5)
    dots = spots(skin, 0.055, 0.30, 4) * 0.75
    match skin.name:
        case "torso":
            belly = over(tan, "e6dccb", 1 - ramp(-0.8, -0.35, skin.dorsal))
            coat = over(belly, "4a3524", dots * ramp(-0.7, -0.3, skin.dorsal))
        case "neck":
            coat = over(tan, "ddd0bc", 1 - ramp(-0.7, 0.1, skin.dorsal))
        case "ruff":
            pale = over(tan, "e2d8c8", ramp(0.0, 0.35, skin.along))
            coat = over(pale, "3a2d22", ramp(0.72, 0.92, skin.along))
        case "head":
            coat = _face(skin, tan)
        case "ear":
            coat = over(plain(skin, _DARK), "cdbca4", ramp(0.1, 0.4, skin.dorsal))
        case "tuft":
            coat = plain(skin, _DARK)
        case "fore" | "hind":
            pale = over(tan, "c4ae90", ramp(0.4, 0.8, skin.along))
            coat = over(pale, "4a3524", dots * (1 - ramp(0.55, 0.85, skin.along)))
        case _:
            coat = over(tan, _DARK, ramp(0.62, 0.72, skin.along))
    return coat


def _face(skin: Skin, tan: Floats) -> Floats:
    white = (1 - ramp(-0.35, 0.05, skin.dorsal)) * ramp(0.2, 0.4, skin.along)
    streak = ramp(0.75, 0.95, np.sin(np.arctan2(skin.flank, skin.dorsal) * 11)) * 0.5
    streak = streak * (1 - ramp(0.5, 0.7, skin.along)) * ramp(0.1, 0.4, skin.dorsal)
    face = over(over(tan, "ece4d6", white), "4a3626", streak)
    return over(face, "4f332d", ramp(0.968, 0.982, skin.along) * ramp(0.0, 0.35, skin.dorsal))
