"""What the tests of formats share: files written by hand, taken in, and asked about in SQL."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CommandLine
from tests.world import draw

FRAMES = """
    select path, key, frame_num, images.location, captured_at, time_doubt
    from images left join sequences on sequences.id = sequence_id order by path
"""
SEEN = """
    select path, category, species, count, level, made_by, score
    from observations join images on images.id = image_id order by observations.id
"""
LABELS = """
    select path, name, rater, provider, status, score, raw, reasoning, error
    from labels join label_runs on label_runs.id = label_run_id join images on images.id = image_id
    order by labels.id
"""


class Taken:
    """A catalog beside a folder ``photos`` that need not exist; takes in files and answers SQL."""

    def __init__(self, herocat: CommandLine, folder: Path) -> None:
        self.herocat = herocat
        self.folder = folder
        self.root = folder / "photos"

    def write(self, name: str, content: object) -> Path:
        """Write a file: bytes and text as they are, anything else as JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    def take(self, *words: object, code: int = 0) -> str:
        """Ingest with the root given; return what was said."""
        done = self.herocat("ingest", "--root", self.root, *words, code=code)
        return done.stdout + done.stderr

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the catalog."""
        with closing(sqlite3.connect(self.herocat.catalog)) as connection:
            return connection.execute(sql).fetchall()

    def is_whole(self) -> None:
        """Every check of the catalog holds."""
        self.herocat("verify")


@pytest.fixture
def taken(ready: CommandLine, tmp_path: Path) -> Taken:
    """Return an empty catalog to take files into."""
    return Taken(ready, tmp_path)


def photos(taken: Taken, *names: str) -> None:
    """Draw photos into the collection, and take its folder in."""
    for name in names:
        place = taken.root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        draw().save(place)
    taken.take(taken.root)
