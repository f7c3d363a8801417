"""Ask many questions: bounded, patient, each to its end; what an answer means is not its business.

The engine finds room on a server, sets money aside, asks, asks again where that helps, and holds
its place until the outcome is committed.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NoReturn

from herocat.errors import HerocatError, Unfinished
from herocat.labeling.lanes import Lane, Lanes, StoppedError
from herocat.labeling.money import BrokeError, Budget
from herocat.labeling.unit import Outcome, Sent, Unit
from herocat.labeling.writer import Writer
from herocat.limits import PATIENCE, delay
from herocat.ports import Answer, Question, Stop, Trouble, TroubleError
from herocat.progress import duration
from herocat.replies import InvalidError

_FAULTS = 6  # attempts that fail for a reason that may be the question's
_PATIENCE = 60  # attempts in all
_CANARIES = 3  # photos refused before anything was answered: it is not the photos
KEPT = "what is labeled is kept, the same command goes on"


@dataclass
class Tally:
    """What has happened so far in this go."""

    done: int = 0
    failed: int = 0
    sent: int = 0


class Engine:
    """Asks the questions of one run."""

    def __init__(
        self,
        lanes: Lanes,
        writer: Writer,
        budget: Budget,
        run: int,
        *,
        dead_after: float = 600.0,
        heard: Callable[[Answer], None] = lambda _: None,
        step: Callable[[Tally], None] = lambda _: None,
    ) -> None:
        self.tally = Tally()
        self.stopped_by: BaseException | None = None
        self._lanes = lanes
        self._writer = writer
        self._budget = budget
        self._run = run
        self._dead_after = dead_after
        self._heard = heard
        self._step = step
        self._answered = False  # whether any question was
        self._suspects: list[tuple[Unit, Outcome]] = []
        self._under_way = 0  # units
        self._concluded = asyncio.Event()  # one of them, or the run is being stopped
        self._settled = asyncio.Event()  # money came back, or the run is being stopped
        self._chance = random.Random()  # noqa: S311 - it spreads retries, it guards nothing

    def stop(self, reason: BaseException) -> None:
        """Ask nothing more; what is under way is waited for and kept."""
        if self.stopped_by is None:
            self.stopped_by = reason
        self._lanes.stop()
        self._settled.set()
        self._concluded.set()

    async def ask(self, units: AsyncIterator[Unit]) -> None:
        """Take every unit to its end, or until the run is stopped."""
        taking = asyncio.Lock()

        async def work() -> None:
            while not self._lanes.stopped:
                try:
                    async with taking:
                        await self._doubt()
                        unit = await anext(units, None)
                        self._under_way += unit is not None
                    if unit is None:
                        return
                    await self._conclude(unit)
                except StoppedError:
                    return
                except Exception as error:  # noqa: BLE001 - it ends the run, and is raised there
                    self.stop(error)
                    return

        async with asyncio.TaskGroup() as group:
            # More hands than places: who waits to ask again keeps nobody from asking.
            for _ in range(max(4, self._lanes.most * 3 // 2)):
                group.create_task(work())
        if self.stopped_by is None:
            await self._clear_suspects()

    async def _conclude(self, unit: Unit) -> None:
        try:
            await self._to_its_end(unit)
        finally:
            self._under_way -= 1
            self._concluded.set()

    async def _to_its_end(self, unit: Unit) -> None:
        outcome = Outcome(error=unit.failure)
        question, faults, wrong = unit.question, 0, 0
        failed: Lane | None = None  # the server that did not answer
        while question is not None:
            wait, held = 0.0, await self._hold(question)
            async with self._lanes.lane(besides=failed) as lane:
                try:
                    answer = await self._attempt(lane, unit, question, held, outcome)
                except TroubleError as error:
                    await self._flush(outcome)
                    faults += error.kind is Trouble.FAULTY
                    failed, wait = lane, self._wait(lane, error, outcome.attempts, faults)
                    if wait < 0:
                        blocked = error.kind is Trouble.BLOCKED
                        outcome.status = "blocked" if blocked else "failed"
                        outcome.error = str(error)
                        await self._refused(unit, outcome, error)
                        return
                else:
                    question = self._judge(unit, question, answer, outcome, last=wrong > 0)
                    wrong += 1
                if question is None:
                    await self._keep(unit, outcome)
                    return
                await self._flush(outcome)
            if wait:
                await self._lanes.pause(wait)
        await self._keep(unit, outcome)

    async def _attempt(
        self, lane: Lane, unit: Unit, question: Question, held: float, outcome: Outcome
    ) -> Answer:
        """Ask once: written down with what is held for it, question out, answer and cost noted."""
        sent = Sent(self._run, unit, question, lane.model.endpoint, held)
        if self._budget.counted:
            try:
                await self._writer.do(sent.write_down)
            except BaseException:
                self._settle(held, 0.0)
                raise
        outcome.attempts += 1
        self.tally.sent += 1
        start = time.perf_counter()
        try:
            answer = await lane.model.label(question)
        except TroubleError as error:
            lane.fail(self._lanes.clock(), error)
            self._settle(held, held if error.maybe_billed else 0.0)
            outcome.writes.append(partial(sent.fail, error=str(error), lost=error.maybe_billed))
            raise
        seconds = time.perf_counter() - start
        self._lanes.last_answer = self._lanes.clock()
        lane.answer(self._lanes.last_answer, seconds)
        cost = self._budget.cost(answer.usage, held)
        self._settle(held, cost or 0.0)
        self._check_cost(cost, held)
        self._heard(answer)
        outcome.count(answer, cost, seconds)
        outcome.writes.append(partial(sent.answer, answer=answer, outcome=outcome, cost=cost))
        return answer

    async def _hold(self, question: Question) -> float:
        """Set money aside; where all there is is held for questions under way, wait for those."""
        while not self._lanes.stopped:
            try:
                return self._budget.hold(question)
            except BrokeError:
                if not self._budget.under_way:
                    self._halt(
                        Unfinished(
                            f"stopped: of the ${self._budget.most:,.2f} that --max-cost allows "
                            f"${self._budget.spent:,.4f} are spent, and one more question could "
                            "pass it; what is labeled is kept, and the same command with a larger "
                            "--max-cost goes on"
                        )
                    )
            self._settled.clear()
            await self._settled.wait()
        raise StoppedError

    def _settle(self, held: float, cost: float) -> None:
        self._budget.settle(held, cost)
        self._settled.set()

    def _check_cost(self, cost: float | None, held: float) -> None:
        if self._budget.counted and cost is not None and cost > held * 1.001:
            self.stop(
                Unfinished(
                    f"stopped: a question cost ${cost:.6f}, and herocat took ${held:.6f} for the "
                    f"most it can: is the price right (see --prices)? {KEPT}"
                )
            )

    def _wait(self, lane: Lane, error: TroubleError, attempts: int, faults: int) -> float:
        """Decide what a trouble means: seconds to wait before asking again; less than 0: give up."""
        if error.kind is Trouble.FATAL:
            self._halt(HerocatError(f"{error}; {KEPT} once that is mended"))
        if error.kind is Trouble.SPENT:
            self._halt(Unfinished(f"stopped: {error}; {KEPT}"))
        never = error.kind in {Trouble.PHOTO, Trouble.BLOCKED}
        if never or faults >= _FAULTS or attempts >= _PATIENCE:
            return -1.0
        silent = self._lanes.clock() - self._lanes.last_answer
        if silent > self._dead_after:
            self._halt(
                Unfinished(f"stopped: no answer for {duration(silent)}, lastly: {error}; {KEPT}")
            )
        if self._lanes.away() > PATIENCE:
            pause = duration(error.retry_after or 0)
            self._halt(Unfinished(f"stopped: {error}; it asks to wait for {pause}; {KEPT}"))
        # A quota pauses the whole server for as long as it says: nobody need wait beside it, nor
        # where another server answers.
        if error.kind is Trouble.QUOTA or self._lanes.well(besides=lane):
            return 0.0
        return delay(max(0, attempts - 1), error.retry_after, self._chance)

    def _halt(self, reason: HerocatError) -> NoReturn:
        self.stop(reason)
        raise StoppedError

    def _judge(
        self, unit: Unit, question: Question, answer: Answer, outcome: Outcome, *, last: bool
    ) -> Question | None:
        """Read an answer into the outcome; return the question to ask again instead, if any."""
        if answer.stop in {Stop.BLOCKED, Stop.REFUSED}:
            outcome.status, outcome.error = answer.stop.value, _why(answer)
            return None
        try:
            outcome.reading = unit.read(answer)
        except InvalidError as error:
            short = answer.stop is Stop.LENGTH
            outcome.status = "truncated" if short else "invalid"
            outcome.error = _why(answer) if short else str(error)
            if last:
                return None
            if short:
                more = replace(question.asking, max_tokens=question.asking.max_tokens * 2)
                return replace(question, asking=more)
            return replace(question, parts=(*question.parts, unit.reminder.format(problem=error)))
        outcome.status, outcome.error = "ok", None
        return None

    async def _refused(self, unit: Unit, outcome: Outcome, error: TroubleError) -> None:
        """Keep a failure; but before anything was answered, doubt the question, not the photo."""
        if self._answered or error.kind is not Trouble.PHOTO:
            await self._keep(unit, outcome)
        else:
            self._suspects.append((unit, outcome))

    async def _doubt(self) -> None:
        """Where photos were refused before anything was answered, wait for what is under way.

        If that is refused, too, no other is asked about.
        """
        while len(self._suspects) >= _CANARIES and not self._answered:
            if not self._under_way:
                self._halt(
                    HerocatError(
                        f"the server refuses every question: {self._suspects[-1][1].error}; "
                        "nothing was labeled in this go, and no photo is marked as failed for that"
                    )
                )
            self._concluded.clear()
            await self._concluded.wait()
            if self._lanes.stopped:
                raise StoppedError

    async def _clear_suspects(self) -> None:
        suspects, self._suspects = self._suspects, []
        for unit, outcome in suspects:
            await self._keep(unit, outcome)

    async def _keep(self, unit: Unit, outcome: Outcome) -> None:
        if outcome.answer is not None and not self._answered:
            self._answered = True
            await self._clear_suspects()
        outcome.writes.append(lambda catalog: unit.keep(catalog, outcome))
        await self._flush(outcome)
        self.tally.done += outcome.status == "ok"
        self.tally.failed += outcome.status != "ok"
        self._step(self.tally)

    async def _flush(self, outcome: Outcome) -> None:
        """Commit what an outcome has to write, in one transaction."""
        writes, outcome.writes = outcome.writes, []
        if writes:
            await self._writer.do(lambda catalog: [write(catalog) for write in writes])


def _why(answer: Answer) -> str:
    """Return in words why an answer is none."""
    said = f" ({answer.detail})" if answer.detail else ""
    text = " ".join(answer.text.split())[:200]
    return {
        Stop.BLOCKED: f"the provider's filter blocked it{said}",
        Stop.REFUSED: f"the model refused{said}: {text}" if text else f"the model refused{said}",
        Stop.LENGTH: f"the answer was cut off for its length{said}; see --max-tokens, --thinking",
        Stop.DONE: "no answer",
    }[answer.stop]
