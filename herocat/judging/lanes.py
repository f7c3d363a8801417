"""Kinds of pictures, by what is known of a photo: an album wants some of each."""

from collections.abc import Mapping
from typing import Any

LANES = {
    "portrait": "one animal, large and whole",
    "group": "several animals",
    "behaviour": "models give its behaviour (pose, action, young) 6 points or more",
    "landscape": "a small animal in a large place",
    "strange": "raters disagree about it, and one likes it: strange and beautiful",
}
_LARGE, _SMALL = 0.10, 0.03  # shares of the frame
_WHOLE = 0.01  # from every edge
_APART = 3.0  # points
_LIKED = 6.0  # points: good


def lanes(photo: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the lanes of a photo, from its row of the album's pool; it may have none."""
    found = []
    if photo["w"] is not None:
        area = photo["w"] * photo["h"]
        edges = (photo["x"], photo["y"], 1 - photo["x"] - photo["w"], 1 - photo["y"] - photo["h"])
        if photo["animals"] == 1 and area >= _LARGE and min(edges) >= _WHOLE:
            found.append("portrait")
        if photo["animals"] == 1 and area < _SMALL:
            found.append("landscape")
        if photo["animals"] > 1:
            found.append("group")
    if (photo["behaviour"] or 0) >= _LIKED:
        found.append("behaviour")
    if (photo["spread"] or 0) >= _APART and photo["score"] >= _LIKED:
        found.append("strange")
    return tuple(found)
