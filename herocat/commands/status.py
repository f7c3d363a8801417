"""``herocat status``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, with_catalog
from herocat.reports import count_files
from herocat.stages import status as stage


@click.command()
@click.option("--files", is_flag=True, help="Hold what is on disk against what files say.")
@click.option("--list", "name", metavar="NAME", help="Print every row behind a number of --files.")
@json_option
@with_catalog
def command(catalog: Catalog, *, files: bool, name: str | None, as_json: bool) -> None:
    """Show what is in the catalog, what each stage has left, and what to run next.

    \b
    herocat status
    herocat status --files
    herocat status --files --list without_results
    """
    if name is not None:
        for row in stage.listed(catalog, name):
            shown = ("" if value is None else str(value) for value in row.values())
            answer("\t".join(_plain(value) for value in shown), row, as_json=as_json)
        return
    if files:
        _files(catalog, as_json=as_json)
        return
    now = stage.status(catalog)
    width = max(len(one.done) for one in now.stages)
    lines = [
        f"{one.name:<9} {one.done:<{width}}" + (f"   {one.left:,} left" if one.left else "")
        for one in now.stages
    ]
    for run in now.runs:
        failed = f", {run['failed']:,} failed" if run["failed"] else ""
        left = f", {run['left_over']:,} left" if run["left_over"] else ""
        done = f"{run['labeled']:,} scores"
        if run["compared"]:
            done = f"{run['compared']:,} answers about bursts"
        lines.append(f"  run     {run['name']}: {done}{failed}{left}")
    lines += ["", f"next: {now.next}", f"      {now.why}"]
    answer("\n".join(line.rstrip() for line in lines), asdict(now), as_json=as_json)


def _files(catalog: Catalog, *, as_json: bool) -> None:
    found = count_files(catalog)
    if as_json:
        answer("", [asdict(one) for one in found], as_json=True)
        return
    width = max(len(f"{one.count:,}") for one in found)
    for one in found:
        click.echo(f"{one.count:>{width},}  {one.title} ({one.name})")
        for row in one.examples:
            shown = ", ".join(_plain(str(v)) for key, v in row.items() if key != "image_id" and v)
            click.echo(f"{'':>{width}}    {shown}")
    click.echo(f"\nall rows of one: herocat status --files --list {found[0].name}")


def _plain(text: str) -> str:
    """Return text on one line, whatever is in a file's name."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()
