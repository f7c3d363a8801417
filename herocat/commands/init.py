"""``herocat init``."""

from pathlib import Path

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option


@click.command()
@json_option
@click.pass_obj
def command(path: Path, *, as_json: bool) -> None:
    """Create the catalog, or bring an older one up to date.

    \b
    herocat init
    herocat -c serengeti.db init
    """
    from herocat.migrations import bring_up_to_date

    with Catalog(path) as catalog:
        changes = bring_up_to_date(catalog)
    line = f"{path} is up to date; nothing to do"
    if changes.migrations or changes.views:
        line = f"{path} is ready; next: herocat ingest"
    answer(
        line,
        {"catalog": str(path), "migrations": changes.migrations, "views": changes.views},
        as_json=as_json,
    )
