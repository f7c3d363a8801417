"""A source's life: reading, then done, then replaced; only one that is done counts.

A reader that is killed leaves a source in ``reading``. Of detector results nobody looks at its rows,
and the next ``ingest`` removes them; of sequences, what is in the catalog is true, and the same file
goes on from there.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from herocat import paths, times, urls
from herocat.batches import spans
from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.formats import known


@dataclass(frozen=True, slots=True)
class Collection:
    """A root folder of photos and its row in the catalog, and where below it paths start from."""

    id: int
    root: Path
    prefix: str = ""  # of the paths in a file, with its / at the end
    strip: str = ""  # a folder that paths in a file begin with, and those in the catalog do not
    add: str = ""  # a folder that those in the catalog begin with, and paths in a file do not


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is being read into a collection, which had so many photos on disk when that began."""

    id: int
    collection: Collection
    path: Path
    on_disk: int
    resumed: bool  # an earlier reading of it was broken off


class OutsideError(InputError):
    """A file names a photo that does not lie in the collection."""


def start(
    catalog: Catalog,
    collection: Collection,
    path: Path,
    form: str,
    params: Mapping[str, Any],
    *,
    digest: str | None = None,
) -> Source | None:
    """Open a source for a file; None if the same bytes were read before with the same options.

    A file that may find photos now which it has not found before is read again. ``digest`` stands for
    the bytes of what is more than one file.
    """
    key = {"collection": collection.id, "format": form, "sha256": digest or sha256(path)}
    if collection.strip or collection.add:
        params = {**params, "strip_prefix": collection.strip, "add_prefix": collection.add}
    if collection.prefix:
        params = {**params, "below": collection.prefix}
    key["params"] = json.dumps(params, sort_keys=True)
    stored = catalog.stored(path)
    where = key | {"path": stored}
    for other in list(catalog.rows("ingest.broken_off", **where)):
        discard(catalog, other["id"], forget=True)
    with catalog.writing():
        done = catalog.one("ingest.done_source", **key)
        if done is not None and (done["id"], stored) not in named_too_early(catalog, collection):
            return None
        begun = catalog.value("ingest.resume_source", **where, now=times.now())
        row = begun or catalog.value("ingest.add_source", **where, now=times.now())
    on_disk = catalog.value("ingest.count_on_disk", collection=collection.id, below="")
    return Source(row, collection, path, on_disk, resumed=begun is not None)


def named_too_early(catalog: Catalog, collection: Collection) -> set[tuple[int, str]]:
    """Return the sources, and their files, that have named photos which may be there only now."""
    found = catalog.rows("ingest.named_too_early", collection=collection.id)
    return {(row["id"], row["path"]) for row in found}


def finish(
    catalog: Catalog,
    source: Source,
    *,
    images: int,
    info: Mapping[str, Any],
    by_name: bool = False,
) -> None:
    """Let a source count, in place of an older reading of the same file; ``by_name``: it may find more later.

    So it does in place of one of the same bytes for another collection, where that has found no photo.
    """
    with catalog.writing():
        catalog.run(
            "ingest.finish_source",
            source=source.id,
            images=images,
            by_name=by_name,
            info=json.dumps(info) if info else None,
            now=times.now(),
        )
        catalog.run("ingest.replace_astray", source=source.id)


def tidy(catalog: Catalog) -> None:
    """Remove the rows of results that were never read to the end, and of replaced sources.

    A sequence file whose reading broke off is left to be read again, unless it is no longer there.
    """
    for row in list(catalog.rows("ingest.unfinished")):
        if row["format"] in known.DETECTIONS or not catalog.placed(row["path"]).exists():
            discard(catalog, row["id"], forget=True)
    for row in list(catalog.rows("ingest.replaced")):
        discard(catalog, row["id"], forget=False)


def discard(catalog: Catalog, source: int, *, forget: bool) -> None:
    """Remove all that a source has said and the photos that it alone named; ``forget`` the source itself."""
    _untell(catalog, source)
    clear(catalog, source)
    with catalog.writing():
        catalog.run("ingest.drop_source" if forget else "ingest.emptied", source=source)


def clear(catalog: Catalog, source: int) -> None:
    """Remove the rows of a source that is read again from its beginning.

    Where and when photos were taken stays, as it will say so again.
    """
    _in_spans(catalog, "given.observation_span", "given.drop_observations", source)
    _in_spans(catalog, "ingest.result_span", "ingest.drop_results", source)
    with catalog.writing():
        catalog.run("given.drop_judgements", source=source)
        catalog.run("ingest.drop_given_sequences", source=source)
        catalog.run("given.drop_addresses", source=source)
    _in_spans(catalog, "ingest.introduced_span", "ingest.drop_introduced", source)


def inside(collection: Collection, file: Path, path: str) -> str:
    """Return a path in a file as it is kept; raise InputError if it leads out of the collection.

    An address is kept as the path that a download of it has.
    """
    moved = bool(collection.strip or collection.add)
    if not moved and paths.is_plain(path):
        return collection.prefix + path
    if urls.is_url(path):
        path = urls.local_path(path)
    if moved:
        path = paths.rebased(path, collection.strip, collection.add)
    root = collection.root / collection.prefix
    try:
        return collection.prefix + paths.relative(path, root)
    except paths.OutsideError:
        raise OutsideError(
            f"{file} names {path!r}, which is not inside {root}; nothing was taken from "
            "it. Give the folder that its paths start from with --root"
        ) from None


def all_inside(collection: Collection, file: Path, named: Sequence[str]) -> list[str]:
    """Return the paths in a file as they are kept, as :func:`inside` does, the plain ones all at once."""
    if collection.strip or collection.add or not paths.all_plain(named):
        return [inside(collection, file, path) for path in named]
    prefix = collection.prefix
    return [prefix + path for path in named] if prefix else list(named)


@contextmanager
def no_half_characters(file: Path) -> Iterator[None]:
    """Turn the refusal of text that is no Unicode into InputError; paths are mended before."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise InputError(
            f"{file} holds text that is no Unicode ({error.object[error.start : error.end]!a}); "
            "nothing was taken from it. Make the file again, or mend it"
        ) from None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal; raise InputError if it has none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _untell(catalog: Catalog, source: int) -> None:
    """Take back what a source has said of where and when photos were taken."""
    ends = catalog.one("ingest.told_span", source=source)
    assert ends is not None
    for first, last in spans(*ends):
        with catalog.writing():
            catalog.run("ingest.start_moved")
            catalog.run("ingest.untell", source=source, first=first, last=last)
            catalog.run("ingest.reopen")


def _in_spans(catalog: Catalog, span: str, query: str, source: int) -> None:
    ends = catalog.one(span, source=source)
    assert ends is not None
    for first, last in spans(*ends):
        with catalog.writing():
            catalog.run(query, source=source, first=first, last=last)
