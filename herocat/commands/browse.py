"""``herocat browse``."""

import os
import sys

import click

from herocat.catalog import Catalog
from herocat.commands.shared import with_catalog
from herocat.stages import browse as stage


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@with_catalog
def command(catalog: Catalog, *, host: str, port: int, open_browser: bool) -> None:
    """Browse the catalog in Datasette, on this machine only unless --host says otherwise.

    \b
    herocat browse
    herocat browse --port 8002 --open
    """
    address = stage.address(catalog.path, host=host, port=port)
    line = stage.command_line(catalog, host=host, port=port, open_browser=open_browser)
    click.echo(f"best photos first: {address}  (Ctrl-C ends)", err=True)
    catalog.close()
    sys.stderr.flush()
    os.execv(line[0], line)  # noqa: S606 - the server takes our place, signals and all
