"""A small model that learns scores from numbers, and an honest account of how well.

It is a bag of gradient-boosted trees, each fitted to resampled places: their mean is the score, the
spread among them the doubt. What it is worth is told on places that it has not seen, beside the
baseline on the same photos. A model is kept as its rows, settings and seed, and fitted again when it
is needed: that takes seconds, and nothing that is read from a file is ever run.
"""

import io
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herocat.agreement import Estimate, agreement, better, codes, tail_of

Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]

BAGS = 4
LARGEST_SEED = 2**32 - BAGS  # each tree ensemble of the bag has a seed of its own
AXES = 24  # at most, that vectors are turned to
_SHARE = 10  # photos for each such axis
FOLDS = 5
LEAST = 40  # labeled photos; with fewer, trees draw noise
CERTAIN = 0.9  # that the model is better, from the share of resampled places on which it is
LEAST_PLACES = 3  # of two, chance alone puts a model ahead on both often enough
_MANY = 20_000  # rows from which on several threads are worth it
_TREES = {
    "max_iter": 100,
    "learning_rate": 0.08,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 8,
    "l2_regularization": 1.0,
}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What a model is fitted to: a row of numbers for each photo, its score, and its place."""

    names: tuple[str, ...]
    numbers: Matrix
    scores: Floats
    places: NDArray[np.int64]
    axes: "Axes | None" = None  # what vectors were turned to; the last columns of the numbers


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """The few directions in which vectors of photos differ most (principal components)."""

    middle: Matrix  # dimensions
    directions: Matrix  # axes, dimensions

    @classmethod
    def of(cls, vectors: Matrix) -> "Axes":
        """Find the axes of some vectors; rows of NaN are left out."""
        known = vectors[~np.isnan(vectors).any(axis=1)]
        middle: Floats = known.sum(axis=0, dtype=np.float64) / max(1, len(known))
        count = min(AXES, len(known) // _SHARE)
        _, _, directions = np.linalg.svd(known - middle, full_matrices=False)
        return cls(middle.astype(np.float32), directions[:count].astype(np.float32))

    @property
    def names(self) -> tuple[str, ...]:
        """Names for their columns."""
        return tuple(f"axis {number}" for number in range(1, len(self.directions) + 1))

    def of_vectors(self, vectors: Matrix) -> Matrix:
        """Return where vectors lie on the axes; NaN stays NaN."""
        return np.asarray((vectors - self.middle) @ self.directions.T, np.float32)


@dataclass(frozen=True, slots=True)
class Report:
    """How well a model does on places it has not seen, beside the baseline and box geometry.

    Where all photos are of one place, it is bursts that were not seen.
    """

    photos: int
    places: int
    grouped_by: str  # place or burst
    spearman: Estimate
    error: Estimate
    baseline: Estimate  # Spearman
    geometry: Estimate  # Spearman
    beats_baseline: float  # share of resampled places on which it does
    beats_geometry: float

    @property
    def good(self) -> bool:
        """Whether the model is better than what needs no training."""
        if self.few:
            return False
        return min(self.beats_baseline, self.beats_geometry) >= 1 - tail_of(
            self.places, 1 - CERTAIN
        )

    @property
    def few(self) -> bool:
        """Whether there are too few places to tell."""
        return self.places < LEAST_PLACES


class Model:
    """A bag of trees that was fitted to rows."""

    def __init__(self, rows: Rows, seed: int, settings: dict[str, Any] | None = None) -> None:
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        rng = np.random.default_rng(seed)
        self._bag = []
        places = np.unique(rows.places)
        for number in range(BAGS):
            drawn = rng.choice(places, len(places)) if len(places) > 1 else places
            times = np.bincount(drawn, minlength=int(places.max()) + 1)[rows.places]
            taken = np.repeat(np.arange(len(rows.scores)), times)
            trees = HistGradientBoostingRegressor(
                **(settings or _TREES), random_state=seed + number, early_stopping=False
            )
            # Threads that wait for each other cost more than they bring with so few rows.
            with threadpool_limits(1 if len(rows.scores) < _MANY else None):
                fitted = trees.fit(rows.numbers[taken], rows.scores[taken])
            self._bag.append(fitted)

    def predict(self, numbers: Matrix) -> tuple[Floats, Floats]:
        """Return scores, 0..10 in hundredths, and how far the trees of the bag are apart."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1 if len(numbers) < _MANY else None):
            said = np.stack([trees.predict(numbers) for trees in self._bag])
        scores: Floats = np.round(np.clip(said.mean(axis=0), 0, 10), 2)
        return scores, said.std(axis=0)


