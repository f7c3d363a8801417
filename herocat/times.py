"""Times as cameras write them: local wall-clock text, often wrong, never with a zone."""

import re
from datetime import UTC, datetime

_STAMP = re.compile(
    r"\s*(\d{4})[-:/.](\d{1,2})[-:/.](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?"
)
EARLIEST = 2001  # a clock that was never set says 2000 or 1970


def parse(text: object) -> tuple[str | None, str | None]:
    """Read a camera's or a file's time: return ISO 8601 local text, and why to doubt it.

    Understands EXIF's ``2021:04:11 20:43:09``, ISO 8601 with ``T`` or a blank, ``/`` dates and a
    date alone. What is no time gives (None, None) when blank, (None, reason) otherwise.
    """
    if not isinstance(text, str) or not text.strip("\x00 \t0:-/"):
        return None, None
    match = _STAMP.match(text)
    if not match:
        return None, "not a time"
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - cameras have no zone
    except ValueError:
        return None, "not a time"
    return moment.isoformat(), _doubt(moment, dated_only=match[4] is None)


def _doubt(moment: datetime, *, dated_only: bool) -> str | None:
    if moment.year < EARLIEST:
        return "the camera's clock was not set"
    if moment.year > datetime.now(UTC).year + 1:
        return "in the future"
    return "a date without a time" if dated_only else None


def now() -> str:
    """Return this moment as the catalog keeps it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
