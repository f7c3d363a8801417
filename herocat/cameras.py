"""Which cameras give good photos: places, hours, heights, directions and framings, from the catalog's
own reports. The gallery must be up to date.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from herocat import plots, queries, scales
from herocat.agreement import mean
from herocat.catalog import Catalog
from herocat.pages import Section, Table
from herocat.plots import Axis, Interval

SHOWN = 20  # places in a plot
_MUCH = 30  # percent of a place's photos, from which on there is something to change
_FEW = 5  # photos of a place, below which its framing tells nothing
_ADVISED = 12  # places with advice
_ADVICE = {
    "cut_top_percent": "cut off at the top: step back, or tilt it up",
    "cut_bottom_percent": "cut off at the bottom: hang it lower, or tilt it down",
    "cut_left_percent": "cut off at the left: turn it left",
    "cut_right_percent": "cut off at the right: turn it right",
    "tiny_percent": "mostly tiny: move it nearer to the trail",
}
_SET_UP = {
    "camera_heights": ("Heights", "height above the ground, m", "from_m", "to_m"),
    "camera_directions": ("Directions", "where it looked", "direction", ""),
    "camera_tilts": ("Tilt", "tilt, degrees (below zero: down)", "from_degrees", "to_degrees"),
}

Rows = Sequence[Mapping[str, Any]]
Named = Callable[[str], str]  # what to call a place


def where(catalog: Catalog, named: Named) -> tuple[Section, str]:
    """Return the section on places, and what all is about: nothing where no photo has a score."""
    rows = _rows(catalog, "cameras")
    best = rows[:SHOWN]
    drawn = [_means(catalog, best, named), _shares(best, named)] if rows else []
    shown = [row | {"place": named(row["place"])} for row in rows]
    intervals = "Means are drawn with their intervals over bursts, whose photos are alike."
    section = Section("Places", intervals if rows else "", table(shown), drawn, query("cameras"))
    rated = sum(row["rated"] for row in rows)
    said = f"{rated:,} photos with a score at {len(rows):,} places; good is a score of 7 or more"
    kept = scales.kept(catalog)
    parts = filter(None, (said, scales.words(kept, [one.rater for one in kept])))
    return section, "; ".join(parts) + "." if rows else ""


def when(catalog: Catalog) -> Section:
    """Return the section on hours."""
    rows = _rows(catalog, "camera_hours")
    drawn = []
    if rows:
        counts, good = [0] * 24, [0] * 24
        for row in rows:
            counts[row["hour"]], good[row["hour"]] = row["rated"], row["good"]
        both = {"rated": counts, "good": good}
        drawn.append(plots.two_histograms(both, title="Photos by hour", across=Axis("hour", 0, 24)))
    return Section("Hours", "", table(rows), drawn, query("camera_hours"))


def set_up(catalog: Catalog) -> list[Section]:
    """Return the sections on how cameras were set up, as far as files tell."""
    sections = []
    for report, (title, label, first, last) in _SET_UP.items():
        rows = _rows(catalog, report)
        if not rows:
            continue
        share = {
            f"{row[first]:g} to {row[last]:g}" if last else row[first]: float(row["good_percent"])
            for row in rows
        }
        drawn = plots.bar_chart(
            share, title=f"Good photos by {label}", label="good, percent", form=".0f"
        )
        sections.append(Section(title, "", table(rows), [drawn], query(report)))
    return sections


def framing(catalog: Catalog, named: Named) -> Section:
    """Return the section on how animals stand in the frame, with what could be done about it."""
    rows = _rows(catalog, "camera_framing")
    said = [
        f"{named(row['place'])}: {_ADVICE[name]} ({row[name]:.0f} %)"
        for row in rows
        for name in _ADVICE
        if row[name] >= _MUCH and row["photos"] >= _FEW
    ]
    more = f", and {len(said) - _ADVISED} more" if len(said) > _ADVISED else ""
    about = ". ".join(said[:_ADVISED]) + f"{more}." if said else "Nothing stands out."
    shown = [row | {"place": named(row["place"])} for row in rows]
    return Section("Framing", about, table(shown), [], query("camera_framing"))


def query(report: str) -> str:
    """Return where the query of a section stands."""
    return f"sql/reports/{report}.sql"


def table(rows: Rows) -> Table:
    """Return rows as texts."""
    if not rows:
        return Table((), ())
    columns = list(rows[0].keys())
    texts = [["" if row[name] is None else f"{row[name]}" for name in columns] for row in rows]
    return Table([name.replace("_percent", " %").replace("_", " ") for name in columns], texts)


def _rows(catalog: Catalog, report: str) -> list[dict[str, Any]]:
    return [dict(row) for row in catalog.ask(queries.files("reports")[report])]


def _means(catalog: Catalog, rows: Rows, named: Named) -> str:
    """Draw the mean scores of some places; photos of a burst are alike: intervals are over bursts."""
    scores: dict[str, list[tuple[float, int]]] = {}
    wanted = json.dumps([row["place"] for row in rows])
    for row in catalog.rows("export.scores_of_places", places=wanted):
        scores.setdefault(row["place"], []).append((row["score"], row["burst"]))
    bars = []
    for place in (one["place"] for one in rows):
        own = scores[place]
        found = mean([score for score, _ in own], [burst for _, burst in own])
        bars.append(Interval(named(place), found.value, found.low, found.high))
    return plots.intervals(bars, title="Mean score by place", across=Axis("mean score", 0, 10))


def _shares(rows: Rows, named: Named) -> str:
    share = {named(row["place"]): float(row["expected_percent"]) for row in rows}
    return plots.bar_chart(
        share, title="Good photos to expect, by place", label="good, percent", form=".0f"
    )
