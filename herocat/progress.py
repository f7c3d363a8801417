"""Say how far long work has come: done, rate, time left; on stderr, for people."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Self, TextIO, TypeVar

Item = TypeVar("Item")

_TERMINAL_SECONDS = 0.2
_LOG_SECONDS = 10.0


class Progress:
    """A line that is kept up to date on a terminal, and written now and then to a log."""

    def __init__(
        self,
        doing: str,
        total: int | None = None,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._doing = doing
        self._total = total
        self._stream = stream or sys.stderr
        self._clock = clock
        self._live = self._stream.isatty()
        self._every = _TERMINAL_SECONDS if self._live else _LOG_SECONDS
        self._start = self._last = clock()
        self._done = 0
        self._shown = False
        self.note = ""  # what else there is to say

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def step(self, count: int = 1) -> None:
        """Count items that are done; show the line if it is time to."""
        self._done += count
        now = self._clock()
        if now - self._last >= self._every:
            self._last = now
            self._show(now - self._start)

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield items, counting each one once the caller comes back for the next."""
        for item in items:
            yield item
            self.step()

    def line(self, elapsed: float) -> str:
        """Return the line after so many seconds: ``measuring 1,200 of 5,000, 96/s, 40 s left``."""
        rate = self._done / elapsed if elapsed > 0 else 0.0
        text = f"{self._doing} {self._done:,}"
        if self._total is not None:
            text += f" of {self._total:,}"
        text += f", {rate:,.0f}/s" if rate >= 10 else f", {rate:.1f}/s"
        if self._total is not None and rate > 0:
            text += f", {duration((self._total - self._done) / rate)} left"
        return f"{text}, {self.note}" if self.note else text

    def _show(self, elapsed: float) -> None:
        self._shown = True
        line = self.line(elapsed)
        self._stream.write(f"\r\x1b[K{line}" if self._live else f"{line}\n")
        self._stream.flush()


def duration(seconds: float) -> str:
    """Return a time in words: ``8 s``, ``3 min``, ``2 h 10 min``."""
    seconds = max(0.0, seconds)
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
