"""Ways to choose candidates, one module a strategy, all behind one small interface.

Who may be chosen at all is the same for every strategy: calling ``gate`` puts these photos into
``temp.eligible``. A strategy answers which it chooses, with the parts of each score and its quotas.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from herocat.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a quality score: its value, 0..1, and its weight in the whole."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A photo that a strategy chose, for which class, and how it scored there."""

    image: int
    category: str
    quality: float
    rank: int  # within the class, from 1
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of a class was wanted, how much there was, and how much was chosen."""

    category: str
    share: float
    wanted: int
    available: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A rare species that is not believed: its surest photo, its bursts, and why."""

    species: str
    image: int
    sequences: int
    reason: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a strategy answers: choices, at most one per sequence, and what it found on the way."""

    choices: Sequence[Choice]
    quotas: Sequence[Quota]
    num_eligible: int
    details: Mapping[str, Any] = field(default_factory=dict)
    doubtful: Sequence[Doubtful] = ()  # species to identify


@dataclass(frozen=True, slots=True)
class Scored:
    """How one photo scores in one class: what it would have been chosen for."""

    category: str
    quality: float
    parts: tuple[Part, ...]


class Strategy(Protocol):
    """A way to choose; its fields are its parameters, and part of a selection's identity."""

    @property
    def name(self) -> str:
        """Return the word that ``select --strategy`` takes."""

    def params(self) -> Mapping[str, Any]:
        """Return the parameters that change the choice, ready for JSON."""

    def choose(
        self, catalog: Catalog, gate: Callable[[], None], *, n: int, seed: int, basis: str | None
    ) -> Chosen:
        """Choose ``n`` photos that pass the gates, or as many as there are sequences.

        ``basis`` says what the gates rest on: as long as it is the same, so are the photos. None
        says that nothing that was kept can be used.
        """

    def keep(self, catalog: Catalog, *, basis: str, details: Mapping[str, Any]) -> None:
        """Keep, in the transaction that saves the choice, what makes the next one quicker."""

    def score(
        self, catalog: Catalog, *, details: Mapping[str, Any], image: int
    ) -> Sequence[Scored]:
        """Score one photo of ``temp.eligible`` again, best class first, with a selection's details."""
