"""What the user may want to do about what was taken in: a word on files that name no photo, or too early."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from herocat.catalog import Catalog
from herocat.loaders import joining, sources
from herocat.loaders.places import Placed
from herocat.loaders.sources import Collection, Source

_MOST_NAMED = 5  # files in a note


def missing(source: Source, counts: Mapping[str, int]) -> str:
    """Say what is probably wrong when a file names hardly any of the photos that are there.

    Those that it names by an address need not be there.
    """
    collection = source.collection
    there = source.on_disk
    elsewhere = counts.get("elsewhere", 0)
    named, missing = counts["photos"] - elsewhere, counts["not_on_disk"] - elsewhere
    if not there or not named or 10 * missing < 9 * named:
        return ""
    most = "none of its paths is" if missing == named else "hardly any of its paths are"
    return (
        f"{most} among the {there:,} photo{'s' * (there > 1)} in {collection.root}: if they start from another "
        "folder, say so with --root"
    )


def elsewhere(catalog: Catalog, source: Source) -> str:
    """Say that a file was taken in for other collections, too, where that stays."""
    rows = catalog.rows("ingest.elsewhere", source=source.id)
    roots = ", ".join(str(catalog.placed(row["root"]).resolve()) for row in rows)
    if not roots:
        return ""
    return f"the file was taken in for {roots}, too, and what it says of the photos there stays as well"


def proposal(catalog: Catalog, collection: Collection, names: Iterable[str]) -> str:
    """Return the options that would make the paths of a file those on disk; nothing if none would."""
    found = joining.propose(catalog, collection.id, names)
    if found is None:
        return ""
    return f", or try: {found} (fits {found.fits:,} of the {found.tried:,} paths tried)"


def too_early(catalog: Catalog, collection: Collection, given: Iterable[Path]) -> str:
    """Say which files have named photos that may be there only now, and are not given again."""
    files = {
        catalog.placed(path).resolve() for _, path in sources.named_too_early(catalog, collection)
    }
    files -= {path.resolve() for path in given}
    if not files:
        return ""
    names = ", ".join(sorted(str(file) for file in files)[:_MOST_NAMED])
    more = f" and {len(files) - _MOST_NAMED:,} more" if len(files) > _MOST_NAMED else ""
    return (
        f"{names}{more} named photos that were not there when read: with the new photos, take "
        f"{'it' if len(files) == 1 else 'them'} in again"
    )


def unplaced(pattern: str, found: Placed) -> str:
    """Say that a pattern of places fits no photo."""
    if found.fits or not found.tried:
        return ""
    return (
        f"--location-from {pattern!r} fits none of the {found.tried:,} photos whose place no file "
        f"tells; it is looked for in paths such as {found.example!r}"
    )
