"""SQL by name, read from the ``sql`` folder.

A file holds queries, each under a line ``-- name: pending``; the comment lines below it say
what it is for, the rest is SQL. ``sql/label.sql`` with a query ``pending`` is ``label.pending``.
The loader is strict: a name given twice, an empty query or a line of SQL before the first name
is refused, so that no text is ever silently ignored.
"""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

_NAME = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)$")
_NOT_CODE = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)")
_WRITES = re.compile(
    r"^(?:with\b.*?\)\s*)?(?:insert(?:\s+or\s+\w+)?\s+into|replace\s+into|update|delete\s+from)"
    r"\s+(?!temp\.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Query:
    """One named query: its statements in order, and the parameters that it takes."""

    name: str
    doc: str
    statements: tuple[str, ...]
    parameters: frozenset[str]

    @property
    def writes(self) -> bool:
        """Whether it changes the catalog itself (temporary tables are nobody else's business)."""
        return any(_WRITES.match(bare(statement)) for statement in self.statements)


def folder() -> Traversable:
    """Find the ``sql`` folder: in the installed package, or beside it in a working copy."""
    installed = resources.files("herocat") / "sql"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "sql"


def files(kind: str = "") -> dict[str, str]:
    """Return the SQL files of a subfolder (``migrations``, ``views``, ...) by stem, in name order."""
    found = {
        entry.name.removesuffix(".sql"): entry.read_text("utf-8")
        for entry in (folder() / kind if kind else folder()).iterdir()
        if entry.name.endswith(".sql")
    }
    return dict(sorted(found.items()))


def statements(script: str) -> Iterator[str]:
    """Split a script at the semicolons that end statements, as SQLite itself sees them."""
    statement = ""
    for piece in re.split(r"(?<=;)", script):
        statement += piece
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if bare(statement):
        yield statement.strip()


def bare(sql: str) -> str:
    """Return the code of some SQL without its comments and quoted text."""
    return _NOT_CODE.sub(" ", sql).strip()


def parameters(sql: str) -> tuple[str, ...]:
    """Return the names of the parameters that some SQL takes, in the order in which it names them."""
    return tuple(dict.fromkeys(_PARAMETER.findall(bare(sql))))


def headline(script: str) -> str:
    """Return the sentence that opens a file: its first comment lines, joined."""
    lines = []
    for line in script.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)


def parse(stem: str, text: str) -> Iterator[Query]:
    """Read the named queries of one file."""
    name, lines = "", list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        named = _NAME.match(line)
        if named:
            if name:
                yield _query(stem, name, lines)
            name, lines = named["name"], []
        elif name:
            lines.append(line)
        elif bare(line):
            raise ValueError(f"{stem}.sql:{number}: SQL before the first '-- name:' line")
    if name:
        yield _query(stem, name, lines)


def _query(stem: str, name: str, lines: list[str]) -> Query:
    text = "\n".join(lines).strip()
    body = tuple(statements(text))
    if not body:
        raise ValueError(f"{stem}.sql: the query {name} is empty")
    return Query(
        name=f"{stem}.{name}",
        doc=headline(text),
        statements=body,
        parameters=frozenset(parameters(text)),
    )


@cache
def queries() -> dict[str, Query]:
    """Return every named query of the files in ``sql``, by its full name."""
    found: dict[str, Query] = {}
    for stem, text in files().items():
        for query in parse(stem, text):
            if query.name in found:
                raise ValueError(f"{stem}.sql: the query {query.name} stands there twice")
            found[query.name] = query
    return found
