"""Contact sheets: the best photos small, many on a page, as PNG and as one PDF to print."""

import io
import time
from dataclasses import dataclass

from PIL import Image, ImageDraw

from herocat import photos
from herocat.batches import batches
from herocat.exports import lettering
from herocat.exports.chosen import Photo
from herocat.exports.kind import Job, Kind, Written, option
from herocat.exports.strips import painted
from herocat.progress import Progress

PDF = "sheet.pdf"
_DPI = 150
_PAGE = (1754, 1240)  # A4 on its side
_EDGE, _GAP, _TEXT = 48, 20, 44  # pixels: around the page, between pictures, below one
_SIZE = 16  # of a name
_INK, _QUIET, _GROUND = (35, 35, 31), (102, 102, 94), (236, 235, 231)
_EPOCH = time.gmtime(0)  # the same photos make the same bytes, whatever the day


@dataclass(frozen=True, slots=True)
class Options:
    """How many pictures a page has."""

    columns: int = option(5, "Pictures side by side.", low=1, high=12)
    rows: int = option(4, "Pictures below each other.", low=1, high=12)


def write(job: Job) -> Written:
    """Write the pages, each as a PNG, all of them as a PDF."""
    files, shown, boxed = list[str](), 0, 0
    with Progress("drawing sheets", len(job.photos)) as progress:
        for number, some in enumerate(
            map(list, batches(job.photos, job.options.columns * job.options.rows)), 1
        ):
            boxed += sum(map(_boxed, some))
            page = _page(job, some, progress)
            name = f"sheet-{number:02}.png"
            page.save(job.folder / name, dpi=(_DPI, _DPI))
            page.save(
                job.folder / PDF,
                "PDF",
                append=number > 1,
                resolution=_DPI,
                quality=88,
                title="Contact sheet",
                creationDate=_EPOCH,
                modDate=_EPOCH,
            )
            files.append(name)
            shown += len(some)
    note = (
        f"{boxed} names have letters that no font here has, and show boxes; install one that has, "
        "such as Noto, and run this into another folder"
    )
    return Written([PDF, *files] if files else [], shown, [note] if boxed else ())


def _boxed(photo: Photo) -> bool:
    return lettering.lacking(photo.title, lettering.font(photo.title, _SIZE)) > 0


def _page(job: Job, some: list[Photo], progress: Progress) -> Image.Image:
    page = Image.new("RGB", _PAGE, "white")
    draw = ImageDraw.Draw(page)
    wide = (_PAGE[0] - 2 * _EDGE - _GAP * (job.options.columns - 1)) // job.options.columns
    high = (_PAGE[1] - 2 * _EDGE - _GAP * (job.options.rows - 1)) // job.options.rows
    for place, photo in enumerate(progress.over(some)):
        row, column = divmod(place, job.options.columns)
        left, top = _EDGE + column * (wide + _GAP), _EDGE + row * (high + _GAP)
        _cell(job, page, draw, photo, (left, top, wide, high))
    return page


def _cell(
    job: Job,
    page: Image.Image,
    draw: ImageDraw.ImageDraw,
    photo: Photo,
    place: tuple[int, int, int, int],
) -> None:
    left, top, wide, high = place
    room = max(8, high - _TEXT)
    draw.rectangle((left, top, left + wide - 1, top + room - 1), fill=_GROUND)
    picture = _picture(job, photo, max(wide, room))
    if picture is not None:
        picture.thumbnail((wide, room), photos.SMOOTH)
        middle = left + (wide - picture.width) // 2, top + (room - picture.height) // 2
        page.paste(picture, middle)
    score = "" if photo.score is None else f"{photo.score:.1f}  "
    title = f"{score}{photo.title[:1].upper()}{photo.title[1:]}"
    moment = photo.captured_at.replace("T", " ")[:16] if photo.captured_at else ""
    for text, size, colour, below in (
        (title, _SIZE, _INK, 4),
        (f"photo {photo.image}  {moment}".rstrip(), 13, _QUIET, 24),
    ):
        font = lettering.font(text, size)
        draw.text((left, top + room + below), _fitting(text, font, wide), fill=colour, font=font)


def _fitting(text: str, font: lettering.Font, wide: int) -> str:
    """Return a text cut to a width."""
    if font.getlength(text) <= wide:
        return text
    while text and font.getlength(f"{text}...") > wide:
        text = text[:-1]
    return f"{text.rstrip()}..."


def _picture(job: Job, photo: Photo, longest: int) -> Image.Image | None:
    """Return a photo from its original, or from its thumbnail; None if there is neither."""
    try:
        found = photos.decode_small(photos.read_bytes(photo.file), longest)
    except (photos.MissingError, photos.UnreadableError):
        row = job.catalog.one("export.thumbnail", image=photo.image)
        if row is None:
            return None
        found = Image.open(io.BytesIO(row["jpeg"])).convert("RGB")
    return (painted(found, photo.strips) if photo.strips else None) or found


KIND = Kind(
    name="sheet",
    title="a contact sheet, as PNG and PDF",
    opens="anybody; prints on A4",
    about="Draw the best photos small, many on a page, with score, species and number: as PNG, and as one PDF.",
    examples=(
        "herocat export sheet --out sheet --top 60",
        "herocat export sheet --out sheet --columns 3 --rows 3",
    ),
    write=write,
    options=Options,
)
