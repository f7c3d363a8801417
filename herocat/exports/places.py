"""What else would tell a place that must not be told: the other photos from it."""

import re
from collections.abc import Iterable, Mapping

from herocat.catalog import Catalog
from herocat.gate import Secret

_OF_CAMERA = re.compile(r"dcim|\d{3}[a-z0-9_]{5}")


def spots(catalog: Catalog, image: int) -> set[str]:
    """Return what stands for the place of a photo: its location, or else its folder.

    Cameras begin a new folder every thousand photos (100EK113, 101EK113): those are one place.
    """
    row = catalog.one("gate.place", image=image)
    assert row is not None
    if row["location"]:
        return {row["location"].casefold()}
    folders = row["path"].casefold().split("/")[:-1]
    while folders and _OF_CAMERA.fullmatch(folders[-1]):
        folders.pop()
    return {"/".join(folders), *folders[-1:]}


def neighbours(
    catalog: Catalog, images: Iterable[int], secrets: Mapping[int, Secret]
) -> dict[int, Secret]:
    """Return those of some photos whose place must not be told because a secret one is beside them.

    They may show no sensitive species, but the same bush, the same strip of text, the next minute.
    """
    if not secrets:
        return {}
    kept = {spot: secret for image, secret in secrets.items() for spot in spots(catalog, image)}
    found = dict[int, Secret]()
    for image in images:
        beside = next((kept[one] for one in spots(catalog, image) if one in kept), None)
        if beside is not None and image not in secrets:
            found[image] = Secret(image, beside.species, beside.degrees)
    return found
