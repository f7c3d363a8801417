"""The camera's strips of text, painted over where they would tell a place that must not be told.

Most trail cameras print their name, and some their position, on a flat strip along an edge. A text that
stands on the picture itself is not found.
"""

from PIL import Image, ImageStat

from herocat import photos, pixels
from herocat.catalog import Catalog
from herocat.photos import Thumbnail

Content = tuple[
    float, float
]  # where the picture begins and ends between strips, shares of the height


def known(catalog: Catalog, image: int) -> Content:
    """Return what was read before of a photo's strips, and of those of its neighbours."""
    row = catalog.one("export.strips", image=image)
    assert row is not None
    return row["content_top"], row["content_bottom"]


def hushed(small: Thumbnail, content: Content | None) -> Thumbnail:
    """Return a thumbnail without its strips; as it is for None."""
    if content is None:
        return small
    image = painted(photos.decode(small.jpeg), content)
    return small if image is None else photos.thumbnail(image)


def painted(image: Image.Image, content: Content) -> Image.Image | None:
    """Return an upright image with its strips in their own colour; None where it has none.

    ``content`` is what was read before, see :func:`known`: (0, 1) if nothing was.
    """
    seen = pixels.content(image)
    top = round(max(content[0], seen[0]) * image.height)
    bottom = round(min(content[1], seen[1]) * image.height)
    if top <= 0 and bottom >= image.height:
        return None
    made = image.copy()
    for first, last in ((0, top), (bottom, image.height)):
        if first < last:
            box = (0, first, image.width, last)
            tone = tuple(ImageStat.Stat(image.crop(box)).median)
            made.paste(tone, box)
    return made
