"""An export is a folder that appears whole, or not at all.

It is written beside its place under another name, and takes its place in one step at the end. A
folder that no export made is never touched: a manifest tells them apart.
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from herocat.errors import OutputError

MANIFEST = "manifest.json"
_HERE = -100  # the working folder, to renameat2
_SWAP = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS


@contextmanager
def replaced(place: Path) -> Iterator[Path]:
    """Yield an empty folder to write; it takes the place of an earlier export if all goes well.

    Raises OutputError for a place that holds something else, or cannot be written.
    """
    place = place.absolute()
    new = place.with_name(f".{place.name}.new")
    old = place.with_name(f".{place.name}.old")
    try:
        if old.is_dir() and not place.exists():
            old.rename(place)  # a kill came between the two renames at the end
        refuse_foreign(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        yield new
        _take_place(new, place, old)
    except OSError as error:
        raise OutputError(
            f"{place} could not be written: {_why(error)}; "
            + ("what was there is as it was" if place.exists() else "nothing was left behind")
        ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def refuse_foreign(place: Path) -> None:
    """Raise OutputError if there is a file or folder that no export of herocat made."""
    if not place.exists():
        return
    if not place.is_dir():
        raise OutputError(f"{place} is a file; give a folder with --out; nothing was written")
    if any(place.iterdir()) and not (place / MANIFEST).is_file():
        raise OutputError(
            f"{place} holds files that are not an export of herocat; "
            "give another folder with --out; nothing was written"
        )


def manifest(place: Path) -> dict[str, Any]:
    """Return the manifest of an export at a place; empty if there is none that can be read."""
    try:
        content = json.loads((place / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_manifest(folder: Path, content: Mapping[str, object]) -> None:
    """Write what an export holds, what was held back and why, and the hash of each file.

    The hashes come last and are written as they are read, so that memory stays flat.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True)
    with (folder / f".{MANIFEST}").open("w", encoding="utf-8") as file:
        file.write(text.removesuffix("\n}") + ',\n  "sha256": {')
        comma = ""
        for name, digest in _hashes(folder):
            file.write(f"{comma}\n    {json.dumps(name, ensure_ascii=False)}: {digest}")
            comma = ","
        file.write("\n  }\n}\n")
    (folder / f".{MANIFEST}").rename(folder / MANIFEST)


def _hashes(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each file below a folder with the hash of its bytes as JSON; of a link, where it leads."""
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(parent, name)
            if path.name == f".{MANIFEST}":
                continue
            if path.is_symlink():
                said = f"link to {path.readlink()}"
            else:
                with path.open("rb") as file:
                    said = hashlib.file_digest(file, "sha256").hexdigest()
            yield path.relative_to(folder).as_posix(), json.dumps(said, ensure_ascii=False)


def _take_place(new: Path, place: Path, old: Path) -> None:
    """Put a new folder where an old one is: in one step where the system can, else in two."""
    if not place.exists():
        new.rename(place)
    elif not _swapped(new, place):
        place.rename(old)
        new.rename(place)


def _swapped(one: Path, other: Path) -> bool:
    """Swap two folders in one step; return False where the system or its disk cannot."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = library.renamex_np(*names, _SWAP)
        else:
            failed = library.renameat2(_HERE, names[0], _HERE, names[1], _SWAP)
    except (AttributeError, OSError):
        return False
    return not failed


def _why(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full; free some space and run this again"
    return error.strerror or str(error)
