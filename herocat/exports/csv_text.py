"""CSV files changed in place: a few cells are other, every other byte is as it was."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TextIO

_CELL = re.compile(r'("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|\n|\r|$)')
_NEEDS_QUOTES = re.compile(r'[",\r\n]')

Row = Mapping[str, str]
Change = Callable[[Row], Mapping[str, str] | None]


class NotCsvError(Exception):
    """A file is not a CSV file with commas; the message says where."""


def changed(file: TextIO, change: Change) -> Iterator[str]:
    """Yield a file's text with the cells that ``change`` gives for a row, by name, put in.

    A row for which it gives None is left out; a column that is not there is not added. ``file`` must
    be opened with newline="". Raises NotCsvError for a row that has another number of cells than
    the header.
    """
    records = _records(file)
    header = next(records, None)
    if header is None:
        return
    names = _names(header)
    yield _joined(header)
    for number, cells in enumerate(records, 2):
        if len(cells) == 1 and not cells[0][0]:
            yield _joined(cells)
            continue
        if len(cells) != len(names):
            raise NotCsvError(f"row {number:,} has {len(cells)} cells, the header {len(names)}")
        row = {name: _plain(cell) for name, (cell, _) in zip(names, cells, strict=True)}
        new = change(row)
        if new is None:
            continue
        yield _joined(
            (_quoted(new[name]), end) if name in new and new[name] != row[name] else (cell, end)
            for name, (cell, end) in zip(names, cells, strict=True)
        )


def names(file: TextIO) -> list[str]:
    """Return the names of a file's columns."""
    return _names(next(_records(file), []))


def _records(file: TextIO) -> Iterator[list[tuple[str, str]]]:
    """Yield the rows as cells with what ends them, both as they stand in the file."""
    lines: Iterator[str] = iter(file)
    for line in lines:
        text = line
        while text.count('"') % 2:  # a quoted cell goes on in the next line
            more = next(lines, None)
            if more is None:
                raise NotCsvError("a quote is never closed")
            text += more
        cells, place = list[tuple[str, str]](), 0
        while True:
            found = _CELL.match(text, place)
            if found is None:
                raise NotCsvError(f"a quote stands inside a cell: {text[place : place + 40]!r}")
            cells.append((found[1], found[2]))
            place = found.end()
            if found[2] != ",":
                break
        yield cells


def _joined(cells: Iterable[tuple[str, str]]) -> str:
    return "".join(chain.from_iterable(cells))


def _names(header: list[tuple[str, str]]) -> list[str]:
    return [_plain(cell.removeprefix("\ufeff")).strip() for cell, _ in header]


def _plain(cell: str) -> str:
    if cell.startswith('"'):
        return cell[1:-1].replace('""', '"')
    return cell


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
