"""How label runs agree, each with each, with people, and with themselves when asked again."""

import json
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from sqlite3 import Row

from herocat import __version__, agreement as figures, calibration
from herocat.agreement import Agreement, Estimate
from herocat.catalog import Catalog
from herocat.comparison import (
    Compared,
    Controls,
    Cost,
    Pair,
    Repeats,
    Run,
    page,
)
from herocat.errors import ChoiceError
from herocat.exports import folder
from herocat.loaders import pairs as pair_answers
from herocat.pages import write_report
from herocat.preferences import ByPairs, InBursts, Preferred

QUERIES = {  # which query of sql/compare.sql each part of the report is computed from
    "runs": "compare.runs",
    "histogram": "compare.histogram",
    "pairs": "compare.pairs",
    "alpha": "compare.scores",
    "people": "compare.beside_people",
    "repeats": "compare.repeats",
    "controls": "compare.controls",
    "costs": "compare.costs",
    "by_pairs": "pairs.answers",
    "in_bursts": "compare.in_bursts",
}


def compare(
    catalog: Catalog,
    names: Sequence[str] = (),
    *,
    resamples: int = figures.RESAMPLES,
    seed: int = 0,
) -> Compared:
    """Compare the runs that are named, or all; raises ChoiceError for a name that is no run.

    A run that has only compared pairs has its ranking, and no scores to be held against others'.
    """
    with catalog.reading():
        rows = {row["name"]: row for row in catalog.rows("compare.runs")}
        known = dict.fromkeys([*rows, *(row["name"] for row in catalog.rows("compare.sided"))])
        for name in names:
            if name not in known:
                there = f"; there are: {', '.join(known)}" if known else ""
                raise ChoiceError(f"there is no label run {name!r} with scores or pairs{there}")
        wanted = [rows[name] for name in dict.fromkeys(names or rows) if name in rows]
        runs = tuple(_run(catalog, row, resamples=resamples, seed=seed) for row in wanted)
        pairs = tuple(
            Pair(one["name"], other["name"], _pair(catalog, (one, other), resamples, seed))
            for one, other in combinations(wanted, 2)
        )
        together = _alpha(catalog, wanted, resamples, seed)
        by_pairs, in_bursts = tuple(_by_pairs(catalog, names)), tuple(_in_bursts(catalog, names))
        return Compared(runs, pairs, together, by_pairs, in_bursts, QUERIES)


def write(catalog: Catalog, compared: Compared, out: Path) -> Path:
    """Write the comparison as a page with its plots, each a file too; return the page's path.

    It takes the place of an earlier one, whole or not at all; raises OutputError for a folder that
    holds something else, or cannot be written.
    """
    pairs = [(pair.first, pair.second) for pair in compared.pairs if pair.agreement is not None]
    points = {pair: _points(catalog, *pair) for pair in pairs}
    beside = {run.name: _beside_people(catalog, run.name) for run in compared.runs if run.people}
    report = page(compared, points, beside)
    with folder.replaced(out) as place:
        first = write_report(place, report).name
        about = {"made_by": f"herocat {__version__}", "kind": "compare", "open": [first]}
        folder.write_manifest(place, about)
    return out / first


def histogram(catalog: Catalog, run: int) -> tuple[int, ...]:
    """Return how many scores of a run fall into 0-1, 1-2, ... 9-10."""
    bins = {row["bin"]: row["photos"] for row in catalog.rows("compare.histogram", run=run)}
    return tuple(bins.get(number, 0) for number in range(10))


def _points(catalog: Catalog, first: str, second: str) -> list[tuple[float, float]]:
    """Return the scores that two runs have given the same photos."""
    ids = {row["name"]: row["id"] for row in catalog.rows("compare.runs")}
    rows = catalog.rows("compare.pairs", first=ids[first], second=ids[second])
    return [(row["first"], row["second"]) for row in rows]


def _beside_people(catalog: Catalog, name: str) -> list[tuple[float, float]]:
    """Return the scores of a run, each with what people say of the photo."""
    ids = {row["name"]: row["id"] for row in catalog.rows("compare.runs")}
    rows = catalog.rows("compare.beside_people", run=ids[name])
    return [(row["score"], row["people"]) for row in rows]


