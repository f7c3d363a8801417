"""The places where cameras stand, and their scenes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from herocat.drawing import lights
from herocat.drawing.canvas import Canvas, Scene
from herocat.drawing.habitats.birchwood import birchwood
from herocat.drawing.habitats.clearing import clearing
from herocat.drawing.habitats.meadow import meadow
from herocat.drawing.habitats.ridge import ridge
from herocat.drawing.habitats.river import river
from herocat.drawing.habitats.savanna import savanna
from herocat.drawing.habitats.wash import wash
from herocat.drawing.habitats.waterhole import waterhole
from herocat.drawing.light import Light, relit, tone
from herocat.drawing.view import FOCAL, View


@dataclass(frozen=True, slots=True)
class Place:
    """A camera and what it looks at."""

    name: str
    camera: str  # as its strip says
    paint: Callable[[Canvas], None]
    lights: Mapping[str, Light]
    horizon: float
    height: float  # of the camera, metres
    seed: int
    warmth: tuple[int, int]  # degrees Celsius, at night and by day
    month: int

    @property
    def nearest(self) -> float:
        """Distance in metres from which on feet are in the picture, above the strip."""
        return FOCAL / 0.75 * self.height / (0.93 - self.horizon)


_ALL = (
    Place("savanna", "SAVANNA 02", savanna, lights.PLAINS, 0.46, 1.4, 4, (16, 31), 8),
    Place("waterhole", "WATERHOLE", waterhole, lights.PLAINS, 0.40, 1.8, 5, (14, 33), 9),
    Place("clearing", "BEECH 07", clearing, lights.BEECHES, 0.40, 1.0, 3, (9, 21), 6),
    Place("birchwood", "BIRCH 01", birchwood, lights.BIRCHES, 0.40, 1.0, 6, (4, 11), 10),
    Place("river", "OXBOW 05", river, lights.RIVER, 0.40, 1.2, 11, (10, 19), 5),
    Place("ridge", "RIDGE 03", ridge, lights.SNOW, 0.42, 1.1, 8, (-11, -3), 1),
    Place("meadow", "MEADOW 04", meadow, lights.MEADOW, 0.44, 1.1, 9, (8, 20), 9),
    Place("wash", "DRY WASH", wash, lights.DESERT, 0.42, 1.2, 10, (7, 29), 4),
)
PLACES: Mapping[str, Place] = {place.name: place for place in _ALL}


def frame_size(width: int) -> tuple[int, int]:
    """Return width and height of a frame, pixels."""
    return width, round(width * 0.75)


@lru_cache(maxsize=3)
def scene(name: str, width: int) -> Scene:
    """Return what a place looks like without light; it is painted once per process."""
    place = PLACES[name]
    canvas = Canvas(
        View(frame_size(width), place.horizon, place.height), np.random.default_rng(place.seed)
    )
    place.paint(canvas)
    return canvas.scene()


@lru_cache(maxsize=6)
def backdrop(name: str, light: str, width: int) -> Image.Image:
    """Return a place in a light, as the camera sees it when nobody is there."""
    place = PLACES[name]
    lamp = place.lights[light]
    shown = tone(relit(scene(name, width), lamp, place.seed), lamp.exposure)
    return Image.fromarray((shown * 255 + 0.5).astype(np.uint8))
