"""Servers that speak OpenAI's chat completions: vLLM, llama.cpp, LM Studio, SGLang, OpenRouter, ...

They differ in what they accept. What one refuses is left out from then on: the form of the reply
goes down from a JSON Schema to any JSON object to words alone.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from herocat import wire
from herocat.ports import (
    Abilities,
    Answer,
    Probe,
    Question,
    Stop,
    Token,
    Trouble,
    TroubleError,
    Usage,
)
from herocat.prices import most_tokens_out

VLLM = Abilities(
    name="vllm",
    what="a vLLM server, on this machine or another",
    endpoint="http://127.0.0.1:8000/v1",
    structured="JSON Schema",
    thinking="off unless asked for",
    logprobs="yes",
    batch="export and import (`vllm run-batch`)",
    concurrency=32,
    key="VLLM_API_KEY",
)
OPENAI = Abilities(
    name="openai",
    what="any server that speaks OpenAI's chat completions: llama.cpp, LM Studio, SGLang, OpenRouter, LiteLLM, OpenAI",
    endpoint="https://api.openai.com/v1",
    structured="JSON Schema, else a JSON object, else words",
    thinking="as the server is set; levels where it takes them",
    logprobs="where the server has them",
    batch="export and import (OpenAI's batch format)",
    concurrency=8,
    key="OPENAI_API_KEY",
    cost="depends on the server; OpenRouter names the price, for others see --prices",
)
_READ = {"vllm": 300.0, "openai": 120.0}
_LADDER = ("schema", "json", "none")
# Parts of a question that a server may not take, and the habit that leaves each out.
_PARTS = {
    "temperature": "temperature",
    "chat_template_kwargs": "template",
    "reasoning_effort": "effort",
}
_FORM = re.compile(
    r"response_format|json_schema|json_object|structured|grammar|guided"
    r"|requested parameters",  # OpenRouter, which does not say which of them
    re.IGNORECASE,
)


@dataclass
class _Habits:
    """What a server has been found to accept."""

    structured: str = "schema"
    template: bool = True  # chat_template_kwargs
    completion_tokens: bool = False  # max_completion_tokens instead of max_tokens
    temperature: bool = True
    effort: bool = True  # reasoning_effort


class OpenAI:
    """One server with one model."""

    def __init__(
        self,
        abilities: Abilities,
        endpoint: str,
        model: str,
        key: str | None = None,
        *,
        most: int = 32,
        read: float | None = None,
    ) -> None:
        self.abilities = abilities
        self.endpoint = endpoint if urlsplit(endpoint).path else f"{endpoint}/v1"
        self.model = model
        self._own = urlsplit(self.endpoint).hostname == "api.openai.com"
        self._habits = _Habits(template=not self._own, completion_tokens=self._own)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = wire.client(
            self.endpoint, most=most, read=read or _READ[abilities.name], headers=headers
        )

    async def probe(self) -> Probe:
        """Ask which models there are; a llama.cpp server also says how many slots it has."""
        listed = await wire.get(self._http, "models")
        models = tuple(str(one["id"]) for one in wire.mappings(listed.get("data")) if "id" in one)
        props = await self._aside("/props")
        version = await self._aside("/version")
        return Probe(
            models=models,
            version=wire.text(version.get("version")),
            sees=wire.mapping(props.get("modalities")).get("vision"),
            slots=wire.count(props.get("total_slots")),
        )

    async def label(self, question: Question) -> Answer:
        """Ask once; where the server refuses a part of how it is asked, leave that out."""
        while True:
            mode = self._mode(question)
            body = self.body(question, mode)
            try:
                return parse(await wire.post(self._http, "chat/completions", body), mode)
            except TroubleError as error:
                if error.status not in {400, 404, 415, 422, 500} or not self._learn(
                    str(error), question, body, mode
                ):
                    raise

    async def count_tokens(self, question: Question) -> int | None:
        """Return None: these servers do not count for free."""
        del question
        return None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    def body(self, question: Question, mode: str | None = None) -> dict[str, Any]:
        """Return a question as it is sent; the rubric first, so that servers can keep it."""
        asking, habits = question.asking, self._habits
        mode = mode or self._mode(question)
        limit = "max_completion_tokens" if habits.completion_tokens else "max_tokens"
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": question.instructions},
                {"role": "user", "content": _content(question)},
            ],
            limit: most_tokens_out(asking.max_tokens, asking.thinking),
        }
        if asking.temperature is not None and habits.temperature:
            body["temperature"] = asking.temperature
        if asking.seed is not None:
            body["seed"] = asking.seed
        if asking.logprobs:
            body |= {"logprobs": True, "top_logprobs": 20 if not self._own else 5}
        if mode == "schema":
            form = {"name": "rating", "strict": True, "schema": question.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif mode == "json":
            body["response_format"] = {"type": "json_object"}
        self._add_thinking(body, asking.thinking)
        if "openrouter" in self.endpoint:
            body["provider"] = {"require_parameters": True}
        return body

    def _add_thinking(self, body: dict[str, Any], thinking: str) -> None:
        if thinking == "default":
            return
        if self._habits.template:
            body["chat_template_kwargs"] = {"enable_thinking": thinking != "off"}
        if thinking != "off" and not thinking.isdigit() and self._habits.effort:
            body["reasoning_effort"] = thinking

    def _mode(self, question: Question) -> str:
        asked = question.asking.structured
        return self._habits.structured if asked == "auto" else asked

    def _learn(self, message: str, question: Question, body: Mapping[str, Any], mode: str) -> bool:
        """Leave out what a server says it does not take; return whether asking again may help.

        It may where the next body lacks something that this one has, whoever has learned that.
        """
        habits, low = self._habits, message.lower()
        if "max_tokens" in body and "max_completion_tokens" in low:
            habits.completion_tokens = True
            return True
        for part, habit in _PARTS.items():
            if part in body and part in low:
                setattr(habits, habit, False)
                return True
        if question.asking.structured != "auto" or not _FORM.search(message):
            return False
        lower = _LADDER.index(mode) + 1
        if lower == len(_LADDER):
            return False
        habits.structured = max(habits.structured, _LADDER[lower], key=_LADDER.index)
        return True

    async def _aside(self, path: str) -> dict[str, Any]:
        """Ask for what only some servers tell, beside their API."""
        parts = urlsplit(self.endpoint)
        if self._own:
            return {}
        try:
            async with asyncio.timeout(3):
                return await wire.get(self._http, f"{parts.scheme}://{parts.netloc}{path}")
        except (TroubleError, TimeoutError):
            return {}


def _content(question: Question) -> list[dict[str, Any]]:
    return [
        {"type": "text", "text": part}
        if isinstance(part, str)
        else {"type": "image_url", "image_url": {"url": wire.data_url(part)}}
        for part in question.parts
    ]


@wire.understood
def parse(body: Mapping[str, Any], structured: str) -> Answer:
    """Read a chat completion; raise TroubleError for what is none."""
    choices = wire.mappings(body.get("choices"))
    if not choices:
        raise TroubleError(Trouble.FAULTY, "an answer without choices", maybe_billed=True)
    choice = choices[0]
    message = choice.get("message")
    if not isinstance(message, dict):
        raise TroubleError(Trouble.FAULTY, "an answer without a message", maybe_billed=True)
    refusal = message.get("refusal")
    reason = str(choice.get("finish_reason") or "stop")
    stop = {"length": Stop.LENGTH, "content_filter": Stop.BLOCKED}.get(reason, Stop.DONE)
    if refusal:
        stop = Stop.REFUSED
    if reason in {"error", "abort"}:
        raise TroubleError(
            Trouble.FAULTY, f"the server stopped half-way ({reason})", maybe_billed=True
        )
    return Answer(
        text=str(refusal) if refusal else _text(message.get("content")),
        stop=stop,
        detail=None if reason == "stop" else reason,
        thoughts=_text(message.get("reasoning") or message.get("reasoning_content")),
        model=wire.text(body.get("model")),
        usage=_usage(wire.mapping(body.get("usage"))),
        tokens=_tokens(wire.mapping(choice.get("logprobs"))),
        structured=structured,
    )


def _text(content: object) -> str:
    parts = (part.get("text") for part in wire.mappings(content))
    return content if isinstance(content, str) else "".join(filter(None, map(wire.text, parts)))


def _usage(usage: Mapping[str, Any]) -> Usage:
    seen = wire.mapping(usage.get("prompt_tokens_details"))
    wrote = wire.mapping(usage.get("completion_tokens_details"))
    cost = wire.number(usage.get("cost"))
    return Usage(
        input=wire.count(usage.get("prompt_tokens")),
        output=wire.count(usage.get("completion_tokens")),
        thinking=wire.count(wrote.get("reasoning_tokens")),
        image=wire.count(wire.mapping(seen.get("multimodal_tokens")).get("image")),
        cached=wire.count(seen.get("cached_tokens")),
        usd=cost if cost is not None and cost >= 0 else None,
    )


def _tokens(logprobs: Mapping[str, Any]) -> tuple[Token, ...]:
    return tuple(
        Token(str(one.get("token", "")), tuple(_likely(one)))
        for one in wire.mappings(logprobs.get("content"))
    )


def _likely(token: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for one in wire.mappings(token.get("top_logprobs")):
        logarithm = wire.number(one.get("logprob"))
        if logarithm is not None:
            yield str(one.get("token", "")), logarithm
