"""Addresses of photos, and the path that each has below a collection once it is fetched."""

import hashlib
import re
from urllib.parse import unquote, urlsplit

SCHEMES = ("http", "https", "s3", "gs")
_ADDRESS = re.compile(rf"(?:{'|'.join(SCHEMES)})://[^/\s]+", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\\:*?\"<>|]")
_SUFFIX = re.compile(r"\.(?:jpe?g|png|gif|tiff?|bmp|webp)$", re.IGNORECASE)
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/bmp": ".bmp",
    "image/webp": ".webp",
}
_LONGEST = 120  # characters of a part of a path; file systems take 255 bytes


def is_url(text: str) -> bool:
    """Tell whether a text is an address of a kind that photos have."""
    return bool(_ADDRESS.match(text))


def local_path(url: str, media_type: str = "image/jpeg") -> str:
    """Return where a photo from an address lies below its collection: host, then the address's path.

    What no file system takes is replaced; an address with a query gets a few letters that tell it
    from others of the same path, one without a suffix that of its type.
    """
    parts = urlsplit(url)
    names = [_part(name) for name in unquote(parts.path).split("/")]
    kept = [
        _part(parts.netloc.rpartition("@")[2].lower()),
        *(n for n in names if n not in {"", ".", ".."}),
    ]
    if parts.query or any(len(name) > _LONGEST for name in kept):
        mark = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:12]
        stem, dot, suffix = kept[-1].rpartition(".")
        kept[-1] = f"{(stem or suffix)[:_LONGEST]}-{mark}{dot and '.' + suffix[:10]}"
    kept = [name[: _LONGEST + 30] for name in kept]
    if not _SUFFIX.search(kept[-1]):
        kept[-1] += _SUFFIXES.get(media_type.partition(";")[0].strip().lower(), ".jpg")
    return "/".join(kept)


def _part(name: str) -> str:
    return _UNSAFE.sub("_", name).strip()
