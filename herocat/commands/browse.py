"""``herocat browse``."""

import os
import sys

import click

from herocat import gate
from herocat.catalog import Catalog, writable
from herocat.commands.shared import number, with_catalog
from herocat.errors import CatalogError
from herocat.stages import browse as stage


@click.command()
@click.option("--rate", "rater", metavar="NAME", help="Let this person rate, and edit albums.")
@click.option(
    "--public",
    is_flag=True,
    help="Hide photos that must stay, locations and paths, and all of Datasette's own pages.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option(
    "--allow-host",
    "names",
    metavar="NAME",
    multiple=True,
    help="Answer to this host name too, as behind a proxy; may be repeated.",
)
@click.option("--sql", is_flag=True, help="Allow any SQL where others can reach the server.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@click.option(
    "--metadata",
    is_flag=True,
    help="Print descriptions and queries for a Datasette without herocat, and serve nothing.",
)
@with_catalog
def command(
    catalog: Catalog,
    *,
    rater: str | None,
    public: bool,
    host: str,
    port: int,
    names: tuple[str, ...],
    sql: bool,
    open_browser: bool,
    metadata: bool,
) -> None:
    """Look through the photos, compare raters and rate, in the browser.

    Only this machine can reach it unless --host says otherwise, and nothing is written but the
    ratings of the person that --rate names, and that person's albums. Before it starts, what the
    pages filter and sort by is brought up to date.

    \b
    herocat browse
    herocat browse --rate "Jane Doe"
    herocat browse --host 0.0.0.0 --public
    herocat browse --metadata > metadata.yaml
    """
    if metadata:
        from herocat.web.metadata import document

        click.echo(document(catalog.path.stem), nl=False)
        return
    server = stage.Server(
        host=host,
        port=port,
        rater=rater or "",
        token=stage.token() if rater else "",
        public=public,
        sql=sql,
        names=names,
    )
    serve(catalog, server, page="rate" if rater else "", open_browser=open_browser)


def serve(catalog: Catalog, server: stage.Server, *, page: str, open_browser: bool) -> None:
    """Let a server take our place, signals and all."""
    from herocat.web.options import VARIABLE, Options

    if server.rater and not writable(catalog.path):
        raise CatalogError(f"{catalog.path} can only be read here: nobody can rate")
    if server.public:
        gate.require_bursts(catalog)
    stage.require_free(server)
    changed = stage.prepare(catalog)
    if changed:
        click.echo(f"{number(changed, 'photo')} brought up to date", err=True)
    if not writable(catalog.path):
        click.echo(f"{catalog.path} can only be read here: it is shown as it is now", err=True)
    catalog.close()
    shown = stage.openable(catalog.path)
    made = Options(
        started=True,
        rater=server.rater,
        token=server.token,
        public=server.public,
        catalog="" if shown == catalog.path else str(catalog.path.absolute()),
        hosts=server.hosts,
    )
    os.environ[VARIABLE] = made.to_text()
    for address in stage.addresses(shown, server, page=page):
        click.echo(f"{address}  (Ctrl-C ends)", err=True)
    if not server.alone and not server.public:
        click.echo("anyone in this network can look at everything; --public hides", err=True)
    line = stage.command_line(shown, server, open_browser=open_browser)
    sys.stderr.flush()
    os.execv(line[0], line)  # noqa: S606
