"""``herocat measure``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.stages import measure as stage


@click.command()
@click.option("--all", "everything", is_flag=True, help="Photos without an animal, too.")
@click.option("--thumbnails", is_flag=True, help="Keep a thumbnail of every measured photo.")
@click.option("--retry", is_flag=True, help="Try photos again that could not be read.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; by default one a core.")
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    everything: bool,
    thumbnails: bool,
    retry: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Read pixels: sharpness, light and colour of each animal, content hash, thumbnails.

    Before anything is selected, every photo with an animal is read. Once there is a selection,
    only its candidates and their bursts are, and they get thumbnails: with a million photos,
    select first (it needs no pixels), then measure.

    \b
    herocat measure
    herocat measure --all --thumbnails
    """
    done = stage.measure(
        catalog, everything=everything, thumbnails=thumbnails, retry=retry, workers=workers
    )
    read = f"read {number(done.read, 'photo')}" if done.read or done.unreadable else "nothing to do"
    if done.unreadable:
        read += f", {done.unreadable:,} unreadable"
    if done.missing:
        read += f", {done.missing:,} no longer on disk"
    total = f"{done.measured:,} measured, {number(done.thumbnails, 'thumbnail')}"
    answer(f"{read}; {total} in the catalog", asdict(done), as_json=as_json)
