"""A stage is one word in every place where it lives, and imports point down."""

import re

import pytest
from importlinter.cli import lint_imports

from herocat.cli import COMMANDS
from tests.conftest import ROOT

WITHOUT_SQL = {"init", "demo"}
DOC = {"verify": "status", "init": "schema"}
WITHOUT_TARGET = {"batch", "explain", "prompt"}  # they need a job, a photo, a file
TARGET = {"export": "html"}
TEST = {"init": "tests/unit/test_catalog.py", "browse": "tests/browser/test_browse.py"}


def test_imports_point_down(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize("word", COMMANDS)
def test_a_stage_is_one_word_in_every_place(word: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert (ROOT / f"herocat/commands/{word}.py").is_file()
    assert word == "init" or (ROOT / f"herocat/stages/{word}.py").is_file()
    assert word in WITHOUT_SQL or (ROOT / f"sql/{word}.sql").is_file()
    assert (ROOT / TEST.get(word, f"tests/stages/test_{word}.py")).is_file()
    assert (ROOT / f"docs/{DOC.get(word, word)}.md").is_file()
    assert word in WITHOUT_TARGET or re.search(
        rf"^{TARGET.get(word, word)}:.*## ", makefile, re.MULTILINE
    )


def test_no_stage_is_left_over() -> None:
    for folder in ("commands", "stages"):
        words = {path.stem for path in (ROOT / "herocat" / folder).glob("*.py")} - {
            "__init__",
            "asking",
            "shared",
        }
        assert words <= set(COMMANDS), folder
    stems = {path.stem for path in (ROOT / "sql").glob("*.sql")}
    assert stems - set(COMMANDS) == {
        "bursts",
        "embeddings",
        "pairs",
        "strategies",
        "gate",
        "given",
        "joining",
        "parcels",
        "requests",
        "scales",
        "stratified",
    }


def test_no_module_has_grown_too_long() -> None:
    for path in (ROOT / "herocat").rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 400, path


def test_the_changelog_begins_with_this_version() -> None:
    from herocat import __version__

    top = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert top is not None
    assert top[1] == __version__
