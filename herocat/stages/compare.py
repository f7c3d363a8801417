"""How label runs agree, each with each, on the photos that both have scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from herocat.agreement import Agreement, agreement
from herocat.catalog import Catalog
from herocat.errors import ChoiceError


@dataclass(frozen=True, slots=True)
class Run:
    """A label run and what its scores look like; ``histogram`` counts 0-1, 1-2, ... 9-10."""

    name: str
    rater: str
    model: str
    scored: int
    failed: int
    mean: float
    lowest: float
    highest: float
    histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs; ``agreement`` is None if no photo was scored by both."""

    first: str
    second: str
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The runs that were asked for, and every pair of them."""

    runs: tuple[Run, ...]
    pairs: tuple[Pair, ...]


def compare(catalog: Catalog, names: Sequence[str] = ()) -> Compared:
    """Compare the runs that are named, or all; raises ChoiceError for a name that is no run."""
    rows = {row["name"]: row for row in catalog.rows("compare.runs")}
    for name in names:
        if name not in rows:
            known = f"; there are: {', '.join(rows)}" if rows else ""
            raise ChoiceError(f"there is no label run {name!r} with scores{known}")
    wanted = [rows[name] for name in (names or rows)]
    runs = tuple(
        Run(
            name=row["name"],
            rater=row["rater"],
            model=row["model"],
            scored=row["scored"],
            failed=row["failed"],
            mean=row["mean"],
            lowest=row["lowest"],
            highest=row["highest"],
            histogram=histogram(catalog, row["id"]),
        )
        for row in wanted
    )
    pairs = tuple(
        Pair(one["name"], other["name"], _agreement(catalog, one["id"], other["id"]))
        for one, other in combinations(wanted, 2)
    )
    return Compared(runs, pairs)


def histogram(catalog: Catalog, run: int) -> tuple[int, ...]:
    """Return how many scores of a run fall into 0-1, 1-2, ... 9-10."""
    bins = {row["bin"]: row["photos"] for row in catalog.rows("compare.histogram", run=run)}
    return tuple(bins.get(number, 0) for number in range(10))


def _agreement(catalog: Catalog, first: int, second: int) -> Agreement | None:
    pairs = [tuple(row) for row in catalog.rows("compare.pairs", first=first, second=second)]
    if not pairs:
        return None
    one, other = zip(*pairs, strict=True)
    return agreement(one, other)
