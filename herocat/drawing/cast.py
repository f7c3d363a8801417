"""Everyone who can walk into a frame: how they are built, coloured, posed, and how large they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from herocat.drawing.anatomy import Body, Build, Pose, posed
from herocat.drawing.fur import Hair
from herocat.drawing.poses import ALERT, FEED, GATHER, LOOK, RUN, SNIFF, STAND, STEP, WALK
from herocat.drawing.sculpture import Coat
from herocat.drawing.species import (
    badger,
    bear,
    boar,
    car,
    deer,
    dogs,
    elephant,
    giraffe,
    hare,
    heron,
    hiker,
    lynx,
    owl,
    zebra,
)

_USUAL = (
    STAND,
    ALERT,
    LOOK,
    FEED,
    WALK,
    STEP,
    RUN,
    GATHER,
    SNIFF,
    replace(WALK, name="walking, looking", look=-55, neck=4, head=4),
    replace(LOOK, name="looking back", look=120, neck=12),
)
_TRUNK_UP = replace(STAND, name="trunk raised", ears=1.0)
_EARS_OUT = replace(STAND, name="ears spread", ears=1.0)
_DRINK = replace(STAND, name="head down", neck=-10, head=-6)
_BROWSE = replace(STAND, name="head up", neck=10, head=16)
_BOUND = replace(
    RUN,
    hind=((-50, -6, -138, -140), (-44, -2, -128, -130)),
    airborne=0.55,
    pitch=2,
)


@dataclass(frozen=True, slots=True)
class Player:
    """A species, or a kind of it: how it is drawn, and what a detector calls it."""

    species: str
    make: Callable[[str], Body]
    coat: Coat
    hair: Hair
    long: float  # metres from nose to tail
    tall: float  # metres from the ground to the top of the head
    category: str = "animal"
    shine: float = 1.0  # how much its eyes throw back a flash

    @property
    def ideal(self) -> float:
        """Distance in metres at which it fills a frame well."""
        return max(2.3, 2.5 * self.long, 2.6 * self.tall)


def _beast(
    species: str, build: Build, coat: Coat, hair: Hair, size: tuple[float, float], *poses: Pose
) -> Player:
    known = {pose.name: pose for pose in (*_USUAL, *poses)}
    return Player(species, partial(_posed, build, known), coat, hair, *size)


def _posed(build: Build, poses: Mapping[str, Pose], name: str) -> Body:
    return posed(build, poses[name])


CAST: Mapping[str, Player] = {
    "fox": _beast("red fox", dogs.FOX, dogs.fox, Hair(0.06), (1.18, 0.57)),
    "wolf": _beast("grey wolf", dogs.WOLF, dogs.wolf, Hair(0.07), (1.62, 0.97)),
    "stag": _beast("red deer", deer.STAG, deer.stag, Hair(0.035), (2.3, 2.57)),
    "hind": _beast("red deer", deer.HIND, deer.deer, Hair(0.03), (1.95, 1.56)),
    "fawn": _beast("red deer", deer.FAWN, deer.fawn, Hair(0.035), (1.03, 0.81)),
    "bear": _beast("brown bear", bear.BEAR, bear.bear, Hair(0.085, 0.28), (2.2, 1.18)),
    "cub": _beast("brown bear", bear.CUB, bear.bear, Hair(0.12, 0.3), (1.0, 0.57)),
    "boar": _beast("wild boar", boar.BOAR, boar.boar, Hair(0.08, 0.2, 0.16), (1.62, 0.89)),
    "piglet": _beast("wild boar", boar.PIGLET, boar.piglet, Hair(0.05), (0.62, 0.35)),
    "badger": _beast(
        "eurasian badger", badger.BADGER, badger.badger, Hair(0.14, 0.2, 0.16), (0.92, 0.33)
    ),
    "lynx": _beast("eurasian lynx", lynx.LYNX, lynx.lynx, Hair(0.055), (1.15, 0.85)),
    "hare": _beast(
        "european hare", hare.HARE, hare.hare, Hair(0.10, 0.3, 0.14), (0.57, 0.47), _BOUND
    ),
    "elephant": _beast(
        "african elephant",
        elephant.ELEPHANT,
        elephant.elephant,
        Hair(0.012, 0.6, 0.08),
        (4.5, 3.02),
        _TRUNK_UP,
        _EARS_OUT,
        _DRINK,
    ),
    "calf": _beast(
        "african elephant",
        elephant.CALF,
        elephant.elephant,
        Hair(0.014, 0.6, 0.08),
        (1.92, 1.30),
        _TRUNK_UP,
        _EARS_OUT,
        _DRINK,
    ),
    "zebra": _beast("plains zebra", zebra.ZEBRA, zebra.zebra, Hair(0.018), (2.35, 1.76)),
    "giraffe": _beast(
        "giraffe",
        giraffe.GIRAFFE,
        giraffe.giraffe,
        Hair(0.010),
        (3.4, 4.75),
        _BROWSE,
        replace(WALK, neck=-4),
    ),
    "heron": Player(
        "grey heron", heron.heron, heron.heron_coat, Hair(0.06, 0.15), 0.86, 0.97, shine=0.4
    ),
    "owl": Player("barn owl", owl.owl, owl.owl_coat, Hair(0.05, 0.2), 0.85, 0.4, shine=0.8),
    "hiker": Player("human", hiker.hiker, hiker.clothes, Hair(0.0), 0.7, 1.8, "person", 0.0),
    "car": Player("vehicle", car.car, car.paintwork, Hair(0.0), 4.2, 1.95, "vehicle", 0.0),
}
