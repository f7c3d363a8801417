"""An export is a folder that appears whole, or not at all.

It is written beside its place under another name, and takes its place in one step at the end. A
folder that no export made is never touched, and neither is one that somebody has worked in since:
the manifest, with the hash of each file, tells them apart.
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from herocat.errors import OutputError

MANIFEST = "manifest.json"
_NAMED = 5  # files that a sentence names
# What file managers leave in a folder that somebody has looked into
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".directory"})
_HERE = -100  # the working folder, to renameat2
_SWAP = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS


@contextmanager
def replaced(place: Path) -> Iterator[Path]:
    """Yield an empty folder to write; it takes the place of an earlier export if all goes well.

    Raises OutputError for a place that holds something else, or cannot be written.
    """
    place = tidied(place)
    new, old = _beside(place)
    try:
        refuse_foreign(place)
        before = _state(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        new.mkdir()
        yield new
        if _state(place) != before:
            raise OutputError(
                f"{place} was changed while the export was being made; what is there was kept, "
                "and nothing was written; run this again"
            )
        _take_place(new, place, old)
    except OSError as error:
        tidied(place)
        raise OutputError(
            f"{place} could not be written: {_why(error)}; "
            + ("what was there is as it was" if place.exists() else "nothing was left behind")
        ) from error
    finally:
        tidied(place)


def tidied(place: Path) -> Path:
    """Clear away what a kill has left beside a place; return the place itself, links followed.

    Between the two renames at the end, what was there comes back.
    """
    place = Path(os.path.realpath(place))
    new, old = _beside(place)
    with suppress(OSError):
        if old.is_dir() and not place.exists():
            old.rename(place)
    shutil.rmtree(new, ignore_errors=True)
    if place.exists():
        shutil.rmtree(old, ignore_errors=True)
    return place


def refuse_foreign(place: Path) -> None:
    """Raise OutputError if there is anything that no export of herocat wrote as it is now."""
    if not place.exists():
        return
    if _stands_in(place):
        raise OutputError(
            f"{place} is the folder that you are in, or above it, and an export takes the place of "
            "a whole folder; give one below with --out; nothing was written"
        )
    if not place.is_dir():
        raise OutputError(f"{place} is a file; give a folder with --out; nothing was written")
    if any(place.iterdir()) and not (place / MANIFEST).is_file():
        raise OutputError(
            f"{place} holds files that are not an export of herocat; "
            "give another folder with --out; nothing was written"
        )
    theirs = list(_not_ours(place))
    if theirs:
        named = ", ".join(theirs[:_NAMED])
        if len(theirs) > _NAMED:
            named += f" and {len(theirs) - _NAMED:,} more"
        raise OutputError(
            f"{place} holds work that is not herocat's (added or changed since: {named}); move it "
            "away, or give another folder with --out; everything was kept, nothing was written"
        )


def _stands_in(place: Path) -> bool:
    """Return whether the working folder is a folder or below it: it would be gone with the old one."""
    try:
        return Path.cwd().is_relative_to(place)
    except OSError:  # it is gone already
        return False


def is_whole(place: Path) -> bool:
    """Return whether every file of an export is still there."""
    return all(os.path.lexists(place / name) for name in _digests(place))


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
    for path in _files(folder):
        if path.name != f".{MANIFEST}":
            said = json.dumps(_digest(path), ensure_ascii=False)
            yield path.relative_to(folder).as_posix(), said


def _files(folder: Path) -> Iterator[Path]:
    """Yield each file below a folder, and each link to a folder."""
    for parent, folders, files in os.walk(folder):
        folders.sort()
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in sorted([*files, *links]):
            yield Path(parent, name)


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _not_ours(place: Path) -> Iterator[str]:
    """Yield the files at a place that its manifest does not tell of, or not as they are."""
    told = _digests(place)
    for path in _files(place):
        name = path.relative_to(place).as_posix()
        ours = name == MANIFEST or (name in told and told[name] == _digest(path))
        if not ours and path.name not in _LITTER and not path.name.startswith("._"):
            yield name


def _digests(place: Path) -> dict[str, str]:
    told = manifest(place).get("sha256")
    return told if isinstance(told, dict) else {}


def _state(place: Path) -> str:
    """Return a hash that is another when a file below a place was added, changed or taken away."""
    state = hashlib.sha256()
    for path in _files(place):
        seen = path.lstat()
        state.update(
            f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\0".encode("utf-8", "surrogateescape")
        )
    return state.hexdigest()


def _beside(place: Path) -> tuple[Path, Path]:
    """Return where a new export is written, and where an old one waits for its end."""
    return place.parent / f".{place.name}.new", place.parent / f".{place.name}.old"


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
