"""``herocat sequence``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.stages import sequence as stage


@click.command()
@click.option(
    "--gap",
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help="A pause longer than this ends a burst. Kept in the catalog; at first 60.",
)
@json_option
@with_catalog
def command(catalog: Catalog, *, gap: int | None, as_json: bool) -> None:
    """Infer bursts where no file gave them.

    Photos of one location (or one folder, where no location is known) belong together as long as
    no pause between them is longer than the gap. Another gap infers all inferred bursts anew;
    those from files stay as they are.

    \b
    herocat sequence
    herocat sequence --gap 120
    """
    done = stage.sequence(catalog, gap=gap)
    total = (
        f"{number(done.sequences, 'sequence')} of {number(done.photos, 'photo')}: "
        f"{done.given:,} given, {done.inferred:,} inferred"
    )
    line = (
        f"placed {number(done.placed, 'photo')}; {total}"
        if done.placed
        else f"nothing to do; {total}"
    )
    answer(line, asdict(done), as_json=as_json)
