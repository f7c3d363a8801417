"""The catalog that comes with the project is current, whole, and knows nothing of the machine that made it."""

import shutil
from pathlib import Path

import pytest

from herocat.catalog import Catalog
from tests.conftest import ROOT, CommandLine

EXAMPLE = ROOT / "catalog.db.example"


@pytest.fixture
def example(tmp_path: Path) -> CommandLine:
    return CommandLine(Path(shutil.copy(EXAMPLE, tmp_path / "catalog.db")))


def test_it_is_current_and_whole(example: CommandLine) -> None:
    assert "0 broken" in example("verify").stdout, "run make catalog.db.example"


def test_it_shows_something(example: CommandLine) -> None:
    with Catalog.open(example.catalog) as catalog:
        count = catalog.connection.execute
        assert count("select count(*) from heroes").fetchone()[0] == 16
        assert count("select count(*) from thumbnails").fetchone()[0] > 40
        assert count("select count(*) from holds").fetchone()[0] > 0
        assert count("select count(*) from failures").fetchone()[0] > 0
        chosen = count("select image_id from candidates").fetchone()[0]
    assert "Chosen as" in example("explain", chosen).stdout


def test_it_is_small_and_says_nothing_of_its_maker() -> None:
    content = EXAMPLE.read_bytes()
    assert len(content) < 2_500_000  # each empty table and index costs a page
    assert b"/home/" not in content
    assert str(ROOT).encode() not in content
    assert content[18:20] == b"\x01\x01", "not in write-ahead mode: it must open from anywhere"
