"""A page of the gallery: the photos that a view shows, and the places of the pages beside it."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace

from herocat import gate
from herocat.catalog import Catalog
from herocat.gallery.query import BITS, Plan, default_sort, plan
from herocat.gallery.view import RATERS, View


@dataclass(frozen=True, slots=True)
class Photo:
    """What a page says of one photo."""

    id: int
    path: str
    captured_at: str | None
    location: str | None
    species: str | None
    score: float | None  # of the run that is shown; of all raters, where none is
    rater: str  # whose score it is, of all raters: a person's counts before a model's
    spread: float | None
    reasoning: str | None
    error: str | None  # why there is no score, or no picture
    held: bool
    night: bool
    category: str | None
    width: int | None  # of the thumbnail; None: there is none
    height: int | None
    version: int  # changes when the file does


@dataclass(frozen=True, slots=True)
class Shown:
    """Some photos in order; ``before`` and ``after`` are the places to go on from, None at an end."""

    photos: tuple[Photo, ...]
    before: str | None
    after: str | None
    total: int | None  # in all pages; None: nobody has counted
    capped: bool
    sort: str


@dataclass(frozen=True, slots=True)
class Step:
    """A photo, and the page that it stands on."""

    image: int
    page: View


@dataclass(frozen=True, slots=True)
class Around:
    """Where a photo stands in the order of a view: its page, and the photos beside it; None at an end."""

    page: View
    before: Step | None
    after: Step | None


def page(catalog: Catalog, view: View, *, public: bool = False) -> Shown:
    """Return the photos of one page; in public those that must stay are never among them."""
    made = plan(catalog, view, public=public)
    backwards = bool(view.before)
    rows = _rows(catalog, made, view.place(), backwards=backwards, count=view.size + 1)
    more = len(rows) > view.size
    rows = rows[: view.size]
    if backwards:
        rows.reverse()
    has_before = more if backwards else view.place() is not None
    has_after = view.before != "end" if backwards else more
    total = made.exact
    if total is None and not has_before and not has_after:
        total = len(rows)
    return Shown(
        photos=tuple(photos(catalog, view, [row["image_id"] for row in rows], public=public)),
        before=_place_of(rows[0]) if rows and has_before else None,
        after=_place_of(rows[-1]) if rows and has_after else None,
        total=total,
        capped=made.capped,
        sort=view.sort or default_sort(catalog, view),
    )


def around(catalog: Catalog, view: View, image: int, *, public: bool = False) -> Around:
    """Return where a photo stands: on the page of the view if that has it, else on one that it begins."""
    made = plan(catalog, view, public=public)
    row = next(catalog.ask(made.locate(), made.parameters | {"image": image}), None)
    if row is None or row["key"] is None:
        return Around(view, None, None)
    here = (row["key"], image)
    before = _rows(catalog, made, here, backwards=True, count=1)
    after = _rows(catalog, made, here, backwards=False, count=1)
    rows = _rows(catalog, made, view.place(), backwards=bool(view.before), count=view.size)
    shown = [row["image_id"] for row in (reversed(rows) if view.before else rows)]
    page, first, last = view, shown[:1] == [image], shown[-1:] == [image]
    if image not in shown:
        page, first = replace(view, after=_place_of(before[0]) if before else "", before=""), True
    behind = place(*here)
    steps = (
        _step(before, replace(page, after="", before=behind) if first else page),
        _step(after, replace(page, after=behind, before="") if last else page),
    )
    # The gallery may be behind the vetoes of today.
    held = gate.vetoes(catalog, [step.image for step in steps if step]) if public else {}
    return Around(page, *(None if step is None or step.image in held else step for step in steps))


def _place_of(row: sqlite3.Row) -> str:
    return place(row["key"], row["image_id"])


def _step(rows: list[sqlite3.Row], page: View) -> Step | None:
    return Step(rows[0]["image_id"], page) if rows else None


def place(key: float, image: int) -> str:
    """Return the place of a photo as it stands in an address."""
    return f"{key}~{image}"


def photos(
    catalog: Catalog, view: View, images: list[int], *, public: bool = False
) -> Iterator[Photo]:
    """Yield what is known of some photos, in their order."""
    wanted = json.dumps(images)
    vetoed = gate.vetoes(catalog, images) if public else {}
    labels = dict[int, sqlite3.Row]()
    run = catalog.one("label.run", name=view.run) if view.run else None
    if run is not None:
        rows = catalog.rows("browse.labels_of_run", run=run["id"], images=wanted)
        labels = {row["image_id"]: row for row in rows}
    for row in catalog.rows("browse.cards", images=wanted):
        if row["id"] in vetoed:
            continue
        label = labels.get(row["id"])
        yield Photo(
            id=row["id"],
            path="" if public else row["path"],
            captured_at=row["captured_at"],
            location=None if public else row["location"],
            species=row["species"],
            score=label["score"] if label else row["score"],
            rater="" if label or row["score"] is None else counting(row["raters"]),
            spread=row["spread"],
            reasoning=_reasoning(catalog, label, public=public) if label else None,
            error=_error(label, row, public=public),
            held=bool(row["held"]),
            night=bool(row["night"]),
            category=row["category"],
            width=row["width"],
            height=row["height"],
            version=int(row["mtime"] or 0),
        )


def _reasoning(catalog: Catalog, label: sqlite3.Row, *, public: bool) -> str | None:
    """Return the words of a rater; in public without those that name the place of the photo."""
    said: str | None = label["reasoning"]
    return gate.hushed(catalog, label["image_id"], said) if public and said else said


def _error(label: sqlite3.Row | None, row: sqlite3.Row, *, public: bool) -> str | None:
    """Return what went wrong; in public no more than that something did: it may name servers and paths."""
    failed: str | None = label["error"] if label else None
    if public:
        return "failed" if failed else "cannot be read" if row["failure"] else None
    return failed or row["failure"]


def counting(raters: int) -> str:
    """Return the rater whose score counts, of those whose bits are set; empty: none."""
    return next((name for name in RATERS if raters & BITS[name]), "")


def _rows(
    catalog: Catalog,
    made: Plan,
    here: tuple[float, int] | None,
    *,
    backwards: bool,
    count: int,
) -> list[sqlite3.Row]:
    parameters = made.parameters | {"count": count}
    if here is not None:
        parameters |= {"key": here[0], "image": here[1]}
    return list(catalog.ask(made.page(backwards=backwards, place=here), parameters))