def _run(catalog: Catalog, row: Row, *, resamples: int, seed: int) -> Run:
    beside = list(catalog.rows("compare.beside_people", run=row["id"]))
    people = fitted = None
    if beside:
        scores = [one["score"] for one in beside], [one["people"] for one in beside]
        places = [one["place"] for one in beside]
        people = figures.agreement(
            *scores,
            places=places,
            sequences=[one["sequence"] for one in beside],
            resamples=resamples,
            seed=seed,
        )
        fitted = calibration.calibrate(*scores, places)
    return Run(
        name=row["name"],
        rater=row["rater"],
        model=row["model"],
        scored=row["scored"],
        failed=row["failed"],
        mean=row["mean"],
        lowest=row["lowest"],
        highest=row["highest"],
        histogram=histogram(catalog, row["id"]),
        people=people,
        calibration=fitted,
        repeats=_repeats(catalog, row["id"], resamples, seed),
        cost=_cost(catalog, row, people),
        controls=_controls(catalog, row["id"]),
    )


def _controls(catalog: Catalog, run: int) -> Controls | None:
    row = catalog.one("compare.controls", run=run)
    if row is None or (row["blank_score"] is None and row["anchor_score"] is None):
        return None
    return Controls(
        row["blank_score"], row["anchor_score"], row["anchor_rounds"], row["anchor_drift"]
    )


def _repeats(catalog: Catalog, run: int, resamples: int, seed: int) -> Repeats | None:
    rows = list(catalog.rows("compare.repeats", run=run))
    if not rows:
        return None
    apart = [row["again"] - row["first"] for row in rows]
    drift = figures.mean(apart, [row["place"] for row in rows], resamples=resamples, seed=seed)
    # Both answers are noisy, so what lies between them has twice the variance of one.
    noise = calibration.spread(apart)
    days = sum(row["days"] for row in rows) / len(rows)
    return Repeats(len(rows), None if noise is None else noise / 2**0.5, drift, days)


def _cost(catalog: Catalog, row: Row, people: Agreement | None) -> Cost | None:
    found = catalog.one("compare.costs", run=row["id"])
    if found is None or found["cost_usd"] is None:
        return None
    per_thousand = 1000 * found["cost_usd"] / row["scored"]
    order = people["spearman"].value if people else None
    return Cost(
        usd=found["cost_usd"],
        per_thousand=per_thousand,
        per_agreement=per_thousand / order if order and order > 0 else None,
        latency_ms=found["latency_ms"],
    )


def _pair(catalog: Catalog, pair: tuple[Row, Row], resamples: int, seed: int) -> Agreement | None:
    first, second = pair
    rows = list(catalog.rows("compare.pairs", first=first["id"], second=second["id"]))
    if not rows:
        return None
    return figures.agreement(
        [row["first"] for row in rows],
        [row["second"] for row in rows],
        places=[row["place"] for row in rows],
        sequences=[row["sequence"] for row in rows],
        resamples=resamples,
        seed=seed,
    )


def _by_pairs(catalog: Catalog, names: Sequence[str]) -> Iterator[ByPairs]:
    """Yield the ranking of each run that compared photos, and of all together if there are several."""
    rows = [row for row in catalog.rows("pairs.runs") if not names or row["name"] in names]
    for row in rows:
        yield _ranked(catalog, row["name"], row["id"])
    if len(rows) > 1 and not names:
        yield _ranked(catalog, "all runs", None)


def _ranked(catalog: Catalog, name: str, run: int | None) -> ByPairs:
    found = pair_answers.ranking(catalog, run=run)
    best = tuple(
        Preferred(int(str(one.item)), one.place, one.value, one.low, one.high)
        for one in found.strengths[: pair_answers.TOP]
    )
    return ByPairs(name, found.answers, len(found.items), found.bias, found.bias_error, best)


def _in_bursts(catalog: Catalog, names: Sequence[str]) -> Iterator[InBursts]:
    for row in catalog.rows("compare.in_bursts"):
        if not names or row["run"] in names:
            yield InBursts(*row)


def _alpha(catalog: Catalog, runs: Sequence[Row], resamples: int, seed: int) -> Estimate:
    wanted = json.dumps([row["id"] for row in runs])
    rows = list(catalog.rows("compare.scores", runs=wanted))
    return figures.alpha(
        [row["score"] for row in rows],
        [row["image_id"] for row in rows],
        [row["place"] for row in rows],
        resamples=resamples,
        seed=seed,
    )
