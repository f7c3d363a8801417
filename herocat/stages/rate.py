"""What a person rates next: where raters disagree, where they are unsure, and all over the range."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from herocat import naming, rating
from herocat.catalog import Catalog
from herocat.errors import CatalogError, ChoiceError
from herocat.gallery import index
from herocat.loaders import pairs
from herocat.loaders.pairs import Asking

APART = 1.0  # points between raters from which they disagree
SHARES = {"disagreement": 0.5, "uncertainty": 0.25}  # of a queue; coverage takes the rest
BINS = 10
_PAIRS = 10  # that are named in JSON


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a photo that a person could be asked about."""

    image: int
    score: float | None
    spread: float | None  # between raters
    noise: float | None  # between one rater's own samples, or within the scorer


@dataclass(frozen=True, slots=True)
class Queued:
    """A queue: whose it is, what was added for which reason, and how far it is."""

    person: str
    run: str
    added: int
    reasons: dict[str, int]
    left: int
    progress: rating.Progress
    pairs: Asking


def rate(
    catalog: Catalog, person: str, *, n: int = 100, selection: str | None = None, seed: int = 0
) -> Queued:
    """Fill a person's queue up to ``n`` photos that wait for an answer.

    Raises ChoiceError for an unknown selection, and CatalogError if there is nothing to ask about.
    """
    if not person.strip():
        raise ChoiceError("say who rates: a name")
    row = (
        catalog.one("select.by_name", name=selection) if selection else catalog.one("select.latest")
    )
    if selection and row is None:
        known = (row["name"] for row in catalog.rows("browse.selections"))
        raise naming.unknown("selection", selection, known)
    if index.behind(catalog):
        index.refresh(catalog)
    with catalog.writing():
        run, name = rating.open_run(catalog, person.strip())
        before = rating.progress(catalog, run)
        wanted = max(0, n - (before.asked - before.answered))
        pool = [
            Known(*known)
            for known in catalog.rows("rate.pool", run=run, selection=row["id"] if row else None)
        ]
        chosen = queue(pool, wanted, seed=seed)
        if not chosen and not before.asked:
            raise CatalogError(
                "there is nothing to rate: no selection with photos that can be seen, and no "
                "scores; next: herocat select"
            )
        for image, _ in chosen:
            catalog.run("label.target_image", run=run, image=image)
        catalog.run("label.reopen", run=run)
        after = rating.progress(catalog, run)
    reasons = dict.fromkeys(("disagreement", "uncertainty", "coverage"), 0)
    for _, reason in chosen:
        reasons[reason] += 1
    left = after.asked - after.answered
    asking = pairs.asking(catalog, run, _PAIRS)
    return Queued(person.strip(), name, len(chosen), reasons, left, after, asking)


def queue(pool: Sequence[Known], n: int, *, seed: int = 0) -> list[tuple[int, str]]:
    """Choose ``n`` photos in the order to be asked about, each with its reason.

    First those that raters place furthest apart. Then those whose place is most in doubt: the rater's
    own samples or the scorer's models lie apart, or the score is near the one that parts the best tenth from the others.
    Then the range of scores evenly, so that the agreement is known at both ends; photos without any
    score count as a range of their own.
    """
    left = {known.image: known for known in pool}
    chosen = list[tuple[int, str]]()

    def take(images: Sequence[int], count: int, reason: str) -> None:
        for image in images[: max(0, count)]:
            chosen.append((image, reason))
            del left[image]

    apart = [known for known in pool if (known.spread or 0) >= APART]
    apart.sort(key=lambda known: (-(known.spread or 0), known.image))
    share = round(n * SHARES["disagreement"])
    take([known.image for known in apart], share, "disagreement")
    edge = _edge(pool)
    doubtful = [known for known in left.values() if known.score is not None]
    doubtful.sort(
        key=lambda known: (-(known.noise or 0), abs((known.score or 0) - edge), known.image)
    )
    share = round(n * SHARES["uncertainty"])
    take([known.image for known in doubtful], min(share, n - len(chosen)), "uncertainty")
    take(_over_the_range(list(left.values()), seed), n - len(chosen), "coverage")
    return chosen


def _edge(pool: Sequence[Known]) -> float:
    """Return the score that parts the best tenth from the others."""
    scores = sorted((known.score for known in pool if known.score is not None), reverse=True)
    return scores[len(scores) // 10] if scores else 0.0


def _over_the_range(pool: Sequence[Known], seed: int) -> list[int]:
    """Return photos in turn from each range of scores, in each by chance."""
    ranges = defaultdict[int, list[int]](list)
    for known in pool:
        number = -1 if known.score is None else min(BINS - 1, int(known.score * BINS / 10))
        ranges[number].append(known.image)
    rng = random.Random(seed)  # noqa: S311 - the same queue every time, not a secret
    for images in ranges.values():
        rng.shuffle(images)
    order = [ranges[number] for number in sorted(ranges, reverse=True)]
    found = list[int]()
    while any(order):
        found += [images.pop() for images in order if images]
    return found
