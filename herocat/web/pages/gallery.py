"""The gallery: photos by filters, in an order, a page at a time. The whole state is the address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from datasette.utils.asgi import Response

from herocat.catalog import Catalog
from herocat.gallery.shown import Photo, Shown, page
from herocat.gallery.view import ANY, RATERS, SIZE, SORTS, View
from herocat.pages import sentence
from herocat.web.visit import Visit

PATTERN = ""
HOME = ""
LABEL = "Gallery"

CAPPED = "The search found more than can be shown at once; a further word narrows it down."

_SORT_LABELS = {
    "score": "Best first",
    "disagreement": "Disagreement",
    "time": "Time",
    "name": "File name",
}
_REVERSED = {
    "score": "Worst first",
    "disagreement": "Agreement",
    "time": "Newest first",
    "name": "File name, Z to A",
}
_RATER_LABELS = {
    "person": "people",
    "vlm": "vision models",
    "scorer": "trained scorer",
    "baseline": "baseline",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a filter's list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter with its choices, and the one that is set."""

    name: str
    label: str
    chosen: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """What herocat_gallery.html is given."""

    here: str
    head: Sequence[tuple[str, str, str]]
    view: View
    photos: Sequence[Photo]
    sheet: str  # the address of all their thumbnails at once; empty: there is none
    state: str  # the view as it stands in an address: photos carry it on
    filters: Sequence[Filter]
    sorts: Sequence[Choice]
    sort: str
    chips: Sequence[Chip]
    clear: str
    total: str
    first: str  # addresses; empty: there is none
    before: str
    after: str
    last: str
    note: str
    all_href: str  # the same photos with those that this view leaves out, for having no score


@dataclass(frozen=True, slots=True)
class Lists:
    """What the filters offer."""

    runs: Sequence[str]
    species: Sequence[tuple[str, int]]
    locations: Sequence[tuple[str, int]]
    categories: Sequence[str]
    selections: Sequence[str]
    albums: Sequence[str]
    photos: int  # in the catalog, when the gallery was last brought up to date
    ready: bool  # whether the gallery was ever prepared


async def answer(visit: Visit) -> Response:
    """Answer with one page of photos."""
    from herocat.web.pages import head

    view = View.of(visit.query)
    shown, offered = await visit.ask(
        lambda catalog: (_page(visit, catalog, view), lists(catalog, public=visit.public))
    )
    made = GalleryPage(
        here="gallery",
        head=head(visit),
        view=view,
        photos=shown.photos,
        sheet=visit.sheet(shown.photos[:SIZE]),
        state=view.address(),
        filters=tuple(filters(view, offered, public=visit.public)),
        sorts=tuple(_sorts(visit)),
        sort=f"{'-' if view.reverse else ''}{shown.sort}",
        chips=tuple(chips(visit, view)),
        clear=visit.url("", View(sort=view.sort, reverse=view.reverse).query()),
        total=_total(shown),
        first=visit.url("", view.query()) if shown.before or view.place() else "",
        before=visit.url("", view.query(before=shown.before)) if shown.before else "",
        after=visit.url("", view.query(after=shown.after)) if shown.after else "",
        last=visit.url("", view.query(before="end")) if shown.after else "",
        note=_note(offered, shown, view),
        all_href="" if shown.total == offered.photos else _all_href(visit, view, shown.sort),
    )
    return visit.html("herocat_gallery.html", made)


def _page(visit: Visit, catalog: Catalog, view: View) -> Shown:
    return page(catalog, view, public=visit.public)


def lists(catalog: Catalog, *, public: bool = False) -> Lists:
    """Return what the filters offer; to the public no person's name, and no species that it cannot see."""
    species = (
        catalog.rows("browse.public_species")
        if public
        else catalog.rows("browse.facets", kind="species")
    )
    return Lists(
        runs=[
            row["name"]
            for row in catalog.rows("browse.runs")
            if not (public and row["rater"] == "person")
        ],
        species=[tuple(row) for row in species],
        locations=[tuple(row) for row in catalog.rows("browse.facets", kind="location")],
        categories=[row["category"] for row in catalog.rows("browse.categories")],
        selections=[row["name"] for row in catalog.rows("browse.selections")],
        albums=[row["name"] for row in catalog.rows("browse.albums")],
        photos=catalog.value("browse.photos_in_all") or 0,
        ready=catalog.value("browse.made_at") is not None,
    )


