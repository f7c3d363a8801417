"""Check that the catalog is whole: every file in ``sql/checks`` must return no rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from herocat import queries
from herocat.catalog import Catalog

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it protects, how many rows break it, and the first of them as text."""

    name: str
    protects: str
    broken: int
    examples: tuple[str, ...]


def verify(catalog: Catalog) -> Iterator[Check]:
    """Run every check in turn."""
    broken = [row[0] for row in catalog.rows("verify.integrity")]
    yield Check("integrity", "The file is whole, as SQLite sees it.", len(broken), _first(broken))
    lost = [
        f"{row['table']} {row['rowid']} has no {row['parent']}"
        for row in catalog.rows("verify.foreign_keys")
    ]
    yield Check("foreign_keys", "Every row that is pointed to is there.", len(lost), _first(lost))
    for name, text in queries.files("checks").items():
        rows = [
            ", ".join(f"{key}={row[key]}" for key in row.keys())  # noqa: SIM118 - a Row is no dict
            for row in catalog.ask(text)
        ]
        yield Check(name, queries.headline(text), len(rows), _first(rows))


def _first(texts: list[str]) -> tuple[str, ...]:
    return tuple(texts[:_SHOWN])
