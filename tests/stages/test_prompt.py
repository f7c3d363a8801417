"""Prompts are data: added from files, versioned by their hash, never changed once used."""

import json
from pathlib import Path

import pytest

from herocat import prompts
from tests.conftest import CommandLine


def test_the_one_that_comes_with_herocat(ready: CommandLine) -> None:
    listed = ready("prompt", "list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["hero", "lists", "pairs"]
    shown = ready("prompt", "show", "hero").stdout
    assert "framing: placed well" in shown
    assert json.loads(ready("prompt", "list", "--json").stdout)[0]["runs"] == 0


@pytest.mark.parametrize("shipped", prompts.shipped(), ids=lambda prompt: prompt.name)
def test_what_show_prints_add_reads(
    ready: CommandLine, tmp_path: Path, shipped: prompts.Prompt
) -> None:
    file = tmp_path / "mine.md"
    file.write_text(ready("prompt", "show", shipped.name).stdout)
    added = json.loads(ready("prompt", "add", file, "--json").stdout)
    assert added["new"] is True
    assert added["sha256"] == shipped.sha256
    assert "is there already" in ready("prompt", "add", file).stdout


def test_a_changed_prompt_is_another_version(ready: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "face.md"
    file.write_text("Rate the face.\n---\neyes: sharp\n")
    first = json.loads(ready("prompt", "add", file, "--json").stdout)
    file.write_text("Rate the face kindly.\n---\neyes: sharp\n")
    second = json.loads(ready("prompt", "add", file, "--json").stdout)
    assert first["sha256"] != second["sha256"]
    assert "kindly" in ready("prompt", "show", "face").stdout
    assert "kindly" not in ready("prompt", "show", first["sha256"][:12]).stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no rubric"),
        ("---\na: b", "holds no rubric"),
        ("Rate.\n---\nno colon", "is no sub-score"),
        ("Rate.\n---\nscore: twice", "is no sub-score"),
        ("Rate.\n---\n1x: y", "is no sub-score"),
        ("Compare.\n--- pairs\neyes: sharp", "has no sub-scores"),
    ],
)
def test_files_that_are_no_prompt(
    ready: CommandLine, tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "bad.md"
    file.write_text(text)
    assert words in ready("prompt", "add", file, code=1).stderr


def test_names_and_files_that_are_not_there(ready: CommandLine, tmp_path: Path) -> None:
    assert "there are: hero" in ready("prompt", "show", "none", code=2).stderr
    assert "there is no file" in ready("prompt", "add", tmp_path / "x", code=1).stderr


def test_the_score_comes_first_and_the_reason_where_it_is_wanted() -> None:
    hero = prompts.shipped()[0]
    orders = {
        order: list(prompts.ordered(hero.schema, order, whole=False)["properties"])
        for order in prompts.ORDERS
    }
    assert orders["after"][0] == "score"
    assert orders["after"][-1] == "reasoning"
    assert orders["before"][0] == "reasoning"
    assert "reasoning" not in orders["none"]
    assert (
        prompts.ordered(hero.schema, "none", whole=True)["properties"]["score"]["type"] == "integer"
    )


def test_a_comparison_comes_first_too() -> None:
    pairs = prompts.parse("Which?\n--- pairs\n", "which", "which.md")
    assert (pairs.kind, pairs.parts, pairs.rubric) == ("pairs", (), "Which?")
    assert list(pairs.schema["properties"]) == ["better", "reasoning"]
    assert pairs.schema["properties"]["better"]["enum"] == ["first", "second", "equal"]
    lists = prompts.parse("Order them.\n--- lists", "lists", "lists.md")
    assert list(prompts.ordered(lists.schema, "none", whole=False)["properties"]) == ["order"]
    assert '"order": <array>' in prompts.instructions(lists, lists.schema)
