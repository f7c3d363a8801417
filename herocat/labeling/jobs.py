"""Batch jobs: questions by the thousand in a file, answers within a day, nothing submitted twice.

A job is written down before it is created, under a name of its own. After a crash nobody knows
whether a job was created whose row says ``intent``: it is looked for by that name. Its photos are
asked about by no other means until it is finished; what it has no answer for is pending again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedIOBase
from tempfile import TemporaryFile
from typing import Any

from herocat import times
from herocat.catalog import Catalog
from herocat.errors import HerocatError, OutputError, Unfinished
from herocat.labeling import answerers, keeping, ledger, returns
from herocat.labeling.feed import Feed, Work
from herocat.labeling.money import BrokeError, Budget
from herocat.labeling.rubric import Style
from herocat.ports import BatchService, Job, Lines, Trouble, TroubleError
from herocat.prices import Price
from herocat.progress import Progress, duration

_SETTLE = 120.0  # seconds until a job that was created is sure to be in the server's list
_POLL_FIRST, _POLL_MOST = 10.0, 120.0
_UNDER_WAY = {"waiting", "running"}


@dataclass
class Chunk:
    """The questions of one job. They are in a file: all together they are hundreds of megabytes."""

    file: BufferedIOBase
    images: list[int] = field(default_factory=list)
    size: int = 0  # bytes
    cost: float = 0.0  # at the most

    def fits(self, line: bytes, service: Lines) -> bool:
        """Whether one more line keeps to what the server takes at once."""
        longer = self.size + len(line) <= service.limit_bytes
        return longer and len(self.images) < service.limit_items

    def add(self, image: int, line: bytes, cost: float) -> None:
        """Write a line; raise OutputError if it cannot be."""
        try:
            self.file.write(line)
            self.file.flush()  # so that a full disk is met here, not when the file is closed
        except OSError as error:
            with suppress(OSError):
                self.file.close()
            raise OutputError(f"no file of questions can be written: {error}") from error
        self.images.append(image)
        self.size += len(line)
        self.cost += cost


def key(run: int, image: int) -> str:
    """Return the key of a question: numbers alone, never a name."""
    return f"r{run}-i{image}"


async def chunks(
    catalog: Catalog,
    style: Style,
    work: Work,
    service: Lines,
    open_file: Callable[[], BufferedIOBase],
    *,
    budget: Budget,
    held: Counter[str],
) -> AsyncIterator[Chunk]:
    """Yield what is to be asked, in pieces that the server takes; photos without pixels fail.

    A file is opened for each piece, and whoever takes the piece closes it. Raises BrokeError after
    the last that the budget is enough for.
    """
    source, chunk = Feed(catalog.path, work, 64), None
    async for fed in source.photos():
        if not fed.prepared.pictures:
            (unit,) = keeping.labels(style, work.run, fed, set())
            with catalog.writing():
                unit.keep(catalog, keeping.failure(fed.prepared.failure))
            continue
        question = style.question(fed.prepared.pictures, image=fed.image)
        try:
            cost = budget.hold(question)
        except BrokeError:
            if chunk is not None:
                yield chunk
            raise
        line = f"{service.line(key(work.run, fed.image), question)}\n".encode()
        if chunk is not None and not chunk.fits(line, service):
            yield chunk
            chunk = None
        if chunk is None:
            chunk = Chunk(open_file())
        chunk.add(fed.image, line, cost)
    if chunk is not None:
        yield chunk
    held.update(source.held)


@dataclass
class Jobs:
    """The jobs of one run on one server."""

    catalog: Catalog
    service: BatchService
    style: Style
    run: int
    price: Price | None = None  # of jobs that are submitted now, or were at no known price
    say: Callable[[str], None] = lambda _: None
    held: Counter[str] = field(default_factory=Counter)  # photos that may not be sent
    submitted: int = 0  # photos

    async def reconcile(self) -> None:
        """Find out what became of jobs that were written down and perhaps created."""
        for row in self._rows("batch.intents"):
            job = await self.service.find(row["display_name"])
            if job is not None:
                self._submitted(row["id"], job)
            elif ledger.age(row["created_at"]) >= _SETTLE:
                self._finish(
                    row["id"], "lost", "it was never created; its photos are pending again"
                )
            else:
                self.say(
                    f"job {row['id']} was written down just now and is not on the server yet: "
                    "herocat batch resume looks again"
                )

    async def adopt(self) -> None:
        """Take over jobs that were submitted elsewhere and are here now, as their names show.

        That one is not here tells nothing of it: it is kept. Nobody is asked there unless the user
        says so: a catalog that somebody sent must not lead the key to a server of theirs.
        """
        for row in self._rows("batch.elsewhere"):
            job = None
            with suppress(TroubleError):  # nor does it that this one cannot be asked
                job = await self.service.find(row["display_name"])
            if job is not None:
                self._submitted(row["id"], job)
            else:
                self.say(
                    f"job {row['id']} is kept: it was submitted to {row['endpoint']}, and herocat "
                    f"batch resume --endpoint {row['endpoint']} asks there"
                )

    async def submit(self, work: Work, most_usd: float | None, beside: float = 0.0) -> None:
        """Submit what is pending, as far as a budget goes of which others have spent something."""
        budget = Budget(self.price, most_usd, spent=beside + self._spent())

        def open_file() -> BufferedIOBase:
            # A file without a name is gone when herocat is, however it ends.
            return TemporaryFile(dir=self.catalog.path.parent)

        pieces = chunks(
            self.catalog,
            self.style,
            work,
            self.service,
            open_file,
            budget=budget,
            held=self.held,
        )
        try:
            async for chunk in pieces:
                with chunk.file:
                    await self._hand_over(chunk)
        except BrokeError:
            raise Unfinished(
                f"stopped: of the ${most_usd:,.2f} that --max-cost allows "
                f"${beside + self._spent():,.4f} are spent or set aside for jobs, and one more "
                "photo could pass it; what jobs do not use is free again once their answers are "
                "taken, and the same command goes on"
            ) from None

    async def collect(self, *, reclaim_after: float | None = None) -> int:
        """Take what finished jobs have answered; return how many are still under way.

        A job that cannot be asked about, or whose answers do not come whole, leaves the others
        alone; if that is true of all, it is the server's trouble, which is raised.
        """
        rows = self._rows("batch.open")
        troubles = list[TroubleError]()
        for row in rows:
            try:
                await self._look_at(row, reclaim_after)
            except TroubleError as error:
                troubles.append(error)
                if len(troubles) == len(rows):
                    raise
                self.say(f"job {row['id']} is kept: {error}")
        return len(self._rows("batch.unfinished"))

    async def wait(self, *, reclaim_after: float | None = None) -> None:
        """Collect until no job is under way."""
        pause = _POLL_FIRST
        with Progress("waiting for batch jobs") as progress:
            while left := await self.collect(reclaim_after=reclaim_after):
                progress.note = f"{left:,} under way"
                progress.step(0)
                await asyncio.sleep(pause)
                pause = min(_POLL_MOST, pause * 1.5)
                await self.reconcile()

    async def cancel(self, batch: int) -> None:
        """Give a job up; what it has answered until then is taken."""
        if any(row["id"] == batch for row in self._rows("batch.intents")):
            await self.reconcile()
        for row in self._rows("batch.open"):
            if row["id"] == batch:
                await self._cancel(row, for_good=True)

    # Private

    def _rows(self, query: str) -> list[Any]:
        return list(self.catalog.rows(query, run=self.run, endpoint=self.service.endpoint))

    def _spent(self) -> float:
        return float(self.catalog.value("requests.spent", run=self.run))

    async def _hand_over(self, chunk: Chunk) -> None:
        """Make a job of a chunk."""
        name = ledger.free_name(self.run)
        chunk.file.seek(0)
        try:
            uploaded = await self.service.upload(chunk.file, name)
        except TroubleError as error:  # no job can have come of it
            raise _stopped(error) from error
        batch = ledger.write_down(
            self.catalog,
            self.run,
            name,
            chunk.images,
            reserved=chunk.cost,
            endpoint=self.service.endpoint,
            price=self.price,
        )
        await self._create(batch, name, uploaded)
        self.submitted += len(chunk.images)
        self.say(f"job {batch}: {len(chunk.images):,} photos submitted")

    async def _create(self, batch: int, name: str, uploaded: str) -> None:
        try:
            job = await self.service.create(uploaded, name)
        except TroubleError as error:
            if _is_refusal(error):
                self._finish(batch, "failed", str(error))
                raise _stopped(error) from error
            found = await self.service.find(name)
            if found is None:
                raise Unfinished(
                    f"stopped: {error}; nobody knows yet whether job {batch} was created: "
                    "herocat batch resume finds out, and nothing is asked twice"
                ) from error
            job = found
        self._submitted(batch, job)

    def _submitted(self, batch: int, job: Job) -> None:
        with self.catalog.writing():
            self.catalog.run(
                "batch.submitted",
                batch=batch,
                remote=job.remote,
                endpoint=self.service.endpoint,
                now=times.now(),
            )
        self._mark(batch, job)

    def _mark(self, batch: int, job: Job) -> None:
        state = job.state if job.state in _UNDER_WAY else "running"
        with self.catalog.writing():
            self.catalog.run(
                "batch.checked",
                batch=batch,
                state=state,
                remote_state=job.raw_state,
                now=times.now(),
            )

    async def _look_at(self, row: Any, reclaim_after: float | None) -> None:  # noqa: ANN401 - a row
        """Take the answers of a job that has ended; give up one that takes too long."""
        try:
            job = await self.service.status(row["remote"])
        except TroubleError as error:
            if error.status != 404:
                raise
            self._finish(row["id"], "lost", f"the server knows it no more: {error}")
            return
        age = ledger.age(row["submitted_at"] or row["created_at"])
        if job.state not in _UNDER_WAY:
            await self._take(row, job)
        elif reclaim_after is not None and age > reclaim_after:
            self.say(f"job {row['id']} is given up after {duration(age)}")
            await self._cancel(row)
        else:
            self._mark(row["id"], job)

    async def _cancel(self, row: Any, *, for_good: bool = False) -> None:  # noqa: ANN401 - a row
        job = await self.service.status(row["remote"])
        if job.state in _UNDER_WAY:
            await self.service.cancel(row["remote"])
            job = await self.service.status(row["remote"])
        if job.state in _UNDER_WAY:
            self._mark(row["id"], job)  # it takes a while; collect finds it cancelled
            return
        await self._take(row, job, for_good=for_good)

    async def _take(self, row: Any, job: Job, *, for_good: bool = False) -> None:  # noqa: ANN401 - a row
        """Take what a job has answered, whatever its end, then finish it.

        A job whose answers do not come whole is kept, unless it is given up ``for_good``.
        """
        counts = returns.Counts()
        try:
            await self._take_lines(row, job, counts)
        except TroubleError as error:
            given_up = for_good and error.kind is Trouble.FAULTY
            if error.status != 404 and not given_up:
                raise
            why = "it was given up" if given_up else "its answers are no longer there"
            self._finish(row["id"], "lost", f"{why}: {error}", counts)
            return
        self._finish(row["id"], job.state, job.error, counts)

    async def _take_lines(self, row: Any, job: Job, counts: returns.Counts) -> None:  # noqa: ANN401
        if job.result is None:
            if job.state == "done" and job.answered:
                raise TroubleError(Trouble.FAULTY, "the server names no file of its answers")
            return
        price = ledger.price(row) or self.price
        models = answerers.of_run(self.catalog, self.run, self.say)
        async for back in self.service.results(job):
            models.hear(back.answer)
            returns.take(
                self.catalog,
                self.style,
                back,
                counts,
                run=self.run,
                batch=row["id"],
                price=price,
            )

    def _finish(
        self, batch: int, state: str, error: str | None, counts: "returns.Counts | None" = None
    ) -> None:
        returns.finish(self.catalog, batch, state, error, counts or returns.Counts())
        row = self.catalog.one("batch.row", batch=batch)
        if row is not None:
            self.say(ledger.sentence(row))


def _is_refusal(error: TroubleError) -> bool:
    """Whether a server has surely not done what it was asked; of a 503 nobody knows."""
    return error.kind is not Trouble.FAULTY and 400 <= (error.status or 0) < 500


def _stopped(error: TroubleError) -> HerocatError:
    hopeless = error.kind in {Trouble.FATAL, Trouble.PHOTO}
    stop = HerocatError if hopeless else Unfinished
    return stop(f"{error}; jobs that are submitted go on, the rest is pending")
