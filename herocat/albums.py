"""What a person wants of an album: pins, bans, an order, a name. Every wish is a row.

Wishes belong to an album's name; the album is made from them and the scores (stages/album.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from herocat import gate, times
from herocat.catalog import Catalog
from herocat.errors import ChoiceError

LONGEST = 80  # letters of a name

_WHY = {
    "unchecked": "no detector has looked at it",
    "private": "a file says that it is not public",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted of an album by hand; without an order, its photos stand as they were chosen."""

    pins: tuple[int, ...] = ()
    bans: tuple[int, ...] = ()
    order: tuple[int, ...] = ()

    def pin(self, *images: int) -> "Wishes":
        """Return the wishes with some photos in the album in any case."""
        rest = self.clear(*images)
        return Wishes((*rest.pins, *images), rest.bans, self.order)

    def ban(self, *images: int) -> "Wishes":
        """Return the wishes with some photos never in the album."""
        rest = self.clear(*images)
        return Wishes(rest.pins, (*rest.bans, *images), self.order)

    def clear(self, *images: int) -> "Wishes":
        """Return the wishes without a wish for some photos."""
        pins, bans = (
            tuple(image for image in marked if image not in images)
            for marked in (self.pins, self.bans)
        )
        return Wishes(pins, bans, self.order)

    def ordered(self, images: Iterable[int]) -> "Wishes":
        """Return the wishes with another order."""
        return Wishes(self.pins, self.bans, tuple(images))

    def swap(self, image: int, rival: int) -> "Wishes":
        """Return the wishes with one photo in the place of another, which is banned."""
        order = [rival if one == image else one for one in self.order]
        return self.ban(image).pin(rival).ordered(order)


def wishes(catalog: Catalog, album: str) -> Wishes:
    """Return what is wanted of an album."""
    marks = [(row["image_id"], row["mark"]) for row in catalog.rows("album.marks", album=album)]
    return Wishes(
        pins=tuple(image for image, mark in marks if mark == "pin"),
        bans=tuple(image for image, mark in marks if mark == "ban"),
        order=tuple(row["image_id"] for row in catalog.rows("album.order", album=album)),
    )


def refuse_pins(catalog: Catalog, pins: Iterable[int]) -> None:
    """Raise ChoiceError if one of some photos has no score, or must not leave the catalog."""
    for image in pins:
        if catalog.value("album.is_rated", image=image) is None:
            raise ChoiceError(
                f"photo {image} cannot be pinned: the catalog has no such photo with a score; "
                "have it rated first: herocat rate"
            )
        for veto in gate.vetoes(catalog, [image]).values():
            why = _WHY.get(veto.reason, f"it or its burst shows a {veto.reason}")
            raise ChoiceError(
                f"photo {image} cannot be pinned: it must not leave the catalog, for {why}"
            )


def save(catalog: Catalog, album: str, wanted: Wishes, *, by: str | None = None) -> None:
    """Keep what is wanted of an album. Must be called inside ``catalog.writing()``."""
    before = wishes(catalog, album)
    for image in {*before.pins, *before.bans} - {*wanted.pins, *wanted.bans}:
        catalog.run("album.remove_mark", album=album, image=image)
    marked = (("pin", wanted.pins, before.pins), ("ban", wanted.bans, before.bans))
    for mark, images, had in marked:
        for image in set(images) - set(had):
            if catalog.value("explain.by_id", id=image) is None:
                raise ChoiceError(f"there is no photo {image}")
            values = {"album": album, "image": image, "mark": mark, "by": by}
            catalog.run("album.add_mark", **values, now=times.now())
    if wanted.order != before.order:
        catalog.run("album.forget_order", album=album)
        rows = [(album, place, image) for place, image in enumerate(wanted.order, 1)]
        catalog.many("album.save_place", rows)


def arranged(chosen: Sequence[int], order: Sequence[int]) -> list[int]:
    """Return chosen photos in an order that was given before some of them were.

    A photo that is not chosen any more passes its place on to the next one that the order does not
    know; what is left of those comes last.
    """
    inside, known = set(chosen), set(order)
    new = iter([image for image in chosen if image not in known])
    places = (image if image in inside else next(new, None) for image in order)
    return [*(image for image in places if image is not None), *new]


def rename(catalog: Catalog, album: str, name: str) -> str:
    """Give an album another name, and return it. Must be called inside ``catalog.writing()``."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise ChoiceError(f"a name has 1 to {LONGEST} letters")
    if name != album:
        if catalog.one("album.by_name", name=name) is not None:
            raise ChoiceError(f"there is an album {name!r} already")
        catalog.run("album.rename", album=album, name=name)
    return name
