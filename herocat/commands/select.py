"""``herocat select``."""

import math
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.errors import ChoiceError
from herocat.stages import select as stage
from herocat.strategies.plausible import read_range
from herocat.strategies.registry import STRATEGIES, build
from herocat.strategies.simple import MIX
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
    "--rare-sequences",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="A rare species is believed if so many bursts take it for that, or a person says so.",
)
@click.option(
    "--species-list",
    type=click.Path(path_type=Path),
    help="Which species there can be: a name a line, or a geofence in SpeciesNet's format.",
)
@click.option("--country", help="Where, for the geofence: three letters, such as KEN.")
@click.option("--region", help="Where in it, such as a state of the USA.")
@click.option("--run", "scorer_run", help="The run of the scorer to go by.  [default: the newest]")
@click.option(
    "--mix",
    "mix",
    metavar="STRATEGY=SHARE",
    multiple=True,
    help="What mixed mixes: " + ", ".join(f"{name}={share:g}" for name, share in MIX.items()) + ".",
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
    rare_sequences: int,
    species_list: Path | None,
    country: str | None,
    region: str | None,
    scorer_run: str | None,
    mix: tuple[str, ...],
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
    herocat select -n 500 --strategy diverse
    herocat select -n 500 --species-list geofence.json --country KEN
    herocat select -n 500 --quota single_tiny=0 --quota single_huge=0 --name no-extremes
    """
    params = {
        "animal_confidence": animal_confidence,
        "species_score": species_score,
        "quotas": {**QUOTAS, **dict(_share(text, "--quota") for text in quotas)},
        "rare_sequences": rare_sequences,
        "where": read_range(species_list, country, region) if species_list else None,
        "run": scorer_run,
    }
    if mix:
        params["mix"] = dict(_share(text, "--mix") for text in mix)
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


def _share(text: str, option: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    with suppress(ValueError):
        if math.isfinite(float(share)):
            return name, float(share)
    example = (
        "STRATEGY=SHARE, such as top=0.5"
        if option == "--mix"
        else "CLASS=SHARE, such as single_tiny=0.05"
    )
    raise ChoiceError(f"{option} takes {example}, not {text!r}")


def _line(chosen: stage.Selected) -> str:
    named = number(chosen.doubtful, "rare name") if chosen.doubtful else ""
    unsure = f"; {named} not believed: see Please identify in herocat browse" if named else ""
    if not chosen.new:
        candidates = number(chosen.candidates, "candidate")
        return f"{chosen.name}: {candidates}, chosen before; nothing to do{unsure}"
    line = (
        f"{chosen.name}: {number(chosen.candidates, 'candidate')} "
        f"of {number(chosen.eligible, 'eligible photo')}"
    )
    if chosen.candidates < chosen.wanted:
        line += f" ({chosen.wanted:,} wanted, but no more sequences)"
    if chosen.held:
        line += f"; {chosen.held:,} held back for a person or vehicle"
    return line + unsure
