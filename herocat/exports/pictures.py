"""Thumbnails and previews as files: from the catalog where it has them, else from the originals.

Every picture is encoded anew, so no EXIF (place, camera, serial number) leaves with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from herocat import photos
from herocat.catalog import Catalog
from herocat.exports.chosen import Photo
from herocat.exports.strips import Content, hushed, painted
from herocat.pages import Picture
from herocat.parallel import spread
from herocat.progress import Progress

THUMBNAILS = "thumbnails"
PREVIEWS = "previews"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A photo to show, where its original lies, and how large a preview."""

    image: int
    original: Path
    thumbnail: bool  # to be made: the catalog has none
    preview: int  # longest side, pixels; 0: none
    strips: Content | None  # of text, to be painted over


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of an original; None for what was not wanted, or could not be made."""

    thumbnail: photos.Thumbnail | None = None
    preview: photos.Thumbnail | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Which picture files there are of a photo; of a hundred thousand photos few differ."""

    width: int = 0  # of the thumbnail; 0: there is none
    height: int = 0
    preview: bool = False

    def thumbnail(self, image: int) -> Picture | None:
        """Return the thumbnail of a photo as a page beside the folders names it."""
        name = f"{THUMBNAILS}/{image}.jpg"
        return Picture(name, self.width, self.height) if self.width else None

    def large(self, image: int) -> str:
        """Return the preview's name, or nothing."""
        return f"{PREVIEWS}/{image}.jpg" if self.preview else ""


@cache
def _shown(width: int, height: int, *, preview: bool) -> Shown:
    return Shown(width, height, preview)


class Pictures:
    """The pictures of an export, written below its folder."""

    def __init__(self, catalog: Catalog, folder: Path, preview: int) -> None:
        self._catalog, self._folder, self._preview = catalog, folder, preview
        self._shown = dict[int, Shown]()
        for name in (THUMBNAILS, PREVIEWS):
            (folder / name).mkdir()

    def __getitem__(self, image: int) -> Shown:
        return self._shown.get(image, Shown())

    def write(self, wanted: Iterable[Photo], count: int) -> None:
        """Write the pictures of photos; what is in the catalog first is taken from there."""
        with Progress("writing pictures", count) as progress:
            made = spread(make, self._left(progress.over(wanted)), crashed=_crashed)
            for want, pictures in made:
                self._save(want.image, pictures.thumbnail, pictures.preview)

    def _left(self, wanted: Iterable[Photo]) -> Iterator[Wanted]:
        """Write what the catalog has; yield what is to be made of originals."""
        for photo in wanted:
            row = self._catalog.one("export.thumbnail", image=photo.image)
            if row is not None:
                small = photos.Thumbnail(row["jpeg"], row["width"], row["height"])
                self._save(photo.image, hushed(small, photo.strips), None)
            if photo.on_disk and (row is None or self._preview):
                yield Wanted(photo.image, photo.file, row is None, self._preview, photo.strips)

    def _save(
        self, image: int, small: photos.Thumbnail | None, large: photos.Thumbnail | None
    ) -> None:
        have = self[image]
        width, height = (small.width, small.height) if small else (have.width, have.height)
        for kind, picture in ((THUMBNAILS, small), (PREVIEWS, large)):
            if picture:
                (self._folder / kind / f"{image}.jpg").write_bytes(picture.jpeg)
        self._shown[image] = _shown(width, height, preview=bool(large) or have.preview)


def make(want: Wanted) -> Made:
    """Make the pictures of one photo; what cannot be read gives none."""
    try:
        longest = max(want.preview, photos.THUMBNAIL if want.thumbnail else 0)
        image = photos.decode_small(photos.read_bytes(want.original), longest)
        image = (painted(image, want.strips) if want.strips else None) or image
    except (photos.UnreadableError, photos.MissingError):
        return Made()
    return Made(
        photos.thumbnail(image) if want.thumbnail else None,
        photos.thumbnail(image, want.preview) if want.preview else None,
    )


def _crashed(_: Wanted) -> Made:
    return Made()
