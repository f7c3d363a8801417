"""``herocat album``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, with_catalog
from herocat.stages import album as stage


@click.command()
@click.argument("name", required=False)
@click.option(
    "-n", "n", type=click.IntRange(min=1), default=12, show_default=True, help="How many photos."
)
@click.option(
    "--pin", type=int, multiple=True, metavar="IMAGE", help="Take this photo in any case."
)
@click.option("--ban", type=int, multiple=True, metavar="IMAGE", help="Never take this photo.")
@click.option(
    "--clear", type=int, multiple=True, metavar="IMAGE", help="Neither pin nor ban it any more."
)
@click.option(
    "--diversity",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="How much variety counts beside scores.",
)
@click.option(
    "--per-species",
    type=click.IntRange(min=1),
    help="At most so many of one.  [default: a quarter]",
)
@click.option(
    "--per-location", type=click.IntRange(min=1), help="At most so many of one.  [default: a third]"
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 10),
    default=0.0,
    show_default=True,
    help="No photo below.",
)
@click.option("--run", help="Go by the scores of this label run.  [default: those that count]")
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    name: str | None,
    n: int,
    pin: tuple[int, ...],
    ban: tuple[int, ...],
    clear: tuple[int, ...],
    diversity: float,
    per_species: int | None,
    per_location: int | None,
    min_score: float,
    run: str | None,
    as_json: bool,
) -> None:
    """Make an album: a few photos that are good and different, not fifty zebras.

    Species, places, seasons, hours, day and night and kinds of picture count beside scores; a
    burst gives one photo, and near-duplicates are left out. The same NAME again goes on with what
    was pinned and banned. Photos with people in them or in their burst are never in it.

    \b
    herocat album -n 12
    herocat album report --pin 1204 --ban 77
    """
    wish = stage.Wish(n, diversity, per_species, per_location, run, min_score)
    made = stage.album(catalog, wish, name=name, pin=pin, ban=ban, clear=clear)
    answer("\n".join(_lines(made)), asdict(made), as_json=as_json)


def _lines(made: stage.Album) -> list[str]:
    lines = []
    for photo in made.photos:
        lines.append(f"{photo.position:>3}  {photo.path}  (photo {photo.image})")
        lines.append(f"     {photo.reason}")
        if photo.rival is not None:
            lines.append(
                f"     before {photo.rival_path} (photo {photo.rival}): {photo.rival_reason}"
            )
    begin = f"{made.name}: {len(made.photos)} of {made.pool:,} photos"
    if len(made.photos) < made.wanted:
        begin += f" ({made.wanted} wanted, but the rules admit no more)"
    begin += f"; no set is more than {1 / made.at_least:.2f} times as good" if made.at_least else ""
    return [*lines, begin + ("" if made.new else "; as before")]
