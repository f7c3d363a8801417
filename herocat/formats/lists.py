"""Plain lists of photos: a text file with a path a line, or a JSON array of paths."""

import json
from pathlib import Path

from herocat.errors import InputError


def read(path: Path) -> list[str]:
    """Return the paths that a list names; blank lines and lines that start with # are skipped.

    Raises InputError for a file that is no list of paths.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a list of photos: {error}") from error
    if path.suffix.lower() != ".json":
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if line and not line.startswith("#")]
    try:
        listed = json.loads(text)
    except ValueError as error:
        raise InputError(f"{path} is not valid JSON: {error}") from error
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise InputError(f"{path} is not a JSON array of paths")
    return listed
