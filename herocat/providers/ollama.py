"""Ollama by its own API: the OpenAI-like one of the same server cannot set the context's length."""

import base64
from collections.abc import Mapping
from typing import Any

import httpx

from herocat import wire
from herocat.ports import Abilities, Answer, Probe, Question, Stop, Trouble, TroubleError, Usage
from herocat.prices import most_tokens_out

ABILITIES = Abilities(
    name="ollama",
    what="Ollama, on this machine or another",
    endpoint="http://127.0.0.1:11434",
    structured="JSON Schema",
    thinking="off unless asked for",
    logprobs="no",
    batch="no",
    concurrency=2,
    install="install Ollama; `ollama serve`; `ollama pull MODEL`",
)
_CONTEXT = 8192  # tokens; less cuts questions off without a word, a change loads the model anew
_WARM_UP = 3600.0  # seconds; a large model from a slow disk


class Ollama:
    """One Ollama server with one model."""

    abilities = ABILITIES

    def __init__(
        self, endpoint: str, model: str, key: str | None = None, *, most: int = 2, read: float = 600
    ) -> None:
        self.endpoint = endpoint
        self.model = model if ":" in model.rpartition("/")[2] else f"{model}:latest"
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = wire.client(endpoint, most=most, read=read, headers=headers)

    async def probe(self) -> Probe:
        """Ask which models there are, whether this one sees, and load it."""
        version = await wire.get(self._http, "/api/version")
        tags = await wire.get(self._http, "/api/tags")
        names = tuple(str(one.get("name")) for one in wire.mappings(tags.get("models")))
        said = wire.text(version.get("version"))
        if names and self.model not in names:
            return Probe(models=names, version=said)
        shown = await wire.post(self._http, "/api/show", {"model": self.model})
        abilities = shown.get("capabilities")
        leaves = bool(shown.get("remote_host")) or self.model.endswith((":cloud", "-cloud"))
        if not leaves:
            await self._warm_up()
        return Probe(
            models=names,
            version=said,
            sees="vision" in abilities if isinstance(abilities, list) else None,
            leaves=leaves,
            note=await self._where_it_runs(),
        )

    async def label(self, question: Question) -> Answer:
        """Ask once."""
        return parse(await wire.post(self._http, "/api/chat", self.body(question)))

    async def count_tokens(self, question: Question) -> int | None:
        """Return None: Ollama does not count without answering."""
        del question
        return None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    def body(self, question: Question) -> dict[str, Any]:
        """Return a question as it is sent."""
        asking = question.asking
        options: dict[str, Any] = {
            "num_ctx": max(_CONTEXT, 2048 * (1 + len(question.pictures))),
            "num_predict": most_tokens_out(asking.max_tokens, asking.thinking),
        }
        if asking.temperature is not None:
            options["temperature"] = asking.temperature
        if asking.seed is not None:
            options["seed"] = asking.seed
        text = "\n\n".join(part for part in question.parts if isinstance(part, str))
        images = [base64.b64encode(picture.jpeg).decode() for picture in question.pictures]
        body: dict[str, Any] = {
            "model": self.model,
            "stream": False,
            "keep_alive": "30m",
            "messages": [
                {"role": "system", "content": question.instructions},
                {"role": "user", "content": text, "images": images},
            ],
            "options": options,
        }
        if asking.structured != "none":
            body["format"] = "json" if asking.structured == "json" else question.schema
        if asking.thinking == "off":
            body["think"] = False
        elif asking.thinking != "default":
            body["think"] = (
                asking.thinking if asking.thinking in {"low", "medium", "high"} else True
            )
        return body

    async def _warm_up(self) -> None:
        """Have the model loaded before photos wait for it."""
        try:
            response = await self._http.post(
                "/api/chat",
                json={
                    "model": self.model,
                    "messages": [],
                    "keep_alive": "30m",
                    "stream": False,
                    "options": {"num_ctx": _CONTEXT},
                },
                timeout=_WARM_UP,
            )
        except httpx.HTTPError as error:
            raise wire.transport(error) from error
        wire.decoded(response)

    async def _where_it_runs(self) -> str | None:
        try:
            running = await wire.get(self._http, "/api/ps")
        except TroubleError:
            return None
        for one in wire.mappings(running.get("models")):
            size, on_gpu = wire.count(one.get("size")), wire.count(one.get("size_vram"))
            if one.get("name") == self.model and size and on_gpu is not None and on_gpu < size:
                return (
                    f"only {on_gpu / size:.0%} of {self.model} fits on the GPU; "
                    "it will be slow, a smaller model may do"
                )
        return None


@wire.understood
def parse(body: Mapping[str, Any]) -> Answer:
    """Read a chat reply; raise TroubleError for what is none."""
    message = body.get("message")
    reason = str(body.get("done_reason") or "stop")
    if not isinstance(message, dict) or not body.get("done"):
        raise TroubleError(Trouble.FAULTY, "half an answer", maybe_billed=True)
    if reason in {"load", "unload"}:
        raise TroubleError(Trouble.FAULTY, f"the model was only being loaded ({reason})")
    return Answer(
        text=wire.text(message.get("content")) or "",
        stop=Stop.LENGTH if reason == "length" else Stop.DONE,
        detail=None if reason == "stop" else reason,
        thoughts=wire.text(message.get("thinking")) or "",
        model=wire.text(body.get("model")),
        usage=Usage(
            input=wire.count(body.get("prompt_eval_count")),
            output=wire.count(body.get("eval_count")),
        ),
    )
