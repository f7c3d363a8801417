"""Where to crop a photo: every animal whole, with a margin and room to move into; or why not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from herocat.records import Box

MARGIN, LEAST_MARGIN = 0.08, 0.02  # around the animals, shares of their longer side
_ROOM = 1.35  # how much larger than it must be a crop is, where the photo allows
_LEAD = 0.34  # share of the spare width that is left behind an animal, the rest before it
_ABOVE = 0.45  # share of the spare height above the animals

Pixels = tuple[int, int, int, int]  # left, top, right, bottom


class RefusedError(Exception):
    """No crop of this shape holds the animals; the message says why."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a crop, width to height."""

    wide: int
    high: int

    def __str__(self) -> str:
        return f"{self.wide}:{self.high}"


SHAPES = {
    str(shape): shape
    for shape in (Shape(16, 9), Shape(3, 2), Shape(1, 1), Shape(4, 5), Shape(9, 16))
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A photo and the animals in it, in pixels."""

    width: int
    height: int
    boxes: Sequence[Box]
    facing: int = 0  # where they move: 1 right, -1 left, 0 not known
    top: float = 0.0  # where the picture begins below the camera's strip, share of the height
    bottom: float = 1.0


def crop(scene: Scene, shape: Shape, *, smallest: int = 600) -> Pixels:
    """Return the crop of a shape that holds every animal; raise RefusedError if there is none.

    ``smallest`` is how many pixels its longer side must have.
    """
    if not scene.boxes:
        raise RefusedError("no animal box is known")
    animals = _around(scene)
    limits = _limits(scene, animals)
    needed = _grown(animals, MARGIN, limits)
    most = min((limits[2] - limits[0]) // shape.wide, (limits[3] - limits[1]) // shape.high)
    least = _units(needed, shape)
    if least > most:
        needed = _grown(animals, LEAST_MARGIN, limits)
        least = _units(needed, shape)
    if least > most:
        wide, high = animals[2] - animals[0], animals[3] - animals[1]
        raise RefusedError(f"the animals take {wide} x {high} pixels, no {shape} crop holds them")
    longer = max(shape.wide, shape.high)
    units = min(most, max(math.ceil(_ROOM * least), math.ceil(smallest / longer)))
    if units * longer < smallest:
        size = f"{units * shape.wide} x {units * shape.high}"
        raise RefusedError(f"the largest {shape} crop has {size} pixels, fewer than {smallest}")
    wide, high = units * shape.wide, units * shape.high
    left = _placed(needed[::2], wide, limits[::2], _behind(scene, animals))
    top = _placed(needed[1::2], high, limits[1::2], _ABOVE)
    return left, top, left + wide, top + high


def pixels(box: Box, width: int, height: int) -> Pixels:
    """Return the pixels that a box touches."""
    return (
        max(0, math.floor(box.x * width)),
        max(0, math.floor(box.y * height)),
        min(width, math.ceil((box.x + box.w) * width)),
        min(height, math.ceil((box.y + box.h) * height)),
    )


def _around(scene: Scene) -> Pixels:
    all_of = [pixels(box, scene.width, scene.height) for box in scene.boxes]
    left, top, right, bottom = zip(*all_of, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _limits(scene: Scene, animals: Pixels) -> Pixels:
    """Return the part of the photo to crop from: without the strips, unless an animal is on one."""
    top = min(math.ceil(scene.top * scene.height), animals[1])
    bottom = max(math.floor(scene.bottom * scene.height), animals[3])
    return 0, top, scene.width, bottom


def _grown(animals: Pixels, share: float, limits: Pixels) -> Pixels:
    margin = math.ceil(share * max(animals[2] - animals[0], animals[3] - animals[1]))
    return (
        max(limits[0], animals[0] - margin),
        max(limits[1], animals[1] - margin),
        min(limits[2], animals[2] + margin),
        min(limits[3], animals[3] + margin),
    )


def _units(needed: Pixels, shape: Shape) -> int:
    """Return by how much a shape must be multiplied to hold what is needed."""
    wide, high = needed[2] - needed[0], needed[3] - needed[1]
    return max(1, math.ceil(wide / shape.wide), math.ceil(high / shape.high))


def _behind(scene: Scene, animals: Pixels) -> float:
    """Return the share of the spare width to leave on the left of the animals."""
    facing = scene.facing
    if not facing:  # into the picture: to the side where there is more of it
        facing = 1 if animals[0] <= scene.width - animals[2] else -1
    return _LEAD if facing > 0 else 1 - _LEAD


def _placed(span: Sequence[int], length: int, limits: Sequence[int], before: float) -> int:
    """Return where a crop of a length begins that holds a span and stays inside the limits."""
    (start, end), (low, high) = span, limits
    wanted = round(start - before * (length - (end - start)))
    return min(max(wanted, low, end - length), start, high - length)
