"""Plain lists of photos: a text file with a path a line, or a JSON array of paths."""

import io
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from herocat import urls
from herocat.errors import InputError
from herocat.formats import packed

_PHOTO = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp")


def read(path: Path) -> list[str]:
    """Return the paths that a list names; raise InputError for a file that is no list of paths."""
    return list(entries(path))


def entries(path: Path) -> Iterator[str]:
    """Yield the paths or addresses that a list names: a line each, or the texts of a JSON array.

    Blank lines and lines that start with # are skipped. Raises InputError for what is no list, and at
    last where none of what it names can be a photo.
    """
    any_name = any_photo = False
    for name in _names(path):
        any_name = True
        any_photo = any_photo or names_photo(name)
        yield name
    if any_name and not any_photo:
        raise InputError(
            f"{path} names no photo, by its path or its address, in a line of its own or in a JSON "
            "array; nothing was taken from it. Is it of another format?"
        )


def names_photo(name: str) -> bool:
    """Tell whether a name can be that of a photo: an address, or a path that ends as photos' do."""
    return urls.is_url(name) or name.lower().endswith(_PHOTO)


def _names(path: Path) -> Iterator[str]:
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
