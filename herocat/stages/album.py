"""Make an album: a few photos that are good and different, with pins, bans and an order by hand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from sqlite3 import Row
from typing import Any

from herocat import albums, gate, times
from herocat.albums import Wishes
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import CatalogError, ChoiceError
from herocat.gallery import index
from herocat.judging import reasons
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
_SEASONS = (  # by their months: they are others in the south
    "December to February",
    "March to May",
    "June to August",
    "September to November",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an album should be; None: as many of one species or place as suit its size."""

    n: int = 12
    diversity: float = 1.0  # how much variety counts beside scores; 0: not at all
    per_species: int | None = None
    per_location: int | None = None
    run: str | None = None  # whose scores; None: those that count
    least: float = 0.0  # score
    at_most: Mapping[str, int] = field(default_factory=dict)  # of one value, by facet


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
    *,
    name: str | None = None,
    pin: Sequence[int] = (),
    ban: Sequence[int] = (),
    clear: Sequence[int] = (),
    as_chosen: bool = False,
    **wanted: Any,  # noqa: ANN401 - the fields of a Wish
) -> Album:
    """Make an album, or make it again with what was pinned, banned and put in order since.

    ``wanted`` are fields of its Wish; what is not given, or None, stays as it was made before.
    ``as_chosen`` forgets the order that a person gave. Raises ChoiceError for an unknown run or a
    pin that must not leave, and CatalogError if no photo may be chosen.
    """
    given = {key: value for key, value in wanted.items() if value is not None}
    name = name or f"album-{given.get('n', Wish().n)}"
    wish = replace(wish_of(catalog, name), **given)
    albums.refuse_pins(catalog, pin)
    by_hand = albums.wishes(catalog, name).clear(*clear).pin(*pin).ban(*ban)
    if index.behind(catalog):
        index.refresh(catalog)
    return make(catalog, name, wish, by_hand.ordered(()) if as_chosen else by_hand)


def wish_of(catalog: Catalog, name: str) -> Wish:
    """Return what an album was made from; of one that is not made yet, what is usual."""
    before = catalog.one("album.by_name", name=name)
    return Wish() if before is None else Wish(**json.loads(before["params"]))


def make(
    catalog: Catalog, name: str, wish: Wish, by_hand: Wishes, *, by: str | None = None
) -> Album:
    """Choose the photos of an album, and keep it with what was wanted of it, or nothing of both.

    The gallery must be up to date. Raises like :func:`album`.
    """
    _take_fingerprints(catalog)
    rows = _pool(catalog, wish, by_hand)
    known = {row["image_id"]: row for row in rows}
    items = {
        row["image_id"]: _item(row) for row in rows if row["image_id"] not in set(by_hand.bans)
    }
    pins = [image for image in by_hand.pins if image in items]
    chosen = choose(list(items.values()), wish.n, _rules(wish), pins=pins)
    if not chosen.picks:
        raise CatalogError(
            "no photo can be chosen: none that may leave the catalog has a score; first: herocat label"
        )
    said = {photo.image: photo for photo in _photos(chosen.picks, items, known)}
    order = albums.arranged(list(said), by_hand.order)
    if by_hand.order:
        by_hand = by_hand.ordered(order)
    photos = [replace(said[image], position=place) for place, image in enumerate(order, 1)]
    leaving = gate.vetoes(catalog, order)
    if leaving:
        raise CatalogError(
            f"photo {min(leaving)} must not leave the catalog any more; run this again"
        )
    at_least = chosen.worth / chosen.bound if chosen.bound else 1.0
    params = json.dumps(asdict(wish), sort_keys=True)
    with catalog.writing():
        albums.save(catalog, name, by_hand, by=by)
        new = _save(catalog, (name, params), chosen, photos)
    return Album(name, new, wish.n, len(items), at_least, tuple(photos))


