"""``herocat predict``."""

from dataclasses import asdict
from pathlib import Path

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.stages import predict as stage


@click.command()
@click.option("--scorer", "name", help="Which one.  [default: the newest that is good]")
@click.option(
    "--embeddings",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Where its image encoder is now, if it has been moved.",
)
@json_option
@with_catalog
def command(catalog: Catalog, *, name: str | None, embeddings: Path | None, as_json: bool) -> None:
    """Score every measured photo with the trained scorer, as a label run of its name.

    It reads no pixels, only what measure has kept: a million photos take a minute or two. For a
    scorer that was trained with --embeddings, photos are encoded first, each once. Photos that it has
    scored are left alone; each score has its doubt (table doubts).

    \b
    herocat predict
    herocat select -n 500 --strategy scorer
    """
    done = stage.predict(catalog, name=name, encoder=embeddings)
    begin = f"scored {number(done.now, 'photo')}" if done.now else "nothing to do"
    answer(f"{done.run}: {begin}; {done.scored:,} in all", asdict(done), as_json=as_json)
