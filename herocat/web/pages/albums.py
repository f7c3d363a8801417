"""The albums there are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from datasette.utils.asgi import Response

from herocat.catalog import Catalog
from herocat.gallery.shown import Photo, photos
from herocat.gallery.view import View
from herocat.web.visit import Visit

PATTERN = "albums"
HOME = "albums"
LABEL = "Albums"


@dataclass(frozen=True, slots=True)
class Album:
    """An album, with its first photos."""

    name: str
    href: str
    photos: int
    made_at: str
    first: Sequence[Photo]


@dataclass(frozen=True, slots=True)
class AlbumsPage:
    """What herocat_albums.html is given."""

    here: str
    head: Sequence[tuple[str, str, str]]
    albums: Sequence[Album]


async def answer(visit: Visit) -> Response:
    """Answer with the list of albums."""
    from herocat.web.pages import head

    found = await visit.ask(lambda catalog: _albums(visit, catalog))
    return visit.html("herocat_albums.html", AlbumsPage("albums", head(visit), found))


def _albums(visit: Visit, catalog: Catalog) -> list[Album]:
    return [
        Album(
            name=row["name"],
            href=visit.url(f"album/{row['id']}"),
            photos=row["photos"],
            made_at=row["made_at"].replace("T", " ").replace("Z", " UTC"),
            first=tuple(photos(catalog, View(), json.loads(row["first"]), public=visit.public)),
        )
        for row in list(catalog.rows("browse.listed_albums"))
    ]
