"""The elephant and its calf: trunk, tusks, ears like sails."""

from dataclasses import replace

import numpy as np

from herocat.drawing.anatomy import Build, Head, Leg, Pose
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube, Vector

_TRUNKS: dict[str, tuple[Vector, ...]] = {  # forward, out, up of the mouth, by pose
    "standing": (
        (0, 0, 0),
        (0.07, 0, -0.12),
        (0.08, 0, -0.27),
        (0.05, 0, -0.41),
        (0.03, 0, -0.49),
        (0.08, 0, -0.53),
    ),
    "walking": (
        (0, 0, 0),
        (0.07, 0, -0.13),
        (0.06, 0.02, -0.26),
        (0.0, 0.03, -0.40),
        (-0.05, 0.03, -0.49),
        (-0.02, 0.02, -0.55),
    ),
    "head down": (
        (0, 0, 0),
        (0.08, 0, -0.12),
        (0.12, 0, -0.28),
        (0.13, 0, -0.44),
        (0.17, 0, -0.56),
        (0.24, 0, -0.58),
    ),
    "trunk raised": (
        (0, 0, 0),
        (0.12, 0, -0.07),
        (0.24, 0, 0.00),
        (0.30, 0, 0.14),
        (0.27, 0, 0.28),
        (0.34, 0, 0.36),
    ),
}


def _trunk(head: Head, pose: Pose) -> list[Tube]:
    """Hang an elephant's trunk, tusks and ears on its head."""
    level = Head(
        head.nape, _flat(head.forward), head.left, np.array([0, 0, 1], np.float32), head.length
    )
    mouth = head.at(0.86, -0.08, 0)
    bends = _TRUNKS.get(pose.name, _TRUNKS["standing"])
    line = np.stack([mouth + level.to(*bend) for bend in bends]).astype(np.float32)
    thick = np.array([0.105, 0.085, 0.068, 0.052, 0.042, 0.034], np.float32)
    tubes = [Tube("trunk", line, thick, thick, up=(1.0, 0.0, 0.2), hair=0.4, blend=0.06, steps=9)]
    for side in (-1.0, 1.0):
        root = head.at(0.80, -0.12, 0.085 * side)
        bends = ((0, 0, 0), (0.06, 0.03, -0.10), (0.15, 0.05, -0.15), (0.25, 0.05, -0.13))
        tusk = np.stack([root + level.to(x, y * side, z) for x, y, z in bends]).astype(np.float32)
        thick = np.array([0.026, 0.024, 0.019, 0.005], np.float32)
        tubes.append(
            Tube("tusk", tusk, thick, thick, up=(0.3, 0, 1), hair=0.0, blend=0.01, ring=10)
        )
        tubes.append(_fan(head, level, side, pose.ears))
    return tubes


def _flat(vector: Floats) -> Floats:
    level = np.array([vector[0], vector[1], 0], np.float32)
    return level / (np.linalg.norm(level) + 1e-6)


def _fan(head: Head, level: Head, side: float, spread: float) -> Tube:
    """Return an ear: a broad leaf that hangs from the temple, and stands out when it is spread."""
    root = head.at(0.22, 0.10, 0.135 * side)
    out = 0.10 + 0.26 * spread
    bends = (
        (0.0, 0.02, 0.07),
        (-0.06, out * 0.5, 0.03),
        (-0.10, out * 0.8, -0.07),
        (-0.11, out * 0.95, -0.19),
        (-0.09, out * 0.9, -0.31),
        (-0.06, out * 0.8, -0.41),
    )
    line = np.stack([root + level.to(x, y * side, z) for x, y, z in bends]).astype(np.float32)
    wide = np.array([0.11, 0.165, 0.19, 0.175, 0.125, 0.04], np.float32)
    facing = level.to(0.35 + 0.65 * spread, (1 - 0.6 * spread) * side, 0.0)
    up = (float(facing[0]), float(facing[1]), float(facing[2]))
    return Tube("fan", line, wide * 0.07, wide, up=up, hair=0.3, blend=0.012, steps=7)


