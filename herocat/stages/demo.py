"""Draw a small camera-trap collection, with results files in the formats of the field's tools.

What was drawn is kept: each photo carries its settings and boxes in a comment, so that a folder
that was left half done is recognised, and goes on.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from herocat.drawing import camera, frame as drawing, results
from herocat.drawing.plan import Frame, plan
from herocat.errors import ChoiceError, OutputError
from herocat.parallel import spread
from herocat.progress import Progress
from herocat.records import Box

VERSION = 1  # counts what changes any pixel or any number
PHOTOS = "photos"
_TABLES = ("detections.json", "sequences.json", "truth.json")
_TEMPORARY = ".new"
_UNREADABLE = bytes(512)
_KEPT = 0.6  # share of a truncated file that is there

Boxes = tuple[Box | None, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a collection is drawn from: the same settings give the same bytes."""

    sequences: int
    seed: int
    width: int
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Job:
    """A frame to draw, and where its file goes."""

    path: Path
    frame: Frame
    settings: Settings


@dataclass(frozen=True, slots=True)
class Drawn:
    """How much was drawn now, and what the collection holds."""

    drawn: int
    photos: int
    sequences: int
    locations: int
    best: int  # frames that are the best of their burst
    complete: bool  # everything was there already


def draw(folder: Path, *, sequences: int = 60, seed: int = 7, width: int = 1280) -> Drawn:
    """Draw a collection into a folder; what is there is kept, and a finished one left alone.

    Raises ChoiceError for a folder that holds anything else, and OutputError if a file cannot be
    written.
    """
    settings = Settings(sequences, seed, width)
    frames = plan(sequences, seed)
    wanted = [frame for frame in frames if frame.take.fault != "absent"]
    root = folder / PHOTOS
    boxes = _there(folder, wanted, settings)
    jobs = [Job(root / one.file, one, settings) for one in wanted if one.file not in boxes]
    # Those of one place in one light together: a worker lights its scene once.
    jobs.sort(key=lambda job: (job.frame.place, job.frame.light, job.frame.file))
    for place in {job.path.parent for job in jobs}:
        _make(place)
    with Progress("drawing", len(jobs)) as progress:
        for job, done in progress.over(spread(draw_frame, jobs, crashed=_crashed)):
            boxes[job.frame.file] = done
    tables = (
        results.detections(frames, boxes),
        results.sequences(frames, width),
        results.truth(frames),
    )
    changed = [
        _write_changed(folder / name, _text(table))
        for name, table in zip(_TABLES, tables, strict=True)
    ]
    return Drawn(
        drawn=len(jobs),
        photos=len(wanted),
        sequences=len({one.sequence for one in frames}),
        locations=len({one.place for one in frames}),
        best=sum(one.best for one in frames),
        complete=not (jobs or any(changed)),
    )


def draw_frame(job: Job) -> Boxes:
    """Draw one frame, write its file, and return the box of each of its actors."""
    if job.frame.take.fault == "unreadable":
        _write(job.path, _UNREADABLE)
        return ()
    drawn = drawing.draw(job.frame, job.settings.width)
    boxes = tuple(drawing.box(cover) for cover in drawn.covers)
    comment = json.dumps({results.MAKER: _about(job.settings), "boxes": boxes})
    content = camera.encoded(drawn.picture, drawing.stamp(job.frame), comment)
    if job.frame.take.fault == "truncated":
        content = content[: round(_KEPT * len(content))]
    _write(job.path, content)
    return boxes


def _about(settings: Settings) -> list[int]:
    return [settings.version, settings.sequences, settings.seed, settings.width]


def _there(folder: Path, frames: Sequence[Frame], settings: Settings) -> dict[str, Boxes]:
    """Return the boxes of the frames that are drawn; raise ChoiceError for a foreign folder.

    Files of other names beside the collection (a catalog, pages) are nobody's business.
    """
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise ChoiceError(f"{folder} is a file; give the name of a folder")
    boxes = dict[str, Boxes]()
    for frame in frames:
        path = folder / PHOTOS / frame.file
        if path.exists():
            found = _read(path, frame, settings, folder)
            if found is None:
                raise _foreign(folder, path)
            boxes[frame.file] = found
    tables = [path for name in _TABLES if (path := folder / name).exists()]
    strange = [path for path in tables if results.MAKER.encode() not in path.read_bytes()]
    if not boxes and not tables:
        files = (path for path in folder.rglob("*") if path.is_file())
        strange = [path for path in files if path.suffix != _TEMPORARY]  # which a kill leaves
    if strange:
        raise _foreign(folder, strange[0])
    return boxes


def _foreign(folder: Path, path: Path) -> ChoiceError:
    return ChoiceError(
        f"{folder} holds {path.relative_to(folder).as_posix()}, which is no part of a demo "
        "collection; nothing was drawn; give a new or an empty folder"
    )


def _read(path: Path, frame: Frame, settings: Settings, folder: Path) -> Boxes | None:
    """Return the boxes that a photo carries, or None if it is none of ours."""
    if frame.take.fault == "unreadable":
        return () if path.read_bytes() == _UNREADABLE else None
    try:
        with Image.open(path) as image:
            about: Mapping[str, Any] = json.loads(image.info["comment"])
            version, sequences, seed, width = about[results.MAKER]
            boxes = tuple(one and Box(*one) for one in about["boxes"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if _about(settings) != [version, sequences, seed, width]:
        raise ChoiceError(
            f"{folder} holds a demo collection drawn with --sequences {sequences} --seed {seed} "
            f"--width {width}" + (" by another version" if version != VERSION else "") + "; "
            "nothing was drawn; give the same, or another folder"
        )
    return boxes


def _crashed(job: Job) -> Boxes:
    raise OutputError(
        f"the process that drew {job.path} was killed; what is drawn is kept, run this again"
    )


def _text(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode("ascii")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror}") from error


def _write_changed(path: Path, content: bytes) -> bool:
    """Write a file unless it is there as it should be; tell whether it was written."""
    if path.is_file() and path.read_bytes() == content:
        return False
    _write(path, content)
    return True


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, whatever kills the process."""
    new = path.with_name(path.name + _TEMPORARY)
    try:
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path} could not be written: {error.strerror}; what is drawn is kept, run this again"
        ) from error
