"""``herocat export``."""

from dataclasses import asdict
from pathlib import Path

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.exports.folder import MANIFEST
from herocat.exports.html import PREVIEW, Options
from herocat.stages import export as stage


@click.command()
@click.argument("kind", metavar="KIND")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write; an earlier export there is replaced.",
)
@click.option("--run", "runs", multiple=True, help="Only this label run; may be repeated.")
@click.option("--top", type=click.IntRange(min=1), help="Only the best so many of each run.")
@click.option("--places", is_flag=True, help="Show locations and paths on the pages.")
@click.option(
    "--previews",
    type=click.IntRange(min=0, max=8192),
    default=PREVIEW,
    show_default=True,
    metavar="PIXELS",
    help="Longest side of the larger pictures; 0 leaves them out.",
)
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    kind: str,
    out: Path,
    runs: tuple[str, ...],
    top: int | None,
    places: bool,
    previews: int,
    as_json: bool,
) -> None:
    """Hand over what was labeled. KIND is:

    \b
      html   pages with pictures, scores and reasons, that open from disk
      seed   the labels JSON of hero-images

    Photos with people or vehicles, and photos that no detector has looked at, never leave; the
    manifest in the folder says how many were held back, and why.

    \b
    herocat export html --out site
    herocat export html --out site --run baseline --top 50
    herocat export seed --out labels
    """
    done = stage.export(catalog, kind, out, names=runs, options=Options(top, places, previews))
    line = f"{out / done.files[0] if done.files else out}: {number(done.photos, 'photo')}"
    line += f" of {number(done.runs, 'label run')}"
    if not done.new:
        line += "; made from the same before, nothing to do"
    if done.held:
        line += f"; {done.held:,} held back, see {out / MANIFEST}"
    answer(line, asdict(done), as_json=as_json)
