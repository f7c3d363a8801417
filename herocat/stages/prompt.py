"""Prompts as data: those that come with herocat, those that were added, which runs used them."""

from dataclasses import dataclass
from pathlib import Path

from herocat import prompts, times
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.prompts import Prompt


@dataclass(frozen=True, slots=True)
class Known:
    """A version of a prompt, and how many label runs have used it."""

    prompt: Prompt
    runs: int
    added: str | None  # UTC; None: it comes with herocat and was not used yet


def known(catalog: Catalog) -> list[Known]:
    """Return every version of every prompt, by name, the latest first."""
    found = [
        Known(prompts.from_row(row), row["runs"], row["created_at"])
        for row in catalog.rows("prompt.listed")
    ]
    have = {one.prompt.sha256 for one in found}
    found += [Known(one, 0, None) for one in prompts.shipped() if one.sha256 not in have]
    return sorted(found, key=lambda one: one.prompt.name)


def find(catalog: Catalog, name: str) -> Known:
    """Return the latest version of a name, or the one whose hash begins with it."""
    listed = known(catalog)
    for one in listed:
        if one.prompt.name == name:
            return one
    hashed = [one for one in listed if len(name) >= 6 and one.prompt.sha256.startswith(name)]
    if len(hashed) == 1:
        return hashed[0]
    names = ", ".join(dict.fromkeys(one.prompt.name for one in listed))
    raise ChoiceError(f"there is no prompt {name!r}; there are: {names}")


def add(catalog: Catalog, file: Path, name: str | None = None) -> tuple[Known, bool]:
    """Add a prompt from a file; return it, and whether it is new."""
    prompt = prompts.read(file, name)
    with catalog.writing():
        new = catalog.value("prompt.by_hash", sha256=prompt.sha256) is None
        if new:
            catalog.value("prompt.add", **prompt.row(), now=times.now())
    same = next(one for one in known(catalog) if one.prompt.sha256 == prompt.sha256)
    return same, new
