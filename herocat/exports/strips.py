"""The camera's strips of text, painted over where they would tell a place that must not be told.

Most trail cameras print their name, and some their position, on a flat strip along an edge. A text that
stands on the picture itself is not found.
"""

from PIL import Image, ImageStat

from herocat import pixels

Content = tuple[
    float, float
]  # where the picture begins and ends between strips, shares of the height


def painted(image: Image.Image, known: Content) -> Image.Image | None:
    """Return an upright image with its strips in their own colour; None where it has none.

    ``known`` is what was read before from it and its neighbours: (0, 1) if nothing was.
    """
    seen = pixels.content(image)
    top = round(max(known[0], seen[0]) * image.height)
    bottom = round(min(known[1], seen[1]) * image.height)
    if top <= 0 and bottom >= image.height:
        return None
    made = image.copy()
    for first, last in ((0, top), (bottom, image.height)):
        if first < last:
            box = (0, first, image.width, last)
            tone = tuple(ImageStat.Stat(image.crop(box)).median)
            made.paste(tone, box)
    return made
