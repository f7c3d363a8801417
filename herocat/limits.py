"""How many questions at once, how long to wait, when to leave a server alone: no clock, no socket.

Everything here is told the time by its caller, so that tests can tell it too.
"""

import email.utils
import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime

LONGEST_WAIT = 60.0  # seconds, of our own accord
PATIENCE = 900.0  # of a server's: who asks for more is put off to another day
_PROBE = 15.0  # seconds at a known ceiling before one more is tried
_PROBE_MOST = 240.0
_OPEN_FIRST, _OPEN_MOST = 2.0, 60.0  # seconds a server is left alone
_FAILURES = 5  # in a row, until it is


class Limiter:
    """How many questions one server may have at once, found by asking.

    It doubles until the server first says no, goes back by half, and then up by one a round. Where
    it meets a ceiling it stays just below, and tries one more now and then, ever less often.
    """

    def __init__(self, most: int, *, start: int = 4) -> None:
        self.most = most
        self.limit = min(start, most)
        self.in_flight = 0
        self._answered = 0  # since the limit was last raised
        self._doubling = True
        self._ceiling: int | None = None  # the most that was fine when one more was not
        self._probe_at = 0.0
        self._probe_every = _PROBE
        self._cut_at = float("-inf")

    @property
    def free(self) -> int:
        """Return how many more may go out now."""
        return self.limit - self.in_flight

    def ok(self, now: float) -> None:
        """Count an answer; raise the limit after a round of them."""
        self._answered += 1
        if self._answered < self.limit:
            return
        self._answered = 0
        if self._ceiling is not None and self.limit > self._ceiling:
            self._ceiling = self.limit  # the one more was fine
            self._probe_every = _PROBE
        if self._doubling:
            self.limit = min(self.most, self.limit * 2)
        elif self._ceiling is None or self.limit < self._ceiling or now >= self._probe_at:
            self.limit = min(self.most, self.limit + 1)

    def full(self, now: float) -> None:
        """Hear that the server has no room; once for all that went out together."""
        since = now - self._cut_at
        if since < 1.0:
            return
        self._cut_at = now
        self._answered = 0
        if self._doubling:
            self._doubling = False
            self.limit = max(1, self.limit // 2)
            return
        if self._ceiling is not None and self.limit > self._ceiling:
            self._probe_every = min(_PROBE_MOST, self._probe_every * 2)
            self.limit = self._ceiling
        else:
            self.limit = max(1, self.limit * 3 // 4 if since < 5.0 else self.limit - 1)
            self._ceiling = self.limit
        self._probe_at = now + self._probe_every

    def halve(self) -> None:
        """Ask half as much at once: the server is in trouble, and its room unknown."""
        self.limit = max(1, self.limit // 2)
        self._answered = 0


class Breaker:
    """Leaves a server alone that fails again and again; lets one question try it now and then."""

    def __init__(self) -> None:
        self.failures = 0
        self.open_until = 0.0
        self._pause = _OPEN_FIRST

    def is_open(self, now: float) -> bool:
        """Whether nothing should be asked now."""
        return now < self.open_until

    @property
    def trying(self) -> bool:
        """Whether the server failed of late, so that one question at a time is enough."""
        return self.failures >= _FAILURES

    def ok(self) -> None:
        """Hear of an answer."""
        self.failures = 0
        self._pause = _OPEN_FIRST

    def failed(self, now: float) -> None:
        """Hear of a failure."""
        self.failures += 1
        if self.failures >= _FAILURES and now >= self.open_until:
            self.open_until = now + self._pause
            self._pause = min(_OPEN_MOST, self._pause * 2)


def delay(attempt: int, retry_after: float | None, chance: random.Random) -> float:
    """Return how long to wait before the next attempt."""
    own = min(LONGEST_WAIT, 0.5 * 2 ** min(attempt, 10)) * chance.uniform(0.5, 1.0)
    # A little more than asked for, and not all at the same moment.
    asked = (retry_after or 0.0) * chance.uniform(1.0, 1.1)
    return float(max(own, asked))


def retry_after(headers: Mapping[str, str], body: object, now: datetime) -> float | None:
    """Return the seconds that a server asks us to wait, from its headers or Gemini's RetryInfo."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
            return float(text) / float(unit)
        if text and name == "retry-after":
            waited = _until(text, now)
            if waited is not None:
                return waited
    return _retry_info(body)


def _until(text: str, now: datetime) -> float | None:
    try:
        moment: datetime = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds: float = (moment - now).total_seconds()
    return max(0.0, seconds)


def _retry_info(body: object) -> float | None:
    for detail in details(body):
        text = detail.get("retryDelay")
        if isinstance(text, str) and re.fullmatch(r"\d{1,9}(\.\d+)?s", text):
            return float(text[:-1])
    return None


def details(body: object) -> list[dict[str, object]]:
    """Return the details of an error in Google's envelope, which may stand in a list."""
    if isinstance(body, list) and body:
        body = body[0]
    error = body.get("error") if isinstance(body, dict) else None
    listed = error.get("details") if isinstance(error, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
