"""What comparing side by side says: photos by strength, and how raters judge bursts; in words and drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from herocat import plots
from herocat.pages import Section, Table
from herocat.plots import Axis, Interval


@dataclass(frozen=True, slots=True)
class Preferred:
    """A photo's place by comparison: how strong beside the average one, in logits."""

    image: int
    place: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ByPairs:
    """What answers to "which of these two?" say; ``best`` are the first few."""

    run: str  # or "all runs"
    answers: int
    photos: int
    bias: float  # what being shown first is worth, in logits
    bias_error: float  # its standard error
    best: tuple[Preferred, ...]

    def words(self) -> Iterator[str]:
        """Yield the lines of the report."""
        yield f"{self.run}, {self._about()}"
        for one in self.best:
            yield (
                f"  {one.place:>2}. photo {one.image:<8} {one.value:+.2f}  "
                f"({one.low:+.2f} to {one.high:+.2f})"
            )

    def section(self, query: str) -> Section:
        """Return the part of the page."""
        rows = [
            (
                f"{one.place}",
                f"{one.image}",
                f"{one.value:+.2f}",
                f"{one.low:+.2f} to {one.high:+.2f}",
            )
            for one in self.best
        ]
        drawn = plots.intervals(
            [Interval(f"photo {one.image}", one.value, one.low, one.high) for one in self.best],
            title=f"The best by pairs, {self.run}",
            across=Axis("logits beside the average photo"),
        )
        table = Table(("", "photo", "strength", "95 % interval"), rows)
        return Section(f"By pairs: {self.run}", f"{self._about()}.", table, [drawn], query)

    def _about(self) -> str:
        return (
            f"{self.answers:,} pairs of {self.photos:,} photos: being shown first is worth "
            f"{self.bias:+.2f} (standard error {self.bias_error:.2f})"
        )


@dataclass(frozen=True, slots=True)
class InBursts:
    """How a run has judged frames of bursts, and how often people who judged them agree."""

    run: str
    bursts: int
    pairs: int  # of frames that were shown in both orders
    consistent: int  # that got the same answer both times
    beside_people: int  # that people have judged too, and that neither calls equal
    as_people: int  # of these, judged as people do
    usd: float | None

    def words(self) -> str:
        """Return the line of the report."""
        line = f"{self.run}, {self.pairs:,} pairs of frames of {self.bursts:,} bursts"
        if self.pairs:
            line += f": the same answer in both orders for {self.consistent / self.pairs:.0%}"
        if self.beside_people:
            line += f"; as people for {self.as_people:,} of {self.beside_people:,}"
        return line if self.usd is None else f"{line}; ${self.usd:,.4f}"


def bursts_section(found: Sequence[InBursts], query: str) -> Section:
    """Return the part of the page about bursts."""
    rows = [
        (
            one.run,
            f"{one.bursts:,}",
            f"{one.pairs:,}",
            f"{one.consistent / one.pairs:.0%}" if one.pairs else "",
            f"{one.as_people:,} of {one.beside_people:,}" if one.beside_people else "",
            "" if one.usd is None else f"{one.usd:,.4f}",
        )
        for one in found
    ]
    columns = ("run", "bursts", "pairs of frames", "same in both orders", "as people", "$")
    about = (
        "Frames of one burst were shown in both orders. By chance the answer is the same in half of "
        "them; from a rater that prefers a place, in none."
    )
    return Section("Side by side in bursts", about, Table(columns, rows), [], query)
