"""The photos that a list names: for pages that show the same sample of every run."""

import json
from collections.abc import Iterator
from pathlib import Path

from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.formats import lists
from herocat.paths import OutsideError, relative


def images(catalog: Catalog, source: Path) -> frozenset[int]:
    """Return the photos that a list, a labels file of hero-images or a folder names.

    Raises ChoiceError if none of them is in the catalog.
    """
    roots = [(row["id"], catalog.placed(row["root"])) for row in catalog.rows("export.collections")]
    found, count = set[int](), 0
    for name in _named(source):
        count += 1
        for collection, root in roots:
            path = _inside(name, root)
            image = path and catalog.value("export.image_at", collection=collection, path=path)
            if image:
                found.add(image)
    if not found:
        raise ChoiceError(f"{source} names {count:,} photos, and none of them is in the catalog")
    return frozenset(found)


def _named(source: Path) -> Iterator[str]:
    """Yield each name as it stands and, where it is a flattened one, as the path that it was."""
    if source.is_dir():
        names = [
            str(path.relative_to(source)) for path in sorted(source.rglob("*")) if path.is_file()
        ]
        names += [str((source / name).absolute()) for name in names]
    else:
        names = _results(source) or lists.read(source)
    for name in names:
        yield name
        if "#" in name:
            yield name.replace("#", "/")


def _results(source: Path) -> list[str]:
    """Return the photos of a labels file of hero-images; none if it is another file."""
    try:
        content = json.loads(source.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return []
    results = content.get("results") if isinstance(content, dict) else None
    if not isinstance(results, list):
        return []
    keys = ("image_path", "image_filename")
    return [
        str(one[key]) for one in results if isinstance(one, dict) for key in keys if one.get(key)
    ]


def _inside(name: str, root: Path) -> str:
    try:
        return relative(name, root.absolute())
    except OutsideError:
        return ""
