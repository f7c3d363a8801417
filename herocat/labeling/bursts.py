"""Bursts to be compared: what is asked about their frames, and what becomes of an answer.

Every two frames are shown in both orders, or all in one list and in the reverse: who prefers a place,
not a photo, contradicts itself, and that counts as a tie.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from herocat import gate, rating, times
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.champion import Ranked
from herocat.labeling import runs
from herocat.labeling.feed import Fed
from herocat.labeling.rubric import Style
from herocat.labeling.runs import Asked
from herocat.labeling.unit import Outcome, Unit
from herocat.loaders import bursts, pixels
from herocat.pictures import Prepared
from herocat.ports import Identity
from herocat.prompts import REMINDERS
from herocat.providers.baseline import Baseline
from herocat.replies import Order

_CROWNED = 200  # bursts per transaction

Frames = tuple[int, ...]  # photos in the order in which they are shown
Plan = Sequence[tuple[int, Sequence[Frames]]]  # bursts, each with the orders to show its frames in


@dataclass(frozen=True, slots=True)
class Compared:
    """How far a run has come: questions answered now and in all, and what they decide."""

    run: str
    now: int
    bursts: int
    asked: int
    answered: int
    failed: int
    left: int
    decided: int  # bursts
    ties: int  # bursts that a person has to decide
    changed: int  # candidates that are another frame than the strategy chose
    held: Mapping[str, int] = field(default_factory=dict)  # photos that may not be sent, by reason
    cost: float = 0.0  # of the run, in US dollars


class Bursts:
    """Puts photos as they come together to the questions about their bursts."""

    def __init__(self, catalog: Catalog, style: Style, run: int) -> None:
        self._style = style
        self._run = run
        self._catalog = catalog
        self._burst = dict[int, int]()  # of a photo
        self._questions = defaultdict[int, list[tuple[int, Frames]]](list)
        self._together = dict[int, Prepared]()  # photos of the burst that is being put together
        self._at: int | None = None

    def total(self) -> int:
        """List the work, and return how many questions this go has."""
        for row in self._catalog.rows("bursts.pending", run=self._run):
            frames = frames_of(row)
            self._questions[row["sequence_id"]].append((row["question_id"], frames))
            self._burst |= dict.fromkeys(frames, row["sequence_id"])
        counted = self._catalog.one("bursts.count_work", run=self._run)
        return int(counted["questions"]) if counted is not None else 0

    def take(self, fed: Fed) -> list[Unit]:
        """Take a photo; return the questions about the burst before, if it begins another."""
        burst = self._burst.get(fed.image)
        units = self.last() if burst != self._at else []
        self._at = burst
        self._together[fed.image] = fed.prepared
        return units

    def last(self) -> list[Unit]:
        """Return the questions about the last burst; what the gate holds of it is not asked about."""
        together, self._together = self._together, {}
        if self._at is None:
            return []
        return [
            self._unit(question, frames, [together[image] for image in frames])
            for question, frames in self._questions.pop(self._at, [])
            if all(image in together for image in frames)
        ]

    def _unit(self, question: int, frames: Frames, seen: Sequence[Prepared]) -> Unit:
        failure = next((one.failure for one in seen if not one.pictures), None)
        asked = self._style.question_of([one.pictures for one in seen]) if not failure else None
        return Unit(
            "comparison",
            frames[0],
            asked,
            partial(self._style.read_order, count=len(frames)),
            partial(_keep, run=self._run, question=question, frames=frames),
            failure,
            REMINDERS[self._style.kind],
            question,
        )


def plan(catalog: Catalog, asked: Asked, kind: str, frames: int) -> Plan:
    """Return the orders in which to show the best frames of each burst of what was asked for.

    Frames that nobody has measured yet are measured first.
    """
    if asked.selection is not None:
        catalog.run("bursts.list_selection", selection=asked.selection)
    else:
        catalog.run("bursts.list_images", images=json.dumps(asked.images))
    catalog.run("measure.start_list")
    catalog.run("bursts.list_unmeasured")
    if catalog.value("measure.count_listed"):
        pixels.load(catalog)
    return [
        (sequence, list(orders(sorted(one.image for one in ranked), kind)))
        for sequence, ranked in best_frames(catalog, frames)
    ]


def best_frames(catalog: Catalog, count: int | None = None) -> Iterator[tuple[int, list[Ranked]]]:
    """Yield the listed bursts with their best frames by pixels; those that must stay are left out."""
    return bursts.best_frames(
        catalog,
        lambda request: Baseline().label(request).score,
        stays=lambda image: bool(gate.vetoes(catalog, [image])),
        count=count,
    )


def begin(
    catalog: Catalog,
    identity: Identity,
    name: str | None,
    wanted: Plan,
    asked: Asked,
    *,
    prompt: int | None = None,
    retry: bool = False,
) -> sqlite3.Row:
    """Find the run to go on with, or begin it, and write its questions down; inside a transaction."""
    row = runs.open_run(catalog, identity, name, prompt, suffix=" bursts")
    catalog.many(
        "bursts.add_question",
        [
            {
                "run": row["id"],
                "sequence": sequence,
                "image": frames[0],
                "frames": json.dumps(frames),
            }
            for sequence, shown in wanted
            for frames in shown
        ],
    )
    if asked.selection is not None:
        catalog.run("bursts.follow", selection=asked.selection)
    if retry:
        catalog.run("bursts.retry_failures", run=row["id"], now=times.now())
    catalog.run("bursts.reopen", run=row["id"])
    return row


def answered(catalog: Catalog, run: int) -> int:
    """Return how many questions of a run have an answer, or a failure."""
    progress = catalog.one("bursts.progress", run=run)
    assert progress is not None
    return int(progress["answered"] + progress["failed"])


def finish(
    catalog: Catalog,
    row: sqlite3.Row,
    asked: Asked,
    now: int,
    held: Mapping[str, int] | None = None,
) -> Compared:
    """Close a run that has nothing left, let the winners be candidates, and say how it stands."""
    with catalog.writing():
        catalog.run("bursts.close", run=row["id"], now=times.now())
    asked_about = [one["sequence_id"] for one in catalog.rows("bursts.of_run", run=row["id"])]
    for some in batches(asked_about, _CROWNED):
        with catalog.writing():
            for sequence in some:
                rating.crown(catalog, sequence)
    progress = catalog.one("bursts.progress", run=row["id"])
    verdicts = catalog.one("bursts.verdicts", run=row["id"])
    assert progress is not None
    assert verdicts is not None
    return Compared(
        run=row["name"],
        now=now,
        bursts=progress["bursts"],
        asked=progress["asked"],
        answered=progress["answered"],
        failed=progress["failed"],
        left=progress["left_over"],
        decided=verdicts["decided"],
        ties=verdicts["ties"],
        changed=catalog.value("bursts.changed", selection=asked.selection),
        held=dict(held or {}),
        cost=catalog.value("requests.spent", run=row["id"]),
    )


def orders(images: Sequence[int], kind: str) -> Iterator[Frames]:
    """Yield the orders in which frames are shown: every two both ways round, or all both ways round."""
    lots = combinations(images, 2) if kind == "pairs" else [tuple(images)]
    for lot in lots:
        yield lot
        yield lot[::-1]


def compared(order: Order, frames: Frames) -> Iterator[tuple[int, int, str]]:
    """Yield what an order says of each two frames: the one shown first, the other, which is better."""
    place = {one: number for number, equals in enumerate(order.places) for one in equals}
    for one, other in combinations(range(len(frames)), 2):
        better = "first" if place[one] < place[other] else "second"
        yield frames[one], frames[other], "tie" if place[one] == place[other] else better


def frames_of(row: sqlite3.Row) -> Frames:
    """Return the frames of a question's row."""
    return tuple(json.loads(row["frames"]))