def _pool(catalog: Catalog, wish: Wish, by_hand: Wishes) -> list[Row]:
    """Return the best photos, and those that are pinned."""
    run = None
    if wish.run is not None:
        run = catalog.value("album.run", name=wish.run)
        if run is None:
            raise ChoiceError(f"there is no label run {wish.run!r}")
    if run is None:
        best = catalog.rows("album.best", least=wish.least, most=_MOST)
    else:
        best = catalog.rows("album.best_of_run", run=run, least=wish.least, most=_MOST)
    found = dict.fromkeys(row["image_id"] for row in best)
    # Side by side tells more than two scores: who lost there gives way, unless pinned.
    winners = found.keys() - set(by_hand.bans)
    lost = {
        row["image_id"] for row in catalog.rows("album.displaced") if row["winner_id"] in winners
    }
    images = [*(image for image in found if image not in lost), *by_hand.pins]
    rows = list(catalog.rows("album.pool", run=run, images=json.dumps(images)))
    held = gate.vetoes(catalog, [row["image_id"] for row in rows])
    return [row for row in rows if row["image_id"] not in held]


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
        **wish.at_most,
    }
    return Rules({name: weight * wish.diversity for name, weight in WEIGHTS.items()}, caps)


def _item(row: Row) -> Item:
    facets: dict[str, tuple[str, ...]] = {
        "species": (row["species"] or reasons.UNNAMED,),
        "location": (row["location"],),
        "lane": lanes({**dict(row), "score": row["rated"]}),
    }
    if row["captured_at"]:
        month, hour = int(row["captured_at"][5:7]), int(row["captured_at"][11:13] or 0)
        facets["season"] = (_SEASONS[month % 12 // 3],)
        facets["hour"] = (f"{hour // 4 * 4} to {hour // 4 * 4 + 4} h",)
    if row["night"] is not None:
        facets["light"] = ("night" if row["night"] else "day",)
    return Item(
        key=row["image_id"],
        quality=row["rated"] / 10,
        facets=facets,
        apart=(row["sequence_id"],) if row["sequence_id"] is not None else (),
        fingerprint=None if row["dhash"] is None else row["dhash"] & (1 << 64) - 1,
    )


def _photos(
    picks: Sequence[Pick], items: Mapping[int, Item], rows: Mapping[int, Row]
) -> Iterable[Photo]:
    everything = reasons.counted(items[pick.key] for pick in picks)
    for place, pick in enumerate(picks):
        item = items[pick.key]
        before = reasons.counted(items[other.key] for other in picks[:place])
        rival, rival_reason = None, None
        if pick.rival is not None:
            rival = rows[pick.rival]
            others = everything - reasons.counted([item])
            rival_reason = reasons.against(items[pick.rival], others, rival["rated"])
        yield Photo(
            position=place + 1,
            image=pick.key,
            path=rows[pick.key]["path"],
            score=rows[pick.key]["rated"],
            pinned=pick.pinned,
            reason=reasons.reason(pick, item, before, rows[pick.key]["rated"]),
            rival=pick.rival,
            rival_path=None if rival is None else rival["path"],
            rival_reason=rival_reason,
        )


def _save(
    catalog: Catalog, identity: tuple[str, str], chosen: Portfolio, photos: Sequence[Photo]
) -> bool:
    """Keep an album; return whether it is new or another than before."""
    name, params = identity
    before = catalog.one("album.by_name", name=name)
    if before is not None and before["params"] == params:
        kept = [_kept(row) for row in catalog.rows("album.photos", album=before["id"])]
        if kept == list(photos):
            return False
    picks = {pick.key: pick for pick in chosen.picks}
    made = {"worth": chosen.worth, "bound": chosen.bound, "now": times.now()}
    number = catalog.value("album.save", name=name, params=params, **made)
    catalog.run("album.clear", album=number)
    for photo in photos:
        pick = picks[photo.image]
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


def _kept(row: Row) -> Photo:
    return Photo(
        position=row["position"],
        image=row["image_id"],
        path=row["path"],
        score=row["score"],
        pinned=bool(row["pinned"]),
        reason=row["reason"],
        rival=row["rival_image_id"],
        rival_path=row["rival_path"],
        rival_reason=row["rival_reason"],
    )
