"""``herocat prompt``."""

from pathlib import Path
from typing import Any

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.stages import prompt as stage


@click.group()
def command() -> None:
    """Prompts: what a model is told, versioned by their hash.

    \b
    herocat prompt list
    herocat prompt show hero > mine.md
    herocat prompt add mine.md
    herocat label --provider ollama --model gemma4 --prompt mine
    """


@command.command("list")
@json_option
@with_catalog
def listed(catalog: Catalog, *, as_json: bool) -> None:
    """List every version, and how many label runs have used it."""
    found = stage.known(catalog)
    lines = [
        f"{one.prompt.name:<16} {one.prompt.sha256[:12]}  {number(one.runs, 'run'):<8} "
        f"{len(one.prompt.parts)} sub-scores  {one.added or 'comes with herocat'}"
        for one in found
    ]
    answer("\n".join(lines), [_data(one) for one in found], as_json=as_json)


@command.command()
@click.argument("name")
@json_option
@with_catalog
def show(catalog: Catalog, name: str, *, as_json: bool) -> None:
    """Show a prompt, by its name or hash, in the form that `add` reads."""
    found = stage.find(catalog, name)
    answer(found.prompt.text(), _data(found), as_json=as_json)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="What to call it.  [default: the file's name]")
@json_option
@with_catalog
def add(catalog: Catalog, file: Path, *, name: str | None, as_json: bool) -> None:
    """Add a prompt from a text FILE: the rubric, a line ---, and a sub-score a line.

    \b
    Rate how well the animal's face is seen.
    ---
    eyes: both in view and sharp
    light: on the face
    """
    found, new = stage.add(catalog, file, name)
    done = "added" if new else "is there already"
    line = f"{found.prompt.name} ({found.prompt.sha256[:12]}) {done}; use it with --prompt {found.prompt.name}"
    answer(line, _data(found) | {"new": new}, as_json=as_json)


def _data(one: stage.Known) -> dict[str, Any]:
    return {
        "name": one.prompt.name,
        "sha256": one.prompt.sha256,
        "rubric": one.prompt.rubric,
        "schema": one.prompt.schema,
        "runs": one.runs,
        "added": one.added,
    }
