"""Values as they stand in foreign files: numbers as texts, boxes beyond the edge, blanks of every kind."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from herocat.records import Box, Taxon

PEOPLE = frozenset({"person", "vehicle"})  # what holds a photo
KINDS = PEOPLE | {"animal", "blank", "unknown"}  # what is no species

_BLANK = frozenset({"", "na", "n/a", "nan", "none", "null", "unknown"})
_TRUE = frozenset({"true", "1", "1.0", "yes", "y", "t"})
_FALSE = frozenset({"false", "0", "0.0", "no", "n", "f"})
_CATEGORIES = {
    "animals": "animal",
    "people": "person",
    "persons": "person",
    "human": "person",
    "humans": "person",
    "vehicles": "vehicle",
    "car": "vehicle",
    "motorcycle": "vehicle",
    "empty": "blank",
    "nothing": "blank",
    "none": "blank",
    "vide": "blank",
    "false detection": "blank",
    "bait": "blank",
}
# Classes of SpeciesNet and Wildlife Insights that are no species are told by their id: what follows it
# differs between versions.
_SPECIAL = {
    "f1856211-cfb7-4a5b-9158-c0f72fd09ee6": "blank",
    "1f689929-883d-4dae-958c-3d57ab5b6c16": "animal",
    "990ae9dd-7a59-4344-afcb-1b7b21368000": "person",
    "e2895ed5-780b-48f6-8a11-9e27cb594511": "vehicle",
    "f2efdae9-efb8-48fb-8a91-eccf79ab4ffb": "unknown",
}
_of_a_class = lru_cache(maxsize=1 << 12)  # a million photos are of a few thousand classes
_UNSURE = frozenset({"", "unknown", "unidentified", "unclassified", "no cv result", "other"})


def number(value: object) -> float | None:
    """Return a finite number, or None for anything else."""
    if type(value) is not float and type(value) is not int:  # a bool is an int, and no number
        return None
    return float(value) if abs(value) < 1e9 else None  # NaN compares false: it goes too


def decimal(value: object) -> float | None:
    """Return the number that a text holds, with a point or a comma; None for anything else."""
    if not isinstance(value, str):
        return number(value)
    if not value:  # most cells of a table: a tenth of the time
        return None
    try:
        return number(float(value.strip().replace(",", ".")))
    except ValueError:
        return None


def text(value: object) -> str | None:
    """Return a value as text without blanks around it; None for what stands for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    found = str(value).replace("\x00", "").strip()
    return None if found.lower() in _BLANK else found


def share(value: object) -> float | None:
    """Return a number from 0 to 1; None for anything else."""
    found = decimal(value)
    return found if found is not None and 0 <= found <= 1 else None


def chance(value: object) -> float | None:
    """Return how sure a classifier is, cut to 0 to 1; None for what is no number."""
    found = decimal(value)
    return None if found is None else max(0.0, min(1.0, found))


def sureness(value: object) -> float | None:
    """Return how sure a detector is, cut to -1 to 1: what is below zero was struck out; None for what is no number."""
    found = decimal(value)
    return None if found is None else max(-1.0, min(1.0, found))


def whole(value: object) -> int | None:
    """Return a count or a place in a row, from a number or a text; None for anything else."""
    found = decimal(value)
    if found is None or found != int(found) or not 0 <= found < 1 << 31:
        return None
    return int(found)


