"""The camera as a pinhole above flat ground: where things at a distance are in the frame."""

from dataclasses import dataclass, replace

import numpy as np

from herocat.drawing.curves import Floats

FOCAL = 1.07  # focal length as a share of the frame's width


@dataclass(frozen=True, slots=True)
class View:
    """A camera on its post, looking level."""

    size: tuple[int, int]  # width and height of the frame, pixels
    horizon: float  # share of the frame's height above the horizon
    height: float  # of the lens above the ground, metres
    reach: float = FOCAL
    near: float = 0.45  # what is nearer is not seen, metres

    @property
    def focal(self) -> float:
        """Focal length in pixels."""
        return self.reach * self.size[0]

    @property
    def level(self) -> float:
        """The row of the horizon, in pixels from the top."""
        return self.horizon * self.size[1]

    def scaled(self, factor: float) -> "View":
        """Return the same view with more or fewer pixels."""
        width, height = self.size
        return replace(self, size=(round(width * factor), round(height * factor)))

    def project(self, points: Floats) -> Floats:
        """Return pixels (... x 2) of points in the camera's space: right, up, away, metres."""
        away = np.maximum(points[..., 2], self.near)
        across = self.size[0] / 2 + self.focal * points[..., 0] / away
        down = self.level - self.focal * (points[..., 1] - self.height) / away
        return np.stack([across, down], axis=-1).astype(np.float32)

    def row(self, distance: float) -> float:
        """Return the row where the ground at a distance is, in pixels from the top."""
        return self.level + self.focal * self.height / distance

    def metre(self, distance: float) -> float:
        """Return how many pixels a metre takes at a distance."""
        return self.focal / distance
