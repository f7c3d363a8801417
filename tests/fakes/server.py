"""A server on a real socket that says what a test tells it to, and writes down what it was asked."""

import asyncio
import base64
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

RATING = {"score": 6.5, "framing": 7, "reasoning": "It looks at the camera."}


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


@dataclass
class Said:
    """A reply: an object is sent as JSON, bytes as they are; or something is done to the socket."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0  # seconds
    drop: bool = False  # hang up without a word
    cut: int | None = None  # send so many bytes of the body, then hang up


class Fake:
    """What all fake servers have: a script of replies before the usual ones, and a memory."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: deque[Said] = deque()  # for questions alone; empty: the usual reply
        self.delay = 0.0
        self.flying = 0
        self.most_flying = 0
        self.on_question: Callable[[Asked], Said | None] = lambda _: None
        self.rating: Callable[[Asked], Any] = lambda _: RATING
        self.url = ""
        self._lock = threading.Lock()

    # For those that speak a protocol

    def is_question(self, asked: Asked) -> bool:
        raise NotImplementedError

    def usual(self, asked: Asked, text: str) -> Any:
        """Return the reply to a question in the protocol's words."""
        raise NotImplementedError

    def beside(self, asked: Asked) -> Said:
        """Return the reply to anything else."""
        return Said({"error": {"message": f"no such path {asked.path}"}}, 404)

    def pictures(self, asked: Asked) -> list[bytes]:
        raise NotImplementedError

    def answer(self, asked: Asked) -> Said:
        with self._lock:
            self.asked.append(asked)
        if not self.is_question(asked):
            return self.beside(asked)
        with self._lock:
            self.flying += 1
            self.most_flying = max(self.flying, self.most_flying)
        try:
            said = self.on_question(asked)
            with self._lock:
                if said is None and self.script:
                    said = self.script.popleft()
            if said is None:
                rating = self.rating(asked)
                text = rating if isinstance(rating, str) else json.dumps(rating)
                said = Said(self.usual(asked, text))
            time.sleep(self.delay + said.after)
            return said
        finally:
            with self._lock:
                self.flying -= 1

    @property
    def questions(self) -> list[Asked]:
        return [asked for asked in self.asked if self.is_question(asked)]

    def received(self) -> set[bytes]:
        """Return every picture that came in, in a question or in anything else."""
        return {jpeg for asked in self.asked for jpeg in jpegs(asked.content)}

    def images(self) -> list[Image.Image]:
        """Return every picture of every question, opened: what is no picture fails the test."""
        return [
            Image.open(BytesIO(content))
            for asked in self.questions
            for content in self.pictures(asked)
        ]


def jpegs(content: bytes) -> list[bytes]:
    """Return every picture that stands in a request, whatever the request is for."""
    found = re.findall(rb"[/_]9j[A-Za-z0-9+/_=-]+", content)
    return [decoded(text.decode()) for text in found]


def decoded(data: str) -> bytes:
    """Return the bytes of base64 of either alphabet."""
    return base64.b64decode(data.replace("-", "+").replace("_", "/"), validate=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: Fake

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        content = self.rfile.read(length)
        said = self.fake.answer(Asked(self.command, parts.path, parts.query, headers, content))
        if said.drop:
            self.close_connection = True
            return
        body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
        self.send_response(said.status)
        kind = "text/html" if body.startswith(b"<") else "application/json"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body))}.items():
            if name not in said.headers:
                self.send_header(name, value)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if said.cut is None else body[: said.cut])
        if said.cut is not None:
            self.close_connection = True

    do_GET = do_POST = do_DELETE = _handle  # noqa: N815 - names of http.server

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(fake: Fake, port: int = 0) -> Iterator[Fake]:
    """Serve a fake on a free port, or on one that it had before."""
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = _Server(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def own_loop() -> Iterator[None]:
    """Let a test run an event loop, although a browser of another test keeps one open."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)
