"""``herocat label``."""

from dataclasses import asdict
from pathlib import Path

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.errors import ChoiceError
from herocat.ports import Labeler
from herocat.stages import label as stage

PROVIDERS = ("baseline",)


@click.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--provider", default="baseline", show_default=True, help="Who rates.")
@click.option("--selection", help="Rate the candidates of this selection.  [default: the latest]")
@click.option("--run", help="Name of the label run; the same name goes on where it stopped.")
@click.option("--limit", type=click.IntRange(min=0), help="Rate at most so many now.")
@click.option("--retry", is_flag=True, help="Rate again what has failed.")
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    sources: tuple[Path, ...],
    provider: str,
    selection: str | None,
    run: str | None,
    limit: int | None,
    retry: bool,
    as_json: bool,
) -> None:
    """Score photos from 0 to 10, with a reason: the candidates of a selection, or a SOURCE.

    A SOURCE is a folder of the catalog's photos, a .txt file with a path a line, or a .json array
    of paths. What is labeled stays labeled: the same run never rates a photo twice.

    \b
    herocat label --provider baseline
    herocat label --provider baseline --limit 20
    herocat label --provider baseline photos/ridge
    """
    if sources and selection:
        raise ChoiceError("give SOURCE or --selection, not both")
    done = stage.label(
        catalog,
        _labeler(provider),
        run=run,
        selection=selection,
        listed=sources,
        limit=limit,
        retry=retry,
    )
    answer(_line(done), asdict(done), as_json=as_json)


def _labeler(provider: str) -> Labeler:
    if provider not in PROVIDERS:
        raise ChoiceError(f"there is no provider {provider!r}; known are: {', '.join(PROVIDERS)}")
    from herocat.providers.baseline import Baseline

    return Baseline()


def _line(done: stage.Labeled) -> str:
    begin = f"labeled {number(done.now, 'photo')}" if done.now else "nothing to do"
    line = f"{done.run}: {begin}; {done.labeled:,} of {done.asked:,} have a score"
    if done.mean is not None:
        line += f", {done.mean:.1f} on average"
    if done.failed:
        line += f"; {done.failed:,} failed (herocat label --retry tries them again)"
    if done.left:
        line += f"; {done.left:,} left"
    return line
