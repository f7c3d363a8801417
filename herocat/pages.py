"""What each template is given: one frozen dataclass a page. A test holds templates to them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from herocat.errors import OutputError
from herocat.plots import as_file


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file beside the page, and its size in pixels."""

    src: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CardPart:
    """A part of a score: its name, its value 0..1, and what it was read from."""

    name: str
    value: float
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """One photo on a page; texts are empty where nothing is known."""

    image: int
    thumbnail: Picture | None
    preview: str  # a larger picture; empty: none
    score: float | None
    title: str
    details: Sequence[str]
    reasoning: str
    error: str
    parts: Sequence[CardPart]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram, drawn in a box 100 wide and 40 high."""

    x: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class RunLink:
    """A label run in the page's head."""

    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """The page of one label run: its photos by score."""

    title: str
    runs: Sequence[RunLink]
    facts: Sequence[tuple[str, str]]  # number, what it counts
    bars: Sequence[Bar]
    cards: Sequence[Card]
    held: str  # a sentence on what was held back; empty: nothing was
    footer: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: figures, plots as SVG, and the query that they are computed from."""

    title: str
    about: str  # a sentence; may be empty
    table: Table
    plots: Sequence[str]
    query: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page of figures and plots."""

    title: str
    about: str
    sections: Sequence[Section]


@cache
def environment() -> Environment:
    """Return the templates' environment: everything is escaped, nothing may be undefined."""
    return Environment(
        loader=PackageLoader("herocat"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, page: Any) -> str:  # noqa: ANN401 - one of the dataclasses above
    """Fill a template with the fields of its page."""
    values = {field.name: getattr(page, field.name) for field in fields(page)}
    return environment().get_template(template).render(values)


def write_report(folder: Path, page: ReportPage) -> Path:
    """Write a report into a folder: ``index.html``, and each plot as an SVG file of its own.

    Raises OutputError if that cannot be done.
    """
    templates = resources.files("herocat") / "templates"
    files = {name: (templates / name).read_text("utf-8") for name in ("palette.css", "report.css")}
    files["index.html"] = render("report.html", page)
    drawn = [plot for section in page.sections for plot in section.plots]
    files |= {f"plot-{number:02}.svg": as_file(plot) for number, plot in enumerate(drawn, 1)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from error
    return folder / "index.html"


def bars(counts: Sequence[int]) -> tuple[Bar, ...]:
    """Return the bars of a histogram of scores from 0 to 10."""
    top = max(counts, default=0) or 1
    step = 100 / len(counts)
    return tuple(
        Bar(
            x=round(number * step + 0.6, 2),
            width=round(step - 1.2, 2),
            height=round(40 * count / top, 2)
            if not count
            else max(1.5, round(40 * count / top, 2)),
            label=f"{number} to {number + 1}: {count:,}",
        )
        for number, count in enumerate(counts)
    )
