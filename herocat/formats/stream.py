"""Read a JSON file of any size item by item, in flat memory, with the standard library.

The top level must be an object; the items of its arrays come one at a time, its other values
whole. Measured against json.load, ijson and others, `raw_decode` on a sliding buffer was the
fastest way that keeps memory flat.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from herocat.errors import InputError
from herocat.formats import packed

CHUNK = 1 << 20
LARGEST = 1 << 28  # characters of one entry; no real file comes near
_BLANK = re.compile(r"[ \t\r\n]*")
_COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
_OPENING = re.compile(r'\{[ \t\r\n]*"[^"\\]*"')
_ENOUGH = 3  # stretches that are not plain; a file is alike from end to end
_DELIMITERS = frozenset(",]}: \t\r\n")
_EDGE = 64  # an error this close to the buffer's end may only mean that more is to be read


Decode = Callable[[str], Sequence[Any]]


class Item(NamedTuple):
    """A top-level value (``listed`` False), or one item of a top-level array (``listed`` True)."""

    key: str
    value: Any
    listed: bool


_item = partial(tuple.__new__, Item)  # for ten million of them: the usual way takes thrice as long


class Stream:
    """A sliding window of text over a JSON file, that knows where in the file it stands."""

    def __init__(self, file: IO[bytes], path: Path, plain: Mapping[str, Decode]) -> None:
        self._file = file
        self._path = path
        self._plain = plain
        self._misses = 0
        decoder = json.JSONDecoder()
        self._decode = decoder.raw_decode
        self._scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once  # type: ignore[attr-defined]
        self._text = ""
        self._at = 0
        self._bytes_before = 0
        self._pending = b""
        self._ended = False

    def items(self) -> Iterator[Item]:
        """Yield every top-level value; of an array, every item, and at last the empty array itself."""
        self._fill()
        self._text = self._text.removeprefix("\ufeff")
        self._expect("{")
        if self._next() != "}":
            yield from self._members()
        self._expect("}")
        if self._next():
            raise self._broken("goes on after its end")

    def _members(self) -> Iterator[Item]:
        while True:
            key = self._value()
            if not isinstance(key, str):
                raise self._broken("has a key that is no text")
            self._expect(":")
            if self._next() == "[":
                yield from self._array(key)
            else:
                yield Item(key, self._value(), listed=False)
            if self._next() != ",":
                return
            self._at += 1

    def _array(self, key: str) -> Iterator[Item]:
        self._at += 1
        self._misses = 0
        decode = self._plain.get(key)
        if self._next() != "]":
            while True:
                if decode is not None and self._misses < _ENOUGH:
                    for value in self._plain_run(decode):
                        yield _item((key, value, True))
                for value in self._run():
                    yield _item((key, value, True))
                yield Item(key, self._value(), listed=True)
                if self._next() != ",":
                    break
                self._at += 1
                self._next()
        self._expect("]")
        yield Item(key, [], listed=False)

    def _plain_run(self, decode: Decode) -> Iterator[Any]:
        """Yield what the buffer holds whole, decoded at once, where all of it is as plain as most is.

        Where a stretch may end is guessed: behind an item, before the next that begins with the
        same key. A wrong guess does not decode, as its brackets do not match.
        """
        text, at = self._text, self._at
        opening = _OPENING.match(text, at)
        joint = opening and re.compile(r"\}[ \t\r\n]*,[ \t\r\n]*" + re.escape(opening[0])).search(
            text, at
        )
        if not opening or not joint:
            return
        end = text.rfind(joint[0], at)
        try:
            values = decode(f"[{text[at : end + 1]}]")
        except (msgspec.MsgspecError, RecursionError):
            self._misses += 1
            return
        self._at = end + len(joint[0]) - len(opening[0])
        yield from values

    def _run(self) -> Iterator[Any]:
        """Yield items as long as they stand whole in the buffer, each with a comma behind it.

        This is the loop that ten million items go through. It leaves every doubt, the buffer's
        end and all that is wrong, to :meth:`_value`.
        """
        text, scan, comma = self._text, self._scan, _COMMA.match
        at, safe = self._at, len(self._text) - _EDGE
        while True:
            try:
                value, end = scan(text, at)
            except (ValueError, StopIteration, RecursionError):
                return
            behind = comma(text, end)
            if behind is None or (at := behind.end()) > safe:
                return
            self._at = at
            yield value

    def _value(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        self._next()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos > len(self._text) - _EDGE
                if self._ended or not cut:
                    raise self._unreadable(error) from None
            except ValueError:
                raise self._broken("holds a number of thousands of digits") from None
            except RecursionError:
                raise self._broken("is nested too deeply") from None
            else:
                if self._ended or not self._may_go_on(end):
                    self._at = end
                    return value
            if len(self._text) - self._at > LARGEST:
                raise self._broken("has an entry that does not end")
            self._fill()

    def _may_go_on(self, end: int) -> bool:
        """Tell whether a value might be longer than the buffer shows, as ``1`` is of ``1.5``."""
        return end > len(self._text) - _EDGE and self._text[end : end + 1] not in _DELIMITERS

    def _next(self) -> str:
        """Skip blanks; return the character that comes, or nothing at the end of the file."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            assert blank
            self._at = blank.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._fill()

    def _expect(self, character: str) -> None:
        found = self._next()
        if found != character:
            if not found:
                raise self._broken("ends too early")
            raise self._broken(f"has {found!r} where {character!r} should stand")
        self._at += 1

    def _fill(self) -> None:
        """Drop what was read and add a chunk, at least as long as what is kept."""
        done, kept = self._text[: self._at], self._text[self._at :]
        self._bytes_before += len(done) if done.isascii() else len(done.encode())
        block = self._pending + self._file.read(max(CHUNK, len(kept)))
        self._ended = len(block) == len(self._pending)
        whole = block if self._ended else block[: _last_boundary(block)]
        self._pending = block[len(whole) :]
        self._text, self._at = kept + whole.decode("utf-8", "replace"), 0

    def _unreadable(self, error: json.JSONDecodeError) -> InputError:
        at_end = self._ended and error.pos >= len(self._text.rstrip())
        if at_end or error.msg.startswith("Unterminated"):
            return self._broken("ends in the middle of an entry", len(self._text))
        return self._broken(f"is not valid JSON ({error.msg})", error.pos)

    def _broken(self, what: str, at: int | None = None) -> InputError:
        seen = self._text[: self._at if at is None else at]
        place = self._bytes_before + len(seen.encode())
        of = " unpacked"
        if packed.kind(self._path) is None:
            size = self._path.stat().st_size
            # What is no UTF-8 was replaced by a longer character: never point behind the end.
            place, of = min(size, place), f" of {size:,}"
        return InputError(
            f"{self._path} {what}, at byte {place:,}{of}; nothing was taken from it. "
            "Was the program that wrote it stopped? Make the file again"
        )


