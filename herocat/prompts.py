"""Prompts: a rubric in words and the form of the reply; the first one comes with herocat."""

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
        return "\n".join([self.rubric, *(["---", *lines] if lines else [])])

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the names of the sub-scores."""
        own = {replies.SCORE, replies.REASON}
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
    """Read a prompt: the rubric, and below a line ``---`` the sub-scores, one a line."""
    rubric, *lists = re.split(
        r"^---[ ]*$", text.replace("\r\n", "\n"), maxsplit=1, flags=re.MULTILINE
    )
    listed = "".join(lists)
    rubric = "\n".join(line for line in rubric.splitlines() if not line.startswith("# ")).strip()
    if not rubric:
        raise InputError(f"{source} holds no rubric")
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


REMINDER = (
    "Your reply could not be used: {problem}. Look again, and reply with the JSON object alone; "
    "the score is a number from 0 to 10."
)
