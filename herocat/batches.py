"""Long work in short pieces: rows in lists, ids in stretches, a transaction each."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

BATCH = 20_000  # rows per transaction: others wait less than a tenth of a second for the lock


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Yield items in lists of at most ``size``."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def spans(first: int | None, last: int | None, size: int = BATCH) -> Iterator[tuple[int, int]]:
    """Yield the ends of stretches of ids that cover first to last; nothing for None."""
    if first is None or last is None:
        return
    for start in range(first, last + 1, size):
        yield start, min(last, start + size - 1)
