"""A report on cameras: which places, hours and framings give good photos, for next season."""

from dataclasses import dataclass, replace

from herocat import cameras, scales
from herocat.catalog import Catalog
from herocat.exports.kind import Job, Kind, Written, option
from herocat.gallery import index
from herocat.gate import secrets
from herocat.pages import ReportPage, write_report


@dataclass(frozen=True, slots=True)
class Options:
    """What the report tells."""

    places: bool = option(False, "Name the places, but of sensitive species; numbers otherwise.")


def write(job: Job) -> Written:
    """Write the report."""
    if index.behind(job.catalog):
        index.refresh(job.catalog)
    scales.refresh(job.catalog)
    write_report(job.folder, page(job.catalog, places=job.options.places))
    return Written(["index.html"], 0)


def page(catalog: Catalog, *, places: bool) -> ReportPage:
    """Return the report; every table is one of the canned queries."""
    named = _names(catalog, told=places).__getitem__
    where, about = cameras.where(catalog, named)
    where = replace(where, query=f"{where.query}, intervals from export.scores_of_places")
    sections = [where, cameras.when(catalog), *cameras.set_up(catalog)]
    sections.append(cameras.framing(catalog, named))
    return ReportPage(
        "Which cameras give good photos", about or "No photo has a score yet.", sections
    )


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


KIND = Kind(
    name="cameras",
    title="which places, hours, heights and framings give good photos",
    opens="a browser",
    about=(
        "Write a page with tables and plots on cameras, for next season's placement: places by mean score and "
        "share of good photos, hours of the day, heights and directions where a Camtrap DP package tells them, and "
        "how animals stand in the frame. It holds no photos."
    ),
    examples=("herocat export cameras --out cameras --places",),
    options=Options,
    write=write,
    chooses="nothing",
    repeatable=False,
)
