"""Photos by the id of their row, never by a path: thumbnails, originals, and a word where there is none."""

import base64
import io
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row

from datasette.utils.asgi import Response

from herocat import gate, photos
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.exports import strips
from herocat.exports.strips import Content
from herocat.gallery.view import SIZE
from herocat.web.visit import Visit, in_thread

_YEAR = "private, max-age=31536000, immutable"  # the address changes when the photo does
_DAY = "private, max-age=86400"
_SHORT = "private, max-age=10"  # a disk may be plugged in
_SCREEN = 1600  # longest side
_PUBLIC_SIZE = 2048  # longest side of what the public sees; nothing of the camera's notes is in it
_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300" viewBox="0 0 400 300">'
    '<rect width="400" height="300" fill="#8883"/>'
    '<text x="200" y="156" text-anchor="middle" font-family="sans-serif" font-size="17"'
    ' fill="#888">{}</text></svg>'
)
_MAGIC = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"BM"), "image/bmp"),
)
_decoders = threading.BoundedSemaphore(2)  # pixels cost memory: never many at once


_SHEET = re.compile(r"[0-9]{1,18}(?:,[0-9]{1,18})*")


@dataclass(frozen=True, slots=True)
class Place:
    """A photo's file, that lies inside its collection; or why there is none to send."""

    path: Path | None
    why: str
    strips: Content | None = None  # of the camera, that this reader must not see


def place(catalog: Catalog, image: int, *, public: bool) -> Place | None:
    """Find a photo's file; None: no such photo, or none for this reader."""
    row = catalog.one("browse.photo", image=image)
    if row is None or (public and gate.vetoes(catalog, [image])):
        return None
    root = catalog.placed(row["root"])
    try:
        inside = root.resolve(strict=True)
    except OSError:
        return Place(None, "its disk is not here")
    try:
        path = (inside / row["path"]).resolve(strict=True)
    except (OSError, ValueError):
        return Place(None, "not on disk")
    if not path.is_relative_to(inside) or not path.is_file():
        return None  # a link that leads out of the collection
    return Place(path, "", _strips(catalog, image) if public else None)


async def thumbnail(visit: Visit) -> Response:
    """Answer with a photo's thumbnail: the kept one, or one made now."""
    image = int(visit.part("image"))

    def find(catalog: Catalog) -> tuple[bytes | None, Place | None]:
        if visit.public and gate.vetoes(catalog, [image]):
            return None, None
        kept = _kept(catalog, image, public=visit.public)
        # Where one is kept, the photo's own disk may be slow, or away: leave it alone.
        return kept, place(catalog, image, public=visit.public) if kept is None else None

    kept, found = await visit.ask(find)
    if kept is not None:
        return sent(kept, "image/jpeg", _keep(visit))
    if found is None:
        return Response.text("not found", status=404)
    if found.path is None:
        return drawing(found.why)
    made = await in_thread(lambda: _small(found, photos.THUMBNAIL))
    return drawing("cannot be read") if made is None else sent(made, "image/jpeg", _keep(visit))


async def sheet(visit: Visit) -> Response:
    """Answer with the kept thumbnails of a page at once: a line each, its number and base64.

    Raises ChoiceError for anything but some numbers of photos. A browser spends more on asking for
    60 pictures than on showing them.
    """
    text = visit.query.get("of", "")
    images = list(map(int, text.split(","))) if _SHEET.fullmatch(text) else []
    if not 0 < len(images) <= SIZE:
        raise ChoiceError(f"a sheet has 1 to {SIZE} photos, by number")

    def find(catalog: Catalog) -> list[bytes]:
        vetoed = gate.vetoes(catalog, images) if visit.public else {}
        secret = gate.secrets(catalog, images) if visit.public else {}
        rows = list(catalog.rows("browse.thumbnails", images=json.dumps(images)))
        return [
            b"%d %b\n" % (row["image_id"], base64.b64encode(_shown(catalog, row, secret)))
            for row in rows
            if row["image_id"] not in vetoed
        ]

    lines = await visit.ask(find)
    return sent(b"".join(lines), "text/plain", _keep(visit))


