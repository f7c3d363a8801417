"""MegaDetector batch results, JSON, formats 1.0 to 1.6, and what is written in their likeness.

The writer puts ``images`` before the tables that name its categories, so a stream meets the
entries first. The tables are looked for from the file's end before reading starts; when the
stream reaches the real ones and they differ, :class:`HeaderDiffersError` asks for another pass.

Also read: the checkpoint of a run that broke off (a list ``checkpoint``, no tables), files of old
AddaxAI, which have species among the detector's categories, and videos. Of a video every frame that
has detections is a photo, under the name that MegaDetector's own tools give to extracted frames.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from herocat.errors import InputError
from herocat.formats import packed, stream, values
from herocat.formats.values import Floor
from herocat.records import About, Box, Detection, Result, Species, Taxon

_DEFAULT_CATEGORIES = {"1": "animal", "2": "person", "3": "vehicle"}
_MAPS = (
    "detection_categories",
    "classification_categories",
    "classification_category_descriptions",
)
_LISTS = ("images", "checkpoint")
_OLD_ADDAXAI = ("addaxai_metadata", "ecoassist_metadata")  # in its info
_DETECTED = frozenset({"animal", "person", "vehicle", "blank", "unknown"})
_PLAIN_CATEGORIES = frozenset({"animal", "person", "vehicle"})
_PHOTOS = (".JPG", ".jpg", ".jpeg", ".JPEG", ".png")  # the usual ones, told from videos at once
_VIDEOS = frozenset({"mp4", "avi", "mpeg", "mpg", "mov", "mkv", "flv"})
_OLD_DETECTOR = re.compile(r"(?:md|megadetector)_?v?[234]\b|\bv[234]\.", re.IGNORECASE)
_OLD_THRESHOLD = 0.8  # of MegaDetector 2 to 4
_NEWEST = 1.6
_sureness = itemgetter(1)  # of a guess
_WHOLE = ([0, 0, 1, 1], [0.0, 0.0, 1.0, 1.0])
_FURTHEST = 1 << 23  # how far from either end the tables are looked for, bytes


@dataclass(frozen=True, slots=True)
class Header:
    """What the file's ids stand for, and what it says about itself."""

    categories: Mapping[str, str]
    classes: Mapping[str, str]
    special: Mapping[str, str] = field(default_factory=dict)  # the classes that are no species
    species: Mapping[str, str] = field(default_factory=dict)  # those among the categories
    taxa: tuple[Taxon, ...] = field(default=(), compare=False)
    info: Mapping[str, Any] = field(default_factory=dict, compare=False)


