"""Tell what a file is by what stands in it, never by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from herocat.errors import ChoiceError, InputError
from herocat.formats import packed, stream

MEGADETECTOR = "megadetector"
SPECIESNET = "speciesnet"
COCO = "coco"
DETECTIONS = frozenset({MEGADETECTOR, SPECIESNET})  # formats that say what is in photos


@dataclass(frozen=True, slots=True)
class Known:
    """A format that ``ingest`` reads: its name, what it is, and how it is told from others."""

    name: str
    title: str
    told_by: str


KNOWN = (
    Known(
        MEGADETECTOR,
        "MegaDetector results, JSON",
        "an 'images' or 'checkpoint' list whose entries have 'file', or 'detection_categories'",
    ),
    Known(
        SPECIESNET,
        "SpeciesNet predictions, JSON",
        "a 'predictions' list whose entries have 'filepath'",
    ),
    Known(
        COCO,
        "COCO Camera Traps, JSON",
        "an 'images' list whose entries have 'file_name', or 'annotations', or a 'categories' list",
    ),
)


def recognise(path: Path) -> str:
    """Return the name of a file's format; raise InputError, naming what was looked for."""
    with_brace = _first_character(path) == "{"
    if with_brace:
        for item in stream.items(path):
            for name, is_it in _SIGNS.items():
                if is_it(item):
                    return name
    looked_for = "; ".join(f"{known.title}: {known.told_by}" for known in KNOWN)
    raise InputError(f"{path} is no format that herocat knows. It looked for {looked_for}")


def named(name: str) -> str:
    """Return a format's name if it is known; raise ChoiceError with those that are."""
    names = [known.name for known in KNOWN]
    if name not in names:
        raise ChoiceError(f"there is no format {name!r}; known are: {', '.join(names)}")
    return name


def _first_character(path: Path) -> str:
    with packed.opened(path) as file:
        head = file.read(4096)
    return head.decode("utf-8-sig", "replace").lstrip()[:1]


def _is_megadetector(item: stream.Item) -> bool:
    if item.key in {"images", "checkpoint"} and item.listed:
        return isinstance(item.value, dict) and "file" in item.value
    return item.key == "detection_categories" and isinstance(item.value, dict)


def _is_speciesnet(item: stream.Item) -> bool:
    if item.key != "predictions":
        return False
    return item.value == [] or (isinstance(item.value, dict) and "filepath" in item.value)


def _is_coco(item: stream.Item) -> bool:
    if not item.listed or not isinstance(item.value, dict):
        return False
    sign = {"images": "file_name", "annotations": "image_id", "categories": "name"}.get(item.key)
    return sign is not None and sign in item.value


_SIGNS: dict[str, Callable[[stream.Item], bool]] = {
    MEGADETECTOR: _is_megadetector,
    SPECIESNET: _is_speciesnet,
    COCO: _is_coco,
}
