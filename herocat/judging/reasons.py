"""Why a photo is in an album, in words: what it adds, and what speaks against its closest rival.

No place is named: reasons are read by others, too.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping

from herocat.judging.portfolio import ALIKE, BURST, Item, Pick, Rival

_TIMES = ("", "already", "twice")
_SHOWN = 3
_EQUAL = 0.005  # of worth: less is not told
_OPTIONS = {"species": "--per-species", "location": "--per-location"}
_KEPT_OUT = {BURST: "by their burst", ALIKE: "as near-duplicates"}

Value = tuple[str, Hashable]


def counted(items: Iterable[Item]) -> Counter[Value]:
    """Count the photos that have each value of each facet."""
    return Counter(value for item in items for value in _named(item))


def reason(pick: Pick, item: Item, before: Mapping[Value, int], score: str) -> str:
    """Say why a photo was taken: by hand, its score, and what no photo before it has shown."""
    adds = [
        "a new place" if facet == "location" else str(value)
        for facet, value in _named(item)
        if pick.parts.get(facet, 0) > 0 and not before.get((facet, value))
    ]
    parts = ["pinned"] if pick.pinned else []
    parts.append(f"score {score}")
    if adds:
        parts.append("adds " + ", ".join(adds))
    return "; ".join(parts)


def against(rival: Rival, item: Item, others: Mapping[Value, int], score: str) -> str:
    """Say what speaks against a rival, and how much: that its score is lower, or that the other photos
    of the album show more of what it shows than of what is shown in its place.
    """
    again = []
    for facet, value in _named(item):
        shown = others.get((facet, value), 0)
        if shown and rival.parts.get(facet, 0) > _EQUAL:
            what = "its place" if facet == "location" else str(value)
            often = _TIMES[shown] if shown < len(_TIMES) else f"{shown} times"
            again.append(f"{what} is there {often}")
    if abs(rival.less) < _EQUAL:
        worth = "worth as much here"
    else:
        worth = f"worth {abs(rival.less):.2f} {'less' if rival.less > 0 else 'more'} here"
    return "; ".join([f"score {score}", worth, *([", ".join(again[:_SHOWN])] if again else [])])


def short(wanted: int, pinned: int, found: int, kept_out: Mapping[str, int]) -> str:
    """Say why an album has more or fewer photos than were wanted; nothing where it has as many."""
    if found > wanted:
        return f"{wanted} wanted, but {pinned} are pinned"
    if found == wanted:
        return ""
    if not kept_out:
        return f"{wanted} wanted, but there are no more"
    most_first = sorted(kept_out.items(), key=lambda one: -one[1])
    kept = ", ".join(f"{count:,} {_kept_out(rule)}" for rule, count in most_first)
    return f"{wanted} wanted, but others are kept out: {kept}"


def _kept_out(rule: str) -> str:
    option = _OPTIONS.get(rule, f"--at-most {rule}")
    return _KEPT_OUT.get(rule, f"by {option}")


def _named(item: Item) -> Iterator[Value]:
    for facet, values in item.facets.items():
        for value in values:
            yield facet, value
