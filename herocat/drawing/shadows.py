"""What actors do to the ground around them: shadows, and mirror images in water."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from herocat.drawing.actors import Actor
from herocat.drawing.anatomy import Body
from herocat.drawing.canvas import Scene
from herocat.drawing.light import Light
from herocat.drawing.noise import look_up, tile
from herocat.drawing.sculpture import shadow, world
from herocat.drawing.view import View


def darkened(
    picture: Image.Image, bodies: Sequence[tuple[Actor, Body]], scene: Scene, light: Light
) -> Image.Image:
    """Return a picture with the shadows of actors on its ground."""
    tint = np.ones(3) if light.infrared else np.asarray(light.sky) / max(light.sky)
    tones = (0.45 if light.infrared else 0.38) * (0.75 + 0.25 * tint)
    table = [round(level * float(tone)) for tone in tones for level in range(256)]
    for actor, body in bodies:
        mask = _contact(actor, body, scene.view)
        if not light.infrared:
            # Under a grey sky there is hardly any: it goes by the sun's share of the light.
            sun, sky = float(np.mean(light.sun)), float(np.mean(light.sky))
            share = 0.58 * sun / (sun + sky)
            cast = shadow(body.tubes, actor.stance, scene.view, light.sun_at)
            cast = cast.point([round(share * level) for level in range(256)])
            mask = ImageChops.lighter(mask, cast)
        mask = ImageChops.multiply(mask, _ground(scene, actor.distance))
        picture = Image.composite(picture.point(table), picture, mask)
    return picture


def _contact(actor: Actor, body: Body, view: View) -> Image.Image:
    """Return the soft darkness right under the feet, a mask of the frame's size."""
    small = view.scaled(0.25)  # it is soft: a sixteenth of the pixels do
    mask = Image.new("L", small.size, 0)
    if actor.lift <= 0.15:
        brush = ImageDraw.Draw(mask)
        feet = body.feet * np.array([1, 1, 0], np.float32)
        places = small.project(world(feet, actor.stance))
        radius = 0.13 * body.size * small.metre(actor.distance)
        wide = float(np.ptp(places[:, 0])) * 0.55 + radius
        _oval(brush, places.mean(0).tolist(), (wide, radius * 0.5), 150)
        for place in places.tolist():
            _oval(brush, place, (radius, radius * 0.32), 235)
        mask = mask.filter(ImageFilter.GaussianBlur(max(0.5, radius * 0.42)))
    return mask.resize(view.size, Image.Resampling.BILINEAR)


def _oval(
    brush: ImageDraw.ImageDraw, middle: Sequence[float], radius: tuple[float, float], level: int
) -> None:
    x, y = middle
    brush.ellipse((x - radius[0], y - radius[1], x + radius[0], y + radius[1]), fill=level)


def _ground(scene: Scene, distance: float) -> Image.Image:
    """Return where a shadow can lie: on the ground about there, less on water, not on the sky."""
    behind = scene.distance
    share = np.clip((behind - 0.62 * distance) / (0.1 * distance), 0, 1) * (behind < 6 * distance)
    return Image.fromarray((share * (1 - 0.75 * scene.water) * 255).astype(np.uint8))


def doubled(picture: Image.Image, layer: Image.Image, distance: float, scene: Scene) -> Image.Image:
    """Return a picture in whose water somebody at a distance is mirrored, broken by ripples.

    ``layer`` is the somebody, RGBA of the frame's size.
    """
    width, height = scene.view.size
    foot = scene.view.row(distance)
    top = int(foot) - 1
    if top >= height or not scene.water.any():
        return picture
    source = np.asarray(layer)
    rows = np.arange(top, height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None, :]
    away = np.maximum(scene.distance[top:], 1)
    noise = tile(np.random.default_rng(72), 256, 16, 3)
    across = (columns - width / 2) * away / scene.view.focal
    sway = look_up(noise, across / 5, away / 1.6) * scene.view.focal * 0.022 / away
    mirror = np.clip(2 * foot - rows + sway, 0, height - 1).astype(np.int64)
    column = np.clip(columns + 0.6 * sway, 0, width - 1).astype(np.int64)
    flat = source[mirror, column]
    before = (scene.distance[top:] < 1.02 * distance) & (mirror < foot)
    share = flat[..., 3] * (0.55 * scene.water[top:] * before)
    result = picture.copy()
    image = Image.fromarray(np.ascontiguousarray(flat[..., :3]))
    result.paste(image, (0, top), Image.fromarray(share.astype(np.uint8)))
    return result
