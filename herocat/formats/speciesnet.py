"""SpeciesNet's predictions, JSON: as written up to package 5.0.5, one classification a photo, and
since (``format_version`` 20261015), one a detection.

A detection of the whole photo has no geometry: its classes are guesses on the photo. A box that is
concluded to hold somebody is a person's, whatever the detector says. Where SpeciesNet concludes that
somebody is in a photo and no detection says so, a detection without a box does.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from herocat.errors import InputError
from herocat.formats import stream, values
from herocat.formats.values import Floor
from herocat.records import About, Detection, Prediction, Result, Species, Taxon

_WHOLE = "whole_image_classification"
_DEFAULT_LABELS = {"1": "animal", "2": "person", "3": "vehicle"}


def read(path: Path, *, floor: Floor) -> Iterator[Result | About]:
    """Yield what the file says of each photo, and at last of itself; raise InputError for what is none."""
    reading = _Reading(path, floor)
    yield from reading.results()
    yield About(reading.info, reading.taxa)


class _Reading:
    """A pass over a predictions file; ``taxa`` and ``info`` are complete once the pass is."""

    def __init__(self, path: Path, floor: Floor) -> None:
        self._path = path
        self._floor = floor
        self._taxa = dict[str, Taxon]()
        self.info = dict[str, Any]()

    @property
    def taxa(self) -> tuple[Taxon, ...]:
        """The classes that were met, in full."""
        return tuple(self._taxa.values())

    def results(self) -> Iterator[Result]:
        """Yield what the file says of each photo; raise InputError for what is no such file."""
        entries, met = 0, False
        for key, value, listed in stream.items(self._path):
            if key == "info" and isinstance(value, dict):
                self.info = value
            elif key == "predictions" and listed:
                entries += 1
                yield self._result(value, entries)
            elif key == "predictions":
                met = True
                if not isinstance(value, list):
                    raise InputError(
                        f"{self._path}: 'predictions' is not a list; nothing was taken"
                    )
        if not met:
            raise stream.lacks(self._path, "predictions")

    def _result(self, entry: Any, number: int) -> Result:  # noqa: ANN401 - whatever stands there
        file = entry.get("filepath") if isinstance(entry, dict) else None
        if not isinstance(file, str):
            raise InputError(
                f"{self._path}: entry {number:,} of 'predictions' names no filepath; nothing was taken"
            )
        self.info.setdefault("model_version", entry.get("model_version"))
        failures = entry.get("failures")
        items = entry.get("detections")
        failed = isinstance(failures, list) and "DETECTOR" in failures
        best, whole = self._guesses(entry.get("classifications"))
        concluded = self._conclusion(
            entry.get("prediction"), entry.get("prediction_score"), entry.get("prediction_source")
        )
        found = list[Detection]()
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict):
                continue
            if item.get("label") == _WHOLE or str(item.get("category")) == "0":
                if not whole and best is None:
                    best, whole = self._guesses(item.get("raw_classifications"))
                concluded = concluded or self._processed(item)
            else:
                found.extend(self._detection(item))
        failure = None
        if failed or not isinstance(items, list):
            failure = "the detector failed" if failed else "no detector has run: classes alone"
        found = _with_people(found, _somebody(concluded, best))
        return Result(file, _named(found, concluded), failure, whole, concluded)

    def _detection(self, item: dict[str, Any]) -> Iterator[Detection]:
        label = item.get("label") or _DEFAULT_LABELS.get(str(item.get("category")), "unknown")
        category = values.category(str(label))
        best, guesses = self._guesses(item.get("raw_classifications"))
        concluded = self._processed(item)
        somebody = _somebody(concluded, best)
        if category not in values.PEOPLE and somebody is not None:
            category, guesses = somebody.name, ()
        elif concluded is not None and concluded.name not in values.KINDS:
            others = (guess for guess in guesses if guess.name != concluded.name)
            guesses = (Species(concluded.name, concluded.score or 0.0), *others)
        confidence = values.confidence(item.get("conf"), category)
        if category == "blank" or confidence is None or not self._floor.keeps(category, confidence):
            return
        yield Detection(category, confidence, values.box(item.get("bbox")), guesses, concluded)

    def _guesses(self, classes: object) -> tuple[Species | None, tuple[Species, ...]]:
        """Return the best of the raw classes if it is no species, and the species, best first."""
        if not isinstance(classes, dict):
            return None, ()
        names, scores = classes.get("classes"), classes.get("scores")
        if not isinstance(names, list) or not isinstance(scores, list):
            return None, ()
        found = [
            Species(name, score)
            for name, score in zip(names, map(values.chance, scores), strict=False)
            if isinstance(name, str) and score is not None
        ]
        found.sort(key=lambda guess: -guess.score)
        kinds = [_special(guess.name) for guess in found]
        species = [
            Species(self._name(guess.name), guess.score)
            for guess, kind in zip(found, kinds, strict=True)
            if kind is None
        ]
        best = Species(kinds[0], found[0].score) if kinds and kinds[0] else None
        return best, tuple(species)

    def _processed(self, item: dict[str, Any]) -> Prediction | None:
        found = item.get("processed_classification")
        if not isinstance(found, dict):
            return None
        return self._conclusion(found.get("class"), found.get("score"), found.get("source"))

    def _conclusion(self, name: object, score: object, made_from: object) -> Prediction | None:
        if not isinstance(name, str) or not name:
            return None
        return Prediction(
            _special(name) or self._name(name), values.chance(score), values.text(made_from)
        )

    def _name(self, description: str) -> str:
        name = values.common_name(description)
        if name not in self._taxa:
            taxon = values.taxon(name, description)
            if taxon is not None:
                self._taxa[name] = taxon
        return name


def _special(description: str) -> str | None:
    return values.special(values.common_name(description), description)


def _somebody(concluded: Prediction | None, best: Species | None) -> Species | None:
    """Return the person or vehicle that is concluded, or that the best class is where no species is concluded."""
    if concluded is not None and concluded.name in values.PEOPLE:
        return Species(concluded.name, concluded.score or 1.0)
    unsure = concluded is None or concluded.name in values.KINDS
    return best if unsure and best is not None and best.name in values.PEOPLE else None


def _with_people(found: list[Detection], somebody: Species | None) -> list[Detection]:
    """Add who is in the photo where no detection is as sure of it."""
    if somebody is None or any(
        one.category == somebody.name and one.confidence >= somebody.score for one in found
    ):
        return found
    return [*found, Detection(somebody.name, min(1.0, somebody.score), None, ())]


def _named(found: list[Detection], concluded: Prediction | None) -> tuple[Detection, ...]:
    """Give what is concluded of the whole photo to its most confident animal, if that has no name."""
    if concluded is None or concluded.name in values.KINDS:
        return tuple(found)
    animals = [one for one in found if one.category == "animal" and one.confidence > 0]
    best = max(animals, key=lambda one: one.confidence, default=None)
    if best is None or best.species:
        return tuple(found)
    named = replace(best, species=(Species(concluded.name, concluded.score or 0.0),))
    return tuple(named if one is best else one for one in found)
