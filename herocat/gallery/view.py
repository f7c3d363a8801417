"""One view of the gallery: filters, order and place, as they stand in the address of a page."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self
from urllib.parse import urlencode

from herocat.errors import ChoiceError

SIZE = 60
_MOST = 200
SORTS = ("score", "disagreement", "time", "name")
ANY = "*"  # every selection: all candidates
RATERS = ("person", "vlm", "scorer", "baseline")
_CHOICES = {
    "sort": ("", *SORTS),
    "rater": ("", *RATERS),
    "light": ("", "day", "night"),
    "held": ("", "yes", "no"),
    "failed": ("", "yes"),
    "reverse": ("", "yes"),
}
_UP = 1e-9  # halves are seldom exact: 6.05 is a little less in binary
_PLACE = frozenset({"after", "before"})


@dataclass(frozen=True, slots=True)
class View:
    """What is shown, in which order, from where on; empty texts filter nothing."""

    q: str = ""  # words in reasons, species and paths
    run: str = ""  # a label run: its scores, and only what it has rated
    rater: str = ""
    low: str = ""  # lowest score
    high: str = ""
    species: str = ""
    location: str = ""
    since: str = ""  # a date, the first
    until: str = ""  # the last
    light: str = ""
    selection: str = ""
    category: str = ""
    album: str = ""
    held: str = ""
    failed: str = ""
    sort: str = ""
    reverse: str = ""
    after: str = ""  # the place of the last photo of the page before: KEY~ID
    before: str = ""  # the same from the other side; "end": the last page
    size: int = SIZE

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read a view from the parameters of an address; raise ChoiceError for a wrong one."""
        known = {field.name for field in fields(cls)} - {"size"}
        values = {name: query[name].strip() for name in known if query.get(name)}
        if values.get("sort", "").startswith("-"):  # as it stands in an address: backwards
            values |= {"sort": values["sort"][1:], "reverse": "yes"}
        for name, allowed in _CHOICES.items():
            if values.get(name, "") not in allowed:
                raise ChoiceError(
                    f"{name} is one of {', '.join(filter(None, allowed))}; not {values[name]!r}"
                )
        view = cls(**values, size=_size(query.get("size", "")))
        view.scores()
        view.moments()
        view.place()
        return view

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by name."""
        unset = _PLACE | {"sort", "reverse", "size"}
        return {
            field.name: str(getattr(self, field.name))
            for field in fields(self)
            if field.name not in unset and getattr(self, field.name)
        }

    @property
    def chosen(self) -> bool:
        """Whether only photos that something was chosen for are wanted."""
        return bool(self.category or self.selection or self.album)

    def query(self, **changes: object) -> str:
        """Return the view, with changes, as the parameters of an address; a change leads to page one."""
        changed = replace(self, **(dict.fromkeys(_PLACE, "") | changes))  # type: ignore[arg-type]
        values = {field.name: getattr(changed, field.name) for field in fields(changed)}
        if changed.size == SIZE:
            values["size"] = ""
        if values.pop("reverse") and changed.sort:
            values["sort"] = f"-{changed.sort}"
        return urlencode({name: value for name, value in values.items() if value})

    def address(self) -> str:
        """Return the view, at the place where it is, as the parameters of an address."""
        return self.query(after=self.after, before=self.before)

    def scores(self) -> tuple[float | None, float | None]:
        """Return the scores that are wanted: from the first, to below the second.

        They are compared as they are shown: from 7 begins with 6.95, which is shown as 7.0.
        """
        low, high = _score("low", self.low), _score("high", self.high)
        return (
            None if low is None else rounds_to(math.ceil(round(low * 10, 6)) / 10),
            None if high is None else rounds_to((math.floor(round(high * 10, 6)) + 1) / 10),
        )

    def moments(self) -> tuple[int, int] | None:
        """Return the first and the last second of the days that are wanted; None: all."""
        if not self.since and not self.until:
            return None
        start = _day("since", self.since) if self.since else 1
        end = _day("until", self.until) + 86_399 if self.until else 1 << 60
        return start, end

    def place(self) -> tuple[float, int] | None:
        """Return the sort key and the id that the page begins behind; None: at either end."""
        text = self.after or self.before
        if not text or text == "end":
            return None
        key, _, image = text.partition("~")
        try:
            found = float(key), int(image)
        except ValueError:
            found = math.nan, 0
        if not math.isfinite(found[0]) or not 0 <= found[1] < 1 << 62:
            raise ChoiceError(f"{text!r} is no place in the gallery")
        return found


def shown(score: float) -> str:
    """Return a score as pages show it: with one decimal, halves up."""
    return f"{score + _UP:.1f}"


def rounds_to(score: float) -> float:
    """Return the lowest score that is shown as this one."""
    return score - 0.05 - _UP


def _size(text: str) -> int:
    if not text:
        return SIZE
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= _MOST:
        raise ChoiceError(f"size is a number from 1 to {_MOST}, not {text!r}")
    return int(text)


def _score(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ChoiceError(f"{name} is a score from 0 to 10, not {text!r}") from None
    if not 0 <= value <= 10:
        raise ChoiceError(f"{name} is a score from 0 to 10, not {text!r}")
    return value


def _day(name: str, text: str) -> int:
    try:
        return (date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()) * 86_400
    except ValueError:
        raise ChoiceError(f"{name} is a date such as 2024-05-31, not {text!r}") from None
