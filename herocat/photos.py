"""Photos as files: opened, turned the right way up, made small; what cannot be read says why."""

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from herocat import times

THUMBNAIL = 400  # longest side, pixels
THUMBNAIL_QUALITY = 82
SMOOTH = Image.Resampling.LANCZOS
_QUICK = Image.Resampling.HAMMING  # in half the time; at this size no eye tells them apart
_LARGEST = 400_000_000  # pixels; more is an attack or a mistake, not a trail camera
_TURNED = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height

Image.MAX_IMAGE_PIXELS = _LARGEST // 2  # Pillow refuses at twice this


class UnreadableError(Exception):
    """The pixels of a photo cannot be had; the message says why."""


class MissingError(Exception):
    """The file of a photo is not there."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a photo's file says before its pixels are decoded; or why it says nothing."""

    width: int | None = None  # pixels, after the rotation that EXIF asks for
    height: int | None = None
    captured_at: str | None = None  # ISO 8601, local
    time_doubt: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG."""

    jpeg: bytes
    width: int
    height: int


def read_header(path: Path) -> Header:
    """Read size, rotation and EXIF time of a photo without decoding its pixels."""
    try:
        with opened(path) as image:
            width, height = image.size
            exif = image.getexif()
            if exif.get(ExifTags.Base.Orientation) in _TURNED:
                width, height = height, width
            taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
            moment, doubt = times.parse(taken or exif.get(ExifTags.Base.DateTime))
            return Header(width, height, moment, doubt)
    except UnreadableError as error:
        return Header(failure=str(error))


def read_bytes(path: Path) -> bytes:
    """Return a photo's file whole; raise MissingError or UnreadableError if that cannot be."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MissingError from error
    except OSError as error:
        raise UnreadableError(_reason(error)) from error


def decode(photo: Path | bytes) -> Image.Image:
    """Return all pixels of a photo, upright, in RGB; raise UnreadableError with the reason."""
    with opened(photo) as image:
        return upright(image)


def decode_small(photo: Path | bytes, longest: int) -> Image.Image:
    """Return a photo upright in RGB, no smaller than asked where it is larger, as fast as can be.

    A JPEG is decoded at a half, a quarter or an eighth of its size where that is enough.
    """
    with opened(photo) as image:
        share = longest / max(image.size)
        image.draft("RGB", (int(image.width * share) or 1, int(image.height * share) or 1))
        return upright(image)


def upright(image: Image.Image) -> Image.Image:
    """Return an image in RGB, turned as its EXIF asks; its pixels, and nothing else of its file."""
    turned = ImageOps.exif_transpose(image)
    made = turned if turned.mode == "RGB" else turned.convert("RGB")
    made.info.clear()  # Pillow would write a comment into every copy: cameras put names there
    return made


def thumbnail(image: Image.Image, longest: int = THUMBNAIL) -> Thumbnail:
    """Return a JPEG of an upright image with its longest side at most ``longest`` pixels."""
    small = image.copy()
    filtering = SMOOTH if longest > THUMBNAIL else _QUICK
    small.thumbnail((longest, longest), filtering, reducing_gap=2.0)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=THUMBNAIL_QUALITY, optimize=True)
    return Thumbnail(buffer.getvalue(), *small.size)


@contextmanager
def opened(photo: Path | bytes) -> Iterator[Image.Image]:
    """Open an image; whatever goes wrong with it inside becomes UnreadableError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd EXIF is normal here, and no news to the user
            with Image.open(io.BytesIO(photo) if isinstance(photo, bytes) else photo) as image:
                yield image
    except UnidentifiedImageError:
        raise UnreadableError("not an image") from None
    except Image.DecompressionBombError:
        raise UnreadableError(f"more than {_LARGEST:,} pixels") from None
    except OSError as error:
        raise UnreadableError(_reason(error)) from error
    except (SyntaxError, ValueError, TypeError, ArithmeticError, LookupError) as error:
        # What Pillow's decoders raise on damaged files is not one family of exceptions.
        raise UnreadableError(f"damaged: {error}") from error


def _reason(error: OSError) -> str:
    if error.errno is not None:
        return os.strerror(error.errno).lower()
    text = str(error)
    return f"cut off: {text}" if "truncated" in text else f"damaged: {text}"
