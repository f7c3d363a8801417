"""A catalog that cannot be written is shown as it is."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.collection import copied
from tests.conftest import CommandLine
from tests.serving import served

# Root may write anything: without these two capabilities, permissions hold for it as for anybody.
_AS_ALLOWED = """
import ctypes, os, sys
for capability in (1, 2):  # to override what may be written, and what may be read
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def shared(built: Path, tmp_path: Path) -> Iterator[CommandLine]:
    """A catalog as on a shared disk: neither its file nor its folder can be written."""
    made = copied(built, tmp_path / "shared")
    made("rate", "jane", "--queue-only")  # prepares the gallery
    made.catalog.chmod(0o444)
    made.catalog.parent.chmod(0o555)
    yield made
    made.catalog.parent.chmod(0o755)


def only_as_allowed(made: CommandLine, *words: str) -> list[str]:
    line = [sys.executable, "-m", "herocat", "-c", str(made.catalog), *words]
    return [sys.executable, "-c", _AS_ALLOWED, *line]


def test_a_catalog_that_can_only_be_read_is_shown(shared: CommandLine, page: Page) -> None:
    line = only_as_allowed(shared, "browse")
    with served(line, folder=shared.catalog.parent) as server:
        assert "it is shown as it is now" in server.log
        page.goto(server.page())
        expect(page.locator(".tile .score").first).to_be_visible()
        for path in ("compare", "overview", "files", "photo/1", "rate"):
            page.goto(server.page(path))
            expect(page.locator("h1")).to_have_count(1)
            page.wait_for_load_state("networkidle")
    assert not list(shared.catalog.parent.glob("catalog.db-*"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["browse", "--rate", "jane"], "nobody can rate"),
        (["rate", "jane"], "cannot be written"),
        (["measure"], "cannot be written"),
        (["init"], "cannot be written"),
    ],
)
def test_nothing_is_written_where_that_cannot_be(
    shared: CommandLine, words: list[str], sentence: str
) -> None:
    line = only_as_allowed(shared, *words)
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_log_that_cannot_be_read_with_its_catalog(shared: CommandLine) -> None:
    shared.catalog.parent.chmod(0o755)
    shared.catalog.with_name("catalog.db-wal").write_bytes(b"changes")
    shared.catalog.parent.chmod(0o555)
    line = only_as_allowed(shared, "status")
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "its latest changes are still in catalog.db-wal" in done.stderr
