"""A server that answers after a while, with room for so many at once: the rest waits, or is rejected.

    python -m tests.bench.slow_server PORT SECONDS ROOM queue|reject

``GET /stats`` tells what it has seen.
"""

import asyncio
import json
import sys
import time

REPLY = json.dumps(
    {
        "model": "slow",
        "choices": [
            {
                "message": {"content": '{"score": 6.5, "reasoning": "It looks up."}'},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 900, "completion_tokens": 60},
    }
).encode()


class Slow:
    """Counts what it answers and rejects, second by second."""

    def __init__(self, seconds: float, room: int, *, rejects: bool) -> None:
        self.seconds = seconds
        self.room = room
        self.rejects = rejects
        self.places = asyncio.Semaphore(room)
        self.flying = 0
        self.answered: list[float] = []
        self.rejected: list[float] = []
        self.first: float | None = None

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                if length:
                    await reader.readexactly(length)
                status, body = await self.answer(head.split(b" ", 2)[1])
                writer.write(
                    b"HTTP/1.1 %d x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                    % (status, len(body), body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, path: bytes) -> tuple[int, bytes]:
        if path == b"/stats":
            return 200, json.dumps(
                {"first": self.first, "answered": self.answered, "rejected": self.rejected}
            ).encode()
        if path.endswith(b"/models"):
            return 200, b'{"data": [{"id": "slow"}]}'
        if not path.endswith(b"/completions"):
            return 404, b"{}"
        now = time.monotonic()
        self.first = self.first or now
        if self.rejects and self.flying >= self.room:
            self.rejected.append(now)
            return 429, b'{"error": {"message": "no room"}}'
        self.flying += 1
        try:
            async with self.places:
                await asyncio.sleep(self.seconds)
        finally:
            self.flying -= 1
        self.answered.append(time.monotonic())
        return 200, REPLY


async def serve(port: int, slow: Slow) -> None:
    server = await asyncio.start_server(slow.handle, "127.0.0.1", port, limit=2**20)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    port, seconds, room, kind = sys.argv[1:5]

    async def main() -> None:
        await serve(int(port), Slow(float(seconds), int(room), rejects=kind == "reject"))

    asyncio.run(main())
