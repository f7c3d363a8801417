"""The plugin hooks of Datasette that herocat uses, on its 0.65 line and from 1.0 on."""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from datasette.utils.asgi import Response
from markupsafe import Markup

from herocat.catalog import APPLICATION_ID
from herocat.reports import reports
from herocat.web.options import options

Handler = Callable[[Any, Any], Awaitable[Response]]

_catalogs: dict[int, set[str]] = {}  # names of the herocat catalogs of each Datasette instance


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Find out which databases are herocat catalogs; describe them, and give them their queries."""

    async def inner() -> None:
        for name, database in datasette.databases.items():
            application = (await database.execute("pragma application_id")).first()
            if not application or application[0] != APPLICATION_ID:
                continue
            _catalogs.setdefault(id(datasette), set()).add(name)
            if hasattr(datasette, "add_query"):  # from 1.0 on; before, canned_queries is asked
                for report in reports():
                    await datasette.add_query(
                        name,
                        report.name,
                        report.sql,
                        title=report.title,
                        description=report.description,
                        hide_sql=True,
                        is_trusted=True,
                    )
            if hasattr(datasette, "set_resource_metadata"):  # before, get_metadata is asked
                from herocat.web.metadata import describe

                await describe(datasette, name)
            if options().started:
                from herocat.web.warm import warm

                await warm(datasette, database)

    return inner


@hookimpl
def canned_queries(datasette: Any, database: str) -> dict[str, dict[str, Any]]:
    """Offer the reports as canned queries of a catalog."""
    if not is_catalog(datasette, database):
        return {}
    from herocat.web.metadata import canned

    return canned()


@hookimpl
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Describe tables and columns of the catalogs; asked before 1.0 only."""
    from herocat.web.metadata import metadata

    names = _catalogs.get(id(datasette), set())
    return {"databases": {name: metadata() for name in names}} if names else {}


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Hold writes to what the tables promise, and give a large catalog some memory."""
    if conn.execute("pragma application_id").fetchone()[0] == APPLICATION_ID:
        conn.execute("pragma foreign_keys = on")
        conn.execute("pragma busy_timeout = 10000")
        conn.execute("pragma cache_size = -65536")


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """Lead from Datasette's own pages to the gallery."""
    return [
        {
            "href": datasette.urls.path(f"/-/herocat/{tilde_encode(name)}/"),
            "label": f"Gallery of {name}",
        }
        for name in sorted(_catalogs.get(id(datasette), set()))
    ]


@hookimpl
def render_cell(value: Any, column: str, database: str, datasette: Any) -> Markup | None:
    """Show a photo's thumbnail wherever a row names it."""
    image = value["value"] if isinstance(value, dict) else value  # a dict where a label was found
    if column not in {"image_id", "because_image_id"} or not isinstance(image, int):
        return None
    if not is_catalog(datasette, database):
        return None
    below = f"/-/herocat/{tilde_encode(database)}"
    return Markup(
        '<a href="{page}"><img src="{src}" loading="lazy" style="max-width: 160px; max-height: 120px"'
        ' alt="photo {image}"></a><br>{image}'
    ).format(
        page=datasette.urls.path(f"{below}/photo/{image}"),
        src=datasette.urls.path(f"{below}/thumbnail/{image}.jpg"),
        image=image,
    )


@hookimpl
def register_routes() -> list[tuple[str, Handler]]:
    """Serve our pages, photos and scripts."""
    from herocat.web.pages import routes

    return routes()


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Stand before the server: host names, the public, what may be kept."""
    from herocat.web.guard import guarded

    return partial(guarded, prefix=str(datasette.setting("base_url")))


def is_catalog(datasette: Any, database: str) -> bool:
    """Say whether a database is a herocat catalog."""
    return database in _catalogs.get(id(datasette), set())


def catalogs(datasette: Any) -> list[str]:
    """Return the names of the catalogs that are served."""
    return sorted(_catalogs.get(id(datasette), set()))
