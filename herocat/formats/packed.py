"""Files as they are shipped: plain, ``.gz``, or the one data file in a ``.zip``; told by content.

What unpacks to far more than real data ever does is refused before it fills a disk or an evening.
"""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from herocat.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_MOST = 250  # times that a real results file shrinks; indented JSON of empty photos comes near 60
_ALWAYS = 1 << 26  # bytes that may come out of any file, however small
_CHUNK = 1 << 18
_DATA = (".json", ".csv", ".txt")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a zip."""

    name: str
    bytes: int


def kind(path: Path) -> str | None:
    """Return ``gz`` or ``zip`` for a packed file, None for any other."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    return "gz" if head.startswith(_GZIP) else "zip" if head == _ZIP else None


def members(path: Path) -> list[Member]:
    """Return the files in a zip, without what operating systems leave in it."""
    with _explained(path), zipfile.ZipFile(path) as packed:
        return [
            Member(info.filename, info.file_size)
            for info in packed.infolist()
            if not info.is_dir() and not _is_litter(info.filename)
        ]


def only_member(path: Path) -> str:
    """Return the one data file in a zip; raise InputError if there is none, or are several."""
    found = [m.name for m in members(path) if m.name.lower().endswith(_DATA)]
    if len(found) != 1:
        shown = ", ".join(found[:5]) or "none"
        raise InputError(
            f"{path} holds {len(found)} data files ({shown}), and herocat reads a zip with one "
            f"({', '.join(_DATA)}), or with a whole package; nothing was taken from it: unpack it, and "
            "give the files"
        )
    return found[0]


@contextmanager
def opened(path: Path, member: str | None = None) -> Iterator[IO[bytes]]:
    """Open a file for reading its bytes, unpacked; of a zip, one member, or else the only one.

    Raises InputError, then or while it is read, for what is damaged, locked or blown up.
    """
    form = kind(path)
    with _explained(path):
        if form == "zip":
            name = member or only_member(path)
            with zipfile.ZipFile(path) as packed:
                if name not in packed.namelist():
                    raise InputError(f"{path} holds no {name}; nothing was taken from it")
                size = max(1, packed.getinfo(name).compress_size)
                with packed.open(name) as file:
                    yield io.BufferedReader(_Guarded(file, f"{path} ({name})", size), _CHUNK)
        elif form == "gz":
            with gzip.open(path) as file:
                yield io.BufferedReader(_Guarded(file, str(path), path.stat().st_size), _CHUNK)
        else:
            with path.open("rb") as file:
                yield file


class _Guarded(io.RawIOBase):
    """A packed file that is read up to what is believable."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile, name: str, packed_size: int) -> None:
        super().__init__()
        self._file = file
        self._name = name
        self._left = max(_ALWAYS, _MOST * packed_size)

    def readable(self) -> bool:
        """Return True: reading is all it does."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read the next bytes, unpacked, into a buffer."""
        view = memoryview(buffer)
        try:
            block = self._file.read(len(view))
        except (*_BROKEN, OSError) as error:
            raise _damaged(self._name, error) from error
        self._left -= len(block)
        if self._left < 0:
            raise InputError(
                f"{self._name} unpacks to more than {_MOST} times its size, as no data does; "
                "nothing was taken from it. If it is sound, unpack it first"
            )
        view[: len(block)] = block
        return len(block)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise _damaged(str(path), error) from error
    except NotImplementedError as error:
        raise InputError(f"{path} is packed in a way that cannot be read: {error}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


def _damaged(name: str, error: Exception) -> InputError:
    if "encrypted" in str(error):
        return InputError(f"{name} is locked with a password; unpack it, and give what is in it")
    return InputError(
        f"{name} is damaged or not whole ({error}); nothing was taken from it. Copy or download it again"
    )


def _is_litter(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1].lower() == "thumbs.db"
