"""Tell what a file is by what stands in it, never by its name."""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from herocat import databases
from herocat.errors import ChoiceError, InputError
from herocat.formats import lists, packed, stream, tables, xmp
from herocat.formats.known import (
    ADDAXAI,
    ADDAXAI_CSV,
    BATCH_IMAGES,
    BATCH_RESPONSES,
    BESIDE_IMAGES,
    CAMTRAP,
    CANDIDATES,
    COCO,
    HERO_LABELS,
    KNOWN,
    LABELME,
    LILA,
    LIST,
    MEGADETECTOR,
    MEGADETECTOR_CSV,
    SPECIESNET,
    TIMELAPSE,
    TIMELAPSE_DB,
    WILDLIFE_INSIGHTS,
    XMP,
)

_HEAD = 1 << 16
_SQLITE = b"SQLite format 3\x00"


def forms(paths: Iterable[Path], form: str | None = None) -> dict[Path, str]:
    """Return the format of each of some files, all of one if that is given.

    Raises InputError for a table that says something only beside another, which is not given.
    """
    found = {path: form or recognise(path) for path in paths}
    downloads = {path.parent for path, name in found.items() if name == WILDLIFE_INSIGHTS}
    for path, name in found.items():
        if name == BESIDE_IMAGES and path.parent not in downloads:
            raise InputError(
                f"{path} is a table of a Wildlife Insights download, and names no photo; nothing was "
                "taken in. Give the images.csv (or images_N.csv) beside it: it is read with that"
            )
    return found


def recognise(path: Path) -> str:
    """Return the name of a file's format; raise InputError, naming what was looked for."""
    name = _in_zip(path) if packed.kind(path) == "zip" else None
    name = name or _by_content(path)
    if name is None:
        looked_for = "; ".join(f"{known.title}: {known.told_by}" for known in KNOWN)
        raise InputError(f"{path} is no format that herocat knows. It looked for {looked_for}")
    return name


def named(name: str) -> str:
    """Return a format's name if it is known; raise ChoiceError with those that are."""
    names = [known.name for known in KNOWN]
    if name not in names:
        raise ChoiceError(f"there is no format {name!r}; known are: {', '.join(names)}")
    return name


def _in_zip(path: Path) -> str | None:
    """Tell a whole package in a zip by the files that it consists of."""
    names = {PurePosixPath(member.name).name for member in packed.members(path)}
    if "datapackage.json" in names:
        return CAMTRAP
    if "deployments.csv" in names and any(name.startswith("images") for name in names):
        return WILDLIFE_INSIGHTS
    return None


def _by_content(path: Path) -> str | None:
    with packed.opened(path) as file:
        head = file.read(_HEAD)
    if head.startswith(_SQLITE):
        if packed.kind(path) is not None:
            raise InputError(
                f"{path} is a packed database, and one is read only as it is; nothing was taken from "
                "it: unpack it, and give the file that comes out"
            )
        return _database(path)
    text = head.decode("utf-8-sig", "replace").lstrip()
    if text.startswith("{"):
        return _json(path)
    if text.startswith("["):
        return LIST if text[1:].lstrip()[:1] in {'"', "]"} else None
    if text.startswith("<") and any(sign in head for sign in xmp.SIGNS):
        return XMP
    if b"\x00" in head[:1024] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return _csv(path) or (LIST if _is_list(text) else None)


def _database(path: Path) -> str | None:
    columns = databases.columns(path)
    if "DataTable" in columns:
        return TIMELAPSE_DB
    return ADDAXAI if "favorited" in columns.get("files", columns.get("file", ())) else None


def _json(path: Path) -> str | None:
    for item in stream.items(path):
        for name, is_it in _SIGNS.items():
            if is_it(item):
                return name
    return None


def _csv(path: Path) -> str | None:
    columns = {column.lower() for column in tables.header(path)}
    for name, needed in _COLUMNS.items():
        if columns.issuperset(needed):
            return name
    return BESIDE_IMAGES if any(map(columns.issuperset, _BESIDE_IMAGES)) else None


def _is_list(text: str) -> bool:
    """Tell a list by its first line that is no comment: an address, or the path of a photo."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return lists.names_photo(first)


def _listed(key: str, *fields: str) -> Callable[[stream.Item], bool]:
    """Tell a format by a list whose first entry has one of some fields."""

    def is_it(item: stream.Item) -> bool:
        return (
            item.key == key
            and item.listed
            and isinstance(item.value, dict)
            and any(field in item.value for field in fields)
        )

    return is_it


def _holds(keys: Iterable[str]) -> Callable[[stream.Item], bool]:
    """Tell a format by a key of its own that holds an object."""
    wanted = frozenset(keys)
    return lambda item: item.key in wanted and isinstance(item.value, dict)


def _is_megadetector(item: stream.Item) -> bool:
    lists = (_listed("images", "file"), _listed("checkpoint", "file"))
    return any(is_it(item) for is_it in (*lists, _holds(("detection_categories",))))


def _is_speciesnet(item: stream.Item) -> bool:
    return _listed("predictions", "filepath")(item) or (
        item.key == "predictions" and item.value == []
    )


def _is_coco(item: stream.Item) -> bool:
    lists = {"images": "file_name", "annotations": "image_id", "categories": "name"}
    return any(_listed(key, field)(item) for key, field in lists.items())


def _is_camtrap(item: stream.Item) -> bool:
    return item.key == "profile" and "camtrap-dp" in str(item.value)


def _is_labelme(item: stream.Item) -> bool:
    return (item.key == "imagePath" and not item.listed) or _listed("shapes", "points")(item)


_SIGNS: dict[str, Callable[[stream.Item], bool]] = {
    MEGADETECTOR: _is_megadetector,
    SPECIESNET: _is_speciesnet,
    COCO: _is_coco,
    CAMTRAP: _is_camtrap,
    HERO_LABELS: _holds(("labeling_info", "checkpoint_info")),
    CANDIDATES: _holds(("generation_info",)),
    BATCH_IMAGES: _holds(("batch_info",)),
    BATCH_RESPONSES: _listed("raw_responses", "response_index", "response_text", "parsed_json"),
    LABELME: _is_labelme,
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    CAMTRAP: ("mediaid", "deploymentid", "filepath"),
    WILDLIFE_INSIGHTS: ("image_id", "deployment_id", "wi_taxon_id"),
    LILA: ("dataset_name", "image_id", "original_label"),
    TIMELAPSE: ("file", "relativepath"),
    ADDAXAI_CSV: ("relative_path", "bbox_left"),
    MEGADETECTOR_CSV: ("filename", "detection_category", "max_detection_confidence"),
}
_BESIDE_IMAGES = (
    ("deployment_id", "sequence_id", "group_size"),
    ("deployment_id", "placename"),
    ("camera_id", "make", "model"),
    ("project_id", "project_name"),
)
