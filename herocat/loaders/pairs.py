"""Pairs of photos: what was answered, the ranking that follows, and what to ask next."""

from collections.abc import Mapping

from herocat.catalog import Catalog
from herocat.judging import pairs
from herocat.judging.pairs import Ranking

TOP = 12  # photos whose order matters
_POOL = 5  # times as many are compared: the best by score
_LOGITS = 1.0  # of strength for each point of score, before anything is answered


def ranking(catalog: Catalog, *, run: int | None = None) -> Ranking:
    """Rank the photos that one run has compared, or all runs."""
    answers = [tuple(row) for row in catalog.rows("pairs.answers", run=run)]
    return pairs.rank(answers)


def next_pair(catalog: Catalog, *, top: int = TOP, seed: int = 0) -> tuple[int, int] | None:
    """Return the two photos whose comparison tells most about the top; None once it is stable.

    The best by score are compared, their scores being what to expect; every answer counts, whoever
    gave it. The first of the two is to be shown first, or on the left.
    """
    asked = expected(catalog, top * _POOL)
    answers = [
        tuple(row)
        for row in catalog.rows("pairs.answers", run=None)
        if row["first_image_id"] in asked and row["second_image_id"] in asked
    ]
    found = pairs.rank(answers, list(asked), expected=asked)
    pair = pairs.next_pair(found, top, seed=seed)
    return None if pair is None else (int(str(pair[0])), int(str(pair[1])))


def expected(catalog: Catalog, count: int) -> Mapping[int, float]:
    """Return how strong the photos with the best scores are to be expected, in logits."""
    rows = catalog.rows("pairs.best_scored", count=count)
    return {row["image_id"]: _LOGITS * row["score"] for row in rows}
