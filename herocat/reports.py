"""The canned queries of ``sql/reports``: a title, a description, and SQL for anybody to start from."""

from dataclasses import dataclass
from functools import cache

from herocat import queries


@dataclass(frozen=True, slots=True)
class Report:
    """One canned query: its first comment line is the title, the others describe it."""

    name: str
    title: str
    description: str
    sql: str


@cache
def reports() -> tuple[Report, ...]:
    """Return every report, by name."""
    return tuple(_report(name, text) for name, text in queries.files("reports").items())


def _report(name: str, text: str) -> Report:
    title, *rest = text.split("\n")
    description = queries.headline("\n".join(rest))
    return Report(name, title.removeprefix("--").strip(), description, text)
