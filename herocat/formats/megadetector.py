"""MegaDetector batch results, JSON, formats 1.0 to 1.6.

The writer puts ``images`` before the tables that name its categories, so a stream meets the
entries first. The tables are looked for from the file's end before reading starts; when the
stream reaches the real ones and they differ, :class:`HeaderDiffersError` asks for another pass.
"""

import json
import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from herocat.errors import InputError
from herocat.formats import stream
from herocat.records import Box, Detection, Result, Species

_DEFAULT_CATEGORIES = {"1": "animal", "2": "person", "3": "vehicle"}
_CANONICAL = {
    "animals": "animal",
    "people": "person",
    "persons": "person",
    "human": "person",
    "humans": "person",
    "vehicles": "vehicle",
}
_MAPS = ("detection_categories", "classification_categories")
_FURTHEST = 1 << 24  # how far from the end the tables are looked for, bytes


@dataclass(frozen=True, slots=True)
class Header:
    """What the file's ids stand for, and what it says about itself."""

    categories: Mapping[str, str]
    classes: Mapping[str, str]
    info: Mapping[str, Any] = field(default_factory=dict, compare=False)


class HeaderDiffersError(Exception):
    """The tables met while reading are not those that were found beforehand."""


class Reading:
    """A pass over a results file; ``header`` is complete once the pass is."""

    def __init__(self, path: Path, *, min_confidence: float) -> None:
        self._path = path
        self._floor = min_confidence
        self.header = find_header(path)

    def results(self) -> Iterator[Result]:
        """Yield what the file says of each photo, without detections below the floor.

        Raises InputError for what is no such file, and HeaderDiffersError, at the end, if the
        entries were read with the wrong tables: a second pass has the right ones.
        """
        met = dict[str, object]()
        entries = 0
        for key, value, listed in stream.items(self._path):
            if key != "images":
                if not listed:
                    met[key] = value
            elif listed:
                entries += 1
                yield _result(value, self.header, self._floor, self._path, entries)
            elif not isinstance(value, list):
                raise InputError(f"{self._path}: 'images' is not a list; nothing was taken from it")
        assumed, self.header = self.header, _header(met)
        if assumed != self.header:
            raise HeaderDiffersError


def find_header(path: Path) -> Header:
    """Look for the category tables from the end of the file, without reading it whole."""
    tables = dict[str, object]()
    if not path.stat().st_size:
        return _header(tables)  # an empty file cannot be mapped; the stream will say what it is
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for key in _MAPS:
            at = data.rfind(f'"{key}"'.encode())
            if at >= 0:
                text = data[at : at + _FURTHEST].decode("utf-8", "replace")
                tables[key] = _value_after(text, len(key) + 2)
    return _header(tables)


def _value_after(text: str, at: int) -> object:
    """Decode the value behind a key and its colon; None if none stands there."""
    start = text.find("{", at)
    if start < 0 or text[at:start].strip() != ":":
        return None
    try:
        value: object = json.JSONDecoder().raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None
    return value


def _header(tables: Mapping[str, object]) -> Header:
    categories = _names(tables.get("detection_categories")) or _DEFAULT_CATEGORIES
    info = tables.get("info")
    return Header(
        categories={key: _CANONICAL.get(name, name) for key, name in categories.items()},
        classes=_names(tables.get("classification_categories")),
        info=info if isinstance(info, dict) else {},
    )


def _names(table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        return {}
    return {str(key): str(name).strip().lower() for key, name in table.items()}


def _result(entry: Any, header: Header, floor: float, path: Path, number: int) -> Result:  # noqa: ANN401
    file = entry.get("file") if isinstance(entry, dict) else None
    if not isinstance(file, str):
        raise InputError(f"{path}: entry {number:,} of 'images' names no file; nothing was taken")
    failure = entry.get("failure")
    if failure:
        return Result(file, (), str(failure))
    detections = entry.get("detections")
    if not isinstance(detections, list):
        return Result(file, (), "the results file lists no detections and no failure")
    return Result(file, tuple(_detections(detections, header, floor)), None)


def _detections(items: list[Any], header: Header, floor: float) -> Iterator[Detection]:
    """Yield the detections that reach the floor: the first thing asked, as most of them do not."""
    for item in items:
        confidence = item.get("conf") if isinstance(item, dict) else None
        if type(confidence) is not float:
            confidence = _number(confidence)
            if confidence is None:
                continue
        if not (confidence >= floor or confidence <= -floor):  # as NaN is neither, it goes too
            continue
        classes = item.get("classifications")
        yield Detection(
            header.categories.get(str(item.get("category")), "unknown"),
            max(-1.0, min(1.0, confidence)),
            _box(item.get("bbox")),
            _species(classes, header.classes) if classes else (),
        )


def _box(corners: Any) -> Box | None:  # noqa: ANN401 - whatever stands there
    """Return a usable box: as written where it lies inside the photo, else cut at its edges."""
    try:
        x, y, w, h = corners
        if x >= 0 and y >= 0 and w > 0 and h > 0 and x + w <= 1 and y + h <= 1:
            return Box(x, y, w, h)
    except (TypeError, ValueError):
        return None
    x, y, w, h = map(_number, corners)
    if x is None or y is None or w is None or h is None:
        return None
    left, top = max(0.0, x), max(0.0, y)
    right, bottom = min(1.0, x + w), min(1.0, y + h)
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)


def _species(classes: Any, names: Mapping[str, str]) -> tuple[Species, ...]:  # noqa: ANN401
    found = list[Species]()
    for pair in classes if isinstance(classes, list) else ():
        score = _number(pair[1]) if isinstance(pair, list) and len(pair) == 2 else None
        if score is not None:
            found.append(Species(names.get(str(pair[0]), str(pair[0])), score))
    if len(found) > 1:
        found.sort(key=itemgetter(1), reverse=True)
    return tuple(found)


def _number(value: object) -> float | None:
    """Return a finite number, or None for anything else."""
    if type(value) is not float and type(value) is not int:  # a bool is an int, and no number
        return None
    return float(value) if abs(value) < 1e9 else None  # NaN compares false: it goes too
