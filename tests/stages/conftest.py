"""A finished small job for the stages that look at results, and ways to look into a catalog."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CommandLine
from tests.world import World, bursts


@pytest.fixture
def done(ready: CommandLine, world: World) -> CommandLine:
    """Return the command line on a catalog that every stage has run on, labels included."""
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    for command in ("sequence", "measure", "select", "measure", "label"):
        ready(command)
    return ready


def rows(catalog: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return what a query finds, through a connection of its own."""
    with sqlite3.connect(catalog) as connection:
        return connection.execute(sql).fetchall()


def dump(catalog: Path) -> list[tuple[Any, ...]]:
    """Return every row of every table that ingesting writes."""
    tables = (
        "sources",
        "images",
        "results",
        "detections",
        "classifications",
        "sequences",
    )
    return [(table, *row) for table in tables for row in rows(catalog, f"select * from {table}")]
