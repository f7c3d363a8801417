"""Who is in a frame: where somebody stands, what they do, what goes wrong with them."""

from dataclasses import dataclass

import numpy as np

from herocat.drawing.anatomy import Body, mirrored
from herocat.drawing.cast import CAST, Player
from herocat.drawing.sculpture import Stance


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in a frame."""

    who: str  # a name of the cast
    pose: str
    right: float  # metres from the middle
    distance: float  # metres
    heading: float  # degrees: 0 faces right, 90 the camera, 180 left, 270 away
    lift: float = 0.0  # metres above the ground; below 0, wading
    defocus: float = 0.0  # radius of the blur as a share of the frame's width
    motion: tuple[float, float] = (0.0, 0.0)  # how far it moves while exposed: shares, right, down

    @property
    def player(self) -> Player:
        """What it is."""
        return CAST[self.who]

    @property
    def stance(self) -> Stance:
        """Where it is."""
        return Stance(self.right, self.distance, self.heading, self.lift)

    def body(self) -> Body:
        """Return its body; who faces left looks at the camera over the other shoulder."""
        body = self.player.make(self.pose)
        return mirrored(body) if np.cos(np.deg2rad(self.heading)) < 0 else body
