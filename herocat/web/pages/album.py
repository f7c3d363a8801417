"""One album: its photos large, each with its reason and its closest rival; and what edits it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Row
from typing import Any

from datasette.utils.asgi import Response

from herocat import albums
from herocat.albums import Wishes
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.gallery.shown import Photo, photos
from herocat.gallery.view import View
from herocat.stages import album as stage
from herocat.web.visit import Forbidden, NotHere, Visit

PATTERN = r"album/(?P<album>[0-9]{1,18})"

_MOST = 500  # photos of an album that the browser is asked to show
_MOST_WISHES = 5000


@dataclass(frozen=True, slots=True)
class Chosen:
    """A photo of the album; ``rival`` is the closest one that is not, where this reader may see it."""

    position: int
    photo: Photo
    score: float
    pinned: bool
    reason: str
    rival: Photo | None
    rival_reason: str


@dataclass(frozen=True, slots=True)
class AlbumPage:
    """What herocat_album.html is given; ``editable`` is whether this browser may change it."""

    here: str
    head: Sequence[tuple[str, str, str]]
    name: str
    address: str
    editable: bool
    chosen: Sequence[Chosen]
    left_out: int  # photos of the album that this reader may not see
    wanted: int
    note: str
    bound: str
    made_at: str
    ordered: bool
    banned: Sequence[Photo]
    gallery: str


async def answer(visit: Visit) -> Response:
    """Answer with the page, or change the album."""
    number = int(visit.part("album"))
    if visit.request.method == "POST":
        return await edit(visit, number)
    return visit.html(
        "herocat_album.html", await visit.ask(lambda catalog: _page(visit, catalog, number))
    )


async def edit(visit: Visit, number: int) -> Response:
    """Do what was asked, make the album again, and answer with what the page shows then."""
    if not visit.rater:
        raise Forbidden("only the person who was named when this server started may edit here")
    values = await visit.sent_values()
    if values.get("do") == "rename":
        name = values.get("name")
        if not isinstance(name, str):
            raise ChoiceError("name is a text")
        await visit.write(
            lambda catalog: albums.rename(catalog, _row(catalog, number)["name"], name)
        )
        said, before = "renamed", None
    else:
        said, before = await visit.work(lambda catalog: _edit(visit, catalog, number, values))
    page = await visit.ask(lambda catalog: _page(visit, catalog, number))
    html = visit.text("herocat_album_photos.html", page)
    return visit.json({"said": said, "before": before, "name": page.name, "html": html})


def _edit(
    visit: Visit, catalog: Catalog, number: int, values: dict[str, Any]
) -> tuple[str, dict[str, tuple[int, ...]]]:
    """Change an album; return what became of it in words, and the wishes before."""
    row = _row(catalog, number)
    rows = list(catalog.rows("album.photos", album=number))
    seen = [photo["image_id"] for photo in rows]
    before = albums.wishes(catalog, row["name"])
    wish = stage.Wish(**json.loads(row["params"]))
    action = _ACTIONS.get(values.get("do", ""))
    if values.get("do") == "count":
        wish, wanted = replace(wish, n=_whole(values, "n", 1, _MOST)), before.ordered(seen)
    elif action is not None:
        rivals = {photo["image_id"]: photo["rival_image_id"] for photo in rows}
        wanted = action(before.ordered(seen), rivals, values)
    else:
        raise ChoiceError(f"do is one of count, rename, {', '.join(_ACTIONS)}")
    albums.refuse_pins(catalog, set(wanted.pins) - set(before.pins))
    made = stage.make(catalog, row["name"], wish, wanted, by=visit.rater)
    after = [photo.image for photo in made.photos]
    old = {"pins": before.pins, "bans": before.bans, "order": before.order}
    return _said(str(values["do"]), seen, after), old


def _pin(wanted: Wishes, rivals: dict[int, int | None], values: dict[str, Any]) -> Wishes:
    return wanted.pin(_inside(values, rivals))


def _unpin(wanted: Wishes, rivals: dict[int, int | None], values: dict[str, Any]) -> Wishes:
    return wanted.clear(_inside(values, rivals))


def _ban(wanted: Wishes, rivals: dict[int, int | None], values: dict[str, Any]) -> Wishes:
    return wanted.ban(_inside(values, rivals))


def _allow(wanted: Wishes, _: dict[int, int | None], values: dict[str, Any]) -> Wishes:
    image = _whole(values, "image", 0, 1 << 62)
    if image not in wanted.bans:
        raise ChoiceError(f"photo {image} is not banned; {_RELOAD}")
    return wanted.clear(image)


def _swap(wanted: Wishes, rivals: dict[int, int | None], values: dict[str, Any]) -> Wishes:
    image, rival = _inside(values, rivals), values.get("rival")
    if rival is None or rivals[image] != rival:
        raise ChoiceError(f"photo {image} has another rival now; {_RELOAD}")
    return wanted.swap(image, int(rival))


def _order(wanted: Wishes, rivals: dict[int, int | None], values: dict[str, Any]) -> Wishes:
    images = _images(values, "images")
    if sorted(images) != sorted(rivals):
        raise ChoiceError(f"the album has other photos now; {_RELOAD}")
    return wanted.ordered(images)


def _as_chosen(wanted: Wishes, _: dict[int, int | None], __: dict[str, Any]) -> Wishes:
    return wanted.ordered(())


def _restore(_: Wishes, __: dict[int, int | None], values: dict[str, Any]) -> Wishes:
    return Wishes(*(tuple(_images(values, name)) for name in ("pins", "bans", "order")))


_RELOAD = "load the page again"
_ACTIONS: dict[str, Callable[[Wishes, dict[int, int | None], dict[str, Any]], Wishes]] = {
    "pin": _pin,
    "unpin": _unpin,
    "ban": _ban,
    "allow": _allow,
    "swap": _swap,
    "order": _order,
    "as-chosen": _as_chosen,
    "restore": _restore,
}
_WORDS = {
    "pin": "pinned",
    "unpin": "not pinned any more",
    "ban": "banned",
    "allow": "may be chosen again",
    "swap": "swapped",
    "order": "moved",
    "as-chosen": "in the order of the choice",
    "restore": "taken back",
    "count": "made again",
}


def _said(do: str, seen: Sequence[int], after: Sequence[int]) -> str:
    """Say what was done, and which photos came and left by it."""
    came = [image for image in after if image not in seen]
    left = [image for image in seen if image not in after]
    parts = [_WORDS[do]]
    if came:
        parts.append(f"{_list(came)} came")
    if left:
        parts.append(f"{_list(left)} left")
    return ", ".join(parts)


def _list(images: Sequence[int]) -> str:
    if len(images) > 3:
        return f"{len(images)} photos"
    return ("photo " if len(images) == 1 else "photos ") + " and ".join(map(str, images))


def _page(visit: Visit, catalog: Catalog, number: int) -> AlbumPage:
    from herocat.web.pages import head

    row = _row(catalog, number)
    rows = list(catalog.rows("album.photos", album=number))
    wanted = albums.wishes(catalog, row["name"])
    rivals = [one["rival_image_id"] for one in rows if one["rival_image_id"] is not None]
    banned = [] if visit.public else list(wanted.bans)
    asked = dict.fromkeys([*(one["image_id"] for one in rows), *rivals, *banned])
    known = {one.id: one for one in photos(catalog, View(), list(asked), public=visit.public)}
    shown = [one for one in rows if one["image_id"] in known]
    better = row["bound"] / row["worth"] if row["worth"] else 1.0
    return AlbumPage(
        here="albums",
        head=head(visit),
        name=row["name"],
        address=visit.url(f"album/{number}"),
        editable=bool(visit.rater),
        chosen=tuple(_chosen(one, known) for one in shown),
        left_out=len(rows) - len(shown),
        wanted=json.loads(row["params"]).get("n", len(rows)),
        note=row["note"],
        bound=f"{better:.2f}",
        made_at=row["made_at"].replace("T", " ").replace("Z", " UTC"),
        ordered=bool(wanted.order),
        banned=tuple(known[image] for image in banned if image in known),
        gallery=visit.url("", View().query(album=row["name"])),
    )


def _chosen(row: Row, known: dict[int, Photo]) -> Chosen:
    return Chosen(
        position=row["position"],
        photo=known[row["image_id"]],
        score=row["score"],
        pinned=bool(row["pinned"]),
        reason=row["reason"],
        rival=known.get(row["rival_image_id"]),
        rival_reason=row["rival_reason"] or "",
    )


def _row(catalog: Catalog, number: int) -> Row:
    row = catalog.one("browse.album", album=number)
    if row is None:
        raise NotHere(f"there is no album {number}")
    return row


def _inside(values: dict[str, Any], rivals: dict[int, int | None]) -> int:
    image = _whole(values, "image", 0, 1 << 62)
    if image not in rivals:
        raise ChoiceError(f"photo {image} is not in the album any more; {_RELOAD}")
    return image


def _images(values: dict[str, Any], name: str) -> list[int]:
    given = values.get(name)
    if not isinstance(given, list) or len(given) > _MOST_WISHES:
        raise ChoiceError(f"{name} is a list of photos")
    images = [_whole({name: one}, name, 0, 1 << 62) for one in given]
    if len(set(images)) < len(images):
        raise ChoiceError(f"{name} names a photo twice")
    return images


def _whole(values: dict[str, Any], name: str, low: int, high: int) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value < high:
        raise ChoiceError(f"{name} is a whole number from {low} to {high - 1}")
    return value
