"""Bursts with a story of their own, take by take: the few that a collection is kept for."""

from dataclasses import replace

from herocat.drawing.actors import Actor
from herocat.drawing.takes import Take, Takes


def stag_in_the_mist() -> Takes:
    """Let a stag come out of the mist, raise its head, and feed."""
    usual = Actor("stag", "walking", -2.4, 7.2, 8)
    return [
        Take((replace(usual, right=-3.3),), "cut off at the edge"),
        Take((replace(usual, right=-1.5),), gift=0.04),
        Take((replace(usual, pose="head up", right=-0.3, heading=28),), gift=0.16),
        Take((replace(usual, pose="standing", right=-0.2, heading=40),), "nothing happens"),
        Take((replace(usual, pose="head down", right=0.3, heading=-20),), "head down, turned away"),
    ]


def heron() -> Takes:
    """Let a heron fish, open its wings, and fly off."""
    usual = Actor("heron", "standing", 0.1, 4.9, 12)
    return [
        Take((usual,), "nothing happens"),
        Take((replace(usual, pose="hunting", heading=18),), "nothing happens"),
        Take((replace(usual, pose="striking", right=0.15, heading=16),), "head down"),
        Take((replace(usual, pose="standing", right=0.2, heading=150),), "nothing happens"),
        Take((replace(usual, pose="wings open", right=0.2, heading=52),), gift=0.15),
        Take(
            (Actor("heron", "flying", -0.7, 4.4, 170, 0.25, motion=(-0.03, -0.012)),), "motion blur"
        ),
        Take(
            (Actor("heron", "flying", -1.95, 4.2, 175, 0.55, motion=(-0.03, -0.01)),),
            "motion blur, cut off",
        ),
    ]


def fishing() -> Takes:
    """Let a heron fish."""
    usual = Actor("heron", "hunting", -0.5, 5.3, 20)
    return [
        Take((replace(usual, pose="standing", right=-0.6),), "nothing happens"),
        Take((usual,)),
        Take((replace(usual, pose="striking", right=-0.4, heading=10),), "head down"),
    ]


def elephants() -> Takes:
    """Let an elephant lead her calf past, and spread her ears at the camera."""
    cow = Actor("elephant", "walking", -3.2, 14.5, 12)
    calf = Actor("calf", "walking", -0.2, 13.2, 14)
    return [
        Take((replace(cow, right=-6.6), replace(calf, right=-4.0)), "cut off at the edge"),
        Take((cow, calf), gift=0.06),
        Take(
            (
                replace(cow, pose="ears spread", right=-1.2, heading=52),
                replace(calf, right=1.5, heading=34),
            ),
            gift=0.16,
        ),
        Take(
            (
                replace(cow, right=3.2, heading=-14),
                replace(calf, pose="stepping", right=5.6, heading=-10),
            ),
            "leaving, cut off",
        ),
    ]


def owl() -> Takes:
    """Let an owl fly straight at the camera."""
    return [
        Take((Actor("owl", "flying", -0.9, 4.6, 60, 0.55, motion=(0.022, 0.0)),), "motion blur"),
        Take((Actor("owl", "flying", -0.05, 3.1, 84, 0.42),), gift=0.16),
        Take(
            (Actor("owl", "flying", 1.2, 2.7, 20, 0.7, motion=(0.05, -0.02)),),
            "motion blur, cut off",
        ),
    ]


def owl_on_a_post() -> Takes:
    """Let an owl sit on the near post, and land."""
    usual = Actor("owl", "perched", 2.13, 5.50, 150, 1.10)
    return [
        Take((usual,), "rather small"),
        Take((replace(usual, heading=112),), "rather small"),
        Take((Actor("owl", "landing", 1.6, 4.9, 70, 0.75),), gift=0.08),
    ]


def lynx_in_snow() -> Takes:
    """Let a lynx come through falling snow, and look up."""
    usual = Actor("lynx", "walking", -1.1, 4.6, 14)
    return [
        Take((replace(usual, right=-2.0),), "cut off at the edge"),
        Take((usual,), gift=0.04),
        Take(
            (replace(usual, pose="looking at the camera", right=-0.25, distance=4.2, heading=24),),
            gift=0.16,
        ),
        Take((replace(usual, pose="stepping", right=1.3, heading=-28),), "turned away"),
    ]


