"""What tokens cost, with the day on which somebody read the price; and the most a question can cost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from herocat.errors import InputError

_MILLION = 1_000_000
# Tokens of one picture at the most, by media resolution, whatever its size.
_PICTURE = {"low": 280, "medium": 560, "high": 1120}
_PICTURE_MOST = 2240
_PICTURE_PIXELS = 14 * 14  # to a token, for models that count by area, at the most
_AROUND = 256  # tokens of the template that a server puts around a question, generously
# What thinking may take beside the answer itself: it counts against the same limit.
_THINKING = {"off": 0, "minimal": 512, "low": 2048, "medium": 8192, "high": 16384, "default": 8192}


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens, as somebody read them on a day."""

    input: float
    output: float
    as_of: str
    source: str
    batch: float = 0.5  # share of the price that batch jobs and the flex tier cost
    priority: float | None = None  # share that the priority tier costs; None: nobody knows

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """Return what so many tokens cost."""
        return (tokens_in * self.input + tokens_out * self.output) / _MILLION

    def of_jobs(self) -> "Price":
        """Return the price of batch jobs."""
        return self._times(self.batch)

    def of_tier(self, tier: str | None) -> "Price | None":
        """Return the price of a service tier; None: nobody knows."""
        share = {"flex": self.batch, "priority": self.priority}.get(tier or "standard", 1.0)
        return None if share is None else self._times(share)

    def _times(self, share: float) -> "Price":
        return replace(self, input=self.input * share, output=self.output * share)


def find(provider: str, model: str, day: date, own: Path | None = None) -> Price | None:
    """Return the price of a model on a day, from the user's file first; None: nobody knows."""
    stem = model.rpartition("/")[2]
    for table in ([read(own)] if own else []) + [shipped()]:
        for entry in table:
            if (
                entry["provider"] == provider
                and entry["model"] in {model, stem}
                and entry.get("from", "") <= day.isoformat() <= entry.get("until", "9")
            ):
                return Price(
                    entry["input"],
                    entry["output"],
                    entry["as_of"],
                    entry.get("source", "unknown"),
                    entry.get("batch", 1.0),
                    entry.get("priority"),
                )
    return None


def shipped() -> list[dict[str, Any]]:
    """Return the prices that come with herocat."""
    text = (resources.files("herocat") / "data" / "prices.json").read_text("utf-8")
    prices: list[dict[str, Any]] = json.loads(text)["prices"]
    return prices


def read(path: Path) -> list[dict[str, Any]]:
    """Read a file of prices; raise InputError with what is wrong with it."""
    try:
        listed = json.loads(path.read_text("utf-8"))["prices"]
    except FileNotFoundError:
        raise InputError(f"there is no file of prices {path}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f'{path} is no file of prices, {{"prices": [...]}}: {error}') from error
    if not isinstance(listed, list):
        raise InputError(f'{path} is no file of prices, {{"prices": [...]}}')
    for number, entry in enumerate(listed, 1):
        problem = _problem(entry)
        if problem:
            raise InputError(f"{path}: price {number} {problem}")
    return listed


def _problem(entry: object) -> str | None:
    if not isinstance(entry, dict):
        return "is not an object"
    for name in ("provider", "model", "as_of"):
        if not isinstance(entry.get(name), str):
            return f"has no {name}"
    for name in ("from", "until", "source"):
        if not isinstance(entry.get(name, ""), str):
            return f"has a value for {name} that is no text"
    for name in ("input", "output", "batch", "priority"):
        value = entry.get(name, 1.0 if name in {"batch", "priority"} else None)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            return f"has no {name} that is a number of dollars"
    return None


def most_tokens_in(text: str, pictures: Sequence[tuple[int, int]], resolution: str | None) -> int:
    """Return how many tokens a question is at the most: no token is less than a byte of text."""
    if resolution in _PICTURE:
        seen = len(pictures) * _PICTURE[resolution]
    else:
        by_area = (-(-width * height // _PICTURE_PIXELS) for width, height in pictures)
        seen = sum(max(_PICTURE_MOST, tokens) for tokens in by_area)
    return len(text.encode()) + seen + _AROUND


def most_tokens_out(max_tokens: int, thinking: str) -> int:
    """Return how many tokens an answer may be: what is sent to the server as its limit."""
    return max_tokens + (int(thinking) if thinking.isdigit() else _THINKING[thinking])


def guess_tokens_in(text: str, pictures: Sequence[tuple[int, int]], resolution: str | None) -> int:
    """Return how many tokens a question usually is, where the server does not count."""
    seen = len(pictures) * _PICTURE.get(resolution or "high", 1120)
    return len(text) // 4 + seen


def guess_tokens_out(max_tokens: int, thinking: str) -> int:
    """Return how many tokens an answer usually is, before anybody has seen one of this model."""
    usual = {"off": 0, "minimal": 60, "low": 300, "medium": 900, "high": 2500, "default": 600}
    thought = int(thinking) // 2 if thinking.isdigit() else usual[thinking]
    return min(150, max_tokens) + thought
