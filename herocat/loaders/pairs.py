"""Pairs of photos: what was answered, the ranking that follows, and what to ask next."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from herocat.catalog import Catalog
from herocat.judging import pairs
from herocat.judging.pairs import SETTLED, Ranking

TOP = 12  # photos whose order matters
_POOL = 5  # times as many are compared: the best by score
_LOGITS = 1.0  # of strength for each point of score, before anything is answered
SPREAD = 1.5  # standard deviation of strengths around that, in logits
_MIDDLE = 5.0  # points: where photos begin that nobody has given any


@dataclass(frozen=True, slots=True)
class Asking:
    """What a person is asked next in pairs: bursts' ties first, then what tells most about the top."""

    pairs: tuple[tuple[int, int], ...]
    ties: int  # pairs of frames that share the first place of their burst
    top: int  # photos whose order matters
    stable: float  # share of them that is expected to stay, were everything asked
    settled: bool  # no more need be asked


def ranking(catalog: Catalog, *, run: int | None = None) -> Ranking:
    """Rank the photos that one run has compared, or all runs."""
    answers = [tuple(row) for row in catalog.rows("pairs.answers", run=run)]
    return pairs.rank(answers)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a photo counts for once it was compared: points, like its score, and by how many answers."""

    points: float  # may pass 10: answers part photos that have all been given the highest score
    answers: int


def weighed(
    catalog: Catalog, scores: Mapping[int, float | None], *, run: int | None = None
) -> Mapping[int, Weighed]:
    """Weigh those of some photos that one run, or any, has compared with each other.

    Their scores are what to expect before the answers; who has none begins in the middle of the others.
    """
    answers = [
        tuple(row)
        for row in catalog.rows("pairs.answers", run=run)
        if row["first_image_id"] in scores and row["second_image_id"] in scores
    ]
    counts = Counter[int](image for answer in answers for image in answer[:2])
    given = [score for image in counts if (score := scores[image]) is not None]
    usual = sum(given) / len(given) if given else _MIDDLE
    before = {image: usual if (score := scores[image]) is None else score for image in counts}
    found = pairs.rank(
        answers,
        expected={image: _LOGITS * points for image, points in before.items()},
        spread=SPREAD,
    )
    # The answers tell differences alone: on average a photo stays where it was.
    mean = sum(before.values()) / max(1, len(before))
    return {
        one: Weighed(value / _LOGITS + mean, counts[one])
        for one, value in zip(counts, found.values.tolist(), strict=True)
    }


def asking(
    catalog: Catalog,
    run: int | None,
    count: int,
    *,
    go_on: bool = False,
    top: int = TOP,
    seed: int = 0,
) -> Asking:
    """Return the next pairs to ask a person about; of two, the first is to be shown on the left.

    The best by score are compared, their scores being what to expect; every answer counts, whoever
    gave it, but none is asked for twice, nor what the person has passed over. Once the top is stable, or the person has answered a fifth of
    all pairs, there are none, unless they go on.
    """
    skipped = {frozenset(row) for row in catalog.rows("pairs.skipped", run=run)}
    ties = [sides(*row) for row in catalog.rows("bursts.ties") if frozenset(row) not in skipped]
    strengths = expected(catalog, top * _POOL)
    top = min(top, -(-len(strengths) // 3))
    answers = [
        tuple(row)
        for row in catalog.rows("pairs.answers", run=None)
        if row["first_image_id"] in strengths and row["second_image_id"] in strengths
    ]
    found = pairs.rank(answers, list(strengths), expected=strengths, spread=SPREAD)
    stable = pairs.stability(found, top, seed=seed)
    asked = [frozenset(row) for row in catalog.rows("pairs.asked", run=run)]
    telling = [
        sides(int(str(one)), int(str(other)))
        for one, other in pairs.next_pairs(found, top, count, seed=seed, asked=[*asked, *skipped])
    ]
    own = sum(pair <= strengths.keys() for pair in asked)
    settled = stable >= SETTLED or pairs.told_most(own, len(strengths))
    wanted = dict.fromkeys([*ties, *(telling if go_on or not settled else ())])
    return Asking(tuple(wanted)[:count], len(ties), top, stable, settled and not ties)


def expected(catalog: Catalog, count: int) -> Mapping[int, float]:
    """Return how strong the photos with the best scores are to be expected, in logits."""
    rows = catalog.rows("pairs.best_scored", count=count)
    return {row["image_id"]: _LOGITS * row["score"] for row in rows}


def sides(one: int, other: int) -> tuple[int, int]:
    """Return two photos as they are shown, left and right: an order that tells nothing, and stays the same."""
    low, high = sorted((one, other))
    return (low, high) if (low * 2654435761 + high) % 4294967291 % 2 else (high, low)
