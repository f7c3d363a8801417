"""What stands before every page: the names we answer to, what the public sees, what browsers keep."""

import ipaddress
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from herocat.web.options import Options, options

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Datasette lets nothing be kept where a cookie came along, and on this machine any program's may.
_KEEP = b"x-herocat-cache"  # our routes' own header, that it does not know
_OURS = "/-/herocat/"


def guarded(app: App, prefix: str = "/") -> App:
    """Wrap a server: other host names are refused, in public everything that is not ours."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        made = options()
        if not _known(made, scope):
            await _refuse(send, 421, b"this server does not answer to that name; see --allow-host")
        elif made.started and scope["path"] == "/":
            await _refuse(send, 302, b"", ((b"location", b"-/herocat/"),))
        elif made.public and not _asked(scope, prefix).startswith(_OURS):
            await _refuse(send, 404, b"not found")
        else:
            await app(scope, receive, _keeping(send))

    return answer


def _asked(scope: Scope, prefix: str) -> str:
    """Return the address as Datasette reads it: before anything in it is decoded, behind the prefix."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else str(scope["path"])
    return "/" + path.removeprefix(prefix) if path.startswith(prefix) else path


def _known(made: Options, scope: Scope) -> bool:
    """Say whether a name is ours: else a page elsewhere could read this one through a DNS trick."""
    if not made.hosts:
        return True
    given = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    name = re.sub(r":\d+\Z", "", given).strip("[]").lower()
    if name in made.hosts:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True  # a number cannot be rebound


def _keeping(send: Send) -> Send:
    async def passed(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = message["headers"]
            kept = [value for name, value in headers if name.lower() == _KEEP]
            if kept:
                dropped = {_KEEP, b"cache-control", b"vary"}
                headers = [pair for pair in headers if pair[0].lower() not in dropped]
                message = message | {"headers": [*headers, (b"cache-control", kept[0])]}
        await send(message)

    return passed


async def _refuse(
    send: Send, status: int, text: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    kind = (b"content-type", b"text/plain; charset=utf-8")
    size = (b"content-length", str(len(text)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [kind, size, *headers]})
    await send({"type": "http.response.body", "body": text})
