"""One question with whoever reads its answer and keeps the outcome; and its row in ``requests``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from herocat import times
from herocat.catalog import Catalog
from herocat.ports import Answer, Question
from herocat.prompts import REMINDERS


@dataclass(slots=True)
class Outcome:
    """How a question ended: a reading, or a status with its reason; and what that took."""

    status: str = "failed"
    reading: Any = None  # what the unit's reader made of the answer
    error: str | None = None
    answer: Answer | None = None  # the last
    attempts: int = 0
    input_tokens: int | None = None  # of all answers
    output_tokens: int | None = None
    cost: float | None = None
    latency_ms: float = 0.0  # of the last answer
    writes: list[Callable[[Catalog], object]] = field(default_factory=list)  # not yet committed

    def count(self, answer: Answer, cost: float | None, seconds: float) -> None:
        """Add an answer, whatever it is worth."""
        self.answer = answer
        self.latency_ms = seconds * 1000
        if answer.usage.input is not None:
            self.input_tokens = (self.input_tokens or 0) + answer.usage.input
        if answer.usage.output is not None:
            self.output_tokens = (self.output_tokens or 0) + answer.usage.output
        if cost is not None:
            self.cost = (self.cost or 0.0) + cost


@dataclass(frozen=True, slots=True)
class Unit:
    """A question; ``read`` raises InvalidError, ``keep`` runs in the outcome's transaction."""

    kind: str  # label, sample, repeat, control, comparison
    image: int | None
    question: Question | None  # None: there is nothing to ask about
    read: Callable[[Answer], Any]
    keep: Callable[[Catalog, Outcome], None]
    failure: str | None = None  # why there is nothing to ask about
    reminder: str = REMINDERS["scores"]  # what is added when the answer could not be read
    asked: int | None = None  # its row in burst_questions


@dataclass(slots=True)
class Sent:
    """A question as it stands in the table ``requests``."""

    run: int
    unit: Unit
    question: Question
    endpoint: str
    held: float = 0.0
    batch: int | None = None
    id: int | None = None

    def write_down(self, catalog: Catalog) -> None:
        """Add the row, before the question goes out."""
        pictures = self.question.pictures
        first = pictures[0] if pictures else None
        self.id = int(
            catalog.value(
                "requests.send",
                run=self.run,
                image=self.unit.image,
                batch=self.batch,
                question=self.unit.asked,
                kind=self.unit.kind,
                reserved=self.held,
                endpoint=self.endpoint,
                picture_sha256=first and first.sha256,
                picture_width=first and first.width,
                picture_height=first and first.height,
                picture_bytes=sum(len(picture.jpeg) for picture in pictures),
                now=times.now(),
            )
        )

    def fail(self, catalog: Catalog, error: str, *, lost: bool) -> None:
        """Note that no answer came, and whether it may have been billed all the same."""
        if self.id is not None:
            state = "lost" if lost else "failed"
            catalog.run("requests.fail", request=self.id, state=state, error=error, now=times.now())

    def answer(
        self, catalog: Catalog, answer: Answer, outcome: Outcome, cost: float | None
    ) -> None:
        """Note what came."""
        if self.id is None:
            self.write_down(catalog)
        stop = answer.stop.value if not answer.detail else f"{answer.stop.value}: {answer.detail}"
        catalog.run(
            "requests.answer",
            request=self.id,
            cost=cost,
            model_reported=answer.model,
            stop=stop,
            read_as=getattr(outcome.reading, "mode", None),
            structured=answer.structured,
            input_tokens=answer.usage.input,
            image_tokens=answer.usage.image,
            output_tokens=answer.usage.output,
            thinking_tokens=answer.usage.thinking,
            latency_ms=outcome.latency_ms,
            error=outcome.error,
            now=times.now(),
        )
