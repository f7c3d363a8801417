"""What else would tell a place that must not be told: the other photos from it."""

from collections.abc import Iterable, Mapping

from herocat.catalog import Catalog
from herocat.gate import Secret


def spot(catalog: Catalog, image: int) -> str:
    """Return what stands for the place of a photo: its location, or else its folder."""
    row = catalog.one("gate.place", image=image)
    assert row is not None
    return str(row["location"] or row["path"].rpartition("/")[0]).casefold()


def neighbours(
    catalog: Catalog, images: Iterable[int], secrets: Mapping[int, Secret]
) -> dict[int, Secret]:
    """Return those of some photos whose place must not be told because a secret one is beside them.

    They may show no sensitive species, but the same bush, the same strip of text, the next minute.
    """
    if not secrets:
        return {}
    kept = {spot(catalog, image): secret for image, secret in secrets.items()}
    return {
        image: Secret(image, beside.species, beside.degrees)
        for image in images
        if image not in secrets and (beside := kept.get(spot(catalog, image))) is not None
    }
