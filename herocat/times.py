"""Times as cameras write them: local wall-clock text, often wrong, never with a zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache

_STAMP = re.compile(
    r"\s*(\d{4})[-:/.](\d{1,2})[-:/.](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?(?:\s*([ap])\.?m\b)?)?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(r"^\s*(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?!\d)")
_AFTER = frozenset({"", "Z", "+", "-"})  # the seconds, where no fraction and no half of a day does
_NOTHING = frozenset({"na", "n/a", "nan", "nat", "none", "null"})
EARLIEST = 2001  # a clock that was never set says 2000 or 1970


def parse(text: object) -> tuple[str | None, str | None]:
    """Read a camera's or a file's time: return ISO 8601 local text, and why to doubt it.

    Understands EXIF's ``2021:04:11 20:43:09``, ISO 8601 with ``T`` or a blank, ``/`` dates and a
    date alone. What is no time gives (None, None) when blank or a word for it, (None, reason) otherwise.
    """
    if not isinstance(text, str):
        return None, None
    divided = text[4:5] == text[7:8] == "-" and text[13:14] == text[16:17] == ":"
    if divided and text[19:20] in _AFTER:
        # As most files write it: in one step, as ten million are read.
        try:
            day_of, doubt = _day(text[:10])
            time_of = text[11:19]
            time.fromisoformat(time_of)
        except ValueError:
            pass
        else:
            return f"{day_of}T{time_of}", doubt
    if not text.strip("\x00 \t0:-/"):
        return None, None
    match = _STAMP.match(text)
    if not match:
        return None, None if text.strip().lower() in _NOTHING else "not a time"
    *parts, half = match.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    if half:
        hour = hour % 12 + 12 * (half in "pP")
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - cameras have no zone
    except ValueError:
        return None, "not a time"
    doubt = _doubt(moment.date().isoformat())
    return moment.isoformat(), doubt or ("a date without a time" if match[4] is None else None)


def month_first(text: str) -> str:
    """Return a time of a file whose days are written as in ``7/2/2021 4:10``, for July, with the year first."""
    return _MONTH_FIRST.sub(r"\3-\1-\2", text, count=1)


@lru_cache(maxsize=1 << 12)
def _day(text: str) -> tuple[str, str | None]:
    day = date.fromisoformat(text).isoformat()
    return day, _doubt(day)


def _doubt(day: str) -> str | None:
    if int(day[:4]) < EARLIEST:
        return "the camera's clock was not set"
    return "in the future" if day > _tomorrow() else None


@cache
def _tomorrow() -> str:
    """Return the day after this one: in some zone it has begun."""
    return (datetime.now(UTC) + timedelta(days=1)).date().isoformat()


def now() -> str:
    """Return this moment as the catalog keeps it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
