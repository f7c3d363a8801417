"""Our pages. To add one: a module with PATTERN and `answer`, a template, a line in PAGES.

PATTERN is what stands behind ``/-/herocat/CATALOG/`` in the address, a regular expression whose
named groups the module reads with ``visit.part``. A module with a LABEL stands in the head of every
page. ``answer(visit)`` returns a response; a HerocatError that it raises becomes a page that says so.
"""

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

from datasette.utils.asgi import Response

from herocat.errors import CatalogError, ChoiceError, HerocatError
from herocat.web import fresh, photos
from herocat.web.access import may_look
from herocat.web.pages import (
    album,
    albums,
    cameras,
    compare,
    files,
    gallery,
    overview,
    photo,
    rate,
    runs,
)
from herocat.web.pages.message import MessagePage
from herocat.web.visit import Forbidden, NotHere, Visit, assets

PAGES: tuple[ModuleType, ...] = (
    gallery,
    albums,
    compare,
    rate,
    overview,
    cameras,
    runs,
    files,
    album,
    photo,
)

_STATUS = ((NotHere, 404), (Forbidden, 403), (ChoiceError, 400), (CatalogError, 503))

Answer = Callable[[Visit], Awaitable[Response]]
Handler = Callable[[Any, Any], Awaitable[Response]]


def routes() -> list[tuple[str, Handler]]:
    """Return every address that we answer, with what answers it."""
    answers: list[tuple[str, Answer]] = [
        (r"sheet", photos.sheet),
        (r"preview/(?P<image>[0-9]{1,18})\.jpg", photos.preview),
        (r"thumbnail/(?P<image>[0-9]{1,18})\.jpg", photos.thumbnail),
        (r"original/(?P<image>[0-9]{1,18})", photos.original),
    ]
    for module in PAGES:
        answers.append((module.PATTERN, module.answer))
        answers += getattr(module, "MORE", ())
    answers.append((r"(?s:.*)", _no_page))
    below = [
        (rf"^/-/herocat/(?P<database>[^/]+)/{pattern}\Z", _handled(answer))
        for pattern, answer in answers
    ]
    made: list[tuple[str, Any]] = [
        (r"^/-/herocat/assets/(?P<digest>[0-9a-f]+)/(?P<name>[a-z.-]+)\Z", _asset),
        (r"^/-/herocat/?\Z", _first),
        (r"^/-/herocat/(?P<database>[^/]+)\Z", _with_slash),
        *below,
        (r"^/-/herocat/(?s:.*)\Z", _nothing),
    ]
    return made


def head(visit: Visit) -> list[tuple[str, str, str]]:
    """Return the links in the head of every page: name of the page, its label, its address."""
    return [
        (module.__name__.rpartition(".")[2], module.LABEL, visit.url(module.HOME))
        for module in PAGES
        if getattr(module, "LABEL", "") and getattr(module, "shown", lambda _: True)(visit)
    ]


def _handled(answer: Answer) -> Handler:
    """Wrap a page: only of catalogs, only for those who may look; errors become sentences."""

    async def handle(request: Any, datasette: Any) -> Response:
        from datasette.utils import tilde_decode

        from herocat.web.hooks import is_catalog

        try:
            database = datasette.get_database(route=tilde_decode(request.url_vars["database"]))
        except KeyError:
            return Response.text("not found", status=404)
        if not is_catalog(datasette, database.name) or not await may_look(
            datasette, request.actor, database.name
        ):
            return Response.text("not found", status=404)
        visit = Visit(datasette, request, database)
        if visit.options.started:
            fresh.look(visit.path)
        try:
            return await answer(visit)
        except HerocatError as error:
            status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
            said = str(error)
            if visit.public and status >= 500:  # it names the catalog's file
                said = "the catalog cannot be read just now; try again later"
            if request.method == "POST":
                return visit.json({"error": said}, status=status)
            return visit.html(
                "herocat_message.html", MessagePage("", said, head(visit)), status=status
            )

    return handle


async def _asset(request: Any) -> Response:
    """Answer with a stylesheet or a script."""
    found = assets().get(request.url_vars["name"])
    if found is None:
        return Response.text("not found", status=404)
    content, _, kind = found
    return photos.sent(content, kind, "public, max-age=31536000, immutable")


async def _with_slash(request: Any, datasette: Any) -> Response:
    """Lead to a catalog's gallery, whose address ends with a slash."""
    return Response.redirect(datasette.urls.path(f"/-/herocat/{request.url_vars['database']}/"))


async def _no_page(_: Visit) -> Response:
    """Say that a catalog has no such page; the way back stands there."""
    raise NotHere("there is no such page")


async def _nothing() -> Response:
    """Answer what is of no catalog."""
    return Response.text("not found", status=404)


async def _first(datasette: Any) -> Response:
    """Lead to the gallery of the first catalog."""
    from datasette.utils import tilde_encode

    from herocat.web.hooks import catalogs

    names = catalogs(datasette)
    if not names:
        return Response.text("there is no herocat catalog here", status=404)
    return Response.redirect(datasette.urls.path(f"/-/herocat/{tilde_encode(names[0])}/"))
