"""The CSV that Timelapse imports: a flag and a number for each photo that is in its table."""

import csv
from dataclasses import dataclass

from herocat.exports import words
from herocat.exports.kind import Format, Job, Kind, Written, option
from herocat.formats.known import TIMELAPSE


@dataclass(frozen=True, slots=True)
class Options:
    """What the columns are called: Timelapse refuses one that is not in its template."""

    flag: str = option("Hero", "The data label of a Flag in your template.", metavar="LABEL")
    score: str = option(
        "HeroScore", "The data label of a Decimal in your template.", metavar="LABEL"
    )


def write(job: Job) -> Written:
    """Write a CSV file for each collection."""
    groups = words.by_collection(job.photos)
    names = list(words.file_names("timelapse", ".csv", groups))
    for name, photos in zip(names, groups.values(), strict=True):
        with (job.folder / name).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["RelativePath", "File", job.options.flag, job.options.score])
            for photo in photos:
                folder, _, basename = photo.path.rpartition("/")
                score = "" if photo.score is None else f"{photo.score:.2f}"
                rows.writerow([folder.replace("/", "\\"), basename, "true", score])
    note = (
        f"In Timelapse's template editor, add a Flag with the data label {job.options.flag} and a "
        f"Decimal with the data label {job.options.score}; then File, Import image data."
    )
    return Written(names, len(job.photos), [note])


KIND = Kind(
    name="timelapse",
    title="a CSV that Timelapse imports",
    opens="Timelapse 2",
    about=(
        "Write the CSV that Timelapse imports: the chosen photos get a flag and their score. Photos are found "
        "by folder and file name, so the collection must be the folder that Timelapse has open. Add a Flag and a "
        "Decimal with these data labels to your template first."
    ),
    examples=(
        "herocat export timelapse --out timelapse --top 200",
        "herocat export timelapse --out timelapse --flag Best --score BestScore --own-use",
    ),
    write=write,
    form=Format(
        TIMELAPSE,
        kept="a flag and a score a photo",
        lost="boxes, species, reasons: see `megadetector`, which Timelapse reads too",
    ),
    options=Options,
    by_path=True,
)
