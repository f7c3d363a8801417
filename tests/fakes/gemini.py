"""Google's generative language API, as the real library talks to it: questions, files, jobs.

It takes what the library sends (both spellings of names, both alphabets of base64) and checks what
the real one checks: the key, sizes and offsets of an upload, that keys of a job are its own.
"""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.server import Asked, Fake, Said, decoded

MODEL = "gemini-3.5-flash-lite"


def error(
    code: int, status: str, message: str, details: list[dict[str, Any]] | None = None
) -> Said:
    """Return an error in Google's envelope."""
    inner = {"code": code, "message": message, "status": status, "details": details or []}
    return Said({"error": inner}, code)


def quota(
    seconds: str = "0.2s", quota_id: str = "GenerateRequestsPerMinutePerProjectPerModel"
) -> Said:
    """Return a 429 that says which quota is used up, and until when."""
    violation = {"quotaMetric": "m", "quotaId": quota_id, "quotaValue": "15"}
    return error(
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details. For more "
        "information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.",
        [
            {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]},
            {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": seconds},
        ],
    )


def reply(
    text: str | None, *, finish: str = "STOP", model: str = MODEL, thoughts: int = 20
) -> dict[str, Any]:
    """Return a GenerateContentResponse."""
    content: dict[str, Any] = {"role": "model"}
    if text is not None:
        content["parts"] = [{"text": "thinking aloud", "thought": True}, {"text": text}]
    return {
        "candidates": [{"content": content, "finishReason": finish, "index": 0}],
        "usageMetadata": {
            "promptTokenCount": 1300,
            "candidatesTokenCount": 40,
            "thoughtsTokenCount": thoughts,
            "totalTokenCount": 1340 + thoughts,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 180},
                {"modality": "IMAGE", "tokenCount": 1120},
            ],
        },
        "modelVersion": model,
        "responseId": "r",
    }


Tamper = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@dataclass
class Job:
    """A batch job in the fake's hands."""

    name: str
    display_name: str
    keys: list[str]
    requests: dict[str, Any]
    state: str = "BATCH_STATE_PENDING"
    error: dict[str, Any] | None = None
    output: list[dict[str, Any]] | None = None


@dataclass
class Upload:
    """A file that is being sent in pieces."""

    name: str
    size: int
    content: bytearray = field(default_factory=bytearray)


