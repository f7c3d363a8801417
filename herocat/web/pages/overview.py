"""What is in the catalog: from photos to heroes, species, places, hours, and questions to start from."""

from collections.abc import Sequence
from dataclasses import dataclass

from datasette.utils.asgi import Response
from markupsafe import Markup

from herocat import plots
from herocat.catalog import Catalog
from herocat.gallery.view import ANY, View, rounds_to
from herocat.pages import sentence
from herocat.reports import picture_reports
from herocat.web.visit import Visit

PATTERN = "overview"
HOME = "overview"
LABEL = "Overview"

_STEPS = ("photos", "on disk and readable", "seen by a detector", "with an animal")
_ROWS = 30  # of a table of species or places


@dataclass(frozen=True, slots=True)
class Step:
    """One step from photos to heroes; ``share`` is of the first, for its bar."""

    label: str
    photos: int
    share: float
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A species or a place."""

    name: str
    photos: int
    rated: int
    mean: float | None
    best: float | None
    href: str


@dataclass(frozen=True, slots=True)
class Question:
    """A canned query."""

    title: str
    description: str
    href: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """What herocat_overview.html is given."""

    here: str
    head: Sequence[tuple[str, str, str]]
    steps: Sequence[Step]
    species: Sequence[Row]
    places: Sequence[Row]
    more_species: int
    more_places: int
    hours: Markup
    questions: Sequence[Question]
    made_at: str


async def answer(visit: Visit) -> Response:
    """Answer with the overview."""
    from herocat.web.pages import head

    return visit.html(
        "herocat_overview.html", await visit.ask(lambda catalog: _page(visit, catalog, head(visit)))
    )


def _page(visit: Visit, catalog: Catalog, head: Sequence[tuple[str, str, str]]) -> OverviewPage:
    names = list(catalog.rows("browse.facet_names"))
    rated = _Rated.of(catalog, public=visit.public)
    species = _rows(visit, names, rated.species, "species")
    places = [] if visit.public else _rows(visit, names, rated.places, "location")
    # They are counted over all photos, those too that the public must not know of.
    hours = (
        {}
        if visit.public
        else {row["name"]: row["photos"] for row in names if row["kind"] == "hour"}
    )
    return OverviewPage(
        here="overview",
        head=head,
        steps=() if visit.public else tuple(_steps(visit, catalog, names)),
        species=species[:_ROWS],
        places=places[:_ROWS],
        more_species=max(0, len(species) - _ROWS),
        more_places=max(0, len(places) - _ROWS),
        hours=Markup(_hours(hours) if hours else ""),  # noqa: S704 - plots escapes its texts
        questions=() if visit.public else tuple(_questions(visit)),
        made_at=(catalog.value("browse.made_at") or "").replace("T", " ").replace("Z", " UTC"),
    )


@dataclass(slots=True)
class _Sum:
    """What became of some rated photos."""

    rated: int = 0
    total: float = 0.0
    best: float = 0.0

    def add(self, rated: int, total: float, best: float) -> None:
        self.rated += rated
        self.total += total
        self.best = max(self.best, best)


@dataclass(frozen=True, slots=True)
class _Rated:
    """Sums by the id of a facet."""

    species: dict[int | None, _Sum]
    places: dict[int | None, _Sum]

    @classmethod
    def of(cls, catalog: Catalog, *, public: bool) -> "_Rated":
        """Add up what was rated, in one pass."""
        made = cls({}, {})
        for row in catalog.rows("browse.rated_facets", public=public):
            for sums, key in ((made.species, row["species"]), (made.places, row["location"])):
                sums.setdefault(key, _Sum()).add(row["rated"], row["total"], row["best"])
        return made


def _rows(
    visit: Visit, names: Sequence[object], sums: dict[int | None, _Sum], kind: str
) -> list[Row]:
    found = []
    for row in names:
        if row["kind"] != kind:  # type: ignore[index]
            continue
        one = sums.get(row["id"], _Sum())  # type: ignore[index]
        name = row["name"]  # type: ignore[index]
        if visit.public and not one.rated:
            continue
        found.append(
            Row(
                name=sentence(name) if kind == "species" else name,
                photos=one.rated if visit.public else row["photos"],  # type: ignore[index]
                rated=one.rated,
                mean=one.total / one.rated if one.rated else None,
                best=one.best if one.rated else None,
                href=visit.url("", View().query(**{kind: name})),
            )
        )
    return sorted(found, key=lambda one: (-one.photos, one.name))


def _steps(visit: Visit, catalog: Catalog, names: Sequence[object]) -> list[Step]:
    counted = {row["name"]: row["photos"] for row in names if row["kind"] == "step"}  # type: ignore[index]
    live = catalog.one("browse.live_steps", good=rounds_to(7))
    assert live is not None
    found = [(name, counted.get(name, 0), "") for name in _STEPS]
    found += [
        ("candidates", live["candidates"], View().query(selection=ANY, sort="time")),
        ("with a score", live["rated"], View().query(sort="score")),
        ("score of 7 or more", live["heroes"], View().query(low="7")),
    ]
    most = max(1, found[0][1])
    return [
        Step(
            label,
            photos,
            max(0.3 if photos else 0.0, round(100 * photos / most, 2)),
            visit.url("", query) if query else "",
        )
        for label, photos, query in found
    ]


def _hours(hours: dict[str, int]) -> str:
    counts = [hours.get(f"{hour:02}", 0) for hour in range(24)]
    return plots.histogram(
        counts,
        title="Photos with a named animal, by the hour of the day",
        across=plots.Axis("hour", 0, 24),
    )


def _questions(visit: Visit) -> list[Question]:
    name = visit.database.name
    return [
        Question(
            report.title,
            report.description,
            str(visit.datasette.urls.query(name, report.name)),
        )
        for report in picture_reports()
    ]
