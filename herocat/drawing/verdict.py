"""What an eye would say of a frame, and what a detector would: from what was ordered."""

import numpy as np

from herocat.drawing.actors import Actor
from herocat.drawing.camera import STRIP
from herocat.drawing.cast import CAST
from herocat.drawing.light import Light
from herocat.drawing.places import Place
from herocat.drawing.takes import Take
from herocat.drawing.view import FOCAL
from herocat.records import Box

_POSES = {
    "looking at the camera": 1.0,
    "walking, looking": 1.0,
    "wings open": 1.0,
    "landing": 1.0,
    "flying": 0.95,
    "leaping": 0.95,
    "trunk raised": 1.0,
    "ears spread": 1.0,
    "head up": 0.9,
    "looking back": 0.85,
    "walking": 0.72,
    "hunting": 0.75,
    "running": 0.7,
    "stepping": 0.68,
    "standing": 0.66,
    "perched": 0.7,
    "striking": 0.5,
    "nose to the ground": 0.42,
    "head down": 0.40,
}


def quality(take: Take, place: Place, light: Light) -> float:
    """Return how good a frame is, 0..1: 0 without an animal, about 0.9 for a hero."""
    animals = [actor for actor in take.actors if CAST[actor.who].category == "animal"]
    if not animals:
        return 0.0
    best = max(_worth(actor, place, light) for actor in animals)
    company = 0.03 * (len(animals) - 1)
    worth = best * steadiness(take.shake) * (1 - take.hidden) ** 1.3 * (1 + take.gift + company)
    result: float = round(min(1.0, worth), 3)
    return result


def _worth(actor: Actor, place: Place, light: Light) -> float:
    whole, sharp = wholeness(actor, place), sharpness(actor)
    size = min(1.0, extent(actor) / 0.30)
    if extent(actor) > 0.75:
        size *= 0.5
    from_behind = np.sin(np.deg2rad(actor.heading)) < -0.45 and actor.pose != "looking back"
    pose = _POSES.get(actor.pose, 0.6) * (0.45 if from_behind else 1.0)
    shown = (0.30 + 0.70 * pose) * (0.40 + 0.60 * size) * (0.25 + 0.75 * light.quality)
    result: float = 0.86 * shown * whole**1.5 * sharp
    return result


def extent(actor: Actor) -> float:
    """Return how large an actor looks: the side of a square of its area, by the frame's width."""
    player = CAST[actor.who]
    turn = abs(np.cos(np.deg2rad(actor.heading)))
    across = player.long * (0.35 + 0.65 * turn)
    return float(FOCAL / actor.distance * np.sqrt(0.8 * across * player.tall))


def span(actor: Actor, place: Place) -> Box:
    """Return the box that an actor takes up in the frame, reckoned from its size."""
    left, top, right, bottom = _edges(actor, place)
    left, right = max(0.0, left), min(1.0, right)
    top, bottom = max(0.0, top), min(1 - STRIP, bottom)
    return Box(*(round(value, 4) for value in (left, top, right - left, bottom - top)))


def wholeness(actor: Actor, place: Place) -> float:
    """Return the share of an actor that is inside the frame, 0..1, taken as a box."""
    left, top, right, bottom = _edges(actor, place)
    across = min(1.0, right) - max(0.0, left)
    down = min(1 - STRIP, bottom) - max(0.0, top)
    share = max(0.0, across) * max(0.0, down) / ((right - left) * (bottom - top))
    return float(np.clip(share, 0, 1))


def _edges(actor: Actor, place: Place) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of an actor as shares of the frame, cut nowhere."""
    player = CAST[actor.who]
    turn = abs(float(np.cos(np.deg2rad(actor.heading))))
    half = player.long * (0.35 + 0.65 * turn) / 2
    across, down = FOCAL / actor.distance, FOCAL / 0.75 / actor.distance
    middle = 0.5 + across * actor.right
    foot = place.horizon + down * (place.height - actor.lift)
    return middle - across * half, foot - down * player.tall, middle + across * half, foot


def sharpness(actor: Actor) -> float:
    """Return how sharp an actor is, 1 crisp to 0."""
    smear = float(np.hypot(*actor.motion))
    return float(1 / (1 + (actor.defocus / 0.0022) ** 2 + (smear / 0.007) ** 2) ** 0.75)


def steadiness(shake: float) -> float:
    """Return how sharp a frame is whose camera shook, 1 crisp to 0."""
    return float(1 / (1 + (shake / 0.0022) ** 2) ** 0.75)


def confidence(actor: Actor, visible: float, hidden: float, light: Light) -> float:
    """Return how sure a detector would be, 0..1; ``visible`` is the share of it in the frame."""
    size = 1 - 0.75 * np.exp(-extent(actor) / 0.045)
    blur = 0.62 + 0.38 * sharpness(actor)
    whole = 0.45 + 0.55 * min(1.0, 1.3 * visible)
    burnt = 0.72 if light.quality < 0.5 else 1.0
    night = 0.97 if light.infrared else 1.0
    return float(0.97 * size * blur * whole * (1 - 0.62 * hidden) * burnt * night)
