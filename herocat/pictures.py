"""Pictures as they are sent: upright, RGB, small, and with nothing else in the file.

It runs in worker processes, so it knows photos and nothing more.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from herocat import photos
from herocat.ports import Picture
from herocat.records import Box

QUALITY = 85
VIEWS = ("frame", "subject")
_PADDING = 0.25  # of the subject's box, on each side
_SMALLEST = 64  # pixels; a crop is never smaller than this


@dataclass(frozen=True, slots=True)
class Wanted:
    """A photo to make ready: where it is, and which views of it are sent."""

    image: int
    path: Path
    size: int  # longest side, pixels
    views: tuple[str, ...] = ("frame",)
    subject: Box | None = None  # share of the frame; without one there is no subject to show
    root: Path = Path()  # of its collection


@dataclass(frozen=True, slots=True)
class Prepared:
    """The views of one photo, or why there are none."""

    pictures: tuple[Picture, ...] = ()
    failure: str | None = None
    missing: bool = False  # the file is not there


def prepare(wanted: Wanted) -> Prepared:
    """Make the views of a photo; whatever is wrong with it is a failure, not an exception."""
    try:
        content = photos.read_bytes(wanted.path)
        views = wanted.views if wanted.subject is not None else VIEWS[:1]  # there is nothing closer
        if views == VIEWS[:1]:
            return Prepared((_jpeg(photos.decode_small(content, wanted.size), wanted.size),))
        whole = photos.decode(content)
        return Prepared(tuple(_view(whole, view, wanted) for view in views))
    except photos.MissingError:
        return Prepared(failure="the photo is not on disk", missing=True)
    except photos.UnreadableError as error:
        return Prepared(failure=f"unreadable: {error}")


def crashed(_: Wanted) -> Prepared:
    """Say what became of a photo that took its worker with it."""
    return Prepared(failure="unreadable: its decoder crashed")


def blank(size: int, shade: int = 96) -> Picture:
    """Return a picture with nothing on it."""
    return _blank(size, size * 3 // 4, shade)


def blanked(picture: Picture) -> Picture:
    """Return a picture of the same size with nothing on it."""
    return _blank(picture.width, picture.height, 96)


def from_file(path: Path, size: int) -> Picture:
    """Make one photo ready, whole; raise UnreadableError if it cannot be."""
    return _jpeg(photos.decode_small(path, size), size)


def _blank(width: int, height: int, shade: int) -> Picture:
    return _jpeg(Image.new("RGB", (width, height), (shade, shade, shade)), max(width, height))


def _view(whole: Image.Image, view: str, wanted: Wanted) -> Picture:
    if wanted.subject is not None and view == "subject":
        return _jpeg(whole.crop(_padded(wanted.subject, *whole.size)), wanted.size)
    return _jpeg(whole, wanted.size)


def _padded(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the pixels of a box and some room around it, inside the frame."""
    wide = max(box.w * width * (1 + 2 * _PADDING), min(_SMALLEST, width))
    high = max(box.h * height * (1 + 2 * _PADDING), min(_SMALLEST, height))
    middle, centre = (box.x + box.w / 2) * width, (box.y + box.h / 2) * height
    left, top = max(0, round(middle - wide / 2)), max(0, round(centre - high / 2))
    right, bottom = min(width, round(middle + wide / 2)), min(height, round(centre + high / 2))
    return min(left, right - 1), min(top, bottom - 1), max(right, 1), max(bottom, 1)


def _jpeg(image: Image.Image, size: int) -> Picture:
    longest = max(image.size)
    if longest > size:
        wide, high = (max(1, round(side * size / longest)) for side in image.size)
        # The decoder has halved it already where it could; for the rest this filter is as sharp as
        # a bicubic one and costs a third less.
        image = image.resize((wide, high), Image.Resampling.HAMMING)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    content = buffer.getvalue()
    return Picture(content, *image.size, hashlib.sha256(content).hexdigest())


def sizes(pictures: Sequence[Picture]) -> tuple[int, int, int]:
    """Return width and height of the first picture, and the bytes of all."""
    return pictures[0].width, pictures[0].height, sum(len(one.jpeg) for one in pictures)
