"""Why a photo is in an album, in words: what it adds, and what speaks against its closest rival.

No place is named: reasons are read by others, too.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping

from herocat.judging.portfolio import Item, Pick

UNNAMED = "not named"
_TIMES = ("", "already", "twice")
_SHOWN = 3

Value = tuple[str, Hashable]


def counted(items: Iterable[Item]) -> Counter[Value]:
    """Count the photos that have each value of each facet."""
    return Counter(
        (facet, value)
        for item in items
        for facet, values in item.facets.items()
        for value in values
    )


def reason(pick: Pick, item: Item, before: Mapping[Value, int], score: float) -> str:
    """Say why a photo was taken: by hand, its score, and what no photo before it has shown."""
    adds = [
        "a new place" if facet == "location" else str(value)
        for facet, value in _named(item)
        if pick.parts.get(facet, 0) > 0 and not before.get((facet, value))
    ]
    parts = ["pinned"] if pick.pinned else []
    parts.append(f"score {score:.1f}")
    if adds:
        parts.append("adds " + ", ".join(adds))
    return "; ".join(parts)


def against(rival: Item, others: Mapping[Value, int], score: float) -> str:
    """Say what speaks against a rival: what the other photos of the album show already."""
    again = []
    for facet, value in _named(rival):
        if shown := others.get((facet, value)):
            what = "its place" if facet == "location" else str(value)
            often = _TIMES[shown] if shown < len(_TIMES) else f"{shown} times"
            again.append(f"{what} is there {often}")
    return f"score {score:.1f}" + (f"; {', '.join(again[:_SHOWN])}" if again else "")


def _named(item: Item) -> Iterator[Value]:
    for facet, values in item.facets.items():
        for value in values:
            if value != UNNAMED:
                yield facet, value
