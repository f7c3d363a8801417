"""Have photos rated: every photo that a run was asked for ends as a score, or as a failure's reason."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from herocat import times
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import Unfinished
from herocat.labeling import bursts, by_pixels, runs, session, wishes
from herocat.labeling.bursts import Compared
from herocat.labeling.jobs import Jobs
from herocat.labeling.money import Budget
from herocat.labeling.runs import Labeled
from herocat.labeling.session import Going, Gone
from herocat.labeling.wishes import Wish
from herocat.loaders import measured, pixels
from herocat.ports import BatchService, Labeler, RefusedError, Reply, Request, TroubleError
from herocat.progress import Progress

_COMMIT = 200  # labels per transaction; these cost nothing but time


@dataclass(frozen=True, slots=True)
class _Outcome:
    image: int
    reply: Reply | None
    error: str | None
    latency_ms: float


def label(
    catalog: Catalog,
    labeler: Labeler,
    *,
    run: str | None = None,
    selection: str | None = None,
    listed: Sequence[Path] = (),
    limit: int | None = None,
    retry: bool = False,
) -> Labeled:
    """Rate what a run has left: the candidates of a selection, or the photos that are listed.

    The same run goes on where it stopped; nothing is rated twice. ``retry`` rates again what has
    failed. Raises ChoiceError for a run that was made by another rater, or an unknown selection.
    """
    wanted = runs.asked(catalog, selection, listed)
    with catalog.writing():
        row = runs.begin(catalog, labeler.identity, run, wanted, retry=retry)
    with catalog.only_one("label", row["id"]):
        _measure(catalog, row["id"])
        done = _work(catalog, labeler, row["id"], limit)
        return runs.finish(catalog, row, done)


def ask(catalog: Catalog, wish: Wish, going: Going) -> Labeled:
    """Have a model rate what a run has left, and say how far it has come.

    Raises Unfinished or another HerocatError if it was stopped, with everything so far kept.
    """
    with catalog.writing():
        row = wishes.begin(catalog, wish)
    with catalog.only_one("label", row["id"]):
        before = runs.concluded(catalog, row["id"])
        gone = _go(catalog, row["id"], wish, going)
        labeled = runs.finish(catalog, row, runs.concluded(catalog, row["id"]) - before, gone.held)
    if gone.stopped_by is not None:
        raise gone.stopped_by
    return labeled


def compare(catalog: Catalog, wish: Wish, going: Going) -> Compared:
    """Have a model compare the frames of bursts, and let the winners be the candidates.

    ``wish.plan`` says which. Raises Unfinished or another HerocatError if it was stopped, with
    everything so far kept.
    """
    with catalog.writing():
        row = wishes.begin(catalog, wish)
    with catalog.only_one("label", row["id"]):
        before = bursts.answered(catalog, row["id"])
        gone = _go(catalog, row["id"], wish, going)
        now = bursts.answered(catalog, row["id"]) - before
        compared = bursts.finish(catalog, row, wish.asked, now, gone.held)
    if gone.stopped_by is not None:
        raise gone.stopped_by
    return compared


def compare_by_pixels(
    catalog: Catalog,
    kind: str,
    frames: int,
    *,
    run: str | None = None,
    selection: str | None = None,
    listed: Sequence[Path] = (),
    limit: int | None = None,
) -> Compared:
    """Have the baseline compare the frames of bursts, as ``select --burst champion`` does."""
    asked = runs.asked(catalog, selection, listed)
    plan = bursts.plan(catalog, asked, kind, frames)
    with catalog.writing():
        row = bursts.begin(catalog, by_pixels.identity(kind, frames), run, plan, asked)
    with catalog.only_one("label", row["id"]):
        now = by_pixels.answer(catalog, row["id"], limit)
        return bursts.finish(catalog, row, asked, now)


def _go(catalog: Catalog, run: int, wish: Wish, going: Going) -> Gone:
    with catalog.writing():
        # No other process works on this run, so nobody waits for these any more.
        catalog.run("requests.lose", run=run)
        wishes.save_price(catalog, run, wish.price)
    spent = catalog.value("requests.spent", run=run)
    budget = Budget(wish.price, wish.max_cost, spent=spent + wish.spent_beside)
    return session.go(catalog, wish.style, wishes.work(wish, run), budget, going)


def collect(
    catalog: Catalog, wish: Wish, make: Callable[[], BatchService], *, say: Callable[[str], None]
) -> int:
    """Take what jobs of a run have answered; return how many photos that is an answer for.

    It comes before :func:`submit`, and before anybody is asked what may be spent: what is left is
    known then, and what a crash may have left behind is found out, so that nothing is submitted
    twice.
    """
    row = wishes.begun(catalog, wish)
    if row is None:
        return 0

    async def look(these: Jobs) -> None:
        await these.adopt()
        await these.reconcile()
        await these.collect()

    with catalog.only_one("label", row["id"]):
        before = runs.concluded(catalog, row["id"])
        _with_jobs(Jobs(catalog, make(), wish.style, row["id"], wish.price, say), look)
        return runs.concluded(catalog, row["id"]) - before


def submit(
    catalog: Catalog,
    wish: Wish,
    make: Callable[[], BatchService],
    *,
    wait: bool,
    say: Callable[[str], None],
) -> Labeled:
    """Have what a run has left worked off in batch jobs, once :func:`collect` has been done."""
    with catalog.writing():
        row = wishes.begin(catalog, wish)
    run = row["id"]
    with catalog.only_one("label", run):
        with catalog.writing():
            catalog.run("requests.lose", run=run)
            wishes.save_price(catalog, run, wish.price)
        before = runs.concluded(catalog, run)

        stopped_by = list[Unfinished]()

        async def work(these: Jobs) -> None:
            try:
                await these.submit(wishes.work(wish, run), wish.max_cost, wish.spent_beside)
            except Unfinished as error:  # what is submitted is waited for all the same
                stopped_by.append(error)
            if wait:
                await these.wait()

        these = Jobs(catalog, make(), wish.style, run, wish.price, say)
        _with_jobs(these, work)
        now = runs.concluded(catalog, run) - before
        labeled = runs.finish(catalog, row, now, these.held, submitted=these.submitted)
    if stopped_by:
        raise stopped_by[0]
    return labeled


def _with_jobs(these: Jobs, do: Callable[[Jobs], Awaitable[None]]) -> None:
    async def work() -> None:
        try:
            await do(these)
        finally:
            await these.service.close()

    try:
        asyncio.run(work())
    except TroubleError as error:
        raise Unfinished(f"{error}; what was submitted is kept, run this again") from error


def _measure(catalog: Catalog, run: int) -> None:
    """Read the pixels of what is left to rate, where nobody has yet."""
    catalog.run("measure.start_list")
    catalog.run("measure.list_targets", run=run)
    if catalog.value("measure.count_listed"):
        pixels.load(catalog)


def _work(catalog: Catalog, labeler: Labeler, run: int, limit: int | None) -> int:
    catalog.run("label.list_work", run=run, limit=-1 if limit is None else limit)
    done = 0
    with Progress("labeling") as progress:
        for outcomes in batches(_outcomes(catalog, labeler), _COMMIT):
            with catalog.writing():
                for outcome in outcomes:
                    _save(catalog, run, outcome)
            done += len(outcomes)
            progress.step(len(outcomes))
    return done


def _outcomes(catalog: Catalog, labeler: Labeler) -> Iterator[_Outcome]:
    after = 0
    while rows := list(catalog.rows("label.work", after=after, count=_COMMIT)):
        for row in rows:
            after = row["position"]
            start = time.perf_counter()
            try:
                reply, error = labeler.label(_request(catalog, row)), None
            except RefusedError as refused:
                reply, error = None, str(refused)
            latency = (time.perf_counter() - start) * 1000
            yield _Outcome(row["image_id"], reply, error, latency)


def _request(catalog: Catalog, row: sqlite3.Row) -> Request:
    """Gather what is known of a photo; raise RefusedError if its pixels are not."""
    if row["failure"] is not None:
        raise RefusedError(f"unreadable: {row['failure']}")
    if row["version"] is None:
        raise RefusedError("the photo is not on disk" if not row["on_disk"] else "not measured")
    return measured.request(catalog, row)


def _save(catalog: Catalog, run: int, outcome: _Outcome) -> None:
    reply = outcome.reply
    label_id = catalog.value(
        "label.save",
        run=run,
        image=outcome.image,
        status="failed" if reply is None else "ok",
        score=reply and reply.score,
        reasoning=reply and reply.reasoning,
        error=outcome.error,
        latency_ms=outcome.latency_ms,
        now=times.now(),
    )
    if reply is not None:
        catalog.many(
            "label.save_subscore",
            [(label_id, s.name, s.value, s.weight, s.note) for s in reply.subscores],
        )