def flag(value: object) -> bool | None:
    """Return what a yes-or-no value says in any of its spellings; None where it says nothing."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str | int | float):
        return None
    said = str(value).strip().lower()
    return True if said in _TRUE else False if said in _FALSE else None


def category(name: str) -> str:
    """Return a detector's or a person's word for what is there, in the words of the catalog."""
    plain = name.strip().lower()
    return "person" if _is_homo(plain) else _CATEGORIES.get(plain, plain)


@_of_a_class
def special(name: str, description: str = "") -> str | None:
    """Return what a class stands for that is no species: animal, person, vehicle, blank or unknown.

    The description is its taxonomy, parts between semicolons, an id first or none.
    """
    parts = [part.strip().lower() for part in description.partition("|")[0].split(";")]
    if any(map(_is_homo, parts)):
        return "person"
    kind = _SPECIAL.get(parts[0]) or category(name)
    return kind if kind in KINDS else "unknown" if is_unsure(name) else None


def concluded(kind: str, name: str | None, description: str = "") -> tuple[str, str | None]:
    """Return what is there and its species, from a detector's category and a classifier's class.

    Whoever one of the two takes for a person is one, and so is a vehicle.
    """
    said = special(name, description) if name else None
    if kind not in PEOPLE and said in PEOPLE:
        return said, None
    return kind, None if name is None or said or kind in PEOPLE else name.lower()


def is_unsure(name: str) -> bool:
    """Tell whether a name says only that nobody knows."""
    return name.strip().lower() in _UNSURE


def box(corners: Any) -> Box | None:  # noqa: ANN401 - whatever stands there
    """Return a usable box, x, y, width and height in shares: as written, or cut at the photo's edges."""
    try:
        x, y, w, h = corners
        if x >= 0 and y >= 0 and w > 0 and h > 0 and x + w <= 1 and y + h <= 1:
            return Box(x, y, w, h)
    except ValueError:
        return None
    except (TypeError, OverflowError):  # no list at all, numbers as texts or beyond all measure
        if not isinstance(corners, list | tuple) or len(corners) != 4:
            return None
    x, y, w, h = map(decimal, corners)
    if x is None or y is None or w is None or h is None:
        return None
    left, top = max(0.0, x), max(0.0, y)
    right, bottom = min(1.0, x + w), min(1.0, y + h)
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)


def pixel_box(corners: object, width: float | None, height: float | None) -> Box | None:
    """Return a box that is given in pixels; None where the size of the photo is not known."""
    if not isinstance(corners, list | tuple) or len(corners) != 4 or not width or not height:
        return None
    x, y, w, h = map(decimal, corners)
    if x is None or y is None or w is None or h is None or width < 0 or height < 0:
        return None
    return box((x / width, y / height, w / width, h / height))


def taxon(name: str, description: str) -> Taxon | None:
    """Read a taxonomy string of SpeciesNet, AddaxAI or MegaDetector; None where its form is none of theirs.

    Seven parts are an id (or a name), class, order, family, genus, species and a common name; five
    are class to species. Of several strings joined by ``|`` the first counts.
    """
    parts = [part.strip().lower() for part in description.partition("|")[0].split(";")]
    if len(parts) == 5:
        parts = ["", *parts, ""]
    if len(parts) != 7:
        return None
    uuid, class_, order, family, genus, species, common = (part or None for part in parts)
    return Taxon(name, uuid, class_, order, family, genus, species, common)


def ranked(name: str, uuid: str | None, ranks: Iterable[str | None], common: str | None) -> Taxon:
    """Return a name in full from its ranks, class to species, in lower case."""
    class_, order, family, genus, species = (rank.lower() if rank else None for rank in ranks)
    return Taxon(
        name, uuid, class_, order, family, genus, species, common.lower() if common else None
    )


@_of_a_class
def common_name(description: str) -> str:
    """Return what to call a class of SpeciesNet: its common name, else its lowest known rank."""
    parts = [part.strip().lower() for part in description.split(";")]
    if len(parts) != 7:
        return description.strip().lower()
    if parts[6]:
        return parts[6]
    if parts[4] and parts[5]:
        return f"{parts[4]} {parts[5]}"
    ranks = (("genus", 4), ("family", 3), ("order", 2), ("class", 1))
    return next((f"{parts[at]} {rank}" for rank, at in ranks if parts[at]), parts[0])


def confidence(said: object, kind: str) -> float | None:
    """Return a detection's confidence, -1 to 1; of somebody whose confidence nobody can read it is 1."""
    found = sureness(said)
    return 1.0 if found is None and kind in PEOPLE else found


class Floor(NamedTuple):
    """The confidence from which detections are kept; people and vehicles, who hold their photo, from a lower one."""

    others: float
    people: float

    def keeps(self, kind: str, confidence: float) -> bool:
        """Tell whether a detection is kept; one that was struck out (below zero) by what it was."""
        return abs(confidence) >= (self.people if kind in PEOPLE else self.others)

    def params(self) -> dict[str, float]:
        """Return it by name, as it is recorded: the lower one where it is another."""
        people = {"person_confidence": self.people} if self.people < self.others else {}
        return {"min_confidence": self.others, **people}


def first(entry: Mapping[str, object], keys: Iterable[str]) -> object:
    """Return the value of the first key that is there."""
    return next((entry[key] for key in keys if key in entry), None)


def _is_homo(name: str) -> bool:
    return name.partition(" ")[0] in {"homo", "homosapiens"}
