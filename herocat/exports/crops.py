"""Crops in the shapes that papers and screens ask for, that hold every animal whole."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from herocat.errors import ChoiceError
from herocat.exports import copies, framing, words
from herocat.exports.album import caption
from herocat.exports.chosen import Photo
from herocat.exports.kind import Job, Kind, Written, option

REFUSED = "refused.csv"
_MOVED = 0.03  # of the width, from one frame to the next


@dataclass(frozen=True, slots=True)
class Options(copies.Credited):
    """Which crops, and how large."""

    shape: tuple[str, ...] = option(
        (), f"One of {', '.join(framing.SHAPES)}; may be repeated; all otherwise."
    )
    smallest: int = option(
        600, "A crop whose longer side has fewer pixels is refused.", low=1, metavar="PIXELS"
    )
    longest: int | None = option(
        None, "Longest side of the crops; as they are otherwise.", low=64, metavar="PIXELS"
    )


def write(job: Job) -> Written:
    """Write crops, a folder for each shape, and a list of what was refused."""
    shapes = _shapes(job)
    for shape in shapes:
        (job.folder / _folder(shape)).mkdir()
    refused = list[tuple[int, str, str]]()
    made = list(_copies(job, shapes, refused))
    failed = copies.write(made, len(made), "cropping")
    with (job.folder / REFUSED).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["image", "shape", "reason"])
        rows.writerows(refused)
    done = {copy.image for copy in made} - failed.keys()
    notes = [*copies.notes(failed)]
    if refused:
        notes.append(f"{len(refused)} crops were refused, see {REFUSED}")
    return Written([_folder(shape) for shape in shapes], len(done), notes)


def scene(job: Job, photo: Photo) -> framing.Scene:
    """Return what is known of a photo for cropping it."""
    sure = job.catalog.value("export.setting", name="animal_confidence")
    content = job.catalog.one("export.content", image=photo.image)
    return framing.Scene(
        width=photo.width or 0,
        height=photo.height or 0,
        boxes=[one.box for one in words.boxes(job.catalog, photo) if one.confidence >= sure],
        facing=_facing(job, photo),
        top=content["content_top"] if content else 0.0,
        bottom=content["content_bottom"] if content else 1.0,
    )


def _shapes(job: Job) -> list[framing.Shape]:
    unknown = [name for name in job.options.shape if name not in framing.SHAPES]
    if unknown:
        known = ", ".join(framing.SHAPES)
        raise ChoiceError(f"there is no shape {unknown[0]!r}; there are: {known}")
    return [framing.SHAPES[name] for name in job.options.shape or framing.SHAPES]


def _copies(
    job: Job, shapes: list[framing.Shape], refused: list[tuple[int, str, str]]
) -> Iterator[copies.Copy]:
    for photo in job.photos:
        seen = scene(job, photo)
        said = copies.about(photo, caption(job, photo), job.options)
        for shape in shapes:
            try:
                box = framing.crop(seen, shape, smallest=job.options.smallest)
            except framing.RefusedError as error:
                refused.append((photo.image, str(shape), str(error)))
                continue
            target = job.folder / _folder(shape) / f"{photo.stem}.jpg"
            longest = job.options.longest
            size = seen.width, seen.height
            yield copies.Copy(
                photo.image, photo.file, target, said, box, size, longest, photo.strips
            )


def _facing(job: Job, photo: Photo) -> int:
    """Return where the animal moves in its burst: 1 right, -1 left, 0 not to be told."""
    if photo.sequence is None:
        return 0
    rows = list(job.catalog.rows("export.movement", sequence=photo.sequence))
    places = [row["middle"] for row in rows]
    here = next((n for n, row in enumerate(rows) if row["image_id"] == photo.image), None)
    if here is None:
        return 0
    before, after = places[max(0, here - 1)], places[min(len(places) - 1, here + 1)]
    moved = after - before
    return 0 if abs(moved) < _MOVED else 1 if moved > 0 else -1


def _folder(shape: framing.Shape) -> str:
    return f"{shape.wide}x{shape.high}"


KIND = Kind(
    name="crops",
    title="crops at 16:9, 3:2, 1:1, 4:5 and 9:16 with every animal whole",
    opens="anybody",
    about=(
        "Crop the best photos to the shapes that papers and screens ask for. A crop holds every animal box whole, "
        "with a margin, and room on the side that the animal moves to in its burst; where that cannot be, it is "
        "refused, and refused.csv says why. The camera's strip of text is left out."
    ),
    examples=(
        "herocat export crops --out crops --top 20",
        "herocat export crops --out wide --shape 16:9 --longest 1920",
    ),
    write=write,
    options=Options,
    top=20,
)
