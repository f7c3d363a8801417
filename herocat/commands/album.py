"""``herocat album``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, with_catalog
from herocat.stages import album as stage


def _caps(
    _: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, int] | None:
    """Read how many photos one value of a facet may have."""
    caps = dict[str, int]()
    for text in given:
        facet, mark, number = text.partition("=")
        if facet not in stage.WEIGHTS or not mark or not number.isdigit() or not int(number):
            raise click.BadParameter(
                f"{text!r} is not like season=3; facets are {', '.join(stage.WEIGHTS)}",
                param=parameter,
            )
        caps[facet] = int(number)
    return caps or None


@click.command()
@click.argument("name", required=False)
@click.option("-n", "n", type=click.IntRange(min=1), help="How many photos.  [default: 12]")
@click.option(
    "--pin", type=int, multiple=True, metavar="IMAGE", help="Take this photo in any case."
)
@click.option("--ban", type=int, multiple=True, metavar="IMAGE", help="Never take this photo.")
@click.option(
    "--clear", type=int, multiple=True, metavar="IMAGE", help="Neither pin nor ban it any more."
)
@click.option("--as-chosen", is_flag=True, help="Forget the order that was given in the browser.")
@click.option(
    "--diversity",
    type=click.FloatRange(min=0),
    help="How much variety counts beside scores.  [default: 1]",
)
@click.option(
    "--per-species",
    type=click.IntRange(min=1),
    help="At most so many of one.  [default: a quarter, more where there are too few others]",
)
@click.option(
    "--per-location",
    type=click.IntRange(min=1),
    help="At most so many of one.  [default: a third, more where there are too few others]",
)
@click.option(
    "--at-most",
    multiple=True,
    callback=_caps,
    metavar="FACET=N",
    help="At most so many of one lane, season, hour (of four) or light.",
)
@click.option("--min-score", type=click.FloatRange(0, 10), help="No photo below.  [default: 0]")
@click.option(
    "--run",
    help="Go by the scores of this label run, as they stand.  [default: those that count, on one scale]",
)
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    name: str | None,
    n: int | None,
    pin: tuple[int, ...],
    ban: tuple[int, ...],
    clear: tuple[int, ...],
    as_chosen: bool,
    diversity: float | None,
    per_species: int | None,
    per_location: int | None,
    at_most: dict[str, int] | None,
    min_score: float | None,
    run: str | None,
    as_json: bool,
) -> None:
    """Make an album: a few photos that are good and different, not fifty zebras.

    Species, places, seasons, hours, day and night and kinds of picture count beside scores; a
    burst gives one photo, and near-duplicates are left out. The same NAME again goes on with its
    options, pins, bans and order. Photos with people in them or in their burst are never in it.
    It can be edited in the browser: herocat browse --rate YOU.

    \b
    herocat album -n 12
    herocat album report --pin 1204 --ban 77
    herocat album poster -n 6 --at-most light=4 --at-most lane=2
    """
    made = stage.album(
        catalog,
        name=name,
        pin=pin,
        ban=ban,
        clear=clear,
        as_chosen=as_chosen,
        n=n,
        diversity=diversity,
        per_species=per_species,
        per_location=per_location,
        at_most=at_most,
        least=min_score,
        run=run,
    )
    answer("\n".join(_lines(made)), asdict(made), as_json=as_json)


def _lines(made: stage.Album) -> list[str]:
    lines = []
    for photo in made.photos:
        lines.append(f"{photo.position:>3}  {photo.path}  (photo {photo.image})")
        lines.append(f"     {photo.reason}")
        if photo.rival is not None:
            lines.append(
                f"     rather than {photo.rival_path} (photo {photo.rival}): {photo.rival_reason}"
            )
    begin = f"{made.name}: {len(made.photos)} of {made.pool:,} photos"
    begin += f"; no set is more than {1 / made.at_least:.2f} times as good" if made.at_least else ""
    lines.append(begin + ("" if made.new else "; as before"))
    return [*lines, *(made.note.split("; ") if made.note else [])]
