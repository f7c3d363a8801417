"""From a view of the gallery to SQL that stays fast at a million photos.

The shape of the statements stands in sql/browse.sql; here it is decided where SQLite begins. A page
is read in the order of an index, from its place on. That is quick when most photos on the way pass
the filters, and slow when few do; then it is quicker to begin with the few and to sort them. How many
photos a filter leaves is known (``facets``), so the smallest begins: a ``+`` before a column keeps
SQLite from its index, ``cross join`` keeps the order of tables.
"""

import json
from dataclasses import dataclass, field

from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.gallery.search import search
from herocat.gallery.view import RATERS, View
from herocat.queries import queries

FEW = 20_000  # so many photos can be sorted in a few hundredths of a second
FOUND = 3_000  # so many does a search take, from each place where it looks
_FOUND_IN_PUBLIC = 500  # there each reason is read first, for it may name a place
_KEYS = {"time": "moment", "name": "name_order", "score": "score", "disagreement": "spread"}
BITS = {"person": 1, "vlm": 2, "scorer": 4, "baseline": 8}
assert set(BITS) == set(RATERS)


@dataclass(slots=True)
class Plan:
    """A statement in parts: where it begins, what it asks, what it sorts by."""

    source: str = "gallery"
    id: str = "gallery.image_id"
    key: str = ""
    descending: bool = False
    conditions: list[str] = field(default_factory=list)
    parameters: dict[str, object] = field(default_factory=dict)
    exact: int | None = None  # how many photos there are in all, where that is known anyway
    capped: bool = False  # a search found more than it could take

    def add(self, condition: str, **parameters: object) -> None:
        """Ask one thing more."""
        self.conditions.append(condition)
        self.parameters.update(parameters)

    def page(self, *, backwards: bool, place: tuple[float, int] | None) -> str:
        """Return the statement for the photos behind a place, forwards or backwards."""
        descending = self.descending is not backwards
        conditions = list(self.conditions)
        if place is not None:
            sign = "<" if descending else ">"
            conditions.append(f"({self.key}, {self.id}) {sign} (:key, :image)")
        return _filled(
            "browse.page",
            id=self.id,
            key=self.key,
            source=self.source,
            conditions="\n  and ".join(conditions) or "true",
            direction="desc" if descending else "asc",
        )

    def locate(self) -> str:
        """Return the statement for the place of one photo."""
        conditions = "\n  and ".join(self.conditions) or "true"
        return _filled("browse.place", key=self.key, source=self.source, conditions=conditions)


def _filled(name: str, **parts: str) -> str:
    (statement,) = queries()[name].statements
    return statement.format(**parts)


@dataclass(frozen=True, slots=True)
class _Equal:
    """A filter of one column for one value, and how many photos pass it."""

    column: str
    value: int
    photos: int


def plan(catalog: Catalog, view: View, *, public: bool = False) -> Plan:
    """Decide how a view is asked for; raise ChoiceError for a name that does not exist."""
    made = Plan()
    sort = view.sort or default_sort(catalog, view)
    made.descending = (sort in {"score", "disagreement"}) is not bool(view.reverse)
    run = run_of(catalog, view.run, public=public) if view.run else None
    equals = _equals(catalog, view, public=public)
    first = _first(catalog, made, view, run, sort, public=public)
    _conditions(made, view, run, rated_only=sort in {"score", "disagreement"}, first=first)
    made.key = f"gallery.{_KEYS[sort]}"
    if run is not None and sort == "score" and not view.failed:
        made.key = "labels.score"
        if first == "labels":
            made.id = "labels.image_id"
    if sort == "disagreement":
        made.add("gallery.spread is not null")
    if first:
        for equal in equals:
            made.add(f"+gallery.{equal.column} = {equal.value}")
        if moments := view.moments():
            made.add("gallery.moment between :since and :until", **_span(moments))
    else:
        _begin_with_an_index(catalog, made, view, sort, equals)
    if not public or view.held == "yes":
        made.exact = _exact(catalog, view, equals, sort)
    return made


def narrowed(catalog: Catalog, view: View, *, public: bool = False) -> Plan | None:
    """Return the filters of a view that are about photos, for photos that are known by their ids.

    What it is to look among stands in the parameter ``among``, a JSON list. None: nothing is filtered.
    """
    made = Plan(
        source="json_each(:among) as among cross join gallery on gallery.image_id = among.value"
    )
    made.key, made.parameters = "gallery.image_id", {"count": -1}
    for equal in _equals(catalog, view, public=public):
        made.add(f"+gallery.{equal.column} = {equal.value}")
    if moments := view.moments():
        made.add("+gallery.moment between :since and :until", **_span(moments))
    _scored(made, view, "+gallery.score")
    if view.chosen:
        made.add(f"gallery.image_id in {_chosen(view)}", **_choice(view))
    if view.q:
        ids, made.capped = search(catalog, view.q, public=public)
        made.add("gallery.image_id in (select value from json_each(:found))", found=json.dumps(ids))
    return made if made.conditions else None


def default_sort(catalog: Catalog, view: View) -> str:
    """Return the order of a view that does not say: the best first, where anything is rated."""
    if view.run and not view.failed:
        return "score"
    if view.failed or view.held == "yes":
        return "time"
    return "score" if catalog.value("browse.count_rated", most=1) else "time"


def run_of(catalog: Catalog, name: str, *, public: bool) -> int:
    """Return the id of a label run; in public people's have no name, and so cannot be asked for."""
    row = catalog.one("label.run", name=name)
    if row is None or (public and row["rater"] == "person"):
        raise ChoiceError(f"there is no label run {name!r}")
    return int(row["id"])