def save(
    catalog: Catalog, run: int, question: int, frames: Frames, answer: Mapping[str, object]
) -> None:
    """Save an answer, and what it says of each two frames; inside a transaction."""
    order = answer["order"]
    best = None
    if isinstance(order, Order):
        places = [[frames[one] for one in equals] for equals in order.places]
        best = json.dumps([place if len(place) > 1 else place[0] for place in places])
    row = {name: value for name, value in answer.items() if name != "order"}
    saved = catalog.value(
        "bursts.save_answer", question=question, best=best, now=times.now(), **row
    )
    if isinstance(order, Order) and saved is not None:
        catalog.many(
            "bursts.save_comparison",
            [
                {
                    "run": run,
                    "first": first,
                    "second": second,
                    "outcome": outcome,
                    "question": question,
                    "now": times.now(),
                }
                for first, second, outcome in compared(order, frames)
            ],
        )


def _keep(catalog: Catalog, outcome: Outcome, *, run: int, question: int, frames: Frames) -> None:
    order = outcome.reading if outcome.status == "ok" else None
    said = outcome.answer
    save(
        catalog,
        run,
        question,
        frames,
        {
            "order": order,
            "status": outcome.status,
            "reasoning": order and order.reasoning,
            "error": outcome.error,
            "raw": said and (said.text or said.thoughts or None),
            "model_reported": said and said.model,
            "latency_ms": outcome.latency_ms,
            "attempts": max(1, outcome.attempts),
        },
    )
