"""``herocat select``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.errors import ChoiceError
from herocat.stages import select as stage
from herocat.strategies.registry import STRATEGIES, build
from herocat.strategies.stratified import QUOTAS, SPECIES_SCORE


@click.command()
@click.option(
    "-n", "n", type=click.IntRange(min=1), default=5000, show_default=True, help="How many."
)
@click.option(
    "--strategy",
    default="stratified",
    show_default=True,
    help="How to choose. There are: " + ", ".join(STRATEGIES) + ".",
)
@click.option("--name", help="What to call it; a new name is a new selection beside the others.")
@click.option("--seed", type=int, default=0, show_default=True, help="Decides between equals.")
@click.option(
    "--animal-confidence",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    help="A detection of an animal counts from here on.",
)
@click.option(
    "--person-confidence",
    type=click.FloatRange(0, 1),
    help="A person or vehicle from here on holds back its whole burst.  [default: the catalog's, at first 0.1]",
)
@click.option(
    "--species-score",
    type=click.FloatRange(0, 1),
    default=SPECIES_SCORE,
    show_default=True,
    help="A classification counts from here on.",
)
@click.option(
    "--quota",
    "quotas",
    metavar="CLASS=SHARE",
    multiple=True,
    help="The share of a class; 0 leaves it out. Classes: " + ", ".join(QUOTAS) + ".",
)
@click.option(
    "--burst",
    type=click.Choice(["class", "champion"]),
    default="class",
    show_default=True,
    help="Which frame a burst sends: the best by the formula of its class, or, where its frames are measured, "
    "the best side by side.",
)
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    n: int,
    strategy: str,
    name: str | None,
    seed: int,
    animal_confidence: float,
    person_confidence: float | None,
    species_score: float,
    quotas: tuple[str, ...],
    burst: str,
    as_json: bool,
) -> None:
    """Choose the photos worth a label: thousands of candidates, at most one of each burst.

    It reads no pixels, so a million photos take seconds; with --burst champion it compares the
    frames of bursts by what measure has read. Photos of people and vehicles, and the
    other frames of their bursts, are never chosen. `herocat explain PHOTO` says why any photo was
    chosen or not.

    \b
    herocat select -n 500
    herocat select -n 500 --burst champion
    herocat select -n 500 --quota single_tiny=0 --quota single_huge=0 --name no-extremes
    """
    params = {
        "animal_confidence": animal_confidence,
        "species_score": species_score,
        "quotas": {**QUOTAS, **dict(map(_quota, quotas))},
    }
    chosen = stage.select(
        catalog,
        build(strategy, params),
        n=n,
        seed=seed,
        name=name,
        person_confidence=person_confidence,
        champions=burst == "champion",
    )
    answer(_line(chosen), asdict(chosen), as_json=as_json)


def _quota(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise ChoiceError(
            f"--quota takes CLASS=SHARE, such as single_tiny=0.05, not {text!r}"
        ) from None


def _line(chosen: stage.Selected) -> str:
    if not chosen.new:
        return (
            f"{chosen.name}: {number(chosen.candidates, 'candidate')}, chosen before; nothing to do"
        )
    line = (
        f"{chosen.name}: {number(chosen.candidates, 'candidate')} "
        f"of {number(chosen.eligible, 'eligible photo')}"
    )
    if chosen.candidates < chosen.wanted:
        line += f" ({chosen.wanted:,} wanted, but no more sequences)"
    if chosen.held:
        line += f"; {chosen.held:,} held back for a person or vehicle"
    return line
