"""The baseline rater: offline, free, deterministic; no model, only numbers read from the photo.

It is a floor to measure real raters against, and a first order to look through. It sees how large,
whole, sharp, well lit, set off, colourful and well placed an animal is; it does not see what it
does. docs/baseline.md gives the formula and says what it gets wrong.

A score is ten times the product of eight parts, each raised to the power of its weight: one bad
part (a cut-off head, a blurred body) cannot be made up for by seven good ones.
"""

import math
from collections.abc import Sequence

from herocat import pixels
from herocat.ports import Identity, RefusedError, Reply, Request, Subscore
from herocat.records import Box

VERSION = 2
FLOOR = 0.02  # of a part: a product with a zero in it would tell nothing else
NO_COLOUR = 0.5  # the colour of infrared and greyscale photos, neither good nor bad

WEIGHTS = {
    "size": 0.55,
    "whole": 0.45,
    "sharpness": 0.60,
    "light": 0.30,
    "separation": 0.10,
    "colour": 0.20,
    "composition": 0.05,
    "company": 0.15,
}
_LARGE = 0.12  # share of the frame from which an animal is large enough
# What an ordinary photo has of each part: praise is for what is above it, blame for what is bad.
_ORDINARY = {
    "size": 0.65,
    "whole": 0.98,
    "sharpness": 0.85,
    "light": 0.85,
    "separation": 0.60,
    "colour": 0.60,
    "composition": 0.80,
    "company": 0.75,
}
_PRAISE = {
    "size": "large in the frame",
    "whole": "whole",
    "sharpness": "sharp",
    "light": "well lit",
    "separation": "stands out from its background",
    "colour": "rich in colour",
    "composition": "well placed",
}
_BLAME = {
    "whole": "cut off at the edge",
    "sharpness": "blurred",
    "light": "badly lit",
    "separation": "hard to tell from its background",
    "colour": "dull in colour",
    "composition": "badly placed",
}
_BAD = 0.55


class Baseline:
    """Rates from measurements and boxes alone."""

    @property
    def identity(self) -> Identity:
        """Return what its scores depend on: this formula and the code that measured."""
        params = {"formula": VERSION, "measurement": pixels.VERSION}
        return Identity("baseline", "baseline", f"baseline-{VERSION}", params)

    def label(self, request: Request) -> Reply:
        """Rate one photo from what was measured; one without an animal is worth nothing."""
        if not request.animals or request.measurement.subject is None:
            return Reply(0.0, "No animal was detected.")
        subscores = tuple(
            Subscore(name, round(value, 4), WEIGHTS[name], note)
            for name, value, note in _parts(request)
        )
        sentence = _sentence(subscores, request)
        return Reply(round(score(subscores), 2), sentence, subscores)


def score(subscores: Sequence[Subscore]) -> float:
    """Return ten times the product of the parts, each to the power of its weight; 0..10."""
    logs = (math.log(max(FLOOR, part.value)) * (part.weight or 0.0) for part in subscores)
    return 10 * math.exp(math.fsum(logs))


def _parts(request: Request) -> list[tuple[str, float, str]]:
    """Return each part with its value, 0..1, and what it was read from."""
    measured = request.measurement
    box = pixels.within_content(request.animals[0], measured)
    subject = measured.subject
    if subject is None:
        raise RefusedError("no subject was measured")
    count = len(request.animals)
    kind = "infrared or greyscale" if measured.monochrome else "colour"
    lit = (
        f"brightness {subject.brightness:.0%}, contrast {subject.contrast:.0%}, "
        f"{subject.clipped:.0%} clipped"
    )
    focus = subject.sharpness / max(subject.background_sharpness, 1e-3)
    return [
        ("size", size(box.area), f"{box.area:.1%} of the frame"),
        ("whole", whole(box), f"{_nearest_edge(box):.1%} from the nearest edge"),
        (
            "sharpness",
            sharpness(subject, monochrome=measured.monochrome),
            f"edges {subject.sharpness:.2f}, {focus:.1f} times the background's",
        ),
        ("light", light(subject, monochrome=measured.monochrome), lit),
        ("separation", separation(subject.separation), f"{subject.separation:.0%} from around it"),
        ("colour", colour(measured), f"{kind}, colourfulness {measured.colourfulness:.2f}"),
        (
            "composition",
            composition(box),
            f"centre at {_centre(box)[0]:.0%}, {_centre(box)[1]:.0%}",
        ),
        ("company", company(count), f"{count} animal{'s' if count > 1 else ''}"),
    ]


