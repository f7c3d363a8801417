"""A small set of good and different photos: a greedy choice, bettered by swaps, with a bound on what
it misses.

The worth of a set is the sum of its photos' qualities plus, for every facet (species, place, ...),
what each value that it shows is worth: the second photo of a value adds half of what the first did,
the third a quarter ... Such a worth is monotone and submodular, so taking the photo that adds most,
again and again, comes near the best set. After that, a photo is swapped for one outside as long as
the set gains by it: in the end no rival would do better in the place of any photo. How near the set
is to the best one is reckoned for the set at hand.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

HALVING = 0.5  # what another photo of a value adds, beside the one before
ALIKE = 8  # bits of 64 in which near-duplicates differ at most
_SWAPS = 1000  # each makes the set better, so they end by themselves; this is for their time
_BETTER = 1e-9  # less is rounding


@dataclass(frozen=True, slots=True)
class Item:
    """A photo that may be chosen: its quality, 0..1, and its value in each facet.

    A photo can have several values of one facet (two species). ``apart`` are groups of which one
    photo at most may be chosen, such as its burst; ``fingerprint`` is a perceptual hash of 64 bits.
    """

    key: int
    quality: float
    facets: Mapping[str, tuple[Hashable, ...]]
    apart: tuple[Hashable, ...] = ()
    fingerprint: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How much each facet counts beside quality, and how many photos one value may have."""

    weights: Mapping[str, float]
    caps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pick:
    """A photo that was chosen: what it added, by facet, and the closest one that was not.

    ``rival`` is not in the set; ``rival_gain`` is what it would add in this photo's place.
    """

    key: int
    gain: float
    parts: Mapping[str, float]  # "quality" and the facets: they add up to the gain
    pinned: bool
    rival: int | None
    rival_gain: float | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The photos in the order in which they were chosen; no set that obeys the rules is worth more
    than ``bound``.
    """

    picks: tuple[Pick, ...]
    worth: float
    bound: float


def choose(
    items: Sequence[Item], count: int, rules: Rules, *, pins: Sequence[int] = ()
) -> Portfolio:
    """Choose photos, first those that are pinned; equals in the order in which they are given.

    Pins obey no rule but the count; everything else is chosen beside them.
    """
    pool = _Pool(items, rules)
    at = {item.key: number for number, item in enumerate(items)}
    chosen = [at[key] for key in pins]
    for one in chosen:
        pool.add(one)
    bounds = [pool.bound(count)]
    for _ in range(_SWAPS):
        while len(chosen) < count and (best := pool.best()) is not None:
            chosen.append(best)
            pool.add(best)
            bounds.append(pool.bound(count))
        if not _swapped(pool, chosen, len(pins)):
            break
    bounds.append(pool.bound(count))
    rivals = [_rival(pool, one) for one in chosen]
    picks = list[Pick]()
    pool.clear()
    for one, (rival, gain) in zip(chosen, rivals, strict=True):
        parts = pool.parts(one)
        picks.append(
            Pick(
                key=items[one].key,
                gain=sum(parts.values()),
                parts=parts,
                pinned=len(picks) < len(pins),
                rival=None if rival is None else items[rival].key,
                rival_gain=gain,
            )
        )
        pool.add(one)
    return Portfolio(tuple(picks), sum(pick.gain for pick in picks), min(bounds))


def _swapped(pool: "_Pool", chosen: list[int], pinned: int) -> bool:
    """Swap the first photo for which one outside would do better; return whether there was one."""
    for place in range(pinned, len(chosen)):
        one = chosen[place]
        pool.remove(one)
        best = pool.best()
        better = best is not None and pool.gain(best) > pool.gain(one) + _BETTER
        if best is not None and better:
            chosen[place] = best
        pool.add(chosen[place])
        if better:
            return True
    return False


def _rival(pool: "_Pool", one: int) -> tuple[int | None, float | None]:
    """Return the photo outside that would add most in the place of one inside, and how much."""
    pool.remove(one)
    rival = pool.best(without=one)
    gain = None if rival is None else pool.gain(rival)
    pool.add(one)
    return rival, gain


class _Pool:
    """The photos as arrays, and what is chosen so far, counted by value.

    Every value of every facet has a number, and so has every group of photos that must stay apart:
    that is a value which counts for nothing and of which there may be one. Number 0 is no value.
    """

    def __init__(self, items: Sequence[Item], rules: Rules) -> None:
        self._items = items
        self._weights_of = rules.weights
        numbers: dict[tuple[str, Hashable], int] = {}
        weights, caps = [0.0], [len(items) + 1]
        rows = list[list[int]]()
        for item in items:
            named = [(facet, value) for facet, values in item.facets.items() for value in values]
            row = []
            for facet, value in [*named, *((_APART, group) for group in item.apart)]:
                number = numbers.setdefault((facet, value), len(weights))
                if number == len(weights):
                    weights.append(rules.weights.get(facet, 0.0))
                    caps.append(1 if facet == _APART else rules.caps.get(facet, len(items) + 1))
                row.append(number)
            rows.append(row)
        most = max(map(len, rows), default=0)
        self._values = np.array([row + [0] * (most - len(row)) for row in rows], np.int64)
        self._values = self._values.reshape(len(items), most)
        self._numbers = numbers
        self._weights, self._caps = np.array(weights), np.array(caps)
        self._quality = np.array([item.quality for item in items], np.float64)
        self._prints = np.array([item.fingerprint or 0 for item in items], np.uint64)
        self._printed = np.array([item.fingerprint is not None for item in items], bool)
        groups: dict[Hashable, int] = {}
        self._group = np.array(
            [
                groups.setdefault(item.apart[0] if item.apart else (_APART, number), len(groups))
                for number, item in enumerate(items)
            ],
            np.int64,
        )
        self.clear()

    def clear(self) -> None:
        """Choose nothing."""
        self._counts = np.zeros(len(self._weights), np.int64)
        self._taken = np.zeros(len(self._items), bool)
        self._alike = np.zeros(len(self._items), np.int64)  # chosen ones that look the same
        self._worth = 0.0

    def add(self, one: int) -> None:
        """Take a photo in."""
        self._worth += self.gain(one)
        self._counts[self._row(one)] += 1
        self._taken[one] = True
        self._alike += self._looks_like(one)

    def remove(self, one: int) -> None:
        """Take a photo out."""
        self._counts[self._row(one)] -= 1
        self._taken[one] = False
        self._alike -= self._looks_like(one)
        self._worth -= self.gain(one)

    def gain(self, one: int) -> float:
        """Return what a photo would add."""
        return float(self._quality[one] + self._adds(self._values[one]).sum())

    def parts(self, one: int) -> dict[str, float]:
        """Return what a photo would add: its quality, and each facet's part."""
        item = self._items[one]
        parts = {"quality": item.quality}
        for facet, weight in self._weights_of.items():
            numbers = [self._numbers[facet, value] for value in item.facets.get(facet, ())]
            parts[facet] = weight * sum(HALVING ** int(self._counts[number]) for number in numbers)
        return parts

    def best(self, *, without: int | None = None) -> int | None:
        """Return the photo that adds most of those that may still be chosen; the first of equals."""
        free = ~self._taken & (self._alike == 0)
        free &= (self._counts[self._values] < self._caps[self._values]).all(axis=1)
        if without is not None:
            free[without] = False
        if not free.any():
            return None
        return int(np.argmax(np.where(free, self._gains(), -np.inf)))

    def bound(self, count: int) -> float:
        """Return a worth that no set of this size can pass, from any set of some worth.

        By submodularity a set adds to this one at most what its photos add one by one (Nemhauser,
        Wolsey and Fisher 1978), and of photos that must stay apart it has one.
        """
        best = np.zeros(len(self._items))
        np.maximum.at(best, self._group, np.where(self._taken, 0.0, self._gains()))
        return self._worth + float(np.sort(best)[::-1][:count].sum())

    def _gains(self) -> NDArray[np.float64]:
        gains: NDArray[np.float64] = self._quality + self._adds(self._values).sum(axis=1)
        return gains

    def _adds(self, values: NDArray[np.int64]) -> NDArray[np.float64]:
        adds: NDArray[np.float64] = self._weights[values] * HALVING ** self._counts[values]
        return adds

    def _row(self, one: int) -> NDArray[np.int64]:
        row: NDArray[np.int64] = self._values[one]
        return row[row > 0]

    def _looks_like(self, one: int) -> NDArray[np.bool_]:
        if not self._printed[one]:
            return np.zeros(len(self._items), bool)
        differ = np.bitwise_count(self._prints ^ self._prints[one])
        alike: NDArray[np.bool_] = self._printed & (differ <= ALIKE)
        return alike


_APART = ""  # the facet of groups of which one photo may be chosen
