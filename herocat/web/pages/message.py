"""The page that says what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A sentence, and the way back."""

    here: str
    message: str
    head: Sequence[tuple[str, str, str]]
