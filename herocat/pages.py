"""What each template is given: one frozen dataclass a page. A test holds templates to them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from herocat.plots import as_file


def sentence(text: str) -> str:
    """Return a text as it begins a line: with a capital."""
    return text[:1].upper() + text[1:]


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
class Chip:
    """The score of another run beside a photo's own, and how far it is off: nothing, some, much."""

    name: str
    score: float | None
    off: str


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
    others: Sequence[Chip] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram, drawn in a box 100 wide and 40 high."""

    x: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a row of links; the one that leads to the page itself is current."""

    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Leaves:
    """Which of several pages this is: links to the others near it, and to its neighbours."""

    pages: Sequence[Link]
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """A page of one label run: its photos in order."""

    title: str
    links: Sequence[Link]
    facts: Sequence[tuple[str, str]]  # number, what it counts
    bars: Sequence[Bar]
    cards: Sequence[Card]
    leaves: Leaves
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


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A label run on the first page: what its scores look like, and its best photos."""

    name: str
    href: str
    about: str
    facts: Sequence[tuple[str, str]]
    bars: Sequence[Bar]
    best: Sequence[Card]


@dataclass(frozen=True, slots=True)
class PairRow:
    """How two runs agree, in words ready to show."""

    first: str
    second: str
    photos: str
    rank: str  # rank correlation
    strength: str  # none, weak, fair or strong: how it is coloured
    difference: str
    bias: str


@dataclass(frozen=True, slots=True)
class SideRow:
    """One photo with what each run says of it, in the order of the runs."""

    card: Card
    spread: float | None
    off: str
    scores: Sequence[Card | None]


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The first page of several runs: each run, how they agree, where they do not."""

    title: str
    links: Sequence[Link]
    runs: Sequence[RunSummary]
    pairs: Sequence[PairRow]
    disputed: Sequence[SideRow]
    names: Sequence[str]
    compare: str
    held: str
    footer: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """A page of photos with the scores and reasons of all runs side by side."""

    title: str
    links: Sequence[Link]
    names: Sequence[str]
    rows: Sequence[SideRow]
    leaves: Leaves
    held: str
    footer: str


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
    """Write a report into a folder: ``index.html``, and each plot as an SVG file of its own."""
    templates = resources.files("herocat") / "templates"
    files = {name: (templates / name).read_text("utf-8") for name in ("palette.css", "report.css")}
    files["index.html"] = render("report.html", page)
    drawn = [plot for section in page.sections for plot in section.plots]
    files |= {f"plot-{number:02}.svg": as_file(plot) for number, plot in enumerate(drawn, 1)}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
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


def leaves(names: Sequence[str], current: int) -> Leaves:
    """Return the links between the pages of one run: first, last and those nearby."""
    near = [0, *range(current - 2, current + 3), len(names) - 1]
    shown = [number for number in dict.fromkeys(near) if 0 <= number < len(names)]
    links = list[Link]()
    for place, number in enumerate(shown):
        if place and number > shown[place - 1] + 1:
            links.append(Link("…", "", current=False))
        links.append(Link(str(number + 1), names[number], number == current))
    return Leaves(
        links if len(names) > 1 else (),
        names[current - 1] if current else "",
        names[current + 1] if current + 1 < len(names) else "",
    )
