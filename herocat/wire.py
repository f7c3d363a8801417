"""HTTP as every provider needs it: one client, one way to send, one table of what goes wrong."""

import base64
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec

import httpx
import msgspec

from herocat import limits
from herocat.endpoints import Distance, distance
from herocat.ports import Answer, Picture, Trouble, TroubleError
from herocat.replies import storable

Arguments = ParamSpec("Arguments")

_KINDS = {
    **dict.fromkeys((301, 302, 303, 307, 308, 401, 404, 405, 407, 410), Trouble.FATAL),
    **dict.fromkeys((408, 409, 425), Trouble.FAULTY),
    **dict.fromkeys((503, 529), Trouble.BUSY),
    402: Trouble.SPENT,
}
_KEYS = ("authorization", "x-goog-api-key")  # headers that carry one
_KEY_LENGTH = 8  # characters; what is shorter is no secret, and stands in any text
_MOST = 2**53  # tokens; what says more is no count
_POOL = 8  # questions at once through one pool of connections
_NO_MODEL = re.compile(
    r"model\b.{0,80}(not exist|not found|unknown|not a valid)|no deployments available|invalid model|unknown model",
    re.IGNORECASE | re.DOTALL,
)
_NO_MONEY = re.compile(r"insufficient_quota|billing|credit balance|out of credits", re.IGNORECASE)
_FLAGGED = re.compile(r"moderation|flagged", re.IGNORECASE)


def client(
    url: str, *, most: int, read: float, headers: Mapping[str, str] | None = None
) -> httpx.AsyncClient:
    """Return a client for one server, with room for so many questions at once."""
    room = httpx.Limits(max_connections=most + 4, max_keepalive_connections=most + 4)
    secure = url.startswith("https")  # reading certificates takes a tenth of a second
    remote = distance(url) is Distance.REMOTE
    return httpx.AsyncClient(
        base_url=url,
        headers=dict(headers or {}),
        timeout=httpx.Timeout(connect=5.0, write=60.0, read=read, pool=None),
        limits=room,
        verify=secure,
        # A proxy of the environment must not carry away what stays on this machine.
        trust_env=remote,
        transport=None if remote else _Pools(most, verify=secure),
    )


