"""The command line: help with examples, codes, JSON, and never a traceback for a user's mistake."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from herocat import cli, errors
from tests.conftest import ROOT, CommandLine
from tests.world import World, bursts


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_has_an_example_and_every_option_a_word(name: str, herocat: CommandLine) -> None:
    text = herocat(name, "--help").stdout
    assert f"herocat {name}" in text.split("Usage:")[1] or f"herocat -c serengeti.db {name}" in text
    command = cli.cli.get_command(click.Context(cli.cli), name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help or parameter.name == "port", f"{name} {parameter.name}"


def test_the_commands_are_listed_in_the_order_of_the_work(herocat: CommandLine) -> None:
    text = herocat("--help").stdout
    places = [text.index(f"\n  {name} ") for name in cli.COMMANDS]
    assert places == sorted(places)


def test_an_unknown_command(herocat: CommandLine) -> None:
    assert "there is no command 'fly'; there are: init, ingest" in herocat("fly", code=2).stderr
    assert "did you mean export?" in herocat("exprot", code=2).stderr


def test_help_is_quick_to_import() -> None:
    """No numpy, no Pillow, no Datasette for --help: they cost a second."""
    program = "import sys, herocat.cli; print([m for m in ('numpy', 'PIL', 'datasette', 'sqlite_utils') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "herocat", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("herocat, version ")


def test_exit_codes_are_those_that_are_drawn() -> None:
    """Every error stands in the tree in the docstring, with its code."""
    tree = errors.__doc__ or ""
    found = [value for value in vars(errors).values() if isinstance(value, type)]
    for error in found:
        assert issubclass(error, errors.HerocatError)
        line = next(line for line in tree.splitlines() if error.__name__ in line)
        assert f"  {error.exit_code}  " in line


def test_answers_go_to_stdout_as_one_json_value(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    for words in (
        ["sequence"],
        ["measure"],
        ["select"],
        ["label"],
        ["compare"],
        ["status"],
        ["verify"],
        ["explain", "1"],
        ["init"],
    ):
        result = ready(*words, "--json")
        assert json.loads(result.stdout), words
        assert len(result.stdout.splitlines()) == 1


def test_a_json_line_for_each_thing_taken_in(ready: CommandLine, world: World) -> None:
    bursts(world)
    result = ready("ingest", "--json", world.root, world.detections())
    assert [json.loads(line)["format"] for line in result.stdout.splitlines()] == [
        "folder",
        "megadetector",
    ]


@pytest.mark.parametrize("how", [KeyboardInterrupt, click.Abort])  # the latter at a question
def test_an_interrupt_is_130_with_a_word(
    ready: CommandLine, monkeypatch: pytest.MonkeyPatch, how: type[BaseException]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise how

    monkeypatch.setattr("herocat.stages.sequence.sequence", interrupted)
    assert "what was done is kept" in ready("sequence", code=130).stderr


def test_a_bug_keeps_its_traceback(ready: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("herocat.stages.sequence.sequence", broken)
    with pytest.raises(ZeroDivisionError):
        ready("sequence")


def test_the_catalog_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEROCAT_CATALOG", str(tmp_path / "other.db"))
    done = subprocess.run(
        [sys.executable, "-m", "herocat", "init"], capture_output=True, text=True, check=True
    )
    assert "other.db is ready" in done.stdout


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    """With no room for a single page, init says so and leaves no half catalog."""
    program = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)); from herocat.cli import main; main()"
    path = tmp_path / "c.db"
    line = [sys.executable, "-c", program, "-c", str(path), "init"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "free some space" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_read_only_disk_is_a_sentence() -> None:
    """/proc takes no files, whoever asks."""
    line = [sys.executable, "-m", "herocat", "-c", "/proc/catalog.db", "init"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "target",
    [
        "init",
        "ingest",
        "sequence",
        "measure",
        "select",
        "label",
        "compare",
        "html",
        "all",
        "status",
        "verify",
        "browse",
        "demo",
        "clean",
        "help",
    ],
)
def test_make_targets_can_be_looked_at_without_harm(target: str) -> None:
    line = ["make", "-n", "-C", str(ROOT), target, "IMAGES=some photos", "LIMIT=3"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if target == "ingest":
        assert 'ingest "some photos"' in done.stdout
    if target in {"all", "label"}:
        assert "label --provider baseline --limit 3" in done.stdout
    elif target not in {"demo", "help"}:
        assert "herocat label" not in done.stdout, "only label and all may call a provider"
    assert "catalog.db" not in "".join(
        line for line in done.stdout.splitlines() if line.startswith("rm")
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["clean", "DEMO="], "DEMO is empty"),  # it would remove /site
        (["select", "N="], "N is empty"),
        (["html", "OUT="], "OUT is empty"),
        (["ingest"], "nothing to take in; say what"),
    ],
)
def test_an_empty_variable_is_answered_by_a_sentence(words: list[str], said: str) -> None:
    line = ["make", "-n", "-C", str(ROOT), *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert said in done.stdout + done.stderr
    assert "rm " not in done.stdout
    assert "herocat ingest" not in done.stdout


def test_a_number_that_no_column_can_hold(ready: CommandLine) -> None:
    assert "too large" in ready("explain", 10**20, code=2).stderr
    assert "too large" in ready("select", "--seed", 10**20, code=2).stderr
