"""Label runs side by side: which photos several have rated, and how far apart they are."""

from collections.abc import Iterator, Sequence

from herocat.exports.cards import off
from herocat.exports.rated import Rated
from herocat.pages import Chip


class Sides:
    """The places of each photo in each run's order, so that its labels are found again."""

    def __init__(self, runs: Sequence[Rated]) -> None:
        self._runs = runs
        self._places = [{image: number for number, image in enumerate(one.images)} for one in runs]

    def labels(self, image: int) -> Iterator[tuple[Rated, int | None]]:
        """Yield each run with the place of its label of a photo; None: it has none."""
        for one, places in zip(self._runs, self._places, strict=True):
            yield one, places.get(image)

    def scores(self, image: int) -> list[float | None]:
        """Return the score that each run gives a photo."""
        return [
            None if number is None or one.scores[number] < 0 else one.scores[number]
            for one, number in self.labels(image)
        ]

    def spread(self, image: int) -> float | None:
        """Return how far the lowest and the highest score of a photo are apart; None: only one."""
        scores = [score for score in self.scores(image) if score is not None]
        return max(scores) - min(scores) if len(scores) > 1 else None

    def by_spread(self) -> list[int]:
        """Return all photos, those first that the runs differ on most."""
        images = dict.fromkeys(image for one in self._runs for image in (*one.images, *one.absent))
        return sorted(images, key=lambda image: (-(self.spread(image) or -1.0), image))

    def disputed(self) -> list[int]:
        """Return the photos that the runs differ on by more than a little, the worst first."""
        return [image for image in self.by_spread() if off(self.spread(image))]

    def others(self, mine: Rated, image: int, score: float | None) -> list[Chip]:
        """Return what the other runs say of a photo that one has given a score."""
        return [
            Chip(
                one.run.name,
                given,
                off(None if score is None or given is None else given - score),
            )
            for one, given in zip(self._runs, self.scores(image), strict=True)
            if one is not mine and given is not None
        ]
