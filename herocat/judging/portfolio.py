"""A small set of good and different photos: a greedy choice, bettered by swaps, with a bound on what
it misses.

The worth of a set is the sum of its photos' qualities plus, for every facet (species, place, ...),
what each value that it shows is worth: the second photo of a value adds half of what the first did,
the third a quarter ... Such a worth is monotone and submodular, so taking the photo that adds most,
again and again, comes near the best set. After that, a photo is swapped for one outside as long as
the set gains by it: in the end no rival would do better in the place of any photo. How near the set
is to the best one is reckoned for the set at hand and those that led to it.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

HALVING = 0.5  # what another photo of a value adds, beside the one before
BITS = 8  # of 64, in which near-duplicates differ at most
BURST, ALIKE = "burst", "near-duplicates"  # rules beside the caps: one photo of a burst, none alike
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
    """How much each facet counts beside quality, and how many photos one value may have.

    Where the caps would leave the set too small, those of the yielding facets give way, a
    photo at a time.
    """

    weights: Mapping[str, float]
    caps: Mapping[str, int] = field(default_factory=dict)
    yielding: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rival:
    """The photo that would do best in the place of one that was chosen; it is of another burst.

    ``less`` is how much less the set would be worth with it; ``parts`` are what makes that, by
    "quality" and facet: above zero where the chosen photo adds more.
    """

    key: int
    less: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pick:
    """A photo that was chosen: what it added, by facet, and the closest one that was not."""

    key: int
    gain: float
    parts: Mapping[str, float]  # "quality" and the facets: they add up to the gain
    pinned: bool
    rival: Rival | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The photos in the order in which they were chosen; no set with the same pins that obeys the
    rules, as far as they did not give way, is worth more than ``bound``.

    ``kept_out`` counts the photos outside that a rule keeps out: the cap of a facet, ``BURST`` or
    ``ALIKE``.
    """

    picks: tuple[Pick, ...]
    worth: float
    bound: float
    kept_out: Mapping[str, int]


def choose(
    items: Sequence[Item], count: int, rules: Rules, *, pins: Sequence[int] = ()
) -> Portfolio:
    """Choose photos, first those that are pinned; equals in the order in which they are given.

    Pins obey no rule, not even the count; everything else is chosen beside them.
    """
    pool = _Pool(items, rules)
    at = {item.key: number for number, item in enumerate(items)}
    chosen = [at[key] for key in pins]
    for one in chosen:
        pool.add(one)
    _settle(pool, chosen, count, len(pins))
    while len(chosen) < count and pool.give_way():
        _fill(pool, chosen, count)
    _settle(pool, chosen, count, len(pins))
    kept_out, rivals = pool.kept_out(), [_rival(pool, one) for one in chosen]
    picks, bounds = list[Pick](), list[float]()
    pool.clear()
    for number, one in enumerate(chosen):
        if number >= len(pins):
            bounds.append(pool.bound(count - len(pins)))
        parts = pool.parts(one)
        pick = Pick(
            key=items[one].key,
            gain=sum(parts.values()),
            parts=parts,
            pinned=number < len(pins),
            rival=rivals[number],
        )
        picks.append(pick)
        pool.add(one)
    bounds.append(pool.bound(max(0, count - len(pins))))
    return Portfolio(tuple(picks), sum(pick.gain for pick in picks), min(bounds), kept_out)


def _settle(pool: "_Pool", chosen: list[int], count: int, pinned: int) -> None:
    """Take the photo that adds most, again and again, and swap photos as long as the set gains."""
    for _ in range(_SWAPS):
        _fill(pool, chosen, count)
        if not _swapped(pool, chosen, pinned):
            return


def _fill(pool: "_Pool", chosen: list[int], count: int) -> None:
    while len(chosen) < count and (best := pool.best()) is not None:
        chosen.append(best)
        pool.add(best)


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


def _rival(pool: "_Pool", one: int) -> Rival | None:
    """Return the photo of another burst outside that would add most in the place of one inside."""
    pool.remove(one)
    rival, found = pool.best(beside=one), None
    if rival is not None:
        own, other = pool.parts(one), pool.parts(rival)
        parts = {name: own[name] - other[name] for name in own}
        found = Rival(pool.key(rival), sum(parts.values()), parts)
    pool.add(one)
    return found