def boars() -> Takes:
    """Let a wild boar lead her piglets past."""
    sow = Actor("boar", "walking", 0.5, 4.9, 168)
    first, second = (
        Actor("piglet", "walking", 0.55, 4.1, 165),
        Actor("piglet", "stepping", 1.25, 4.3, 172),
    )
    ahead = Actor("piglet", "nose to the ground", -0.35, 4.0, 150)
    return [
        Take((replace(sow, right=1.95), replace(ahead, right=0.8)), "cut off at the edge"),
        Take((sow, first, second, ahead), gift=0.15),
        Take(
            (
                replace(sow, pose="head down", right=-0.6),
                replace(first, right=-0.4),
                replace(second, right=0.4),
            ),
            "head down",
            gift=0.05,
        ),
    ]


def hinds() -> Takes:
    """Let a hind feed beside her fawn, and look up."""
    hind = Actor("hind", "head down", -0.7, 6.0, 22)
    fawn = Actor("fawn", "standing", 0.9, 5.2, 168)
    return [
        Take((hind, replace(fawn, pose="head down", right=1.1)), "heads down"),
        Take((replace(hind, pose="looking at the camera", heading=18), fawn), gift=0.15),
        Take(
            (
                replace(hind, pose="walking", right=-1.6, heading=195),
                replace(fawn, pose="walking", right=0.0),
            ),
            "turned away",
        ),
    ]


def bears() -> Takes:
    """Let a bear lead her cub past, and look at the camera."""
    bear, cub = Actor("bear", "walking", 0.9, 6.6, 150), Actor("cub", "walking", 1.9, 5.6, 158)
    return [
        Take((replace(bear, right=2.7), replace(cub, right=3.0)), "cut off at the edge"),
        Take((bear, cub), gift=0.06),
        Take(
            (
                replace(bear, pose="walking, looking", right=-0.3, distance=6.0, heading=145),
                replace(cub, right=1.0, distance=5.1),
            ),
            gift=0.16,
        ),
        Take(
            (
                replace(bear, right=-2.2, heading=200),
                replace(cub, pose="stepping", right=-0.9, heading=205),
            ),
            "leaving",
        ),
    ]


def zebras() -> Takes:
    """Let two zebras meet at the water, a giraffe beside them."""
    one, two = (
        Actor("zebra", "head down", -2.3, 14.6, 12),
        Actor("zebra", "standing", 0.6, 15.2, 172),
    )
    tall = Actor("giraffe", "standing", 4.2, 17.5, 160)
    return [
        Take((one, replace(two, pose="head down")), "heads down, rather small"),
        Take((replace(one, pose="head up"), two, tall), gift=0.14),
        Take(
            (replace(one, pose="walking", right=-4.4, heading=190), replace(two, heading=200)),
            "turned away, rather small",
        ),
    ]


def foxes() -> Takes:
    """Let a fox leap past another."""
    one, two = Actor("fox", "standing", -0.62, 3.5, 16), Actor("fox", "leaping", 0.75, 3.7, 176)
    return [
        Take((one,), "nothing happens"),
        Take((replace(one, pose="head up"), two), gift=0.15),
        Take(
            (
                replace(one, pose="running", right=-1.0, heading=186, motion=(-0.06, 0.012)),
                replace(two, pose="running", right=0.1, motion=(-0.07, 0.012)),
            ),
            "motion blur",
            shake=0.0022,
        ),
    ]


def wolves() -> Takes:
    """Let two wolves pass."""
    one, two = (
        Actor("wolf", "walking, looking", -0.5, 4.9, 12),
        Actor("wolf", "walking", 1.3, 6.8, 14),
    )
    return [
        Take((replace(two, right=-2.6, distance=5.6),), "cut off at the edge"),
        Take((one, two), gift=0.13),
        Take((replace(one, pose="stepping", right=1.2, heading=-30),), "turned away"),
    ]


def hiker() -> Takes:
    """Let a person walk by, and be gone in the last frame of the burst."""
    usual = Actor("hiker", "walking", -0.75, 5.0, -28)
    return [
        Take((usual,), "a person"),
        Take((replace(usual, pose="stepping", right=0.1, distance=6.4, heading=-40),), "a person"),
        Take((), "blank: the person has just gone"),
    ]


def car() -> Takes:
    """Let a car drive by."""
    return [
        Take((Actor("car", "driving", 1.3, 21, 66),), "a vehicle, far away"),
        Take((Actor("car", "driving", 0.5, 11.5, 58),), "a vehicle"),
        Take(
            (Actor("car", "driving", -1.9, 5.6, 72, motion=(-0.012, 0.004)),), "a vehicle, cut off"
        ),
    ]
