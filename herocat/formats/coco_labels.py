"""What people say is in the photos of a COCO Camera Traps file: its annotations.

Most files that give bursts have none, and are read by :mod:`herocat.formats.coco` alone, which is
faster; those that do are read here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec

from herocat.errors import InputError
from herocat.formats import coco, packed, stream, values
from herocat.records import Box, Frame, Key, Observation, Record, Unmatched

# What is looked for: a first annotation, or a photo that is called corrupt.
_SIGNS = {
    b'"annotations"': re.compile(rb'"annotations"\s*:\s*\[\s*[^\s\]]'),
    b'"corrupt"': re.compile(rb'"corrupt"\s*:\s*(?:true|1|"true")', re.IGNORECASE),
}
_BEGUN = re.compile(rb'"\w+"[\s:\["a-z]*', re.IGNORECASE)  # a sign that the next block may complete
_DETAILS = (
    *("sex", "age", "behavior", "subject_id", "season", "wi_extra_info"),
    *("standing", "resting", "moving", "interacting", "eating", "young_present"),
)


def has_any(path: Path) -> bool:
    """Tell whether a file has annotations, or photos that it calls corrupt, without parsing it."""
    if packed.kind(path) is not None:
        return True
    with path.open("rb") as file:
        kept = b""
        while block := file.read(stream.CHUNK):
            block = kept + block
            if any(_shows(block, key, sign) for key, sign in _SIGNS.items()):
                return True
            kept = block[min(_undecided(block, key) for key in _SIGNS) :]
    return False


def _shows(block: bytes, key: bytes, sign: re.Pattern[bytes]) -> bool:
    at = block.find(key)  # most files have none: found out at once
    return at >= 0 and sign.search(block, at) is not None


def _undecided(block: bytes, key: bytes) -> int:
    """Return from where on the next block may show what this one has begun."""
    at = block.rfind(key)
    begun = at >= 0 and _BEGUN.fullmatch(block, at)
    return at if begun else max(0, len(block) - len(key))


class _Entry(coco.Entry):
    """A photo as most are written."""

    id: str | int | None = None
    width: float | None = None
    height: float | None = None
    corrupt: bool | None = None


class _Annotation(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """An annotation as most are written; one that says more is a dictionary."""

    image_id: str | int
    category_id: str | int
    id: str | int | None = None
    seq_id: str | int | None = None
    sequence_level_annotation: bool | None = None
    bbox: list[float] | None = None
    area: float | None = None
    iscrowd: int | None = None
    count: Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)] | None = None


_PLAIN: dict[str, stream.Decode] = {
    "images": msgspec.json.Decoder(list[_Entry]).decode,
    "annotations": msgspec.json.Decoder(list[_Annotation]).decode,
}


def read(path: Path) -> Iterator[Record]:
    """Yield what the file says of its photos, and what people saw in them."""
    names = _categories(path)
    entries, met = 0, False
    for key, value, listed in stream.items(path, _PLAIN):
        if key == "images" and listed:
            entries += 1
            plain = type(value) is _Entry
            yield from _plain_photo(value) if plain else _photo(value, path, entries)
        elif key == "annotations" and listed:
            if type(value) is _Annotation:
                yield _plain_annotation(value, names)
            elif isinstance(value, dict):
                yield _annotation(value, names)
            else:
                raise InputError(
                    f"{path}: an entry of 'annotations' is no object; nothing was taken"
                )
        elif key in {"images", "annotations"}:
            met |= key == "images"
            if not isinstance(value, list):
                raise InputError(f"{path}: {key!r} is not a list; nothing was taken from it")
    if not met:
        raise stream.lacks(path, "images")


def _plain_photo(entry: _Entry) -> Iterator[Record]:
    if entry.corrupt:
        yield _corrupt(entry.file_name)
        return
    frame = coco.plain_frame(entry)
    yield frame
    yield _key(entry.id, frame, entry.width, entry.height)


def _photo(entry: Any, path: Path, number: int) -> Iterator[Record]:  # noqa: ANN401 - whatever stands there
    if isinstance(entry, dict) and values.flag(entry.get("corrupt")):
        yield _corrupt(entry.get("file_name"))
        return
    frame = coco.frame(entry, path, number)
    yield frame
    width, height = values.number(entry.get("width")), values.number(entry.get("height"))
    yield _key(entry.get("id"), frame, width, height)


def _corrupt(name: object) -> Unmatched:
    return Unmatched(str(name), "the file says that it is corrupt")


def _key(name: object, frame: Frame, width: float | None, height: float | None) -> Key:
    """Return what annotations call a photo, with its size where it has one."""
    if width is None or height is None or width <= 0 or height <= 0:
        width = height = None
    return Key(str(name), frame.path, width, height)


class _Class(NamedTuple):
    """What a category of a file stands for."""

    kind: str  # animal, person, vehicle, blank, unknown
    species: str | None


_UNKNOWN = _Class("unknown", None)


def _categories(path: Path) -> dict[str, _Class]:
    found = dict[str, _Class]()
    for key, value, listed in stream.items(path, _PLAIN):
        if key == "categories" and listed and isinstance(value, dict):
            name = str(value.get("name"))
            kind = values.special(name)
            known = _Class(kind, None) if kind else _Class("animal", name.strip().lower())
            found[str(value.get("id"))] = known
        elif key == "categories" and not listed:
            return found
    return found


def _plain_annotation(entry: _Annotation, classes: Mapping[str, _Class]) -> Observation:
    kind, species = classes.get(str(entry.category_id), _UNKNOWN)
    box = _numbers(entry.bbox) if entry.bbox else None
    return Observation(
        path="",
        category=kind,
        species=species,
        how_many=entry.count,
        level="sequence" if entry.sequence_level_annotation else "photo",
        made_by="person",
        box=box,
        key=str(entry.image_id),
        pixels=box is not None,
    )


def _annotation(entry: dict[str, Any], classes: Mapping[str, _Class]) -> Observation:
    kind, species = classes.get(str(entry.get("category_id")), _UNKNOWN)
    relative = values.box(entry.get("bbox_relative"))
    absolute = None if relative else _numbers(entry.get("bbox"))
    score = values.sureness(entry.get("score"))  # of a detector; people do not write one
    details = {key: entry[key] for key in _DETAILS if key in entry and _says(entry[key])}
    return Observation(
        path="",
        category=kind,
        species=species,
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
