"""MegaDetector's CSV report: a row a category and species of a photo, without boxes."""

from collections.abc import Iterator
from pathlib import Path

from herocat import times
from herocat.errors import InputError
from herocat.formats import tables, values
from herocat.records import Frame, Observation, Record, Unmatched


def read(path: Path) -> Iterator[Record]:
    """Yield what the report says was seen in each photo."""
    for number, row in enumerate(tables.rows(path, needs=("filename", "detection_category")), 2):
        place = values.text(row.get("filename"))
        if place is None:
            raise InputError(f"{path}, row {number:,}: no filename; nothing was taken from it")
        moment, doubt = times.parse(row.get("datetime"))
        yield Frame(place, None, None, None, moment, doubt)
        category = values.category(row.get("detection_category") or "unknown")
        if category == "error":
            yield Unmatched(place, "it failed in the detector")
            continue
        category, species = values.concluded(
            category, values.text(row.get("classification_category"))
        )
        yield Observation(
            place,
            category,
            species,
            values.whole(row.get("count")),
            # A blank by a report is not a detector's result: without a machine's name it stays unchecked.
            made_by=None if category == "blank" else "machine",
            score=values.sureness(row.get("max_detection_confidence")),
            species_score=values.chance(row.get("max_classification_confidence")),
        )
