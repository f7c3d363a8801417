"""How a run asks: prompt, pictures, examples and parameters in; questions, and a reader, out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from herocat import prompts, replies
from herocat.pictures import VIEWS
from herocat.ports import Answer, Asking, Identity, Picture, Question, Stop
from herocat.prompts import Prompt
from herocat.replies import InvalidError, Order, Reading

_CLOSER = "The same photo, closer:"
_RATE = "Rate the photo."
_COMPARE = {
    "pairs": "Which of the two is the better photo?",
    "lists": "Put the {count} photos in order, the best first.",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A photo of the catalog that a person has rated, to show what is meant."""

    image: int
    score: float
    pictures: tuple[Picture, ...]
    burst: frozenset[int] = frozenset()  # the photo and the other frames of its burst


@dataclass(frozen=True)
class Style:
    """Everything that decides what is asked, but for the photo."""

    prompt: Prompt
    asking: Asking
    size: int = 768
    views: tuple[str, ...] = ("frame",)
    reason: str = "after"
    samples: int = 1
    examples: tuple[Example, ...] = ()
    spare: Example | None = None  # shown beside a photo of which one of those is a frame
    frames: int = 0  # of a burst, that are compared at the most; 0: photos are rated one by one

    @property
    def kind(self) -> str:
        """Return what is asked for: scores, pairs or lists."""
        return self.prompt.kind

    @cached_property
    def form(self) -> dict[str, Any]:
        """Return the JSON Schema of a reply."""
        return prompts.ordered(self.prompt.schema, self.reason, whole=self.asking.logprobs)

    @cached_property
    def instructions(self) -> str:
        """Return the words that open every question."""
        return prompts.instructions(self.prompt, self.form)

    def identity(self, provider: str, model: str) -> Identity:
        """Return what the scores depend on."""
        params: dict[str, Any] = dict(self.asking.params())
        if self.views != VIEWS[:1]:
            params["views"] = list(self.views)
        if self.reason != "after":
            params["reason"] = self.reason
        if self.samples > 1:
            params["samples"] = self.samples
        if self.examples:
            params["examples"] = [[one.image, one.score] for one in self.examples]
        if self.spare is not None:
            params["spare_example"] = [self.spare.image, self.spare.score]
        if self.frames:
            params |= {"burst": self.kind, "frames": self.frames}
        return Identity("vlm", provider, model, params, self.size)

    def question(
        self, pictures: Sequence[Picture], number: int = 1, *, image: int | None = None
    ) -> Question:
        """Return what is asked about a photo, for the how-manieth time."""
        parts: list[str | Picture] = []
        for example in self._shown(image):
            parts += [f"An example, which a person rated {example.score:g} of 10:"]
            parts += example.pictures[:1]
        if self.examples:
            parts.append("Now the photo to rate:")
        parts.append(pictures[0])
        for closer in pictures[1:]:
            parts += [_CLOSER, closer]
        parts.append(_RATE)
        asking = self.asking
        if asking.seed is not None and number > 1:  # the same seed would give the same sample
            asking = replace(asking, seed=asking.seed + number - 1)
        return Question(self.instructions, tuple(parts), self.form, asking)

    def _shown(self, image: int | None) -> list[Example]:
        """Return the examples that stand beside a photo: none of its own burst tells its score."""
        shown = [one for one in self.examples if image not in one.burst]
        if len(shown) < len(self.examples) and self.spare and image not in self.spare.burst:
            shown.append(self.spare)
        return sorted(shown, key=lambda one: one.score)

    def read(self, answer: Answer) -> Reading:
        """Read an answer; raise InvalidError if it holds no score."""
        whole = answer.stop is not Stop.LENGTH
        reading = replies.read(answer.text, answer.thoughts, parts=self.prompt.parts, whole=whole)
        if self.reason != "none" and not reading.reasoning:
            raise InvalidError("the reply has no reasoning")
        if self.asking.logprobs:
            mean = replies.expected([(token.text, token.likely) for token in answer.tokens])
            if mean is not None:
                return replace(reading, score=mean, mode="expected")
        return reading

    def question_of(self, frames: Sequence[Sequence[Picture]]) -> Question:
        """Return what is asked about frames of a burst, each with its views, in this order."""
        parts: list[str | Picture] = []
        for number, views in enumerate(frames, 1):
            parts += [f"Photo {number}:", views[0]]
            for closer in views[1:]:
                parts += [_CLOSER, closer]
        parts.append(_COMPARE[self.kind].format(count=len(frames)))
        return Question(self.instructions, tuple(parts), self.form, self.asking)

    def read_order(self, answer: Answer, count: int) -> Order:
        """Read an answer about so many frames; raise InvalidError if it holds no order of them."""
        whole = answer.stop is not Stop.LENGTH
        if self.kind == "pairs":
            order = replies.read_pair(answer.text, answer.thoughts, whole=whole)
        else:
            order = replies.read_list(answer.text, answer.thoughts, count=count, whole=whole)
        if self.reason != "none" and not order.reasoning:
            raise InvalidError("the reply has no reasoning")
        return order
