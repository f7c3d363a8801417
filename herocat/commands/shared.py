"""What the commands have in common: the catalog, and how answers are printed."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import click

from herocat.catalog import Catalog

Options = ParamSpec("Options")


def with_catalog(
    function: Callable[Concatenate[Catalog, Options], None],
) -> Callable[Options, None]:
    """Give a command the open catalog as its first argument."""

    @wraps(function)
    def opened(*args: Options.args, **kwargs: Options.kwargs) -> None:
        path: Path = click.get_current_context().obj
        with Catalog.open(path) as catalog:
            function(catalog, *args, **kwargs)

    return opened


json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for scripts.")


def answer(line: str, data: Mapping[str, Any] | list[Any], *, as_json: bool) -> None:
    """Print an answer to stdout: a line for people, or the same as one JSON value."""
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else line)


def number(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: ``1 photo``, ``1,200 photos``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
