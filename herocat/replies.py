"""Read a score from what a model said: strictly first, then down a short ladder; never a default.

The rungs, each of which is written down with the label that it gave:

- ``strict``: the text is the JSON object that was asked for, with numbers for scores;
- ``fenced``: it is, once a byte order mark, ``<think>`` and Markdown fences are taken off;
- ``found``: it stands somewhere in prose;
- ``coerced``: a score is text that is plainly a number: ``"7"``, ``"8/10"``, ``"8,5"``;
- ``thoughts``: the answer is empty, and the object stands where the model thinks aloud.

A truth value, NaN, a number outside 0..10 and a missing score are no scores.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_THINK = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"\A```[a-zA-Z]*\s*\n(.*?)\n?\s*```\Z", re.DOTALL)
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)(?:\s*(?:/|out of)\s*10(?:[.,]0)?)?")
_LONGEST = 200_000  # characters looked through for an object; more is a runaway

SCORE, REASON = "score", "reasoning"


class InvalidError(Exception):
    """There is no score in a text; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the score, the reason, the parts, and how far down the ladder that was."""

    score: float
    reasoning: str
    parts: tuple[tuple[str, float], ...]
    mode: str


def read(text: str, thoughts: str = "", *, parts: Sequence[str] = ()) -> Reading:
    """Read a reply; raise InvalidError with the reason if it holds no score."""
    if not text.strip():
        if thoughts.strip():
            return _reading(_found(thoughts), "thoughts", parts)
        raise InvalidError("the answer is empty")
    exact = _object(text.strip())
    if exact is not None:
        return _reading(exact, "strict", parts)
    bare = _THINK.sub("", text.lstrip("\ufeff")).strip()
    fenced = _FENCE.match(bare)
    clean = _object((fenced[1] if fenced else bare).strip())
    if clean is not None:
        return _reading(clean, "fenced", parts)
    return _reading(_found(bare), "found", parts)


def _found(text: str) -> Mapping[str, Any]:
    """Return the last object in a text that has a score, or raise InvalidError."""
    scored = [found for found in _objects(text[:_LONGEST]) if SCORE in found]
    if not scored:
        raise InvalidError(f"no JSON object with a score in it: {_short(text)}")
    return scored[-1]


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    decoder, at = json.JSONDecoder(), text.find("{")
    tries = 0
    while at >= 0 and tries < 200:
        tries += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(value, dict):
                yield value
        at = text.find("{", end)


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        return None
    return value


def _reading(reply: Mapping[str, Any], mode: str, names: Sequence[str]) -> Reading:
    if SCORE not in reply:
        raise InvalidError(f"the reply has no score: {_short(json.dumps(reply))}")
    score, coerced = number(reply[SCORE])
    found = []
    for name in names:
        if name in reply:
            try:
                value, _ = number(reply[name])
            except InvalidError:
                continue  # a part is a help, not the answer
            found.append((name, value))
    reasoning = reply.get(REASON, "")
    text = reasoning if isinstance(reasoning, str) else json.dumps(reasoning)
    return Reading(score, text.strip(), tuple(found), "coerced" if coerced else mode)


def number(value: object) -> tuple[float, bool]:
    """Return a value as a score, and whether it had to be read from text; or raise InvalidError."""
    coerced = False
    if isinstance(value, str):
        matched = _NUMBER.fullmatch(value.strip())
        if matched is None:
            raise InvalidError(f"the score {_short(value)!r} is no number")
        value, coerced = float(matched[1].replace(",", ".")), True
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidError(f"the score is {_short(json.dumps(value))}, which is no number")
    if not 0 <= value <= 10:  # which NaN is not, either
        raise InvalidError(f"the score {_short(str(value))} is not between 0 and 10")
    return float(value), coerced


def expected(tokens: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> float | None:
    """Return the mean score over what a model might have written, from its token probabilities.

    ``tokens`` are the tokens of a reply, each with the likeliest in its place and their
    log-probabilities. None where the score is not a whole number that stands in a token or two.
    """
    place = _score_token(tokens)
    if place is None:
        return None
    weights = dict[int, float]()
    for text, logarithm in tokens[place][1]:
        digits = text.strip().strip('"')
        if digits.isascii() and digits.isdigit() and int(digits) <= 10 and len(digits) <= 2:
            weights[int(digits)] = weights.get(int(digits), 0.0) + math.exp(min(0.0, logarithm))
    _split_ten(weights, tokens, place)
    total = math.fsum(weights.values())
    if total < 0.5:  # most of what it might have written is no score
        return None
    return math.fsum(score * weight for score, weight in weights.items()) / total


def _split_ten(
    weights: dict[int, float],
    tokens: Sequence[tuple[str, Sequence[tuple[str, float]]]],
    place: int,
) -> None:
    """Where 10 is written as 1 and 0, give the 1 that goes on with 0 to the 10."""
    chosen = tokens[place][0].strip().strip('"')
    if chosen != "1" or place + 1 >= len(tokens) or 1 not in weights:
        return
    going_on = math.fsum(
        math.exp(min(0.0, logarithm))
        for text, logarithm in tokens[place + 1][1]
        if text.startswith("0")
    )
    ten = weights[1] * min(1.0, going_on)
    weights[1] -= ten
    weights[10] = weights.get(10, 0.0) + ten


def _score_token(tokens: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> int | None:
    """Return which token holds the score: the first with a digit after ``"score":``."""
    text = ""
    for index, (token, _) in enumerate(tokens):
        if re.search(rf'"{SCORE}"\s*:\s*"?\s*\Z', text) and token.strip().strip('"'):
            after = "".join(one for one, _ in tokens[index : index + 4])
            whole = re.match(r'\s*"?(\d+)\s*"?\s*[,}\n]', after)
            return index if whole and token.strip().strip('"').isdigit() else None
        text += token
    return None


def _short(text: str, longest: int = 80) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 3] + "..."
