"""Take in one file that says many kinds of things, names photos, or chose some; as one source."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.formats import heroimages, known, lists
from herocat.loaders import chosen, listed, mixed, readers, sources
from herocat.loaders.finding import Finder
from herocat.loaders.readers import Options
from herocat.loaders.sources import Collection, Source
from herocat.progress import Progress
from herocat.records import Frame, Judgement, Observation

_LISTS = frozenset({known.LIST, known.BATCH_IMAGES})


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: its counts by name, and the address of it as a source."""

    source: Source
    counts: dict[str, int]


def takes(path: Path, form: str) -> bool:
    """Tell whether a file is taken in here; detector results and bursts alone go the fast way."""
    return form in _LISTS or form == known.CANDIDATES or readers.reads(path, form)


def take(
    catalog: Catalog, collection: Collection, path: Path, form: str, options: Options
) -> Taken | None:
    """Take in a file; None if the same was taken in before with the same options.

    A file that cannot be used leaves nothing behind, and raises InputError.
    """
    source = sources.start(
        catalog,
        collection,
        path,
        form,
        options.params(form),
        digest=readers.digest(path, form),
    )
    if source is None:
        return None
    catalog.run("given.start")
    finder = Finder(catalog, collection, path)
    try:
        with (
            sources.no_half_characters(path),
            Progress(f"reading {path.name}") as progress,
        ):
            counts = _counts(catalog, source, form, options, finder, progress)
    except InputError:
        sources.discard(catalog, source.id, forget=True)
        raise
    sources.finish(
        catalog,
        source,
        images=counts["photos"],
        info=readers.about(path, form),
        by_name=form in known.BY_NAME,
    )
    return Taken(source, counts)


def named(
    catalog: Catalog, collection: Collection, path: Path, form: str, options: Options
) -> Iterator[str]:
    """Yield the paths that a file names, as it spells them."""
    if form == known.BATCH_IMAGES:
        yield from heroimages.batch_images(path)
    elif form in _LISTS:
        yield from lists.entries(path)
    elif form in readers.READERS:
        catalog.run("given.start")
        finder = Finder(catalog, collection, path)
        records = readers.READERS[form](path, options, finder)
        spoken = (one.path for one in records if isinstance(one, Frame | Observation | Judgement))
        yield from (name for name, _ in groupby(spoken) if name)


def _counts(  # noqa: PLR0917 - what take has opened
    catalog: Catalog,
    source: Source,
    form: str,
    options: Options,
    finder: Finder,
    progress: Progress,
) -> dict[str, int]:
    if form == known.CANDIDATES:
        return chosen.load(catalog, source, finder)
    if form in _LISTS:
        return listed.load(catalog, source, form, finder, progress)
    records = readers.READERS[form](source.path, options, finder)
    floor = options.min_confidence
    several = form == known.RATINGS
    return mixed.load(
        catalog, source, records, finder, floor=floor, progress=progress, several=several
    )
