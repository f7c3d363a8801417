"""What herocat needs of a rater, in its own words: a request goes in, a reply comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from herocat.pixels import Measurement
from herocat.records import Box


class RefusedError(Exception):
    """The rater will never give a score for this photo; the message says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """A photo to be rated: what is known of it. No name, path or place is ever part of it."""

    measurement: Measurement
    animals: tuple[Box, ...]  # the confident ones, the subject first


@dataclass(frozen=True, slots=True)
class Subscore:
    """A part that a score was made of."""

    name: str
    value: float
    weight: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A score from 0 to 10, the reason in words, and the parts where the rater gives them."""

    score: float
    reasoning: str
    subscores: tuple[Subscore, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes scores comparable: the same rater, model and parameters."""

    rater: str
    provider: str
    model: str
    params: Mapping[str, Any] = field(default_factory=dict)
    image_size: int | None = None


class Labeler(Protocol):
    """Somebody or something that rates photos."""

    @property
    def identity(self) -> Identity:
        """Return what its scores depend on."""

    def label(self, request: Request) -> Reply:
        """Rate one photo; raise RefusedError if it never will."""
