"""Actors as pictures in a scene: lit, haired, sharp or blurred, hidden by what stands before them."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from herocat.drawing import fur
from herocat.drawing.actors import Actor
from herocat.drawing.anatomy import Body
from herocat.drawing.canvas import Scene
from herocat.drawing.curves import Floats
from herocat.drawing.fur import Glint
from herocat.drawing.light import Light, beam, flash, haze
from herocat.drawing.sculpture import relief
from herocat.drawing.view import View

_STEPS = 24  # of a movement that is smeared


@dataclass(frozen=True, slots=True)
class Figure:
    """An actor as a picture in the frame; it may reach out of it."""

    actor: Actor
    left: int
    top: int
    picture: Image.Image  # RGBA
    eyes: tuple[Glint, ...]  # in the frame


def waded(actor: Actor, scene: Scene) -> Actor:
    """Return an actor as deep in the water as one of its size would be, if it stands in water."""
    width, height = scene.view.size
    column = round(width / 2 + actor.right * scene.view.metre(actor.distance))
    row = round(scene.view.row(actor.distance))
    if actor.lift or not (0 <= column < width and 0 <= row < height):
        return actor
    if float(scene.water[row, column]) < 0.5:
        return actor
    return replace(actor, lift=-min(0.34, 0.15 * actor.player.tall))


def figure(
    actor: Actor, body: Body, scene: Scene, light: Light, rng: np.random.Generator
) -> Figure | None:
    """Draw an actor in the light of a scene, or return None if nothing of it is in the frame."""
    fine = _fineness(actor, scene.view)
    view = scene.view.scaled(fine)
    shown = relief(body.tubes, actor.player.coat, actor.stance, view)
    if shown is None:
        return None
    metre = view.metre(actor.distance)
    glow = fur.lit(shown, light, body.size, metre)
    if light.infrared:
        height, width = shown.cover.shape
        x = (shown.left + np.arange(width, dtype=np.float32))[None, :] / fine
        y = (shown.top + np.arange(height, dtype=np.float32))[:, None] / fine
        glow = glow * (flash(shown.depth, light) * beam(scene.view, x, y))[..., None]
    else:
        glow = haze(glow, actor.distance, light)
    hair = actor.player.hair
    long = hair.length * body.size * metre
    picture = fur.painted(shown, glow, hair, rng, length=long, exposure=light.exposure)
    where = actor.stance, view
    seen = fur.add_eyes(picture, shown, body.eyes, where, glints=not light.infrared)
    eyes = tuple(
        ((x + shown.left) / fine, (y + shown.top) / fine, radius / fine * actor.player.shine)
        for x, y, radius in seen
    )
    size = round(picture.width / fine), round(picture.height / fine)
    left, top = int(np.floor(shown.left / fine)), int(np.floor(shown.top / fine))
    return Figure(actor, left, top, picture.resize(size, Image.Resampling.BOX), eyes)


def _fineness(actor: Actor, view: View) -> float:
    """Return at how many times the frame's size to draw: what is blurred or huge needs less."""
    if actor.defocus * view.size[0] > 5:
        return 0.5
    if actor.defocus or any(actor.motion):
        return 1.0
    size = max(actor.player.long, actor.player.tall) * view.metre(actor.distance) / view.size[0]
    return 2.0 if size < 0.28 else 1.5 if size < 0.6 else 1.0


def blurred(shape: Figure, width: int) -> Figure:
    """Blur a figure as its actor asks: out of focus, or moving while exposed."""
    radius = shape.actor.defocus * width
    across, down = (share * width for share in shape.actor.motion)
    moved = max(abs(across), abs(down))
    if radius < 0.3 and moved < 2:
        return shape
    pad = int(2.5 * radius + moved / 2) + 2
    wide = Image.new("RGBA", (shape.picture.width + 2 * pad, shape.picture.height + 2 * pad))
    wide.paste(shape.picture, (pad, pad))
    # Colour must not bleed in from where there is none: blur what is weighted by its cover.
    solid = wide.convert("RGBa")
    if radius >= 0.3:
        bands = [band.filter(ImageFilter.GaussianBlur(radius)) for band in solid.split()]
        solid = Image.merge("RGBa", bands)
    if moved >= 2:
        solid = _smeared(solid, across, down, min(round(moved), _STEPS))
    return Figure(shape.actor, shape.left - pad, shape.top - pad, solid.convert("RGBA"), ())


def _smeared(solid: Image.Image, across: float, down: float, steps: int) -> Image.Image:
    flat = np.asarray(solid)
    total = np.zeros(flat.shape, np.float32)
    for share in np.linspace(-0.5, 0.5, steps):
        total += np.roll(flat, (round(down * share), round(across * share)), axis=(0, 1))
    return Image.frombytes("RGBa", solid.size, (total / steps + 0.5).astype(np.uint8).tobytes())


def seen(shape: Figure, scene: Scene) -> Floats:
    """Return how much of each pixel of the frame a figure covers: 0..1, cut off and hidden."""
    width, height = scene.view.size
    result = np.zeros((height, width), np.float32)
    alpha = np.asarray(shape.picture.getchannel("A"), np.float32) / 255
    left, top = max(0, shape.left), max(0, shape.top)
    right = min(width, shape.left + shape.picture.width)
    bottom = min(height, shape.top + shape.picture.height)
    if right <= left or bottom <= top:
        return result
    part = alpha[top - shape.top : bottom - shape.top, left - shape.left : right - shape.left]
    behind = scene.distance[top:bottom, left:right]
    rows = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5 - scene.view.level
    plane = scene.view.focal * scene.view.height / np.maximum(rows, 0.5)
    # The ground is nearer than who stands behind it in the picture, but hides nobody.
    stands = np.clip((0.97 - behind / plane) / 0.03, 0, 1)
    distance = shape.actor.distance
    nearer = np.clip((distance * 0.985 - behind) / (0.035 * distance), 0, 1)
    result[top:bottom, left:right] = part * (1 - nearer * stands)
    if shape.actor.lift < 0:
        result[round(scene.view.row(distance)) :] = 0  # under water
    return result


def layer(shape: Figure, size: tuple[int, int]) -> Image.Image:
    """Return a figure alone in a frame, RGBA."""
    result = Image.new("RGBA", size)
    result.paste(shape.picture, (shape.left, shape.top))
    return result
