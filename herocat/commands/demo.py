"""``herocat demo``."""

from dataclasses import asdict
from pathlib import Path

import click

from herocat.commands.shared import answer, json_option, number


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--sequences",
    type=click.IntRange(1, 5_000),
    default=60,
    show_default=True,
    help="How many bursts; the first twelve hold every special case.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=7,
    show_default=True,
    help="Another seed draws other bursts.",
)
@click.option(
    "--width",
    type=click.IntRange(96, 4096),
    default=1280,
    show_default=True,
    help="Width of the photos in pixels; they are 4:3.",
)
@json_option
def command(folder: Path, *, sequences: int, seed: int, width: int, as_json: bool) -> None:
    """Draw a small camera-trap collection, with results files, to try herocat on.

    Eight places, a dozen species, day and night; blurred, hidden, cut-off and empty frames, a
    hiker, a car, damaged files. In DIR: photos/, detections.json (MegaDetector), sequences.json
    (COCO Camera Traps), and truth.json, which says how good each frame is. The same options draw
    the same bytes; what is there already is kept. It needs no catalog.

    \b
    herocat demo demo
    herocat ingest demo/photos demo/detections.json demo/sequences.json
    """
    from herocat.stages import demo as stage

    done = stage.draw(folder, sequences=sequences, seed=seed, width=width)
    drawn = "nothing to do" if done.complete else f"drew {number(done.drawn, 'photo')}"
    total = (
        f"{number(done.photos, 'photo')} in {number(done.sequences, 'sequence')} at "
        f"{number(done.locations, 'location')}, {done.best:,} of them the best of their sequence"
    )
    answer(f"{drawn}; {folder} has {total}", asdict(done), as_json=as_json)
