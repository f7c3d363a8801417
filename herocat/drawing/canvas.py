"""What a fixed camera looks at, painted once: colours, how much sun gets there, how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from herocat.drawing.curves import Floats
from herocat.drawing.noise import look_up, tile
from herocat.drawing.sculpture import Coat, Stance, Tube, outlines, relief, shadow, world
from herocat.drawing.view import View

FINE = 2  # the canvas is painted at this many times the size of the frame
NEAREST, FARTHEST = 0.5, 400.0  # metres, the range that distances are kept in
SUN = (-0.55, 0.72, 0.42)  # where light comes from while painting: right, up, towards the camera
_STEPS = 255 / np.log(FARTHEST / NEAREST)
_USUAL = 1280  # the width that numbers of strokes are meant for


@dataclass(frozen=True, slots=True)
class Scene:
    """A place without its light, in the pixels of a frame."""

    view: View
    albedo: Floats  # h x w x 3, linear 0..1
    sunlit: Floats  # h x w, 0 in the shade to 1
    distance: Floats  # h x w, metres
    water: Floats  # h x w, 0 on land to 1


def encode(distance: Floats | float) -> Floats:
    """Return distances as the 0..255 that the canvas keeps: steps of 2.6 percent."""
    far = np.maximum(np.asarray(distance, np.float32), NEAREST)
    result: Floats = np.clip(np.log(far / NEAREST) * _STEPS, 0, 255)
    return result


def decode(level: Floats) -> Floats:
    """Return the distances that 0..255 stand for, metres."""
    result: Floats = (NEAREST * np.exp(level / _STEPS)).astype(np.float32)
    return result


class Canvas:
    """A picture under the brush, far things first; places are in pixels of the frame."""

    def __init__(self, view: View, rng: np.random.Generator) -> None:
        self.view = view
        self.rng = rng
        size = view.size[0] * FINE, view.size[1] * FINE
        # Four bands: red, green, blue, sun. Pillow calls them CMYK; RGBA it would mix by the fourth.
        self._colour = Image.new("CMYK", size, (128, 128, 128, 128))
        self._distance = Image.new("L", size, 255)
        self._brush = ImageDraw.Draw(self._colour)
        self._ruler = ImageDraw.Draw(self._distance)
        self._water = np.zeros((view.size[1], view.size[0]), np.float32)

    @property
    def width(self) -> int:
        """Width of the frame in pixels."""
        return self.view.size[0]

    def many(self, count: float) -> int:
        """Return how many strokes to paint where a large frame would get so many."""
        share = min(1.0, self.width / _USUAL) ** 1.4
        result: int = max(1, round(count * share))
        return result

    def ground(self, colour: Floats, sunlit: Floats, distance: Floats, top: int) -> None:
        """Lay rows of colour (sRGB 0..1), sun and metres over everything from row ``top`` down."""
        size = self._colour.width, colour.shape[0] * FINE
        flat = np.concatenate([colour, sunlit[..., None]], axis=2)
        self._colour.paste(_bands(flat).resize(size, Image.Resampling.BICUBIC), (0, top * FINE))
        far = Image.fromarray(encode(distance).astype(np.uint8))
        self._distance.paste(far.resize(size, Image.Resampling.BILINEAR), (0, top * FINE))

    def wash(self, colour: Floats, share: Floats, distance: Floats, top: int) -> None:
        """Lay a thin coat of colour (sRGB 0..1) over what is painted, from row ``top`` down."""
        size = self._colour.width, colour.shape[0] * FINE
        light = np.full((*share.shape, 1), 0.8, np.float32)
        image = _bands(np.concatenate([colour, light], axis=2))
        image = image.resize(size, Image.Resampling.BICUBIC)
        mask = Image.fromarray((share * 255).astype(np.uint8)).resize(
            size, Image.Resampling.BILINEAR
        )
        self._colour.paste(image, (0, top * FINE), mask)
        far = Image.fromarray(encode(distance).astype(np.uint8)).resize(size)
        full = mask.point(lambda value: 255 if value > 127 else 0)
        self._distance.paste(far, (0, top * FINE), full)

    def flood(self, water: Floats, top: int) -> None:
        """Turn ground into water where ``water`` is 1, from row ``top`` down."""
        self._water[top:] = water

    def shape(
        self,
        outline: Sequence[float] | Floats,
        colour: Sequence[float] | Floats,
        sunlit: float,
        distance: float,
    ) -> None:
        """Fill an outline (x, y, x, y, ...) with one colour, sRGB 0..1."""
        corners = (np.asarray(outline, np.float32).ravel() * FINE).tolist()
        red, green, blue = (min(255, max(0, round(255 * float(c)))) for c in colour)
        shine = round(255 * min(1.0, max(0.0, float(sunlit))))
        self._brush.polygon(corners, fill=(red, green, blue, shine))
        self._ruler.polygon(corners, fill=int(encode(distance)))

    def shapes(self, outlines: Floats, colours: Floats, sunlit: Floats, distance: Floats) -> None:
        """Fill many outlines of one number of corners, n x k x 2, in the order given."""
        corners = (outlines.reshape(len(outlines), 2 * outlines.shape[1]) * FINE).tolist()
        paint = np.concatenate([colours, sunlit[:, None]], axis=1)
        fills = (np.clip(paint, 0, 1) * 255).astype(int).tolist()
        levels = encode(distance).astype(int).tolist()
        for outline, fill, level in zip(corners, fills, levels, strict=True):
            self._brush.polygon(outline, fill=tuple(fill))
            self._ruler.polygon(outline, fill=level)

    def shade(self, tubes: Sequence[Tube], stance: Stance, strength: float = 0.6) -> None:
        """Let solid things throw their shadow on the ground."""
        mask = shadow(tubes, stance, self.view, SUN, tallest=1.2)
        inside = mask.getbbox()
        if inside is None:
            return
        left, top, right, bottom = (side * FINE for side in inside)
        soft = mask.crop(inside).point([round(strength * level) for level in range(256)])
        part = self._colour.crop((left, top, right, bottom))
        dark = part.point([round(0.45 * level) for level in range(256)] * 4)
        soft = soft.resize(part.size, Image.Resampling.BILINEAR)
        self._colour.paste(dark, (left, top), soft)

    def body(self, tubes: Sequence[Tube], coat: Coat, stance: Stance) -> None:
        """Paint solid things: stones, trunks, posts."""
        shown = relief(tubes, coat, stance, self.view)
        if shown is None:
            return
        self.shade(tubes, stance)
        facing = shown.normal @ (np.array(SUN, np.float32) / np.linalg.norm(SUN))
        above = 0.72 + 0.28 * shown.normal[..., 1]
        colour = np.sqrt(np.clip(shown.colour, 0, 1)) * above[..., None]
        sunlit = np.clip((facing + 0.15) / 1.15, 0, 1)
        flat = np.concatenate([colour, sunlit[..., None]], axis=2) * shown.cover[..., None]
        picture = _bands(_spilt(flat, shown.cover))
        size = picture.width * FINE, picture.height * FINE
        corner = shown.left * FINE, shown.top * FINE
        # Its pixels are read at the size of the frame, its outline is cut at that of the canvas.
        cover = Image.new("L", size, 0)
        scissors = ImageDraw.Draw(cover)
        edges = outlines(tubes, lambda points: self.view.project(world(points, stance)))
        edges = (edges - np.array([shown.left, shown.top], np.float32)) * FINE
        for outline in edges.reshape(-1, 8).tolist():
            scissors.polygon(outline, fill=255)
        self._colour.paste(picture.resize(size, Image.Resampling.BICUBIC), corner, cover)
        depth = np.where(shown.cover, shown.depth, stance.distance)
        far = Image.fromarray(encode(depth).astype(np.uint8))
        self._distance.paste(far.resize(size, Image.Resampling.NEAREST), corner, cover)

    def scene(self) -> Scene:
        """Return what was painted, with the grain that real surfaces have."""
        colour = np.asarray(self._colour.reduce(FINE), np.float32) / 255
        distance = decode(np.asarray(self._distance.reduce(FINE), np.float32))
        albedo = colour[..., :3] ** 2
        return Scene(
            self.view,
            albedo * self._grain(distance)[..., None],
            colour[..., 3],
            distance,
            self._water * self._flat(distance),
        )

    def _flat(self, distance: Floats) -> Floats:
        """Return 1 where the ground itself is seen, 0 where something stands before it."""
        below = np.arange(self.view.size[1], dtype=np.float32)[:, None] + 0.5 - self.view.level
        plane = self.view.focal * self.view.height / np.maximum(below, 0.5)
        result: Floats = np.clip((distance / plane - 0.93) / 0.04, 0, 1)
        return result

    def _grain(self, distance: Floats) -> Floats:
        height, width = distance.shape
        noise = tile(np.random.default_rng(1), 256, 64, 2)
        across = np.arange(width, dtype=np.float32)[None, :] / 256
        down = np.arange(height, dtype=np.float32)[:, None] / 256
        fine = look_up(noise, across + 0 * down, down + 0 * across)
        return 1 + 0.13 * fine * np.clip(1.4 - distance / 160, 0, 1)


def _bands(flat: Floats) -> Image.Image:
    """Return four planes of 0..1 as the canvas keeps them."""
    levels = (np.clip(flat, 0, 1) * 255).astype(np.uint8)
    return Image.frombytes("CMYK", (flat.shape[1], flat.shape[0]), levels.tobytes())


def _spilt(flat: Floats, cover: NDArray[np.bool_]) -> Floats:
    """Return colours spilt a little over the edge of what they cover."""
    weight = cover.astype(np.float32)
    wide = np.pad(weight, 1)
    colours = np.pad(flat, ((1, 1), (1, 1), (0, 0)))
    total = np.zeros_like(flat)
    share = np.zeros_like(weight)
    height, width = cover.shape
    for down in range(3):
        for across in range(3):
            total += colours[down : down + height, across : across + width]
            share += wide[down : down + height, across : across + width]
    around = total / np.maximum(share, 1)[..., None]
    return np.where(cover[..., None], flat, around)
