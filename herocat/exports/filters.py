"""What the user asked for, whatever the kind: label runs, scores, and the filters of the gallery."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from herocat.catalog import Catalog
from herocat.errors import ChoiceError

_TOLD = 12  # names of what there is instead


@dataclass(frozen=True, slots=True)
class Choice:
    """Which photos are wanted; empty means any."""

    runs: tuple[str, ...] = ()
    top: int | None = None
    min_score: float | None = None
    max_score: float | None = None
    species: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    since: str | None = None  # ISO 8601: the first moment
    until: str | None = None  # the last day or moment
    light: str | None = None  # day, or night: infrared
    category: tuple[str, ...] = ()  # classes that a selection chose photos for
    selection: str | None = None
    album: str | None = None
    own_use: bool = False

    @property
    def one_place(self) -> bool:
        """Whether the export would tell where its photos are from, whatever else it tells."""
        return bool(self.location) and not self.own_use


class Filters:
    """Asks photo by photo whether it is wanted; raises ChoiceError for a name that is not known."""

    def __init__(self, catalog: Catalog, choice: Choice, *, by_score: bool = False) -> None:
        self._catalog, self._choice = catalog, choice
        self._by_score = by_score and bool(
            choice.runs or choice.min_score is not None or choice.max_score is not None
        )
        require_runs(catalog, choice.runs)
        for row in catalog.rows("export.unknown_names", **_names(choice)):
            names = [one["name"] for one in catalog.rows("export.known_names", kind=row["kind"])]
            known = ", ".join(names[:_TOLD]) + (", ..." if len(names) > _TOLD else "")
            raise ChoiceError(
                f"there is no {row['kind']} {row['name']!r}; there are: {known or 'none yet'}"
            )
        self._asked = {
            **_names(choice),
            "since": choice.since,
            "until": _until(choice.until),
            "night": None if choice.light is None else int(choice.light == "night"),
        }
        self._any = any(value is not None for value in self._asked.values())

    def passes(self, image: int) -> bool:
        """Return whether a photo is wanted."""
        if self._by_score and image not in self._scored:
            return False
        return not self._any or bool(
            self._catalog.value("export.passes", image=image, **self._asked)
        )

    @cached_property
    def _scored(self) -> set[int]:
        return {image for image, _ in best(self._catalog, self._choice)}


def best(catalog: Catalog, choice: Choice) -> Iterator[tuple[int, float | None]]:
    """Yield the photos whose score over the runs is one that was asked for, the best first."""
    rows = catalog.rows(
        "export.best",
        runs=json.dumps(choice.runs) if choice.runs else None,
        low=choice.min_score,
        high=choice.max_score,
    )
    for row in list(rows):
        yield row["image_id"], row["score"]


def require_runs(catalog: Catalog, names: tuple[str, ...]) -> None:
    """Raise ChoiceError for a label run that is not there, or has nothing to show."""
    known = [row["name"] for row in catalog.rows("export.runs")] if names else []
    if names and not known:
        raise ChoiceError("nothing has been labeled yet; first: herocat label")
    for name in names:
        if name not in known:
            raise ChoiceError(f"there is no label run {name!r}; there are: {', '.join(known)}")


def _names(choice: Choice) -> dict[str, str | None]:
    """Return the names that were asked for: some as lists in JSON."""
    species = tuple(name.lower() for name in choice.species)
    some = {"species": species, "location": choice.location, "category": choice.category}
    listed = {key: json.dumps(names) if names else None for key, names in some.items()}
    return {**listed, "selection": choice.selection, "album": choice.album}


def _until(moment: str | None) -> str | None:
    """Return the last moment that is meant: a day is meant to its end."""
    return f"{moment}\uffff" if moment else None
