"""AddaxAI: its database, opened to be read only, and the CSV of detections of its older versions.

The database's schema still moves, so columns are taken by the names that they have had. It holds
several projects, and photos by their absolute paths: those that lie elsewhere are unmatched.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from herocat import databases, times
from herocat.formats import tables, values
from herocat.formats.scores import Scores
from herocat.records import Frame, Judgement, Observation, Record, Run, Unmatched

_PATHS = ("file_path", "relative_path", "absolute_path", "path")
_TIMES = ("captured_at_local", "captured_at", "timestamp", "datetime")
_NAMES = ("label", "species", "classification_label", "common_name")
_SURE = ("label_confidence", "species_confidence", "classification_confidence")

Place = Callable[[str], str | None]


def read_database(path: Path, scores: Scores, place_of: Place) -> Iterator[Record]:
    """Yield favourites, times and detections; ``place_of`` finds a photo in its collection."""
    there = databases.columns(path)
    table = "files" if "files" in there else "file"
    files = dict[str, str]()
    run = Run("person", "addaxai", "favorited", scores.params("favorite"), "addaxai favorites")
    for row in databases.rows(path, table):
        named = next((values.text(row[key]) for key in _PATHS if row.get(key)), None)
        number = str(row.get("id") or row.get("file_id"))
        if row.get("file_type") == "video":
            yield Unmatched(named or f"file {number}", "it is a video, not a photo")
            continue
        place = place_of(named) if named else None
        if place is None:
            yield Unmatched(named or f"file {number}", "no photo of the collection has that path")
            continue
        files[number] = place
        moment, doubt = times.parse(values.first(row, _TIMES))
        yield Frame(place, None, None, None, moment, doubt)
        if values.flag(row.get("favorited")):
            raw = json.dumps({"favorited": row["favorited"]})
            yield Judgement(place, run, scores.of("favorite"), raw, values.text(row.get("notes")))
    found = next((name for name in ("detections", "detection") if name in there), None)
    for row in databases.rows(path, found) if found else ():
        place = files.get(str(row.get("file_id")))
        if place is not None:
            yield _detection(place, row)


def _detection(place: str, row: Mapping[str, Any]) -> Observation:
    kind = values.category(str(row.get("category") or row.get("detection_category") or "animal"))
    name = values.text(values.first(row, _NAMES))
    kind, species = values.concluded(kind, name, str(row.get("scientific_name") or ""))
    is_nothing = values.special(str(values.first(row, _NAMES))) == "blank"
    persons = _is_a_persons(row)
    score = values.sureness(row.get("confidence") or row.get("detection_confidence"))
    corners = [
        row.get(f"bbox_{part}") if f"bbox_{part}" in row else row.get(part)
        for part in ("x", "y", "width", "height")
    ]
    return Observation(
        place,
        kind,
        species if kind == "animal" else None,
        made_by="person" if persons else "machine",
        score=_struck_out(score) if persons and is_nothing else score,
        box=values.box(corners),
        species_score=values.chance(values.first(row, _SURE)),
    )


def _struck_out(score: float | None) -> float:
    """Return the confidence of a box that a person has looked at and found nothing in."""
    return -abs(score or 1.0)


def _is_a_persons(row: Mapping[str, Any]) -> bool:
    return bool(values.flag(row.get("verified"))) or row.get("classification_method") == "human"


def read_csv(path: Path) -> Iterator[Record]:
    """Yield the detections of an older version: boxes by their corners, in pixels."""
    for row in tables.rows(path, needs=("relative_path", "label")):
        place = values.text(row.get("relative_path"))
        if place is None:
            yield Unmatched("a row", "it has no relative_path")
            continue
        day, _, hour = (row.get("DateTimeOriginal") or "").partition(" ")
        parts = day.split("/")  # day, month, year in two digits
        if len(parts) == 3 and len(parts[2]) == 2:
            day = f"20{parts[2]}-{parts[1]}-{parts[0]}"
        moment, doubt = times.parse(f"{day} {hour}".strip())
        yield Frame(place, None, None, None, moment, doubt)
        corners = [
            values.decimal(row.get(f"bbox_{side}")) for side in ("left", "top", "right", "bottom")
        ]
        left, top, right, bottom = corners
        box = None
        if left is not None and top is not None and right is not None and bottom is not None:
            box = values.pixel_box(
                [left, top, right - left, bottom - top],
                values.decimal(row.get("file_width")),
                values.decimal(row.get("file_height")),
            )
        name = (row.get("label") or "unknown").strip().lower()
        kind = values.special(name)
        verified = values.flag(row.get("human_verified"))
        score = values.sureness(row.get("confidence"))
        if verified and kind == "blank":
            kind, score = "animal", _struck_out(score)
        elif verified and score is None:
            score = 1.0
        yield Observation(
            place,
            kind or "animal",
            None if kind else name,
            made_by="person" if verified else "machine",
            score=score,
            box=None if kind == "blank" else box,
        )
