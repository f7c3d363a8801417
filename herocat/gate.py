"""The one decision whether a photo may leave the catalog; every way out asks here.

It fails closed: a photo with a person or vehicle in it or in its burst stays, and so does one
that no detector has looked at. The reasons are a view (``vetoes``), never older than what is known.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from herocat.batches import batches
from herocat.catalog import Catalog

_ASKED = 5_000  # photos asked about at a time


@dataclass(frozen=True, slots=True)
class Veto:
    """Why a photo must stay: ``person``, ``vehicle`` or ``unchecked``, and which frame shows it."""

    image: int
    reason: str
    because_image: int
    confidence: float | None


def vetoes(catalog: Catalog, images: Iterable[int]) -> dict[int, Veto]:
    """Return those of some photos that must not leave, each with its weightiest reason."""
    found = dict[int, Veto]()
    for some in batches(images, _ASKED):
        for row in catalog.rows("gate.reasons", images=json.dumps(some)):
            found.setdefault(row["image_id"], Veto(*row))
    return found
