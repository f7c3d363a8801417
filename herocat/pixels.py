"""Numbers read from the pixels of a photo: how sharp, how lit, how set off its animal is.

All that is about the animal is read at native resolution inside its box, and held against a ring
around it, never against the whole frame: a sharp forest says nothing about a blurred fox.
docs/measure.md explains each number; ``VERSION`` counts what changes any of them.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from herocat.records import Box

VERSION = 1

Plane: TypeAlias = NDArray[np.floating]
Mask: TypeAlias = NDArray[np.bool_]

_RING = 0.35  # width of the ring around the subject, as a share of its longer side
_OFF = 3  # pixels between the subject and the ring
_OVERVIEW = 256  # the frame as a whole is judged at this many pixels
_MONOCHROME = 7.0 / 255  # spread of the colour differences below which there is no colour
_FLAT = 12.0 / 255  # a luma range below this is noise, and no edge is steep against it
_VIVID = 110.0 / 255  # Hasler and Suesstrunk call this "extremely colourful"
_STRIP = 0.15  # an information strip is at most this share of the height
_STRIP_COLUMNS = 64  # the rows of a strip are told at this many columns
_STRIP_JUMP = 8.0 / 255  # in luma, between the strip and the picture
_QUANTILES = np.arange(5, 100, 5)


@dataclass(frozen=True, slots=True)
class Subject:
    """What was read inside the subject's box and around it; luma runs from 0 black to 1 white."""

    width: int  # pixels
    height: int
    brightness: float  # median luma
    contrast: float  # from the 5th to the 95th percentile of luma
    clipped: float  # share of pixels that are pure black or pure white
    sharpness: float  # see :func:`steepness`
    background_sharpness: float  # the same in the ring
    separation: float  # how far apart the luma inside and around it is distributed, 0..1


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was read from a photo; ``subject`` is None where it has no animal."""

    monochrome: bool
    brightness: float  # mean luma of the frame, 0..1
    colourfulness: float  # 0..1, of the subject where there is one
    content_top: float  # where the picture begins below a strip of text, share of the height
    content_bottom: float  # where it ends above one
    subject: Subject | None


def measure(image: Image.Image, box: Box | None) -> Measurement:
    """Read the numbers of an upright RGB photo, of the animal in ``box`` if there is one."""
    overview = image.copy()
    overview.thumbnail((_OVERVIEW, _OVERVIEW), Image.Resampling.BOX, reducing_gap=1.0)
    small = _floats(overview)
    colours, read = small, None
    if box is not None:
        window, inside, around = _window(image, box)
        near = _floats(image.crop(window))
        colours, read = near[inside], subject(luma(near), inside, around)
    top, bottom = content(image)
    return Measurement(
        monochrome=is_monochrome(small),
        brightness=_steady(luma(small).mean()),
        colourfulness=colourfulness(colours),
        content_top=top,
        content_bottom=bottom,
        subject=read,
    )


def subject(plane: Plane, inside: Mask, around: Mask) -> Subject:
    """Read a window of luma: the subject where ``inside`` is true, what to hold it against around."""
    smooth = _smooth(plane)
    slopes = _slopes(smooth)
    within = plane[inside]
    low, middle, high = np.percentile(within, [5, 50, 95])
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    return Subject(
        width=int(columns[-1] - columns[0] + 1),
        height=int(rows[-1] - rows[0] + 1),
        brightness=_steady(middle),
        contrast=_steady(high - low),
        clipped=_steady(np.mean((within <= 2 / 255) | (within >= 253 / 255))),
        sharpness=steepness(smooth[inside], slopes[inside]),
        background_sharpness=steepness(smooth[around], slopes[around]),
        separation=separation(within, plane[around]),
    )


def steepness(values: Plane, slopes: Plane) -> float:
    """Return how steep the steepest edges are: the 99th percentile of slope over the luma range.

    An edge of height A blurred by a Gaussian of s pixels has a slope of at most 0.4 A / s, so the
    ratio is about 0.4 / s whatever the contrast: 0.2 and more is crisp, below 0.06 is blurred.
    """
    low, high = np.percentile(values, [2, 98])
    return _steady(min(1.0, np.percentile(slopes, 99) / max(high - low, _FLAT)))


def luma(rgb: Plane) -> Plane:
    """Return the luma of RGB values (ITU-R BT.601), in the same range."""
    plane: Plane = 0.299 * rgb[..., 0] + 0.587 * rgb[..., 1] + 0.114 * rgb[..., 2]
    return plane


def separation(inside: Plane, outside: Plane) -> float:
    """Return how far apart two sets of luma are: the mean distance of their quantiles, 0..1.

    It is the earth mover's distance of the two distributions, so a white bird on black water is
    far off although most of its box is water.
    """
    apart = np.percentile(inside, _QUANTILES) - np.percentile(outside, _QUANTILES)
    return _steady(np.abs(apart).mean())


def is_monochrome(rgb: Plane) -> bool:
    """Tell whether an image has no colour but perhaps one tint, as infrared flash photos do.

    Under one tint the colour differences follow the luma: what a straight line leaves of them is
    looked at. Nine tenths of it must be nothing: the maker's logo in a corner is often in colour.
    """
    tone = luma(rgb) - luma(rgb).mean()
    variance = max(float((tone * tone).mean()), 1e-6)
    left = [colour - float((tone * colour).mean()) / variance * tone for colour in _opponents(rgb)]
    off = np.hypot(*(plane - np.median(plane) for plane in left))
    return bool(np.percentile(off, 90) < _MONOCHROME)


def content(image: Image.Image) -> tuple[float, float]:
    """Return where the picture begins and ends, shares of the height, between strips of text.

    Most trail cameras print time and temperature on a flat strip along an edge; an animal that
    touches the strip is cut off there.
    """
    rows = image.convert("L").resize((_STRIP_COLUMNS, image.height), Image.Resampling.BOX)
    plane = _floats(rows)
    return _strip(plane) / len(plane), 1.0 - _strip(plane[::-1]) / len(plane)


def _strip(rows: Plane) -> int:
    """Return how many of the first rows are a strip: flat, and ending in a jump all along."""
    reach = int(_STRIP * len(rows))
    if reach < 8:
        return 0
    jumps = rows[3 : reach + 3] - rows[:reach]  # across three rows: JPEG blurs the edge
    heights = np.median(jumps, axis=1)
    one_way = np.maximum(
        (jumps > 0.75 * _STRIP_JUMP).mean(1), (jumps < -0.75 * _STRIP_JUMP).mean(1)
    )
    tones = np.median(rows[:reach], axis=1)
    for end in np.argsort(-np.abs(heights))[:3]:
        if end < 4 or abs(heights[end]) < _STRIP_JUMP or one_way[end] < 0.85:
            continue
        if (np.abs(tones[:end] - np.median(tones[:end])) < _STRIP_JUMP).mean() > 0.55:
            return int(end) + 2
    return 0


def within_content(box: Box, measured: Measurement) -> Box:
    """Return a box in shares of the picture without the camera's strips of text."""
    height = measured.content_bottom - measured.content_top
    top = max(0.0, (box.y - measured.content_top) / height)
    bottom = min(1.0, (box.y + box.h - measured.content_top) / height)
    return Box(box.x, top, box.w, max(0.0, bottom - top))