class _Pools(httpx.AsyncBaseTransport):
    """Many small pools of connections: what a pool does for a request grows with its square."""

    def __init__(self, most: int, *, verify: bool) -> None:
        room = httpx.Limits(max_connections=None, max_keepalive_connections=_POOL + 4)
        count = max(1, -(-most // _POOL))
        self._pools = [httpx.AsyncHTTPTransport(verify=verify, limits=room) for _ in range(count)]
        self._flying = [0] * count

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request by the pool that has the fewest under way."""
        place = min(range(len(self._pools)), key=self._flying.__getitem__)
        self._flying[place] += 1
        try:
            return await self._pools[place].handle_async_request(request)
        finally:
            self._flying[place] -= 1

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._pools:
            await pool.aclose()


def data_url(picture: Picture) -> str:
    """Return a picture as OpenAI-like servers take it."""
    return "data:image/jpeg;base64," + base64.b64encode(picture.jpeg).decode()


async def post(http: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Send JSON and return the JSON that comes back; raise TroubleError for anything else."""
    content = msgspec.json.encode(body)
    try:
        response = await http.post(
            path, content=content, headers={"Content-Type": "application/json"}
        )
    except httpx.HTTPError as error:
        raise transport(error) from error
    return decoded(response)


async def get(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Return the JSON of an address; raise TroubleError for anything else."""
    try:
        response = await http.get(path, timeout=10.0)
    except httpx.HTTPError as error:
        raise transport(error) from error
    return decoded(response)


def transport(error: Exception) -> TroubleError:
    """Turn what goes wrong on the way into a trouble."""
    words = str(error) or type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return TroubleError(Trouble.DOWN, f"nobody answers: {words}")
    if isinstance(error, httpx.TimeoutException):
        # It went out, and may have been worked on.
        return TroubleError(Trouble.FAULTY, "no answer in time", maybe_billed=True)
    if isinstance(error, httpx.LocalProtocolError):  # its words repeat the header
        return TroubleError(Trouble.FATAL, "the key holds a character that cannot be sent")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return TroubleError(Trouble.FATAL, f"no address of a server: {words}")
    return TroubleError(Trouble.FAULTY, f"the connection broke: {words}", maybe_billed=True)


def decoded(response: httpx.Response) -> dict[str, Any]:
    """Return the object in a response; raise TroubleError for an error, or what is no object."""
    found = json_of(response)
    if response.is_success and isinstance(found, dict) and not _error(found):
        return found
    raise refused(response)


def refused(response: httpx.Response) -> TroubleError:
    """Say what a response that is no answer means for what to do next."""
    text = _content(response).decode("utf-8", "replace")
    return trouble(response.status_code, response.headers, json_of(response), text)


def json_of(response: httpx.Response) -> Any:  # noqa: ANN401 - whatever it is
    """Return the JSON in a response; None if there is none."""
    try:
        return json.loads(_content(response))
    except (ValueError, RecursionError):
        return None


def understood(parse: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Let a reader of replies raise TroubleError for what is of no form that it knows."""

    @wraps(parse)
    def read(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        try:
            return parse(*args, **kwargs)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            what = "an answer of a form that nobody knows"
            raise TroubleError(Trouble.FAULTY, what, maybe_billed=True) from error

    return read


def mapping(value: object) -> Mapping[str, Any]:
    """Return a value where it is an object of JSON; else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a value where it is a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def number(value: object) -> float | None:
    """Return a value where it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def count(value: object) -> int | None:
    """Return a value where it is a count of tokens."""
    found = number(value)
    return None if found is None or not 0 <= found < _MOST else int(found)


def text(value: object) -> str | None:
    """Return a value where it is a text."""
    return value if isinstance(value, str) else None


def _content(response: httpx.Response) -> bytes:
    """Return what a response holds, but for the key: some servers repeat what they were sent."""
    content = response.content
    for name in _KEYS:
        key = response.request.headers.get(name, "").removeprefix("Bearer ")
        if len(key) >= _KEY_LENGTH:
            content = content.replace(key.encode(), b"(the key)")
    return content


def trouble(status: int, headers: Mapping[str, str], body: object, text: str) -> TroubleError:
    """Say what an HTTP status with its body means for what to do next."""
    if 200 <= status < 300:
        code = _inner_code(body)
        if code is None:
            what = "an empty answer" if not text.strip() else "an answer that is not JSON"
            return TroubleError(
                Trouble.FAULTY, f"{what}: {_short(text)}", status=status, maybe_billed=True
            )
        status = code  # some servers say 200 and mean something else
    message = message_of(body) or _short(text) or "no reason given"
    said = f"HTTP {status}: {message}"
    wait = limits.retry_after(headers, body, datetime.now(UTC))
    kind = _kind(status, headers, body, message, text)
    return TroubleError(kind, said, status=status, retry_after=wait)


def _kind(
    status: int, headers: Mapping[str, str], body: object, message: str, text: str
) -> Trouble:
    everything = f"{message} {text}"
    if status == 429:
        return _limited(headers, body, message)
    if status == 403:
        return Trouble.BLOCKED if _FLAGGED.search(everything) else Trouble.FATAL
    hopeless = "API_KEY_INVALID" in everything or "FAILED_PRECONDITION" in everything
    if hopeless or (status < 500 and _NO_MODEL.search(message)):
        return Trouble.FATAL
    return _KINDS.get(status, Trouble.FAULTY if status >= 500 else Trouble.PHOTO)


def _limited(headers: Mapping[str, str], body: object, message: str) -> Trouble:
    """Tell no room, so many a minute, and so many a day from each other.

    What is made for programs is asked first: Google's words for a limit of the minute, and OpenAI's,
    speak of billing, too.
    """
    details, codes = limits.details(body), _codes(body)
    if "PerDay" in json.dumps(details) or "insufficient_quota" in codes:
        return Trouble.SPENT
    said = any("violations" in one or "retryDelay" in one for one in details)
    if said or headers.get("x-ratelimit-remaining-requests") == "0":
        return Trouble.QUOTA
    if "rate_limit_exceeded" not in codes and _NO_MONEY.search(message):
        return Trouble.SPENT
    return Trouble.BUSY


def _codes(body: object) -> set[str]:
    """Return the words for programs in an error of OpenAI's form."""
    error = mapping(mapping(body).get("error", body))
    return {one for one in (error.get("code"), error.get("type")) if isinstance(one, str)}


def message_of(body: object) -> str | None:
    """Return the words of an error in any of the forms that servers use."""
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return None
    error = body.get("error", body)
    if isinstance(error, str):
        return _short(error)
    if isinstance(error, dict):
        for name in ("message", "detail", "error"):
            if isinstance(error.get(name), str):
                return _short(error[name])
    return None


def _error(body: Mapping[str, Any]) -> bool:
    return bool(body.get("error")) or body.get("object") == "error"


def _inner_code(body: object) -> int | None:
    if not isinstance(body, dict) or not _error(body):
        return None
    error = body["error"] if isinstance(body.get("error"), dict) else body
    code = error.get("code")
    if isinstance(code, str) and code.isdigit():
        code = int(code)
    return code if isinstance(code, int) and 400 <= code < 600 else 502


def _short(text: str, longest: int = 300) -> str:
    flat = " ".join(re.sub(r"<[^>]*>", " ", storable(text)).split())
    return flat if len(flat) <= longest else flat[: longest - 3] + "..."
