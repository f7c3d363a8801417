"""What signs of liking are worth from 0 to 10; every one can be set with ``--score NAME=N``.

The stars stand in the middle of the range of scores that `export xmp` writes as those stars.
"""

import json
from collections.abc import Iterable, Mapping

from herocat.errors import ChoiceError

DEFAULTS: dict[str, float] = {
    "favorite": 9.0,
    "highlighted": 9.0,
    "hero": 9.0,
    "5-stars": 9.5,
    "4-stars": 8.5,
    "3-stars": 7.5,
    "2-stars": 6.5,
    "1-star": 5.5,
    "rejected": 0.0,
}
MEANINGS = {
    "favorite": "Camtrap DP `favorite`, AddaxAI's favourites, a flag of that name",
    "highlighted": "Wildlife Insights `highlighted`",
    "hero": "a Labelme flag of that name",
    "rejected": "XMP rating -1, a Labelme flag `reject` or `rejected`",
}
_SAME = {"favourite": "favorite", "reject": "rejected", "favorited": "favorite"}


class Scores:
    """Scores by the name of a sign; signs without one say nothing."""

    def __init__(self, given: Mapping[str, float] | None = None) -> None:
        self._given = {_plain(name) for name in given or {}}
        self._scores = DEFAULTS | {_plain(name): score for name, score in (given or {}).items()}

    def of(self, sign: str) -> float | None:
        """Return what a sign is worth; None for one that nobody has given a score."""
        name = _plain(sign)
        if name in self._scores:
            return self._scores[name]
        stem, _, level = name.rpartition("_")
        if stem == "rating" and level.isdecimal() and int(level) <= 10:
            return float(level)
        return None

    def given(self, sign: str) -> float | None:
        """Return what a sign is worth if somebody has said so; None otherwise."""
        return self.of(sign) if _plain(sign) in self._given else None

    def stars(self, stars: float) -> float | None:
        """Return what a rating of -1 to 5 stars is worth; None for no rating."""
        if stars < 0:
            return self.of("rejected")
        whole = round(stars)
        if not 1 <= whole <= 5:
            return None
        return self.of("1-star" if whole == 1 else f"{whole}-stars")

    def named(self) -> set[str]:
        """Return the signs that were given a score and only a file can know: its flags and columns."""
        return self._given - set(DEFAULTS)

    def params(self, *signs: str) -> str:
        """Return, as JSON, what of this decides the scores of a run: part of what it is."""
        return json.dumps({"scores": {sign: self.of(sign) for sign in signs}}, sort_keys=True)

    def all(self) -> dict[str, float]:
        """Return every score that differs from the defaults."""
        return {name: s for name, s in self._scores.items() if DEFAULTS.get(name) != s}


STARS = ("1-star", "2-stars", "3-stars", "4-stars", "5-stars", "rejected")


def parse(words: Iterable[str]) -> dict[str, float]:
    """Read ``NAME=N`` words; raise ChoiceError for others."""
    found = dict[str, float]()
    for word in words:
        name, equals, value = word.rpartition("=")
        try:
            score = float(value)
        except ValueError:
            score = -1.0
        if not equals or not name.strip() or not 0 <= score <= 10:
            raise ChoiceError(
                f"--score takes a sign and what it is worth from 0 to 10, as in favorite=8.5, not {word!r}"
            )
        found[name] = score
    return found


def _plain(sign: str) -> str:
    name = sign.strip().lower()
    return _SAME.get(name, name)
