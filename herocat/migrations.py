"""The catalog's schema, step by step: ``sql/migrations`` as a sqlite-utils migration set.

sqlite-utils records which steps a file has had; herocat runs them under the write lock, because
on its own the set is not safe when several processes meet a new file. The set is exported, so
that ``sqlite-utils migrate catalog.db herocat/migrations.py --list`` works too.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from herocat import queries
from herocat.catalog import APPLICATION_ID, Catalog
from herocat.errors import CatalogError

herocat = Migrations("herocat")


def _step(name: str, script: str) -> None:
    @herocat(name=name)
    def apply(db: Database) -> None:
        for statement in queries.statements(script):
            db.execute(statement)


for _name, _script in queries.files("migrations").items():
    _step(_name, _script)


@dataclass(frozen=True, slots=True)
class Changes:
    """What bringing a catalog up to date changed: migrations applied, views rebuilt, by name."""

    migrations: tuple[str, ...]
    views: tuple[str, ...]


def bring_up_to_date(catalog: Catalog) -> Changes:
    """Create or update the schema of a catalog in one transaction; do nothing if it is current.

    Raises CatalogError for a file that holds something else, or comes from a newer herocat.
    """
    db = Database(catalog.connection)
    with _without_looking_up(catalog), catalog.writing():
        _refuse_foreign(catalog, db)
        catalog.refuse_newer()
        pending = tuple(step.name for step in herocat.pending(db))
        if pending:
            db.execute(f"pragma application_id = {APPLICATION_ID}")
            herocat.apply(db)
        stale = catalog.stale_views()
        for name, text in stale.items():
            db.execute(f"drop view if exists {name}")
            db.execute(f"create view {name} as\n{text}")
    _use_write_ahead_log(catalog)
    return Changes(pending, tuple(stale))


@contextmanager
def _without_looking_up(catalog: Catalog) -> Iterator[None]:
    """Look no references up: a step that makes a table anew drops it while others refer to its rows."""
    catalog.connection.execute("pragma foreign_keys = off")
    try:
        yield
    finally:
        catalog.connection.execute("pragma foreign_keys = on")


def _refuse_foreign(catalog: Catalog, db: Database) -> None:
    application = db.execute("pragma application_id").fetchone()[0]
    if application != APPLICATION_ID and db.execute("select 1 from sqlite_master").fetchone():
        raise CatalogError(
            f"{catalog.path} is a SQLite file, but not a herocat catalog; nothing was changed"
        )


def _use_write_ahead_log(catalog: Catalog, *, attempts: int = 100) -> None:
    """Let readers and one writer work side by side; wait for whoever is making the same switch."""
    catalog.require_writable()
    for _ in range(attempts):
        try:
            mode = catalog.connection.execute("pragma journal_mode = wal").fetchone()[0]
        except sqlite3.OperationalError:
            mode = "busy"
        if mode == "wal":
            return
        time.sleep(0.05)
    raise CatalogError(
        f"{catalog.path} cannot use a write-ahead log: is it on a network disk? "
        "Keep the catalog on a local one; the photos may stay where they are"
    )
