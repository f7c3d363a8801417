"""The camera: eye shine, falling snow, noise, the strip with date and time, the JPEG file."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from herocat.drawing.curves import Floats
from herocat.drawing.fur import Glint

QUALITY = 85
STRIP = 0.042  # height of the strip, as a share of the frame's
_POOL = 1 << 21  # numbers of noise that all frames share


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a camera writes on a frame and into its file."""

    camera: str
    moment: datetime
    degrees: int  # Celsius
    number: int  # of the frame in its burst, from 1
    frames: int  # in the burst
    moon: float  # 0 new, 0.5 full


def strip_top(height: int) -> int:
    """Return the row where the strip begins."""
    return height - max(8, round(STRIP * height))


def shine(picture: Image.Image, eyes: Sequence[Glint]) -> Image.Image:
    """Let eyes throw the flash back: x, y and radius of each, in pixels."""
    if not eyes:
        return picture
    glow = Image.new("L", picture.size, 0)
    brush = ImageDraw.Draw(glow)
    for x, y, radius in eyes:
        size = 0.95 * radius + 0.6
        brush.ellipse((x - size, y - size, x + size, y + size), fill=255)
    largest = max(radius for _, _, radius in eyes)
    halo = glow.filter(ImageFilter.GaussianBlur(1.2 + 1.5 * largest)).point(
        [round(0.75 * level) for level in range(256)]
    )
    glow = ImageChops.lighter(glow.filter(ImageFilter.GaussianBlur(0.5)), halo)
    return ImageChops.screen(picture, Image.merge("RGB", (glow, glow, glow)))


def snow(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Let snow fall: far flakes small and many, near ones large and out of focus."""
    width, height = picture.size
    flakes = Image.new("L", picture.size, 0)
    for count, size, blur, level in (
        (520, 0.0011, 0.0004, 150),
        (150, 0.0022, 0.0009, 170),
        (34, 0.0055, 0.0030, 120),
    ):
        layer = Image.new("L", picture.size, 0)
        brush = ImageDraw.Draw(layer)
        for x, y, share in rng.random((count, 3)).tolist():
            radius = max(0.5, size * width * (0.6 + 0.8 * share))
            left, top = x * width, y * height
            brush.ellipse(
                (left - radius, top - radius * 1.35, left + radius, top + radius * 1.35), fill=level
            )
        layer = layer.filter(ImageFilter.GaussianBlur(max(0.3, blur * width)))
        flakes = ImageChops.lighter(flakes, layer)
    white = Image.new("RGB", picture.size, (246, 248, 250))
    return Image.composite(white, picture, flakes)


def developed(
    picture: Image.Image, rng: np.random.Generator, *, noise: float, colour: bool
) -> Image.Image:
    """Return a picture with the lens's dark corners and the sensor's noise, in levels of 255."""
    flat = np.asarray(picture, np.float32) * _corners(picture.size)[..., None]
    height, width = flat.shape[:2]
    flat = flat + noise * _grains(rng, height * width).reshape(height, width, 1)
    if colour:
        half = height // 2, width // 2
        tint = _grains(rng, half[0] * half[1]).reshape(half)
        wide = np.repeat(np.repeat(tint, 2, axis=0), 2, axis=1)
        wide = np.pad(wide, ((0, height % 2), (0, width % 2)), mode="edge")
        flat[..., 0] += 0.5 * noise * wide
        flat[..., 2] -= 0.5 * noise * wide
    return Image.fromarray(np.clip(flat + 0.5, 0, 255).astype(np.uint8))


@lru_cache(maxsize=2)
def _corners(size: tuple[int, int]) -> Floats:
    width, height = size
    x = (np.arange(width, dtype=np.float32)[None, :] / width - 0.5) * 2
    y = (np.arange(height, dtype=np.float32)[:, None] / height - 0.5) * 2
    return (1 - 0.13 * (x * x + y * y) ** 1.3 * 0.5).astype(np.float32)


@lru_cache(maxsize=1)
def _pool() -> Floats:
    return np.random.default_rng(20).standard_normal(_POOL, np.float32)


def _grains(rng: np.random.Generator, count: int) -> Floats:
    """Return so many numbers of noise, a piece of one long run: new ones would cost more time."""
    pool = _pool()
    if count > _POOL:
        return np.resize(np.roll(pool, int(rng.integers(_POOL))), count)
    start = int(rng.integers(_POOL - count + 1))
    return pool[start : start + count]


def stamped(picture: Image.Image, stamp: Stamp) -> Image.Image:
    """Write the strip along the lower edge of a picture."""
    width, height = picture.size
    top = strip_top(height)
    tall = height - top
    result = picture.copy()
    brush = ImageDraw.Draw(result)
    brush.rectangle((0, top, width, height), fill=(8, 8, 8))
    font = ImageFont.load_default(size=max(5, tall * 0.60))
    line, ink = top + tall / 2, (236, 236, 232)
    when = stamp.moment.strftime("%Y-%m-%d   %H:%M:%S")
    brush.text((0.012 * width, line), stamp.camera, font=font, fill=ink, anchor="lm")
    brush.text(
        (0.30 * width, line), f"M {stamp.number}/{stamp.frames}", font=font, fill=ink, anchor="lm"
    )
    brush.text((0.60 * width, line), when, font=font, fill=ink, anchor="mm")
    brush.text((0.945 * width, line), f"{stamp.degrees}°C", font=font, fill=ink, anchor="rm")
    _moon(result, (0.972 * width, line), 0.26 * tall, stamp.moon)
    return result


def _moon(picture: Image.Image, middle: tuple[float, float], radius: float, phase: float) -> None:
    """Draw the moon's phase as cameras do: a ring, its lit part filled."""
    x, y = middle
    fine = 4
    side = int(2 * radius * fine) + 4
    grid = (np.arange(side, dtype=np.float32) + 0.5 - side / 2) / (radius * fine)
    across, down = grid[None, :], grid[:, None]
    inside = across**2 + down**2 <= 1
    edge = np.cos(2 * np.pi * phase) * np.sqrt(np.clip(1 - down**2, 0, 1))
    lit = (across > edge) if phase < 0.5 else (across < -edge)
    ring = inside & (across**2 + down**2 > 0.72)
    disc = Image.fromarray(((inside & lit) | ring).astype(np.uint8) * 235)
    small = disc.resize((max(1, side // fine), max(1, side // fine)), Image.Resampling.BOX)
    corner = round(x - small.width / 2), round(y - small.height / 2)
    picture.paste((236, 236, 232), corner, small)


def encoded(picture: Image.Image, stamp: Stamp, comment: str) -> bytes:
    """Return a picture as the camera's JPEG file, with its EXIF and a comment."""
    exif = Image.Exif()
    when = stamp.moment.strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.Make] = "herocat"
    exif[ExifTags.Base.Model] = "Drawn trail camera"
    exif[ExifTags.Base.DateTime] = when
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = when
    details[ExifTags.Base.DateTimeDigitized] = when
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, exif=exif, comment=comment)
    return buffer.getvalue()
