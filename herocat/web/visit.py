"""One request for one of our pages: who asks, of which catalog, and how it is answered."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from datasette.utils import tilde_encode
from datasette.utils.asgi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from herocat.catalog import Catalog, explain
from herocat.errors import ChoiceError, HerocatError
from herocat.gallery.view import shown
from herocat.pages import sentence
from herocat.web import rater
from herocat.web.options import Options, options

Result = TypeVar("Result")

_LARGEST = 65_536  # bytes of an answer from a script of ours

# Nothing comes from elsewhere, nothing is run that stands in a page, nobody frames us.
_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


class NotHere(HerocatError):  # noqa: N818 - a page that is not there is no error of ours
    """What was asked for does not exist, or not for this reader."""


class Forbidden(HerocatError):  # noqa: N818 - it is the reader's, too
    """The reader may not do that."""


class Visit:
    """A request for a page of a catalog."""

    def __init__(self, datasette: Any, request: Any, database: Any) -> None:
        self.datasette = datasette
        self.request = request
        self.database = database
        self.options: Options = options()
        self.query = dict(parse_qsl(request.query_string or "", keep_blank_values=True))
        self.rater = rater.of(self)

    @property
    def public(self) -> bool:
        """Whether what must stay is hidden from this reader."""
        return self.options.public

    @property
    def path(self) -> Path:
        """The catalog's file."""
        return Path(self.options.catalog or self.database.path)

    def part(self, name: str) -> str:
        """Return a part of the address."""
        return str(self.request.url_vars[name])

    def all(self, name: str) -> list[str]:
        """Return every value that a parameter has in the address."""
        pairs = parse_qsl(self.request.query_string or "", keep_blank_values=True)
        return [value for key, value in pairs if key == name]

    def url(self, page: str = "", query: str = "") -> str:
        """Return the address of another of our pages."""
        below = f"/-/herocat/{tilde_encode(self.database.name)}/{page}"
        return str(self.datasette.urls.path(below)) + (f"?{query}" if query else "")

    async def ask(self, question: Callable[[Catalog], Result]) -> Result:
        """Ask the catalog, in a thread of its own; nothing is written."""

        def asked(connection: sqlite3.Connection) -> Result:
            try:
                return question(Catalog.over(connection, self.path))
            finally:
                if connection.in_transaction:  # temporary tables: else the next reads are of today
                    connection.rollback()

        answer: Result = await self.database.execute_fn(asked)
        return answer

    async def write(self, change: Callable[[Catalog], Result]) -> Result:
        """Change the catalog in one transaction; a busy one is a HerocatError."""

        def changed(catalog: Catalog) -> Result:
            with catalog.writing():
                return change(catalog)

        return await self.work(changed)

    async def work(self, job: Callable[[Catalog], Result]) -> Result:
        """Do a job that takes the write lock by itself, in turn with all that is written here."""
        return await asyncio.wrap_future(_writer(self.path).submit(_done, self.path, job))

    async def sent_values(self) -> dict[str, Any]:
        """Return what a script of ours sent; raise ChoiceError for anything else."""
        headers = self.request.headers
        origin = headers.get("origin", "")
        if origin and urlsplit(origin).netloc != headers.get("host", ""):
            raise Forbidden("this came from another page")
        if not headers.get("content-type", "").startswith("application/json"):
            raise ChoiceError("send JSON")
        if int(headers.get("content-length") or 0) > _LARGEST:
            raise ChoiceError("that is too much")
        try:
            values = json.loads(await self.request.post_body())
        except ValueError:
            raise ChoiceError("that is no JSON") from None
        if not isinstance(values, dict):
            raise ChoiceError("send a JSON object")
        return values

    def html(self, template: str, page: Any, *, status: int = 200) -> Response:
        """Answer with a page."""
        return Response.html(self.text(template, page), status=status, headers=dict(_HEADERS))

    def text(self, template: str, page: Any) -> str:
        """Fill a template with the fields of its page."""
        values = {field.name: getattr(page, field.name) for field in fields(page)}
        return environment().get_template(template).render(values, visit=self, asset=self.asset)

    def json(self, value: Any, *, status: int = 200) -> Response:
        """Answer a script of ours."""
        return Response(
            json.dumps(value, ensure_ascii=False),
            status=status,
            headers=dict(_HEADERS),
            content_type="application/json; charset=utf-8",
        )

    def asset(self, name: str) -> str:
        """Return the address of a stylesheet or script; it changes when the file does."""
        _, digest, _ = assets()[name]
        return str(self.datasette.urls.path(f"/-/herocat/assets/{digest}/{name}"))

    def thumbnail(self, photo: Any) -> str:
        """Return the address of a photo's thumbnail; it changes when the photo does."""
        return self.url(f"thumbnail/{photo.id}.jpg", f"v={photo.version}")

    def sheet(self, photos: Sequence[Any]) -> str:
        """Return the address of the kept thumbnails of some photos at once; empty: there is none."""
        kept = [photo for photo in photos if photo.width]
        if not kept:
            return ""
        versions = sha256(",".join(str(photo.version) for photo in kept).encode()).hexdigest()[:12]
        return self.url("sheet", f"of={','.join(str(photo.id) for photo in kept)}&v={versions}")

    @property
    def csrf(self) -> str:
        """The token that the 0.65 line of Datasette wants beside each write."""
        token = self.request.scope.get("csrftoken")
        return str(token()) if token and self.rater else ""


@cache
def environment() -> Environment:
    """Return our templates' environment: everything is escaped, nothing may be undefined."""
    made = Environment(
        loader=PackageLoader("herocat.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_function"] = _dumped
    made.filters["number"] = lambda value: f"{value:,}"
    made.filters["score"] = lambda value: "" if value is None else shown(value)
    made.filters["lasting"] = _lasting
    made.filters["sentence"] = sentence
    made.filters["moment"] = lambda value: (value or "").replace("T", " ")[:16]
    return made


def _lasting(milliseconds: float | None) -> str:
    if milliseconds is None:
        return ""
    if milliseconds < 1:
        return "< 1 ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 100 else f"{milliseconds / 1000:.1f} s"


def _dumped(value: Any, **options: Any) -> str:
    def plain(thing: Any) -> Any:
        if is_dataclass(thing) and not isinstance(thing, type):
            return {field.name: getattr(thing, field.name) for field in fields(thing)}
        raise TypeError(thing)

    return json.dumps(value, default=plain, **options)


@cache
def assets() -> dict[str, tuple[bytes, str, str]]:
    """Return our stylesheets and scripts: content, digest and type by name."""
    kinds = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
    found = {}
    folder = resources.files("herocat")
    for entry in [*(folder / "web" / "static").iterdir(), folder / "templates" / "palette.css"]:
        suffix = entry.name.rpartition(".")[2]
        if suffix in kinds:
            content = entry.read_bytes()
            found[entry.name] = (content, sha256(content).hexdigest()[:12], kinds[suffix])
    return found


@cache
def _writer(_: Path) -> ThreadPoolExecutor:
    """Return the one thread that writes to a catalog: answers land in the order in which they came."""
    return ThreadPoolExecutor(1, "herocat-writer")


_open = threading.local()


def _done(path: Path, job: Callable[[Catalog], Result]) -> Result:
    try:
        if getattr(_open, "path", None) != path:
            _open.catalog, _open.path = Catalog(path), path
        return job(_open.catalog)
    except sqlite3.OperationalError as error:
        raise explain(error, path) or error from error


async def in_thread(work: Callable[[], Result]) -> Result:
    """Do what takes a while beside the server's own loop."""
    return await asyncio.to_thread(work)
