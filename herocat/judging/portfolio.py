"""A small set of good and different photos: a greedy choice, with a bound on what it misses.

The worth of a set is the sum of its photos' qualities plus, for every facet (species, place, ...),
what each value that it shows is worth: the second photo of a value adds half of what the first did,
the third a quarter ... Such a worth is monotone and submodular, so taking the photo that adds most,
again and again, comes near the best set; how near, is reckoned for the set at hand.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

HALVING = 0.5  # what another photo of a value adds, beside the one before
ALIKE = 8  # bits of 64 in which near-duplicates differ at most


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
    """A photo that was chosen: what it added, by facet, and the closest one that was not."""

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
    by_key = {item.key: item for item in items}
    state = _State(rules)
    picks = list[Pick]()
    for key in pins:
        item = by_key[key]
        parts = state.parts(item)
        picks.append(Pick(key, sum(parts.values()), parts, True, None, None))
        state.add(item)
    left = [item for item in items if item.key not in set(pins)]
    bounds = [_bound(items, count, state, sum(pick.gain for pick in picks))]
    while len(picks) < count:
        scored = [(sum(state.parts(item).values()), item) for item in left if state.admits(item)]
        if not scored:
            break
        gain, best = max(scored, key=lambda one: one[0])
        rivals = [one for one in scored if one[1] is not best]
        rival = max(rivals, key=lambda one: one[0], default=None)
        picks.append(
            Pick(
                best.key,
                gain,
                state.parts(best),
                pinned=False,
                rival=rival[1].key if rival else None,
                rival_gain=rival[0] if rival else None,
            )
        )
        state.add(best)
        left = [item for item in left if item is not best]
        bounds.append(_bound(items, count, state, sum(pick.gain for pick in picks)))
    return Portfolio(tuple(picks), sum(pick.gain for pick in picks), min(bounds))


def worth(items: Sequence[Item], rules: Rules) -> float:
    """Return what a set of photos is worth."""
    state = _State(rules)
    total = 0.0
    for item in items:
        total += sum(state.parts(item).values())
        state.add(item)
    return total


def admits(items: Sequence[Item], rules: Rules) -> bool:
    """Tell whether a set of photos obeys the rules."""
    state = _State(rules)
    for item in items:
        if not state.admits(item):
            return False
        state.add(item)
    return True


def _bound(items: Sequence[Item], count: int, state: "_State", worth: float) -> float:
    """Return a worth that no set of this size can pass, from any set of some worth.

    By submodularity a set adds to this one at most what its photos add one by one (Nemhauser, Wolsey
    and Fisher 1978), and of photos that must stay apart it has one.
    """
    best = dict[Hashable, float]()
    for item in items:
        if item.key not in state.keys:
            group = item.apart[0] if item.apart else ("alone", item.key)
            best[group] = max(best.get(group, 0.0), sum(state.parts(item).values()))
    return worth + sum(sorted(best.values(), reverse=True)[:count])


class _State:
    """What is chosen so far, counted by value."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._counts: dict[tuple[str, Hashable], int] = {}
        self._apart = set[Hashable]()
        self._prints = list[int]()
        self.keys = set[int]()

    def parts(self, item: Item) -> dict[str, float]:
        """Return what a photo would add: its quality, and each facet's part."""
        parts = {"quality": item.quality}
        for facet, weight in self._rules.weights.items():
            values = item.facets.get(facet, ())
            parts[facet] = weight * sum(
                HALVING ** self._counts.get((facet, value), 0) for value in values
            )
        return parts

    def admits(self, item: Item) -> bool:
        """Tell whether a photo may still be chosen."""
        if item.key in self.keys or any(group in self._apart for group in item.apart):
            return False
        for facet, cap in self._rules.caps.items():
            values = item.facets.get(facet, ())
            if any(self._counts.get((facet, value), 0) >= cap for value in values):
                return False
        mine = item.fingerprint
        return mine is None or all((mine ^ other).bit_count() > ALIKE for other in self._prints)

    def add(self, item: Item) -> None:
        """Take a photo in."""
        self.keys.add(item.key)
        self._apart.update(item.apart)
        if item.fingerprint is not None:
            self._prints.append(item.fingerprint)
        for facet, values in item.facets.items():
            for value in values:
                self._counts[facet, value] = self._counts.get((facet, value), 0) + 1
