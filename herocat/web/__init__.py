"""A Datasette plugin: pages for choosing pictures, and help on its own pages, for herocat catalogs.

It is inert for any other database. This module is imported by every ``datasette`` command of the
environment, so it imports little and must never fail.
"""

from herocat.web.hooks import (
    asgi_wrapper,
    canned_queries,
    get_metadata,
    menu_links,
    prepare_connection,
    register_routes,
    render_cell,
    startup,
)

__all__ = [
    "asgi_wrapper",
    "canned_queries",
    "get_metadata",
    "menu_links",
    "prepare_connection",
    "register_routes",
    "render_cell",
    "startup",
]
