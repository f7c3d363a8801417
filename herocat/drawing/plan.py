"""The plan of a demo collection: every frame of it, named, dated and ordered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from herocat.drawing.places import PLACES, Place
from herocat.drawing.repertoire import Ordered, ordered
from herocat.drawing.takes import Take
from herocat.drawing.verdict import quality

YEAR = 2025
_HOURS = {
    "dawn": (5.6, 6.9),
    "day": (9.0, 16.0),
    "overcast": (8.5, 16.5),
    "snowfall": (9.0, 15.5),
    "dusk": (18.2, 19.8),
}
_WARMTH = {"day": 0.95, "overcast": 0.7, "snowfall": 0.5, "dusk": 0.6, "dawn": 0.2}
_NIGHT = (21.2, 27.5)  # past midnight: the next day
_DAYS = 60.0  # that a camera stands at most
_PAUSE = timedelta(minutes=15)  # between two bursts, at least
_LUNATION = timedelta(days=29.53)
_NEW_MOON = datetime(2025, 1, 29, 12, 36)  # noqa: DTZ001 - cameras have no zone


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: all that is needed to draw it, and what is true of it."""

    file: str  # relative to the photos' folder
    place: str
    light: str
    sequence: str
    number: int  # in its burst, from 0
    frames: int  # in the burst
    moment: datetime
    degrees: int
    moon: float
    take: Take
    snow: bool
    listed: bool  # sequences.json knows it
    quality: float
    best: bool
    seed: int


def plan(sequences: int, seed: int) -> tuple[Frame, ...]:
    """Return the frames of so many bursts, place by place, each place in the order of time."""
    rng = np.random.default_rng(seed)
    bursts = ordered(sequences, rng)
    frames = list[Frame]()
    for place in PLACES.values():
        here = [burst for burst in bursts if burst.place == place.name]
        frames += _at(place, here, rng, seed)
    return tuple(frames)


def _at(
    place: Place, bursts: Sequence[Ordered], rng: np.random.Generator, seed: int
) -> list[Frame]:
    """Return the frames of one camera, each burst in the light it was ordered for."""
    frames = list[Frame]()
    free = datetime.min  # noqa: DTZ901 - cameras have no zone
    for count, (moment, burst) in enumerate(_dated(place, bursts, rng), 1):
        first = shown = max(moment, free)
        degrees = _warmth(place, burst.light, rng)
        shots = list[Frame]()
        for at, take in enumerate(burst.takes):
            shots.append(
                Frame(
                    file=f"{place.name}/IMG_{len(frames) + at + 1:04d}.JPG",
                    place=place.name,
                    light=burst.light,
                    sequence=f"{place.name}-{count:03d}",
                    number=at,
                    frames=len(burst.takes),
                    moment=shown,
                    degrees=degrees,
                    moon=((first - _NEW_MOON) / _LUNATION) % 1.0,
                    take=take,
                    snow=burst.snow,
                    listed=burst.listed,
                    quality=quality(take, place, place.lights[burst.light]),
                    best=False,
                    seed=int(rng.integers(1 << 31)) ^ seed,
                )
            )
            shown += timedelta(seconds=int(rng.integers(1, 4)))
        free = shown + _PAUSE
        frames += _judged(shots)
    return frames


def _dated(
    place: Place, bursts: Sequence[Ordered], rng: np.random.Generator
) -> list[tuple[datetime, Ordered]]:
    """Return bursts with the moments when they began, in the order of time."""
    step = min(2.0, _DAYS / max(1, len(bursts)))
    start = datetime(YEAR, place.month, 2)  # noqa: DTZ001 - cameras have no zone
    dated = list[tuple[datetime, Ordered]]()
    for count, burst in enumerate(bursts):
        day = start + timedelta(days=int(step * (count + 0.8 * float(rng.random()))))
        hours = float(rng.uniform(*_HOURS.get(burst.light, _NIGHT)))
        dated.append((day + timedelta(seconds=round(3600 * hours)), burst))
    return sorted(dated, key=lambda pair: pair[0])


def _warmth(place: Place, light: str, rng: np.random.Generator) -> int:
    cold, warm = place.warmth
    share = _WARMTH.get(light, 0.1)
    return round(cold + (warm - cold) * share + float(rng.normal(0, 1.2)))


def _judged(shots: Sequence[Frame]) -> list[Frame]:
    """Mark the best frame of a burst: the first of the highest quality that can be read."""
    able = [shot for shot in shots if shot.quality > 0 and shot.take.fault in {"", "truncated"}]
    best = max(able, key=lambda shot: (shot.quality, -shot.number), default=None)
    return [replace(shot, best=True) if shot is best else shot for shot in shots]
