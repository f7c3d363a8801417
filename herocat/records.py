"""What a foreign file says, in herocat's words: the same few records from every format.

They are named tuples, not dataclasses, because ten million are made while a file is read.
"""

from typing import NamedTuple


class Box(NamedTuple):
    """A bounding box: shares of width and height, 0..1, origin top left, on the rotated photo."""

    x: float
    y: float
    w: float
    h: float

    @property
    def area(self) -> float:
        """Share of the photo that it covers, 0..1."""
        return self.w * self.h


class Species(NamedTuple):
    """One guess of a classifier: the name that the file gives, and its score, 0..1."""

    name: str
    score: float


class Detection(NamedTuple):
    """One detection: its category by name, its confidence, its box where there is a usable one."""

    category: str
    confidence: float
    box: Box | None
    species: tuple[Species, ...]


class Result(NamedTuple):
    """What a detector says of one photo: detections, or why there are none to speak of."""

    path: str
    detections: tuple[Detection, ...]
    failure: str | None


class Frame(NamedTuple):
    """What a sequence file says of one photo; None where it is silent."""

    path: str
    sequence: str | None
    frame_num: int | None
    location: str | None
    captured_at: str | None
    time_doubt: str | None
