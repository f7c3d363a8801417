"""Judgements beside and inside the photos of a folder: XMP sidecars, Labelme files, embedded stars."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from herocat.errors import InputError
from herocat.formats import known, labelme, sniff, xmp
from herocat.formats.scores import Scores
from herocat.loaders.photos import SUFFIXES, is_entered
from herocat.records import Judgement, Record, Unmatched

_HEAD = 1 << 18  # bytes: XMP stands behind EXIF, which takes 64 kB at most


def read(folder: Path, scores: Scores) -> Iterator[Record]:
    """Yield the judgements found in a folder; a sidecar outranks what stands inside its photo."""
    beside = dict[str, list[Record]]()
    for place in _files(folder):
        if place.suffix.lower() in SUFFIXES:
            judged = xmp.judgement(_packet(place), str(place), scores)
            if judged is not None:
                yield judged
        else:
            for record in _sidecar(place, scores):
                name = record.path if isinstance(record, Judgement) else ""
                beside.setdefault(name, []).append(record)
    for records in beside.values():
        yield from records


def digest(folder: Path) -> str:
    """Return what changes when a file in a folder does: of names, sizes and times."""
    found = hashlib.sha256()
    for place in _files(folder):
        stat = place.stat()
        name = os.fsencode(str(place.relative_to(folder)))
        found.update(b"%s\0%d\0%d\n" % (name, stat.st_size, stat.st_mtime_ns))
    return found.hexdigest()


def _sidecar(place: Path, scores: Scores) -> Iterator[Record]:
    """Yield what a sidecar says; one that cannot be read does not stop the others."""
    try:
        if place.suffix.lower() == ".xmp":
            yield from xmp.read(place, scores)
        elif sniff.recognise(place) == known.LABELME:
            yield from labelme.read(place, scores)
    except InputError as error:
        yield Unmatched(str(place), str(error))


def _files(folder: Path) -> Iterator[Path]:
    wanted = SUFFIXES | {".xmp", ".json"}
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if is_entered(Path(base, name)))
        for name in sorted(names):
            place = Path(base, name)
            if place.suffix.lower() in wanted and not name.startswith(".") and place.is_file():
                yield place


def _packet(place: Path) -> bytes:
    """Return the XMP text inside a photo; nothing where it has none."""
    try:
        with place.open("rb") as file:
            head = file.read(_HEAD)
            if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
                return xmp.packet(_chunk(file, b"XMP "))
    except OSError:
        return b""
    return xmp.packet(head)


def _chunk(file: IO[bytes], name: bytes) -> bytes:
    """Return a chunk of a WebP: that of its XMP stands behind the pixels."""
    at = 12
    while len(header := _at(file, at, 8)) == 8:
        size = int.from_bytes(header[4:], "little")
        if header[:4] == name:
            return _at(file, at + 8, min(size, _HEAD))
        at += 8 + size + size % 2
    return b""


def _at(file: IO[bytes], place: int, size: int) -> bytes:
    file.seek(place)
    return file.read(size)
