"""Which cameras give good photos: places, hours, heights, directions, framing; not for the public."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from datasette.utils.asgi import Response
from markupsafe import Markup

from herocat import cameras
from herocat.catalog import Catalog
from herocat.gallery.view import View
from herocat.pages import Section, Table
from herocat.web.visit import NotHere, Visit

PATTERN = "cameras"
HOME = "cameras"
LABEL = "Cameras"

_ROWS = 50  # of a table
_KEPT = 8  # answers

_answers: OrderedDict[tuple[object, ...], tuple[str, Sequence[Section]]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page: its table, how many rows were left out, plots, and its query."""

    title: str
    about: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, str, Sequence[str]]]  # first cell, where it leads, the others
    more: int
    plots: Sequence[Markup]
    query: str
    asked_at: str


@dataclass(frozen=True, slots=True)
class CamerasPage:
    """What herocat_cameras.html is given."""

    here: str
    head: Sequence[tuple[str, str, str]]
    tabs: Sequence[tuple[str, str, bool]]  # label, address, whether it is shown
    about: str
    parts: Sequence[Part]


def shown(visit: Visit) -> bool:
    """Say whether the page stands in the head: it is all about places."""
    return not visit.public


async def answer(visit: Visit) -> Response:
    """Answer with the page."""
    from herocat.web.pages import head

    if visit.public:
        raise NotHere("there is no such page")
    framing = visit.query.get("show") == "framing"
    about, sections = await _sections(visit, framing=framing)
    tabs = [("Scores", visit.url("cameras"), not framing)]
    tabs.append(("Framing", visit.url("cameras", "show=framing"), framing))
    parts = [_part(visit, section) for section in sections]
    page = CamerasPage("cameras", head(visit), tabs, about, parts)
    return visit.html("herocat_cameras.html", page)


async def _sections(visit: Visit, *, framing: bool) -> tuple[str, Sequence[Section]]:
    """Return the sections, computed anew only where something was written since."""
    key = (visit.path, framing, *_written(visit))
    found = _answers.get(key)
    if found is None:
        found = await (visit.ask(_framing) if framing else _scores(visit))
        _answers[key] = found
        while len(_answers) > _KEPT:
            _answers.popitem(last=False)
    return found


def _written(visit: Visit) -> list[tuple[int, int]]:
    """Return what changes with every commit: time and size of the catalog and of its log."""
    log = visit.path.with_name(f"{visit.path.name}-wal")
    files = [path.stat() for path in (visit.path, log) if path.exists()]
    return [(file.st_mtime_ns, file.st_size) for file in files]


async def _scores(visit: Visit) -> tuple[str, Sequence[Section]]:
    (where, about), when, set_up = await asyncio.gather(
        visit.ask(lambda catalog: cameras.where(catalog, str)),
        visit.ask(cameras.when),
        visit.ask(cameras.set_up),
    )
    if not about:
        return "No photo has a score yet.", ()
    return about, [where, when, *set_up]


def _framing(catalog: Catalog) -> tuple[str, Sequence[Section]]:
    section = cameras.framing(catalog, str)
    return "", [section] if section.table.rows else []


def _part(visit: Visit, section: Section) -> Part:
    table: Table = section.table
    by_place = table.columns[:1] == ["place"]
    rows = [
        (row[0], visit.url("", View().query(location=row[0])) if by_place else "", row[1:])
        for row in table.rows[:_ROWS]
    ]
    report = section.query.rpartition("/")[2].removesuffix(".sql")
    return Part(
        title=section.title,
        about=section.about,
        columns=table.columns,
        rows=rows,
        more=max(0, len(table.rows) - _ROWS),
        plots=[Markup(drawn) for drawn in section.plots],  # noqa: S704 - plots escapes its texts
        query=section.query,
        asked_at=str(visit.datasette.urls.query(visit.database.name, report)),
    )
