"""The ``herocat`` command: its list of commands, and the one place that shows errors.

A command's module is imported when it is called for, so that ``herocat --help`` costs nothing.
"""

import sqlite3
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from herocat import __version__
from herocat.catalog import explain
from herocat.errors import ChoiceError, HerocatError

COMMANDS = (
    "init",
    "ingest",
    "sequence",
    "measure",
    "select",
    "label",
    "batch",
    "prompt",
    "compare",
    "train",
    "predict",
    "album",
    "explain",
    "export",
    "browse",
    "rate",
    "status",
    "verify",
    "demo",
)


class _Explained(click.ClickException):
    """An error with a sentence for the user: shown without a traceback."""

    def __init__(self, error: HerocatError) -> None:
        super().__init__(str(error))
        # click declares a class variable, and reads it from the instance
        self.exit_code = error.exit_code  # type: ignore[misc]


class _Stages(click.Group):
    """The group of commands, in the order of the work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            near = get_close_matches(cmd_name, COMMANDS, n=1)
            ctx.fail(
                f"there is no command {cmd_name!r}; "
                + (f"did you mean {near[0]}?" if near else f"there are: {', '.join(COMMANDS)}")
            )
        command: click.Command = import_module(f"herocat.commands.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except HerocatError as error:
            raise _Explained(error) from error
        except sqlite3.Error as error:
            explained = explain(error, ctx.params["catalog"])
            if explained is None:
                raise
            raise _Explained(explained) from error
        except OverflowError as error:  # a number that no column can hold, as of an id mistyped
            if "SQLite INTEGER" not in str(error):
                raise
            raise _Explained(ChoiceError("a number that was given is too large")) from error
        except (KeyboardInterrupt, click.Abort):  # the latter at a question
            click.echo("\nstopped; what was done is kept, the same command goes on", err=True)
            ctx.exit(130)


@click.group(cls=_Stages, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-c",
    "--catalog",
    type=click.Path(path_type=Path),
    default=Path("catalog.db"),
    envvar="HEROCAT_CATALOG",
    show_default=True,
    show_envvar=True,
    help="The SQLite file that holds everything.",
)
@click.version_option(__version__, prog_name="herocat")
@click.pass_context
def cli(ctx: click.Context, catalog: Path) -> None:
    """Find the few hero images among a million camera-trap photos, and say why.

    One catalog, one stage after the other; any of them can be stopped and run again:

    \b
      herocat init
      herocat ingest photos detections.json sequences.json
      herocat sequence
      herocat measure
      herocat select -n 500
      herocat label --provider baseline
      herocat export html --out site

    `herocat status` says what is done, what is left, and what to run next.
    """
    ctx.obj = catalog


def main() -> None:
    """Run the command line."""
    cli(prog_name="herocat")
