"""What is done before a server says that it is ready, so that the first visit does not wait for it."""

import asyncio
import sqlite3
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from herocat.catalog import Catalog
from herocat.errors import HerocatError
from herocat.gallery.shown import page
from herocat.gallery.view import View
from herocat.web.options import options
from herocat.web.pages.gallery import lists
from herocat.web.visit import assets, environment


async def warm(datasette: Any, database: Any) -> None:
    """Read the first page in every thread, and import what a comparison wants."""
    public = options().public

    def look(connection: sqlite3.Connection) -> None:
        catalog = Catalog.over(connection, Path(database.path))
        with suppress(HerocatError, sqlite3.Error):  # the page itself says what is wrong
            page(catalog, View(), public=public)
            lists(catalog)
        if connection.in_transaction:
            connection.rollback()

    threads = datasette.setting("num_sql_threads")
    await asyncio.gather(*(database.execute_fn(look) for _ in range(max(1, threads))))
    for name in ("scipy.sparse", "scipy.special"):  # slow to import
        import_module(name)
    assets()
    for name in ("herocat_base.html", "herocat_gallery.html"):
        environment().get_template(name)