class FakeGemini(Fake):
    """Knows one model and one key."""

    def __init__(self, model: str = MODEL, key: str = "secret-key") -> None:
        super().__init__()
        self.model = model
        self.key = key
        self.reported = model
        self.jobs: dict[str, Job] = {}
        self.files: dict[str, Upload] = {}
        self.creations = 0
        self.after_creation: Said | None = None  # said once instead, though the job is created
        self.on_creation: Callable[[], None] = lambda: None
        self.tamper: Tamper = lambda lines: lines  # what becomes of a job's results
        self.finish_as = "BATCH_STATE_SUCCEEDED"
        self.partly = False  # jobs that end otherwise have answered something, too
        self.gone: set[str] = set()  # jobs whose file of results is deleted
        self.locked: set[str] = set()  # jobs that this key may not ask about
        self.cancels_at_once = True
        self.polls_until_done = 0

    def is_question(self, asked: Asked) -> bool:
        return asked.path.endswith(":generateContent")

    def answer(self, asked: Asked) -> Said:
        upload = asked.path.startswith("/up/")
        if not upload and asked.headers.get("x-goog-api-key") != self.key:
            self.asked.append(asked)
            details = [{"@type": "ErrorInfo", "reason": "API_KEY_INVALID"}]
            return error(400, "INVALID_ARGUMENT", "API key not valid.", details)
        if not upload and not re.match(r"/(upload/)?v1(beta)?/", asked.path):
            return Said(b"<html>404</html>", 404)
        return super().answer(asked)

    def usual(self, asked: Asked, text: str) -> Any:
        self.check(asked.body)
        if f"/models/{self.model}:" not in asked.path:
            raise AssertionError(asked.path)
        return reply(text, model=self.reported)

    def check(self, body: Any) -> None:
        """Refuse what the real one refuses."""
        generation = body["generationConfig"]
        assert not ("responseSchema" in generation and "responseJsonSchema" in generation)
        thinking = generation.get("thinkingConfig", {})
        assert len(thinking) <= 1, "level and budget together are refused"
        assert "minimum" not in json.dumps(generation)
        assert body["contents"][-1]["role"] == "user"

    def pictures(self, asked: Asked) -> list[bytes]:
        return pictures(asked.body)

    def beside(self, asked: Asked) -> Said:  # noqa: PLR0911 - a path a line
        path = re.sub(r"^/(upload/)?v1(beta)?", "", asked.path)
        if asked.path.startswith("/up/"):
            return self._upload_piece(asked)
        if path == "/files" and asked.method == "POST":
            return self._upload_start(asked)
        if path == f"/models/{self.model}":
            return Said({"name": f"models/{self.model}", "version": "001"})
        if path.startswith("/models/") and ":" not in path:
            name = path.removeprefix("/")
            return error(404, "NOT_FOUND", f"{name} is not found for API version v1beta")
        if path.endswith(":countTokens"):
            return Said({"totalTokens": 1250})
        if path.endswith(":batchGenerateContent"):
            return self._create(asked)
        if path == "/batches":
            return self._list(asked)
        return self._job(asked, path)

    # Files

    def _upload_start(self, asked: Asked) -> Said:
        number = len(self.files) + 1
        size = int(asked.headers["x-goog-upload-header-content-length"])
        assert asked.headers["x-goog-upload-command"] == "start"
        self.files[f"files/f{number}"] = Upload(f"files/f{number}", size)
        return Said({}, headers={"X-Goog-Upload-URL": f"{self.url}/up/f{number}"})

    def _upload_piece(self, asked: Asked) -> Said:
        upload = self.files["files/" + asked.path.rpartition("/")[2]]
        assert int(asked.headers["x-goog-upload-offset"]) == len(upload.content)
        upload.content += asked.content
        if "finalize" not in asked.headers["x-goog-upload-command"]:
            return Said({}, headers={"X-Goog-Upload-Status": "active"})
        assert len(upload.content) == upload.size
        entry = {"name": upload.name, "sizeBytes": str(upload.size), "state": "ACTIVE"}
        return Said({"file": entry}, headers={"X-Goog-Upload-Status": "final"})

    # Jobs

    def _create(self, asked: Asked) -> Said:
        batch = asked.body["batch"]
        source = batch["inputConfig"].get("fileName") or batch["inputConfig"]["file_name"]
        lines = [json.loads(line) for line in self.files[source].content.decode().splitlines()]
        keys = [line["key"] for line in lines]
        assert len(set(keys)) == len(keys), "a key stands there twice"
        for line in lines:
            self.check(line["request"])
        self.creations += 1
        name = f"batches/b{self.creations}"
        display = batch.get("displayName") or batch["display_name"]
        requests = {line["key"]: line["request"] for line in lines}
        self.jobs[name] = Job(name, display, keys, requests)
        self.on_creation()
        said, self.after_creation = self.after_creation, None
        return said or Said(self._shown(self.jobs[name]))

    def _list(self, asked: Asked) -> Said:
        names = sorted(self.jobs)
        token = parse_qs(asked.query).get("pageToken", ["0+/="])[0]
        if not token.endswith("+/="):
            return error(400, "INVALID_ARGUMENT", "bad page token")
        start = int(token.removesuffix("+/="))
        page: dict[str, Any] = {
            "operations": [self._shown(self.jobs[n]) for n in names[start : start + 2]]
        }
        if start + 2 < len(names):
            page["nextPageToken"] = f"{start + 2}+/="
        return Said(page)

    def _job(self, asked: Asked, path: str) -> Said:
        name, _, action = path.removeprefix("/").partition(":")
        if action == "download":
            return self._download(name)
        if name not in self.jobs:
            return error(404, "NOT_FOUND", f"{name} is not there")
        if name in self.locked:
            return error(403, "PERMISSION_DENIED", f"{name} is not yours")
        job = self.jobs[name]
        if action == "cancel":
            job.state = "BATCH_STATE_CANCELLED" if self.cancels_at_once else job.state
            self.finish_as = "BATCH_STATE_CANCELLED"
            return Said({})
        if asked.method == "DELETE":
            del self.jobs[name]
            return Said({})
        if job.state in {"BATCH_STATE_PENDING", "BATCH_STATE_RUNNING"}:
            self.polls_until_done -= 1
            job.state = "BATCH_STATE_RUNNING" if self.polls_until_done >= 0 else self.finish_as
        return Said(self._shown(job))

    def _download(self, name: str) -> Said:
        job = self.jobs["batches/" + name.removeprefix("files/batch-")]
        if job.name in self.gone:
            return error(404, "NOT_FOUND", f"{name} does not exist or has expired")
        lines = self._results(job)
        return Said("\n".join(json.dumps(line) for line in lines).encode() + b"\n")

    def _results(self, job: Job) -> list[dict[str, Any]]:
        lines = [
            {"response": reply(self._text(job, key), model=self.reported), "key": key}
            for key in job.keys
        ]
        random.Random(1).shuffle(lines)
        return self.tamper(lines)

    def _text(self, job: Job, key: str) -> str:
        rating = self.rating(Asked("POST", key, "", {}, json.dumps(job.requests[key]).encode()))
        return rating if isinstance(rating, str) else json.dumps(rating)

    def _shown(self, job: Job) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "model": f"models/{self.model}",
            "displayName": job.display_name,
            "state": job.state,
            "createTime": "2026-11-20T10:00:00Z",
            "batchStats": {"requestCount": str(len(job.keys))},
        }
        shown: dict[str, Any] = {"name": job.name, "metadata": metadata}
        ended_badly = job.state.endswith(("FAILED", "EXPIRED", "CANCELLED"))
        if job.state.endswith("SUCCEEDED") or (ended_badly and self.partly):
            metadata["output"] = {
                "responsesFile": f"files/batch-{job.name.removeprefix('batches/')}"
            }
            answered = {line.get("key") for line in self._results(job) if "response" in line}
            count = len(answered & set(job.keys))
            metadata["batchStats"] |= {"successfulRequestCount": str(count)} if count else {}
            shown |= {"done": True}
        if ended_badly:
            shown |= {"done": True, "error": job.error or {"code": 3, "message": "it failed"}}
        return shown


def pictures(body: Any) -> list[bytes]:
    """Return the pictures of a question's body, however the library has spelt it."""
    found = []
    for part in body["contents"][-1]["parts"]:
        inline = part.get("inlineData") or part.get("inline_data")
        if inline:
            assert (inline.get("mimeType") or inline.get("mime_type")) == "image/jpeg"
            found.append(decoded(inline["data"]))
    return found
