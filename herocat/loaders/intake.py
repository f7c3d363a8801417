"""What a file says, into the catalog: detector results as they come, all else once it was read whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from herocat.batches import spans
from herocat.catalog import Catalog
from herocat.loaders.joining import Joiner
from herocat.loaders.parcels import Packed
from herocat.loaders.sources import Source
from herocat.progress import Progress
from herocat.records import About


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file held: entries, those put to a photo that the disk spells otherwise, and what it says of itself."""

    entries: int
    respelled: int
    info: Mapping[str, object]


def take(catalog: Catalog, source: Source, parcels: Iterable[Packed], progress: Progress) -> Taken:
    """Take in the parcels of a file, a transaction each.

    Detector results count from the moment that their source is done. What a file says of the photos
    themselves changes rows that are there, so it waits until the file was read to its end.
    """
    entries = frames = 0
    info: Mapping[str, object] = {}
    joiner = Joiner(catalog, source.collection)
    catalog.run("ingest.start_given")
    with catalog.loading():
        for parcel in parcels:
            if isinstance(parcel, About):
                info = parcel.info
                with catalog.writing():
                    catalog.many("ingest.add_taxon", parcel.taxa)
                continue
            with catalog.attached(parcel.file, "parcel"):
                _take(catalog, source, joiner, with_results=parcel.frames < parcel.entries)
                catalog.run("ingest.take_given")
            parcel.file.unlink()
            entries += parcel.entries
            frames += parcel.frames
            progress.step(parcel.entries)
        if frames:
            apply(catalog, source)
    return Taken(entries, joiner.respelled, info)


def count_frames(catalog: Catalog) -> None:
    """Record of every sequence that changed how many photos it has, from when to when."""
    ends = catalog.one("sequence.uncounted_span")
    assert ends is not None
    for start, end in spans(*ends):
        with catalog.writing():
            catalog.run("sequence.count_frames", first=start, last=end)


def _take(catalog: Catalog, source: Source, joiner: Joiner, *, with_results: bool) -> None:
    joiner.prepare()
    with catalog.writing():
        joiner.respell()
        if with_results:
            last = catalog.value("ingest.last_detection")
            where = {"collection": source.collection.id, "source": source.id}
            catalog.run("ingest.take_results", last=last, **where)


def apply(catalog: Catalog, source: Source) -> None:
    """Put into the catalog what was gathered of the photos themselves."""
    collection = source.collection.id
    again = catalog.value("ingest.any_given", collection=collection)
    ends = catalog.one("ingest.given_span")
    assert ends is not None
    for first, last in spans(*ends):
        stretch = {"collection": collection, "first": first, "last": last}
        with catalog.writing():
            if again:
                catalog.run("ingest.recount_left", **stretch)
            catalog.run("ingest.apply_given", source=source.id, **stretch)
    if again:
        catalog.run("ingest.index_given")
        with catalog.writing():
            catalog.run("ingest.forget_unlisted", source=source.id)
    count_frames(catalog)
