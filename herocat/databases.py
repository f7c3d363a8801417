"""Other tools' SQLite files, opened so that nothing in or beside them is changed."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from herocat.errors import InputError


def columns(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the columns of each table."""
    with _opened(path) as connection:
        names = [
            row[0]
            for row in connection.execute("select name from sqlite_master where type = 'table'")
        ]
        return {
            name: tuple(row[1] for row in connection.execute(f"pragma table_info({_quoted(name)})"))
            for name in names
        }


def rows(path: Path, table: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table in the order in which they were written, by column."""
    with _opened(path) as connection:
        connection.row_factory = sqlite3.Row
        for row in connection.execute(f"select * from {_quoted(table)}"):  # noqa: S608 - quoted
            yield dict(row)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file to be read only; raise InputError for what is no whole SQLite file.

    Where no write-ahead log lies beside it the file is taken as it is, so that it may lie on a
    read-only disk; where one does, its tool may be running, and SQLite reads both.
    """
    logged = path.with_name(path.name + "-wal").exists()
    place = f"file:{quote(str(path.absolute()))}?mode=ro{'' if logged else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(place, uri=True)) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            yield connection
    except sqlite3.Error as error:
        raise InputError(
            f"{path} cannot be read as a SQLite file ({error}); nothing was taken from it. Close the "
            "tool that it belongs to, and copy it again"
        ) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
