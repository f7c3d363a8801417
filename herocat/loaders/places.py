"""Where photos were taken, read from their paths, where no file says so."""

import re
import sqlite3
from collections.abc import Iterator

from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
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


def load(catalog: Catalog, collection: Collection, place: re.Pattern[str]) -> int:
    """Give every photo without a location the one in its path; return how many got one."""
    count = 0
    unplaced = list(catalog.rows("given.unplaced", collection=collection.id))
    for batch in batches(_found(unplaced, place)):
        with catalog.writing():
            catalog.many("given.place", batch)
        count += len(batch)
    return count


def _found(rows: list[sqlite3.Row], place: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    for row in rows:
        match = place.search(row["path"])
        if match is None:
            continue
        named = match["location"] if "location" in place.groupindex else match[1]
        if named and named.strip():
            yield named.strip(), row["id"]
