"""Light: the same scene at noon, at dusk, in mist, or by infrared flash."""

from dataclasses import dataclass

import numpy as np

from herocat.drawing.canvas import FARTHEST, Scene
from herocat.drawing.curves import Floats
from herocat.drawing.noise import look_up, tile
from herocat.drawing.sculpture import Vector
from herocat.drawing.view import View


@dataclass(frozen=True, slots=True)
class Light:
    """What lights a scene; colours are linear, 0 black and about 1 white."""

    name: str
    sun_at: Vector = (-0.55, 0.72, 0.42)  # right, up, towards the camera
    sun: Vector = (1.25, 1.12, 0.92)
    sky: Vector = (0.44, 0.50, 0.58)  # from all around
    bounce: Vector = (0.22, 0.20, 0.14)  # from the ground
    haze: Vector = (0.46, 0.56, 0.66)
    thick: float = 260.0  # metres after which two thirds of a thing are haze
    zenith: Vector = (0.14, 0.34, 0.68)
    low: Vector = (0.58, 0.70, 0.80)  # the sky at the horizon
    clouds: float = 0.5
    cloud: Vector = (0.90, 0.91, 0.92)
    glow: Vector = (0.3, 0.3, 0.0)  # where the sun shines into the lens: shares, strength
    glow_colour: Vector = (1.0, 0.8, 0.5)
    mist: float = 0.0
    shafts: float = 0.0
    rim: float = 0.0  # how much the outlines of animals shine
    exposure: float = 1.0
    quality: float = 1.0  # how pleasant an eye finds it, 0..1
    infrared: bool = False
    flash: float = 6.2  # metres at which the infrared flash lights just right


def tone(linear: Floats, exposure: float = 1.0) -> Floats:
    """Return display values 0..1 of light: bright parts are pressed together, never cut."""
    bright = 1 - np.exp(-1.55 * exposure * np.maximum(linear, 0))
    shown = np.sqrt(bright)
    result: Floats = (shown * (0.72 + 0.28 * shown * (3 - 2 * shown))).astype(np.float32)
    return result


def haze(lit: Floats, distance: Floats | float, light: Light) -> Floats:
    """Lay the air over what is at a distance."""
    share = 1 - np.exp(-np.asarray(distance, np.float32) / light.thick)
    result: Floats = lit + share[..., None] * (np.asarray(light.haze, np.float32) - lit)
    return result


def flash(distance: Floats | float, light: Light) -> Floats:
    """Return how much of the infrared flash comes back from a distance; near things burn out."""
    near = np.maximum(np.asarray(distance, np.float32), 0.5)
    return (1.15 * (light.flash / near) ** 1.75).astype(np.float32) * 0.5


def beam(view: View, x: Floats, y: Floats) -> Floats:
    """Return how much of the flash reaches a place in the frame: it is narrower than the lens."""
    width, height = view.size
    off = ((x - width / 2) / (0.66 * width)) ** 2 + ((y - 0.56 * height) / (0.80 * height)) ** 2
    return np.exp(-1.1 * off).astype(np.float32)


def relit(scene: Scene, light: Light, seed: int = 0) -> Floats:
    """Return the light of a scene, linear, h x w x 3."""
    if light.infrared:
        return _flashed(scene, light)
    shine = scene.sunlit[..., None] * np.asarray(light.sun, np.float32)
    bare = scene.albedo * (shine + np.asarray(light.sky, np.float32))
    lit = haze(bare, scene.distance, light)
    heaven = _sky(scene.view, light, seed)
    rows = len(heaven)
    share = np.clip((scene.distance[:rows] / FARTHEST - 0.80) / 0.18, 0, 1)[..., None]
    lit[:rows] = lit[:rows] * (1 - share) + heaven * share
    if light.mist:
        lit = _misted(lit, scene, light, seed)
    if light.glow[2]:
        lit = _glowing(lit, scene, light)
    if scene.water.any():
        lit = mirrored(lit, scene, light)
    if light.shafts:
        lit = _beams(lit, scene, light, seed)
    return lit.astype(np.float32)


