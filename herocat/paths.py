"""Paths inside a collection: relative, with ``/`` between the parts, in exact case."""

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

# Anything that a plain relative path does not have: the fast way out for a million of them.
_UNUSUAL = re.compile(r"\\|^/|/$|^[A-Za-z]:|//|(?:^|/)\.{1,2}(?:/|$)|[\x00\ud800-\udfff]")
_ODD = ("\\", "//", "/.", "\n.", ":", "\n/", "/\n", "\n\n", "\x00")
_HALVES = re.compile(r"[\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:")


class OutsideError(ValueError):
    """A path that does not lie inside the collection's root."""


def is_plain(path: str) -> bool:
    """Tell whether a path is written as it is kept, with nothing to straighten."""
    return bool(path) and not _UNUSUAL.search(path)


def all_plain(paths: Sequence[str]) -> bool:
    """Tell whether all of many paths are plain for certain; False may mean that some only look odd.

    One search of all of them together takes a twentieth of the time of one search each.
    """
    together = "\n".join(("", *paths, ""))
    return not any(odd in together for odd in _ODD) and storable(together) == together


def relative(path: str, root: Path) -> str:
    """Return a path from a file as it is kept: relative to the root, ``/`` separated.

    Backslashes, ``./`` and doubled separators are straightened; an absolute path is taken if it
    lies below the root. Raises OutsideError for a path that leads out of it, or to nothing.
    """
    if is_plain(path):
        return path
    straight = re.sub(r"/+", "/", storable(path).replace("\\", "/"))
    if "\x00" in straight:
        raise OutsideError(path)
    if straight.startswith("/"):
        straight = _below(straight, root, path)
    parts = list[str]()
    for part in straight.split("/"):
        if part == "..":
            if not parts:
                raise OutsideError(path)
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    if not parts or _DRIVE.match(parts[0]):
        raise OutsideError(path)
    return "/".join(parts)


def rebased(path: str, strip: str, add: str) -> str:
    """Return a path from a file without the folder ``strip``, where it begins with it, and below ``add``.

    Separators and the case of a drive do not matter.
    """
    straight, prefix = _straight(path), _as_folder(strip)
    if straight[:2].casefold() == prefix[:2].casefold() and straight[2:].startswith(prefix[2:]):
        straight = straight[len(prefix) :]
    return _as_folder(add) + straight


def _as_folder(prefix: str) -> str:
    straight = _straight(prefix)
    return straight if not straight or straight.endswith("/") else f"{straight}/"


def _straight(path: str) -> str:
    return re.sub(r"(?<!^)/+", "/", path.replace("\\", "/"))


def _below(absolute: str, root: Path, original: str) -> str:
    try:
        return str(PurePosixPath(posixpath.normpath(absolute)).relative_to(root.as_posix()))
    except ValueError:
        raise OutsideError(original) from None


def storable(name: str) -> str:
    """Return a file name that SQLite can hold: bytes that are no UTF-8 become U+FFFD."""
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # half a character of another kind, as "\\ud83d" in JSON
        return _HALVES.sub("\ufffd", name)
