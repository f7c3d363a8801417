"""The one decision whether a photo may leave the catalog; every way out asks here.

It fails closed: a photo with a person or vehicle in it or in its burst stays, and so does one
that no detector has looked at. The reasons are a view (``vetoes``), never older than what is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from herocat.catalog import Catalog


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
    for image in images:
        row = catalog.one("gate.reason", image=image)
        if row is not None:
            found[image] = Veto(*row)
    return found