class _Box(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    category: str
    conf: float
    bbox: Box
    classifications: list[tuple[str, float]] | None = None


class _Entry(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """An entry as most are written; any other is a dictionary."""

    file: str
    detections: list[_Box] | None
    failure: str | None = None
    max_detection_conf: float | None = None


_PLAIN = {"images": msgspec.json.Decoder(list[_Entry]).decode}


class HeaderDiffersError(Exception):
    """The tables met while reading, its ``header``, are not those that were found beforehand."""

    def __init__(self, header: Header) -> None:
        super().__init__(header)
        self.header = header


def read(path: Path, *, floor: Floor, header: Header | None = None) -> Iterator[Result | About]:
    """Yield what the file says of each photo, without detections below the floor; at last, of itself.

    Raises InputError for what is no such file, and HeaderDiffersError, at the end, if the entries
    were read with the wrong tables: read it again with the ``header`` that it carries.
    """
    assumed = header or find_header(path)
    plain = _plain_categories(assumed)
    met = dict[str, object]()
    entries = lists = 0
    for key, value, listed in stream.items(path, _PLAIN):
        if key not in _LISTS:
            if not listed:
                met[key] = value
        elif listed:
            entries += 1
            if type(value) is _Entry:
                result = _plain_result(value, assumed, plain, floor)
                if result is not None:
                    yield result
                    continue
                value = json.loads(msgspec.json.encode(value))  # noqa: PLW2901 - it is the same entry
            yield from _results(value, assumed, floor, path, entries)
        else:
            lists += 1
            if not isinstance(value, list):
                raise InputError(f"{path}: {key!r} is not a list; nothing was taken from it")
    if not lists:
        raise stream.lacks(path, *_LISTS)
    found = _header(met)
    if assumed != found:
        raise HeaderDiffersError(found)
    yield About(found.info, found.taxa)


def typical_threshold(info: Mapping[str, Any]) -> float | None:
    """Return the confidence from which a detector's results are typically used, as the file has it.

    Files from before 1.2 do not say; of them the old detectors are known by name.
    """
    about = info.get("detector_metadata")
    said = about.get("typical_detection_threshold") if isinstance(about, dict) else None
    found = values.share(said)
    if found is None and _OLD_DETECTOR.search(str(info.get("detector") or "")):
        return _OLD_THRESHOLD
    return found


def advice(info: Mapping[str, Any], counted_from: float) -> str:
    """Say what a user should know of a file's detector or version; nothing where all is usual."""
    typical = typical_threshold(info)
    if typical is not None and typical > counted_from + 0.2:
        return (
            f"results of its detector are typically used from {typical:g} on, and animals count from "
            f"{counted_from:g} here: set animal_confidence to {typical:g} in the catalog's table settings"
        )
    version = values.decimal(str(info.get("format_version", "")))
    if version is not None and version > _NEWEST:
        return f"its format version {version:g} is newer than {_NEWEST:g}, the newest that is known"
    return ""


def find_header(path: Path) -> Header:
    """Look for the category tables at both ends of the file, without reading it whole."""
    tables = dict[str, object]()
    size = path.stat().st_size
    if not size or packed.kind(path):
        return _header(tables)  # the stream will say what it is
    with path.open("rb") as file:
        ends = [file.read(_FURTHEST)]
        if size > _FURTHEST:
            file.seek(max(_FURTHEST, size - _FURTHEST))
            ends.append(file.read())
    for key in _MAPS:
        for end in ends:
            at = end.rfind(f'"{key}"'.encode())
            if at >= 0:
                tables[key] = _value_after(end[at:].decode("utf-8", "replace"), len(key) + 2)
    old = [key for key in _OLD_ADDAXAI if any(f'"{key}"'.encode() in end for end in ends)]
    tables["info"] = dict.fromkeys(old)
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
    listed = _names(tables.get("detection_categories")) or _DEFAULT_CATEGORIES
    categories = {key: values.category(name) for key, name in listed.items()}
    found = tables.get("info")
    info = found if isinstance(found, dict) else {}
    species = dict[str, str]()
    if any(key in info for key in _OLD_ADDAXAI):
        species = {key: name for key, name in categories.items() if name not in _DETECTED}
        categories |= dict.fromkeys(species, "animal")
    classes = _names(tables.get("classification_categories"))
    described = _names(tables.get("classification_category_descriptions"))
    named = {key: classes.get(key, key) for key in classes | described}
    special = {
        key: kind
        for key, name in named.items()
        if (kind := values.special(name, described.get(key, "")))
    }
    taxa = (values.taxon(named[key], text) for key, text in described.items() if key not in special)
    return Header(categories, classes, special, species, tuple(filter(None, taxa)), info)


def _names(table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        return {}
    return {str(key): str(name).strip().lower() for key, name in table.items()}


def _results(
    entry: Any,  # noqa: ANN401 - whatever stands there
    header: Header,
    floor: Floor,
    path: Path,
    number: int,
) -> Iterator[Result]:
    file = entry.get("file") if isinstance(entry, dict) else None
    if not isinstance(file, str):
        raise InputError(f"{path}: entry {number:,} of 'images' names no file; nothing was taken")
    failure = entry.get("failure")
    detections = entry.get("detections")
    if failure:
        yield Result(file, (), str(failure))
    elif not isinstance(detections, list):
        yield Result(file, (), "the results file lists no detections and no failure")
    elif _is_video(file):
        yield from _frames(file, detections, header, floor)
    else:
        yield Result(file, tuple(_detections(detections, header, floor)), None)


def _plain_result(
    entry: _Entry, header: Header, plain: Mapping[str, str], floor: Floor
) -> Result | None:
    """Return what :func:`_results` would yield, or None where the entry needs a closer look."""
    file, boxes = entry.file, entry.detections
    if entry.failure or boxes is None or (not file.endswith(_PHOTOS) and _is_video(file)):
        return None
    found: list[Detection] = []
    others, lowest = floor
    for box in boxes:  # ten million times: each look-up less is a second
        confidence = box.conf
        if -lowest < confidence < lowest:
            continue
        category = plain.get(box.category)
        x, y, w, h = place = box.bbox
        usual = x >= 0 and y >= 0 and w > 0 and h > 0 and x + w <= 1 and y + h <= 1
        if category is None or not usual or not -1 <= confidence <= 1:
            return None
        guesses = box.classifications
        species: tuple[Species, ...] = ()
        if guesses:
            if len(guesses) > 1:
                guesses = sorted(guesses, key=_sureness, reverse=True)
            if guesses[0][1] > 1 or guesses[-1][1] < 0:
                return None
            if header.special:
                category, guesses = _concluded(category, guesses, header.special)
            names = header.classes
            species = tuple([Species(names.get(name, name), score) for name, score in guesses])
        if lowest < others and not floor.keeps(category, confidence):
            continue
        found.append(Detection(category, confidence, place, species))
    return Result(file, tuple(found), None)


def _concluded(
    category: str, guesses: list[tuple[str, float]], special: Mapping[str, str]
) -> tuple[str, list[tuple[str, float]]]:
    """Return what a detection is, and the guesses at its species, best first.

    Whoever the classifier takes for a person is one, whatever the detector says.
    """
    best = special.get(guesses[0][0], "") if guesses else ""
    if best in values.PEOPLE and category not in values.PEOPLE:
        return best, []
    return category, [guess for guess in guesses if guess[0] not in special]


def _plain_categories(header: Header) -> dict[str, str]:
    """Return the categories that need no closer look: none where species are among them."""
    if header.species:
        return {}
    return {key: name for key, name in header.categories.items() if name in _PLAIN_CATEGORIES}


def _is_video(file: str) -> bool:
    return file.rpartition(".")[2].lower() in _VIDEOS


def _frames(file: str, items: list[Any], header: Header, floor: Floor) -> Iterator[Result]:
    """Yield the frames of a video that have detections; a person in any of them is in all of them."""
    frames = dict[int, list[Detection]]()
    for item in items:
        number = values.whole(item.get("frame_number")) if isinstance(item, dict) else None
        for detection in _detections([item], header, floor):
            frames.setdefault(number or 0, []).append(detection)
    seen = {
        number: [replace(d, box=None, species=()) for d in found if d.category != "animal"]
        for number, found in frames.items()
    }
    for number, found in sorted(frames.items()):
        others = [d for at, them in seen.items() if at != number for d in them]
        yield Result(f"{file}/frame{number:06d}.jpg", (*found, *others), None)
    if not frames:
        yield Result(file, (), None)


def _detections(items: list[Any], header: Header, floor: Floor) -> Iterator[Detection]:
    """Yield the detections that reach the floor: the first thing asked, as most of them do not."""
    lowest = floor.people
    for item in items:
        said = item.get("conf") if isinstance(item, dict) else None
        if not isinstance(item, dict) or (type(said) is float and -lowest < said < lowest):
            continue
        kind = str(item.get("category"))
        category = header.categories.get(kind, "unknown")
        corners = item.get("bbox")
        box = None if category == "unknown" and corners in _WHOLE else values.box(corners)
        classes = item.get("classifications")
        guesses = _guesses(classes) if classes else []
        best = header.special.get(guesses[0][0]) if guesses else None
        category, guesses = _concluded(category, guesses, header.special)
        confidence = values.confidence(said, category)
        if best == "blank" and confidence is not None and values.flag(item.get("verified")):
            confidence = -abs(confidence)  # a person has found nothing in it
        if category == "blank" or confidence is None or not floor.keeps(category, confidence):
            continue
        species = [Species(header.classes.get(name, name), score) for name, score in guesses]
        if kind in header.species:
            species.insert(0, Species(header.species[kind], abs(confidence)))
        yield Detection(category, confidence, box, tuple(species))


def _guesses(classes: Any) -> list[tuple[str, float]]:  # noqa: ANN401 - whatever stands there
    """Return the classes that were guessed at, by their ids, with their scores, best first."""
    found = list[tuple[str, float]]()
    for pair in classes if isinstance(classes, list) else ():
        score = values.chance(pair[1]) if isinstance(pair, list) and len(pair) == 2 else None
        if score is not None:
            found.append((str(pair[0]), score))
    return sorted(found, key=_sureness, reverse=True)
