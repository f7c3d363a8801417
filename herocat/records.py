"""What a foreign file says, in herocat's words: the same few records from every format.

They are named tuples and structs, not dataclasses, because ten million are made while a file is
read; what detectors say comes in structs, which take a third of the time.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec


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


class Species(msgspec.Struct, frozen=True, gc=False):
    """One guess of a classifier: the name that the file gives, and its score, 0..1."""

    name: str
    score: float


class Taxon(NamedTuple):
    """A name of a species or group in full; None where the file is silent."""

    name: str
    uuid: str | None
    class_: str | None
    order: str | None
    family: str | None
    genus: str | None
    species: str | None
    common: str | None


class Prediction(NamedTuple):
    """What an ensemble concludes, and how it came to it."""

    name: str
    score: float | None
    made_from: str | None


class Detection(msgspec.Struct, frozen=True, gc=False):
    """One detection: its category by name, its confidence, its box where there is a usable one."""

    category: str
    confidence: float
    box: Box | None
    species: tuple[Species, ...]
    prediction: Prediction | None = None


class Result(msgspec.Struct, frozen=True, gc=False):
    """What a detector says of one photo: detections, or why there are none to speak of."""

    path: str
    detections: tuple[Detection, ...]
    failure: str | None
    species: tuple[Species, ...] = ()  # guesses on the whole photo
    prediction: Prediction | None = None  # of the whole photo


class Frame(NamedTuple):
    """What a sequence file says of one photo; None where it is silent."""

    path: str
    sequence: str | None
    frame_num: int | None
    location: str | None
    captured_at: str | None
    time_doubt: str | None


class Observation(NamedTuple):
    """What a person or a machine says is in a photo, or in its whole sequence."""

    path: str
    category: str  # animal, person, vehicle, blank, unknown
    species: str | None = None
    how_many: int | None = None
    level: str = "photo"  # or sequence
    made_by: str | None = None  # person, machine
    score: float | None = None
    box: Box | None = None
    species_score: float | None = None  # how sure of the species, where that is another number
    details: str | None = None  # JSON
    key: str | None = None  # in place of a path: what the file calls the photo, see Key
    pixels: bool = False  # its box is in pixels of the size that the Key has


class Run(NamedTuple):
    """Who judged: judgements of the same run are comparable."""

    rater: str  # person or vlm
    provider: str  # the tool
    model: str
    params: str  # JSON
    name: str  # to call it by, if it is free


class Judgement(NamedTuple):
    """A score, or another sign of liking, that somebody gave before; the original value is kept."""

    path: str
    run: Run
    score: float | None  # 0..10; None: it failed, or nothing can be read from it
    raw: str
    reasoning: str | None = None
    error: str | None = None
    name: str | None = None  # what the file is called where the path leads nowhere


class Private(NamedTuple):
    """A photo that the file says is not public."""

    path: str


class Key(NamedTuple):
    """What a file calls a photo where it does not name its path."""

    key: str
    path: str
    width: float | None = None  # pixels, where boxes are given in them
    height: float | None = None


class Deployment(NamedTuple):
    """How a camera was set up for some time; None where the file is silent."""

    key: str  # what the file calls it
    location: str | None
    started_at: str | None
    ended_at: str | None
    height: float | None  # metres above the ground
    heading: float | None  # degrees clockwise from north, from 0 to below 360
    tilt: float | None  # degrees, -90 (down) to 90


class Deployed(NamedTuple):
    """Which deployment a photo is from."""

    path: str
    deployment: str  # its key


class Unmatched(NamedTuple):
    """Something in a file that is not about a photo that can be taken in, and why."""

    path: str
    reason: str


class Remote(NamedTuple):
    """A photo that is elsewhere: its path here, and its address."""

    path: str
    url: str


class About(NamedTuple):
    """What a file says about itself, known once it is read: the detector, its version, its names in full."""

    info: Mapping[str, object]
    taxa: tuple[Taxon, ...] = ()


Record = (
    Frame
    | Observation
    | Judgement
    | Private
    | Key
    | Unmatched
    | Remote
    | Taxon
    | Deployment
    | Deployed
)
