"""Files that say many kinds of things at once: places and times, what was seen, judgements, addresses.

All of a file is read into temporary tables first, then put into the catalog. A kill in between
leaves a source in ``reading``, and the same file again goes over all of it.
"""

from collections.abc import Container, Iterable, Sequence
from typing import Any, cast

from herocat import naming, times
from herocat.batches import batches, spans
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.loaders import intake, sources
from herocat.loaders.finding import Finder, Match
from herocat.loaders.joining import respell_staged
from herocat.loaders.sources import OutsideError, Source, all_inside, inside
from herocat.progress import Progress
from herocat.records import (
    Deployed,
    Deployment,
    Frame,
    Judgement,
    Key,
    Observation,
    Private,
    Record,
    Remote,
    Run,
    Taxon,
    Unmatched,
)

_BATCH = 5_000
_CERTAIN = 1_000  # more parts than any path has


def load(
    catalog: Catalog,
    source: Source,
    records: Iterable[Record],
    finder: Finder,
    *,
    floor: float,
    progress: Progress,
    there: Container[str] = frozenset(),
    several: bool = False,
) -> dict[str, int]:
    """Put what a file says into the catalog; return counts by name.

    What it says of a photo that cannot be found, or not for certain, is kept as unmatched. ``there``
    are paths that are on disk as the file spells them; ``several``: it is many files, of which one
    that names a photo outside the collection does not stop the others.
    """
    if source.resumed:
        sources.clear(catalog, source.id)
    staging = _Staging(catalog, source, finder, several=several)
    for batch in batches(records, _BATCH):
        kinds = dict[type, list[Any]]()
        for record in batch:
            kinds.setdefault(type(record), []).append(record)
        staging.frame(kinds.pop(Frame, []))
        for kind, group in kinds.items():
            staging.put(kind, group)
        progress.step(len(batch))
    catalog.run("given.resolve_keys")
    respelled = respell_staged(catalog, source, there)
    catalog.run("given.settle_judged")
    staging.given.finish()
    for first, last in spans(1, catalog.value("given.last_observed")):
        with catalog.writing():
            catalog.run(
                "given.apply_observed",
                collection=source.collection.id,
                source=source.id,
                floor=floor,
                first=first,
                last=last,
            )
    with catalog.writing():
        where = {"collection": source.collection.id, "source": source.id}
        catalog.run("given.forget_addresses", source=source.id)
        catalog.run("given.apply_addresses", **where)
        catalog.run("given.apply_private", **where)
        catalog.run("given.apply_deployments", **where)
        staging.open_runs()
        catalog.run("given.apply_judged", now=times.now(), **where)
        catalog.run("given.apply_lost", source=source.id)
    with catalog.writing():
        catalog.many("ingest.add_taxon", staging.taxa.values())
    catalog.run("given.tell", collection=source.collection.id)
    counts = catalog.one("given.counts", source=source.id)
    assert counts is not None
    return {**dict(counts), **absent(catalog, source), "respelled": respelled}


def absent(catalog: Catalog, source: Source) -> dict[str, int]:
    """Count the photos not on disk, as it is known now, of those that the file loaded last has told of."""
    counts = catalog.one("given.absent", collection=source.collection.id)
    assert counts is not None
    return dict(counts)


