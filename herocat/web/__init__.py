"""A Datasette plugin: thumbnails in tables, and the canned queries, for herocat catalogs.

It is inert for any other database. This module is imported by every ``datasette`` command of the
environment, so it imports little and must never fail.
"""

from herocat.web.hooks import canned_queries, register_routes, render_cell, startup

__all__ = ["canned_queries", "register_routes", "render_cell", "startup"]
