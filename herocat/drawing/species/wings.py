"""Wings, open feather by feather, and the thin round parts that birds are made of."""

from dataclasses import dataclass

import numpy as np

from herocat.drawing.anatomy import vector
from herocat.drawing.curves import Floats, smooth, spread_evenly
from herocat.drawing.sculpture import Tube, Vector

# Name, length as a share of the longest, number, metres above the wing: short ones lie on top.
_ROWS = (("quill", 1.0, 19, 0.0), ("covert", 0.55, 15, 0.006), ("lesser", 0.30, 13, 0.012))


@dataclass(frozen=True, slots=True)
class Wing:
    """An open wing, for the left side: x forward, y out, z up, metres."""

    arm: tuple[Vector, ...]  # shoulder, elbow, wrist, tip of the hand
    inner: Vector  # where the feathers at the body point
    outer: Vector  # where the feathers at the hand point
    lengths: tuple[float, ...]  # of feathers, from the body out
    width: float  # of a feather
    thick: float  # radius of the arm


def points(*rows: Vector) -> Floats:
    """Return points as an array, n x 3."""
    return np.array(rows, np.float32)


def rod(
    name: str, line: Floats, thick: tuple[float, ...], *, hair: float = 0.4, blend: float = 0.006
) -> Tube:
    """Return a thin round part: a leg, a neck, a bill."""
    radius = np.array(thick, np.float32)
    line = line.astype(np.float32)
    return Tube(name, line, radius, radius, (0.35, 0.0, 1.0), hair=hair, blend=blend, ring=12)


def spread(wing: Wing, side: float, shoulders: Floats) -> list[Tube]:
    """Spread a wing on a side (1 left, -1 right): its feathers, row upon row, and the arm."""
    mirror = np.array([1, side, 1], np.float32)
    arm = points(*wing.arm) * mirror + shoulders
    inner, outer = np.array(wing.inner) * mirror, np.array(wing.outer) * mirror
    normal = np.cross(arm[-1] - arm[0], inner + outer)
    normal = normal / np.linalg.norm(normal) * (1 if normal[2] > 0 else -1)
    line = smooth(arm, 8)
    tubes = list[Tube]()
    for name, share, count, raised in _ROWS:
        along = np.linspace(0, 1, count)
        lengths = np.interp(along, np.linspace(0, 1, len(wing.lengths)), wing.lengths)
        turns = (along**1.25)[:, None]
        ahead = inner * (1 - turns) + outer * turns
        ahead = ahead / np.linalg.norm(ahead, axis=1, keepdims=True) * lengths[:, None] * share
        roots = spread_evenly(line, count) + normal * raised
        width = wing.width * (0.85 if name == "quill" else 1.0)
        up = vector(normal)
        tubes += [_feather(name, roots[at], ahead[at], width, up) for at in range(count)]
    tubes.append(rod("arm", arm, tuple(wing.thick * share for share in (1.2, 1.0, 0.85, 0.4))))
    return tubes


def _feather(name: str, root: Floats, ahead: Floats, width: float, up: Vector) -> Tube:
    droop = np.array([0, 0, -0.05], np.float32) * np.linalg.norm(ahead)
    spine = np.stack([root, root + ahead * 0.5, root + ahead * 0.9 + droop, root + ahead + droop])
    wide = (np.array([0.45, 1.0, 0.85, 0.25]) * width).astype(np.float32)
    spine = spine.astype(np.float32)
    return Tube(name, spine, wide * 0.09, wide, up, hair=0.3, blend=0.002, ring=8, steps=4)
