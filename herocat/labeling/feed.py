"""Pictures for the engine: claimed from what is pending, checked by the gate, made on all cores.

A thread with its own connection goes through the work in order, worker processes make the
pictures, and no more of them wait in memory than the engine can soon take.
"""

import asyncio
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from herocat import gate
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.parallel import spread
from herocat.pictures import Prepared, Wanted, crashed, prepare
from herocat.records import Box

_ROWS = 500  # asked for at a time
# What the limit of a list is a number of.
_COUNTED = {"label.list_work": "image_id", "bursts.list_work": "sequence_id"}


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be asked: the list of it, how pictures are made, and whether they leave."""

    run: int
    query: str  # which list: label.list_work, label.list_repeats
    limit: int | None
    size: int
    views: tuple[str, ...]
    gated: bool  # the pictures leave this machine: the gate is asked about each


@dataclass(frozen=True, slots=True)
class Fed:
    """One photo with its pictures, or why there are none."""

    image: int
    prepared: Prepared


class Feed:
    """Yields the photos of some work with their pictures; ``held`` counts those that may not leave."""

    def __init__(self, path: Path, work: Work, ahead: int) -> None:
        self.held = Counter[str]()
        self._path = path
        self._work = work
        self._room = threading.Semaphore(ahead)
        self._stop = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Fed | BaseException | None] = asyncio.Queue()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    async def photos(self) -> AsyncIterator[Fed]:
        """Yield photos in the order of the work."""
        self._thread.start()
        try:
            while (item := await self._queue.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                self._room.release()
                yield item
        finally:
            self.close()

    def close(self) -> None:
        """Stop making pictures."""
        self._stop.set()
        self._room.release()

    def _run(self) -> None:
        end: BaseException | None = None
        try:
            with Catalog.open(self._path) as catalog:
                for wanted, prepared in spread(prepare, self._wanted(catalog), crashed=crashed):
                    self._room.acquire()
                    if self._stop.is_set():
                        return
                    _require_root(wanted, prepared)
                    self._put(Fed(wanted.image, prepared))
        except BaseException as error:  # noqa: BLE001 - it is raised where the photos are taken
            end = error
        finally:
            self._put(end)

    def _put(self, item: Fed | BaseException | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)

    def _wanted(self, catalog: Catalog) -> Iterator[Wanted]:
        """Yield what is to be made ready, but for what the gate holds."""
        work = self._work
        start_list(catalog, work)
        after = 0
        while rows := list(catalog.rows("label.feed", after=after, count=_ROWS)):
            for row in rows:
                after = row["position"]
                if self._stop.is_set():
                    return
                reason = gate.held_from_models(catalog, row["image_id"]) if work.gated else None
                if reason is not None:
                    self.held[reason] += 1
                    continue
                yield wanted(catalog, row, work)


def start_list(catalog: Catalog, work: Work) -> None:
    """List the work in a temporary table of this connection.

    What the gate holds is listed, to be told of, and does not count for the limit: a run of a few
    at a time would never get past it.
    """
    count = _COUNTED.get(work.query) if work.gated and work.limit is not None else None
    limit = -1 if work.limit is None or count else work.limit
    catalog.run(work.query, run=work.run, limit=limit)
    if count is not None and work.limit is not None:
        _cut(catalog, count, work.limit)


def _cut(catalog: Catalog, count: str, limit: int) -> None:
    """End the list before the first photo that is one too many of those that may leave."""
    free = set[int]()
    for row in catalog.rows("label.feed", after=0, count=-1):
        if gate.held_from_models(catalog, row["image_id"]) is None:
            free.add(row[count])
        if len(free) > limit:
            catalog.run("label.cut_list", position=row["position"])
            return


def wanted(catalog: Catalog, row: sqlite3.Row, work: Work) -> Wanted:
    """Return what is to be made of a photo."""
    root = catalog.placed(row["root"])
    box = Box(row["x"], row["y"], row["w"], row["h"]) if row["x"] is not None else None
    return Wanted(row["image_id"], root / row["path"], work.size, work.views, box, root)


def wanted_of(catalog: Catalog, image: int, work: Work) -> Wanted:
    """Return what is to be made of one photo, whatever is listed; it is listed alone then."""
    catalog.run("label.list_images", images=json.dumps([image]))
    row = catalog.one("label.feed", after=0, count=1)
    assert row is not None
    return wanted(catalog, row, work)


def _require_root(wanted: Wanted, prepared: Prepared) -> None:
    """Raise InputError if a photo is missing because its whole collection is."""
    if prepared.missing and not wanted.root.is_dir():
        raise InputError(
            f"the photos' folder {wanted.root} is not there: is its disk plugged in? "
            "What is labeled is kept; run this again when it is"
        )
