"""CSV files as they occur: a byte order mark, cp1252, semicolons, tabs, quoted newlines, CRLF.

Columns go by name. A row that is shorter than the header means that the file is not whole, and is
refused with its line.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from herocat.errors import InputError
from herocat.formats import packed

_LONGEST = 1 << 24  # characters of one cell; EXIF in a cell takes thousands
_HEAD = 1 << 16

csv.field_size_limit(_LONGEST)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as Windows writes them."""
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error("cp1252", _as_cp1252)


def header(path: Path, member: str | None = None) -> list[str]:
    """Return the names of a CSV file's columns; nothing for what has none."""
    with packed.opened(path, member) as file:
        head = file.read(_HEAD)
    text = head.decode(_encoding(head), "cp1252")
    line = text.lstrip("\ufeff").split("\n", 1)[0]
    try:
        return _names(next(csv.reader([line.rstrip("\r")], delimiter=_delimiter(line)), []))
    except csv.Error:
        return []


def rows(path: Path, member: str | None = None) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file by the names of its columns; blank rows are passed over.

    Raises InputError, with the line, for what is no whole CSV file.
    """
    called = f"{path} ({member})" if member else str(path)
    with packed.opened(path, member) as file:
        head = file.read(_HEAD)
        lines = io.TextIOWrapper(
            io.BufferedReader(_Joined(head, file)),  # type: ignore[type-var]
            encoding=_encoding(head),
            errors="cp1252",
            newline="",
        )
        first = lines.readline().lstrip("\ufeff")
        reader = csv.reader(chain([first], lines), delimiter=_delimiter(first), strict=True)
        try:
            names = _names(next(reader, []))
            for cells in reader:
                if not any(cells):
                    continue
                if len(cells) < len(names):
                    raise InputError(
                        f"{called}, line {reader.line_num:,}: {len(cells)} cells where the header "
                        f"has {len(names)}; nothing was taken from it. Is the file whole?"
                    )
                yield dict(zip(names, cells, strict=False))
        except csv.Error as error:
            raise InputError(
                f"{called}, line {reader.line_num:,} cannot be read as CSV ({error}); nothing was "
                "taken from it. Is the file whole?"
            ) from error


class _Joined(io.RawIOBase):
    """What was read of a file already, and then the rest of it."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """Return True: reading is all it does."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read the next bytes into a buffer."""
        block = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(block)] = block
        return len(block)


def _encoding(head: bytes) -> str:
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _names(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells]
