"""Draw one frame: the place in its light, who is there, what the camera makes of it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from herocat.drawing import camera, photo, shadows
from herocat.drawing.curves import Floats
from herocat.drawing.fur import Glint
from herocat.drawing.places import PLACES, backdrop, scene
from herocat.drawing.plan import Frame
from herocat.records import Box

_SOLID = 0.30  # a pixel belongs to an animal that covers so much of it
_CLEAR = 3  # pixels that a box stays away from the strip: its edge is the sharpest of all
_NOISE = {"dusk": 2.6, "dawn": 2.6}  # levels of 255
_NOISE_DAY, _NOISE_NIGHT = 1.7, 4.2


@dataclass(frozen=True, slots=True)
class Drawn:
    """A frame as it was drawn: its picture, and how each actor covers it, None if it does not."""

    picture: Image.Image
    covers: tuple[Floats | None, ...]  # h x w each, 0..1, in the order of the frame's actors


def draw(frame: Frame, width: int) -> Drawn:
    """Draw a frame; the same frame and width give the same picture."""
    rng = np.random.default_rng(frame.seed)
    here, light = scene(frame.place, width), PLACES[frame.place].lights[frame.light]
    picture = backdrop(frame.place, frame.light, width)
    actors = [photo.waded(actor, here) for actor in frame.take.actors]
    bodies = [(actor, actor.body()) for actor in actors]
    picture = shadows.darkened(picture, bodies, here, light)
    covers: list[Floats | None] = [None] * len(actors)
    eyes = list[Glint]()
    for at in sorted(range(len(actors)), key=lambda at: -actors[at].distance):
        shape = photo.figure(*bodies[at], here, light, rng)
        if shape is None:
            continue
        shape = photo.blurred(shape, width)
        cover = photo.seen(shape, here)
        covers = [other if other is None else other * (1 - cover) for other in covers]
        covers[at] = cover
        alone = photo.layer(shape, picture.size)
        picture = shadows.doubled(picture, alone, shape.actor.distance, here)
        mask = Image.fromarray((cover * 255).astype(np.uint8))
        picture = Image.composite(alone.convert("RGB"), picture, mask)
        eyes += [eye for eye in shape.eyes if _shows(cover, eye)]
    return Drawn(_taken(frame, picture, eyes, rng), tuple(covers))


def _taken(
    frame: Frame, picture: Image.Image, eyes: list[Glint], rng: np.random.Generator
) -> Image.Image:
    """Return what the camera makes of a picture."""
    infrared = PLACES[frame.place].lights[frame.light].infrared
    if frame.take.shake:
        picture = picture.filter(ImageFilter.GaussianBlur(frame.take.shake * picture.width))
    if frame.snow:
        picture = camera.snow(picture, rng)
    if infrared and not frame.take.shake:
        picture = camera.shine(picture, eyes)
    noise = _NOISE_NIGHT if infrared else _NOISE.get(frame.light, _NOISE_DAY)
    picture = camera.developed(picture, rng, noise=noise, colour=not infrared)
    return camera.stamped(picture, stamp(frame))


def _shows(cover: Floats, eye: Glint) -> bool:
    """Tell whether an eye is in the frame and nothing is before it."""
    height, width = cover.shape
    column, row = int(eye[0]), int(eye[1])
    return 0 <= column < width and 0 <= row < height and float(cover[row, column]) > 0.5


def stamp(frame: Frame) -> camera.Stamp:
    """Return what the camera writes on a frame."""
    label, number = PLACES[frame.place].camera, frame.number + 1
    return camera.Stamp(label, frame.moment, frame.degrees, number, frame.frames, frame.moon)


def box(cover: Floats | None) -> Box | None:
    """Return the box that hugs what is seen of an actor above the strip, or None."""
    if cover is None:
        return None
    height, width = cover.shape
    solid = cover[: camera.strip_top(height) - _CLEAR] >= _SOLID
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if len(rows) < 2 or len(columns) < 2:
        return None
    left, top = int(columns[0]), int(rows[0])
    right, bottom = int(columns[-1]) + 1, int(rows[-1]) + 1
    corners = left / width, top / height, (right - left) / width, (bottom - top) / height
    return Box(*(round(value, 4) for value in corners))
