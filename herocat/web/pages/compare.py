"""Label runs side by side: how they agree, in figures and plots, and where they do not, in pictures."""

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any, TypeVar
from urllib.parse import urlencode

import numpy as np
from datasette.utils.asgi import Response
from markupsafe import Markup

from herocat import gate, plots
from herocat.agreement import Agreement, Estimate
from herocat.catalog import Catalog
from herocat.comparison import TITLES
from herocat.errors import ChoiceError
from herocat.gallery.beside import OF_BURSTS, Beside, Order, agreement, beside
from herocat.gallery.query import run_of
from herocat.gallery.shown import Photo, photos
from herocat.gallery.view import View
from herocat.pages import sentence
from herocat.web.pages.gallery import CAPPED, Chip, Filter, chips, filters, lists
from herocat.web.visit import Visit

PATTERN = "compare"
HOME = "compare"
LABEL = "Compare"

_SIZE = 24
Result = TypeVar("Result")

_MOST = 6  # runs at a time
_KEPT = 64
_ORDERS: dict[Order, str] = {
    "apart": "Furthest apart",
    "alike": "Most alike",
    "first": "First higher",
    "second": "Second higher",
}
_TITLES = {name: sentence(title) for name, title in TITLES.items()}
_REPORTS = (
    "agreement",
    "agreement_pairs",
)  # of sql/reports: the figures of all photos in SQL alone
_LEFT_OUT = {"run", "rater", "failed"}  # filters that are about single runs


@dataclass(frozen=True, slots=True)
class RunColumn:
    """One of the runs that are compared, with what it cost."""

    name: str
    rater: str
    model: str
    scored: int
    failed: int
    mean: str
    cost: str
    per_thousand: str
    latency: float | None  # milliseconds for each photo


@dataclass(frozen=True, slots=True)
class Figures:
    """How two runs agree: a text for each statistic, in the order of the table's head."""

    first: str
    second: str
    n: int
    values: Sequence[tuple[str, str]]  # statistic, value
    href: str
    intervals: str  # where the script finds the intervals


@dataclass(frozen=True, slots=True)
class Said:
    """What one run says of a photo."""

    run: str
    score: float
    reasoning: str


@dataclass(frozen=True, slots=True)
class Line:
    """A photo, and what each run says of it."""

    photo: Photo
    apart: float
    said: Sequence[Said]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """What herocat_compare.html is given."""

    here: str
    head: Sequence[tuple[str, str, str]]
    names: Sequence[str]  # all runs that have scores
    chosen: Sequence[str]
    runs: Sequence[RunColumn]
    titles: Sequence[str]
    reports: Sequence[tuple[str, str]]  # that compute the same figures: their names and addresses
    figures: Sequence[Figures]
    scatter: Markup
    histogram: Markup
    lines: Sequence[Line]
    orders: Sequence[tuple[str, str]]
    order: str
    filters: Sequence[Filter]
    chips: Sequence[Chip]
    view: View
    n: int
    page: int
    before: str
    after: str
    note: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for."""

    names: tuple[str, ...]
    order: Order
    page: int
    view: View

    def query(self, **changes: object) -> str:
        """Return the address's parameters, with changes."""
        order, page = changes.pop("order", self.order), changes.pop("page", 1)
        parts = [("run", name) for name in changes.pop("names", self.names)]  # type: ignore[attr-defined]
        parts += [("order", str(order))] if order != "apart" else []
        parts += [("page", str(page))] if page != 1 else []
        rest = self.view.query(**changes)
        return urlencode(parts) + (f"&{rest}" if rest else "")


async def answer(visit: Visit) -> Response:
    """Answer with the comparison of the runs in the address; of the first two, where it names none."""
    from herocat.web.pages import head

    made = await visit.ask(lambda catalog: _page(visit, catalog, head(visit)))
    return visit.html("herocat_compare.html", made)


async def intervals(visit: Visit) -> Response:
    """Answer with the intervals of two runs' figures, which take longer than a page should."""

    def ask(catalog: Catalog) -> dict[str, dict[str, str]]:
        asked = _asked(visit, catalog)
        if len(asked.names) != 2:
            raise ChoiceError("intervals are of two runs")
        together = beside(catalog, asked.names, asked.view, public=visit.public)
        return _kept(f"intervals {together.digest}", lambda: _intervals(catalog, together))

    return visit.json(await visit.ask(ask))