def made_with() -> dict[str, str]:
    """Return the versions that change what is fitted."""
    import sklearn

    return {"numpy": np.__version__, "scikit-learn": str(sklearn.__version__)}


def settings() -> dict[str, Any]:
    """Return the settings of the trees."""
    return dict(_TREES)


def examine(
    rows: Rows,
    sequences: Sequence[Hashable],
    baseline: Floats,
    geometry: Floats,
    *,
    grouped_by: str = "place",
    seed: int = 0,
) -> Report:
    """Tell how well a model does on places that it was not fitted to."""
    guesses = elsewhere(rows, seed=seed)
    places = rows.places.tolist()

    def held(said: Floats, statistic: str) -> Estimate:
        found = agreement(
            said, rows.scores, places=places, sequences=sequences, only=[statistic], seed=seed
        )
        return found[statistic]

    return Report(
        photos=len(rows.scores),
        places=int(rows.places.max()) + 1,
        grouped_by=grouped_by,
        spearman=held(guesses, "spearman"),
        error=held(guesses, "mean_absolute_error"),
        baseline=held(baseline, "spearman"),
        geometry=held(geometry, "spearman"),
        beats_baseline=better(guesses, baseline, rows.scores, places=places, seed=seed),
        beats_geometry=better(guesses, geometry, rows.scores, places=places, seed=seed),
    )


def elsewhere(rows: Rows, *, seed: int = 0) -> Floats:
    """Return for each photo what a model says that has not seen its place."""
    from sklearn.model_selection import GroupKFold

    folds = min(FOLDS, len(np.unique(rows.places)))
    guesses = np.zeros(len(rows.scores))
    for seen, unseen in GroupKFold(folds).split(rows.numbers, rows.scores, rows.places):
        part = Rows(rows.names, rows.numbers[seen], rows.scores[seen], rows.places[seen])
        guesses[unseen], _ = Model(part, seed).predict(rows.numbers[unseen])
    return guesses


def packed(rows: Rows) -> bytes:
    """Return rows as bytes that hold nothing but numbers and names."""
    file = io.BytesIO()
    axes = rows.axes
    turned: dict[str, Any] = {}
    if axes is not None:
        turned = {"middle": axes.middle, "directions": axes.directions}
    np.savez_compressed(
        file,
        names=np.array(rows.names),
        numbers=rows.numbers,
        scores=rows.scores,
        places=rows.places,
        **turned,
    )
    return file.getvalue()


def unpacked(content: bytes) -> Rows:
    """Return rows from their bytes."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        names = tuple(str(name) for name in kept["names"])
        axes = Axes(kept["middle"], kept["directions"]) if "middle" in kept else None
        return Rows(names, kept["numbers"], kept["scores"], kept["places"], axes)


def rows_of(
    names: Sequence[str],
    numbers: Matrix,
    scores: Sequence[float],
    places: Sequence[Hashable],
    vectors: Matrix | None = None,
) -> Rows:
    """Make rows from lists; with vectors of the photos, from those too."""
    axes = None if vectors is None else Axes.of(vectors)
    if axes is not None and vectors is not None:
        numbers = np.hstack([numbers, axes.of_vectors(vectors)])
        names = (*names, *axes.names)
    return Rows(tuple(names), numbers, np.asarray(scores, np.float64), codes(places), axes)


def groups(places: Sequence[Hashable], bursts: Sequence[Hashable]) -> tuple[str, list[Hashable]]:
    """Return what is held out together, and what to call it: a place with all its bursts.

    Places that share a burst are one. Where all photos are of one place, it is bursts.
    """
    parent: dict[Hashable, Hashable] = {}

    def root(one: Hashable) -> Hashable:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for place, burst in zip(places, bursts, strict=True):
        parent[root(("burst", burst))] = root(("place", place))
    found = [root(("place", place)) for place in places]
    if len(set(found)) > 1:
        return "place", found
    return "burst", list(bursts)
