"""Fixtures: an empty catalog, a small world of photos and results, the command line."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from herocat.catalog import Catalog
from herocat.cli import cli
from herocat.migrations import bring_up_to_date
from tests.world import World

# No test is timed: a busy machine is slow, not wrong.
settings.register_profile("herocat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("herocat")

ROOT = Path(__file__).parent.parent
REQUIRED = bool(os.environ.get("HEROCAT_REQUIRE_TOOLS"))  # CI installs all that the tests use
SAMPLES = Path(os.environ.get("HEROCAT_SAMPLES", ROOT.parent / "shared" / "samples"))


def lacking(what: str) -> NoReturn:
    """Skip a test for want of a tool; where CI has installed them all, fail it."""
    if REQUIRED:
        pytest.fail(f"there is no {what}")
    pytest.skip(f"there is no {what}")


def pytest_xdist_auto_num_workers() -> int:
    """Take one worker more than there are cores: much of a test is waiting for a server or a page."""
    return (os.cpu_count() or 1) + 1


def pytest_report_header() -> str:
    """Say which SQLite runs, and whether the real photos are here."""
    return f"sqlite {sqlite3.sqlite_version}, samples: {'yes' if SAMPLES.is_dir() else 'no'}"


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HEROCAT_") and name != "HEROCAT_DATASETTE_PRE":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty, migrated catalog to copy."""
    path = tmp_path_factory.mktemp("template") / "catalog.db"
    with Catalog(path) as catalog:
        bring_up_to_date(catalog)
    return path


@contextmanager
def fresh(template: Path) -> Iterator[Catalog]:
    """Give an empty catalog, to be thrown away: for tests that need one for each example."""
    with (
        TemporaryDirectory() as folder,
        Catalog.open(Path(shutil.copy(template, folder))) as opened,
    ):
        opened.connection.execute("pragma synchronous = off")
        yield opened


@pytest.fixture
def catalog(tmp_path: Path, template: Path) -> Iterator[Catalog]:
    """Yield an empty catalog in the test's folder."""
    path = tmp_path / "catalog.db"
    shutil.copy(template, path)
    with Catalog.open(path) as opened:
        yield opened


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small finished catalog and its photos, to copy."""
    from tests.browser.collection import build

    return build(tmp_path_factory.mktemp("built")).catalog.parent


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a folder to draw photos in and write results files of."""
    return World(tmp_path / "photos")


@pytest.fixture
def samples() -> Path:
    """Return the folder of real photos, or skip."""
    if not SAMPLES.is_dir():
        pytest.skip("the sample photos are not here")
    return SAMPLES


class CommandLine:
    """Runs commands on a catalog, and expects them to go well unless told otherwise."""

    def __init__(self, catalog: Path) -> None:
        self.catalog = catalog

    def __call__(self, *words: object, code: int = 0) -> Result:
        """Run a command; its exit code must be ``code``. A traceback is always a failure."""
        runner = CliRunner()
        line = ["-c", str(self.catalog), *map(str, words)]
        result = runner.invoke(cli, line, prog_name="herocat")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result


@pytest.fixture
def herocat(tmp_path: Path) -> CommandLine:
    """Return the command line, on a catalog in the test's folder that is not there yet."""
    return CommandLine(tmp_path / "catalog.db")


@pytest.fixture
def ready(herocat: CommandLine, template: Path) -> CommandLine:
    """Return the command line on an empty catalog, as ``init`` makes it."""
    shutil.copy(template, herocat.catalog)
    return herocat
