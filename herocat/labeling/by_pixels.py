"""The baseline as one who compares frames: it answers the questions about a burst from pixels."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.champion import Ranked
from herocat.labeling.bursts import Frames, best_frames, frames_of, save
from herocat.ports import Identity
from herocat.providers.baseline import Baseline
from herocat.replies import Order

_COMMIT = 200  # answers per transaction: they cost nothing


def identity(kind: str, frames: int) -> Identity:
    """Return the identity of the baseline as one who compares frames."""
    own = Baseline().identity
    return replace(own, params={**own.params, "burst": kind, "frames": frames})


def answer(catalog: Catalog, run: int, limit: int | None) -> int:
    """Answer the open questions of a run about so many bursts from pixels; return how many."""
    catalog.run("bursts.list_pending", run=run, limit=-1 if limit is None else limit)
    open_questions = defaultdict[int, list[tuple[int, Frames]]](list)
    for row in catalog.rows("bursts.pending", run=run):
        open_questions[row["sequence_id"]].append((row["question_id"], frames_of(row)))
    ranked = dict(best_frames(catalog))
    answers = [
        (question, frames, _said({one.image: one for one in ranked.get(sequence, ())}, frames))
        for sequence in [row["sequence_id"] for row in catalog.rows("bursts.listed")]
        for question, frames in open_questions[sequence]
    ]
    for some in batches(answers, _COMMIT):
        with catalog.writing():
            for question, frames, said in some:
                save(catalog, run, question, frames, said)
    return len(answers)


def _said(ranked: Mapping[int, Ranked], frames: Frames) -> Mapping[str, object]:
    plain = {"raw": None, "model_reported": None, "latency_ms": None, "attempts": 1}
    if any(image not in ranked for image in frames):
        failed = {"status": "failed", "reasoning": None, "order": None}
        return plain | failed | {"error": "a frame is not measured, shows no animal, or must stay"}
    by_worth = sorted(range(len(frames)), key=lambda one: -ranked[frames[one]].worth)
    places = [
        tuple(group) for _, group in groupby(by_worth, key=lambda one: ranked[frames[one]].worth)
    ]
    best, second = (ranked[frames[by_worth[place]]] for place in (0, 1))
    over = {name: best.parts[name] - second.parts[name] for name in best.parts}
    told = [f"{name} {value:+.2f}" for name, value in _largest(over) if abs(value) >= 0.005]
    reasoning = f"By pixels: {', '.join(told[:3]) or 'no difference'}."
    order = Order(tuple(places), reasoning, "pixels")
    return plain | {"status": "ok", "reasoning": reasoning, "order": order, "error": None}


def _largest(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(parts.items(), key=lambda part: -abs(part[1]))
