"""JPEG files without what a camera wrote into them, and with what their owner says of them.

The pixels are not touched: the file is taken apart at its markers, and only the parts that a
decoder needs are kept. EXIF (place, serial number, maker notes, a thumbnail of the uncut photo),
XMP, IPTC, comments and whatever stands behind the picture's end are left out, known or not.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from PIL import ExifTags, Image

from herocat import photos
from herocat.exports import xmp

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _APP1, _ICC, _IPTC, _ADOBE = 0xE0, 0xE1, 0xE2, 0xED, 0xEE
_NEXT = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")  # within a scan: the next marker that ends it
_ICC_HEAD = b"ICC_PROFILE\0"
_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_LONGEST = 65_533  # bytes of a segment
_QUALITY = 95  # of photos that are no JPEG and have to become one


@dataclass(frozen=True, slots=True)
class About:
    """What is written into a copy; texts are empty where there is nothing to say."""

    title: str = ""
    caption: str = ""
    credit: str = ""  # who is to be named
    rights: str = ""  # the licence, in words or as an address
    keywords: tuple[str, ...] = ()
    captured_at: str | None = None  # ISO 8601, local
    stars: int | None = None


def cleaned(content: bytes, about: About | None = None) -> bytes:
    """Return a photo as a JPEG that holds its pixels and nothing but what ``about`` says.

    A JPEG keeps its very pixels; another format is encoded anew. Raises UnreadableError for
    what is no photo.
    """
    about = about or About()
    if not content.startswith(b"\xff\xd8"):
        return _with(_encoded(content), about, orientation=1)
    with photos.opened(content) as image:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        image.draft("RGB", (64, 64))
        image.load()  # what cannot be decoded raises here
    return _with(content, about, orientation if orientation in range(2, 9) else 1)


def encoded(image: Image.Image, about: About | None = None, *, quality: int = _QUALITY) -> bytes:
    """Return an upright image as a JPEG with what is said about it."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True)
    return _with(buffer.getvalue(), about or About(), orientation=1)


def _encoded(content: bytes) -> bytes:
    buffer = io.BytesIO()
    photos.decode(content).save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
    return buffer.getvalue()


def _with(content: bytes, about: About, orientation: int) -> bytes:
    parts = list(_picture(content))
    said = [_segment(marker, data) for marker, data in _said(about, orientation)]
    place = 2 if len(parts) > 1 and parts[1][1:2] == bytes([_JFIF]) else 1  # JFIF comes first
    return b"".join([*parts[:place], *said, *parts[place:]])


def _picture(content: bytes) -> Iterator[bytes]:
    """Yield the parts of a JPEG that its picture needs, up to its end."""
    yield b"\xff\xd8"
    position = 2
    while (found := re.compile(rb"\xff+[^\x00\xff]").search(content, position)) is not None:
        marker, position = content[found.end() - 1], found.end()
        if marker == _END:
            break
        if marker == _START or 0xD0 <= marker <= 0xD7 or marker == 0x01:
            continue  # they stand alone
        length = int.from_bytes(content[position : position + 2], "big")
        data = content[position + 2 : position + length]
        position += length
        kept = _kept(marker, data)
        if kept is not None:
            yield _segment(marker, kept)
        if marker == _SCAN:
            ends = _NEXT.search(content, position)
            end = len(content) if ends is None else ends.start()
            yield content[position:end]
            position = end
    yield b"\xff\xd9"


def _kept(marker: int, data: bytes) -> bytes | None:
    """Return what of a segment is kept; None: nothing."""
    if marker == _JFIF:  # its resolution, not its thumbnail
        return data[:12] + b"\0\0" if data.startswith(b"JFIF\0") else None
    if marker == _ICC:
        return data if data.startswith(_ICC_HEAD) else None
    if marker == _ADOBE:
        return data if data.startswith(b"Adobe") else None
    if marker == 0xFE or 0xE0 <= marker <= 0xEF:  # a comment, or an application's own
        return None
    return data


def _said(about: About, orientation: int) -> Iterator[tuple[int, bytes]]:
    """Yield the segments that say what is known: EXIF, XMP, IPTC."""
    exif = _exif(about, orientation)
    if exif:
        yield _APP1, exif
    packet = xmp.packet(
        xmp.About(
            title=about.title,
            caption=about.caption,
            credit=about.credit,
            rights=about.rights,
            keywords=about.keywords,
            stars=about.stars,
        )
    )
    if packet and len(packet) + len(_XMP_HEAD) <= _LONGEST:
        yield _APP1, _XMP_HEAD + packet
    iptc = _iptc(about)
    if iptc:
        yield _IPTC, iptc


def _exif(about: About, orientation: int) -> bytes:
    exif = Image.Exif()
    if orientation != 1:
        exif[ExifTags.Base.Orientation] = orientation
    if about.captured_at:
        taken = datetime.fromisoformat(about.captured_at).strftime("%Y:%m:%d %H:%M:%S")
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    return exif.tobytes() if exif or about.captured_at else b""


def _iptc(about: About) -> bytes:
    """Return the IPTC-IIM records in the frame that Photoshop gave them; empty if there are none."""
    records = [(120, about.caption, 2000), (110, about.credit, 32), (116, about.rights, 128)]
    records = [(5, about.title, 64), *records, *((25, word, 64) for word in about.keywords)]
    told = b"".join(
        _record(2, number, text, most) for number, text, most in sorted(records, key=itemgetter(0))
    )
    if not told:
        return b""
    block = b"\x1c\x01\x5a\x00\x03\x1b%G" + told  # 1:90 says that the texts are UTF-8
    padding = b"\0" * (len(block) % 2)
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(block).to_bytes(4, "big") + block + padding


def _record(kind: int, number: int, text: str, most: int) -> bytes:
    content = text.encode()[:most].decode("utf-8", "ignore").encode()
    return (
        bytes([0x1C, kind, number]) + len(content).to_bytes(2, "big") + content if content else b""
    )


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data
