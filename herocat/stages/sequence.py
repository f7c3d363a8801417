"""Infer bursts where no file gives them: photos of one place with no long gap between them."""

from dataclasses import dataclass

from herocat.batches import spans
from herocat.catalog import Catalog
from herocat.loaders.intake import count_frames


@dataclass(frozen=True, slots=True)
class Sequenced:
    """How many photos were put into bursts now, and what bursts the catalog has."""

    placed: int
    sequences: int
    given: int
    inferred: int
    photos: int


def sequence(catalog: Catalog, *, gap: int | None = None) -> Sequenced:
    """Put every photo without a burst into one; with another gap, infer all inferred ones anew.

    A place is a location, or the folder where no location is known; a photo without a usable
    time is a burst of its own. ``gap`` is in seconds; None keeps the catalog's.
    """
    with catalog.only_one("sequence"):
        kept = catalog.value("sequence.gap")
        if gap is not None and gap != kept:
            with catalog.writing():
                catalog.run("sequence.set_gap", gap=gap)
                catalog.run("sequence.forget_inferred")
        pending = catalog.value("sequence.count_pending")
        if pending:
            catalog.run("sequence.infer", gap=kept if gap is None else gap)
            for first, last in spans(1, catalog.value("sequence.last_burst")):
                with catalog.writing():
                    catalog.run("sequence.apply", first=first, last=last)
            with catalog.writing():
                catalog.run("sequence.settle")
        count_frames(catalog)
        with catalog.writing():
            catalog.run("sequence.drop_empty")
    counts = catalog.one("sequence.counts")
    assert counts is not None
    return Sequenced(pending, *counts)
