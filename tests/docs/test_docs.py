"""The documentation is true: its generated parts are current, its links lead somewhere, its words are ours."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_generated_parts_are_current() -> None:
    generated = [*PAGES, ROOT / "metadata.yaml"]
    pages = [str(page) for page in generated if "[[[cog" in page.read_text()]
    assert str(generated[-1]) in pages
    line = [sys.executable, "-m", "cogapp", "-P", "-I", "docs", "-c", "--check", *pages]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run make docs: {done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_targets_that_are_named_exist(page: Path) -> None:
    from herocat.cli import COMMANDS

    text = page.read_text()
    for command in re.findall(r"\$ herocat (?:-c \S+ )?([a-z]+)", text):
        assert command in COMMANDS, command
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?:\$ |`)make ([a-z]+)", text):
        assert re.search(rf"^{target}:|^{target} .*:", makefile, re.MULTILINE), target


def test_the_readme_shows_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert "$ make demo" in text
    assert "$ make test" in text
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("make test")


def test_no_registry_and_no_machine_is_named() -> None:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    hosts = re.compile("py" + r"pi\.org|npm" + r"js\.|files\.python" + "hosted")
    for name in filter(None, names):
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".sql", ".toml", ".yaml", ".html", ".js", ".css", ""}
            and path.is_file()
        ):
            text = path.read_text("utf-8", "ignore")
            assert not hosts.search(text), name
            assert "/wo" + "rk/" not in text, name