ELEPHANT = Build(
    shoulder=2.9,
    torso=(
        (-0.60, 0.74, 0.52, 0.10),
        (-0.55, 0.86, 0.46, 0.19),
        (-0.40, 0.96, 0.40, 0.245),
        (-0.14, 1.00, 0.36, 0.275),
        (0.10, 0.98, 0.37, 0.275),
        (0.28, 0.97, 0.40, 0.25),
        (0.40, 0.96, 0.46, 0.20),
        (0.47, 0.90, 0.54, 0.13),
    ),
    neck=(0.34, 0.76),
    neck_length=0.22,
    neck_angle=22,
    neck_rise=(0.24, 0.21, 0.20),
    neck_side=(0.19, 0.17, 0.165),
    head_length=0.36,
    head_pitch=-52,
    head=(
        (-0.22, 0.10, 0.10, 0.09),
        (0.00, 0.20, 0.19, 0.17),
        (0.26, 0.195, 0.20, 0.185),
        (0.52, 0.150, 0.19, 0.160),
        (0.78, 0.115, 0.15, 0.130),
        (1.00, 0.085, 0.10, 0.100),
    ),
    fore=Leg(
        ((0.32, 0.70), (0.28, 0.42), (0.30, 0.22), (0.295, 0.08), (0.315, 0.035)),
        (0.16, 0.118, 0.092, 0.086, 0.092),
        (0.12, 0.105, 0.088, 0.084, 0.092),
        (0.13, 0.16, 0.15, 0.145, 0.145),
    ),
    hind=Leg(
        ((-0.40, 0.70), (-0.33, 0.40), (-0.41, 0.21), (-0.40, 0.08), (-0.38, 0.035)),
        (0.20, 0.135, 0.090, 0.082, 0.088),
        (0.14, 0.115, 0.086, 0.080, 0.088),
        (0.11, 0.15, 0.145, 0.14, 0.14),
    ),
    tail=(
        (-0.58, 0.78, 0.03),
        (-0.64, 0.64, 0.018),
        (-0.66, 0.48, 0.014),
        (-0.65, 0.36, 0.012),
        (-0.65, 0.29, 0.02),
    ),
    ears=(),
    eye=(0.50, 0.02, 0.148, 0.0085),
    extras=_trunk,
    tail_hair=0.6,
    head_hair=0.5,
    leg_hair=0.5,
    neck_hair=0.6,
)


def _calf_trunk(head: Head, pose: Pose) -> list[Tube]:
    """Hang a calf's trunk and ears on its head: it has no tusks yet."""
    return [tube for tube in _trunk(head, pose) if tube.name != "tusk"]


CALF = replace(
    ELEPHANT, extras=_calf_trunk, shoulder=1.25, head_length=0.38, eye=(0.50, 0.03, 0.150, 0.014)
)


def elephant(skin: Skin) -> Floats:
    """Colour an elephant: grey skin, folded, with the dust it threw over itself."""
    if skin.name == "tusk":
        return over(plain(skin, "efe6d0"), "b09a78", 1 - ramp(0.0, 0.3, skin.along))
    grey = over(plain(skin, "857a70"), "5c544d", ramp(-0.1, 0.9, mottle(skin, 0.25)) * 0.8)
    grey = over(grey, "a8927a", ramp(0.1, 0.9, skin.dorsal + 0.3 * mottle(skin, 0.5, 2)) * 0.55)
    folds = ramp(0.45, 0.95, np.abs(mottle(skin, 0.07, 7, 2.5))) * 0.45
    match skin.name:
        case "trunk":
            rings = ramp(0.5, 1.0, np.sin(skin.along * 150)) * 0.4 * ramp(0.05, 0.2, skin.along)
            return over(grey, "4b443e", rings)
        case "fan":
            return over(
                over(grey, "94807a", ramp(0.0, 0.5, skin.dorsal) * 0.4),
                "4f4740",
                ramp(0.80, 1.0, np.abs(skin.flank)) * 0.5,
            )
        case "fore" | "hind":
            bands = ramp(0.55, 1.0, np.sin(skin.along * 90 + 2 * skin.flank)) * 0.28
            nails = ramp(0.96, 0.985, skin.along) * ramp(0.2, 0.7, skin.dorsal)
            return over(
                over(over(grey, "4b443e", bands), "8a6a52", ramp(0.6, 1.0, skin.along) * 0.4),
                "b8a890",
                nails * 0.7,
            )
        case "tail":
            return over(grey, "1a1715", ramp(0.8, 0.9, skin.along))
        case _:
            return over(grey, "453f39", folds)
