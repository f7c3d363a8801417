"""A server that speaks OpenAI's chat completions, as vLLM does."""

from typing import Any

from tests.fakes.server import Asked, Fake, Said, decoded


class FakeOpenAI(Fake):
    """Checks what it is sent as strictly as a real one, and answers with a rating."""

    def __init__(self, model: str = "fake-vl", key: str | None = None) -> None:
        super().__init__()
        self.model = model
        self.key = key
        self.reported = model
        self.logprobs: Any = None
        self.usage: dict[str, Any] = {"prompt_tokens": 900, "completion_tokens": 60}
        self.refuses: tuple[str, ...] = ()  # kinds of response_format that it does not take

    def is_question(self, asked: Asked) -> bool:
        return asked.path.endswith("/chat/completions")

    def beside(self, asked: Asked) -> Said:
        if asked.path.endswith("/models"):
            entry = {"id": self.model, "object": "model", "owned_by": "vllm"}
            return Said({"object": "list", "data": [entry]})
        if asked.path == "/version":
            return Said({"version": "0.33.0"})
        return Said(b"", 404)

    def answer(self, asked: Asked) -> Said:
        if self.key and asked.headers.get("authorization") != f"Bearer {self.key}":
            self.asked.append(asked)
            return Said({"error": "Unauthorized"}, 401)
        return super().answer(asked)

    def usual(self, asked: Asked, text: str) -> Any:
        body = asked.body
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text, "reasoning": None},
            "finish_reason": "stop",
            "logprobs": self.logprobs,
        }
        assert body["messages"][0]["role"] == "system"
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": self.reported,
            "choices": [choice],
            "usage": self.usage,
        }

    def pictures(self, asked: Asked) -> list[bytes]:
        head = "data:image/jpeg;base64,"
        urls = [
            part["image_url"]["url"]
            for part in asked.body["messages"][1]["content"]
            if part["type"] == "image_url"
        ]
        assert all(url.startswith(head) for url in urls)
        return [decoded(url.removeprefix(head)) for url in urls]
