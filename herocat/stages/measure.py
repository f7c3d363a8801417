"""Read pixels: measurements, content hashes and thumbnails, on all cores."""

from dataclasses import dataclass

from herocat.catalog import Catalog
from herocat.loaders import pixels


@dataclass(frozen=True, slots=True)
class Measured:
    """How many photos were read now, could not be, were not there; and what the catalog has."""

    read: int
    unreadable: int
    missing: int
    measured: int
    thumbnails: int


def measure(
    catalog: Catalog,
    *,
    everything: bool = False,
    thumbnails: bool = False,
    retry: bool = False,
    workers: int | None = None,
) -> Measured:
    """Read the pending photos; ``everything``: photos without an animal too.

    ``thumbnails`` keeps one of every measured photo, not only of candidates and their bursts.
    ``retry`` tries photos again that could not be decoded.
    """
    with catalog.only_one("measure"):
        if retry:
            with catalog.writing():
                catalog.run("measure.forget_failures")
        catalog.run("measure.start_list")
        catalog.run("measure.list_pending")
        if everything:
            catalog.run("measure.list_all")
        if thumbnails:
            catalog.run("measure.list_thumbnails")
        done = pixels.load(catalog, workers=workers)
    totals = catalog.one("measure.totals")
    assert totals is not None
    return Measured(done.read, done.unreadable, done.missing, *totals)
