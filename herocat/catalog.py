"""The catalog: one SQLite file, opened, locked and asked by name.

Everything that herocat knows stands in it, so a stage is a loop over a ``pending_*`` view and the
row that it writes is what takes the item off that view. Three promises:

- reads and writes go by the name of a query in ``sql/``; no other module holds SQL;
- writes happen inside :meth:`Catalog.writing`, which takes the write lock *before* it reads, so
  that processes side by side wait for each other instead of failing;
- what SQLite says about locks, disks and foreign files becomes a sentence in one place,
  :func:`explain`.
"""

import fcntl
import math
import os
import shlex
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import quote

from herocat import queries
from herocat.errors import CatalogError, ChoiceError

APPLICATION_ID = 0x48455243  # "HERC" in the file's header: `file catalog.db` can tell
_BUSY_SECONDS = 30.0

Answer = TypeVar("Answer")


class Catalog:
    """An open catalog; a context manager that closes it."""

    def __init__(self, path: Path, connection: sqlite3.Connection | None = None) -> None:
        self.path = path
        self.home = path.absolute().parent
        self._connection = connection or _connect(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing, up-to-date catalog, or raise CatalogError with what to do."""
        if not path.exists():
            raise CatalogError(
                f"there is no catalog at {path}; make one with: {init_command(path)}"
            )
        catalog = cls(path)
        try:
            catalog.require_current()
        except BaseException:
            catalog.close()
            raise
        return catalog

    @classmethod
    def over(cls, connection: sqlite3.Connection, path: Path) -> Self:
        """Return a catalog on a connection that somebody else opened, and will close."""
        return cls(path, connection)

    def close(self) -> None:
        """Close the file; SQLite then tidies its write-ahead log away."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, for migrations and for what SQLite offers beyond SQL."""
        return self._connection

    # Asking and writing, by the name of a query

    def rows(self, name: str, /, **parameters: object) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query as they are read."""
        (statement,) = self._checked(name, parameters).statements
        yield from self._connection.execute(statement, parameters)

    def ask(
        self, statement: str, parameters: Mapping[str, object] | None = None
    ) -> Iterator[sqlite3.Row]:
        """Yield the rows of a whole file of ``sql/checks`` or ``sql/reports``, or of a filled query."""
        yield from self._connection.execute(statement, parameters or {})

    def relation(self, name: str) -> Iterator[sqlite3.Row]:
        """Yield the rows of a table or view, a user's own too; raise ChoiceError if there is none."""
        kinds = "select name from sqlite_master where type in ('table', 'view') and name = ?"
        if self._connection.execute(kinds, [name]).fetchone() is None:
            raise ChoiceError(f"the catalog has no table or view {name!r}")
        quoted = name.replace('"', '""')
        yield from self._connection.execute(f'select * from "{quoted}"')  # noqa: S608 - it is there

    def one(self, name: str, /, **parameters: object) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        return next(self.rows(name, **parameters), None)

    def value(self, name: str, /, **parameters: object) -> Any:  # noqa: ANN401 - what the column holds
        """Return the first column of the first row of a query, or None."""
        row = self.one(name, **parameters)
        return None if row is None else row[0]

    def run(self, name: str, /, **parameters: object) -> int:
        """Run a query's statements in order; return how many rows the last one changed."""
        query = self._checked(name, parameters)
        changed = 0
        for statement in query.statements:
            changed = self._connection.execute(statement, parameters).rowcount
        return changed

    def many(self, name: str, rows: Iterable[Sequence[object] | Mapping[str, object]]) -> int:
        """Run a one-statement query for each row of values; return how many rows changed."""
        query = queries.queries()[name]
        (statement,) = query.statements
        self._check_lock(query)
        if self._connection.in_transaction:
            return self._connection.executemany(statement, rows).rowcount
        with self.reading():  # temporary rows: each would be a transaction of its own otherwise
            return self._connection.executemany(statement, rows).rowcount

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock for one transaction: all of it is kept, or nothing.

        The lock is taken before anything is read. Do no slow work inside: no network, no pixels.
        """
        with self._transaction("begin immediate"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read one consistent state, whatever others write meanwhile; temporary tables are kept."""
        with self._transaction("begin"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    @contextmanager
    def meanwhile(self, ask: Callable[["Catalog"], Answer]) -> Iterator[Callable[[], Answer]]:
        """Have a question answered by a second connection, in a thread, while this one goes on.

        What is given waits for the answer. It rests on what is committed, and sees no temporary table.
        """

        def answered() -> Answer:
            with Catalog(self.path) as other:
                # Enough to go through a table once; what is put into order takes as much again.
                other.connection.execute("pragma cache_size = -16384")
                with other.reading():
                    return ask(other)

        with ThreadPoolExecutor(1) as thread:
            yield thread.submit(answered).result

    @contextmanager
    def own_views(self, *names: str) -> Iterator[None]:
        """Have views read this connection's temporary tables before the tables of the file."""
        views = queries.files("views")
        for name in names:
            self._connection.execute(f"create temp view {name} as\n{views[name]}")
        try:
            yield
        finally:
            for name in names:
                self._connection.execute(f"drop view temp.{name}")

    @contextmanager
    def attached(self, file: Path, name: str) -> Iterator[None]:
        """Have the tables of a passing SQLite file at hand, as ``name.table``."""
        self._connection.execute(f"attach ? as {name}", (str(file),))
        self._connection.execute(f"pragma {name}.journal_mode = off")
        self._connection.execute(f"pragma {name}.synchronous = off")
        try:
            yield
        finally:
            self._connection.execute(f"detach {name}")

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Take rows in fast, for loaders that write both ends of each reference and can begin again.

        References are not looked up (`herocat verify` does), and a power cut may take back the last
        transactions, though never the order of them: the one that says that all is there comes after.
        """
        self._connection.execute("pragma foreign_keys = off")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute("pragma wal_autocheckpoint = 32768")  # pages, 128 MiB
        try:
            yield
        finally:
            self._connection.execute("pragma foreign_keys = on")
            self._connection.execute("pragma synchronous = full")
            self._connection.execute("pragma wal_autocheckpoint = 1000")

    @contextmanager
    def only_one(self, job: str, number: int | None = None) -> Iterator[None]:
        """Refuse to do a job that another process is doing on this catalog right now.

        With a number, the job is one of several that do not stand in each other's way.
        """
        self.require_writable()
        which = job if number is None else f"{job}-{number}"
        lock = self.path.with_name(f"{self.path.name}.{which}.lock")
        with lock.open("a") as handle:
            try:
                # The kernel drops a flock when its holder dies, so kill -9 leaves no stale lock.
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CatalogError(
                    f"another {job} is running on {self.path}; run this again when it is done"
                ) from None
            yield

    # Places: a folder beside or below the catalog moves with it, any other is absolute

    def stored(self, place: Path) -> str:
        """Return how a folder or file is written down: relative to the catalog if it lies below it."""
        resolved, home = place.resolve(), self.home.resolve()
        inside = resolved.is_relative_to(home)
        return (resolved.relative_to(home) if inside else resolved).as_posix()

    def placed(self, stored: str) -> Path:
        """Return the path of a folder or file that was written down by :meth:`stored`."""
        return self.home / stored

    # Versions

    def require_current(self) -> None:
        """Raise CatalogError unless this is a herocat catalog of exactly this schema."""
        application = self._connection.execute("pragma application_id").fetchone()[0]
        applied = self.migrations()
        if application != APPLICATION_ID or not applied:
            raise CatalogError(f"{self.path} is a SQLite file, but not a herocat catalog")
        self.refuse_newer()
        if set(queries.files("migrations")) - applied or self.stale_views():
            raise CatalogError(
                f"{self.path} was made by an older herocat; bring it up to date "
                f"(nothing is lost) with: {init_command(self.path)}"
            )

    def require_writable(self) -> None:
        """Raise CatalogError if the catalog can only be read."""
        if not writable(self.path):
            raise CatalogError(_unwritable(self.path))

    def refuse_newer(self) -> None:
        """Raise CatalogError if the catalog holds migrations that this herocat does not know."""
        unknown = sorted(self.migrations() - set(queries.files("migrations")))
        if unknown:
            raise CatalogError(
                f"{self.path} was made by a newer herocat (it has the migration {unknown[-1]}); "
                "upgrade herocat to use it; nothing was changed"
            )

    def migrations(self) -> set[str]:
        """Return the names of the migrations that were applied."""
        known = "select 1 from sqlite_master where name = '_sqlite_migrations'"
        if self._connection.execute(known).fetchone() is None:
            return set()
        applied = "select name from _sqlite_migrations where migration_set = 'herocat'"
        return {name for (name,) in self._connection.execute(applied)}

    def stale_views(self) -> dict[str, str]:
        """Return the views of ``sql/views`` that are missing or differ in the catalog, with their text.

        Views are code, not data; those that a user added are left alone.
        """
        kept = "select name, sql from sqlite_master where type = 'view'"
        have = {name: sql.partition(" as\n")[2] for name, sql in self._connection.execute(kept)}
        return {
            name: text
            for name, text in queries.files("views").items()
            if have.get(name) != text.rstrip()  # SQLite keeps the text, but not its last newline
        }

    # Private

    def _checked(self, name: str, parameters: Mapping[str, object]) -> queries.Query:
        query = queries.queries()[name]
        if query.parameters != parameters.keys():
            takes, got = sorted(query.parameters), sorted(parameters)
            raise TypeError(f"{name} takes {takes}, got {got}")
        self._check_lock(query)
        return query

    def _check_lock(self, query: queries.Query) -> None:
        if query.writes and not self._connection.in_transaction:
            raise RuntimeError(f"{query.name} writes: call it inside catalog.writing()")


def init_command(path: Path) -> str:
    """Return the command that creates or updates the catalog at a path."""
    return (
        "herocat init"
        if path == Path("catalog.db")
        else f"herocat -c {shlex.quote(str(path))} init"
    )


def explain(error: sqlite3.Error, path: Path) -> CatalogError | None:
    """Turn what SQLite says about a file, a lock or a disk into a sentence; None for a bug."""
    text = str(error)
    if "locked" in text:
        return CatalogError(
            f"{path} is busy: another program has held its write lock for {_BUSY_SECONDS:.0f} s; "
            "what was committed is kept, run this again"
        )
    if "readonly" in text or "unable to open" in text:
        return CatalogError(_unwritable(path))
    if "disk is full" in text or "disk I/O error" in text:
        return CatalogError(
            f"{path} could not be written ({text}); what was committed is kept; "
            "free some space and run this again"
        )
    if "not a database" in text or "malformed" in text:
        return CatalogError(f"{path} is not a catalog: SQLite cannot read it ({text})")
    return None


def _unwritable(path: Path) -> str:
    return (
        f"{path} cannot be written: its folder is missing, read-only or not yours; "
        "nothing was changed; choose another place with -c"
    )


def _connect(path: Path) -> sqlite3.Connection:
    # Never open the file by other means: closing it again would drop the locks that SQLite holds
    # on it for every connection of this process.
    if path.is_dir():
        raise CatalogError(f"{path} is a folder; a catalog is a file")
    connection = None
    try:
        connection = _opened(path)
        connection.row_factory = sqlite3.Row
        connection.execute("pragma foreign_keys = on")
        # A commit beside a paid answer must survive a power cut; large batches hide its cost.
        connection.execute("pragma synchronous = full")
        connection.execute("pragma cache_size = -65536")
        connection.execute("pragma application_id").fetchone()  # the first look into the file
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise explain(error, path) or error from error
    _add_missing_functions(connection)
    return connection


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file; one on a disk that is only to be read as it stands, without a log beside it."""
    if not writable(path):
        log = path.resolve().with_name(f"{path.resolve().name}-wal")
        if log.exists() and log.stat().st_size:
            raise CatalogError(
                f"{path} can only be read here, and its latest changes are still in {log.name}: "
                "copy both files to a place of your own, or let somebody who may write there run "
                "herocat status"
            )
        place = f"file:{quote(str(path.absolute()))}?immutable=1"
        return sqlite3.connect(place, uri=True, isolation_level=None)
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)


def writable(path: Path) -> bool:
    """Say whether a catalog can be changed: its file, and its folder, where the log goes."""
    place = path.resolve()
    return not place.is_file() or (os.access(place, os.W_OK) and os.access(place.parent, os.W_OK))


def _add_missing_functions(connection: sqlite3.Connection) -> None:
    """Add the mathematics that the formulas in sql/ use, where SQLite was built without it."""
    try:
        connection.execute("select exp(0), sqrt(0), ln(1)")
    except sqlite3.OperationalError:
        for name, function in (("exp", math.exp), ("sqrt", math.sqrt), ("ln", math.log)):
            connection.create_function(name, 1, function, deterministic=True)
