"""``herocat verify``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.errors import CatalogError
from herocat.stages import verify as stage


@click.command()
@json_option
@with_catalog
def command(catalog: Catalog, *, as_json: bool) -> None:
    """Check that the catalog is whole; exit with 1 if anything is not.

    Each check is a query in sql/checks that must return no rows.

    \b
    herocat verify
    """
    checks = list(stage.verify(catalog))
    broken = [check for check in checks if check.broken]
    lines = [f"{check.name}: {number(check.broken, 'row')}. {check.protects}" for check in broken]
    lines = [
        line
        for check, first in zip(broken, lines, strict=True)
        for line in (first, *(f"  {example}" for example in check.examples))
    ]
    lines.append(f"{number(len(checks), 'check')}, {len(broken)} broken")
    answer("\n".join(lines), [asdict(check) for check in checks], as_json=as_json)
    if broken:
        raise CatalogError(f"{number(len(broken), 'check')} found rows that should not be")
