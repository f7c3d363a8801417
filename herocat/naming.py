"""Names: free ones, the nearest to one that is not there, and for files that any system can hold."""

from collections.abc import Container, Iterable
from difflib import get_close_matches

from herocat.errors import ChoiceError

_SHOWN = 8  # names that a sentence tells
_LONGEST = 120  # bytes: with a number, an ending and a mark of herocat's own, systems take it
# Windows keeps these for devices, whatever ending follows.
_DEVICES = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)
}


def free_name(stem: str, taken: Container[str]) -> str:
    """Return the stem, or the stem with the first number from 2 on that is not taken."""
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def plain(name: str) -> str:
    """Return a name as a part of a file's name, on any system."""
    found = "".join(c if c.isalnum() or c in "._-" else "-" for c in name)
    cut = found.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore").strip("-.")
    return f"{cut}_" if cut.partition(".")[0].lower() in _DEVICES else cut or "photos"


def unknown(what: str, name: str, known: Iterable[str]) -> ChoiceError:
    """Return the error that there is no such thing of a name: it says which are, the nearest first."""
    there = list(known)
    near = get_close_matches(name, there, n=_SHOWN, cutoff=0.4)
    shown = [*near, *(one for one in there if one not in near)][:_SHOWN]
    more = ", ..." if len(there) > len(shown) else ""
    said = f"there are: {', '.join(shown)}{more}" if shown else "there are none yet"
    return ChoiceError(f"there is no {what} {name!r}; {said}")