def _equals(catalog: Catalog, view: View, *, public: bool) -> list[_Equal]:
    """Return the filters of one column, the one that fewest photos pass first."""
    found = []
    if public and (view.location or view.sort == "name" or view.held == "yes" or view.failed):
        raise ChoiceError("places, paths, failures and photos that must stay are not shown here")
    for name in ("species", "location"):
        if value := getattr(view, name):
            row = catalog.one("browse.facet", kind=name, name=value)
            found.append(_Equal(name, row["id"], row["photos"]) if row else _Equal(name, -1, 0))
    if view.light:
        found.append(_Equal("night", int(view.light == "night"), _state(catalog, view.light)))
    if view.failed and not view.run:
        found.append(_Equal("failed", 1, _state(catalog, "failed")))
    held = _state(catalog, "held")
    if public or view.held == "no":
        found.append(_Equal("held", 0, _state(catalog, "all") - held))
    elif view.held == "yes":
        found.append(_Equal("held", 1, held))
    return sorted(found, key=lambda equal: equal.photos)


def _state(catalog: Catalog, name: str) -> int:
    row = catalog.one("browse.facet", kind="state", name=name)
    return row["photos"] if row else 0


def _first(
    catalog: Catalog, made: Plan, view: View, run: int | None, sort: str, *, public: bool
) -> str:
    """Put a small set of photos before the gallery; return which, empty if there is none."""
    tables = []
    if view.q:
        ids, made.capped = search(catalog, view.q, public=public)
        made.parameters["found"] = json.dumps(ids)
        tables.append("json_each(:found) as found")
        joined = "gallery.image_id = found.value"
    elif view.chosen:
        tables.append(f"{_chosen(view)} as chosen")
        joined = "gallery.image_id = chosen.image_id"
    elif run is not None and (
        sort == "score"
        or catalog.value("browse.count_scores", run=run, most=FEW + 10_001) <= FEW + 10_000
    ):
        tables.append("labels")
        joined = "gallery.image_id = labels.image_id"
    if tables:
        made.source = f"{tables[0]} cross join gallery on {joined}"
    if run is not None and tables != ["labels"]:
        made.source += " cross join labels on labels.label_run_id = :run and labels.image_id = gallery.image_id"
    return tables[0].split()[-1] if tables else ""


def _chosen(view: View) -> str:
    names = ["browse.chosen"] if view.category or view.selection else []
    if view.album:
        names.append("browse.chosen_for_album")
    together = "\nintersect\n".join(queries()[name].statements[0] for name in names)
    return f"({together})"


def _choice(view: View) -> dict[str, object]:
    return {"category": view.category, "selection": view.selection, "album": view.album}


def _conditions(made: Plan, view: View, run: int | None, *, rated_only: bool, first: str) -> None:
    """Ask for what is no filter of one column: label runs, scores, selections, dates."""
    if view.chosen:
        made.parameters |= _choice(view)
    if view.chosen and first != "chosen":
        made.add(f"gallery.image_id in {_chosen(view)}")
    score = "gallery.score"
    if run is not None:
        score = "labels.score"
        made.add("labels.label_run_id = :run", run=run)
        if view.failed:
            made.add("labels.status <> 'ok'")
        else:
            made.add("labels.score is not null")
    if run is None and (rated_only or view.rater or view.low or view.high):
        made.add("gallery.score is not null")
    _scored(made, view, score)
    if view.rater:
        made.add("gallery.raters & :rater", rater=BITS[view.rater])


def _scored(made: Plan, view: View, score: str) -> None:
    """Ask for the scores that are wanted."""
    low, high = view.scores()
    if low is not None:
        made.add(f"{score} >= :low", low=low)
    if high is not None:
        made.add(f"{score} < :high", high=high)


def _begin_with_an_index(
    catalog: Catalog, made: Plan, view: View, sort: str, equals: list[_Equal]
) -> None:
    """Choose between the index of the order, and that of the filter that fewest photos pass."""
    fewest = equals[0] if equals else None
    key = made.key
    if "gallery.score is not null" in made.conditions:
        rated = catalog.value("browse.count_rated", most=FEW * 5)
        if fewest is not None and fewest.photos < rated / 4:
            made.conditions = [
                f"+{text}" if text.endswith("is not null") else text for text in made.conditions
            ]
            made.key = f"+{key}"
        else:
            fewest = None
    if moments := view.moments():
        made.parameters |= _span(moments)
        days = 0
        if sort != "time":
            days = catalog.value("browse.count_between", most=FEW * 2, **_span(moments))
        if sort == "time" or (days < FEW * 2 and (fewest is None or days < fewest.photos)):
            made.add("gallery.moment between :since and :until")
            if sort != "time":
                made.key, fewest = f"+{key}", None
        else:
            made.add("+gallery.moment between :since and :until")
    for equal in equals:
        begins = equal is fewest
        made.add(f"{'' if begins else '+'}gallery.{equal.column} = {equal.value}")


def _span(moments: tuple[int, int]) -> dict[str, object]:
    return {"since": moments[0], "until": moments[1]}


def _exact(catalog: Catalog, view: View, equals: list[_Equal], sort: str) -> int | None:
    """Return how many photos there are, where the catalog keeps that number."""
    if len(view.filters) > 1 or sort in {"score", "disagreement"}:
        return None
    if not view.filters:
        return _state(catalog, "all")
    return equals[0].photos if len(equals) == 1 else None