class _Pool:
    """The photos as arrays, and what is chosen so far, counted by value.

    Every value of every facet has a number, and so has every group of photos that must stay apart:
    that is a value which counts for nothing and of which there may be one. Number 0 is no value.
    """

    def __init__(self, items: Sequence[Item], rules: Rules) -> None:
        self._items = items
        self._weights_of = rules.weights
        numbers: dict[tuple[str, Hashable], int] = {}
        weights, caps, facets = [0.0], [len(items) + 1], [""]
        rows = list[list[int]]()
        for item in items:
            named = [(facet, value) for facet, values in item.facets.items() for value in values]
            row = []
            for facet, value in [*named, *((BURST, group) for group in item.apart)]:
                number = numbers.setdefault((facet, value), len(weights))
                if number == len(weights):
                    weights.append(rules.weights.get(facet, 0.0))
                    caps.append(1 if facet == BURST else rules.caps.get(facet, len(items) + 1))
                    facets.append(facet)
                row.append(number)
            rows.append(row)
        most = max(map(len, rows), default=0)
        self._values = np.array([row + [0] * (most - len(row)) for row in rows], np.int64)
        self._values = self._values.reshape(len(items), most)
        self._numbers = numbers
        self._weights, self._caps = np.array(weights), np.array(caps, np.int64)
        self._facets = np.array(facets)
        self._firm = np.array([facet not in rules.yielding for facet in facets])
        self._capped = [facet for facet in rules.caps if facet in facets]
        self._quality = np.array([item.quality for item in items], np.float64)
        self._prints = np.array([item.fingerprint or 0 for item in items], np.uint64)
        self._printed = np.array([item.fingerprint is not None for item in items], bool)
        groups: dict[Hashable, int] = {}
        self._group = np.array(
            [
                groups.setdefault(item.apart[0] if item.apart else (BURST, number), len(groups))
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

    def key(self, one: int) -> int:
        """Return what the caller calls a photo."""
        return self._items[one].key

    def best(self, *, beside: int | None = None) -> int | None:
        """Return the photo that adds most of those that may still be chosen; the first of equals.

        With a photo to stand beside, it is not that one and of none of its bursts.
        """
        free = ~self._taken & (self._alike == 0) & ~self._having(self._full)
        if beside is not None:
            row = self._row(beside)
            free &= ~self._having(
                np.isin(np.arange(len(self._caps)), row[self._facets[row] == BURST])
            )
            free[beside] = False
        return self._most(free)

    def give_way(self) -> bool:
        """Raise the caps that may yield by one for the best photo that they alone keep out, if any."""
        one = self._most(~self._taken & (self._alike == 0) & ~self._having(self._full & self._firm))
        if one is None:
            return False
        row = self._row(one)
        self._caps[row] = np.maximum(self._caps[row], self._counts[row] + 1)
        return True

    def kept_out(self) -> dict[str, int]:
        """Count the photos outside that each rule keeps out."""
        rules = {
            facet: self._having(self._full & (self._facets == facet))
            for facet in (*self._capped, BURST)
        }
        rules[ALIKE] = self._alike > 0
        counts = {rule: int((held & ~self._taken).sum()) for rule, held in rules.items()}
        return {rule: count for rule, count in counts.items() if count}

    def bound(self, count: int) -> float:
        """Return a worth that no set of this size beside the pins can pass, from any set with them.

        By submodularity a set adds to this one at most what its photos add one by one (Nemhauser,
        Wolsey and Fisher 1978). Of photos that must stay apart it has one, and of a value with a cap
        no more than that: each such facet gives a bound, and the lowest holds.
        """
        gains = np.where(self._taken, 0.0, self._gains())
        adds = [self._adds_at_most(gains, np.zeros(len(gains), np.int64), count)]
        adds += [self._adds_at_most(gains, self._first(facet), count) for facet in self._capped]
        return self._worth + min(adds)

    def _adds_at_most(
        self, gains: NDArray[np.float64], value: NDArray[np.int64], count: int
    ) -> float:
        """Return the most that so many photos add, one of a group, and of a value as its cap allows."""
        pairs, at = np.unique(value * len(gains) + self._group, return_inverse=True)
        best = np.zeros(len(pairs))
        np.maximum.at(best, at, gains)
        value = pairs // len(gains)
        order = np.lexsort((-best, value))
        starts = np.searchsorted(value[order], value[order])
        allowed = np.arange(len(order)) - starts < self._caps[value[order]]
        return float(np.sort(best[order][allowed])[::-1][:count].sum())

    def _first(self, facet: str) -> NDArray[np.int64]:
        """Return each photo's first value of a facet; 0: none."""
        of_facet = (self._facets == facet)[self._values]
        at = np.argmax(of_facet, axis=1)[:, None]
        first = np.take_along_axis(np.where(of_facet, self._values, 0), at, axis=1)
        return np.asarray(first[:, 0], np.int64)

    @property
    def _full(self) -> NDArray[np.bool_]:
        full: NDArray[np.bool_] = self._counts >= self._caps
        return full

    def _having(self, values: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which photos have one of some values."""
        return np.asarray(values[self._values].any(axis=1), np.bool_)

    def _most(self, free: NDArray[np.bool_]) -> int | None:
        if not free.any():
            return None
        return int(np.argmax(np.where(free, self._gains(), -np.inf)))

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
        alike: NDArray[np.bool_] = self._printed & (differ <= BITS)
        return alike
