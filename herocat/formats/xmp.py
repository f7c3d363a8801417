"""XMP: star ratings in sidecars (``IMG.JPG.xmp`` or ``IMG.xmp``) and inside photos.

Read with regular expressions, not with an XML parser: a rating is an attribute or an element, and
what an attacker puts around it cannot do anything.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from herocat.errors import InputError
from herocat.formats import packed, values
from herocat.formats.scores import STARS, Scores
from herocat.records import Judgement, Record, Run, Unmatched

SIGNS = (b"<x:xmpmeta", b"http://ns.adobe.com/xap/1.0/", b"adobe:ns:meta/")
_LARGEST = 1 << 22  # bytes; editing histories take hundreds of thousands
_PACKET = re.compile(rb"<(?:\w+:xmpmeta|rdf:RDF)\b")
_RATING = re.compile(rb"""\b(?:xmp|xap):Rating\s*(?:=\s*["']|>)\s*([-+]?[0-9.]+)""")
_OWN = re.compile(rb"""\bherocat:rating\s*(?:=\s*["']|>)\s*([-+]?[0-9.]+)""")
_ACDSEE = re.compile(rb"""\bacdsee:rating\s*(?:=\s*["']|>)\s*([1-5])""")
_PERCENT = re.compile(rb"""\bMicrosoftPhoto:Rating\s*(?:=\s*["']|>)\s*([0-9.]+)""")
_PICK = re.compile(rb"""\bdigiKam:PickLabel\s*(?:=\s*["']|>)\s*([0-3])""")
_FROM_PERCENT = (1, 13, 38, 63, 88)  # 1, 25, 50, 75 and 99 are what is written
_PHOTOS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif")


def read(path: Path, scores: Scores) -> Iterator[Record]:
    """Yield the judgement of a sidecar, on the photo that lies beside it."""
    with packed.opened(path) as file:
        text = file.read(_LARGEST)
    if not packet(text) and not any(sign in text for sign in SIGNS):
        raise InputError(
            f"{path} has none of XMP's namespaces; nothing was taken from it. Is it of another format?"
        )
    photo = photo_of(path)
    if photo is None:
        yield Unmatched(path.name, "no photo of its name lies beside it, or several do")
        return
    judged = judgement(text, str(photo), scores)
    if judged is not None:
        yield judged


def packet(text: bytes) -> bytes:
    """Return the XMP text in the bytes of a photo, in whatever it is wrapped; nothing where there is none."""
    found = _PACKET.search(text)
    if found is None:
        return b""
    end = text.find(b"</rdf:RDF", found.start())
    return text[found.start() : end if end >= 0 else None]


def photo_of(sidecar: Path) -> Path | None:
    """Return the photo that a sidecar belongs to: of the name without .xmp, or of the same stem."""
    whole = sidecar.with_suffix("").absolute()
    if whole.suffix.lower() in _PHOTOS:
        return whole
    beside = [
        place
        for suffix in _PHOTOS
        for place in (
            whole.with_name(whole.name + suffix),
            whole.with_name(whole.name + suffix.upper()),
        )
        if place.is_file()
    ]
    found = {place.resolve(): place for place in beside}  # one file, where case does not count
    return next(iter(found.values())) if len(found) == 1 else None


def judgement(text: bytes, photo: str, scores: Scores) -> Judgement | None:
    """Return what an XMP text says of its photo; None if that is nothing."""
    stars = rating(text)
    if stars is None:
        return None
    score = scores.stars(stars)
    if score is None:
        return None
    run = Run("person", "xmp", "rating", scores.params(*STARS), "xmp rating")
    return Judgement(photo, run, score, f"xmp:Rating {stars:g}")


def rating(text: bytes) -> float | None:
    """Return the stars of an XMP text, -1 for rejected; None where it has no rating of its own.

    A rating that herocat wrote, and nobody has changed since, is not a person's.
    """
    found = _RATING.search(text)
    own = _OWN.search(text)
    if found and own and values.decimal(found[1].decode()) == values.decimal(own[1].decode()):
        return None
    stars = values.decimal(found[1].decode()) if found else None
    if stars is not None and stars != 0:
        return max(-1.0, stars) if stars <= 5 else None
    acdsee = _ACDSEE.search(text)
    if acdsee:
        return float(acdsee[1])
    percent = _PERCENT.search(text)
    share = values.decimal(percent[1].decode()) if percent else None
    if share is not None and share >= 1:
        return float(sum(share >= at for at in _FROM_PERCENT))
    pick = _PICK.search(text)
    return -1.0 if pick and pick[1] == b"1" else None
