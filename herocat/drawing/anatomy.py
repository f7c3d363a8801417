"""How a four-legged animal is built, and how a pose makes its build a body of tubes.

Builds are written as an illustrator measures: side view, shoulder height 1, ground at 0, x from
the tail forward. Every joint is given for an animal that stands still; a pose turns its bones.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from herocat.drawing.curves import Floats
from herocat.drawing.sculpture import Tube, Vector

Row = tuple[float, float, float, float]
Turns = tuple[float, float, float, float]
STILL: Turns = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg from the hip or shoulder to the toes: joints, and its thickness at each of them."""

    joints: tuple[tuple[float, float], ...]  # x, z
    deep: tuple[float, ...]  # radius fore and aft
    wide: tuple[float, ...]  # radius across
    out: tuple[float, ...]  # distance from the middle of the body


@dataclass(frozen=True, slots=True)
class Ear:
    """An ear: where it grows on the head, where it points, how long and broad it is."""

    at: float  # share of the head's length
    up: float
    out: float
    length: float
    width: float
    lean: Vector  # forward, outward, up
    shape: tuple[float, ...] = (0.7, 1.0, 0.85, 0.5, 0.05)
    thick: float = 0.3
    facing: float = 0.55  # how far its opening looks outward


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head is and how it is turned; what grows on it is placed in its own space."""

    nape: Floats
    forward: Floats
    left: Floats
    up: Floats
    length: float

    def at(self, along: float, up: float, out: float) -> Floats:
        """Return a place: share of the head's length from the nape, then up and left of it."""
        result: Floats = (
            self.nape + self.forward * (along * self.length) + self.up * up + self.left * out
        )
        return result

    def to(self, forward: float, out: float, up: float) -> Floats:
        """Return a direction in the animal's space."""
        result: Floats = self.forward * forward + self.left * out + self.up * up
        return result


@dataclass(frozen=True, slots=True)
class Pose:
    """How a standing animal is changed: degrees, forward and up positive."""

    name: str = "standing"
    neck: float = 0.0
    head: float = 0.0
    look: float = 0.0  # head turned to the animal's left
    fore: tuple[Turns, Turns] = (STILL, STILL)  # right, left; shoulder first
    hind: tuple[Turns, Turns] = (STILL, STILL)
    pitch: float = 0.0  # of the trunk, front end up
    tail: float = 0.0
    arch: float = 0.0  # how far the middle of the back rises, as a share of shoulder height
    airborne: float = 0.0  # how far the lowest foot is off the ground, likewise
    ears: float = 0.0  # 1 laid back


Extras = Callable[[Head, Pose], list[Tube]]


def _nothing(head: Head, pose: Pose) -> list[Tube]:  # noqa: ARG001 - the signature of extras
    return []


@dataclass(frozen=True, slots=True)
class Build:
    """A four-legged animal that stands still, seen from the side."""

    shoulder: float  # metres
    torso: tuple[Row, ...]  # x, top, bottom, half width; rump first
    neck: tuple[float, float]  # where it leaves the torso
    neck_length: float
    neck_angle: float  # degrees above level
    neck_rise: Vector  # radius at the torso, half way, at the head
    neck_side: Vector
    head_length: float
    head_pitch: float  # degrees above level
    head: tuple[Row, ...]  # share of the length, above, below, half width; nape first
    fore: Leg
    hind: Leg
    tail: tuple[Vector, ...]  # x, z, radius
    ears: tuple[Ear, ...]
    eye: tuple[float, float, float, float]  # share of the head's length, up, out, radius
    extras: Extras = _nothing  # antlers, tusks, trunks
    tail_hair: float = 1.2
    head_hair: float = 0.4
    leg_hair: float = 0.5
    neck_hair: float = 1.1


@dataclass(frozen=True, slots=True)
class Eye:
    """An eye, in the animal's space, metres."""

    place: Vector
    outward: Vector
    radius: float


@dataclass(frozen=True, slots=True)
class Body:
    """A posed body: its parts and eyes, in metres."""

    tubes: tuple[Tube, ...]
    eyes: tuple[Eye, ...]
    feet: Floats  # n x 3
    size: float  # metres; lengths of hair and softness of shadows go by it


def mirrored(body: Body) -> Body:
    """Return a body with left and right exchanged: it then looks back over its other shoulder."""
    flip = np.array([1, -1, 1], np.float32)
    tubes = tuple(
        replace(tube, spine=tube.spine * flip, up=(tube.up[0], -tube.up[1], tube.up[2]))
        for tube in body.tubes
    )
    eyes = tuple(
        replace(
            eye,
            place=vector(np.array(eye.place) * flip),
            outward=vector(np.array(eye.outward) * flip),
        )
        for eye in body.eyes
    )
    return replace(body, tubes=tubes, eyes=eyes, feet=body.feet * flip)


