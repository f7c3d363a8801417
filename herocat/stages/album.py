"""Make an album: a few photos that are good and different, with pins, bans and an order by hand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from sqlite3 import Row
from typing import Any

from herocat import albums, gate, naming, scales, times
from herocat.albums import Wishes
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.errors import CatalogError, ChoiceError
from herocat.gallery import index
from herocat.judging import reasons
from herocat.judging.fingerprint import fingerprint
from herocat.judging.lanes import lanes
from herocat.judging.portfolio import Item, Pick, Portfolio, Rules, choose
from herocat.loaders import pairs
from herocat.loaders.pairs import Weighed
from herocat.progress import Progress

WEIGHTS = {
    "species": 0.30,
    "lane": 0.15,
    "location": 0.10,
    "season": 0.08,
    "hour": 0.05,
    "light": 0.07,
}
_BY = {"vlm": "models", "scorer": "the scorer", "baseline": "the baseline", "person": "people"}
_MOST = 3000  # photos that are looked at: the best
_SEASONS = (  # by their months: they are others in the south
    "December to February",
    "March to May",
    "June to August",
    "September to November",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an album should be; None: as many of one species or place as suit its size and its photos."""

    n: int = 12
    diversity: float = 1.0  # how much variety counts beside scores; 0: not at all
    per_species: int | None = None
    per_location: int | None = None
    run: str | None = None  # whose scores, as they stand; None: those that count, on one scale
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
    rival: int | None = None
    rival_path: str | None = None
    rival_less: float | None = None  # how much less the set would be worth with it
    rival_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """An album: its photos, and how near it comes to the best set there could be, 0..1.

    ``note`` says how scores were put on one scale, and why there are more or fewer photos than wanted.
    """

    name: str
    new: bool
    wanted: int
    pool: int
    at_least: float
    note: str
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
    for image in set(pin) & set(ban):
        raise ChoiceError(f"photo {image} cannot be both pinned and banned")
    albums.refuse_pins(catalog, pin)
    by_hand = albums.wishes(catalog, name).clear(*clear).pin(*pin).ban(*ban)
    if index.behind(catalog):
        index.refresh(catalog)
    scales.refresh(catalog)
    return make(catalog, name, wish, by_hand.ordered(()) if as_chosen else by_hand)


def wish_of(catalog: Catalog, name: str) -> Wish:
    """Return what an album was made from; of one that is not made yet, what is usual."""
    before = catalog.one("album.by_name", name=name)
    return Wish() if before is None else Wish(**json.loads(before["params"]))


def make(
    catalog: Catalog, name: str, wish: Wish, by_hand: Wishes, *, by: str | None = None
) -> Album:
    """Choose the photos of an album, and keep it with what was wanted of it, or nothing of both.

    The gallery and the scales must be up to date. Raises like :func:`album`.
    """
    _take_fingerprints(catalog)
    run = _run(catalog, wish)
    known = {row["image_id"]: row for row in _pool(catalog, wish, by_hand, run)}
    given = {image: row["rated"] for image, row in known.items()}
    compared = pairs.weighed(catalog, given, run=run)
    scores = _scores(given, compared)
    known = {
        image: known[image]
        for image, score in scores.items()
        if score >= wish.least or image in by_hand.pins
    }
    items = {
        image: _item(row, scores[image])
        for image, row in known.items()
        if image not in set(by_hand.bans)
    }
    pins = [image for image in by_hand.pins if image in items]
    chosen = choose(list(items.values()), wish.n, _rules(wish), pins=pins)
    if not chosen.picks:
        raise CatalogError(
            "no photo can be chosen: none that may leave the catalog has a score or was compared; "
            "first: herocat label"
        )
    said = {photo.image: photo for photo in _photos(chosen.picks, items, known, scores, compared)}
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
    raters = {row["rater"] for row in known.values() if row["rater"]} if run is None else set()
    scaled = scales.words(scales.kept(catalog), raters)
    short = reasons.short(wish.n, len(pins), len(photos), chosen.kept_out)
    sided = f"{len(compared):,} photos count by pairs, too" if compared else ""
    note = "; ".join(filter(None, (short, scaled, sided)))
    made = Album(name, True, wish.n, len(items), at_least, note, tuple(photos))
    with catalog.writing():
        albums.save(catalog, name, by_hand, by=by)
        return replace(made, new=_save(catalog, made, wish, chosen))


def _run(catalog: Catalog, wish: Wish) -> int | None:
    """Return the run that the album is to go by; None: all of them."""
    if wish.run is None:
        return None
    run = catalog.value("album.run", name=wish.run)
    if run is None:
        known = (row["name"] for row in catalog.rows("browse.runs"))
        raise naming.unknown("label run", wish.run, known)
    return int(run)


