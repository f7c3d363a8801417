"""Sequences, locations and times from a file into ``sequences`` and ``images``."""

from collections.abc import Iterable

from herocat.batches import batches, spans
from herocat.catalog import Catalog
from herocat.loaders.results import inside
from herocat.loaders.sources import Source
from herocat.progress import Progress
from herocat.records import Frame


def load(catalog: Catalog, source: Source, frames: Iterable[Frame], progress: Progress) -> int:
    """Put what a file says of each photo into the catalog; return how many photos it names.

    The file is read to its end into a temporary table first: one that breaks off changes nothing.
    """
    catalog.run("ingest.start_given")
    for batch in batches(frames):
        catalog.many("ingest.add_given", ((inside(source, f.path), *f[1:]) for f in batch))
        progress.step(len(batch))
    last = catalog.value("ingest.last_given")
    for start, end in spans(1, last):
        with catalog.writing():
            catalog.run(
                "ingest.apply_given",
                collection=source.collection.id,
                source=source.id,
                first=start,
                last=end,
            )
    with catalog.writing():
        catalog.run("ingest.forget_unlisted", source=source.id)
    count_frames(catalog)
    return int(last)


def count_frames(catalog: Catalog) -> None:
    """Record of every sequence that changed how many photos it has, from when to when."""
    ends = catalog.one("sequence.uncounted_span")
    assert ends is not None
    for start, end in spans(*ends):
        with catalog.writing():
            catalog.run("sequence.count_frames", first=start, last=end)
