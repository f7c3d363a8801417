"""Work on many items with all cores, in order, in flat memory, whatever one item does to a worker."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.synchronize import Semaphore
from typing import Any, TypeVar

from herocat.errors import HerocatError

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 8  # items that a worker gets at a time
_AHEAD = 4  # chunks handed out per worker: none waits, and memory stays flat
_FEW = 16  # for fewer items, starting workers takes longer than the work


def spread(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    crashed: Callable[[Item], Result],
    workers: int | None = None,
) -> Iterator[tuple[Item, Result]]:
    """Yield each item with what ``work`` makes of it, in the order given, from all cores.

    ``work`` and the items must be picklable. An item that kills its worker (a decoder's crash)
    gets ``crashed(item)`` for a result, and the others go on.
    """
    count = workers or os.cpu_count() or 1
    source = iter(items)
    first = list(islice(source, _FEW))
    left = chain(first, source)
    if count == 1 or len(first) < _FEW:
        yield from ((item, work(item)) for item in left)
        return
    waiting: deque[list[Item]] = deque()
    while True:
        try:
            yield from _in_pool(work, left, waiting, count)
        except BrokenProcessPool:
            # Which item did it is not told: try the oldest chunk one by one, alone.
            yield from _one_by_one(work, waiting.popleft(), crashed)
        else:
            return


def while_waiting(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items that a thread makes, one ahead: worth it where the caller waits outside Python."""
    source = iter(items)
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(lambda: list(islice(source, 1)))
        while present := following.result():
            following = thread.submit(lambda: list(islice(source, 1)))
            yield from present


class EndedError(HerocatError):
    """A process that works ahead ended without saying why: it was killed, or ran out of memory."""

    def __init__(self) -> None:
        super().__init__(
            "the process that reads ahead was ended from outside, perhaps for want of memory; "
            "what was saved is kept: run this again"
        )


@contextmanager
def ahead(
    make: Callable[..., Iterator[Item]], *arguments: object, most: int
) -> Iterator[Iterator[Item]]:
    """Have an iterator run in a process of its own from now on, ``most`` items ahead; give its items.

    ``make``, its arguments and the items must be picklable. What it raises is raised here, and
    EndedError if it is killed. On the way out the process is ended, whatever it has left.
    """
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    room = context.Semaphore(most)
    process = context.Process(target=_send, args=(make, arguments, sending, room), daemon=True)
    with _undisturbed():
        process.start()
    sending.close()
    try:
        yield _received(receiving, room)
    finally:
        process.kill()
        process.join()
        receiving.close()


def _received(receiving: Connection, room: Semaphore) -> Iterator[Any]:
    while True:
        try:
            item, error, ended = receiving.recv()
        except EOFError:
            raise EndedError from None
        if error is not None:
            raise error
        if ended:
            return
        room.release()
        yield item


def _send(
    make: Callable[..., Iterator[Any]],
    arguments: tuple[object, ...],
    sending: Connection,
    room: Semaphore,
) -> None:
    _settle()
    try:
        for item in make(*arguments):
            room.acquire()
            sending.send((item, None, False))
    except Exception as error:  # noqa: BLE001 - it is raised on the other side
        sending.send((None, error, True))
    else:
        sending.send((None, None, True))


def _in_pool(
    work: Callable[[Item], Result],
    left: Iterator[Item],
    waiting: deque[list[Item]],
    count: int,
) -> Iterator[tuple[Item, Result]]:
    """Work through ``waiting``, then ``left``; a chunk stays in ``waiting`` until it is done."""
    with _pool(count) as pool:
        futures = deque(_hand_out(pool, work, chunk) for chunk in waiting)
        try:
            while True:
                while len(waiting) < count * _AHEAD and (chunk := list(islice(left, CHUNK))):
                    waiting.append(chunk)
                    futures.append(_hand_out(pool, work, chunk))
                if not waiting:
                    return
                results = futures.popleft().result()
                yield from zip(waiting.popleft(), results, strict=True)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _one_by_one(
    work: Callable[[Item], Result], items: list[Item], crashed: Callable[[Item], Result]
) -> Iterator[tuple[Item, Result]]:
    """Work with one process, and with a new one after each item that kills it."""
    left = deque(items)
    while left:
        with _pool(1) as pool:
            try:
                while left:
                    results = _hand_out(pool, work, [left[0]]).result()
                    yield left.popleft(), results[0]
            except BrokenProcessPool:
                item = left.popleft()
                yield item, crashed(item)


def _hand_out(
    pool: ProcessPoolExecutor, work: Callable[[Item], Result], chunk: list[Item]
) -> Future[list[Result]]:
    with _undisturbed():  # the pool may start a process for it
        return pool.submit(_work_on, work, chunk)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep Ctrl-C from processes that are started meanwhile, from before their first line on.

    It is for the parent alone, which hears of it a moment later.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work_on(work: Callable[[Item], Result], chunk: list[Item]) -> list[Result]:
    return [work(item) for item in chunk]


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_settle
    )


def _settle() -> None:
    """Leave Ctrl-C to the parent, and die with it even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