def _intervals(catalog: Catalog, together: Beside) -> dict[str, dict[str, str]]:
    found = agreement(catalog, together, intervals=True)
    if found is None:
        return {}
    said = {name: {"value": _value(name, found)} for name in OF_BURSTS}  # the page has the others
    for name, one in found.statistics.items():
        if one.low is not None:
            said.setdefault(name, {})["interval"] = _span(one)
    return said


_known: OrderedDict[str, Any] = OrderedDict()  # what was computed last, by what it was made from


def _kept(key: str, make: Callable[[], Result]) -> Result:
    """Return what was computed of the same scores before, or compute it."""
    if key not in _known:
        _known[key] = make()
        while len(_known) > _KEPT:
            with suppress(KeyError):  # another thread was quicker
                _known.popitem(last=False)
    found: Result = _known[key]
    return found


MORE = ((r"compare/intervals", intervals),)


def _asked(visit: Visit, catalog: Catalog) -> _Asked:
    given = dict(visit.query)
    order, page = given.get("order", "apart"), given.get("page", "1")
    if order not in _ORDERS:
        raise ChoiceError(f"order is one of {', '.join(_ORDERS)}; not {order!r}")
    if not (page.isascii() and page.isdigit()) or not 1 <= int(page[:8]) <= 1_000_000:
        raise ChoiceError(f"page is a number from 1, not {page!r}")
    names = tuple(dict.fromkeys(name for name in visit.all("run") if name))
    if not names:
        names = tuple(_with_scores(visit, catalog)[:2])
    if len(names) > _MOST:
        raise ChoiceError(f"at most {_MOST} runs can be compared at a time")
    left = {key: value for key, value in given.items() if key not in _LEFT_OUT}
    left |= {"sort": "", "after": "", "before": "", "size": ""}
    return _Asked(names, order, int(page), View.of(left))


def _page(visit: Visit, catalog: Catalog, head: Sequence[tuple[str, str, str]]) -> ComparePage:
    asked = _asked(visit, catalog)
    known = _with_scores(visit, catalog)
    together = None
    if len(asked.names) > 1:
        together = beside(catalog, asked.names, asked.view, public=visit.public)
    n = 0 if together is None else len(together.images)
    key = together.digest if together else ""
    start = (asked.page - 1) * _SIZE
    offered = filters(asked.view, lists(catalog, public=visit.public), public=visit.public)
    return ComparePage(
        here="compare",
        head=head,
        names=known,
        chosen=asked.names,
        runs=tuple(_columns(catalog, asked.names, public=visit.public)),
        titles=tuple(_TITLES.values()),
        reports=() if visit.public else tuple(_reports(visit)),
        figures=tuple(_figures(visit, catalog, asked, together)) if together and n else (),
        scatter=_kept(f"scatter {key}", lambda: _scatter(together)) if together and n else Markup(),
        histogram=_kept(f"bars {key}", lambda: _histogram(together))
        if together and n
        else Markup(),
        lines=tuple(_lines(catalog, together, asked, start, public=visit.public))
        if together
        else (),
        orders=tuple((name, label) for name, label in _ORDERS.items()),
        order=asked.order,
        filters=tuple(one for one in offered if one.name not in _LEFT_OUT),
        chips=tuple(
            Chip(chip.label, visit.url("compare", asked.query(**{name: ""})))
            for name, chip in zip(asked.view.filters, chips(visit, asked.view), strict=True)
        ),
        view=asked.view,
        n=n,
        page=asked.page,
        before=visit.url("compare", asked.query(page=asked.page - 1)) if asked.page > 1 else "",
        after=visit.url("compare", asked.query(page=asked.page + 1)) if n > start + _SIZE else "",
        note=_note(known, asked, n, capped=together is not None and together.capped),
    )


def _reports(visit: Visit) -> list[tuple[str, str]]:
    name = visit.database.name
    return [(report, str(visit.datasette.urls.query(name, report))) for report in _REPORTS]


def _with_scores(visit: Visit, catalog: Catalog) -> list[str]:
    offered = lists(catalog, public=visit.public).runs
    rows = catalog.rows("compare.runs_with_scores")
    return [row["name"] for row in rows if row["name"] in offered]


def _note(known: Sequence[str], asked: _Asked, n: int, *, capped: bool) -> str:
    if len(known) < 2:
        return "There is nothing to compare yet: two label runs with scores are needed."
    if len(asked.names) < 2:
        return "Choose two runs or more."
    if n and (asked.page - 1) * _SIZE >= n:
        return f"There are {n:,} photos to compare, and this page is behind the last of them."
    if capped:
        return CAPPED
    return "" if n else "No photo that passes these filters was scored by all of these runs."