def _pool(catalog: Catalog, wish: Wish, by_hand: Wishes, run: int | None) -> list[Row]:
    """Return the best photos, those that were compared, and those that are pinned."""
    if run is None:
        best = catalog.rows("album.best", least=wish.least, most=_MOST)
    else:
        best = catalog.rows("album.best_of_run", run=run, least=wish.least, most=_MOST)
    compared = catalog.rows("album.compared", run=run, most=_MOST)
    found = dict.fromkeys(row["image_id"] for rows in (best, compared) for row in rows)
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


def _scores(given: Mapping[int, float | None], compared: Mapping[int, Weighed]) -> dict[int, float]:
    """Return what each photo counts for, in points: whatever goes by a score goes by this.

    Pairs part photos at the top of the scale, so that it may be more than 10. A photo without either,
    such as a pinned one that another run has scored, is none of them.
    """
    own = {image: score for image, score in given.items() if score is not None}
    return own | {image: max(0.0, one.points) for image, one in compared.items()}


def _rules(wish: Wish) -> Rules:
    asked = {"species": wish.per_species, "location": wish.per_location, **wish.at_most}
    usual = {"species": max(2, wish.n // 4), "location": max(2, wish.n // 3)}
    caps = usual | {facet: most for facet, most in asked.items() if most is not None}
    return Rules(
        weights={name: weight * wish.diversity for name, weight in WEIGHTS.items()},
        caps=caps,
        yielding=frozenset(facet for facet in usual if asked[facet] is None),
    )


def _item(row: Row, score: float) -> Item:
    facets: dict[str, tuple[str, ...]] = {
        # Photos that nobody has named are not of one species.
        "species": (row["species"],) if row["species"] else (),
        "location": (row["location"],),
        "lane": lanes({**dict(row), "score": score}),
    }
    if row["month"] is not None:
        facets["season"] = (_SEASONS[row["month"] % 12 // 3],)
    if row["hour"] is not None:
        first = row["hour"] // 4 * 4
        facets["hour"] = (f"{first} to {first + 4} h",)
    if row["night"] is not None:
        facets["light"] = ("night" if row["night"] else "day",)
    return Item(
        key=row["image_id"],
        quality=score / 10,
        facets=facets,
        apart=(row["sequence_id"],) if row["sequence_id"] is not None else (),
        fingerprint=None if row["dhash"] is None else row["dhash"] & (1 << 64) - 1,
    )


def _photos(
    picks: Sequence[Pick],
    items: Mapping[int, Item],
    rows: Mapping[int, Row],
    scores: Mapping[int, float],
    compared: Mapping[int, Weighed],
) -> Iterable[Photo]:
    said = {image: _said(row, scores[image], compared.get(image)) for image, row in rows.items()}
    everything = reasons.counted(items[pick.key] for pick in picks)
    for place, pick in enumerate(picks):
        item, rival = items[pick.key], pick.rival
        before = reasons.counted(items[other.key] for other in picks[:place])
        others = everything - reasons.counted([item])
        photo = Photo(
            position=place + 1,
            image=pick.key,
            path=rows[pick.key]["path"],
            score=min(10.0, scores[pick.key]),
            pinned=pick.pinned,
            reason=reasons.reason(pick, item, before, said[pick.key]),
        )
        if rival is not None:
            photo = replace(
                photo,
                rival=rival.key,
                rival_path=rows[rival.key]["path"],
                rival_less=rival.less,
                rival_reason=reasons.against(rival, items[rival.key], others, said[rival.key]),
            )
        yield photo


def _said(row: Row, score: float, compared: Weighed | None) -> str:
    """Write a score, and what it was given as where it counts for something else."""
    text, why = f"{score:.1f}", []
    if row["given"] is not None and f"{row['given']:.1f}" != text:
        why.append(f"{row['given']:.1f} by {_BY[row['rater']]}")
    if compared is not None:
        why.append("1 pair" if compared.answers == 1 else f"{compared.answers:,} pairs")
    return f"{text} ({', '.join(why)})" if why else text


def _save(catalog: Catalog, made: Album, wish: Wish, chosen: Portfolio) -> bool:
    """Keep an album; return whether it is new or another than before."""
    before = catalog.one("album.by_name", name=made.name)
    params = json.dumps(asdict(wish), sort_keys=True)
    if before is not None and (before["params"], before["note"]) == (params, made.note):
        kept = [_kept(row) for row in catalog.rows("album.photos", album=before["id"])]
        if kept == list(made.photos):
            return False
    picks = {pick.key: pick for pick in chosen.picks}
    number = catalog.value(
        "album.save",
        name=made.name,
        params=params,
        note=made.note,
        worth=chosen.worth,
        bound=chosen.bound,
        now=times.now(),
    )
    catalog.run("album.clear", album=number)
    for photo in made.photos:
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
            rival_less=photo.rival_less,
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
        rival_less=row["rival_less"],
        rival_reason=row["rival_reason"],
    )
