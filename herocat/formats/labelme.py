"""Labelme, one JSON file a photo: flags as judgements, shapes as boxes with a person's labels."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from herocat.errors import InputError
from herocat.formats import packed, values
from herocat.formats.scores import Scores
from herocat.records import Box, Judgement, Observation, Record, Run

_LARGEST = 1 << 28  # bytes; an embedded photo takes tens of millions


def read(path: Path, scores: Scores) -> Iterator[Record]:
    """Yield the flags that are set and worth something, and the boxes of the shapes."""
    content = _content(path)
    photo = values.text(content.get("imagePath"))
    if photo is None:
        raise InputError(f"{path} names no imagePath; nothing was taken from it")
    own = content.get("herocat")
    original = values.text(own.get("path")) if isinstance(own, dict) else None
    # Beside a copy that herocat made lies its file; what it says is of the original.
    place = original or str(path.absolute().parent / photo.replace("\\", "/"))
    yield from _judgements(content, place, scores)
    size = values.number(content.get("imageWidth")), values.number(content.get("imageHeight"))
    shapes = content.get("shapes")
    for shape in shapes if isinstance(shapes, list) else ():
        label = values.text(shape.get("label")) if isinstance(shape, dict) else None
        if label is not None:
            yield _shape(place, label, shape, *size)


def _content(path: Path) -> dict[str, Any]:
    with packed.opened(path) as file:
        text = file.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise InputError(f"{path} is too large for a Labelme file; nothing was taken from it")
    try:
        content = json.loads(text.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path} is not valid JSON ({error}); nothing was taken from it"
        ) from error
    if not isinstance(content, dict):
        raise InputError(f"{path} is no Labelme file; nothing was taken from it")
    return content


def _judgements(content: dict[str, Any], place: str, scores: Scores) -> Iterator[Record]:
    """Yield an exact score that a person's tool has written, or else the best of the flags that are set.

    Flags that herocat has set itself say nothing until somebody changes one.
    """
    flags = content.get("flags")
    flags = flags if isinstance(flags, dict) else {}
    found = content.get("herocat")
    own = found if isinstance(found, dict) else {}
    if own.get("flags") == flags:
        return
    raw = json.dumps({"flags": flags, "herocat": found}, ensure_ascii=False)
    exact = None if "run" in own else values.number(own.get("score"))
    worth = [scores.of(name) for name, is_set in flags.items() if values.flag(is_set)]
    known = [score for score in worth if score is not None]
    named = sorted(name for name in flags if scores.of(name) is not None)
    if exact is not None and 0 <= exact <= 10:
        yield Judgement(place, Run("person", "labelme", "score", "{}", "labelme score"), exact, raw)
    elif known:
        # A photo that is rejected is so whatever else was set.
        score = min(known) if min(known) < 5 else max(known)
        run = Run("person", "labelme", "flags", scores.params(*named), "labelme flags")
        yield Judgement(place, run, score, raw)


def _shape(
    place: str, label: str, shape: dict[str, Any], width: float | None, height: float | None
) -> Observation:
    category = values.category(label)
    known = category in {"animal", "person", "vehicle", "blank"}
    unsure = values.is_unsure(label)
    details = values.text(shape.get("description"))
    return Observation(
        place,
        category if known else "unknown" if unsure else "animal",
        None if known or unsure else label.lower(),
        made_by="person",
        box=_box(shape.get("points"), width, height),
        details=json.dumps({"description": details}, ensure_ascii=False) if details else None,
    )


def _box(points: object, width: float | None, height: float | None) -> Box | None:
    """Return the box around the points of a shape: two opposite corners, or an outline."""
    if not isinstance(points, list):
        return None
    pairs = [p for p in points if isinstance(p, list) and len(p) == 2]
    across = [x for x in (values.number(p[0]) for p in pairs) if x is not None]
    down = [y for y in (values.number(p[1]) for p in pairs) if y is not None]
    if len(across) < 2 or len(down) < 2:
        return None
    left, top = min(across), min(down)
    return values.pixel_box([left, top, max(across) - left, max(down) - top], width, height)