def posed(build: Build, pose: Pose) -> Body:
    """Return a body in a pose, its lowest foot on the ground unless the pose is airborne."""
    torso, pivot = _torso(build, pose)
    neck, nape = _neck(build, pose, pivot)
    head = _head(build, pose, nape)
    legs = [
        _leg((name, build.leg_hair), leg, turn, side, (pivot, pose))
        for name, leg, turns in (("fore", build.fore, pose.fore), ("hind", build.hind, pose.hind))
        for side, turn in zip((-1.0, 1.0), turns, strict=True)
    ]
    ears = [tube for ear in build.ears for tube in _ear(ear, head, pose.ears)]
    skull = _skull(build, head)
    tubes = [torso, neck, skull, *ears, *build.extras(head, pose), *legs, _tail(build, pose, pivot)]
    feet = np.array([leg.spine[-1] for leg in legs], np.float32)
    lift = pose.airborne - float(feet[:, 2].min()) if pose.airborne else 0.0
    shift = np.array([0, 0, lift], np.float32)
    return Body(
        tuple(_placed(tube, shift, build.shoulder) for tube in tubes),
        tuple(_eye(build, head, shift, side) for side in (-1.0, 1.0)),
        (feet + shift) * build.shoulder,
        build.shoulder,
    )


def vector(values: Floats) -> Vector:
    """Return three numbers of an array as plain ones."""
    return float(values[0]), float(values[1]), float(values[2])


def turned(points: Floats, pivot: Floats, degrees: float) -> Floats:
    """Turn points (n x 3) in the side view around a pivot, front up."""
    if not degrees:
        return points
    angle = np.deg2rad(degrees)
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    moved = points - pivot
    x = moved[:, 0] * cosine - moved[:, 2] * sine
    z = moved[:, 0] * sine + moved[:, 2] * cosine
    return (np.stack([x, moved[:, 1], z], axis=1) + pivot).astype(np.float32)


def _placed(tube: Tube, shift: Floats, scale: float) -> Tube:
    """Return a tube in metres."""
    return replace(
        tube,
        spine=((tube.spine + shift) * scale).astype(np.float32),
        rise=(tube.rise * scale).astype(np.float32),
        side=(tube.side * scale).astype(np.float32),
        blend=tube.blend * scale,
    )


def _torso(build: Build, pose: Pose) -> tuple[Tube, Floats]:
    """Return the trunk, and the place around which it tilts: between the hips."""
    rows = np.asarray(build.torso, np.float32)
    spine = np.stack([rows[:, 0], 0 * rows[:, 0], (rows[:, 1] + rows[:, 2]) / 2], axis=1)
    share = (rows[:, 0] - rows[0, 0]) / (rows[-1, 0] - rows[0, 0])
    spine[:, 2] += pose.arch * np.sin(np.pi * share)
    joint = build.hind.joints[0]
    pivot = np.array([joint[0], 0, joint[1]], np.float32)
    spine = turned(spine, pivot, pose.pitch)
    rise = (rows[:, 1] - rows[:, 2]) / 2
    return Tube("torso", spine, rise, rows[:, 3], lay=-1, blend=0.05, ring=28), pivot


def _neck(build: Build, pose: Pose, pivot: Floats) -> tuple[Tube, Floats]:
    """Return the neck, and where the head begins."""
    # A lowered head takes the foot of the neck along, or the withers would stand up as a hump.
    lowered = min(1.0, max(0.0, -pose.neck / 70))
    place = np.array([[build.neck[0] + 0.05 * lowered, 0, build.neck[1] - 0.11 * lowered]])
    base = turned(place.astype(np.float32), pivot, pose.pitch)[0]
    angle = float(np.deg2rad(build.neck_angle + pose.neck + 0.4 * pose.pitch))
    turn = float(np.deg2rad(pose.look * 0.35))
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    ahead = np.array([cosine * np.cos(turn), cosine * np.sin(turn), sine], np.float32)
    length = build.neck_length
    # It leaves the trunk nearly level and bends on its way: a neck is no stick.
    level = np.array([1.0, 0, 0.15], np.float32)
    inside = base - np.array([0.6, 0, 0.10], np.float32) * min(0.5, max(length, 0.3))
    inside[2] += 0.15 * lowered
    half = base + (ahead * 0.78 + level * 0.22) * length * 0.5
    top = base + (ahead * 0.93 + level * 0.07) * length
    spine = np.stack([inside, base, half, top, top + ahead * 0.10])
    rise, side = build.neck_rise, build.neck_side
    tube = Tube(
        "neck",
        spine.astype(np.float32),
        np.array([rise[0] * 0.8, rise[0], rise[1], rise[2], rise[2] * 0.7], np.float32),
        np.array([side[0] * 0.7, side[0], side[1], side[2], side[2] * 0.7], np.float32),
        up=(-0.9 * sine, 0.0, max(0.3, cosine)),
        lay=-1,
        hair=build.neck_hair,
        blend=0.07,
    )
    return tube, top.astype(np.float32)


