"""The canned queries: a title, a description, and SQL for anybody to start from.

Those of ``sql/reports`` are about the pictures, those of ``sql/files`` hold what is on disk against
what files say.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from herocat import queries
from herocat.catalog import Catalog

FILE_REPORTS = (
    "without_results",
    "results_not_on_disk",
    "names_almost_the_same",
    "sequences_without_results",
    "duplicates",
    "failures_by_reason",
    "dates_in_doubt",
    "doubtful_clocks",
    "unmatched",
    "elsewhere",
)


@dataclass(frozen=True, slots=True)
class Report:
    """One canned query: its first comment line is the title, the others describe it.

    Its parameters are texts that whoever opens it fills in; an empty one asks for everything.
    """

    name: str
    title: str
    description: str
    sql: str
    parameters: tuple[str, ...]


@cache
def reports() -> tuple[Report, ...]:
    """Return every report: those about the pictures, then those about files."""
    return (*picture_reports(), *file_reports())


@cache
def picture_reports() -> tuple[Report, ...]:
    """Return what is asked about the pictures, by name."""
    return tuple(_report(name, text) for name, text in queries.files("reports").items())


@cache
def file_reports() -> tuple[Report, ...]:
    """Return what is said of files, in the order to look at it."""
    texts = queries.files("files")
    return tuple(_report(name, texts[name]) for name in FILE_REPORTS)


def _report(name: str, text: str) -> Report:
    title, *rest = text.split("\n")
    description = queries.headline("\n".join(rest))
    title = title.removeprefix("--").strip()
    return Report(name, title, description, text, queries.parameters(text))


@dataclass(frozen=True, slots=True)
class Finding:
    """One number of the report on files: how much of it there is, and the query that lists it."""

    name: str
    title: str
    description: str
    count: int
    examples: tuple[dict[str, Any], ...]
    sql: str


def count_files(catalog: Catalog) -> tuple[Finding, ...]:
    """Hold what is on disk against what files say; nothing is changed."""
    return tuple(finding(catalog, report) for report in file_reports())


def finding(catalog: Catalog, report: Report) -> Finding:
    """Count the rows of one report, and show the first of them."""
    count, first = (
        queries.queries()[name].statements[0].format(query=report.sql)
        for name in ("status.count_rows", "status.first_rows")
    )
    return Finding(
        name=report.name,
        title=report.title,
        description=report.description,
        count=next(catalog.ask(count))["count"],
        examples=tuple(map(dict, catalog.ask(first))),
        sql=report.sql,
    )
