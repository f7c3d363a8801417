"""Make an album: a few photos that are good and different, with pins and bans by hand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from sqlite3 import Row
from typing import Any

from herocat import gate, times
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import CatalogError, ChoiceError
from herocat.judging.fingerprint import fingerprint
from herocat.judging.lanes import lanes
from herocat.judging.portfolio import Item, Pick, Portfolio, Rules, choose
from herocat.progress import Progress

WEIGHTS = {
    "species": 0.30,
    "lane": 0.15,
    "location": 0.10,
    "season": 0.08,
    "hour": 0.05,
    "light": 0.07,
}
_MOST = 3000  # photos that are looked at: the best
_SEASONS = ("winter", "spring", "summer", "autumn")  # December to February, ... in the north
_UNNAMED = "not named"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an album should be; None: as many of one species or place as suit its size."""

    n: int = 12
    diversity: float = 1.0  # how much variety counts beside scores; 0: not at all
    per_species: int | None = None
    per_location: int | None = None
    run: str | None = None  # whose scores; None: those that count
    least: float = 0.0  # score


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of an album, and the closest one that was not taken."""

    position: int
    image: int
    path: str
    score: float
    pinned: bool
    reason: str
    rival: int | None
    rival_path: str | None
    rival_reason: str | None


@dataclass(frozen=True, slots=True)
class Album:
    """An album: its photos, and how near it comes to the best set there could be, 0..1."""

    name: str
    new: bool
    wanted: int
    pool: int
    at_least: float
    photos: tuple[Photo, ...] = field(default_factory=tuple)


def album(
    catalog: Catalog,
    wish: Wish,
    *,
    name: str | None = None,
    pin: Sequence[int] = (),
    ban: Sequence[int] = (),
    clear: Sequence[int] = (),
) -> Album:
    """Make an album, or make it again with what was pinned and banned since.

    Raises ChoiceError for an unknown run or a pin that must not leave, and CatalogError if no photo
    may be chosen.
    """
    name = name or f"album-{wish.n}"
    _refuse_vetoed(catalog, pin)
    with catalog.writing():
        for image in clear:
            catalog.run("album.remove_mark", album=name, image=image)
        for mark, images in (("pin", pin), ("ban", ban)):
            for image in images:
                catalog.run("album.add_mark", album=name, image=image, mark=mark, now=times.now())
    _take_fingerprints(catalog)
    rows = _pool(catalog, wish)
    marks = {row["image_id"]: row["mark"] for row in catalog.rows("album.marks", album=name)}
    held = gate.vetoes(catalog, [image for image, mark in marks.items() if mark == "pin"])
    known = {row["image_id"]: row for row in rows}
    pins = [image for image, mark in marks.items() if mark == "pin" and image in known]
    pins = [image for image in pins if image not in held]
    items = [_item(row) for row in rows if marks.get(row["image_id"]) != "ban"]
    rules = _rules(wish)
    chosen = choose(items, wish.n, rules, pins=pins)
    if not chosen.picks:
        raise CatalogError(
            "no photo can be chosen: none that may leave the catalog has a score; first: herocat label"
        )
    by_key = {item.key: item for item in items}
    photos = list(_photos(chosen.picks, by_key, known))
    leaving = gate.vetoes(catalog, [photo.image for photo in photos])
    if leaving:
        raise CatalogError(
            f"photo {min(leaving)} must not leave the catalog any more; run this again"
        )
    at_least = chosen.worth / chosen.bound if chosen.bound else 1.0
    params = json.dumps(asdict(wish), sort_keys=True)
    new = _save(catalog, (name, params), chosen, photos)
    return Album(name, new, wish.n, len(items), at_least, tuple(photos))


def _pool(catalog: Catalog, wish: Wish) -> list[Row]:
    run = None
    if wish.run is not None:
        run = catalog.value("album.run", name=wish.run)
        if run is None:
            raise ChoiceError(f"there is no label run {wish.run!r}")
    rows = catalog.rows("album.pool", run=run, most=_MOST)
    return [row for row in rows if row["score"] >= wish.least]


def _refuse_vetoed(catalog: Catalog, pins: Iterable[int]) -> None:
    for image, veto in gate.vetoes(catalog, pins).items():
        why = (
            "no detector has looked at it"
            if veto.reason == "unchecked"
            else f"it or its burst shows a {veto.reason}"
        )
        raise ChoiceError(
            f"photo {image} cannot be pinned: it must not leave the catalog, for {why}"
        )


def _take_fingerprints(catalog: Catalog) -> None:
    with Progress("taking fingerprints") as progress:
        for some in batches(list(catalog.rows("album.unprinted")), 500):
            found = [(row["image_id"], fingerprint(row["jpeg"])) for row in some]
            with catalog.writing():
                catalog.many("album.save_fingerprint", found)
            progress.step(len(found))


def _rules(wish: Wish) -> Rules:
    caps = {
        "species": wish.per_species or max(2, wish.n // 4),
        "location": wish.per_location or max(2, wish.n // 3),
    }
    return Rules({name: weight * wish.diversity for name, weight in WEIGHTS.items()}, caps)


def _item(row: Row) -> Item:
    facets: dict[str, tuple[str, ...]] = {
        "species": (row["species"] or _UNNAMED,),
        "location": (row["location"],),
        "lane": lanes(dict(row)),
    }
    if row["captured_at"]:
        month, hour = int(row["captured_at"][5:7]), int(row["captured_at"][11:13] or 0)
        facets["season"] = (_SEASONS[month % 12 // 3],)
        facets["hour"] = (f"{hour // 4 * 4}-{hour // 4 * 4 + 4} h",)
    if row["night"] is not None:
        facets["light"] = ("night" if row["night"] else "day",)
    return Item(
        key=row["image_id"],
        quality=row["score"] / 10,
        facets=facets,
        apart=(row["sequence_id"],) if row["sequence_id"] is not None else (),
        fingerprint=None if row["dhash"] is None else row["dhash"] & (1 << 64) - 1,
    )


def _photos(
    picks: Sequence[Pick], items: Mapping[int, Item], rows: Mapping[int, Row]
) -> Iterable[Photo]:
    shown: dict[tuple[str, Any], int] = {}
    for position, pick in enumerate(picks, 1):
        rival = None if pick.rival is None else items[pick.rival]
        yield Photo(
            position=position,
            image=pick.key,
            path=rows[pick.key]["path"],
            score=rows[pick.key]["score"],
            pinned=pick.pinned,
            reason=_reason(pick, items[pick.key], shown, rows[pick.key]["score"]),
            rival=pick.rival,
            rival_path=None if rival is None else rows[rival.key]["path"],
            rival_reason=None if rival is None else _rival(rival, shown, rows[rival.key]["score"]),
        )
        for facet, values in items[pick.key].facets.items():
            for value in values:
                shown[facet, value] = shown.get((facet, value), 0) + 1


def _reason(pick: Pick, item: Item, shown: Mapping[tuple[str, Any], int], score: float) -> str:
    """Say why a photo was taken: by hand, or its score and what it is the first of."""
    first = [
        str(value)
        for facet, values in item.facets.items()
        if pick.parts.get(facet, 0) > 0
        for value in values
        if not shown.get((facet, value)) and value != _UNNAMED
    ]
    parts = ["pinned"] if pick.pinned else []
    parts.append(f"score {score:.1f}")
    if first:
        parts.append("the first " + ", ".join(first))
    return "; ".join(parts)


def _rival(item: Item, shown: Mapping[tuple[str, Any], int], score: float) -> str:
    """Say why the closest rival was not taken in its place."""
    again = [
        f"{value} is there {shown[facet, value]} times"
        if shown[facet, value] > 1
        else f"{value} is there already"
        for facet, values in item.facets.items()
        for value in values
        if shown.get((facet, value)) and value != _UNNAMED
    ]
    return f"score {score:.1f}" + (f"; {', '.join(again[:3])}" if again else "")


def _save(
    catalog: Catalog, identity: tuple[str, str], chosen: Portfolio, photos: Sequence[Photo]
) -> bool:
    """Keep an album; return whether it is new or another than before."""
    name, params = identity
    before = catalog.one("album.by_name", name=name)
    if before is not None and before["params"] == params:
        kept = [row["image_id"] for row in catalog.rows("album.photos", album=before["id"])]
        if kept == [photo.image for photo in photos]:
            return False
    with catalog.writing():
        made = {"worth": chosen.worth, "bound": chosen.bound, "now": times.now()}
        number = catalog.value("album.save", name=name, params=params, **made)
        catalog.run("album.clear", album=number)
        for photo, pick in zip(photos, chosen.picks, strict=True):
            catalog.run(
                "album.save_photo",
                album=number,
                position=photo.position,
                image=photo.image,
                score=photo.score,
                gain=pick.gain,
                parts=json.dumps(dict(pick.parts)),
                pinned=int(photo.pinned),
                reason=photo.reason,
                rival=photo.rival,
                rival_reason=photo.rival_reason,
            )
    return True