def _grid(view: View) -> tuple[Floats, Floats]:
    """Return columns (1 x w) and rows (h x 1) of a frame."""
    width, height = view.size
    return np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]


def _flashed(scene: Scene, light: Light) -> Floats:
    """Return a scene in infrared: leaves and fur are pale, the sky and water black."""
    x, y = _grid(scene.view)
    red, green, blue = (scene.albedo[..., band] for band in range(3))
    leafy = np.clip(green - 0.5 * (red + blue), 0, 1) * 0.9
    pale = 0.30 * red + 0.30 * green + 0.10 * blue + leafy + 0.05
    shape = 0.72 + 0.28 * scene.sunlit
    lit = pale * shape * flash(scene.distance, light) * beam(scene.view, x, y)
    lit = np.where(scene.distance > 0.9 * FARTHEST, 0.0015, lit) * (1 - 0.85 * scene.water) + 0.002
    return np.repeat(lit[..., None], 3, axis=2).astype(np.float32)


def _sky(view: View, light: Light, seed: int) -> Floats:
    width, height = view.size
    rows = int(min(height, view.level + 0.04 * height))
    x, y = _grid(view)
    up = np.clip(1 - y[:rows] / view.level, 0, 1)
    blend = (up**0.75)[..., None]
    colour = np.asarray(light.low, np.float32) * (1 - blend)
    colour = np.repeat(colour + np.asarray(light.zenith, np.float32) * blend, width, axis=1)
    if light.clouds:
        noise = tile(np.random.default_rng(seed + 11), 256, 4, 6)
        away = 1 / (up + 0.13)
        across = (x / width - 0.5) * away * 0.55 + 0.3
        value = look_up(noise, across, away * 0.34 + 0 * x)
        other = look_up(noise, across + 0.012, away * 0.34 + 0.02 + 0 * x)
        cover = np.clip((value - 0.55 + 0.9 * light.clouds) * 1.6, 0, 1) ** 1.3
        cover = (cover * np.clip(up * 5 + 0.15, 0, 1) * 0.9)[..., None]
        shade = np.clip(0.86 + 0.45 * (value - other) + 0.12 * other, 0.5, 1.15)[..., None]
        colour = colour * (1 - cover) + np.asarray(light.cloud, np.float32) * cover * shade
    result: Floats = colour.astype(np.float32)
    return result


def _misted(lit: Floats, scene: Scene, light: Light, seed: int) -> Floats:
    """Lay mist in the hollows: a band along the horizon that breaks up towards the camera."""
    x, y = _grid(scene.view)
    width, height = scene.view.size
    noise = tile(np.random.default_rng(seed + 5), 256, 4, 4)
    wave = look_up(noise, x / width * 0.8 + 0 * y, y / width * 2.4 + 0 * x)
    rise = np.exp(-(((y - scene.view.level - 0.012 * height) / (0.10 * height)) ** 2))
    amount = light.mist * rise * (0.85 + 0.55 * wave) * np.clip(scene.distance / 16, 0, 1)
    amount = np.clip(amount, 0, 0.95)[..., None]
    result: Floats = lit * (1 - amount) + np.asarray(light.haze, np.float32) * 1.10 * amount
    return result


def _glowing(lit: Floats, scene: Scene, light: Light) -> Floats:
    """Let the sun shine into the lens."""
    x, y = _grid(scene.view)
    width = scene.view.size[0]
    across = x / width - light.glow[0]
    down = (y - light.glow[1] * scene.view.size[1]) / width
    far = np.hypot(across, 1.2 * down)
    halo = (0.6 * np.exp(-5.5 * far) + 0.8 * np.exp(-16 * far)) * light.glow[2]
    halo = halo * (0.25 + 0.75 * np.clip(scene.distance / 60, 0, 1))
    disc = np.exp(-((far / 0.016) ** 6)) * np.clip(scene.distance / 300 - 0.4, 0, 1)
    halo = halo + 1.6 * light.glow[2] * disc * (light.glow[1] > 0.3)
    result: Floats = lit + halo[..., None] * np.asarray(light.glow_colour, np.float32)
    return result


