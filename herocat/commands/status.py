"""``herocat status``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, with_catalog
from herocat.stages import status as stage


@click.command()
@json_option
@with_catalog
def command(catalog: Catalog, *, as_json: bool) -> None:
    """Show what is in the catalog, what each stage has left, and what to run next.

    \b
    herocat status
    """
    now = stage.status(catalog)
    width = max(len(one.done) for one in now.stages)
    lines = [
        f"{one.name:<9} {one.done:<{width}}" + (f"   {one.left:,} left" if one.left else "")
        for one in now.stages
    ]
    for run in now.runs:
        failed = f", {run['failed']:,} failed" if run["failed"] else ""
        left = f", {run['left_over']:,} left" if run["left_over"] else ""
        lines.append(f"  run     {run['name']}: {run['labeled']:,} scores{failed}{left}")
    lines += ["", f"next: {now.next}", f"      {now.why}"]
    answer("\n".join(line.rstrip() for line in lines), asdict(now), as_json=as_json)
