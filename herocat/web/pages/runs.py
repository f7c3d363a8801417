"""Every label run: who rated, how many photos, how the scores lie, what they cost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Row
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from herocat.catalog import Catalog
from herocat.comparison import anchors
from herocat.pages import Bar, bars
from herocat.web.visit import Visit

PATTERN = "runs"
HOME = "runs"
LABEL = "Runs"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One label run."""

    name: str
    rater: str
    details: Sequence[str]  # model, provider, prompt, size of picture
    asked: int
    scored: int
    compared: int  # answers about frames of bursts
    failed: int
    left: int  # nothing for the public: photos that must stay are among them
    mean: str
    bars: Sequence[Bar]
    cost: str
    per_thousand: str
    latency: float | None  # milliseconds for each photo
    begun: str
    state: str
    href: str
    failures: str
    compare: str
    steady: str  # what a run with controls shows of its rater


@dataclass(frozen=True, slots=True)
class RunsPage:
    """What herocat_runs.html is given."""

    here: str
    head: Sequence[tuple[str, str, str]]
    runs: Sequence[RunRow]
    total: str


async def answer(visit: Visit) -> Response:
    """Answer with the list of runs."""
    from herocat.web.pages import head

    rows, total = await visit.ask(lambda catalog: _runs(visit, catalog))
    return visit.html("herocat_runs.html", RunsPage("runs", head(visit), rows, total))


def _runs(visit: Visit, catalog: Catalog) -> tuple[list[RunRow], str]:
    runs = [
        run
        for run in catalog.rows("browse.run_list")
        if not (visit.public and run["rater"] == "person")
    ]
    ids = json.dumps([run["id"] for run in runs])
    rows = catalog.rows("browse.run_costs", runs=ids, public=visit.public)
    costs = {row["label_run_id"]: row for row in rows}
    counts, totals = dict[int, list[int]](), dict[int, float]()
    for row in catalog.rows("browse.run_histograms", runs=ids, public=visit.public):
        counts.setdefault(row["label_run_id"], [0] * 10)[row["bin"]] = row["photos"]
        totals[row["label_run_id"]] = totals.get(row["label_run_id"], 0.0) + row["total"]
    watched = {row["label_run_id"]: row for row in catalog.rows("browse.run_controls", runs=ids)}
    rated = [run["name"] for run in runs if run["id"] in counts]
    made = []
    for run in runs:
        cost = costs.get(run["id"])
        scored, failed = sum(counts.get(run["id"], ())), cost["failed"] if cost else 0
        usd, latency = (cost["cost_usd"], cost["latency_ms"]) if cost else (run["burst_usd"], None)
        beside = next((name for name in rated if name != run["name"]), "")
        pair = urlencode([("run", run["name"]), ("run", beside)])
        size = f"{run['image_size']} px" if run["image_size"] else ""
        told = (run["model"], run["provider"], run["prompt"] or "", size)
        made.append(
            RunRow(
                name=run["name"],
                rater=run["rater"],
                details=[one for one in dict.fromkeys(told) if one and one != run["name"]],
                asked=run["asked"],
                scored=scored,
                compared=run["compared"],
                failed=failed,
                left=0 if visit.public else max(0, run["asked"] - scored - failed) + run["unasked"],
                mean=f"{totals[run['id']] / scored:.2f}" if scored else "",
                bars=bars(counts[run["id"]]) if run["id"] in counts else (),
                cost=f"${usd:,.2f}" if usd else "",
                per_thousand=f"${1000 * usd / scored:,.2f} per 1,000" if usd and scored else "",
                latency=latency,
                begun=run["created_at"].replace("T", " ").replace("Z", " UTC"),
                state=run["state"],
                href=visit.url("", urlencode({"run": run["name"]})),
                failures=visit.url("", urlencode({"run": run["name"], "failed": "yes"}))
                if failed and not visit.public
                else "",
                compare=visit.url("compare", pair) if beside and scored else "",
                steady=_steady(watched[run["id"]]) if run["id"] in watched else "",
            )
        )
    spent = sum(row["cost_usd"] or 0 for row in costs.values())
    spent += sum(run["burst_usd"] or 0 for run in runs)
    return made, f"${spent:,.2f}" if spent else ""


def _steady(row: Row) -> str:
    """Say what a rater did with what it was asked again, blank pictures and anchors."""
    told = []
    if row["repeat_difference"] is not None:
        told.append(f"asked again {row['repeats']:,} times: {row['repeat_difference']:.2f} apart")
    if row["blank_score"] is not None:
        told.append(f"nothing to see: {row['blank_score']:.2f}")
    if row["anchor_score"] is not None:
        said = anchors(row["anchor_score"], row["anchor_drift"], row["anchor_rounds"])
        told.append(f"anchors: {said}")
    return " · ".join(told)
