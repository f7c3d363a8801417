"""A ranking from answers to "which of these two is better?", with ties, order bias and intervals.

The model is Davidson's extension of Bradley-Terry: the odds of the first, the second and a tie are
``exp(a + bias)``, ``exp(b)`` and ``tie * exp((a + b + bias) / 2)`` for photos of strength a and b.
All utilities are linear in the parameters, so it is one conditional logit, and Newton's method finds
its maximum in a few steps. Strengths have a normal prior (around what scores say, where there are
any), without which a photo that never lost would be infinitely strong.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Outcome = Literal["first", "second", "tie"]
Answer = tuple[Hashable, Hashable, Outcome]  # shown first, shown second, which is better

SPREAD = 3.0  # standard deviation of strengths before anything is answered, in logits
SETTLED = 0.92  # of the top that is expected to stay, for it to be settled
SHARE = 0.2  # of all pairs: who has answered so many has told most of what all would tell
_DRAWS = 400
_STEPS = 50
_REACH = 1.959964  # standard deviations to either side of 95 %
_OUTCOMES = {"first": 0, "second": 1, "tie": 2}
# What each outcome's utility takes of: the first's strength, the second's, the bias, the tie's logarithm.
_DESIGN = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.5, 0.5, 0.5, 1.0]])
_SQUARES = np.einsum("ki,kj->kij", _DESIGN, _DESIGN)


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong a photo is beside the average one, in logits, with the interval of its true value."""

    item: Hashable
    place: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Photos by strength; ``bias`` is what being shown first is worth, ``tie`` how common ties are."""

    items: tuple[Hashable, ...]
    values: Floats
    covariance: Floats
    bias: float
    bias_error: float
    tie: float
    answers: int

    @property
    def strengths(self) -> list[Strength]:
        """Return the photos, best first."""
        errors = _REACH * np.sqrt(np.diag(self.covariance))
        order = np.argsort(-self.values, kind="stable")
        return [
            Strength(
                self.items[one],
                place,
                float(self.values[one]),
                float(self.values[one] - errors[one]),
                float(self.values[one] + errors[one]),
            )
            for place, one in enumerate(order, 1)
        ]


def rank(
    answers: Sequence[Answer],
    items: Sequence[Hashable] = (),
    *,
    expected: Mapping[Any, float] | None = None,
    spread: float = SPREAD,
) -> Ranking:
    """Rank the photos of some answers, and others in ``items`` that nobody was asked about.

    ``expected`` are strengths to be expected before the answers, such as scores.
    """
    named = [*items, *(one for answer in answers for one in answer[:2])]
    known = list(dict.fromkeys(named))
    at = {item: number for number, item in enumerate(known)}
    middle = np.array([(expected or {}).get(item, 0.0) for item in known], np.float64)
    prior = np.concatenate([middle - (middle.mean() if known else 0.0), [0.0, -1.0]])
    weight = np.concatenate([np.full(len(known), spread**-2), [1 / 4.0, 1 / 4.0]])
    size = len(prior)
    bias, tie = size - 2, size - 1
    pairs = np.array([(at[a], at[b], bias, tie) for a, b, _ in answers], np.int64).reshape(-1, 4)
    said = np.array([_OUTCOMES[outcome] for _, _, outcome in answers], np.int64)
    found = prior.copy()
    information = np.diag(weight)
    for _ in range(_STEPS):
        gradient, information = _curve(found, pairs, said)
        gradient -= weight * (found - prior)
        information += np.diag(weight)
        step = np.linalg.solve(information, gradient)
        found = found + step * min(1.0, 2.0 / max(np.abs(step).max(initial=0.0), 1e-12))
        if np.abs(step).max(initial=0.0) < 1e-8:
            break
    spreads = np.linalg.inv(information)
    centre = np.eye(len(known)) - 1 / max(1, len(known))
    return Ranking(
        items=tuple(known),
        values=centre @ found[: len(known)],
        covariance=centre @ spreads[: len(known), : len(known)] @ centre.T,
        bias=float(found[bias]),
        bias_error=float(np.sqrt(spreads[bias, bias])),
        tie=float(np.exp(found[tie])),
        answers=len(answers),
    )


def _curve(
    found: Floats, pairs: NDArray[np.int64], said: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return the slope of the log-likelihood, and its information, at some parameters."""
    utilities = found[pairs] @ _DESIGN.T
    chances = np.exp(utilities - utilities.max(axis=1, keepdims=True, initial=-np.inf))
    chances /= chances.sum(axis=1, keepdims=True)
    expected = chances @ _DESIGN
    slopes = _DESIGN[said] - expected
    blocks = np.einsum("mk,kij->mij", chances, _SQUARES)
    blocks -= expected[:, :, None] * expected[:, None, :]
    gradient = np.zeros(len(found))
    np.add.at(gradient, pairs, slopes)
    information = np.zeros((len(found), len(found)))
    np.add.at(information, (pairs[:, :, None], pairs[:, None, :]), blocks)
    return gradient, information


