"""Fonts for pictures: the one that comes with Pillow, or one of the machine's for other scripts."""

from functools import cache

from PIL import ImageFont

# Pillow looks for them where the system keeps its fonts; the first that has all letters is taken.
_FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansBengali-Regular.ttf",
    "NotoSansTamil-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "wqy-zenhei.ttc",
    "segoeui.ttf",
    "Nirmala.ttf",
    "msyh.ttc",
    "Arial Unicode.ttf",
    "arialuni.ttf",
)
_NOBODYS = "\U0010fffe"  # no font has it, so it is drawn as what is lacking is drawn

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def font(text: str, size: int) -> Font:
    """Return the font that lacks the fewest letters of a text, the usual one before others."""
    usual = _font("", size)
    if usual is None or not lacking(text, usual):
        return usual or ImageFont.load_default()
    others = [one for one in (_font(name, size) for name in _FONTS) if one is not None]
    return min([usual, *others], key=lambda one: lacking(text, one))


def lacking(text: str, font: Font) -> int:
    """Return how many letters of a text a font does not have."""
    return sum(not _has(font, letter) for letter in text)


@cache
def _has(font: Font, letter: str) -> bool:
    return letter.isascii() or _drawn(font, letter) != _drawn(font, _NOBODYS)


def _drawn(font: Font, letter: str) -> bytes:
    return bytes(font.getmask(letter))


@cache
def _font(name: str, size: int) -> Font | None:
    try:
        return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)
    except OSError:
        return None
