"""What a file says, into the catalog: what changes nothing there as it comes, the rest at the end."""

from collections.abc import Iterable, Iterator, Mapping
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
    """What a file held: entries, those put to a photo that the disk spells otherwise, what it says of itself.

    Of photos that it says something about itself, ``missing`` are not on disk.
    """

    entries: int
    copies: int  # of photos that it names by their content
    respelled: int
    missing: int
    info: Mapping[str, object]


def take(catalog: Catalog, source: Source, parcels: Iterable[Packed], progress: Progress) -> Taken:
    """Take in the parcels of a file, a transaction each.

    Detector results count from the moment that their source is done.
    """
    entries = 0
    info: Mapping[str, object] = {}
    joiner = Joiner(catalog, source)
    given = _given(catalog, source)
    with catalog.loading():
        for parcel in parcels:
            if isinstance(parcel, About):
                info = parcel.info
                with catalog.writing():
                    catalog.many("ingest.add_taxon", parcel.taxa)
                continue
            with catalog.attached(parcel.file, "parcel"):
                _take(catalog, source, joiner, parcel.entries - parcel.frames)
                if parcel.frames:
                    given.add(parcel.frames)
            parcel.file.unlink()
            entries += parcel.entries
            progress.step(parcel.entries)
        given.finish()
    return Taken(entries, joiner.share(), joiner.respelled, given.missing(), info)


def _given(catalog: Catalog, source: Source) -> "Given | _First":
    known = catalog.value("ingest.anything_known", collection=source.collection.id)
    return Given(catalog, source) if known else _First(catalog, source)


class _First:
    """What the first file of a collection says of the photos themselves: nothing can stand there yet.

    So it goes straight from each parcel into the catalog, and nothing waits.
    """

    def __init__(self, catalog: Catalog, source: Source) -> None:
        self._catalog = catalog
        self._source = source
        self._frames = 0
        self._once = True  # no photo was named twice so far
        catalog.run("ingest.drop_given")

    def add(self, frames: int) -> None:
        """Put into the catalog what the attached parcel says of so many photos."""
        where = {"collection": self._source.collection.id, "source": self._source.id}
        with self._catalog.writing():
            last = self._catalog.value("ingest.last_image")
            self._catalog.run("ingest.apply_given", first=1, last=frames, once=self._once, **where)
            if self._once and self._catalog.value("ingest.last_image") < last + frames:
                self._once = False  # a photo may have left a sequence that was counted with it
                self._catalog.run("ingest.uncount", source=self._source.id)
        self._frames += frames

    def finish(self) -> None:
        """Count the frames of the sequences that are not counted yet."""
        count_frames(self._catalog)

    def missing(self) -> int:
        """Return how many of the photos are not on disk: all, or they would have been known."""
        return self._frames


class Given:
    """What a file says of the photos themselves, gathered in ``temp.given``.

    Of photos that nobody knew it is put into the catalog as it comes. What changes rows that are there
    waits until the file was read to its end, as a file that breaks off must leave nothing behind.
    """

    def __init__(self, catalog: Catalog, source: Source) -> None:
        self._catalog = catalog
        self._source = source
        where = {"collection": source.collection.id}
        self._again = catalog.value("ingest.any_given", **where)
        self._inferred = catalog.value("ingest.any_inferred", **where)
        self._waiting = list[tuple[int, int]]()
        self._last = 0
        catalog.run("ingest.start_given")

    def add(self, _: int) -> None:
        """Gather what the attached parcel says."""
        self._catalog.run("ingest.take_given")
        where = {"collection": self._source.collection.id}
        for first, last in self._new():
            known = self._catalog.value("ingest.any_known", first=first, last=last, **where)
            if self._again or known:
                self._waiting.append((first, last))
            else:
                self._apply(first, last)

    def finish(self) -> None:
        """Put into the catalog what has waited."""
        self._waiting += self._new()
        if self._again:
            with self._catalog.writing():
                self._catalog.run("ingest.adopt_sequences", source=self._source.id)
        for first, last in self._waiting:
            self._apply(first, last)
        if self._again and self._last:
            self._catalog.run("ingest.index_given")
            with self._catalog.writing():
                self._catalog.run("ingest.forget_unlisted", source=self._source.id)
        count_frames(self._catalog)

    def missing(self) -> int:
        """Return how many of the photos are not on disk, as far as somebody has looked there."""
        count: int = self._catalog.value(
            "ingest.given_missing", collection=self._source.collection.id
        )
        return count

    def _new(self) -> Iterator[tuple[int, int]]:
        ends = self._catalog.one("ingest.given_span", after=self._last)
        assert ends is not None
        for first, last in spans(*ends):
            self._last = last
            yield first, last

    def _apply(self, first: int, last: int) -> None:
        stretch = {"collection": self._source.collection.id, "first": first, "last": last}
        with self._catalog.writing():
            if self._inferred:
                self._catalog.run("ingest.start_moved")
                self._catalog.run("ingest.mark_moved", **stretch)
                self._catalog.run("ingest.reopen")
            if self._again:
                self._catalog.run("ingest.recount_left", **stretch)
            self._catalog.run("ingest.apply_given", source=self._source.id, once=False, **stretch)


def count_frames(catalog: Catalog) -> None:
    """Record of every sequence that changed how many photos it has, from when to when."""
    ends = catalog.one("sequence.uncounted_span")
    assert ends is not None
    for start, end in spans(*ends):
        with catalog.writing():
            catalog.run("sequence.count_frames", first=start, last=end)


def _take(catalog: Catalog, source: Source, joiner: Joiner, results: int) -> None:
    joiner.prepare()
    with catalog.writing():
        joiner.respell()
        if results:
            last = catalog.value("ingest.last_detection")
            place = {"collection": source.collection.id}
            catalog.run("ingest.find_photos", again=False, **place)
            matched = catalog.run("ingest.match_results", source=source.id, **place)
            catalog.run("ingest.take_boxes", source=source.id, last=last)
            if matched < results:
                catalog.run("ingest.leave_repeated")
                catalog.run("ingest.find_photos", again=True, **place)
                catalog.run("ingest.match_repeated", source=source.id)
                catalog.run("ingest.take_boxes", source=source.id, last=last)