class _Staging:
    """What is read of a file, put aside kind by kind."""

    def __init__(self, catalog: Catalog, source: Source, finder: Finder, *, several: bool) -> None:
        self._catalog = catalog
        self._several = several
        self._source = source
        self._finder = finder
        self._runs = dict[Run, int]()  # numbered as they come
        self._framed = (set[str](), set[str]())  # photos of which the last two batches say when
        self.taxa = dict[str, Taxon]()
        self.given = intake.Given(catalog, source)

    def frame(self, frames: list[Frame]) -> None:
        """Put aside what a batch says of photos themselves; it comes first of the batch."""
        kept = self._all_kept([frame.path for frame in frames])
        self._framed = (self._framed[1], set(kept))
        rows = ((path, *frame[1:]) for path, frame in zip(kept, frames, strict=True))
        self._catalog.many("given.add_frame", rows)

    def put(self, kind: type, group: list[Any]) -> None:
        """Put records of one other kind aside."""
        many = self._catalog.many
        if kind is Observation:
            self._observe(group)
        elif kind is Key:
            kept = self._all_kept([one.path for one in group])
            keys = zip(group, kept, strict=True)
            many("given.add_key", ((one.key, path, one.width, one.height) for one, path in keys))
        elif kind is Judgement:
            self._judge(group)
        elif kind is Remote:
            many("given.add_address", ((self._kept(path), url) for path, url in group))
        elif kind is Deployment:
            many("given.add_deployment", group)
        elif kind is Deployed:
            many("given.add_deployed", ((self._kept(path), key) for path, key in group))
        elif kind is Private:
            many("given.add_private", ((self._kept(one.path),) for one in group))
        elif kind is Unmatched:
            many("given.add_lost", group)
        else:
            self.taxa.update((taxon.name, taxon) for taxon in cast("list[Taxon]", group))

    def open_runs(self) -> None:
        """Find or begin the label runs of what was judged."""
        for run, number in self._runs.items():
            key = {"rater": run.rater, "provider": run.provider, "model": run.model}
            found = self._catalog.one("given.runs_of", params=run.params, **key)
            if found is None:
                taken = self._catalog.rows("given.names_like", name=run.name)
                name = naming.free_name(run.name, {row["name"] for row in taken})
                row = self._catalog.value(
                    "given.add_run", name=name, params=run.params, now=times.now(), **key
                )
            else:
                row = found["id"]
            self._catalog.run("given.number_run", number=number, run=row)

    def _kept(self, path: str) -> str:
        return inside(self._source.collection, self._source.path, path)

    def _all_kept(self, paths: Sequence[str]) -> list[str]:
        return all_inside(self._source.collection, self._source.path, paths)

    def _observe(self, group: Iterable[Observation]) -> None:
        rows, lost = list[tuple[object, ...]](), list[tuple[str, str]]()
        for seen in group:
            try:
                path = self._kept(seen.path) if seen.path else None
            except OutsideError:
                if not self._several:
                    raise
                lost.append((seen.path, "it does not lie in the collection"))
                continue
            box = seen.box or (None, None, None, None)
            said = (*seen[1:7], *box, seen.species_score, seen.details, seen.key, seen.pixels)
            rows.append((path, *said))
        self._catalog.many("given.add_observed", rows)
        self._catalog.many("given.add_lost", lost)

    def _judge(self, group: Iterable[Judgement]) -> None:
        rows, lost = list[tuple[object, ...]](), list[tuple[str, str]]()
        for one in group:
            if one.score is None and one.error is None:
                continue  # a sign that is worth nothing
            place, parts = self._place(one)
            if place is None:
                lost.append((one.path, self._finder.why_lost(one.path)))
                continue
            number = self._runs.setdefault(one.run, -1 - len(self._runs))
            judged = (one.score, one.raw, one.reasoning, one.error)
            rows.append((place, number, *judged, one.path, parts))
        self._catalog.many("given.add_judged", rows)
        self._catalog.many("given.add_lost", lost)

    def _place(self, judged: Judgement) -> Match:
        """Return the photo that was judged: by its path, by its name, or to be; and how sure that is."""
        known = self._finder.known(judged.path) or self._beside(judged.path)
        if known is not None:
            return Match(known, _CERTAIN)
        for name in filter(None, (judged.path, judged.name)):
            match = self._finder.match(name)
            if match.path is not None and not self._finder.is_guess(judged.path, match):
                return match
        if self._finder.count(judged.path):
            return Match(None, 0)
        try:
            return Match(self._kept(judged.path), _CERTAIN)
        except InputError:
            return Match(None, 0)

    def _beside(self, path: str) -> str | None:
        """Return the photo of a path if the file has just told of it: what it says of one stays together."""
        try:
            kept = self._kept(path)
        except InputError:
            return None
        return kept if any(kept in framed for framed in self._framed) else None
