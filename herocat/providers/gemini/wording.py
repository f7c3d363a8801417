"""Questions and answers in the words of Gemini's REST API, and what its errors mean."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from herocat import wire
from herocat.ports import Answer, Question, Stop, Token, Trouble, TroubleError, Usage
from herocat.prices import most_tokens_out

_BLOCKED = re.compile(r"SAFETY|PROHIBITED|BLOCKLIST|SPII|RECITATION|ARMOR")
_HARMS = ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")


def config(question: Question, model: str) -> dict[str, Any]:
    """Return how a question is asked, in the words of the REST API."""
    asking = question.asking
    generation: dict[str, Any] = {
        "maxOutputTokens": most_tokens_out(asking.max_tokens, asking.thinking),
    }
    if asking.structured != "none":
        generation["responseMimeType"] = "application/json"
    if asking.structured in {"auto", "schema"}:
        generation["responseJsonSchema"] = dict(question.schema)
    if asking.temperature is not None:
        generation["temperature"] = asking.temperature
    if asking.seed is not None:
        generation["seed"] = asking.seed
    if asking.media_resolution is not None:
        level = asking.media_resolution.upper()
        generation["mediaResolution"] = f"MEDIA_RESOLUTION_{level}"
    if asking.logprobs:
        generation |= {"responseLogprobs": True, "logprobs": 20}
    thinking = _thinking(asking.thinking, model)
    if thinking:
        generation["thinkingConfig"] = thinking
    found: dict[str, Any] = {
        "generationConfig": generation,
        "safetySettings": [
            {"category": f"HARM_CATEGORY_{harm}", "threshold": "BLOCK_NONE"} for harm in _HARMS
        ],
    }
    if asking.service_tier is not None:
        found["serviceTier"] = asking.service_tier
    return found


def request(question: Question, model: str) -> dict[str, Any]:
    """Return a question as the REST API takes it, for a line of a batch file."""
    parts = [
        {"text": part}
        if isinstance(part, str)
        else {
            "inlineData": {
                "mimeType": "image/jpeg",
                "data": base64.b64encode(part.jpeg).decode(),
            }
        }
        for part in question.parts
    ]
    found = config(question, model)
    found.pop("serviceTier", None)  # a batch job is a tier of its own
    return {
        "contents": [{"role": "user", "parts": parts}],
        "systemInstruction": {"parts": [{"text": question.instructions}]},
        **found,
    }


def _thinking(level: str, model: str) -> dict[str, Any]:
    if level == "default":
        return {}
    if model.startswith("gemini-2.5"):
        if level.isdigit():
            return {"thinkingBudget": int(level)}
        least = 128 if "pro" in model else 0
        budget = {"off": least, "minimal": 512, "low": 2048, "medium": 8192, "high": 16384}
        return {"thinkingBudget": budget[level]}
    if level.isdigit():
        return {"thinkingBudget": int(level)}
    return {"thinkingLevel": least_thinking(level, model).upper()}


def least_thinking(level: str, model: str) -> str:
    """Return the level that a model really thinks at: some cannot be told not to."""
    if level not in {"off", "minimal"}:
        return level
    if model.startswith("gemini-2.5"):
        return "minimal" if "pro" in model else level
    always = "pro" in model or re.match(r"gemini-(3\.[89]|[4-9])", model)
    return "low" if always else "minimal"


def troubles(error: Exception) -> TroubleError:
    """Turn what the library raises into a trouble; raise what is no trouble but a bug.

    Words of the library's own are not repeated: some quote the answer, and the key with it.
    """
    from google.genai import errors
    from pydantic import ValidationError

    if isinstance(error, TroubleError):
        return error
    if isinstance(error, errors.APIError) and isinstance(error.response, httpx.Response):
        return wire.refused(error.response)
    if isinstance(error, httpx.HTTPError | httpx.InvalidURL):
        return wire.transport(error)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
        return TroubleError(Trouble.FAULTY, "an answer that is not JSON", maybe_billed=True)
    if isinstance(error, ValidationError):
        what = "an answer of a form that nobody knows"
        return TroubleError(Trouble.FAULTY, what, maybe_billed=True)
    raise error


@wire.understood
def parse(body: Mapping[str, Any]) -> Answer:
    """Read a GenerateContentResponse; raise TroubleError for what is none."""
    usage = _usage(wire.mapping(body.get("usageMetadata")))
    model = wire.text(body.get("modelVersion"))
    candidates = wire.mappings(body.get("candidates"))
    if not candidates:
        blocked = wire.mapping(body.get("promptFeedback")).get("blockReason")
        if blocked:
            return Answer("", Stop.BLOCKED, detail=str(blocked), model=model, usage=usage)
        raise TroubleError(Trouble.FAULTY, "an empty answer", maybe_billed=True)
    candidate = candidates[0]
    parts = wire.mappings(wire.mapping(candidate.get("content")).get("parts"))
    reason = str(candidate.get("finishReason") or "STOP")
    stop = Stop.DONE
    if reason == "MAX_TOKENS":
        stop = Stop.LENGTH
    elif _BLOCKED.search(reason):
        stop = Stop.BLOCKED
    return Answer(
        text="".join(str(part.get("text", "")) for part in parts if not part.get("thought")),
        stop=stop,
        detail=None if reason == "STOP" else reason,
        # What Gemini thinks aloud is a summary, and no place to look for an answer.
        model=model,
        usage=usage,
        tokens=_tokens(wire.mapping(candidate.get("logprobsResult"))),
    )


def _usage(usage: Mapping[str, Any]) -> Usage:
    said = wire.count(usage.get("candidatesTokenCount"))
    thought = wire.count(usage.get("thoughtsTokenCount"))
    total = wire.count(usage.get("totalTokenCount"))
    asked = wire.count(usage.get("promptTokenCount"))
    output = None if said is None and thought is None else (said or 0) + (thought or 0)
    if output is None and total is not None and asked is not None:
        output = max(0, total - asked)
    images = [
        wire.count(one.get("tokenCount")) or 0
        for one in wire.mappings(usage.get("promptTokensDetails"))
        if one.get("modality") == "IMAGE"
    ]
    return Usage(
        input=asked,
        output=output,
        thinking=thought,
        image=sum(images) if images else None,
        cached=wire.count(usage.get("cachedContentTokenCount")),
    )


def _tokens(logprobs: Mapping[str, Any]) -> tuple[Token, ...]:
    chosen = wire.mappings(logprobs.get("chosenCandidates"))
    likely = wire.mappings(logprobs.get("topCandidates"))
    if len(chosen) != len(likely):
        return ()
    return tuple(
        Token(str(one.get("token", "")), tuple(_likely(around)))
        for one, around in zip(chosen, likely, strict=True)
    )


def _likely(around: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for one in wire.mappings(around.get("candidates")):
        logarithm = wire.number(one.get("logProbability"))
        if logarithm is not None:
            yield str(one.get("token", "")), logarithm
