"""``herocat compare``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, with_catalog
from herocat.stages import compare as stage

_BARS = " ▁▂▃▄▅▆▇█"


@click.command()
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@json_option
@with_catalog
def command(catalog: Catalog, *, runs: tuple[str, ...], as_json: bool) -> None:
    """Show how label runs agree on the photos that both have scored.

    n is the number of such photos; Spearman tells whether two raters put them in the same order
    (1: yes, 0: no relation); the difference is the first's mean minus the second's.

    \b
    herocat compare
    herocat compare baseline gemini-3.5-flash-lite
    """
    compared = stage.compare(catalog, runs)
    answer(_report(compared), asdict(compared), as_json=as_json)


def _report(compared: stage.Compared) -> str:
    if not compared.runs:
        return "no label run has scores yet; next: herocat label"
    lines = ["run                             scored  failed   mean   range       0 .. 10"]
    lines += [
        f"{run.name:<30}  {run.scored:>6,}  {run.failed:>6,}  {run.mean:>5.2f}  "
        f"{run.lowest:>4.1f}-{run.highest:<4.1f}  {bars(run.histogram)}"
        for run in compared.runs
    ]
    if len(compared.runs) == 1:
        return "\n".join([*lines, "one run: nothing to compare it with yet"])
    lines += ["", "first, second                                n  Spearman  difference"]
    for pair in compared.pairs:
        names = f"{pair.first}, {pair.second}"
        if pair.agreement is None:
            lines.append(f"{names:<40}  no photo was scored by both")
            continue
        both = pair.agreement
        rank = "-" if both.spearman is None else f"{both.spearman:.2f}"
        lines.append(f"{names:<40} {both.n:>5,}  {rank:>8}  {both.mean_difference:>+10.2f}")
    return "\n".join(lines)


def bars(counts: tuple[int, ...]) -> str:
    """Draw counts as a row of bars, the highest one full."""
    top = max(counts) or 1
    return "".join(_BARS[0 if not count else 1 + count * 7 // top] for count in counts)
