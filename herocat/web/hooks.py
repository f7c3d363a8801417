"""The plugin hooks of Datasette that herocat uses."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from datasette.utils.asgi import Response
from markupsafe import Markup

from herocat.catalog import APPLICATION_ID
from herocat.reports import reports

_ROUTE = r"^/-/herocat/(?P<database>[^/]+)/thumbnail/(?P<image>[0-9]{1,18})\.jpg\Z"
_MISSING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120">'
    '<rect width="160" height="120" fill="#8884"/>'
    '<text x="80" y="64" text-anchor="middle" font-family="sans-serif" font-size="13" fill="#888">'
    "no thumbnail</text></svg>"
)
_HEADERS = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}

_catalogs: dict[int, set[str]] = {}  # names of the herocat catalogs of each Datasette instance


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Find out which databases are herocat catalogs; give them their canned queries."""

    async def inner() -> None:
        for name, database in datasette.databases.items():
            application = (await database.execute("pragma application_id")).first()
            if application and application[0] == APPLICATION_ID:
                _catalogs.setdefault(id(datasette), set()).add(name)
                if hasattr(datasette, "add_query"):  # from 1.0 on; before, canned_queries is asked
                    for report in reports():
                        await datasette.add_query(
                            name,
                            report.name,
                            report.sql,
                            title=report.title,
                            description=report.description,
                            is_trusted=True,
                        )

    return inner


@hookimpl
def canned_queries(datasette: Any, database: str) -> dict[str, dict[str, str]]:
    """Offer the reports as canned queries of a catalog."""
    if not _is_catalog(datasette, database):
        return {}
    return {
        report.name: {"sql": report.sql, "title": report.title, "description": report.description}
        for report in reports()
    }


@hookimpl
def render_cell(value: Any, column: str, database: str, datasette: Any) -> Markup | None:
    """Show a photo's thumbnail wherever a row names it."""
    image = value["value"] if isinstance(value, dict) else value  # a dict where a label was found
    if column not in {"image_id", "because_image_id"} or not isinstance(image, int):
        return None
    if not _is_catalog(datasette, database):
        return None
    name = tilde_encode(database)
    return Markup(
        '<a href="{row}"><img src="{src}" loading="lazy" style="max-width: 160px; max-height: 120px"'
        ' alt="photo {image}"></a><br>{image}'
    ).format(
        row=datasette.urls.row(database, "images", str(image)),
        src=datasette.urls.path(f"/-/herocat/{name}/thumbnail/{image}.jpg"),
        image=image,
    )


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Serve thumbnails by the id of their photo."""
    return [(_ROUTE, thumbnail)]


async def thumbnail(request: Any, datasette: Any) -> Response:
    """Answer with a thumbnail, or with a drawing that says that there is none."""
    database = datasette.get_database(route=request.url_vars["database"])
    if not _is_catalog(datasette, database.name) or not await _may_look(
        datasette, request.actor, database.name
    ):
        return Response.text("not found", status=404)
    rows = await database.execute(
        "select jpeg from thumbnails where image_id = ?", [int(request.url_vars["image"])]
    )
    row = rows.first()
    if row is None:
        return Response(_MISSING, content_type="image/svg+xml")
    return Response(row["jpeg"], headers=_HEADERS, content_type="image/jpeg")


def _is_catalog(datasette: Any, database: str) -> bool:
    return database in _catalogs.get(id(datasette), set())


async def _may_look(datasette: Any, actor: Any, database: str) -> bool:
    """Ask whether an actor may see a database, as either line of Datasette puts it."""
    if hasattr(datasette, "allowed"):
        from datasette.resources import DatabaseResource

        resource = DatabaseResource(database)
        return bool(await datasette.allowed(action="view-database", resource=resource, actor=actor))
    return bool(
        await datasette.permission_allowed(actor, "view-database", resource=database, default=True)
    )
