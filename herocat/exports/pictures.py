"""Thumbnails and previews as files: from the catalog where it has them, else from the originals.

Every picture is encoded anew, so no EXIF (place, camera, serial number) leaves with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from herocat import photos
from herocat.catalog import Catalog
from herocat.pages import Picture
from herocat.parallel import spread
from herocat.progress import Progress

THUMBNAILS = "thumbnails"
PREVIEWS = "previews"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A photo to show, where its original lies (None: not on disk), and how large a preview."""

    image: int
    original: Path | None
    thumbnail: bool  # to be made: the catalog has none
    preview: int  # longest side, pixels; 0: none


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of an original; None for what was not wanted, or could not be made."""

    thumbnail: photos.Thumbnail | None = None
    preview: photos.Thumbnail | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture files of a photo, as a page beside their folders names them."""

    thumbnail: Picture | None
    preview: str


def write(
    catalog: Catalog, folder: Path, originals: Iterable[tuple[int, Path | None]], *, preview: int
) -> dict[int, Shown]:
    """Write the pictures of photos below a folder; return what there is of each photo."""
    for name in (THUMBNAILS, PREVIEWS):
        (folder / name).mkdir()
    small = dict[int, Picture]()
    wanted = list[Wanted]()
    for image, original in originals:
        row = catalog.one("export.thumbnail", image=image)
        if row is not None:
            kept = photos.Thumbnail(row["jpeg"], row["width"], row["height"])
            small[image] = _save(folder, THUMBNAILS, image, kept)
        wanted.append(Wanted(image, original, row is None, preview))
    shown = dict[int, Shown]()
    with Progress("writing pictures", len(wanted)) as progress:
        for want, made in progress.over(spread(make, wanted, crashed=_crashed)):
            if made.thumbnail:
                small[want.image] = _save(folder, THUMBNAILS, want.image, made.thumbnail)
            large = made.preview and _save(folder, PREVIEWS, want.image, made.preview)
            shown[want.image] = Shown(small.get(want.image), large.src if large else "")
    return shown


def make(want: Wanted) -> Made:
    """Make the pictures of one photo; what cannot be read gives none."""
    if want.original is None or not (want.thumbnail or want.preview):
        return Made()
    try:
        longest = max(want.preview, photos.THUMBNAIL if want.thumbnail else 0)
        image = photos.decode_small(photos.read_bytes(want.original), longest)
    except (photos.UnreadableError, photos.MissingError):
        return Made()
    return Made(
        photos.thumbnail(image) if want.thumbnail else None,
        photos.thumbnail(image, want.preview) if want.preview else None,
    )


def _save(folder: Path, kind: str, image: int, picture: photos.Thumbnail) -> Picture:
    src = f"{kind}/{image}.jpg"
    (folder / src).write_bytes(picture.jpeg)
    return Picture(src, picture.width, picture.height)


def _crashed(_: Wanted) -> Made:
    return Made()
