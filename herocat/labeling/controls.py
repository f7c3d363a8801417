"""What watches a rater: blank pictures, and anchors in rounds over a run, to see it drift."""

from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from importlib import resources
from pathlib import Path

from herocat.labeling import keeping
from herocat.labeling.rubric import Style
from herocat.labeling.unit import Unit
from herocat.pictures import blank, from_file
from herocat.ports import Picture

REPEATS = 20  # photos that are asked about twice
_BLANKS = {"black": 0, "grey": 96, "white": 250}
_ROUNDS = 3  # of anchors in a go: before the first photo, in the middle, after the last


class Controls:
    """The controls of one go at a run.

    The rounds are numbered on from those of earlier goes, so that all of a run can be held against
    its beginning.
    """

    def __init__(self, style: Style, run: int, before: int) -> None:
        self._style = style
        self._run = run
        self._number = before

    async def among(self, units: AsyncIterator[Unit], photos: int) -> AsyncIterator[Unit]:
        """Yield the units of so many photos, with a round of anchors first and one in the middle."""
        seen, last = 0, None
        async for unit in units:
            if unit.image != last:
                if seen in {0, photos // 2}:
                    for anchor in self._round():
                        yield anchor
                seen, last = seen + 1, unit.image
            yield unit

    async def after(self) -> AsyncIterator[Unit]:
        """Yield the last round of anchors, and the blank pictures."""
        for unit in self._round():
            yield unit
        for name, shade in _BLANKS.items():
            picture = blank(self._style.size, shade)
            yield keeping.control(
                self._style, self._run, "blank", name=name, picture=picture, number=self._number
            )

    def _round(self) -> Iterator[Unit]:
        self._number += 1
        for name, picture in self._anchors.items():
            yield keeping.control(
                self._style, self._run, "anchor", name=name, picture=picture, number=self._number
            )

    @cached_property
    def _anchors(self) -> dict[str, Picture]:
        return {path.stem: from_file(path, self._style.size) for path in anchors()}


def count(photos: int) -> int:
    """Return how many questions watching a rater adds to so many photos, at the most."""
    return min(photos, REPEATS) + _ROUNDS * len(anchors()) + len(_BLANKS) if photos else 0


def anchors() -> list[Path]:
    """Return the pictures that every rater is shown."""
    folder = Path(str(resources.files("herocat"))) / "data" / "anchors"
    return sorted(folder.glob("*.jpg"))