def colourfulness(rgb: Plane) -> float:
    """Return how colourful RGB values are, 0..1 (Hasler and Suesstrunk 2003, measure M3, scaled)."""
    red_green, yellow_blue = _opponents(rgb)
    spread = np.hypot(red_green.std(), yellow_blue.std())
    tint = np.hypot(red_green.mean(), yellow_blue.mean())
    return _steady(min(1.0, (spread + 0.3 * tint) / _VIVID))


def _opponents(rgb: Plane) -> tuple[Plane, Plane]:
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    return red - green, (red + green) / 2 - blue


def _steady(number: Any) -> float:  # noqa: ANN401 - one of numpy's many scalars
    """Return a number to six decimals: more is noise, and may differ from one machine to the next."""
    return round(float(number), 6)


def _floats(image: Image.Image) -> Plane:
    return np.asarray(image, np.float64) / 255


def _window(image: Image.Image, box: Box) -> tuple[tuple[int, int, int, int], Mask, Mask]:
    """Return the pixels of a box with a ring around it: the window, the box in it, and the ring.

    The ring keeps a few pixels off the box, so that the animal's own outline is not taken for the
    background's. A box that fills the frame has no ring: it is held against itself.
    """
    width, height = image.size
    left, right = _ends(box.x, box.w, width)
    top, bottom = _ends(box.y, box.h, height)
    ring = max(2 * _OFF, round(_RING * max(right - left, bottom - top)))
    window = (
        max(0, left - ring),
        max(0, top - ring),
        min(width, right + ring),
        min(height, bottom + ring),
    )
    rows, columns = np.ogrid[window[1] : window[3], window[0] : window[2]]
    inside = (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)
    near = (
        (rows >= top - _OFF)
        & (rows < bottom + _OFF)
        & (columns >= left - _OFF)
        & (columns < right + _OFF)
    )
    return window, inside, inside if near.all() else ~near


def _ends(start: float, length: float, size: int) -> tuple[int, int]:
    """Return the pixels where a span of a side begins and ends; at least one pixel long."""
    first = min(size - 1, int(start * size))
    return first, max(first + 1, min(size, round((start + length) * size)))


def _smooth(plane: Plane) -> Plane:
    """Return a plane with the noise of single pixels averaged away (3 x 3 binomial)."""
    padded = np.pad(plane, 1, mode="edge")
    rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    return (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4


def _slopes(plane: Plane) -> Plane:
    """Return how steep a plane is at each pixel, per pixel (central differences)."""
    padded = np.pad(plane, 1, mode="edge")
    across = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    down = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    return np.hypot(across, down)
