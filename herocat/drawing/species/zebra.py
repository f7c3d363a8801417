"""The zebra."""

import numpy as np

from herocat.drawing.anatomy import Build, Ear, Head, Leg, Pose
from herocat.drawing.coats import mottle, over, plain, ramp
from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Skin, Tube


def _mane(head: Head, pose: Pose) -> list[Tube]:  # noqa: ARG001 - the signature of extras
    """Let a forelock fall between the ears; the rest of the mane stands on the neck."""
    line = np.stack([head.at(-0.05, 0.09, 0), head.at(0.06, 0.13, 0), head.at(0.20, 0.11, 0)])
    thick = np.array([0.02, 0.028, 0.012], np.float32)
    return [
        Tube("mane", line.astype(np.float32), thick, thick * 0.6, hair=0.8, blend=0.01, ring=10)
    ]


_BLACK = "1a1614"

ZEBRA = Build(
    shoulder=1.32,
    torso=(
        (-0.62, 0.84, 0.66, 0.05),
        (-0.58, 0.94, 0.57, 0.13),
        (-0.44, 0.99, 0.52, 0.185),
        (-0.18, 0.96, 0.48, 0.205),
        (0.08, 0.94, 0.46, 0.205),
        (0.28, 0.97, 0.47, 0.18),
        (0.40, 0.99, 0.50, 0.15),
        (0.49, 0.93, 0.57, 0.12),
        (0.54, 0.84, 0.66, 0.07),
    ),
    neck=(0.38, 0.80),
    neck_length=0.50,
    neck_angle=44,
    neck_rise=(0.23, 0.165, 0.115),
    neck_side=(0.13, 0.090, 0.075),
    head_length=0.44,
    head_pitch=-34,
    head=(
        (-0.12, 0.05, 0.05, 0.045),
        (0.00, 0.090, 0.115, 0.075),
        (0.20, 0.095, 0.125, 0.088),
        (0.44, 0.078, 0.098, 0.074),
        (0.68, 0.060, 0.072, 0.056),
        (0.88, 0.058, 0.062, 0.055),
        (1.00, 0.042, 0.044, 0.042),
    ),
    fore=Leg(
        ((0.38, 0.72), (0.31, 0.51), (0.34, 0.28), (0.335, 0.105), (0.375, 0.035)),
        (0.14, 0.080, 0.044, 0.034, 0.040),
        (0.08, 0.058, 0.038, 0.030, 0.036),
        (0.08, 0.11, 0.10, 0.095, 0.095),
    ),
    hind=Leg(
        ((-0.44, 0.78), (-0.33, 0.54), (-0.54, 0.345), (-0.51, 0.11), (-0.465, 0.035)),
        (0.20, 0.125, 0.050, 0.035, 0.040),
        (0.11, 0.085, 0.042, 0.031, 0.036),
        (0.075, 0.11, 0.105, 0.10, 0.10),
    ),
    tail=(
        (-0.60, 0.88, 0.03),
        (-0.66, 0.76, 0.025),
        (-0.69, 0.62, 0.022),
        (-0.69, 0.48, 0.042),
        (-0.68, 0.36, 0.032),
        (-0.68, 0.31, 0.01),
    ),
    ears=(Ear(0.03, 0.07, 0.06, 0.135, 0.045, (-0.05, 0.30, 1.0), (0.6, 1.0, 0.95, 0.6, 0.1)),),
    eye=(0.30, 0.045, 0.076, 0.014),
    extras=_mane,
    head_hair=0.3,
    leg_hair=0.3,
    neck_hair=0.6,
)


def zebra(skin: Skin) -> Floats:
    """Colour a zebra: every part has stripes of its own, as on the animal."""
    white = plain(skin, "ece4d6")
    wave = 0.30 * mottle(skin, 0.30, 9)
    angle = np.arctan2(np.abs(skin.flank), skin.dorsal)
    match skin.name:
        case "torso":
            # Upright on the barrel, sweeping back over the rump.
            sweep = 0.55 * (1 - ramp(0.05, 0.42, skin.along)) * (angle - 0.3)
            bold = _stripes(11.5 * (skin.along + 0.16 * sweep) + wave, 0.10)
            bold = bold * (1 - ramp(2.35, 2.75, angle))
            dusty = over(white, "c9b89c", ramp(0.5, 1.0, skin.dorsal) * 0.3)
            coat = over(dusty, _BLACK, np.maximum(bold, 1 - ramp(0.04, 0.09, angle)))
        case "neck":
            mane = ramp(0.985, 0.998, skin.dorsal) * 0.6
            coat = over(white, _BLACK, np.maximum(_stripes(9.5 * skin.along + wave), mane))
        case "head":
            bold = _stripes(5.0 * angle / np.pi + 3.2 * skin.along + 0.5 * wave, -0.05)
            face = over(white, _BLACK, bold * (1 - ramp(0.70, 0.82, skin.along)))
            coat = over(face, "2a2321", ramp(0.78, 0.88, skin.along))
        case "fore" | "hind":
            bold = _stripes(15 * skin.along + 0.5 * wave + 0.08 * skin.dorsal, -0.07)
            leg = over(white, _BLACK, bold * (1 - 0.35 * ramp(0.5, 0.9, skin.along)))
            coat = over(leg, _BLACK, ramp(0.93, 0.955, skin.along))
        case "tail":
            tail = over(white, _BLACK, _stripes(9 * skin.along, -0.15))
            coat = over(tail, _BLACK, ramp(0.5, 0.6, skin.along))
        case "ear":
            tip = over(white, _BLACK, ramp(0.70, 0.80, skin.along))
            coat = over(tip, _BLACK, 1 - ramp(-0.3, 0.1, skin.dorsal))
        case _:
            coat = plain(skin, _BLACK)
    return coat


def _stripes(phase: Floats, bold: float = 0.0) -> Floats:
    """Return 1 in the stripe of each whole phase; ``bold`` makes stripes broader."""
    return ramp(-0.22, 0.22, np.sin(2 * np.pi * phase) + bold)
