"""Bodies made of smooth tubes, seen by a camera: what each pixel of them shows.

A tube is a spine with an oval around each of its points. Tubes are cut into facets; those that
face the camera are painted, far to near, with their numbers, and what a pixel shows is read
within the facet whose number it got. Where two tubes meet they melt into each other, as flesh does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from herocat.drawing.curves import Floats, smooth
from herocat.drawing.view import View

Vector: TypeAlias = tuple[float, float, float]
Whole: TypeAlias = NDArray[np.integer]

_BEYOND = 0.2  # of the frame's size: how far outside it a body is still worth drawing


@dataclass(frozen=True, slots=True)
class Tube:
    """A part of a body, in the body's own space: x forward, y left, z up, metres."""

    name: str
    spine: Floats  # n x 3
    rise: Floats  # n, the radius towards ``up``
    side: Floats  # n, the radius across
    up: Vector = (0.0, 0.0, 1.0)
    lay: float = 1.0  # hair runs along the spine (1) or against it (-1)
    hair: float = 1.0  # its length, as a share of what is usual on the animal
    bald: float = 2.0  # where along the spine hair ends: a nose has none
    blend: float = 0.03  # metres over which it melts into what it meets
    square: float = 1.0  # 1 is an oval, towards 0 a box
    cap: float = 1.0  # how far its ends bulge: 0 is cut flat
    ring: int = 20  # corners of a cross-section
    steps: int = 6  # facets between two points of the spine


@dataclass(frozen=True, slots=True)
class Skin:
    """Where on a tube each visible pixel lies: flat arrays of one length."""

    name: str
    along: Floats  # 0..1 from the first point of the spine to its last
    dorsal: Floats  # 1 on the side of ``up``, -1 opposite
    flank: Floats  # 1 on the body's right, -1 on its left
    place: Floats  # n x 3, in the body's space, as it is posed


Coat: TypeAlias = Callable[[Skin], Floats]


@dataclass(frozen=True, slots=True)
class Stance:
    """Where a body stands, and which way it faces."""

    right: float  # metres from the middle of the view
    distance: float  # metres from the camera
    heading: float  # degrees: 0 faces right, 90 the camera, 180 left, 270 away
    lift: float = 0.0  # metres above the ground


@dataclass(frozen=True, slots=True)
class Relief:
    """What the pixels of a window show of a body; the window may reach out of the frame."""

    left: int  # of the window, in pixels
    top: int
    cover: NDArray[np.bool_]  # h x w
    depth: Floats  # metres from the camera, huge where nothing is
    normal: Floats  # h x w x 3: right, up, towards the camera
    colour: Floats  # h x w x 3, albedo, linear 0..1
    flow: Floats  # h x w x 2: how the hair runs, shorter where it points at the camera
    hair: Floats  # h x w, its length as a share


@dataclass(frozen=True, slots=True)
class _Facets:
    """The facets of a tube that face the camera, far ones first."""

    corners: Floats  # n x 4 x 2, pixels
    middle: Floats  # n x 10: depth, normal, along, dorsal, flank, place
    across: Floats  # n x 10, how these change along the spine
    around: Floats  # n x 10, and around it
    run: Floats  # n, length along the spine, metres


def world(points: Floats, stance: Stance) -> Floats:
    """Turn points of a body's space into the camera's: right, up, away, metres."""
    place = np.array([stance.right, stance.lift, stance.distance], np.float32)
    return directions(points, stance.heading) + place


def directions(vectors: Floats, heading: float) -> Floats:
    """Turn directions of a body's space into the camera's."""
    angle = np.deg2rad(heading)
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    forward, left, up = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    return np.stack([forward * cosine + left * sine, up, left * cosine - forward * sine], -1)


def outlines(tubes: Sequence[Tube], turned: Callable[[Floats], Floats]) -> Floats:
    """Return all facets of tubes, n x 4 x 2, as ``turned`` puts their points into the frame."""
    meshes = (turned(_mesh(tube)[0]) for tube in tubes)
    return np.concatenate([np.stack(_quads(mesh), axis=1) for mesh in meshes])


def shadow(
    tubes: Sequence[Tube], stance: Stance, view: View, sun_at: Vector, *, tallest: float = 9.0
) -> Image.Image:
    """Return the shadow that tubes throw on the ground, as a mask of the frame's size.

    ``sun_at`` points at the sun: right, up, towards the camera. What is higher above the ground
    than ``tallest`` metres throws none, and a low sun is taken for a higher one: its shadows
    would leave the frame.
    """
    right, up, towards = sun_at
    steep = max(up, 0.3 * float(np.hypot(right, towards)))

    def fallen(points: Floats) -> Floats:
        seen = world(points, stance)
        high = np.clip(seen[..., 1], 0, tallest)
        x = seen[..., 0] - high * right / steep
        away = np.maximum(seen[..., 2] + high * towards / steep, view.near)
        return view.project(np.stack([x, 0 * x, away], axis=-1))

    half = view.size[0] // 2, view.size[1] // 2  # a shadow is soft: half the pixels do
    mask = Image.new("L", half, 0)
    brush = ImageDraw.Draw(mask)
    for outline in (outlines(tubes, fallen).reshape(-1, 8) / 2).tolist():
        brush.polygon(outline, fill=255)
    radius = max(1.0, 0.01 * view.metre(stance.distance))
    soft = mask.filter(ImageFilter.GaussianBlur(min(radius, 6.0)))
    return soft.resize(view.size, Image.Resampling.BILINEAR)


