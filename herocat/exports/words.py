"""What is told of photos beside their pictures: reasons, boxes, names of files."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from herocat import naming
from herocat.catalog import Catalog
from herocat.exports.chosen import Photo
from herocat.exports.filters import Choice
from herocat.gate import hushed
from herocat.records import Box

PEOPLE = frozenset({"person", "vehicle"})


@dataclass(frozen=True, slots=True)
class Found:
    """A box of the detector result that counts."""

    category: str
    confidence: float
    box: Box
    species: str | None
    species_score: float | None


def reasoning(catalog: Catalog, photo: Photo, choice: Choice) -> tuple[str, str]:
    """Return the words of the rater whose score counts most, and the name of its run."""
    runs = json.dumps(choice.runs) if choice.runs else None
    row = catalog.one("export.reasoning", image=photo.image, runs=runs)
    if row is None:
        return "", ""
    said = row["reasoning"] or ""
    secret = photo.secret is not None
    return hushed(catalog, photo.image, said) if secret else said, row["name"]


def boxes(catalog: Catalog, photo: Photo) -> list[Found]:
    """Return the boxes of a photo, the surest first; a person's, who was released, is not told."""
    return [
        Found(
            row["category"],
            row["confidence"],
            Box(row["x"], row["y"], row["w"], row["h"]),
            row["species"],
            row["species_score"],
        )
        for row in catalog.rows("export.boxes", image=photo.image)
        if row["category"] not in PEOPLE
    ]


def by_collection(photos: Iterable[Photo]) -> dict[str, list[Photo]]:
    """Return photos by collection; a file that names paths is written for each of them."""
    roots = dict[str, dict[str, list[Photo]]]()
    for photo in photos:
        roots.setdefault(photo.collection, {}).setdefault(str(photo.root), []).append(photo)
    return {
        name if number == 1 else f"{name}-{number}": list(found)
        for name, places in roots.items()
        for number, found in enumerate(places.values(), 1)
    }


def file_names(stem: str, ending: str, collections: Iterable[str]) -> Iterator[str]:
    """Yield a file's name for each collection: the plain one where there is only one."""
    names = list(collections)
    taken = set[str]()
    for name in names:
        plain = naming.plain(name)
        free = naming.free_name(plain.casefold(), taken)  # where case tells no files apart, too
        taken.add(free)
        plain += free.removeprefix(plain.casefold())
        yield f"{stem}{ending}" if len(names) == 1 else f"{stem}_{plain}{ending}"


def stars(score: float | None, bounds: Iterable[float]) -> int:
    """Return stars for a score: one for each bound that it reaches."""
    return 0 if score is None else sum(score >= bound for bound in bounds)