def size(area: float) -> float:
    """Rate the share of the frame that the animal covers: best from 12 % to 45 %."""
    if area <= _LARGE:
        return _ramp(math.log(max(area, 1e-6)), math.log(0.001), math.log(_LARGE))
    return 1.0 - 0.6 * _ramp(area, 0.45, 1.0)


def whole(box: Box) -> float:
    """Rate how whole the animal is in the frame: each edge that its box touches costs two thirds."""
    value = 1.0
    for gap in _gaps(box):
        value *= 0.33 if gap < 0.008 else 0.75 + 0.25 * _ramp(gap, 0.008, 0.04)
    return value


def sharpness(subject: pixels.Subject, *, monochrome: bool) -> float:
    """Rate the steepness of the animal's edges, and that it is not far less than the background's.

    In daylight 0.2 is sharp; an infrared photo, with its long exposure and its noise, is sharp from
    0.1 on. A subject less than 0.4 times as sharp as what is around it is out of focus.
    """
    scale = 0.075 if monochrome else 0.14
    absolute = 1.0 - math.exp(-((subject.sharpness / scale) ** 2))
    focus = subject.sharpness / max(subject.background_sharpness, 1e-3)
    return absolute * _ramp(focus, 0.0, 0.4)


def light(subject: pixels.Subject, *, monochrome: bool) -> float:
    """Rate exposure and contrast of the animal; infrared may be brighter, as its flash makes it."""
    high = 0.85 if monochrome else 0.72
    tone = min(_ramp(subject.brightness, 0.02, 0.22), 1.0 - _ramp(subject.brightness, high, 1.0))
    burnt = 1.0 - 0.7 * _ramp(subject.clipped, 0.02, 0.40)
    contrast = _ramp(subject.contrast, 0.05, 0.45)
    return (0.45 * max(0.25, tone) + 0.55 * contrast) * burnt


def separation(apart: float) -> float:
    """Rate how far the animal's brightness is from what is around it."""
    return 0.35 + 0.65 * _ramp(apart, 0.0, 0.20)


def colour(measured: pixels.Measurement) -> float:
    """Rate how colourful the animal is; without colour (infrared, greyscale) neither good nor bad."""
    if measured.monochrome:
        return NO_COLOUR
    return 0.4 + 0.6 * _ramp(measured.colourfulness, 0.05, 0.45)


def composition(box: Box) -> float:
    """Rate where the animal stands: best at the centre or on a line of thirds, worst in a corner."""
    across, down = _centre(box)
    sideways = min(abs(across - line) for line in (1 / 3, 1 / 2, 2 / 3))
    upright = min(abs(down - line) for line in (1 / 2, 3 / 5, 2 / 3))
    return 1.0 - 0.8 * _ramp(math.hypot(sideways, upright), 0.02, 0.40)


def company(animals: int) -> float:
    """Rate how many animals there are: several make a better picture."""
    return 0.75 if animals == 1 else 0.9 if animals == 2 else 1.0


def _ramp(value: float, low: float, high: float) -> float:
    """Return 0 up to ``low``, 1 from ``high`` on, a straight line between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _gaps(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, 1.0 - box.x - box.w, 1.0 - box.y - box.h


def _nearest_edge(box: Box) -> float:
    return max(0.0, min(_gaps(box)))


def _centre(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2


def _sentence(subscores: Sequence[Subscore], request: Request) -> str:
    """Say what raises a score above the ordinary, and what lowers it, the most telling first."""
    value = {part.name: part.value for part in subscores}
    over = {name: value[name] - _ORDINARY[name] for name in _PRAISE}
    good = [name for name in sorted(over, key=lambda name: -over[name]) if over[name] > 0]
    lost = {
        part.name: (part.weight or 0.0) * math.log(max(FLOOR, part.value)) for part in subscores
    }
    bad = [name for name in sorted(lost, key=lambda name: lost[name]) if value[name] < _BAD]
    count = len(request.animals)
    praise = [f"{count} animals"] if count > 1 else []
    praise += [_PRAISE[name] for name in good][: 3 - len(praise)]
    blame = [_blame(name, request) for name in bad if value[name] != NO_COLOUR][:2]
    return _joined(praise, blame)


def _blame(name: str, request: Request) -> str:
    if name == "size":
        return "small in the frame" if request.animals[0].area < _LARGE else "too close"
    return _BLAME[name]


def _joined(praise: Sequence[str], blame: Sequence[str]) -> str:
    parts = [", ".join(words) for words in (praise, blame) if words]
    text = "; but ".join(parts) or "ordinary in every part"
    return f"{text[0].upper()}{text[1:]}."
