"""Read what a model said: strictly first, then down a short ladder; never a default.

It was asked for a score; or for which of two frames of a burst is better, or for an order of several.

The rungs, each of which is written down with the answer that it gave:

- ``strict``: the text is the JSON object that was asked for, with numbers for scores;
- ``fenced``: it is, once a byte order mark, ``<think>`` and Markdown fences are taken off;
- ``found``: it stands somewhere in prose;
- ``coerced``: a score is text that is plainly a number: ``"7"``, ``"8/10"``, ``"8,5"``; a side is
  named in other words: ``"Photo 1"``, ``"B"``;
- ``thoughts``: the answer is empty, and the object stands where the model thinks aloud.

Of a reply that was cut off only the first two count: what stands in its middle may be a draft. A truth value, NaN, a number outside 0..10 and a missing score are no scores.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_THINK = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"\A```[a-zA-Z]*\s*\n(.*?)\n?\s*```\Z", re.DOTALL)
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)(?:\s*(?:/|out of)\s*10(?:[.,]0)?)?")
_COMMA = re.compile(r'("\w+"\s*:\s*)(\d+,\d+)(?=\s*[,}])')  # a decimal one, outside quotes
_LONGEST = 200_000  # characters looked through for an object; more is a runaway

SCORE, REASON = "score", "reasoning"
BETTER, ORDER = "better", "order"
SIDES = ("first", "second", "equal")
_SAID = {
    **dict.fromkeys(("1", "a", "one", "left"), "first"),
    **dict.fromkeys(("2", "b", "two", "right"), "second"),
    **dict.fromkeys(("tie", "neither", "both", "same", "draw", "none"), "equal"),
}
_AROUND = re.compile(r"\b(the|photo|frame|picture|image|number)\b|[\W_]+")


class InvalidError(Exception):
    """There is no score in a text; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the score, the reason, the parts, and how far down the ladder that was."""

    score: float
    reasoning: str
    parts: tuple[tuple[str, float], ...]
    mode: str


@dataclass(frozen=True, slots=True)
class Order:
    """Frames in the order of a reply, numbered from 0 as they were shown, equals together."""

    places: tuple[tuple[int, ...], ...]
    reasoning: str
    mode: str


def read(
    text: str, thoughts: str = "", *, parts: Sequence[str] = (), whole: bool = True
) -> Reading:
    """Read a reply, ``whole`` or cut off; raise InvalidError with the reason if it holds no score."""
    return _reading(*_reply(text, thoughts, SCORE, whole=whole), parts)


def read_pair(text: str, thoughts: str = "", *, whole: bool = True) -> Order:
    """Read which of two frames is better; raise InvalidError with the reason if a reply does not say."""
    reply, mode = _reply(text, thoughts, BETTER, whole=whole)
    said = _value(reply, BETTER)
    side = said if said in SIDES else _side(said)
    places: tuple[tuple[int, ...], ...] = {
        "first": ((0,), (1,)),
        "second": ((1,), (0,)),
        "equal": ((0, 1),),
    }[side]
    return Order(places, _reason(reply), mode if said == side else "coerced")


def read_list(text: str, thoughts: str = "", *, count: int, whole: bool = True) -> Order:
    """Read an order of so many frames; raise InvalidError if one is missing, or named twice."""
    reply, mode = _reply(text, thoughts, ORDER, whole=whole)
    said = _value(reply, ORDER)
    if not isinstance(said, list):
        raise InvalidError(f"the order is {_short(json.dumps(said))}, which is no list")
    numbers = [int(one) if isinstance(one, str) and one.strip().isdigit() else one for one in said]
    named = [one for one in numbers if isinstance(one, int) and not isinstance(one, bool)]
    if sorted(named) != list(range(1, count + 1)) or len(named) < len(said):
        raise InvalidError(
            f"the order {_short(json.dumps(said))} does not hold each of 1 to {count} once"
        )
    coerced = numbers != said
    return Order(tuple((one - 1,) for one in named), _reason(reply), "coerced" if coerced else mode)


def _value(reply: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - whatever the model wrote
    if key not in reply:
        raise InvalidError(f"the reply has no {key}: {_short(json.dumps(reply))}")
    return reply[key]


def _side(said: object) -> str:
    """Return which side is meant by other words than those asked for, or raise InvalidError."""
    words = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    bare = _AROUND.sub(" ", words.casefold()).strip()
    found = bare if bare in SIDES else _SAID.get(bare)
    if found is None:
        raise InvalidError(f"better is {_short(json.dumps(said))}, not one of {', '.join(SIDES)}")
    return found


def _reply(text: str, thoughts: str, key: str, *, whole: bool) -> tuple[Mapping[str, Any], str]:
    """Return the object of a reply, and how far down the ladder that was; or raise InvalidError."""
    if not text.strip():
        if thoughts.strip() and whole:
            return _found(thoughts, key), "thoughts"
        raise InvalidError("the answer is empty")
    exact = _object(text.strip())
    if exact is not None:
        return exact, "strict"
    # Where a server's template opens the thinking, only its end comes back.
    bare = _THOUGHT.sub("", _THINK.sub("", text.lstrip("\ufeff"))).strip()
    fenced = _FENCE.match(bare)
    clean = _object((fenced[1] if fenced else bare).strip())
    if clean is not None:
        return clean, "fenced"
    if not whole:
        raise InvalidError(f"the answer is cut off: {_short(text)}")
    return _found(bare, key), "found"


def _found(text: str, key: str) -> Mapping[str, Any]:
    """Return the last object in a text that has what was asked for, or raise InvalidError."""
    text = _COMMA.sub(r'\1"\2"', text[:_LONGEST])
    fitting = [found for found in _objects(text) if key in found]
    if not fitting:
        article = "an" if key == ORDER else "a"
        raise InvalidError(f"no JSON object with {article} {key} in it: {_short(text)}")
    return fitting[-1]


def _reason(reply: Mapping[str, Any]) -> str:
    reasoning = reply.get(REASON)
    if reasoning is None:
        return ""
    text = reasoning if isinstance(reasoning, str) else json.dumps(reasoning)
    return storable(text).strip()


def storable(text: str) -> str:
    """Return a text as SQLite can keep it: half a character becomes a mark, and so does a NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


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
    return Reading(score, _reason(reply), tuple(found), "coerced" if coerced else mode)


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
    """Return which token holds the score: the last with a digit after ``"score":``, as it is read."""
    text, found = "", None
    for index, (token, _) in enumerate(tokens):
        bare = token.strip().strip('"')
        if bare and re.search(rf'"{SCORE}"\s*:\s*"?\s*\Z', text):
            after = "".join(one for one, _ in tokens[index : index + 4])
            whole = re.match(r'\s*"?(\d+)\s*"?\s*[,}\n]', after)
            found = index if whole and bare.isdigit() else None
        text += token
    return found


def _short(text: str, longest: int = 80) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 3] + "..."
