"""Fetch photos that are elsewhere into their collection: a few at once, each whole or not at all.

A photo that is here is not fetched again; one that was broken off begins anew. What went wrong is
kept with the address, and tried again by the next run.
"""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any
from urllib.parse import quote, urlsplit

from herocat import times
from herocat.batches import batches
from herocat.catalog import Catalog
from herocat.loaders import photos
from herocat.loaders.sources import Collection
from herocat.progress import Progress

LARGEST = 64 << 20  # bytes of one photo; trail cameras write up to 15 MB
AT_ONCE = 8
_TRIES = 3
_TIMEOUT = 30.0
_LONGEST_PAUSE = 60.0
_BATCH = 200
_AGENT = "herocat"
_KINDS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


@dataclass(frozen=True, slots=True)
class Fetched:
    """How many photos were fetched now, and how many could not be."""

    fetched: int
    failed: int


class _FailedError(Exception):
    """A photo could not be had; ``again`` tells whether another try may help, and when."""

    def __init__(self, reason: str, again: float | None = None) -> None:
        super().__init__(reason)
        self.again = again


def load(catalog: Catalog, collection: Collection) -> Fetched:
    """Fetch the photos of a collection that are elsewhere and not here yet."""
    rows = catalog.rows("given.pending_remote", collection=collection.id)
    pending = [dict(row) for row in rows]
    fetched = failed = 0
    with Progress("fetching", len(pending)) as progress:
        for batch in batches(_all(pending, collection.root, progress), _BATCH):
            here = [(row, failure) for row, failure in batch if failure is None]
            with catalog.writing():
                for row, failure in batch:
                    now = times.now() if failure is None else None
                    catalog.run("given.fetched", image=row["id"], now=now, failure=failure)
            there = (photos.on_disk(row["path"], collection.root / row["path"]) for row, _ in here)
            catalog.run("ingest.start_seen")
            with Progress("reading") as reading:
                photos.take_in(catalog, collection, there, None, reading)
            fetched += len(here)
            failed += len(batch) - len(here)
    return Fetched(fetched, failed)


def _all(
    rows: list[dict[str, Any]], root: Path, progress: Progress
) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Yield each photo with why it could not be had, as they come; a few are under way at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        left = iter(rows)
        running = dict[Future[str | None], dict[str, Any]]()
        try:
            while True:
                while len(running) < 2 * AT_ONCE and (row := next(left, None)) is not None:
                    running[pool.submit(_try, row["url"], root, row["path"])] = row
                if not running:
                    return
                for done in wait(running, return_when="FIRST_COMPLETED").done:
                    row = running.pop(done)
                    progress.step()
                    yield row, done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _try(url: str, root: Path, path: str) -> str | None:
    """Fetch one photo; return why it could not be had, or None."""
    place = root / path
    if not place.parent.resolve().is_relative_to(root.resolve()):
        return "its folder is a link that leads out of the collection"
    for number in range(1, _TRIES + 1):
        try:
            _fetch(url, place)
        except _FailedError as failed:
            if failed.again is None or number == _TRIES:
                return str(failed)
            time.sleep(min(_LONGEST_PAUSE, max(failed.again, 0.5 * 2**number)))
        except OSError as error:
            return f"it cannot be written: {error.strerror or error}"
        else:
            return None
    return None


def _fetch(url: str, place: Path) -> None:
    """Write a photo beside its place, and put it there once it is whole."""
    with closing(_opened(url)) as answer:
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, prefix=".herocat-", delete=False) as part:
            try:
                _copy(answer, part)
                part.close()
                os.replace(part.name, place)  # noqa: PTH105 - the name is a text
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise


def _copy(answer: Any, part: IO[bytes]) -> None:  # noqa: ANN401 - a body of urllib or of boto3
    size = 0
    while block := _read(answer):
        if not size and not _is_photo(block):
            raise _FailedError("what came is no photo")
        size += len(block)
        if size > LARGEST:
            raise _FailedError(f"it is larger than {LARGEST >> 20} MB")
        part.write(block)
    expected = getattr(answer, "length", None)
    if not size or expected:
        raise _FailedError("it came only in part", again=0.0)


def _is_photo(head: bytes) -> bool:
    """Tell a photo by how it begins; what WebP is wrapped in holds videos, too."""
    return head.startswith(_KINDS) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")


def _read(answer: Any) -> bytes:  # noqa: ANN401
    try:
        block: bytes = answer.read(1 << 16)
    except (OSError, HTTPException) as error:
        raise _FailedError(f"it came only in part: {error}", again=0.0) from error
    return block


def _opened(url: str) -> Any:  # noqa: ANN401 - a body of urllib or of boto3
    parts = urlsplit(url)
    if parts.scheme.lower() == "s3":
        return _opened_s3(parts.netloc, parts.path.lstrip("/"))
    if parts.scheme.lower() == "gs":
        url = f"https://storage.googleapis.com/{parts.netloc}{quote(parts.path)}"
    safe = quote(url, safe="%/:=&?~#+!$,;'@()*[]")
    request = urllib.request.Request(safe, headers={"User-Agent": _AGENT})  # noqa: S310 - http alone
    try:
        return _OPENER.open(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        busy = error.code in {408, 425, 429} or error.code >= 500
        after = error.headers.get("Retry-After", "0")
        pause = float(after) if after.isdecimal() else 0.0
        raise _FailedError(f"HTTP {error.code} {error.reason}", pause if busy else None) from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise _FailedError(f"no answer: {reason}", again=0.0) from error


# Addresses are followed to http and https alone: nothing else has a handler.
_OPENER = urllib.request.OpenerDirector()
for handler in (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPDefaultErrorHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.HTTPRedirectHandler,
    urllib.request.UnknownHandler,
):
    _OPENER.add_handler(handler())


def _s3() -> Any:  # noqa: ANN401 - boto3 is optional
    """Return a client for S3."""
    try:
        import boto3  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise _FailedError(
            "s3:// needs boto3, which is not installed: pip install 'herocat[s3]'"
        ) from None
    return boto3.client("s3")


def _opened_s3(bucket: str, key: str) -> Any:  # noqa: ANN401
    try:
        return _s3().get_object(Bucket=bucket, Key=key)["Body"]
    except _FailedError:
        raise
    except Exception as error:
        raise _FailedError(f"S3: {error}") from error
