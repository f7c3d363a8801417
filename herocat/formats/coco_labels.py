"""What people say is in the photos of a COCO Camera Traps file: its annotations.

Most files that give bursts have none, and are read by :mod:`herocat.formats.coco` alone, in flat
memory and fast; those that do are read here.
"""

import json
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from herocat.errors import InputError
from herocat.formats import coco, packed, stream, values
from herocat.records import Box, Key, Observation, Record, Unmatched

_ANY = re.compile(rb'"annotations"\s*:\s*\[\s*[^\s\]]')
_CORRUPT = re.compile(rb'"corrupt"\s*:\s*(?:true|1|"true")', re.IGNORECASE)
_DETAILS = (
    *("sex", "age", "behavior", "subject_id", "season", "wi_extra_info"),
    *("standing", "resting", "moving", "interacting", "eating", "young_present"),
)


def has_any(path: Path) -> bool:
    """Tell whether a file has annotations, or photos that it calls corrupt, without parsing it."""
    if packed.kind(path) is not None:
        return True
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        marked = data.find(b'"corrupt"')  # most files have none: found out at once
        return bool(_ANY.search(data) or (marked >= 0 and _CORRUPT.search(data, marked)))


def read(path: Path) -> Iterator[Record]:
    """Yield what the file says of its photos, and what people saw in them."""
    names = _categories(path)
    entries, met = 0, False
    for key, value, listed in stream.items(path):
        if key == "images" and listed:
            entries += 1
            if isinstance(value, dict) and values.flag(value.get("corrupt")):
                yield Unmatched(str(value.get("file_name")), "the file says that it is corrupt")
                continue
            frame = coco.frame(value, path, entries)
            yield frame
            size = values.number(value.get("width")), values.number(value.get("height"))
            known = size if None not in size and min(s or 0 for s in size) > 0 else (None, None)
            yield Key(str(value.get("id")), frame.path, *known)
        elif key == "annotations" and listed:
            if not isinstance(value, dict):
                raise InputError(
                    f"{path}: an entry of 'annotations' is no object; nothing was taken"
                )
            yield _annotation(value, names)
        elif key in {"images", "annotations"}:
            met |= key == "images"
            if not isinstance(value, list):
                raise InputError(f"{path}: {key!r} is not a list; nothing was taken from it")
    if not met:
        raise stream.lacks(path, "images")


def _categories(path: Path) -> dict[str, str]:
    found = dict[str, str]()
    for key, value, listed in stream.items(path):
        if key == "categories" and listed and isinstance(value, dict):
            found[str(value.get("id"))] = str(value.get("name"))
        elif key == "categories" and not listed:
            return found
    return found


def _annotation(entry: dict[str, Any], names: dict[str, str]) -> Observation:
    name = names.get(str(entry.get("category_id")), "unknown")
    kind = values.special(name)
    relative = values.box(entry.get("bbox_relative"))
    absolute = None if relative else _numbers(entry.get("bbox"))
    score = values.sureness(entry.get("score"))  # of a detector; people do not write one
    details = {key: entry[key] for key in _DETAILS if _says(entry.get(key))}
    return Observation(
        path="",
        category=kind or "animal",
        species=None if kind else name.strip().lower(),
        how_many=values.whole(entry.get("count")),
        level="sequence" if values.flag(entry.get("sequence_level_annotation")) else "photo",
        made_by="person" if score is None else "machine",
        score=score,
        box=relative or absolute,
        details=json.dumps(details, ensure_ascii=False) if details else None,
        key=str(entry.get("image_id")),
        pixels=absolute is not None,
    )


def _says(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value)
    number = values.number(value)
    return bool(values.text(value)) if isinstance(value, str) else bool(number)


def _numbers(corners: object) -> Box | None:
    """Return a box in pixels as it stands; its photo's size comes later."""
    if not isinstance(corners, list) or len(corners) != 4:
        return None
    x, y, w, h = map(values.number, corners)
    if x is None or y is None or w is None or h is None:
        return None
    return Box(x, y, w, h)
