"""An export is a folder that appears whole, or not at all.

It is written beside its place under another name, and takes its place at the end. A folder that
no export made is never touched: a manifest tells them apart.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from herocat.errors import OutputError

MANIFEST = "manifest.json"


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
        if place.exists():
            place.rename(old)
        new.rename(place)
    except OSError as error:
        raise OutputError(
            f"{place} could not be written: {error.strerror or error}; "
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


def write_manifest(folder: Path, content: dict[str, object]) -> None:
    """Write what an export holds, what was held back, and why."""
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")