def _last_boundary(block: bytes) -> int:
    """Return where the last whole UTF-8 character of a block ends."""
    for back in range(1, min(4, len(block)) + 1):
        byte = block[-back]
        if byte < 0x80:
            return len(block) - back + 1
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(block) if back >= length else len(block) - back
    return len(block)


def is_odd(path: Path) -> bool:
    """Tell whether some of a file's text is no UTF-8, and so was replaced while it was read."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with packed.opened(path) as file:
            while block := file.read(CHUNK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return True
    return False


def lacks(path: Path, *lists: str) -> InputError:
    """Return the refusal of a file without any of the lists that make its format."""
    named = " or ".join(map(repr, lists))
    return InputError(
        f"{path} has no list {named}; nothing was taken from it. Is it of another format?"
    )


def items(path: Path, plain: Mapping[str, Decode] | None = None) -> Iterator[Item]:
    """Yield the top-level values of a JSON file, and the items of its arrays one by one.

    ``plain`` may name arrays and a decoder each, that takes a list of items as text and gives them
    in a type of its own, or raises msgspec's errors: for items as most are, at three times the speed.
    A reader gets some items in this type and others as dictionaries, and must take both alike.
    Raises InputError with the byte at which a file ends early or stops being JSON.
    """
    try:
        with packed.opened(path) as file:
            yield from Stream(file, path, plain or {}).items()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
