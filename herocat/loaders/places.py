"""Where photos were taken, read from their paths, where no file says so."""

import json
import re
import sqlite3
from dataclasses import dataclass

from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.loaders.intake import count_frames
from herocat.loaders.sources import Collection


def pattern(text: str) -> re.Pattern[str]:
    """Return a pattern with one group, or one named location; raise ChoiceError for another."""
    try:
        found = re.compile(text)
    except re.error as error:
        raise ChoiceError(f"--location-from {text!r} is no regular expression: {error}") from error
    if found.groups != 1 and "location" not in found.groupindex:
        raise ChoiceError(
            "--location-from takes a regular expression with one group that holds the place, as in "
            r"'^([^/]+)/' for the first folder"
        )
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """How many photos a pattern has put to a place now, how many it fits, of those that no file places."""

    placed: int
    fits: int
    tried: int
    example: str  # the path of one


def load(catalog: Catalog, collection: Collection, place: re.Pattern[str]) -> Placed:
    """Give every photo whose place no file tells the one in its path; another pattern changes it."""
    unplaced = list(catalog.rows("given.unplaced", collection=collection.id))
    found = [(named, row) for row in unplaced if (named := _named(row, place))]
    changed = [(named, row["id"]) for named, row in found if named != row["location"]]
    for batch in batches(changed):
        with catalog.writing():
            catalog.run("ingest.start_moved")
            catalog.run("given.mark_placed", images=json.dumps([image for _, image in batch]))
            catalog.run("ingest.reopen")
            catalog.many("given.place", batch)
    if changed:
        count_frames(catalog)
    example = unplaced[0]["path"] if unplaced else ""
    return Placed(len(changed), len(found), len(unplaced), example)


def _named(row: sqlite3.Row, place: re.Pattern[str]) -> str:
    match = place.search(row["path"])
    if match is None:
        return ""
    named = match["location"] if "location" in place.groupindex else match[1]
    return (named or "").strip()
