"""COCO Camera Traps JSON: sequences, locations and times, one entry a photo."""

from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Any

import msgspec

from herocat import times
from herocat.errors import InputError
from herocat.formats import stream, values
from herocat.records import Frame

_SEQUENCE_KEYS = ("seq_id", "sequence_id", "sequence")  # the last two are illegal, and occur
_TIME_KEYS = ("datetime", "date_captured")
_NO_SEQUENCE = {"", "unknown", "none", "nan", "null"}
_MOST = 1 << 31  # from which on a frame number is none


class Entry(msgspec.Struct, gc=False):
    """An entry as most are written; one with illegal keys, or odd values, is a dictionary."""

    file_name: str
    seq_id: str | int | None = None
    frame_num: Annotated[int, msgspec.Meta(ge=0, lt=_MOST)] | None = None
    location: str | int | None = None
    datetime: str | None = None
    sequence_id: msgspec.UnsetType = msgspec.UNSET
    sequence: msgspec.UnsetType = msgspec.UNSET
    date_captured: msgspec.UnsetType = msgspec.UNSET


# For ten million of them: the usual way takes half as long again.
_frame = partial(tuple.__new__, Frame)
_PLAIN = {"images": msgspec.json.Decoder(list[Entry]).decode}


def read(path: Path) -> Iterator[Frame]:
    """Yield what the file says of each photo; raise InputError for what is no such file."""
    entries, met = 0, False
    for key, value, listed in stream.items(path, _PLAIN):
        if key == "images" and listed:
            entries += 1
            if type(value) is Entry:
                yield plain_frame(value)
            else:
                yield frame(value, path, entries)
        elif key == "images":
            met = True
            if not isinstance(value, list):
                raise InputError(f"{path}: 'images' is not a list; nothing was taken from it")
    if not met:
        raise stream.lacks(path, "images")


def frame(entry: Any, path: Path, number: int) -> Frame:  # noqa: ANN401 - whatever stands there
    """Return what an entry of the list of photos says; raise InputError where it names none."""
    file = entry.get("file_name") if isinstance(entry, dict) else None
    if not isinstance(file, str):
        raise InputError(
            f"{path}: entry {number:,} of 'images' names no file_name; nothing was taken"
        )
    spoken = (times.parse(entry.get(key)) for key in _TIME_KEYS)
    captured_at, doubt = next(filter(any, spoken), (None, None))
    named = (_text(entry.get(key)) for key in _SEQUENCE_KEYS)
    return Frame(
        file,
        next(filter(None, named), None),
        values.whole(entry.get("frame_num")),
        _text(entry.get("location")),
        captured_at,
        doubt,
    )


def plain_frame(entry: Entry) -> Frame:
    """Return what an entry says that is written as most are."""
    captured_at, doubt = times.parse(entry.datetime)
    sequence, location = _plain_text(entry.seq_id), _plain_text(entry.location)
    return _frame((entry.file_name, sequence, entry.frame_num, location, captured_at, doubt))


def _text(value: object) -> str | None:
    if type(value) is not str and type(value) is not int and type(value) is not float:
        return None
    text = str(value).strip()
    return None if text.lower() in _NO_SEQUENCE else text


# The frames of a burst follow each other, so most names are those of the entry before.
_plain_text = lru_cache(maxsize=1 << 10)(_text)
