"""One photo: large, with what was found in it, its burst, every score, and why it was chosen or not."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from datasette.utils.asgi import Response

from herocat import gate
from herocat.catalog import Catalog
from herocat.gallery.shown import Around, Step, around, photos
from herocat.gallery.view import View
from herocat.stages.explain import Explanation, LabelOf, explain
from herocat.web.photos import place
from herocat.web.visit import NotHere, Visit

PATTERN = r"photo/(?P<image>[0-9]{1,18})"


@dataclass(frozen=True, slots=True)
class Box:
    """A detection, drawn over the photo; shares of its width and height."""

    id: int
    label: str
    kind: str  # animal, person, vehicle, or other
    x: float
    y: float
    w: float
    h: float
    subject: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Another photo of the burst."""

    id: int
    version: int
    here: bool
    chosen: bool
    score: float | None
    label: str


@dataclass(frozen=True, slots=True)
class Large:
    """The picture itself: where it is had from, its size, and why it is not the original."""

    src: str
    width: int
    height: int
    note: str


@dataclass(frozen=True, slots=True)
class PhotoPage:
    """What herocat_photo.html is given."""

    here: str
    head: Sequence[tuple[str, str, str]]
    title: str
    facts: Sequence[tuple[str, str]]
    large: Large
    boxes: Sequence[Box]
    burst: Sequence[Frame]
    explanation: Explanation
    measured: Sequence[tuple[str, str]]
    sources: Sequence[str]
    back: str
    before: str
    after: str
    state: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What the catalog says, before it is put into words."""

    explanation: Explanation
    row: sqlite3.Row
    on_disk: str  # empty: yes; else why not
    around: Around
    boxes: Sequence[sqlite3.Row]
    burst: Sequence[sqlite3.Row]
    measurement: sqlite3.Row | None
    sources: Sequence[str]
    thumbnail: tuple[int, int] | None
    version: int


async def answer(visit: Visit) -> Response:
    """Answer with the page of one photo."""
    from herocat.web.pages import head

    view = View.of(visit.query)
    image = int(visit.part("image"))
    found = await visit.ask(lambda catalog: _find(catalog, view, image, public=visit.public))
    said, here = found.explanation, found.around

    def beside(other: Step | None) -> str:
        return "" if other is None else visit.url(f"photo/{other.image}", other.page.address())

    made = PhotoPage(
        here="",
        head=head(visit),
        title=said.species or "Not named",
        facts=tuple(_facts(found, public=visit.public)),
        large=_large(visit, found),
        boxes=tuple(_box(row) for row in found.boxes),
        burst=tuple(_frame(row, image) for row in found.burst),
        explanation=said,
        measured=tuple(_measured(found.measurement)),
        sources=() if visit.public else found.sources,
        back=visit.url("", here.page.address()) + f"#photo-{image}",
        before=beside(here.before),
        after=beside(here.after),
        state=here.page.address(),
    )
    return visit.html("herocat_photo.html", made)


def _find(catalog: Catalog, view: View, image: int, *, public: bool) -> _Found:
    row = catalog.one("browse.photo", image=image)
    if row is None or (public and gate.vetoes(catalog, [image])):
        raise NotHere(f"there is no photo {image}")
    found = place(catalog, image, public=public)
    burst = list(catalog.rows("browse.burst", image=image))
    if public:
        held = gate.vetoes(catalog, [frame["id"] for frame in burst])
        burst = [frame for frame in burst if frame["id"] not in held]
    (known,) = photos(catalog, View(), [image], public=public)
    said = explain(catalog, str(image))
    return _Found(
        explanation=_hushed(catalog, said) if public else said,
        row=row,
        on_disk="its link leads elsewhere" if found is None else found.why,
        around=around(catalog, view, image, public=public),
        boxes=list(catalog.rows("browse.boxes", image=image)),
        burst=burst,
        measurement=catalog.one("browse.measurement", image=image),
        sources=[
            f"{source['path']} ({source['format']})"
            for source in catalog.rows("browse.provenance", image=image)
        ],
        thumbnail=(known.width, known.height) if known.width and known.height else None,
        version=known.version,
    )


def _hushed(catalog: Catalog, said: Explanation) -> Explanation:
    """Leave out who the people are that rated, what failed (it may name servers and paths), and places."""

    def words(text: str | None) -> str | None:
        return gate.hushed(catalog, said.image, text) if text else text

    def told(label: LabelOf) -> LabelOf:
        made = replace(
            label,
            reasoning=words(label.reasoning),
            parts=tuple(replace(part, note=words(part.note)) for part in label.parts),
        )
        if label.rater == "person":
            return replace(made, run="a person", model="a person")
        return replace(made, error="failed" if label.error else None)

    return replace(said, labels=tuple(map(told, said.labels)))


def _facts(found: _Found, *, public: bool) -> list[tuple[str, str]]:
    said, row = found.explanation, found.row
    facts = [("Time", (said.captured_at or "").replace("T", " "))]
    if not public:
        facts += [("Location", said.location or ""), ("File", row["path"])]
        facts += [("Collection", row["collection"])]
        facts += [("Size", f"{row['bytes'] / 1e6:.1f} MB" if row["bytes"] else "")]
    if row["width"]:
        facts.append(("Pixels", f"{row['width']} by {row['height']}"))
    facts.append(("Number", str(said.image)))
    return [(name, value) for name, value in facts if value]


def _large(visit: Visit, found: _Found) -> Large:
    width, height = found.row["width"], found.row["height"]
    if not width and found.thumbnail:
        width, height = found.thumbnail
    image = found.row["id"]
    note = f"cannot be read: {found.row['failure']}" if found.row["failure"] else found.on_disk
    if found.row["failure"] and visit.public:
        note = "cannot be read"
    if note and found.thumbnail:
        src = visit.url(f"thumbnail/{image}.jpg", f"v={found.version}")
        return Large(src, width, height, f"{note}; this is the small picture from the catalog")
    src = visit.url(f"original/{image}", f"v={found.version}")
    return Large(src, width or 4, height or 3, note)


def _box(row: sqlite3.Row) -> Box:
    known = row["category"] in {"animal", "person", "vehicle"}
    label = f"{row['category']} {row['confidence']:.2f}"
    if row["species"]:
        label += f" · {row['species']} {row['species_score'] or 0:.2f}"
    return Box(
        id=row["id"],
        label=label,
        kind=row["category"] if known else "other",
        x=row["x"],
        y=row["y"],
        w=row["w"] or 0,
        h=row["h"] or 0,
        subject=bool(row["subject"]),
    )


def _frame(row: sqlite3.Row, image: int) -> Frame:
    return Frame(
        id=row["id"],
        version=int(row["mtime"] or 0),
        here=row["id"] == image,
        chosen=row["category"] is not None,
        score=row["score"],
        label=(row["captured_at"] or "")[11:] or str(row["id"]),
    )


_UNITS = {"subject_width": "px", "subject_height": "px"}
_SKIPPED = {"image_id", "version", "detection_id", "measured_at", "monochrome"}


def _measured(row: sqlite3.Row | None) -> list[tuple[str, str]]:
    if row is None:
        return []
    made = [("light", "infrared or greyscale" if row["monochrome"] else "in colour")]
    for name in row.keys():  # noqa: SIM118 - a row is no mapping
        if name not in _SKIPPED and row[name] is not None:
            unit = _UNITS.get(name)
            value = f"{row[name]:,} {unit}" if unit else f"{row[name]:.2f}"
            made.append((name.replace("_", " "), value))
    return made
