"""The one writer of a run: a thread with its own connection, that commits what waits for it.

Whoever has an answer in hand waits until it is committed before the next question goes out. So a
kill loses no more than what is under way, and one commit serves all that wait at the moment.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from herocat.catalog import Catalog

Result = TypeVar("Result")

_TOGETHER = 64  # pieces of work in one transaction, at the most
_PATIENCE = 40  # times that SQLite waits for the write lock: what is to be written was paid for

_Work = tuple[Callable[[Catalog], Any], asyncio.Future[Any]]


class Writer:
    """Runs small writes on a catalog, in order, each awaited until it is committed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    async def __aenter__(self) -> Self:
        self._thread.start()
        return self

    async def __aexit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    async def do(self, write: Callable[[Catalog], Result]) -> Result:
        """Run a write in a transaction; return what it returns once that is committed."""
        done: asyncio.Future[Result] = self._loop.create_future()
        self._queue.put((write, done))
        # Whoever gives up waiting must not take the write back: it may be paid for.
        return await asyncio.shield(done)

    def _run(self) -> None:
        with Catalog.open(self._path) as catalog:
            while (first := self._queue.get()) is not None:
                together, last = [first], False
                while len(together) < _TOGETHER and not self._queue.empty():
                    work = self._queue.get()
                    if work is None:
                        last = True
                        break
                    together.append(work)
                self._commit(catalog, together)
                if last:
                    return

    def _commit(self, catalog: Catalog, together: list[_Work]) -> None:
        try:
            results = self._written(catalog, [write for write, _ in together])
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to those who wait
            if len(together) == 1 or _is_locked(error):
                for _, done in together:
                    self._tell(done, error=error)
                return
            for work in together:  # one of them is to blame; the others are kept
                self._commit(catalog, [work])
            return
        for (_, done), result in zip(together, results, strict=True):
            self._tell(done, result)

    def _written(
        self,
        catalog: Catalog,
        writes: Sequence[Callable[[Catalog], Any]],
        patience: int = _PATIENCE,
    ) -> list[Any]:
        """Commit some writes; wait out another program that has the write lock for minutes."""
        try:
            with catalog.writing():
                return [write(catalog) for write in writes]
        except sqlite3.OperationalError as error:
            if not _is_locked(error) or patience == 0:
                raise
        return self._written(catalog, writes, patience - 1)

    def _tell(
        self, done: asyncio.Future[Any], result: object = None, error: Exception | None = None
    ) -> None:
        def tell() -> None:
            if done.done():
                return
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(tell)


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
