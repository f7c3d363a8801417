"""An Ollama server by its own API."""

from typing import Any

from tests.fakes.server import Asked, Fake, Said, decoded


class FakeOllama(Fake):
    """Knows one model, and whether it sees."""

    def __init__(self, model: str = "gemma4:latest") -> None:
        super().__init__()
        self.model = model
        self.capabilities = ["completion", "vision"]
        self.remote_host: str | None = None
        self.on_gpu = 1.0

    def is_question(self, asked: Asked) -> bool:
        return asked.path == "/api/chat" and bool(asked.body["messages"])

    def beside(self, asked: Asked) -> Said:
        known = asked.method == "GET" or asked.body.get("model") == self.model
        if not known:
            return Said({"error": f"model '{asked.body['model']}' not found"}, 404)
        replies: dict[str, Any] = {
            "/api/version": {"version": "0.20.3"},
            "/api/tags": {"models": [{"name": self.model, "digest": "d"}]},
            "/api/show": {"capabilities": self.capabilities}
            | ({"remote_host": self.remote_host} if self.remote_host else {}),
            "/api/ps": {
                "models": [{"name": self.model, "size": 100, "size_vram": int(100 * self.on_gpu)}]
            },
            "/api/chat": {"model": self.model, "message": {"role": "assistant", "content": ""},
                          "done": True, "done_reason": "load"},
        }  # fmt: skip
        return Said(replies[asked.path]) if asked.path in replies else Said({}, 404)

    def usual(self, asked: Asked, text: str) -> Any:
        body = asked.body
        assert body["stream"] is False, "a client that forgets this gets lines, not an answer"
        assert body["options"]["num_ctx"] >= 8192
        if body["model"] != self.model:
            return {"error": f"model '{body['model']}' not found"}
        return {
            "model": self.model,
            "message": {"role": "assistant", "content": text, "thinking": ""},
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": 800,
            "eval_count": 50,
        }

    def pictures(self, asked: Asked) -> list[bytes]:
        return [decoded(image) for image in asked.body["messages"][1]["images"]]