def filters(view: View, offered: Lists, *, public: bool) -> list[Filter]:
    """Return the filters that are lists to choose from."""

    def counted(rows: Sequence[tuple[str, int]]) -> list[Choice]:
        return [
            Choice(name, name if public else f"{name} ({photos:,})")
            for name, photos in sorted(rows)
        ]

    def named(names: Sequence[str]) -> list[Choice]:
        return [Choice(name, name.replace("_", " ")) for name in names]

    raters = [Choice(name, _RATER_LABELS[name]) for name in RATERS]
    species = [replace(one, label=sentence(one.label)) for one in counted(offered.species)]
    selections = [Choice(name, name) for name in offered.selections]
    if selections:
        selections.insert(0, Choice(ANY, "any selection"))
    made = [
        Filter("run", "Label run", view.run, [Choice(name, name) for name in offered.runs]),
        Filter("rater", "Rated by", view.rater, raters),
        Filter("species", "Species", view.species, species),
        Filter("location", "Location", view.location, [] if public else counted(offered.locations)),
        Filter(
            "light", "Light", view.light, [Choice("day", "day"), Choice("night", "night, infrared")]
        ),
        Filter("category", "Chosen as", view.category, named(offered.categories)),
        Filter("selection", "Selection", view.selection, selections),
        Filter("album", "Album", view.album, [Choice(name, name) for name in offered.albums]),
        Filter(
            "held",
            "Privacy",
            view.held,
            [] if public else [Choice("no", "may leave"), Choice("yes", "held back")],
        ),
        Filter("failed", "Failures", view.failed, [] if public else [Choice("yes", "only failed")]),
    ]
    return [_with_chosen(one) for one in made if one.choices]


def _with_chosen(one: Filter) -> Filter:
    """Return a filter that has its choice on its list, however that is written: else the next would drop it."""
    values = [choice.value for choice in one.choices]
    if one.chosen in ("", *values):
        return one
    alike = [value for value in values if value.lower() == one.chosen.lower()]
    if one.name in {"species", "location"} and alike:
        return replace(one, chosen=alike[0])
    return replace(one, choices=[*one.choices, Choice(one.chosen, one.chosen)])


def chips(visit: Visit, view: View) -> list[Chip]:
    """Return the filters that are set, each with the way to be rid of it."""
    labels = {
        "q": "“{}”",
        "run": "run {}",
        "rater": "rated by {}",
        "low": "score from {}",
        "high": "score to {}",
        "since": "from {}",
        "until": "until {}",
        "selection": "in {}",
        "album": "album {}",
    }
    words = {
        ("held", "yes"): "held back",
        ("held", "no"): "may leave",
        ("failed", "yes"): "failed",
        ("light", "night"): "night",
        ("light", "day"): "day",
        ("selection", ANY): "in any selection",
        ("species", view.species): sentence(view.species),
    }
    return [
        Chip(
            words.get((name, value), labels.get(name, "{}").format(value.replace("_", " "))),
            visit.url("", view.query(**{name: ""})),
        )
        for name, value in view.filters.items()
    ]


def _sorts(visit: Visit) -> list[Choice]:
    names = [name for name in SORTS if not (visit.public and name == "name")]
    return [
        *(Choice(name, _SORT_LABELS[name]) for name in names),
        *(Choice(f"-{name}", _REVERSED[name]) for name in names),
    ]


def _total(shown: Shown) -> str:
    if shown.total is None:
        return ""
    return f"{shown.total:,} photo{'' if shown.total == 1 else 's'}"


def _rated_only(view: View, sort: str) -> bool:
    """Say whether a view leaves out what nobody has rated."""
    asked = view.low or view.high or view.rater or (view.run and not view.failed)
    return bool(asked) or (not view.failed and sort in {"score", "disagreement"})


def _all_href(visit: Visit, view: View, sort: str) -> str:
    if not _rated_only(view, sort):
        return ""
    return visit.url("", view.query(sort="time", reverse="", low="", high="", rater="", run=""))


def _note(offered: Lists, shown: Shown, view: View) -> str:
    if not offered.ready:
        return (
            "The gallery of this catalog is not prepared yet. Open it with `herocat browse`, "
            "which does that first."
        )
    if shown.capped:
        return CAPPED
    if not shown.photos and view.place():
        return "There is no photo further on in this order."
    if not shown.photos:
        return "No photo passes these filters."
    if shown.total != offered.photos and _rated_only(view, shown.sort):
        return "Photos without a score are not among these."
    return ""
