"""Poses that four-legged animals share."""

from dataclasses import replace

from herocat.drawing.anatomy import Pose

STAND = Pose(
    "standing",
    fore=((2, 2, 2, 0), (-5, -6, -7, 0)),
    hind=((-5, -4, -5, 0), (7, 5, 6, 0)),
)
WALK = Pose(
    "walking",
    neck=-8,
    head=4,
    fore=((12, 22, 20, 0), (-8, -22, -26, -16)),
    hind=((-14, -12, -16, -12), (18, 8, 20, 0)),
)
STEP = Pose(
    "stepping",
    neck=-6,
    head=3,
    fore=((-8, -20, -24, -14), (18, 26, -38, -46)),
    hind=((16, 8, 18, 0), (-16, -12, -16, -14)),
    tail=8,
)
FEED = replace(STAND, name="head down", neck=-72, head=-38)
ALERT = replace(STAND, name="head up", neck=14, head=-4)
LOOK = replace(STAND, name="looking at the camera", neck=8, head=2, look=-62)
SNIFF = replace(WALK, name="nose to the ground", neck=-52, head=-22)
RUN = Pose(
    "leaping",
    neck=-14,
    head=2,
    fore=((38, 62, 62, 40), (30, 48, 46, 26)),
    hind=((-40, -28, -52, -56), (-34, -22, -44, -48)),
    pitch=6,
    tail=-24,
    airborne=0.32,
    ears=0.5,
)
GATHER = Pose(
    "running",
    neck=-18,
    head=4,
    fore=((-24, -52, -62, -70), (-12, -34, -58, -66)),
    hind=((38, 20, 46, 20), (46, 26, 52, 26)),
    pitch=-4,
    arch=0.05,
    tail=-20,
    airborne=0.14,
    ears=0.5,
)