def relief(tubes: Sequence[Tube], coat: Coat, stance: Stance, view: View) -> Relief | None:
    """Return what a body shows to the camera, or None if it is out of view."""
    cut = [(tube, _cut(tube, stance, view)) for tube in tubes]
    cut = [(tube, one) for tube, one in cut if len(one.corners)]
    if not cut:
        return None
    corners = np.concatenate([one.corners.reshape(-1, 2) for _, one in cut])
    margin = 6 + 0.06 * float(np.ptp(corners, axis=0).max())
    frame = np.array(view.size, np.float32)
    low = np.floor(np.maximum(corners.min(0) - margin, -_BEYOND * frame)).astype(int)
    high = np.ceil(np.minimum(corners.max(0) + margin, (1 + _BEYOND) * frame)).astype(int)
    if (high - low < 4).any():
        return None
    height, width = int(high[1] - low[1]), int(high[0] - low[0])
    shape = height, width
    result = Relief(
        left=int(low[0]),
        top=int(low[1]),
        cover=np.zeros(shape, np.bool_),
        depth=np.full(shape, 1e6, np.float32),
        normal=np.zeros((*shape, 3), np.float32),
        colour=np.zeros((*shape, 3), np.float32),
        flow=np.zeros((*shape, 2), np.float32),
        hair=np.zeros(shape, np.float32),
    )
    for tube, one in cut:
        _add(result, tube, one, coat, view.focal)
    return result


def _cut(tube: Tube, stance: Stance, view: View) -> _Facets:
    """Cut a tube into facets and keep those that face the camera."""
    points, normals, along, angles = _mesh(tube)
    seen = world(points, stance)
    turned = directions(normals, stance.heading) * np.array([1, 1, -1], np.float32)
    shape = (along.size, angles.size, 1)
    attributes = np.concatenate(
        [
            seen[..., 2:],
            turned,
            np.broadcast_to(along[:, None, None], shape),
            np.broadcast_to(np.cos(angles)[None, :, None], shape),
            np.broadcast_to(np.sin(angles)[None, :, None], shape),
            points,
        ],
        axis=-1,
    )
    first, second, third, fourth = _quads(attributes)
    middle = (first + second + third + fourth) / 4
    across = (second + third - first - fourth) / 2
    centre = np.stack(_quads(seen)).mean(0)
    eye = np.array([0.0, view.height, 0.0], np.float32) - centre
    eye[:, 2] *= -1
    facing = (middle[:, 1:4] * eye).sum(1) > -0.03 * np.abs(eye[:, 2])
    order = np.flatnonzero(facing & (centre[:, 2] > view.near))
    order = order[np.argsort(-middle[order, 0], kind="stable")]
    return _Facets(
        np.stack(_quads(view.project(seen)), axis=1)[order],
        middle[order],
        across[order],
        ((third + fourth - first - second) / 2)[order],
        np.linalg.norm(across[order, 7:10], axis=1),
    )


