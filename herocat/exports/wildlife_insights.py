"""Wildlife Insights' images.csv with ``highlighted`` set for the chosen photos."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from herocat.errors import ChoiceError, InputError
from herocat.exports import csv_text
from herocat.exports.chosen import Photo
from herocat.exports.kind import Format, Job, Kind, Written, option
from herocat.formats import tables
from herocat.formats.known import WILDLIFE_INSIGHTS


@dataclass(frozen=True, slots=True)
class Options:
    """Which download."""

    download: Path | None = option(
        None, "The images.csv of a download; the one ingested last otherwise."
    )


def write(job: Job) -> Written:
    """Write the rows of the chosen photos, or for own use all; only ``highlighted`` is changed."""
    source = _source(job)
    by_name = dict[str, list[Photo]]()
    for photo in job.photos:
        by_name.setdefault(Path(photo.path).name, []).append(photo)
    found = set[int]()
    try:
        repeated = _repeated(source)
    except InputError as error:
        raise ChoiceError(f"{source} cannot be read: {error}; nothing was written") from error

    def change(row: Mapping[str, str]) -> dict[str, str] | None:
        photo = _photo(row, by_name, repeated)
        if photo is None:  # it may be one that must stay, or that nobody has looked at
            return {} if job.choice.own_use else None
        found.add(photo.image)
        said = row.get("highlighted", "")
        return {"highlighted": "1" if said in {"0", "1"} else "true"}

    target = job.folder / source.name
    try:
        with (
            source.open(encoding="utf-8", newline="") as old,
            target.open("w", encoding="utf-8", newline="") as new,
        ):
            if "highlighted" not in csv_text.names(old):
                raise ChoiceError(f"{source} has no column highlighted; nothing was written")
            old.seek(0)
            new.writelines(csv_text.changed(old, change))
    except (csv_text.NotCsvError, UnicodeDecodeError) as error:
        raise ChoiceError(f"{source} cannot be read: {error}; nothing was written") from error
    missing = len(job.photos) - len(found)
    notes = ["Wildlife Insights takes highlights in by upload only; this is the table to send."]
    if missing:
        notes.insert(0, f"{missing} of the chosen photos are not in {source.name}")
    return Written([source.name], len(found), notes)


def _source(job: Job) -> Path:
    place: Path | None = job.options.download
    if place is None:
        stored = job.catalog.value("export.download")
        if stored is None:
            raise ChoiceError("no Wildlife Insights download was ingested; name it with --download")
        place = job.catalog.placed(stored)
    if place.is_dir():
        place /= "images.csv"
    if place.suffix != ".csv" or not place.is_file():
        raise ChoiceError(f"{place} is no images.csv; unpack the download, and name it: --download")
    return place


def _repeated(source: Path) -> set[str]:
    """Return the file names that photos of several deployments have."""
    places = dict[str, set[str]]()
    for row in tables.rows(source):
        places.setdefault(row.get("filename", ""), set()).add(row.get("deployment_id", ""))
    return {name for name, found in places.items() if len(found) > 1}


def _photo(
    row: Mapping[str, str], by_name: Mapping[str, list[Photo]], repeated: set[str]
) -> Photo | None:
    """Return the chosen photo of a row: by file name, and by deployment where several have it."""
    address = Path(row.get("location", "")).name
    found = by_name.get(row.get("filename", "")) or by_name.get(address) or []
    if len(found) > 1 or row.get("filename", "") in repeated:
        deployment = row.get("deployment_id", "").replace("/", "_")
        found = [one for one in found if deployment in Path(one.path).parts[:-1]]
    return found[0] if len(found) == 1 else None


KIND = Kind(
    name="wildlife-insights",
    title="Wildlife Insights' images.csv with highlighted set",
    opens="Wildlife Insights (upload)",
    about=(
        "Copy the rows of the chosen photos in the images.csv of a Wildlife Insights download, with highlighted set; "
        "every other byte of them is as it was. With --own-use the other rows are there too."
    ),
    examples=(
        "herocat export wildlife-insights --out highlighted --download images.csv --top 200",
    ),
    write=write,
    form=Format(
        WILDLIFE_INSIGHTS,
        kept="every byte of the rows of the chosen photos, and `highlighted`",
        lost="the other photos, but with `--own-use`; scores, reasons, boxes",
    ),
    options=Options,
    by_path=True,
    repeatable=False,
)
