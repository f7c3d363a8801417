"""What happens in a burst: takes, each with its actors, and the ways in which bursts go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from herocat.drawing.actors import Actor
from herocat.drawing.cast import CAST

EDGE = 0.467  # metres from the middle to the edge of the view, per metre of distance


@dataclass(frozen=True, slots=True)
class Take:
    """One frame of a burst, as it was ordered."""

    actors: tuple[Actor, ...]
    wrong: str = ""  # what went wrong, in words
    hidden: float = 0.0  # share of the animal behind something
    gift: float = 0.0  # what a story adds to the quality: young ones, two that meet
    shake: float = 0.0  # blur of the whole frame, as a share of its width: wind shakes the camera
    fault: str = ""  # "unreadable", "truncated" or "absent": what became of its file


Takes = list[Take]
Way = Callable[[str, np.random.Generator, float], Takes]  # who, chance, the nearest distance


def _turn(rng: np.random.Generator) -> tuple[int, float]:
    """Return which way an animal goes, 1 right or -1 left, and the heading for that."""
    side = 1 if rng.random() < 0.5 else -1
    return side, 0.0 if side > 0 else 180.0


def _towards(heading: float, degrees: float) -> float:
    """Turn a heading towards the camera; away with negative degrees."""
    return heading + degrees if abs(heading) < 90 else heading - degrees


def _ideal(who: str, near: float) -> float:
    """Return the distance at which it fills the frame well, with its feet on the picture."""
    return max(CAST[who].ideal, 1.06 * near)


def _close(who: str, near: float, share: float) -> float:
    """Return a share of that distance, but none from which only the back would be seen."""
    low = max(0.3 * near, near - 1.25 * CAST[who].tall)
    return max(share * CAST[who].ideal, low * (0.9 + 0.3 * share))


def _some(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def crossing(
    who: str, rng: np.random.Generator, near: float, *, pose: str = "walking, looking"
) -> Takes:
    """Let it enter cut off, look up in the middle, and leave cut off."""
    side, heading = _turn(rng)
    away = _ideal(who, near) * _some(rng, 0.95, 1.2)
    gap = EDGE * away
    start = Actor(
        who, "walking", -side * gap * _some(rng, 0.92, 1.0), away * 1.05, _towards(heading, 8)
    )
    best = Actor(
        who, pose, -side * gap * _some(rng, 0.05, 0.3), away, _towards(heading, _some(rng, 12, 34))
    )
    leaving = Actor(
        who, "stepping", side * gap * _some(rng, 0.88, 1.0), away * 1.08, _towards(heading, -22)
    )
    return [
        Take((start,), "cut off at the edge"),
        Take((best,)),
        Take((leaving,), "leaves, cut off at the edge"),
    ]


def feeding(
    who: str, rng: np.random.Generator, near: float, *, pose: str = "looking at the camera"
) -> Takes:
    """Let it feed head down, and look up once."""
    _, heading = _turn(rng)
    away = _ideal(who, near) * _some(rng, 1.05, 1.35)
    right = _some(rng, -0.3, 0.3) * EDGE * away
    angle = _towards(heading, _some(rng, 5, 30))
    down = Actor(who, "head down", right, away, angle)
    return [
        Take((down,), "head down"),
        Take((replace(down, right=right + 0.05, heading=angle + 6),), "head down"),
        Take((replace(down, pose=pose, right=right + 0.08),)),
        Take(
            (replace(down, right=right + 0.12, heading=_towards(heading, -40)),),
            "turned away, head down",
        ),
    ]


def approaching(who: str, rng: np.random.Generator, near: float) -> Takes:
    """Let it come from far off until it is too near."""
    side, heading = _turn(rng)
    ideal = _ideal(who, near)
    angle = _towards(heading, 55)
    close = _close(who, near, 0.45)
    return [
        Take(
            (Actor(who, "walking", -side * 0.35 * EDGE * ideal * 3.2, ideal * 3.2, angle),),
            "far away",
        ),
        Take(
            (Actor(who, "stepping", -side * 0.25 * EDGE * ideal * 1.7, ideal * 1.7, angle),),
            "rather small",
        ),
        Take(
            (
                Actor(
                    who,
                    "walking, looking",
                    -side * 0.1 * EDGE * ideal,
                    ideal * 1.02,
                    _towards(heading, 42),
                ),
            )
        ),
        Take(
            (Actor(who, "walking", side * 0.3 * EDGE * close, close, angle, defocus=0.011),),
            "too near: out of focus, cut off",
        ),
    ]


def running(who: str, rng: np.random.Generator, near: float) -> Takes:
    """Let it run through: blurred, caught in the leap, nearly gone."""
    side, heading = _turn(rng)
    away = _ideal(who, near) * _some(rng, 1.15, 1.4)
    gap = EDGE * away
    long = CAST[who].long / (away / 1.07)
    smear = (0.26 * long * side, 0.016)
    entering = Actor(who, "running", -side * 0.78 * gap, away, heading, motion=smear)
    caught = Actor(who, "leaping", -side * 0.08 * gap, away, _towards(heading, 10))
    gone = Actor(who, "running", side * 0.72 * gap, away, _towards(heading, -8))
    smear = (0.20 * long * side, -0.014)
    return [
        Take((entering,), "motion blur, cut off", shake=0.0022),
        Take((caught,)),
        Take((replace(gone, motion=smear),), "motion blur", shake=0.0022),
    ]


def blurred(who: str, rng: np.random.Generator, near: float) -> Takes:
    """Let it walk by while the wind shakes the camera: all is blurred, in one frame a little less."""
    side, heading = _turn(rng)
    away = _ideal(who, near) * _some(rng, 1.0, 1.25)
    long = CAST[who].long / (away / 1.07)
    takes = []
    for step, share, shake in ((-0.55, 0.10, 0.0072), (-0.05, 0.03, 0.0030), (0.5, 0.11, 0.0078)):
        pose, right = "walking" if step < 0 else "stepping", side * step * EDGE * away
        smear = (side * share * long, 0.004)
        actor = Actor(who, pose, right, away, _towards(heading, 6), motion=smear)
        words = "blurred: the camera shook" + (", a little" if shake < 0.005 else "")
        takes.append(Take((actor,), words, shake=shake))
    return takes


def too_near(who: str, rng: np.random.Generator, near: float) -> Takes:
    """Let it stand right before the lens: huge, cut off, out of focus."""
    side, heading = _turn(rng)
    first, second, third = (_close(who, near, share) for share in (0.34, 0.40, 0.62))
    huge = Actor(who, "standing", -side * 0.15 * first, first, _towards(heading, 20), defocus=0.015)
    moving = Actor(
        who, "walking", side * 0.3 * second, second, heading, defocus=0.012, motion=(0.02, 0.0)
    )
    return [
        Take((huge,), "too near: cut off, out of focus", shake=0.002),
        Take((moving,), "too near: cut off, blurred", shake=0.004),
        Take(
            (Actor(who, "walking", side * 0.3 * third, third, _towards(heading, -50)),),
            "cut off, from behind",
        ),
    ]


def distant(who: str, rng: np.random.Generator, near: float) -> Takes:
    """Let it pass so far away that it is a speck."""
    side, heading = _turn(rng)
    away = _ideal(who, near) * _some(rng, 4.2, 5.5)
    return [
        Take((Actor(who, pose, side * share * EDGE * away, away, heading),), "tiny: far away")
        for share, pose in ((-0.5, "walking"), (-0.1, "standing"), (0.35, "stepping"))
    ]


def leaving(who: str, rng: np.random.Generator, near: float) -> Takes:
    """Show it from behind only, until it looks back for once."""
    side, heading = _turn(rng)
    away = _ideal(who, near)
    angle = _towards(heading, -58)
    return [
        Take((Actor(who, "walking", side * 0.15 * EDGE * away, away, angle),), "from behind"),
        Take(
            (
                Actor(
                    who,
                    "looking back",
                    side * 0.28 * EDGE * away * 1.15,
                    away * 1.15,
                    _towards(heading, -30),
                ),
            )
        ),
        Take(
            (Actor(who, "stepping", side * 0.5 * EDGE * away * 1.6, away * 1.6, angle),),
            "from behind, rather small",
        ),
    ]


def standing(who: str, rng: np.random.Generator, near: float, *, pose: str = "head up") -> Takes:
    """Let it stand still and look around; the whole burst is nearly alike."""
    _, heading = _turn(rng)
    away = _ideal(who, near) * _some(rng, 1.05, 1.3)
    right = _some(rng, -0.25, 0.25) * EDGE * away
    angle = _towards(heading, _some(rng, 10, 35))
    usual = Actor(who, "standing", right, away, angle)
    return [
        Take((usual,), "nothing happens"),
        Take((replace(usual, pose=pose),)),
        Take(
            (replace(usual, pose="head down" if pose != "head down" else "standing"),), "head down"
        ),
    ]


def single(who: str, rng: np.random.Generator, near: float, *, pose: str = "walking") -> Takes:
    """Let a camera that takes one frame only catch it."""
    _, heading = _turn(rng)
    away = _ideal(who, near) * _some(rng, 1.0, 1.4)
    right = _some(rng, -0.4, 0.4) * EDGE * away
    return [Take((Actor(who, pose, right, away, _towards(heading, _some(rng, -5, 30))),))]


def nothing(_who: str, rng: np.random.Generator, _near: float) -> Takes:
    """Let the wind trip the camera."""
    return [Take((), "blank: wind") for _ in range(int(rng.integers(1, 5)))]


def behind(spot: tuple[float, float], who: str, rng: np.random.Generator, _near: float) -> Takes:
    """Hide it behind what stands at a spot: share of the width, metres; it hardly comes out."""
    share, away = spot
    right = (share - 0.5) * away / 1.07
    inward = -1.0 if share > 0.5 else 1.0
    heading = 180.0 if inward < 0 else 0.0
    long = CAST[who].long
    return [
        Take(
            (Actor(who, "standing", right, away, heading),),
            "hidden by what stands before it",
            hidden=0.6,
        ),
        Take(
            (Actor(who, "standing", right + inward * 0.28 * long, away, heading),),
            "half hidden",
            hidden=0.4,
        ),
        Take(
            (Actor(who, "walking", right + inward * _some(rng, 0.05, 0.1) * long, away, heading),),
            "hidden by what stands before it",
            hidden=0.5,
        ),
    ]


def gifted(takes: Sequence[Take], gift: float) -> Takes:
    """Return takes whose story is worth at least so much more than what one frame shows."""
    return [take if take.wrong else replace(take, gift=max(take.gift, gift)) for take in takes]
