"""Light on a body, and its hair: from what the pixels show to a picture with a soft outline."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from herocat.drawing.anatomy import Eye
from herocat.drawing.curves import Floats
from herocat.drawing.light import Light, tone
from herocat.drawing.planes import blurred
from herocat.drawing.sculpture import Relief, Stance, directions, world
from herocat.drawing.view import View

Glint = tuple[float, float, float]  # an eye in a picture: x, y, radius, pixels

_EYE = (14, 11, 9, 255)
_GLINT = (235, 238, 240, 255)


@dataclass(frozen=True, slots=True)
class Hair:
    """An animal's hair."""

    length: float = 0.06  # as a share of its shoulder height
    ruffle: float = 0.2  # how much directions vary, radians
    contrast: float = 0.11  # how much tones vary


def lit(shown: Relief, light: Light, size: float, metre: float) -> Floats:
    """Return the light that comes from a body, linear, h x w x 3.

    ``size`` is the body's in metres, ``metre`` how many pixels of the relief a metre takes.
    """
    normal = shown.normal / (np.linalg.norm(shown.normal, axis=2, keepdims=True) + 1e-6)
    hidden = _hidden(shown, size, metre)[..., None]
    if light.infrared:
        towards = np.clip(normal[..., 2:], 0, 1) ** 0.8
        pale: Floats = _infrared(shown.colour) * (0.1 + 0.9 * towards) * (1 - 0.55 * hidden)
        return pale
    sun, sun_at = np.asarray(light.sun, np.float32), np.asarray(light.sun_at, np.float32)
    facing = (normal @ (sun_at / np.linalg.norm(sun_at)))[..., None]
    above = normal[..., 1:2] * 0.5 + 0.5
    around = np.asarray(light.sky, np.float32) * above
    around = around + np.asarray(light.bounce, np.float32) * (1 - above)
    key = np.clip((facing + 0.22) / 1.22, 0, 1)
    edge = np.clip(1 - np.abs(normal[..., 2:]), 0, 1) ** 3 * np.clip(facing + 0.35, 0, 1)
    glow = sun * edge * (0.2 + 0.5 * light.rim) * (shown.colour + 0.10)
    result: Floats = shown.colour * (1 - 0.66 * hidden) * (around + sun * key) + glow
    return result


def _infrared(colour: Floats) -> Floats:
    """Return how bright a colour is in near infrared: fur is pale there, and alike."""
    bright = colour @ np.array([0.5, 0.35, 0.15], np.float32)
    return np.repeat((0.10 + 0.85 * np.sqrt(bright))[..., None] ** 1.6, 3, axis=2)


def _hidden(shown: Relief, size: float, metre: float) -> Floats:
    """Return how far each pixel lies behind what is around it, 0..1: there is less light."""
    height, width = shown.cover.shape
    reach = 0.16 * size
    step = max(1, int(reach * metre / 6))
    small = max(1, width // step), max(1, height // step)
    depth = Image.fromarray(np.where(shown.cover, shown.depth, 0).astype(np.float32))
    cover = Image.fromarray(shown.cover.astype(np.float32))
    total, weight = (
        blurred(np.asarray(plane.resize(small, Image.Resampling.BOX)), reach * metre / step)
        for plane in (depth, cover)
    )
    mean = Image.fromarray((total / np.maximum(weight, 1e-3)).astype(np.float32))
    around = np.asarray(mean.resize((width, height), Image.Resampling.BILINEAR))
    result: Floats = np.clip((shown.depth - around) / reach, 0, 1) * shown.cover
    return result


def painted(
    shown: Relief,
    glow: Floats,
    hair: Hair,
    rng: np.random.Generator,
    *,
    length: float,
    exposure: float,
) -> Image.Image:
    """Return a body that glows so (linear) as a picture, RGBA, haired stroke by stroke.

    ``length`` is that of its hair in pixels.
    """
    rgb = tone(glow, exposure)
    flat = (np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    cover = (shown.cover * 255).astype(np.uint8)
    picture = Image.fromarray(np.concatenate([flat, cover[..., None]], axis=2))
    rows, columns = np.nonzero(shown.cover)
    count = int(len(rows) / (6 + length * 0.55))
    if length < 1.2 or not count:
        return picture
    pick = rng.integers(0, len(rows), count)
    y, x = rows[pick], columns[pick]
    flow = shown.flow[y, x]
    seen = np.clip(np.hypot(flow[:, 0], flow[:, 1]), 0.2, 1)
    long = np.maximum(1.0, length * rng.uniform(0.5, 1.15, count) * shown.hair[y, x] * seen)
    angle = np.arctan2(flow[:, 1] + 0.12, flow[:, 0]) + rng.normal(0, hair.ruffle, count)
    dx, dy = np.cos(angle) * long, np.sin(angle) * long
    shade = np.clip(1 + rng.normal(0, hair.contrast, count), 0.55, 1.45)
    colours = np.clip(rgb[y, x] * shade[:, None] * 255, 0, 255).astype(int).tolist()
    ends = np.stack([x - 0.35 * dx, y - 0.35 * dy, x + 0.65 * dx, y + 0.65 * dy], axis=1)
    brush = ImageDraw.Draw(picture)
    width = 2 if length > 26 else 1
    for line, (red, green, blue) in zip(ends.tolist(), colours, strict=True):
        brush.line(line, fill=(red, green, blue, 255), width=width)
    return picture


def add_eyes(
    picture: Image.Image,
    shown: Relief,
    eyes: Sequence[Eye],
    where: tuple[Stance, View],
    *,
    glints: bool,
) -> list[Glint]:
    """Paint the eyes that are seen, with the sky's glint in them; return where they are."""
    stance, view = where
    brush = ImageDraw.Draw(picture)
    height, width = shown.cover.shape
    seen = list[Glint]()
    for eye in eyes:
        outward = float(directions(np.array(eye.outward, np.float32), stance.heading)[2])
        place = world(np.array(eye.place, np.float32), stance)
        x, y = (float(value) for value in view.project(place) - (shown.left, shown.top))
        column, row = int(x), int(y)
        if outward > -0.05 or not (0 <= column < width and 0 <= row < height):
            continue
        away = float(place[2])
        if not shown.cover[row, column] or away > shown.depth[row, column] + 3.0 * eye.radius:
            continue
        radius = max(1.6, eye.radius * view.focal / away)
        narrow = radius * min(1.0, max(0.55, 1.0 - 0.6 * max(0.0, outward + 0.2)))
        _oval(brush, (x, y), (narrow * 1.25, radius * 1.12), _EYE)
        if glints:
            _oval(brush, (x - narrow * 0.3, y - radius * 0.4), (radius * 0.34,) * 2, _GLINT)
        seen.append((x, y, radius))
    return seen


def _oval(
    brush: ImageDraw.ImageDraw,
    middle: tuple[float, float],
    radius: tuple[float, float],
    colour: tuple[int, int, int, int],
) -> None:
    (x, y), (wide, high) = middle, radius
    brush.ellipse((x - wide, y - high, x + wide, y + high), fill=colour)
