"""``herocat train``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.comparison import estimate
from herocat.stages import train as stage


@click.command()
@click.option("--name", help="What to call the scorer.  [default: scorer, scorer-2, ...]")
@click.option(
    "--run",
    "runs",
    multiple=True,
    help="Learn from this label run.  [default: all people's, else all models']",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Decides what is drawn.")
@json_option
@with_catalog
def command(
    catalog: Catalog, *, name: str | None, runs: tuple[str, ...], seed: int, as_json: bool
) -> None:
    """Train a scorer on what people have said, or models where no person has.

    It learns from measurements and box geometry, never from place or time. How well it does is told
    on places that it has not seen; if that is not for certain better than the baseline and box
    geometry on the same photos, it is kept with its card, but refused: predict will not use it.

    \b
    herocat train
    herocat train --run gemini-3.5-flash-lite --name from-gemini
    """
    done = stage.train(catalog, name=name, runs=runs, seed=seed)
    answer("\n".join(_lines(done)), asdict(done), as_json=as_json)


def _lines(done: stage.Trained) -> list[str]:
    report = done.report
    learned = ", ".join(f"{name} ({count:,})" for name, count in done.learned_from.items())
    seen = f"{number(report.photos, 'photo')} of {number(report.places, 'place')}"
    lines = [
        f"{done.name}: learned from {seen}, by {done.target}: {learned}",
        f"  on places not seen     Spearman {estimate(report.spearman)}, off by {estimate(report.error)} points",
        f"  the baseline there     Spearman {estimate(report.baseline)}; beaten on {report.beats_baseline:.0%} of resampled places",
        f"  box geometry there     Spearman {estimate(report.geometry)}; beaten on {report.beats_geometry:.0%}",
    ]
    if done.good:
        lines.append("good; next: herocat predict")
    else:
        lines.append(
            "refused: not for certain better than what needs no training; it is kept, but not used. "
            "Rate more photos of more places, then train again"
        )
    if not done.new:
        lines[-1] += " (trained before, nothing new)"
    return lines