def _quads(mesh: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the four corners of every facet of a mesh, each n x k."""
    size = mesh.shape[-1]
    return (
        mesh[:-1, :-1].reshape(-1, size),
        mesh[1:, :-1].reshape(-1, size),
        mesh[1:, 1:].reshape(-1, size),
        mesh[:-1, 1:].reshape(-1, size),
    )


def _mesh(tube: Tube) -> tuple[Floats, Floats, Floats, Floats]:
    """Return corners (rows x ring x 3), their normals, places along the spine, angles around."""
    control = np.concatenate([tube.spine, tube.rise[:, None], tube.side[:, None]], axis=1)
    curve = _capped(smooth(control, tube.steps), tube.cap)
    spine, rise, side = curve[:, :3], np.abs(curve[:, 3]), np.abs(curve[:, 4])
    tangent = _unit(np.gradient(spine, axis=0))
    wanted = np.asarray(tube.up, np.float32)
    up = _unit(wanted - tangent * (tangent @ wanted)[:, None])
    angles = np.linspace(0, 2 * np.pi, tube.ring + 1, dtype=np.float32)
    cosine, sine = np.cos(angles), np.sin(angles)
    if tube.square < 1:
        cosine = np.sign(cosine) * np.abs(cosine) ** tube.square
        sine = np.sign(sine) * np.abs(sine) ** tube.square
    out = up[:, None] * (rise[:, None] * cosine)[..., None]
    out = out + np.cross(tangent, up)[:, None] * (side[:, None] * sine)[..., None]
    points = spine[:, None] + out
    wrapped = np.concatenate([points[:, -2:-1], points, points[:, 1:2]], axis=1)
    normals = np.cross(wrapped[:, 2:] - wrapped[:, :-2], np.gradient(points, axis=0))
    # The tip of a cap has no girth, and so no normal of its own: it looks along the spine.
    ends = np.where(np.arange(len(spine)) < len(spine) / 2, -1, 1)[:, None, None]
    size = np.linalg.norm(normals, axis=2, keepdims=True)
    normals = np.where(size > 1e-10, normals / (size + 1e-12), ends * tangent[:, None])
    normals = np.where((normals * out).sum(2, keepdims=True) < 0, -normals, normals)
    count = len(curve) - 4  # the caps lie outside of what is told along the spine
    along = np.clip((np.arange(len(curve)) - 2) / (count - 1), 0, 1).astype(np.float32)
    return points.astype(np.float32), normals.astype(np.float32), along, angles


def _capped(curve: Floats, bulge: float) -> Floats:
    """Round off both ends of a curve of places and radii."""
    ends = []
    for end, inner in ((curve[0], curve[1]), (curve[-1], curve[-2])):
        ahead = end[:3] - inner[:3]
        ahead = ahead / (np.linalg.norm(ahead) + 1e-9) * min(float(end[3]), float(end[4])) * bulge
        ends.append(np.concatenate([end[:3] + 0.45 * ahead, end[3:] * (1 - 0.2 * bulge)]))
        ends.append(np.concatenate([end[:3] + 0.62 * ahead, end[3:] * 0.0]))
    start = np.stack([ends[1], ends[0]])
    return np.concatenate([start, curve, np.stack(ends[2:])]).astype(np.float32)


def _unit(vectors: Floats) -> Floats:
    result: Floats = vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)
    return result


def _add(result: Relief, tube: Tube, cut: _Facets, coat: Coat, focal: float) -> None:
    """Paint a tube into a relief, in front of, behind or into what is there."""
    height, width = result.cover.shape
    corners = cut.corners - np.array([result.left, result.top], np.float32)
    low = np.maximum(np.floor(corners.min((0, 1))).astype(int) - 1, 0)
    high = np.minimum(np.ceil(corners.max((0, 1))).astype(int) + 2, [width, height])
    if (high - low < 1).any():
        return
    corners = corners - low
    numbers = Image.new("I", (int(high[0] - low[0]), int(high[1] - low[1])), 0)
    brush = ImageDraw.Draw(numbers)
    for number, outline in enumerate(corners.reshape(-1, 8).tolist(), 1):
        brush.polygon(outline, fill=number)
    grid = np.asarray(numbers)
    rows, columns = np.nonzero(grid)
    if not rows.size:
        return
    values, flow = _read(cut, corners, grid[rows, columns] - 1, (rows, columns), focal)
    skin = Skin(tube.name, values[:, 4], values[:, 5], values[:, 6], values[:, 7:10])
    at = (rows + low[1]) * width + columns + low[0]
    depth = values[:, 0]
    behind = result.depth.reshape(-1)[at]
    before = np.clip(0.5 + (behind - depth) / (2 * tube.blend + 1e-6), 0, 1)
    before = (before * before * (3 - 2 * before)).astype(np.float32)
    for plane, new in (
        (result.normal, values[:, 1:4]),
        (result.colour, coat(skin)),
        (result.flow, flow * tube.lay),
        (result.hair[..., None], (tube.hair * (skin.along < tube.bald))[:, None]),
    ):
        flat = plane.reshape(-1, plane.shape[-1])
        old = flat[at]
        flat[at] = old + (new - old) * before[:, None]
    result.depth.reshape(-1)[at] = np.minimum(behind, depth)
    result.cover.reshape(-1)[at] = True


def _read(
    cut: _Facets, corners: Floats, facet: Whole, pixels: tuple[Whole, Whole], focal: float
) -> tuple[Floats, Floats]:
    """Return the attributes of pixels, each read within its facet, and how the spine runs there."""
    lengthwise = (corners[:, 1] + corners[:, 2] - corners[:, 0] - corners[:, 3]) / 2
    crosswise = (corners[:, 2] + corners[:, 3] - corners[:, 0] - corners[:, 1]) / 2
    size = lengthwise[:, 0] * crosswise[:, 1] - lengthwise[:, 1] * crosswise[:, 0]
    size = np.where(np.abs(size) < 1e-6, 1e-6, size)
    sides = np.stack([crosswise[:, 1], -crosswise[:, 0], -lengthwise[:, 1], lengthwise[:, 0]], 1)
    turn = (sides / size[:, None])[facet]
    centre = corners.mean(1)[facet]
    down = pixels[0] + np.float32(0.5) - centre[:, 1]
    right = pixels[1] + np.float32(0.5) - centre[:, 0]
    share = np.clip(turn[:, 0] * right + turn[:, 1] * down, -0.5, 0.5)[:, None]
    other = np.clip(turn[:, 2] * right + turn[:, 3] * down, -0.5, 0.5)[:, None]
    values = cut.middle[facet] + share * cut.across[facet] + other * cut.around[facet]
    # Hair that points at the camera looks short.
    whole = cut.run * focal / cut.middle[:, 0] + 1e-3
    flow = lengthwise / np.maximum(whole, np.linalg.norm(lengthwise, axis=1))[:, None]
    return values.astype(np.float32), flow[facet].astype(np.float32)