def _columns(catalog: Catalog, names: Sequence[str], *, public: bool) -> list[RunColumn]:
    ids = [run_of(catalog, name, public=public) for name in names]
    known = {row["id"]: row for row in catalog.rows("browse.runs")}
    runs = json.dumps(ids)
    rows = catalog.rows("browse.run_costs", runs=runs, public=public)
    costs = {row["label_run_id"]: row for row in rows}
    counts, totals = dict[int, int](), dict[int, float]()
    for bar in catalog.rows("browse.run_histograms", runs=runs, public=public):
        counts[bar["label_run_id"]] = counts.get(bar["label_run_id"], 0) + bar["photos"]
        totals[bar["label_run_id"]] = totals.get(bar["label_run_id"], 0.0) + bar["total"]
    columns = []
    for run in (known[number] for number in ids):
        row = costs.get(run["id"])
        scored = counts.get(run["id"], 0)
        usd, latency = (row["cost_usd"], row["latency_ms"]) if row else (None, None)
        columns.append(
            RunColumn(
                name=run["name"],
                rater=run["rater"],
                model=run["model"],
                scored=scored,
                failed=row["failed"] if row else 0,
                mean=f"{totals[run['id']] / scored:.2f}" if scored else "",
                cost="" if not usd else f"${usd:,.2f}",
                per_thousand="" if not usd or not scored else f"${1000 * usd / scored:,.2f}",
                latency=latency,
            )
        )
    return columns


def _figures(visit: Visit, catalog: Catalog, asked: _Asked, together: Beside) -> list[Figures]:
    found = []
    for pair in combinations(range(len(together.runs)), 2):
        one = _kept(
            f"figures {pair} {together.digest}",
            partial(agreement, catalog, together, pair, intervals=False),
        )
        assert one is not None
        names = tuple(together.names[number] for number in pair)
        query = asked.query(names=names)
        found.append(
            Figures(
                first=names[0],
                second=names[1],
                n=one.n,
                values=tuple((name, _value(name, one)) for name in _TITLES),
                href=visit.url("compare", query) if len(together.runs) > 2 else "",
                intervals=visit.url("compare/intervals", query),
            )
        )
    return found


def _value(name: str, found: Agreement) -> str:
    if name not in found.statistics:
        return ""
    value = found[name].value
    if value is None:
        return "undefined"
    return f"{value:+.2f}" if name == "mean_difference" else f"{value:.2f}"


def _span(one: Estimate) -> str:
    assert one.low is not None
    assert one.high is not None
    return f"{one.low:.2f} to {one.high:.2f}"


def _scatter(together: Beside) -> Markup:
    first, second = together.names[:2]
    drawn = plots.scatter(
        list(zip(together.scores[0].tolist(), together.scores[1].tolist(), strict=True)),
        title=f"Each photo's score by {first} and by {second}",
        across=plots.Axis(first, 0, 10),
        up=plots.Axis(second, 0, 10),
    )
    return Markup(drawn)  # noqa: S704 - plots escapes its texts


def _histogram(together: Beside) -> Markup:
    counts: dict[str, Any] = {}
    for name, scores in zip(together.names[:2], together.scores, strict=False):
        counts[name] = np.histogram(scores, bins=10, range=(0, 10))[0].tolist()
    drawn = plots.two_histograms(counts, title="How many photos have which score")
    return Markup(drawn)  # noqa: S704 - plots escapes its texts


def _lines(
    catalog: Catalog, together: Beside, asked: _Asked, start: int, *, public: bool
) -> list[Line]:
    order = together.order(asked.order)[start : start + _SIZE]
    images = together.images[order].tolist()
    apart = dict(zip(images, together.apart[order].tolist(), strict=True))
    names = dict(zip(together.runs, together.names, strict=True))
    said = dict[int, dict[int, Said]]()
    runs = json.dumps(list(together.runs))
    for row in catalog.rows("browse.said", images=json.dumps(images), runs=runs):
        image, why = row["image_id"], row["reasoning"] or ""
        why = gate.hushed(catalog, image, why) if public else why
        one = Said(names[row["label_run_id"]], row["score"], why)
        said.setdefault(image, {})[row["label_run_id"]] = one
    return [
        Line(photo, apart[photo.id], [said[photo.id][run] for run in together.runs])
        for photo in photos(catalog, View(), images, public=public)
    ]
