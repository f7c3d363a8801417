"""Labelme, one JSON file a photo: flags as judgements, shapes as boxes with a person's labels."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from herocat.errors import InputError
from herocat.formats import packed, values
from herocat.formats.scores import Scores
from herocat.records import Box, Judgement, Observation, Record, Run

_CATEGORIES = frozenset({"animal", "person", "vehicle", "blank"})
_PIXEL = 0.5  # ends of a box that are nearer are the same
_LARGEST = 1 << 28  # bytes; an embedded photo takes tens of millions


def read(path: Path, scores: Scores) -> Iterator[Record]:
    """Yield the flags that are set and worth something, and the boxes of the shapes."""
    content = _content(path)
    photo = values.text(content.get("imagePath"))
    if photo is None:
        raise InputError(f"{path} names no imagePath; nothing was taken from it")
    found = content.get("herocat")
    own = found if isinstance(found, dict) else {}
    # Beside a copy that herocat made lies its file; what it says is of the original.
    place = values.text(own.get("path")) or str(path.absolute().parent / photo.replace("\\", "/"))
    yield from _judgements(content, place, scores)
    size = values.number(content.get("imageWidth")), values.number(content.get("imageHeight"))
    yield from _observations(place, _dicts(content.get("shapes")), _dicts(own.get("shapes")), *size)


def _dicts(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _observations(
    place: str,
    shapes: list[dict[str, Any]],
    written: list[dict[str, Any]],
    width: float | None,
    height: float | None,
) -> Iterator[Observation]:
    """Yield the shapes: a person's, but for those that stand as herocat has written them.

    Where nothing was changed, nobody has said anything. Where something was, the shapes that were left as
    they were are still the detector's; and who took them all away has seen nothing there.
    """
    left = list(written)
    kept = list[tuple[dict[str, Any], dict[str, Any] | None]]()
    for shape in shapes:
        same = next((one for one in left if _same(shape, one)), None)
        if same is not None:
            left.remove(same)
        kept.append((shape, same))
    if written and not left and all(same is not None for _, same in kept):
        return
    if written and not kept:
        yield Observation(place, "blank", made_by="person")
    for shape, same in kept:
        box = _box(shape.get("points"), width, height)
        label = values.text(shape.get("label"))
        if same is not None:
            yield _detected(place, same, box)
        elif label is not None:
            yield _shape(place, label, shape, box)


def _same(shape: dict[str, Any], written: dict[str, Any]) -> bool:
    """Return whether a shape is one that herocat wrote; tools may turn its corners around."""
    words = (values.text(one.get("label")) for one in (shape, written))
    notes = (values.text(one.get("description")) for one in (shape, written))
    here, there = _ends(shape.get("points")), _ends(written.get("points"))
    flags = shape.get("flags")
    return (
        len(set(words)) == len(set(notes)) == 1
        and shape.get("shape_type") == "rectangle"
        and not (isinstance(flags, dict) and any(flags.values()))
        and here is not None
        and there is not None
        and all(abs(one - other) < _PIXEL for one, other in zip(here, there, strict=True))
    )


def _detected(place: str, written: dict[str, Any], box: Box | None) -> Observation:
    category = values.text(written.get("category")) or "unknown"
    return Observation(
        place,
        category if category in _CATEGORIES else "unknown",
        values.text(written.get("species")),
        made_by="machine",
        score=values.number(written.get("confidence")),
        box=box,
        species_score=values.number(written.get("species_score")),
    )


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


def _shape(place: str, label: str, shape: dict[str, Any], box: Box | None) -> Observation:
    kind = values.special(label)
    details = values.text(shape.get("description"))
    return Observation(
        place,
        kind or "animal",
        None if kind else label.lower(),
        made_by="person",
        box=box,
        details=json.dumps({"description": details}, ensure_ascii=False) if details else None,
    )


def _box(points: object, width: float | None, height: float | None) -> Box | None:
    """Return the box around the points of a shape: two opposite corners, or an outline."""
    ends = _ends(points)
    if ends is None:
        return None
    left, top, right, bottom = ends
    return values.pixel_box([left, top, right - left, bottom - top], width, height)


def _ends(points: object) -> tuple[float, float, float, float] | None:
    """Return the left, upper, right and lower end of some points."""
    if not isinstance(points, list):
        return None
    pairs = [p for p in points if isinstance(p, list) and len(p) == 2]
    across = [x for x in (values.number(p[0]) for p in pairs) if x is not None]
    down = [y for y in (values.number(p[1]) for p in pairs) if y is not None]
    if len(across) < 2 or len(down) < 2:
        return None
    return min(across), min(down), max(across), max(down)
