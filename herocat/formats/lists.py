"""Plain lists of photos: a text file with a path a line, or a JSON array of paths."""

import io
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from herocat.errors import InputError
from herocat.formats import packed


def read(path: Path) -> list[str]:
    """Return the paths that a list names; raise InputError for a file that is no list of paths."""
    return list(entries(path))


def entries(path: Path) -> Iterator[str]:
    """Yield the paths or addresses that a list names: a line each, or the texts of a JSON array.

    Blank lines and lines that start with # are skipped. Raises InputError for what is no list.
    """
    with packed.opened(path) as file:
        lines = io.TextIOWrapper(io.BufferedReader(file), "utf-8-sig")  # type: ignore[type-var]
        try:
            first = next((line for line in lines if line.strip()), "")
            if first.lstrip().startswith("["):
                yield from _array(path, first + lines.read())
                return
            for line in chain([first], lines):
                name = line.strip()
                if name and not name.startswith("#"):
                    yield name
        except UnicodeDecodeError as error:
            raise InputError(f"{path} cannot be read as a list of photos: {error}") from error


def _array(path: Path, text: str) -> list[str]:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not valid JSON: {error}") from error
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise InputError(f"{path} is not a JSON array of paths")
    return listed
