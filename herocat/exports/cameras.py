"""A report on cameras: which places, hours and framings give good photos, for next season."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from herocat import plots, queries
from herocat.agreement import mean
from herocat.catalog import Catalog
from herocat.exports.kind import Job, Kind, Written, option
from herocat.gate import secrets
from herocat.pages import ReportPage, Section, Table, write_report
from herocat.plots import Axis, Interval

_SHOWN = 25  # places in a plot
_MUCH = 30  # percent of a place's photos, from which on there is something to change
_ADVICE = {
    "cut_top_percent": "cut off at the top: step back, or tilt it up",
    "cut_bottom_percent": "cut off at the bottom: hang it lower, or tilt it down",
    "cut_left_percent": "cut off at the left: turn it left",
    "cut_right_percent": "cut off at the right: turn it right",
    "tiny_percent": "mostly tiny: move it nearer to the trail",
}

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Options:
    """What the report tells."""

    places: bool = option(False, "Name the places, but of sensitive species; numbers otherwise.")


def write(job: Job) -> Written:
    """Write the report."""
    write_report(job.folder, page(job.catalog, places=job.options.places))
    return Written(["index.html"], 0)


def page(catalog: Catalog, *, places: bool) -> ReportPage:
    """Return the report; every table is one of the canned queries."""
    names = _names(catalog, told=places)
    cameras, hours, framing = (
        _rows(catalog, name, names) for name in ("cameras", "camera_hours", "camera_framing")
    )
    scored = sum(row["rated"] for row in cameras)
    about = (
        f"{scored:,} photos with a score at {len(cameras):,} places; good is a score of 7 or more."
        if scored
        else "No photo has a score yet."
    )
    sections = [
        Section(
            "Places", "", _table(cameras), _place_plots(catalog, cameras, names), _query("cameras")
        ),
        Section("Hours", "", _table(hours), _hour_plots(hours), _query("camera_hours")),
        Section("Framing", _advice(framing), _table(framing), [], _query("camera_framing")),
    ]
    return ReportPage("Which cameras give good photos", about, sections)


def _names(catalog: Catalog, *, told: bool) -> dict[str, str]:
    """Return what to call each place: a number, unless its name may be told and is asked for."""
    rows = list(catalog.rows("export.all_places"))
    every = sorted({row["place"] for row in rows})
    names = {place: f"place {number}" for number, place in enumerate(every, 1)}
    if told:
        kept = secrets(catalog, (row["id"] for row in rows))
        secret = {row["place"] for row in rows if row["id"] in kept}
        names |= {place: place for place in every if place not in secret}
    return names


def _place_plots(catalog: Catalog, places: Rows, names: Mapping[str, str]) -> list[str]:
    if not places:
        return []
    scores: dict[str, list[tuple[float, Any]]] = {}
    for row in catalog.rows("export.scores_by_place"):
        scores.setdefault(names[row["place"]], []).append((row["score"], row["burst"]))
    rows = []
    for place in sorted(places, key=lambda row: -row["mean_score"])[:_SHOWN]:
        own = scores[place["place"]]
        # Photos of one burst are alike: the interval is over bursts.
        found = mean([score for score, _ in own], [burst for _, burst in own])
        rows.append(Interval(place["place"], found.value, found.low, found.high))
    share = {
        row["place"]: float(row["good_percent"])
        for row in sorted(places, key=lambda row: -row["good_percent"])[:_SHOWN]
    }
    return [
        plots.intervals(rows, title="Mean score by place", across=Axis("mean score", 0, 10)),
        plots.bar_chart(share, title="Good photos by place", label="good, percent", form=".0f"),
    ]


def _hour_plots(hours: Rows) -> list[str]:
    if not hours:
        return []
    counts = [0] * 24
    good = [0] * 24
    for row in hours:
        counts[row["hour"]], good[row["hour"]] = row["rated"], row["good"]
    across = Axis("hour", 0, 24)
    both = {"rated": counts, "good": good}
    return [plots.two_histograms(both, title="Photos by hour", across=across)]


def _advice(framing: Rows) -> str:
    said = [
        f"{row['place']}: {_ADVICE[name]} ({row[name]:.0f} %)"
        for row in framing
        for name in _ADVICE
        if row[name] >= _MUCH and row["photos"] >= 5
    ]
    return ". ".join(said) + "." if said else "Nothing stands out."


def _table(rows: Rows) -> Table:
    if not rows:
        return Table((), ())
    columns = list(rows[0].keys())
    texts = [["" if row[name] is None else f"{row[name]}" for name in columns] for row in rows]
    return Table([name.replace("_percent", " %").replace("_", " ") for name in columns], texts)


def _rows(catalog: Catalog, name: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [dict(row) for row in catalog.ask(queries.files("reports")[name])]
    return [row | {"place": names[row["place"]]} if "place" in row else row for row in rows]


def _query(name: str) -> str:
    return f"sql/reports/{name}.sql"


KIND = Kind(
    name="cameras",
    title="which places, hours and framings give good photos",
    opens="a browser",
    about=(
        "Write a page with tables and plots on cameras, for next season's placement: places by mean score and "
        "share of good photos, hours of the day, and how animals stand in the frame. It holds no photos."
    ),
    examples=("herocat export cameras --out cameras --places",),
    options=Options,
    write=write,
    chooses="nothing",
    repeatable=False,
)
