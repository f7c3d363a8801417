"""The labels of a run as exporters see them: photos that the gate lets through, best first."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from herocat.catalog import Catalog
from herocat.gate import Veto, vetoes


@dataclass(frozen=True, slots=True)
class Run:
    """A label run that has something to show."""

    id: int
    name: str
    rater: str
    provider: str
    model: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Rated:
    """One label with what is known of its photo; ``score`` is None for a failure."""

    label: int
    image: int
    root: Path
    path: str  # below the root
    on_disk: bool
    mtime: float | None  # of its file, as last seen: a changed photo gives changed pictures
    score: float | None
    reasoning: str
    error: str
    latency_ms: float | None
    species: str | None
    location: str | None
    captured_at: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a score."""

    name: str
    value: float
    weight: float | None
    note: str


def runs(catalog: Catalog) -> list[Run]:
    """Return the label runs that have labels, as they were begun."""
    return [Run(*row) for row in catalog.rows("export.runs")]


def rated(catalog: Catalog, run: Run) -> tuple[list[Rated], dict[int, Veto]]:
    """Return the labels of a run that may leave, best first and failures last, and the held ones."""
    everything = list(_labels(catalog, run))
    held = vetoes(catalog, (one.image for one in everything))
    return [one for one in everything if one.image not in held], held


def parts(catalog: Catalog, label: int) -> tuple[Part, ...]:
    """Return the parts of a label's score, the weightiest first."""
    return tuple(
        Part(row["name"], row["value"], row["weight"], row["note"] or "")
        for row in catalog.rows("export.subscores", label=label)
    )


def _labels(catalog: Catalog, run: Run) -> Iterator[Rated]:
    for row in catalog.rows("export.labels", run=run.id):
        yield Rated(
            label=row["label_id"],
            image=row["image_id"],
            root=catalog.placed(row["root"]),
            path=row["path"],
            on_disk=bool(row["on_disk"]),
            mtime=row["mtime"],
            score=row["score"],
            reasoning=row["reasoning"] or "",
            error=row["error"] or "",
            latency_ms=row["latency_ms"],
            species=row["species"],
            location=row["location"],
            captured_at=row["captured_at"],
        )