async def original(visit: Visit) -> Response:
    """Answer with a photo as it lies on disk, or the part of it that was asked for."""
    image = int(visit.part("image"))
    found = await visit.ask(lambda catalog: place(catalog, image, public=visit.public))
    if found is None:
        return Response.text("not found", status=404)
    if found.path is None:
        return drawing(found.why)
    path = found.path
    keep = _keep(visit)
    kind = None if visit.public else await in_thread(lambda: _kind(path))
    if kind is None:  # for the public, and for what browsers cannot show: TIFF
        size = _PUBLIC_SIZE if visit.public else None
        made = await in_thread(lambda: _small(found, size))
        return drawing("cannot be read") if made is None else sent(made, "image/jpeg", keep)
    return await in_thread(lambda: _part(path, kind, keep, visit.request.headers.get("range", "")))


async def preview(visit: Visit) -> Response:
    """Answer with a photo that is large enough for a screen, and small enough for a phone."""
    image = int(visit.part("image"))
    found = await visit.ask(lambda catalog: place(catalog, image, public=visit.public))
    if found is None:
        return Response.text("not found", status=404)
    made = None
    if found.path is not None:
        made = await in_thread(lambda: _small(found, _SCREEN))
    if made is None:
        kept = await visit.ask(lambda catalog: _kept(catalog, image, public=visit.public))
        if kept is None and visit.query.get("strict"):  # a drawing is nothing that can be rated
            return Response.text("no picture", status=404)
        if kept is None:
            return drawing(found.why or "cannot be read")
        return sent(kept, "image/jpeg", _SHORT)
    return sent(made, "image/jpeg", _keep(visit))


def drawing(text: str) -> Response:
    """Answer with a drawing that says why there is no picture."""
    content = _DRAWING.format(text).encode()
    return sent(content, "image/svg+xml", _SHORT)


def sent(content: bytes, kind: str, keep: str, **headers: str) -> Response:
    """Send bytes that a browser may keep."""
    return Response(
        content,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Content-Length": str(len(content)),
            "X-Herocat-Cache": keep,
            **headers,
        },
        content_type=kind,
    )


def _keep(visit: Visit) -> str:
    """Say how long a picture may be kept: an address with a version changes with the photo."""
    return _YEAR if visit.query.get("v") else _DAY


def _strips(catalog: Catalog, image: int) -> Content | None:
    """Return what is known of the strips of a photo whose place must not be told; None of others."""
    return strips.known(catalog, image) if gate.secrets(catalog, [image]) else None


def _kept(catalog: Catalog, image: int, *, public: bool) -> bytes | None:
    """Return the thumbnail that is kept of a photo, as this reader may see it."""
    row = next(catalog.rows("browse.thumbnails", images=json.dumps([image])), None)
    secret = gate.secrets(catalog, [image]) if public and row is not None else {}
    return None if row is None else _shown(catalog, row, secret)


def _shown(catalog: Catalog, row: Row, secret: Mapping[int, gate.Secret]) -> bytes:
    jpeg: bytes = row["jpeg"]
    if row["image_id"] not in secret:
        return jpeg
    content = strips.known(catalog, row["image_id"])
    return strips.hushed(photos.Thumbnail(jpeg, 0, 0), content).jpeg


def _small(found: Place, longest: int | None) -> bytes | None:
    """Make a JPEG of a photo; None if it cannot be read."""
    assert found.path is not None
    with _decoders:
        try:
            if longest is None:
                buffer = io.BytesIO()
                photos.decode(found.path).save(buffer, "JPEG", quality=90)
                return buffer.getvalue()
            image = photos.decode_small(found.path, longest)
            image = (strips.painted(image, found.strips) if found.strips else None) or image
            return photos.thumbnail(image, longest).jpeg
        except (photos.UnreadableError, photos.MissingError):
            return None


def _kind(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(16)
    return next((kind for magic, kind in _MAGIC if magic.match(head)), None)


def _part(path: Path, kind: str, keep: str, asked: str) -> Response:
    size = path.stat().st_size
    span = _range(asked, size)
    if span is None:
        return Response.text(
            "no such part", status=416, headers={"Content-Range": f"bytes */{size}"}
        )
    start, end = span
    with path.open("rb") as file:
        file.seek(start)
        content = file.read(end - start)
    response = sent(content, kind, keep, **{"Accept-Ranges": "bytes"})
    if asked.startswith("bytes="):
        response.status = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _range(asked: str, size: int) -> tuple[int, int] | None:
    """Return the first byte that is asked for and the one behind the last; None: not to be had."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
    if not match or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        start, end = max(0, size - int(match[2])), size
    else:
        start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
    return (start, end) if start < end else None
