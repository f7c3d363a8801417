"""CSV files as they occur: a byte order mark, cp1252, semicolons, tabs, quoted newlines, CRLF.

Columns go by name. A row may leave off empty cells at its end, as Excel does; the last of a file that
breaks off in its line means that the file is not whole, and is refused with its line.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, TextIO

from herocat.errors import InputError
from herocat.formats import packed

_LONGEST = 1 << 24  # characters of one cell; EXIF in a cell takes thousands
_HEAD = 1 << 16
_SEPARATOR = re.compile(r"sep=([,;|\t])\s*$", re.IGNORECASE)

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
    line, delimiter, _ = _opening(io.StringIO(text))
    try:
        return _names(next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), []))
    except csv.Error:
        return []


def rows(
    path: Path, member: str | None = None, *, needs: Sequence[str] = ()
) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file by the names of its columns; blank rows are passed over.

    Raises InputError, with the line, for what is no whole CSV file, and for one without a column
    that it ``needs``, in whatever case.
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
        first, delimiter, before = _opening(lines)
        last = _Last(chain([first], lines))
        reader = csv.reader(last, delimiter=delimiter, strict=True)
        try:
            names = _names(next(reader, []))
            there = set(map(str.lower, names))
            if lacking := next((name for name in needs if name.lower() not in there), None):
                raise InputError(
                    f"{called} has no column {lacking}; nothing was taken from it. Is it of another format?"
                )
            for cells in reader:
                if not any(cells):
                    continue
                missing = len(names) - len(cells)
                if missing > 0:
                    if last.breaks_off:
                        raise InputError(
                            f"{called}, line {before + reader.line_num:,}: {len(cells)} cells where the "
                            f"header has {len(names)}; nothing was taken from it. Is the file whole?"
                        )
                    cells.extend([""] * missing)
                yield dict(zip(names, cells, strict=False))
        except csv.Error as error:
            raise InputError(
                f"{called}, line {before + reader.line_num:,} cannot be read as CSV ({error}); nothing was "
                "taken from it. Is the file whole?"
            ) from error


class _Last:
    """Lines as they come; knows whether the one that came last breaks off before its end."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self._line = ""

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._line = line
            yield line

    @property
    def breaks_off(self) -> bool:
        """Whether no end of a line is there: only the last of a file can be so."""
        return not self._line.endswith(("\n", "\r"))


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


def _opening(lines: TextIO) -> tuple[str, str, int]:
    """Return the line of the header, what separates its cells, and how many lines stand before it.

    Excel says in a line of its own, ``sep=;``, what separates them.
    """
    line = lines.readline().lstrip("\ufeff")
    said = _SEPARATOR.match(line)
    return (lines.readline(), said[1], 1) if said else (line, _delimiter(line), 0)


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _names(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells]
