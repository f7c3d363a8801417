"""The bursts of the demo, written one by one; past their end come others of the usual kinds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from herocat.drawing import stories
from herocat.drawing.places import PLACES
from herocat.drawing.takes import (
    Take,
    Takes,
    Way,
    approaching,
    behind,
    blurred,
    crossing,
    distant,
    feeding,
    gifted,
    leaving,
    nothing,
    running,
    single,
    standing,
    too_near,
)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A burst as it is ordered: where, in which light, what happens."""

    place: str
    light: str
    takes: tuple[Take, ...]
    snow: bool = False
    listed: bool = True  # False: sequences.json does not know it


@dataclass(frozen=True, slots=True)
class _Call:
    place: str
    light: str
    who: str
    way: Way
    listed: bool = True
    snow: bool = False
    faults: tuple[tuple[int, str], ...] = ()


def _told(story: Callable[[], Takes]) -> Way:
    return lambda _who, _rng, _near: story()


def _burnt(who: str, rng: np.random.Generator, near: float) -> Takes:
    takes = crossing(who, rng, near)
    return [
        replace(take, wrong=", ".join(filter(None, ("overexposed flash", take.wrong))))
        for take in takes
    ]


_CALLS = (
    _Call("meadow", "dawn", "stag", _told(stories.stag_in_the_mist)),
    _Call("birchwood", "overcast", "hiker", _told(stories.hiker)),
    _Call("ridge", "snowfall", "lynx", _told(stories.lynx_in_snow), snow=True),
    _Call("river", "day", "heron", _told(stories.heron)),
    _Call("clearing", "night", "badger", crossing, listed=False),
    _Call("savanna", "dusk", "elephant", _told(stories.elephants)),
    _Call("wash", "day", "car", _told(stories.car)),
    _Call("meadow", "overcast", "", nothing),
    _Call("clearing", "day", "fox", crossing, faults=((2, "truncated"),)),
    _Call("ridge", "night", "wolf", running, faults=((0, "unreadable"),)),
    _Call("wash", "dusk", "hare", standing, faults=((2, "absent"),)),
    _Call("birchwood", "night, overexposed", "boar", _burnt),
    _Call("clearing", "overcast", "hind", partial(behind, (0.895, 4.7))),
    _Call("waterhole", "dusk", "zebra", _told(stories.zebras)),
    _Call("birchwood", "day", "bear", _told(stories.bears)),
    _Call("meadow", "night, near", "owl", _told(stories.owl)),
    _Call("birchwood", "day", "fox", too_near),
    _Call("savanna", "day", "zebra", distant),
    _Call("clearing", "dawn", "hind", _told(stories.hinds)),
    _Call("river", "dawn", "hind", feeding, listed=False),
    _Call("waterhole", "night, far", "elephant", feeding),
    _Call("clearing", "night", "boar", _told(stories.boars)),
    _Call("ridge", "dusk", "wolf", _told(stories.wolves)),
    _Call("savanna", "dusk", "giraffe", partial(crossing, pose="head up")),
    _Call("wash", "dawn", "fox", running),
    _Call("meadow", "dusk", "hare", running),
    _Call("wash", "night", "hare", crossing),
    _Call("birchwood", "night", "lynx", crossing),
    _Call("ridge", "day", "", nothing),
    _Call("waterhole", "night, far", "zebra", crossing, listed=False),
    _Call("meadow", "dusk", "fox", _told(stories.foxes)),
    _Call("river", "overcast", "boar", partial(behind, (0.90, 6.6))),
    _Call("clearing", "night, near", "fox", approaching),
    _Call("savanna", "night, far", "zebra", crossing),
    _Call("waterhole", "day", "elephant", partial(feeding, pose="trunk raised")),
    _Call("birchwood", "dusk", "stag", feeding),
    _Call("ridge", "night", "wolf", too_near),
    _Call("wash", "night", "lynx", leaving),
    _Call("clearing", "dusk", "boar", blurred),
    _Call("meadow", "overcast", "hind", approaching),
    _Call("river", "night, near", "fox", crossing),
    _Call("waterhole", "dawn", "giraffe", partial(standing, pose="head up")),
    _Call("savanna", "dawn", "zebra", feeding),
    _Call("ridge", "snowfall", "stag", partial(standing, pose="looking at the camera"), snow=True),
    _Call("clearing", "night", "", nothing),
    _Call("meadow", "day", "owl", _told(stories.owl_on_a_post)),
    _Call("birchwood", "overcast", "boar", single),
    _Call("wash", "day", "fox", distant),
    _Call("river", "dusk", "heron", _told(stories.fishing)),
    _Call("birchwood", "dawn", "hind", leaving),
    _Call("ridge", "overcast", "fox", crossing),
    _Call("savanna", "overcast", "elephant", approaching),
    _Call("meadow", "night", "badger", blurred),
    _Call("waterhole", "overcast", "", nothing),
    _Call("clearing", "day", "stag", crossing),
    _Call("wash", "dusk", "boar", crossing),
    _Call("birchwood", "night", "hind", too_near),
    _Call("ridge", "day", "hare", running),
    _Call("river", "night", "boar", feeding),
    _Call("savanna", "day", "giraffe", approaching),
)
_RESIDENTS = {
    "savanna": ("elephant", "zebra", "giraffe", "zebra"),
    "waterhole": ("elephant", "zebra", "giraffe", "elephant"),
    "clearing": ("fox", "hind", "boar", "badger", "stag"),
    "birchwood": ("bear", "boar", "fox", "hind", "lynx"),
    "river": ("fox", "hind", "boar"),
    "ridge": ("lynx", "wolf", "hare", "stag", "fox"),
    "meadow": ("stag", "hind", "hare", "fox", "badger"),
    "wash": ("hare", "fox", "lynx", "boar"),
}
_LIGHTS = ("day", "dusk", "dawn", "overcast", "night", "night", "night, near")
_WAYS: Sequence[Way] = (
    crossing,
    feeding,
    approaching,
    running,
    blurred,
    too_near,
    distant,
    leaving,
    single,
    nothing,
    crossing,
)


def ordered(sequences: int, rng: np.random.Generator) -> list[Ordered]:
    """Return so many bursts, the written ones first."""
    bursts = []
    for number in range(sequences):
        call = _CALLS[number] if number < len(_CALLS) else _another(rng)
        takes = list(call.way(call.who, rng, PLACES[call.place].nearest))
        if call.who not in {"", "hiker", "car"} and call.light in {"dusk", "dawn"}:
            takes = gifted(takes, 0.05)
        for at, fault in call.faults:
            takes[at] = replace(takes[at], fault=fault)
        bursts.append(Ordered(call.place, call.light, tuple(takes), call.snow, call.listed))
    return bursts


def _another(rng: np.random.Generator) -> _Call:
    """Return a burst of a usual kind."""
    place = str(rng.choice(sorted(_RESIDENTS)))
    light = str(rng.choice(_LIGHTS))
    if place == "ridge" and light == "dawn":
        light = "dusk"
    if place in {"savanna", "waterhole"} and light.startswith("night"):
        light = "night, far"
    who = str(rng.choice(_RESIDENTS[place]))
    way = _WAYS[int(rng.integers(len(_WAYS)))]
    if way is too_near and who in {"hare", "badger"}:
        way = crossing
    return _Call(place, light, who, way)
