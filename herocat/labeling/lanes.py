"""Several servers as one: each with its own limit, its own pauses, its own health."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from herocat.limits import PATIENCE, Breaker, Limiter
from herocat.ports import Model, Trouble, TroubleError

_QUOTA_PAUSE = 20.0  # seconds, where the server does not say


class StoppedError(Exception):
    """The run is being stopped: nothing more is to be asked."""


class Lane:
    """One server and how it is doing."""

    def __init__(self, model: Model, most: int) -> None:
        self.model = model
        self.limiter = Limiter(most)
        self.breaker = Breaker()
        self.paused_until = 0.0
        self.answered = 0
        self.seconds = 0.0  # of an answer, lately
        self.trouble: str | None = None  # the latest, until it answers again

    def free(self, now: float) -> bool:
        """Whether one more question may go out now."""
        if self.breaker.is_open(now) or now < self.paused_until:
            return False
        if self.breaker.trying:
            return self.limiter.in_flight == 0
        return self.limiter.free > 0

    def ready_at(self) -> float:
        """Return when it may be asked again, if it is left alone now."""
        return max(self.breaker.open_until, self.paused_until)

    def answer(self, now: float, seconds: float) -> None:
        """Hear of an answer."""
        self.answered += 1
        self.trouble = None
        self.seconds = seconds if not self.seconds else 0.9 * self.seconds + 0.1 * seconds
        self.breaker.ok()
        self.limiter.ok(now)

    def fail(self, now: float, error: TroubleError) -> None:
        """Hear of a trouble; a question that it will not have is none of its own."""
        if error.kind in {Trouble.PHOTO, Trouble.BLOCKED}:
            return
        self.trouble = str(error)
        wait = error.retry_after or 0.0
        if error.kind is Trouble.BUSY:
            self.limiter.full(now)
            if self.limiter.in_flight <= 1:  # no room even for one
                self.breaker.failed(now)
                self._pause(now, wait)
        elif error.kind is Trouble.QUOTA:
            self._pause(now, _QUOTA_PAUSE if error.retry_after is None else wait)
        elif error.kind is Trouble.DOWN:
            self.breaker.failed(now)
            self.limiter.halve()
        elif error.kind is Trouble.FAULTY:
            self.breaker.failed(now)
        if wait > PATIENCE:
            self._pause(now, wait)

    def _pause(self, now: float, seconds: float) -> None:
        self.paused_until = max(self.paused_until, now + seconds)

    def health(self, now: float) -> str:
        """Return how it is doing, in a word or two."""
        if self.breaker.is_open(now):
            return "down"
        if now < self.paused_until:
            return f"waits {self.paused_until - now:.0f} s"
        return f"{self.limiter.in_flight}/{self.limiter.limit}"


class Lanes:
    """The servers of a run; a question goes to the one that has the most room."""

    def __init__(
        self, models: Sequence[Model], most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.lanes = [Lane(model, most) for model in models]
        self.most = most * len(self.lanes)
        self.clock = clock
        self.last_answer = clock()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._stopped = asyncio.Event()

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be asked."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Ask nothing more; who waits for a server gives up."""
        self._stopped.set()
        self._wake(len(self._waiting))

    @asynccontextmanager
    async def lane(self, besides: Lane | None = None) -> AsyncIterator[Lane]:
        """Wait for room on a server, and hold it; raise StoppedError if the run is being stopped.

        Not on the server ``besides``, where another one is doing well.
        """
        lane = await self._free_lane(besides)
        lane.limiter.in_flight += 1
        try:
            yield lane
        finally:
            lane.limiter.in_flight -= 1
            self._wake(sum(max(0, one.limiter.free) for one in self.lanes))

    async def pause(self, seconds: float) -> None:
        """Wait; raise StoppedError at once if the run is being stopped."""
        try:
            # Not wait_for: before Python 3.12 it may swallow a cancellation, and the task goes on.
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            return
        raise StoppedError

    def well(self, besides: Lane) -> bool:
        """Whether another server than this answers its questions."""
        now = self.clock()
        others = (lane for lane in self.lanes if lane is not besides)
        return any(lane.trouble is None and lane.ready_at() <= now for lane in others)

    def away(self) -> float:
        """Return for how many seconds every server is left alone."""
        return min(lane.ready_at() for lane in self.lanes) - self.clock()

    def health(self) -> str:
        """Return how each server is doing, where there is more to say than that all is well."""
        now = self.clock()
        return " ".join(lane.health(now) for lane in self.lanes)

    async def _free_lane(self, besides: Lane | None) -> Lane:
        while True:
            if self.stopped:
                raise StoppedError
            now = self.clock()
            free = [lane for lane in self.lanes if lane.free(now)]
            if besides in free and self.well(besides):
                free.remove(besides)
            if free:
                return min(free, key=_load)
            # A server that is left alone comes back without anybody telling.
            alone = [lane.ready_at() - now for lane in self.lanes if lane.ready_at() > now]
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                async with asyncio.timeout(min(alone, default=1.0)):
                    await waiter
            except TimeoutError:
                if waiter in self._waiting:
                    self._waiting.remove(waiter)

    def _wake(self, count: int) -> None:
        while count > 0 and self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                count -= 1


def _load(lane: Lane) -> tuple[bool, float]:
    """Return what the least loaded server has least of; one in trouble comes after all others."""
    return lane.trouble is not None, lane.limiter.in_flight / lane.limiter.limit
