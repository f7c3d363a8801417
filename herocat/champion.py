"""The best frame of a burst, by what its frames show side by side.

Absolute scores hardly tell frames of one burst apart: same camera, same light, same animal. What
changes is the pose, and a box tells of it: an animal that lifts its head has a taller box that
reaches higher, one that turns away a narrower one. Every part is relative within the burst.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from herocat.records import Box

WEIGHTS = {
    "score": 1.0,
    "height": 0.8,
    "width": 0.4,
    "sharpness": 0.4,
    "raised": 2.0,
    "central": 2.0,
}
_LEAST = 1e-3  # of what a logarithm is taken of


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of a burst: its animal's box (shares of the picture), sharpness, and score 0..10."""

    image: int
    box: Box
    sharpness: float
    score: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A frame's place in its burst, from 1, and the parts of its worth, which add up to it."""

    image: int
    place: int
    worth: float
    parts: dict[str, float]


def rank(frames: Sequence[Frame]) -> list[Ranked]:
    """Rank the frames of one burst, best first; equals in the order in which they are given."""
    values = {
        "score": [math.log(max(_LEAST, frame.score / 10)) for frame in frames],
        "height": [math.log(max(_LEAST, frame.box.h)) for frame in frames],
        "width": [math.log(max(_LEAST, frame.box.w)) for frame in frames],
        "sharpness": [math.log(max(_LEAST, frame.sharpness)) for frame in frames],
        "raised": [-(frame.box.y + frame.box.h / 2) for frame in frames],
        "central": [-abs(frame.box.x + frame.box.w / 2 - 0.5) for frame in frames],
    }
    parts = [
        {name: weight * (values[name][one] - max(values[name])) for name, weight in WEIGHTS.items()}
        for one in range(len(frames))
    ]
    worth = [math.fsum(part.values()) for part in parts]
    order = sorted(range(len(frames)), key=lambda one: -worth[one])
    return [
        Ranked(frames[one].image, place, worth[one], parts[one])
        for place, one in enumerate(order, 1)
    ]
