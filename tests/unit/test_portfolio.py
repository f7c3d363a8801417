"""The greedy album is near the best one, obeys its rules, and is the same every time."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings, strategies as st

from herocat.judging.portfolio import BITS, HALVING, Item, Rules, choose

RULES = Rules({"species": 0.3, "place": 0.1}, {"species": 2, "place": 3})
FREE = Rules({"species": 0.3, "place": 0.1})

items = st.lists(
    st.tuples(
        st.integers(0, 20).map(lambda v: v / 20),
        st.lists(st.sampled_from("abc"), max_size=2, unique=True),
        st.sampled_from("xyz"),
        st.integers(0, 6),
        st.one_of(st.none(), st.integers(0, 2**64 - 1), st.sampled_from([0, 1, 2**40])),
    ),
    min_size=1,
    max_size=9,
).map(
    lambda rows: [
        Item(key, quality, {"species": tuple(species), "place": (place,)}, (burst,), print_)
        for key, (quality, species, place, burst, print_) in enumerate(rows)
    ]
)


def worth(some: Iterable[Item], rules: Rules) -> float:
    """Return what a set is worth, plainly reckoned."""
    total, shown = 0.0, Counter[tuple[str, Hashable]]()
    for item in some:
        total += item.quality
        for facet, weight in rules.weights.items():
            total += sum(weight * HALVING ** shown[facet, value] for value in item.facets[facet])
        shown.update((facet, value) for facet in item.facets for value in item.facets[facet])
    return total


def admits(some: Iterable[Item], rules: Rules) -> bool:
    """Tell whether a set obeys the rules, plainly looked up."""
    chosen = list(some)
    shown = Counter(
        (facet, value) for item in chosen for facet in rules.caps for value in item.facets[facet]
    )
    bursts = Counter(group for item in chosen for group in item.apart)
    prints = [item.fingerprint for item in chosen if item.fingerprint is not None]
    return (
        all(count <= rules.caps[facet] for (facet, _), count in shown.items())
        and all(count == 1 for count in bursts.values())
        and all((a ^ b).bit_count() > BITS for a, b in combinations(prints, 2))
    )


def best(pool: list[Item], count: int, rules: Rules, pins: Sequence[Item] = ()) -> float:
    """Return the worth of the best set with some pins, by trying all."""
    others = [item for item in pool if item not in pins]
    sets = (
        (*pins, *some)
        for size in range(count + 1 - len(pins))
        for some in combinations(others, size)
        if admits((*pins, *some), rules)
    )
    return max(worth(some, rules) for some in sets)


@settings(max_examples=120, deadline=None)
@given(items, st.integers(1, 4), st.booleans())
def test_greedy_is_within_its_bound_of_the_best_set(
    pool: list[Item], count: int, pinned: bool
) -> None:
    pins = pool[:pinned]
    found = choose(pool, count, RULES, pins=[item.key for item in pins])
    top = best(pool, count, RULES, pins)
    assert found.worth <= top + 1e-9 <= found.bound + 2e-9
    # Sets that obey rules of this kind (an independence system of few matroids): a third at least.
    assert found.worth >= top / 4 - 1e-9


@settings(max_examples=120, deadline=None)
@given(items, st.integers(1, 4))
def test_without_caps_greedy_has_63_percent_of_the_best(pool: list[Item], count: int) -> None:
    free = [Item(item.key, item.quality, item.facets) for item in pool]
    found = choose(free, count, FREE)
    assert found.worth >= (1 - 1 / 2.718281828) * best(free, count, FREE) - 1e-9


@settings(max_examples=200, deadline=None)
@given(items, st.integers(1, 9))
def test_rules_hold_and_parts_add_up(pool: list[Item], count: int) -> None:
    found = choose(pool, count, RULES)
    chosen = [pool[pick.key] for pick in found.picks]
    for facet, cap in RULES.caps.items():
        values = [value for item in chosen for value in item.facets[facet]]
        assert all(values.count(value) <= cap for value in values)
    bursts = [item.apart[0] for item in chosen]
    assert len(set(bursts)) == len(bursts)
    prints = [item.fingerprint for item in chosen if item.fingerprint is not None]
    assert all((a ^ b).bit_count() > BITS for a, b in combinations(prints, 2))
    assert found.worth == pytest.approx(worth(chosen, RULES))
    for pick in found.picks:
        assert pick.gain == pytest.approx(sum(pick.parts.values()))
        if pick.rival is not None:
            assert pick.rival.less == pytest.approx(sum(pick.rival.parts.values()), abs=1e-12)
    if len(chosen) < min(count, len(pool)):
        left = [item for item in pool if item not in chosen]
        assert not any(admits([*chosen, item], RULES) for item in left)
    assert choose(pool, count, RULES) == found


@settings(max_examples=200, deadline=None)
@given(items, st.integers(1, 6))
def test_the_closest_rival_is_outside_and_would_do_no_better(pool: list[Item], count: int) -> None:
    found = choose(pool, count, RULES)
    inside = {pick.key for pick in found.picks}
    for pick in found.picks:
        others = [pool[key] for key in inside - {pick.key}]
        base = worth(others, RULES)
        outside = [
            item for item in pool if item.key not in inside and item.apart != pool[pick.key].apart
        ]
        gains = {
            item.key: worth([*others, item], RULES) - base
            for item in outside
            if admits([*others, item], RULES)
        }
        assert (pick.rival is None) == (not gains)
        if pick.rival is not None:
            own = worth([*others, pool[pick.key]], RULES) - base
            assert pick.rival.less == pytest.approx(own - max(gains.values()), abs=1e-9)
            assert gains[pick.rival.key] == pytest.approx(max(gains.values()))
            assert max(gains.values()) <= own + 1e-8


def test_a_swap_betters_what_greed_missed() -> None:
    """Greed takes the photo of all four first; two others show six between them."""
    items = [
        Item(0, 0.0, {"species": ("fox", "deer", "owl", "lynx")}),
        Item(1, 0.01, {"species": ("fox", "deer", "hare")}),
        Item(2, 0.01, {"species": ("owl", "lynx", "stoat")}),
    ]
    found = choose(items, 2, Rules({"species": 0.1}))
    assert sorted(pick.key for pick in found.picks) == [1, 2]
    assert found.worth == pytest.approx(0.62)


def test_a_photo_can_be_of_two_bursts() -> None:
    items = [Item(0, 0.9, {}, ("a", "b")), Item(1, 0.8, {}, ("b",)), Item(2, 0.2, {}, ("c",))]
    assert [pick.key for pick in choose(items, 2, Rules({})).picks] == [0, 2]


@given(items)
def test_pins_come_first_and_nothing_beside_them_breaks_the_rules(pool: list[Item]) -> None:
    pins = [item.key for item in pool if item.key % 3 == 0]
    found = choose(pool, len(pool), RULES, pins=pins)
    assert [pick.key for pick in found.picks[: len(pins)]] == pins
    assert all(pick.pinned is (pick.key in pins) for pick in found.picks)


@settings(max_examples=200, deadline=None)
@given(items, st.integers(1, 9))
def test_caps_give_way_where_the_set_would_be_too_small_and_only_there(
    pool: list[Item], count: int
) -> None:
    firm, yielding = Rules(RULES.weights, {"place": 3}), frozenset({"species"})
    found = choose(pool, count, Rules(RULES.weights, RULES.caps, yielding))
    chosen = [pool[pick.key] for pick in found.picks]
    assert admits(chosen, firm)
    if len(chosen) < min(count, len(pool)):
        left = [item for item in pool if item not in chosen]
        assert not any(admits([*chosen, item], firm) for item in left)
    strict = choose(pool, count, RULES)
    if len(strict.picks) == count:
        assert found == strict


def test_what_is_kept_out_is_counted_by_rule() -> None:
    items = [
        Item(k, 0.9 - k / 10, {"species": ("fox",)}, ("b",) if k < 2 else ()) for k in range(5)
    ]
    found = choose(items, 4, Rules({}, {"species": 2}))
    assert [pick.key for pick in found.picks] == [0, 2]
    assert found.kept_out == {"species": 3, "burst": 1}
    rival = found.picks[0].rival
    assert rival is not None
    assert rival.key == 3  # not the other frame of the burst
    assert rival.less == pytest.approx(0.3)


def test_the_bound_knows_the_caps() -> None:
    """Of four species one each may be taken: nothing better was possible, and nearly that is told."""
    items = [Item(k, 0.9 - k / 100, {"species": (f"species {k % 4}",)}) for k in range(48)]
    found = choose(items, 12, Rules({"species": 0.3}, {"species": 1}))
    assert len(found.picks) == 4
    assert found.bound <= 1.01 * found.worth


def test_fifty_zebras_are_not_an_album() -> None:
    zebras = [Item(k, 0.95, {"species": ("zebra",)}) for k in range(50)]
    others = [Item(100 + k, 0.7, {"species": (f"species {k}",)}) for k in range(4)]
    found = choose([*zebras, *others], 6, Rules({"species": 0.4}, {"species": 2}))
    assert sorted(pick.key for pick in found.picks) == [0, 1, 100, 101, 102, 103]
