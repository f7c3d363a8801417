"""Label runs side by side: the photos that all of them have scored, and how far apart they are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from herocat import agreement as figures
from herocat.agreement import Agreement
from herocat.catalog import Catalog
from herocat.gallery.query import narrowed, run_of
from herocat.gallery.view import View

OF_BURSTS = ("accuracy_within", "accuracy_across")  # these take a while, too
STATISTICS = tuple(name for name in figures.STATISTICS if name not in OF_BURSTS)
Order = Literal["apart", "alike", "first", "second"]


@dataclass(frozen=True, slots=True)
class Beside:
    """Photos that several runs have scored: ``scores`` has a row for each run."""

    runs: tuple[int, ...]
    names: tuple[str, ...]
    images: NDArray[np.int64]
    scores: NDArray[np.float64]
    capped: bool = False  # a search found more than it could take

    @property
    def digest(self) -> str:
        """What the figures and plots of these photos are known by."""
        content = repr(self.names).encode() + self.images.tobytes() + self.scores.tobytes()
        return sha256(content).hexdigest()

    @property
    def apart(self) -> NDArray[np.float64]:
        """How far the runs lie apart on each photo, in points."""
        if not len(self.images):
            return np.zeros(0)
        apart: NDArray[np.float64] = self.scores.max(axis=0) - self.scores.min(axis=0)
        return apart.round(6)

    def order(self, by: Order) -> NDArray[np.int64]:
        """Return the places of the photos in an order; equals by their number."""
        if not len(self.images):
            return np.zeros(0, np.int64)
        first = self.scores[0] - self.scores[1]
        keys = {"apart": -self.apart, "alike": self.apart, "first": -first, "second": first}
        return np.lexsort((self.images, keys[by]))


def beside(catalog: Catalog, names: Sequence[str], view: View, *, public: bool = False) -> Beside:
    """Gather the photos that all of some runs have scored and that pass the filters of a view."""
    runs = [run_of(catalog, name, public=public) for name in names]
    tables = [_scores(catalog, run) for run in runs]
    images = tables[0][0]
    for others, _ in tables[1:]:
        images = np.intersect1d(images, others, assume_unique=True)
    plan = narrowed(catalog, view, public=public)
    if plan is not None:
        statement = plan.page(backwards=False, place=None)
        among = {"among": json.dumps(images.tolist())}
        rows = catalog.ask(statement, plan.parameters | among)
        images = np.array(sorted(row["image_id"] for row in rows), np.int64)
    scores = [found[np.searchsorted(ids, images)] for ids, found in tables]
    capped = plan is not None and plan.capped
    return Beside(tuple(runs), tuple(names), images, np.array(scores, np.float64), capped)


def agreement(
    catalog: Catalog, together: Beside, pair: tuple[int, int] = (0, 1), *, intervals: bool
) -> Agreement | None:
    """Return how two of the runs agree; None if they share no photo.

    Intervals, and the figures about bursts that come with them, take a while.
    """
    if not len(together.images):
        return None
    one, other = (together.scores[number] for number in pair)
    if not intervals:
        return figures.agreement(one, other, only=STATISTICS, resamples=0)
    images = json.dumps(together.images.tolist())
    taken = list(catalog.rows("browse.where_taken", images=images))
    places, bursts = ([row[name] for row in taken] for name in ("place", "sequence"))
    return figures.agreement(one, other, places=places, sequences=bursts)


def _scores(catalog: Catalog, run: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    row = catalog.one("browse.scores_of_run", run=run)
    assert row is not None
    images = np.fromstring(row["images"] or "", np.int64, sep=",")
    scores = np.fromstring(row["scores"] or "", np.float64, sep=",")
    order = np.argsort(images)
    return images[order], scores[order]
