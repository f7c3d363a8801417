"""Copies of photos for people and for training: cleaned, on all cores, in flat memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from herocat import photos
from herocat.exports import jpeg
from herocat.exports.chosen import Photo
from herocat.exports.kind import option
from herocat.exports.strips import Content, painted
from herocat.parallel import spread
from herocat.progress import Progress

_NAMED = 8  # photos that a sentence names

Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels of the upright photo


@dataclass(frozen=True, slots=True)
class Copy:
    """A photo to copy: where from, where to, what to say in it, and what of it."""

    image: int
    original: Path
    target: Path
    about: jpeg.About | None = None
    crop: Box | None = None
    size: tuple[int, int] | None = None  # that the photo must have for its crop to be right
    longest: int | None = None  # pixels; None: as it is
    strips: Content | None = None  # of text, to be painted over


@dataclass(frozen=True, slots=True)
class Credited:
    """Who is to be named in a picture, and under which licence it is given."""

    credit: str = option("", "Who is to be named; written into each picture.", metavar="NAME")
    licence: str = option("", "Such as CC BY 4.0; written into each picture.")


def write(copies: Iterable[Copy], count: int, doing: str = "copying photos") -> dict[int, str]:
    """Make copies; return why those that could not be made were not, by photo."""
    failed = dict[int, str]()
    with Progress(doing, count) as progress:
        for copy, reason in progress.over(spread(make, copies, crashed=_crashed)):
            if reason:
                failed[copy.image] = reason
    return failed


def make(copy: Copy) -> str:
    """Make one copy; return nothing, or why it could not be made."""
    try:
        made = _made(copy, photos.read_bytes(copy.original))
    except photos.MissingError:
        return "its file is not there"
    except photos.UnreadableError as error:
        return str(error)
    copy.target.write_bytes(made)
    return ""


def _made(copy: Copy, content: bytes) -> bytes:
    image = None
    if copy.crop or copy.longest or copy.strips:
        image = photos.decode(content)
    if image and copy.size and image.size != copy.size:
        raise photos.UnreadableError("it has another size than was ingested; first: herocat ingest")
    hushed = painted(image, copy.strips) if image and copy.strips else None
    if image is None or not (copy.crop or copy.longest or hushed):
        return jpeg.cleaned(content, copy.about)  # its very pixels
    image = hushed or image
    image = image.crop(copy.crop) if copy.crop else image
    if copy.longest:
        image.thumbnail((copy.longest, copy.longest), photos.SMOOTH)
    return jpeg.encoded(image, copy.about)


def about(photo: Photo, caption: str, options: Credited, stars: int | None = None) -> jpeg.About:
    """Return what is written into a copy of a photo: nothing of it tells a place."""
    return jpeg.About(
        title=photo.title,
        caption=caption,
        credit=options.credit,
        rights=options.licence,
        keywords=tuple(filter(None, (photo.species, "camera trap"))),
        captured_at=photo.captured_at,
        stars=stars,
    )


def notes(failed: dict[int, str]) -> Iterator[str]:
    """Say which photos could not be copied, and why."""
    alike = dict[str, list[int]]()
    for image, reason in failed.items():
        alike.setdefault(reason, []).append(image)
    for reason, images in alike.items():
        named = ", ".join(map(str, images[:_NAMED]))
        if len(images) > _NAMED:
            named += f" and {len(images) - _NAMED:,} more"
        what = "photo" if len(images) == 1 else "photos"
        yield f"{what} {named} could not be copied: {reason}"


def _crashed(_: Copy) -> str:
    return "its decoder crashed"