def _beams(lit: Floats, scene: Scene, light: Light, seed: int) -> Floats:
    """Let sunlight fall in beams from beyond the top of the frame."""
    x, y = _grid(scene.view)
    width, height = scene.view.size
    across = x / width - light.glow[0]
    down = (y - (light.glow[1] - 0.45) * height) / width
    noise = tile(np.random.default_rng(seed + 17), 256, 8, 3)
    angle = np.arctan2(across, down)
    ray = np.clip(look_up(noise, angle * 0.55, 0 * angle + 0.37) * 1.5 - 0.05, 0, 1)
    ray = ray * np.exp(-0.9 * np.hypot(across, down)) * np.clip((scene.distance - 4) / 16, 0, 1)
    result: Floats = lit + (light.shafts * ray)[..., None] * np.asarray(
        light.glow_colour, np.float32
    )
    return result


def mirrored(lit: Floats, scene: Scene, light: Light) -> Floats:
    """Let water show what stands behind it, upside down and broken by ripples."""
    height, width = scene.water.shape
    top = int(scene.water.any(1).argmax())
    x, y = _grid(scene.view)
    away = scene.distance[top:]
    noise = tile(np.random.default_rng(71), 256, 16, 3)
    across = (x - width / 2) * away / scene.view.focal
    ripple = look_up(noise, across / 9, away / 2.6) * scene.view.focal * 0.04 / np.maximum(away, 1)
    rows = y[top:] - ripple * np.clip((y[top:] - top) / (0.02 * height), 0, 1)
    shown = _reflected(lit, scene, rows, top)
    steep = np.clip((y[top:] - scene.view.level) / (height - scene.view.level), 0, 1)[..., None]
    glass = shown * (0.84 - 0.46 * steep) + lit[top:] * (0.10 + 0.40 * steep)
    glint = np.clip(look_up(noise, across / 1.7, away / 0.31) - 0.62, 0, 1)[..., None]
    glass = glass + glint * np.asarray(light.low, np.float32) * 0.5 * (1 - steep)
    share = scene.water[top:, :, None]
    result = lit.copy()
    result[top:] = lit[top:] * (1 - share) + glass * share
    return result


def _reflected(lit: Floats, scene: Scene, rows: Floats, top: int) -> Floats:
    """Return what water mirrors at rows (h x w) below ``top``.

    A thing with its foot in row b shows in row 2 b - r of the water's row r. Which thing that is,
    is not known before it is looked up: look at the shore first, then go by the distance found.
    """
    view = scene.view
    height, width = scene.water.shape
    plane = view.focal * view.height / np.maximum(_grid(view)[1] + 0.5 - view.level, 0.5)
    stands = scene.distance < 0.93 * plane
    wet = scene.water[top:] > 0.02
    number = np.arange(top, height)[:, None]
    foot = np.maximum.accumulate(np.where(wet, 0, number), axis=0)
    foot = np.maximum(foot, np.where(wet.any(0), wet.argmax(0) + top, height)[None, :])
    column = np.broadcast_to(np.arange(width)[None, :], wet.shape)
    mirror = np.clip(2 * foot - rows, 0, height - 1).astype(np.int64)
    for _ in range(3):
        found = np.where(stands[mirror, column], scene.distance[mirror, column], 1e6)
        base = view.level + view.focal * view.height / found
        mirror = np.clip(2 * base - rows, 0, height - 1).astype(np.int64)
    result: Floats = lit[mirror, column]
    return result
