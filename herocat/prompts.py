"""Prompts: a rubric in words and the form of the reply; the first ones come with herocat.

A prompt asks for one of three things, which its form tells: a score; which of two frames of a burst is
better; or an order of several.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from herocat import replies
from herocat.errors import InputError

DEFAULT = "hero"
ORDERS = ("after", "before", "none")  # where the reason stands, seen from the score
KINDS = {replies.SCORE: "scores", replies.BETTER: "pairs", replies.ORDER: "lists"}  # by the field
_LONGEST_REASON = "One or two sentences."


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rubric, and the JSON Schema of the reply that it asks for."""

    name: str
    rubric: str
    schema: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Return what tells this version from every other."""
        text = json.dumps([self.rubric, self.schema], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def row(self) -> dict[str, str]:
        """Return it as the catalog keeps it."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "rubric": self.rubric,
            "schema": json.dumps(self.schema, ensure_ascii=False),
        }

    def text(self) -> str:
        """Return it in the form of a prompt's file."""
        fields = self.schema["properties"]
        about = (
            fields[name].get("description", "").removeprefix("0 to 10: ") for name in self.parts
        )
        lines = [f"{name}: {words}" for name, words in zip(self.parts, about, strict=True)]
        if self.kind != "scores":
            return f"{self.rubric}\n--- {self.kind}"
        return "\n".join([self.rubric, *(["---", *lines] if lines else [])])

    @property
    def kind(self) -> str:
        """Return what it asks for: scores, pairs or lists."""
        return next(kind for field, kind in KINDS.items() if field in self.schema["properties"])

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the names of the sub-scores."""
        own = {*KINDS, replies.REASON}
        return tuple(name for name in self.schema["properties"] if name not in own)


def from_row(row: Any) -> Prompt:  # noqa: ANN401 - a row of SQLite's, or a mapping
    """Return a prompt from its row in the catalog."""
    return Prompt(row["name"], row["rubric"], json.loads(row["schema"]))


def shipped() -> list[Prompt]:
    """Return the prompts that come with herocat."""
    folder = resources.files("herocat") / "data" / "prompts"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".md")]
    return [
        parse(entry.read_text("utf-8"), entry.name.removesuffix(".md"), entry.name)
        for entry in sorted(found, key=lambda entry: entry.name)
    ]


def read(path: Path, name: str | None = None) -> Prompt:
    """Read a prompt from a file; raise InputError with what is wrong with it."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as text: {error}") from error
    return parse(text, name or path.stem, str(path))


def parse(text: str, name: str, source: str) -> Prompt:
    """Read a prompt: the rubric, and below a line ``---`` the sub-scores, one a line.

    A line ``--- pairs`` or ``--- lists`` ends one that compares the frames of a burst.
    """
    ruled = re.compile(r"^---[ ]*(pairs|lists)?[ ]*$", re.MULTILINE)
    lines = text.replace("\r\n", "\n")
    rule = ruled.search(lines)
    rubric, listed = (lines[: rule.start()], lines[rule.end() :]) if rule else (lines, "")
    rubric = "\n".join(line for line in rubric.splitlines() if not line.startswith("# ")).strip()
    if not rubric:
        raise InputError(f"{source} holds no rubric")
    if rule is not None and rule[1]:
        if listed.strip():
            raise InputError(f"{source}: a prompt for {rule[1]} has no sub-scores")
        return Prompt(name, rubric, comparing(rule[1]))
    parts = {}
    for line in filter(None, map(str.strip, listed.splitlines())):
        part, colon, about = line.partition(":")
        if not colon or not part.strip().isidentifier() or part in {replies.SCORE, replies.REASON}:
            raise InputError(
                f"{source}: {line!r} is no sub-score; below --- stands one a line, "
                "such as: sharpness: is the animal in focus"
            )
        parts[part.strip()] = about.strip()
    return Prompt(name, rubric, schema(parts))


def schema(parts: Mapping[str, str]) -> dict[str, Any]:
    """Return the form of a reply. The bounds stand in words: not every server takes them."""
    properties: dict[str, Any] = {
        replies.SCORE: {"type": "number", "description": "0 to 10, for the whole"}
    }
    for name, about in parts.items():
        properties[name] = {"type": "integer", "description": f"0 to 10: {about}"}
    return _object(properties)


def comparing(kind: str) -> dict[str, Any]:
    """Return the form of a reply about frames of a burst: which of two is better, or their order."""
    if kind == "pairs":
        words = list(replies.SIDES)
        better = {"type": "string", "enum": words, "description": f"one of {', '.join(words)}"}
        return _object({replies.BETTER: better})
    order = {
        "type": "array",
        "items": {"type": "integer"},
        "description": "the number of every frame, once, the best first",
    }
    return _object({replies.ORDER: order})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    properties[replies.REASON] = {"type": "string", "description": _LONGEST_REASON}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def ordered(form: Mapping[str, Any], order: str, *, whole: bool) -> dict[str, Any]:
    """Return a form with the reason before, after or without; and a score in whole numbers."""
    properties = dict(form["properties"])
    reason = properties.pop(replies.REASON, None)
    if whole:
        score = properties[replies.SCORE]
        properties[replies.SCORE] = score | {"type": "integer"}
    if reason is not None and order == "before":
        properties = {replies.REASON: reason} | properties
    elif reason is not None and order == "after":
        properties[replies.REASON] = reason
    return {**form, "properties": properties, "required": list(properties)}


def instructions(prompt: Prompt, form: Mapping[str, Any]) -> str:
    """Return the words that open every question: the rubric, and the reply's form spelt out.

    The form stands in words too, because some servers do not hold a model to it.
    """
    lines = [
        f'  "{name}": <{field["type"]}>  {field.get("description", "")}'.rstrip()
        for name, field in form["properties"].items()
    ]
    return (
        f"{prompt.rubric}\n\nReply with one JSON object and nothing else, its fields in this "
        "order:\n{\n" + "\n".join(lines) + "\n}"
    )


_REMINDER = (
    "Your reply could not be used: {problem}. Look again, and reply with the JSON object alone; "
)
REMINDERS = {
    "scores": _REMINDER + "the score is a number from 0 to 10.",
    "pairs": _REMINDER + "better is first, second or equal.",
    "lists": _REMINDER + "order holds the number of every frame once, the best first.",
}