def _head(build: Build, pose: Pose, nape: Floats) -> Head:
    pitch = float(np.deg2rad(build.head_pitch + pose.head))
    turn = float(np.deg2rad(pose.look))
    forward = np.array(
        [np.cos(pitch) * np.cos(turn), np.cos(pitch) * np.sin(turn), np.sin(pitch)], np.float32
    )
    left = np.array([-np.sin(turn), np.cos(turn), 0], np.float32)
    return Head(nape, forward, left, np.cross(forward, left).astype(np.float32), build.head_length)


def _skull(build: Build, head: Head) -> Tube:
    rows = np.asarray(build.head, np.float32)
    middle = (rows[:, 1:2] - rows[:, 2:3]) / 2
    spine = head.nape + head.forward * (rows[:, :1] * build.head_length) + head.up * middle
    rise = (rows[:, 1] + rows[:, 2]) / 2
    return Tube(
        "head",
        spine.astype(np.float32),
        rise,
        rows[:, 3],
        vector(head.up),
        lay=-1,
        hair=build.head_hair,
        bald=0.9,
        blend=0.05,
    )


def _ear(ear: Ear, head: Head, back: float) -> list[Tube]:
    shape = np.asarray(ear.shape, np.float32) * ear.width
    steps = np.linspace(-0.14, 1, len(shape), dtype=np.float32)[:, None]
    forward, outward, up = ear.lean
    tubes = []
    for side in (-1.0, 1.0):
        lean = head.to(forward - 1.6 * back, outward * side, up * (1 - 0.6 * back))
        lean = lean / np.linalg.norm(lean)
        spine = head.at(ear.at, ear.up, ear.out * side) + lean * (steps * ear.length)
        facing = vector(head.to(1.0, ear.facing * side, 0.0))
        tubes.append(
            Tube("ear", spine, shape * ear.thick, shape, facing, hair=0.35, blend=0.015, ring=14)
        )
    return tubes


def _leg(
    about: tuple[str, float], leg: Leg, turns: Turns, side: float, trunk: tuple[Floats, Pose]
) -> Tube:
    """Return a leg; one that carries weight is stretched a little, to reach the ground."""
    pivot, pose = trunk
    rest = np.asarray(leg.joints, np.float32)
    out = side * np.asarray(leg.out, np.float32)
    joints = np.stack([rest[:, 0], out, rest[:, 1]], axis=1)
    chain = [turned(joints[:1], pivot, pose.pitch)[0]]
    origin = np.zeros(3, np.float32)
    for number, bone in enumerate(np.diff(joints, axis=0)):
        degrees = turns[min(number, 3)]
        chain.append(chain[-1] + turned(bone[None], origin, degrees)[0])
    spine = np.array(chain, np.float32)
    if not (pose.airborne or min(turns) < -40 or max(turns) > 55):
        top, foot = spine[0, 2], joints[-1, 2]
        spine[:, 2] = top + (spine[:, 2] - top) * (top - foot) / (top - spine[-1, 2])
    name, hair = about
    return Tube(
        name,
        spine,
        np.asarray(leg.deep, np.float32),
        np.asarray(leg.wide, np.float32),
        up=(1.0, 0.0, 0.15),
        hair=hair,
        blend=0.06,
    )


def _tail(build: Build, pose: Pose, pivot: Floats) -> Tube:
    rows = np.asarray(build.tail, np.float32)
    spine = np.stack([rows[:, 0], 0 * rows[:, 0], rows[:, 1]], axis=1)
    spine = turned(spine, pivot, pose.pitch)
    bends = max(1, len(spine) - 2)
    for joint in range(1, len(spine) - 1):
        spine[joint:] = turned(spine[joint:], spine[joint].copy(), -pose.tail / bends)
    return Tube("tail", spine, rows[:, 2], rows[:, 2], hair=build.tail_hair, blend=0.05, ring=16)


def _eye(build: Build, head: Head, shift: Floats, side: float) -> Eye:
    along, up, out, radius = build.eye
    place = (head.at(along, up, out * side) + shift) * build.shoulder
    outward = head.to(0.5, 0.85 * side, 0.15)
    return Eye(vector(place), vector(outward), radius * build.shoulder)
