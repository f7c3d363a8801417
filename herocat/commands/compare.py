"""``herocat compare``."""

from dataclasses import asdict
from pathlib import Path

import click

from herocat import comparison
from herocat.agreement import RESAMPLES
from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, with_catalog
from herocat.stages import compare as stage


@click.command()
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write a page with plots to this folder; an earlier one there is replaced.",
)
@click.option(
    "--resamples",
    type=click.IntRange(min=0),
    default=RESAMPLES,
    show_default=True,
    help="How many resamples the intervals are read from; 0: no intervals.",
)
@json_option
@with_catalog
def command(
    catalog: Catalog, *, runs: tuple[str, ...], out: Path | None, resamples: int, as_json: bool
) -> None:
    """Show how label runs agree: with each other, with people, and with themselves.

    Spearman and Kendall tell whether two raters put the photos in the same order (1: yes, 0: no
    relation), kappa and alpha whether they give the same scores; the difference is the first's
    mean minus the second's. In brackets stands the interval that holds the true value 95 times of
    100 at other places like these. docs/compare.md explains each figure.

    \b
    herocat compare
    herocat compare baseline gemini-3.5-flash-lite --out agreement
    """
    compared = stage.compare(catalog, runs, resamples=resamples)
    if not (compared.runs or compared.by_pairs or compared.in_bursts):
        kept = "; nothing was written" if out is not None else ""
        answer(
            f"no label run has scores yet{kept}; next: herocat label",
            asdict(compared),
            as_json=as_json,
        )
        return
    lines = list(comparison.words(compared))
    if out is not None:
        lines += ["", f"with plots: {stage.write(catalog, compared, out)}"]
    answer("\n".join(lines), asdict(compared), as_json=as_json)
