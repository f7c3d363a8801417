"""``herocat train``."""

from dataclasses import asdict
from pathlib import Path

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.comparison import estimate
from herocat.encoder import NORMALISATIONS
from herocat.judging.learning import LARGEST_SEED
from herocat.stages import train as stage


@click.command()
@click.option("--name", help="What to call the scorer.  [default: scorer, scorer-2, ...]")
@click.option(
    "--run",
    "runs",
    multiple=True,
    help="Learn from this label run.  [default: all people's, else all models']",
)
@click.option(
    "--embeddings",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Learn from vectors of this image encoder (.onnx), too.",
)
@click.option(
    "--embedding-size",
    type=click.IntRange(8, 1024),
    metavar="PIXELS",
    help="What it takes.  [default: as the model says, else 224]",
)
@click.option(
    "--normalise",
    type=click.Choice(list(NORMALISATIONS)),
    help="How colours are given to it.  [default: as preprocessor_config.json beside it says, else imagenet]",
)
@click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_SEED),
    default=0,
    show_default=True,
    help="Decides what is drawn.",
)
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    name: str | None,
    runs: tuple[str, ...],
    embeddings: Path | None,
    embedding_size: int | None,
    normalise: str | None,
    seed: int,
    as_json: bool,
) -> None:
    """Train a scorer on what people have said, or models where no person has.

    It learns from measurements and box geometry, never from place or time; with --embeddings from
    what an image encoder makes of the subject, too (pip install 'herocat[embeddings]'). How well it does is told
    on places that it has not seen; if that is not for certain better than the baseline and box
    geometry on the same photos, it is kept with its card, but refused: predict will not use it.

    \b
    herocat train
    herocat train --run gemini-3.5-flash-lite --name from-gemini
    herocat train --embeddings dinov2-small.onnx
    """
    if embeddings is None and (embedding_size or normalise):
        raise click.UsageError("--embedding-size and --normalise are about --embeddings FILE")
    encoding = None
    if embeddings is not None:
        encoding = stage.Encoding(embeddings, embedding_size, normalise)
    done = stage.train(catalog, name=name, runs=runs, encoding=encoding, seed=seed)
    answer("\n".join(_lines(done)), asdict(done), as_json=as_json)


def _lines(done: stage.Trained) -> list[str]:
    report = done.report
    learned = ", ".join(f"{name} ({count:,})" for name, count in done.learned_from.items())
    group = report.grouped_by
    seen = f"{number(report.photos, 'photo')} of {number(report.places, group)}"
    lines = [
        f"{done.name}: learned from {seen}, by {done.target}: {learned}",
        f"  on {group}s not seen     Spearman {estimate(report.spearman)}, off by {estimate(report.error)} points",
        f"  the baseline there     Spearman {estimate(report.baseline)}; beaten on {report.beats_baseline:.0%} of resampled {group}s",
        f"  box geometry there     Spearman {estimate(report.geometry)}; beaten on {report.beats_geometry:.0%}",
    ]
    if group == "burst":
        lines.append("  all are of one place: how it does elsewhere is not known")
    if done.good:
        lines.append("good; next: herocat predict")
    else:
        why = "not for certain better than what needs no training"
        if report.few:
            why = f"on so few {group}s chance alone may make a scorer look better"
        lines.append(
            f"refused: {why}; it is kept, but not used. "
            "Rate more photos of more places, then train again"
        )
    if not done.new:
        lines[-1] += " (trained before, nothing new)"
    return lines
