"""One go at a run: pictures to questions to labels, until nothing is left or somebody says stop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from herocat.catalog import Catalog
from herocat.labeling import answerers, controls, feed, keeping
from herocat.labeling.bursts import Bursts
from herocat.labeling.controls import Controls
from herocat.labeling.engine import Engine, Tally
from herocat.labeling.feed import Fed, Feed, Work
from herocat.labeling.lanes import Lanes
from herocat.labeling.money import Budget
from herocat.labeling.rubric import Style
from herocat.labeling.unit import Unit
from herocat.labeling.writer import Writer
from herocat.pictures import blanked
from herocat.ports import Model, Probe, Question, TroubleError
from herocat.progress import Progress

_REDRAWN = 1.0  # seconds until it is said again how it stands


@dataclass(frozen=True, slots=True)
class Going:
    """How a go is made: servers, how many questions at once, and what is watched."""

    make: Callable[[], Sequence[Model]]  # connections belong to the event loop they were made in
    most: int  # questions at once to one server
    dead_after: float = 600.0
    controls: bool = False
    say: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Gone:
    """How it went: photos held back, and why it ended before its end, if it did."""

    held: Mapping[str, int]  # by the reason
    stopped_by: BaseException | None


class Asker(Protocol):
    """Makes questions of photos, as they come."""

    def total(self) -> int:
        """Return how many questions the listed work has."""

    def take(self, fed: Fed) -> list[Unit]:
        """Take a photo, and return what can be asked now."""

    def last(self) -> list[Unit]:
        """Return what is still to be asked when there are no more photos."""


class _Labels:
    """Asks about each photo alone."""

    def __init__(self, catalog: Catalog, style: Style, run: int) -> None:
        self._catalog = catalog
        self._style = style
        self._run = run

    def total(self) -> int:
        return int(self._catalog.value("label.count_listed")) * self._style.samples

    def take(self, fed: Fed) -> list[Unit]:
        return keeping.labels(self._style, self._run, fed, self._have(fed.image))

    def last(self) -> list[Unit]:
        return []

    def _have(self, image: int) -> set[int]:
        if self._style.samples == 1:
            return set()
        rows = self._catalog.rows("label.sample_numbers", run=self._run, image=image)
        return {row["number"] for row in rows}


def go(catalog: Catalog, style: Style, work: Work, budget: Budget, going: Going) -> Gone:
    """Ask what a run has left. Ctrl-C finishes what is under way; a second one ends it at once."""
    feed.start_list(catalog, work)
    asker: Asker = (Bursts if style.frames else _Labels)(catalog, style, work.run)
    photos = catalog.value("label.count_listed")
    total = asker.total() + (controls.count(photos) if going.controls else 0)
    with Progress("comparing" if style.frames else "labeling", total) as progress:
        session = _Session(catalog, style, work, budget, going)
        session.asker, session.progress, session.photos = asker, progress, photos
        return asyncio.run(session.run())


class _Session:
    progress: Progress
    asker: Asker
    photos: int  # that are left to be asked about

    def __init__(
        self, catalog: Catalog, style: Style, work: Work, budget: Budget, going: Going
    ) -> None:
        self._catalog = catalog
        self._style = style
        self._work = work
        self._budget = budget
        self._going = going
        self._lanes = Lanes([], going.most)
        self._steps = 0
        self._held: Mapping[str, int] = {}

    async def run(self) -> Gone:
        """Do it."""
        models = self._going.make()
        self._lanes = Lanes(models, self._going.most)
        async with Writer(self._catalog.path) as writer:
            engine = Engine(
                self._lanes,
                writer,
                self._budget,
                self._work.run,
                dead_after=self._going.dead_after,
                heard=answerers.of_run(self._catalog, self._work.run, self._going.say).hear,
                step=self._step,
            )
            drawing = asyncio.create_task(self._keep_drawn(engine))
            try:
                with self._listening(engine):
                    await self._ask(engine)
            finally:
                drawing.cancel()
                for model in models:
                    await model.close()
        return Gone(self._held, engine.stopped_by)

    async def _ask(self, engine: Engine) -> None:
        labeled = self._units(self._work)
        if not self._going.controls:
            await engine.ask(labeled)
            return
        before = self._catalog.value("label.control_number", run=self._work.run)
        watch = Controls(self._style, self._work.run, before)
        await engine.ask(watch.among(labeled, self.photos))
        if engine.tally.done + engine.tally.failed and engine.stopped_by is None:
            repeats = replace(self._work, query="label.list_repeats", limit=controls.REPEATS)
            await engine.ask(self._units(repeats, again=True))
            await engine.ask(watch.after())

    async def _units(self, work: Work, *, again: bool = False) -> AsyncIterator[Unit]:
        source = Feed(self._catalog.path, work, 2 * self._lanes.most + 8)
        try:
            async for fed in source.photos():
                if again:
                    units = keeping.repeat(self._style, work.run, fed, 1)
                else:
                    units = self.asker.take(fed)
                for unit in units:
                    yield unit
            if not again:
                for unit in self.asker.last():
                    yield unit
        finally:
            source.close()
            if not again:
                self._held = source.held

    async def _keep_drawn(self, engine: Engine) -> None:
        """Say how it stands while nobody answers, too."""
        while True:
            await asyncio.sleep(_REDRAWN)
            self._step(engine.tally)

    def _step(self, tally: Tally) -> None:
        notes = [f"{tally.failed:,} failed"] if tally.failed else []
        if self._budget.counted:
            notes.append(f"${self._budget.spent:,.4f}")
        servers = "server" if len(self._lanes.lanes) == 1 else "servers"
        self.progress.note = ", ".join([*notes, f"{servers} {self._lanes.health()}"])
        done = tally.done + tally.failed
        self.progress.step(done - self._steps)
        self._steps = done

    @contextlib.contextmanager
    def _listening(self, engine: Engine) -> Iterator[None]:
        """Let the first Ctrl-C finish what is under way, and the second end it at once."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def asked_to_stop() -> None:
            if engine.stopped_by is not None:
                task.cancel()
                return
            engine.stop(KeyboardInterrupt())
            flying = sum(lane.limiter.in_flight for lane in self._lanes.lanes)
            self._going.say(
                f"stopping: waiting for {flying:,} answers that are under way; "
                "Ctrl-C again stops at once"
            )

        signals = (signal.SIGINT, signal.SIGTERM)
        set_up = []
        for number in signals:
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, asked_to_stop)
                set_up.append(number)
        try:
            yield
        except asyncio.CancelledError:
            if engine.stopped_by is None:
                raise
        finally:
            for number in set_up:
                loop.remove_signal_handler(number)


def count_tokens(make: Callable[[], Sequence[Model]], question: Question) -> int | None:
    """Have a server count the tokens of a question, where it does so for free.

    Nobody has said yes yet, so no photo goes out: a blank picture counts as much as one of its size.
    """
    parts = (part if isinstance(part, str) else blanked(part) for part in question.parts)
    question = replace(question, parts=tuple(parts))

    async def count() -> int | None:
        models = make()
        try:
            return await models[0].count_tokens(question)
        except TroubleError:
            return None  # an estimate is not worth a failure
        finally:
            for model in models:
                await model.close()

    return asyncio.run(count())


def probe(make: Callable[[], Sequence[Model]]) -> list[Probe | TroubleError]:
    """Ask every server what it is; return what each says, or why it says nothing."""

    async def ask() -> list[Probe | TroubleError]:
        models = make()
        try:
            return [await _probed(model) for model in models]
        finally:
            for model in models:
                await model.close()

    return asyncio.run(ask())


async def _probed(model: Model) -> Probe | TroubleError:
    try:
        return await model.probe()
    except TroubleError as error:
        return error