def settled(one_way: Outcome, other_way: Outcome) -> Outcome:
    """Return what a rater means that was asked twice, with the photos swapped the second time.

    Whoever prefers the same place both times has no opinion: a tie.
    """
    back: dict[Outcome, Outcome] = {"first": "second", "second": "first", "tie": "tie"}
    return one_way if one_way == back[other_way] else "tie"


def stability(ranking: Ranking, top: int, *, seed: int = 0) -> float:
    """Return which share of the top is expected to stay, were everything asked."""
    drawn, best = _draws(ranking, top, seed)
    if not len(best):
        return 1.0
    kept: float = np.isin(np.argsort(-drawn, axis=1)[:, : len(best)], best).mean()
    return float(kept)


def told_most(answered: int, photos: int) -> bool:
    """Tell whether a rater's answers are so many that more would hardly change the top.

    Where photos are nearly alike, the top is never stable; a fifth of all pairs, well chosen, finds it
    about as well as all of them do. Each photo has one at least.
    """
    return answered >= max(photos, SHARE * photos * (photos - 1) / 2)


def next_pairs(
    ranking: Ranking,
    top: int,
    count: int,
    *,
    seed: int = 0,
    asked: Collection[frozenset[Hashable]] = (),
) -> list[tuple[Hashable, Hashable]]:
    """Return the pairs whose answers tell most about the top, the most telling first, stable or not.

    Pairs in ``asked`` are not asked for again.
    No photo is in two of them, so that one answer hardly changes what the next is worth. Which of two
    is shown first is not said here: it must tell nothing, so that a bias for it evens out.
    """
    gain = _gain(ranking, top, seed)
    at = {item: number for number, item in enumerate(ranking.items)}
    for pair in asked:
        numbers = [at[item] for item in pair if item in at]
        if len(numbers) == 2:
            gain[numbers[0], numbers[1]] = gain[numbers[1], numbers[0]] = -1.0
    found = list[tuple[Hashable, Hashable]]()
    while len(found) < count and gain.max(initial=-1.0) >= 0:
        one, other = np.unravel_index(int(gain.argmax()), gain.shape)
        gain[[one, other]] = gain[:, [one, other]] = -1.0
        found.append((ranking.items[one], ranking.items[other]))
    return found


def _gain(ranking: Ranking, top: int, seed: int) -> Floats:
    """Return what the answer to each pair is expected to tell about the top; -1 for no pair."""
    if len(ranking.items) < 2:
        return np.full((0, 0), -1.0)
    drawn, best = _draws(ranking, top, seed)
    inside = np.zeros(drawn.shape, bool)
    np.put_along_axis(inside, np.argsort(-drawn, axis=1)[:, : len(best)], values=True, axis=1)
    chance = inside.mean(axis=0)
    doubt = chance * (1 - chance)
    apart = ranking.values[:, None] - ranking.values
    variance = np.diag(ranking.covariance)[:, None] + np.diag(ranking.covariance)
    variance = variance - 2 * ranking.covariance
    wins = 1 / (1 + np.exp(-apart))
    gain: Floats = np.log1p(wins * (1 - wins) * variance) * (doubt[:, None] + doubt)
    np.fill_diagonal(gain, -1.0)
    return gain


def _draws(ranking: Ranking, top: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Draw strengths as they may truly be; return them with the top by what is known."""
    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(ranking.covariance + 1e-9 * np.eye(len(ranking.items)))
    drawn = ranking.values + rng.standard_normal((_DRAWS, len(ranking.items))) @ root.T
    return drawn, np.argsort(-ranking.values, kind="stable")[:top]
