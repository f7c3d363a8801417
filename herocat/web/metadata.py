"""What Datasette's own pages say of a catalog: descriptions, facets, labels, orders.

The descriptions are the comments in the schema itself, so they are never another's.
"""

import re
from functools import cache
from typing import Any

import yaml

from herocat import queries
from herocat.reports import reports

_COLUMN = re.compile(r"^  ([a-z][a-z0-9_]*) (?:any|blob|integer|real|text)\b[^-]*(?:-- (.*))?$")
_TABLE = re.compile(r"^create table (\w+) \( -- (.*)$")
_ADDED = re.compile(r"^alter table (\w+) add column (\w+) [^-]*-- (.*)$")
_FTS = re.compile(r"^create virtual table (\w+) ", re.MULTILINE)
_FACETS = {
    "images": ["location"],
    "detections": ["category"],
    "candidates": ["category", "selection_id"],
    "labels": ["label_run_id", "status"],
    "label_runs": ["rater", "provider"],
    "holds": ["reason"],
    "gallery": ["species", "location"],
    "facets": ["kind"],
}
_LABELS = {
    "images": "path",
    "collections": "name",
    "sources": "path",
    "sequences": "key",
    "selections": "name",
    "prompts": "name",
    "label_runs": "name",
    "facets": "name",
}
_ORDERS: dict[str, str] = {"labels": "score", "candidates": "quality_score", "gallery": "score"}


@cache
def metadata() -> dict[str, Any]:
    """Return what Datasette's metadata holds of one catalog."""
    tables = dict[str, dict[str, Any]]()
    hidden = list[str]()
    for script in queries.files("migrations").values():
        _read(script, tables)
        hidden += _FTS.findall(script)
    for name, text in queries.files("views").items():
        tables[name] = {"description": queries.headline(text)}
    for name, about in tables.items():
        more: dict[str, dict[str, Any]] = {
            "facets": _FACETS,
            "label_column": _LABELS,
            "sort_desc": _ORDERS,
        }
        about.update({key: known[name] for key, known in more.items() if name in known})
    for name in ("_sqlite_migrations", "thumbnails", "gallery_state", "label_targets", *hidden):
        tables.setdefault(name, {})["hidden"] = True
    return {
        "title": "herocat",
        "description": "A camera-trap catalog: its photos, what was found in them, and every score.",
        "tables": tables,
    }


def document(database: str) -> str:
    """Return a whole metadata file as YAML, for a Datasette where herocat is not installed."""
    about = {"databases": {database: metadata() | {"queries": canned()}}}
    return yaml.dump(about, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes SQL as it stands, and repeats what is the same instead of pointing to it."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - a hook's own signature
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    )


_Dumper.add_representer(str, _text)


@cache
def canned() -> dict[str, dict[str, Any]]:
    """Return the reports as canned queries; their rows come first, their SQL when it is asked for."""
    return {
        report.name: {
            "title": report.title,
            "description": report.description,
            "sql": report.sql,
            "hide_sql": True,
        }
        for report in reports()
    }


async def describe(datasette: Any, database: str) -> None:
    """Tell Datasette from 1.0 on, which keeps descriptions and settings of tables apart."""
    known = metadata()
    for name in ("title", "description"):
        await datasette.set_database_metadata(database, name, known[name])
    for table, about in known["tables"].items():
        if "description" in about:
            await datasette.set_resource_metadata(
                database, table, "description", about["description"]
            )
        for column, text in about.get("columns", {}).items():
            await datasette.set_column_metadata(database, table, column, "description", text)
    if datasette.config is None:
        datasette.config = {}
    configured = datasette.config.setdefault("databases", {}).setdefault(database, {})
    tables = configured.setdefault("tables", {})
    for table, about in known["tables"].items():
        own = {key: value for key, value in about.items() if key not in {"description", "columns"}}
        tables[table] = own | tables.get(table, {})


def _read(script: str, tables: dict[str, dict[str, Any]]) -> None:
    """Read the comments of a migration."""
    table: dict[str, Any] | None = None
    for line in script.splitlines():
        if begun := _TABLE.match(line):
            about = begun[2][:1].upper() + begun[2][1:]
            table = tables.setdefault(begun[1], {"columns": {}})
            table["description"] = about
        elif added := _ADDED.match(line):
            tables.setdefault(added[1], {"columns": {}})["columns"][added[2]] = added[3]
        elif table is not None and (column := _COLUMN.match(line)) and column[2]:
            table["columns"][column[1]] = column[2]
