"""What a kind of export is: its words for the command line, its options, and a function that writes.

A kind is a module with a ``KIND``; the registry lists them, the command line is made from them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from herocat.catalog import Catalog
from herocat.exports.chosen import Held, Photos
from herocat.exports.filters import Choice
from herocat.exports.rated import Rated

# Scored photos, best first; the labels of runs; any photo that passes the filters; none that is asked for
Chooses = Literal["photos", "runs", "any", "nothing"]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a kind that has none of its own."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a kind is given: an empty folder, its options, and what the gate let through."""

    catalog: Catalog
    folder: Path
    options: Any  # an instance of the kind's Options
    choice: Choice
    photos: Photos
    runs: Sequence[Rated] = ()  # for kinds that show label runs


@dataclass(frozen=True, slots=True)
class Written:
    """What a kind wrote: the files to name (the first to open), and what is to be said of it."""

    files: Sequence[str]
    photos: int
    notes: Sequence[str] = ()  # sentences for the user and the manifest
    held: Mapping[int, Held] = field(default_factory=dict)  # what it asked the gate itself
    images: Collection[int] = ()  # photos that it chose itself
    secret: Collection[int] = ()  # those of them whose places it did not tell


@dataclass(frozen=True, slots=True)
class Format:
    """The format of other tools that a kind writes: what of the catalog it holds, and what it has no place for."""

    name: str | None  # as ``ingest`` calls it; None: it does not read it
    kept: str
    lost: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of export."""

    name: str
    title: str  # what it writes, in a few words
    opens: str  # who reads it
    about: str  # what to know, for its help
    examples: tuple[str, ...]
    write: Callable[[Job], Written]
    options: type = Options
    form: Format | None = None
    chooses: Chooses = "photos"
    by_path: bool = False  # its readers find photos by their paths, which tell places
    repeatable: bool = True  # everything that it depends on stands in the catalog
    top: int | None = 100  # how many photos, unless the user says


def option(
    default: Any,  # noqa: ANN401 - the default of any type of option
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    metavar: str | None = None,
) -> Any:  # noqa: ANN401 - as dataclasses.field is typed
    """Declare an option of a kind, as a field of its dataclass."""
    said = {"about": about, "low": low, "high": high, "choices": choices, "metavar": metavar}
    return field(default=default, metadata=said)
