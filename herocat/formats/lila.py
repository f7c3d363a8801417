"""LILA's table of images and labels, CSV: a row a label, photos by their addresses."""

import json
from collections.abc import Iterator
from pathlib import Path

from herocat import times, urls
from herocat.errors import InputError
from herocat.formats import tables, values
from herocat.records import Frame, Observation, Record, Remote, Taxon, Unmatched

_ADDRESSES = ("url_gcp", "url_aws", "url_azure")
_TAXONOMY = ("class", "order", "family", "genus", "species")


def read(path: Path) -> Iterator[Record]:
    """Yield what the table says; a photo's rows may stand anywhere."""
    names = dict[str, Taxon]()
    for number, row in enumerate(tables.rows(path, needs=("image_id", "dataset_name")), 2):
        photo = row.get("image_id")
        if not photo:
            raise InputError(f"{path}, row {number:,}: no image_id; nothing was taken from it")
        url = next((row[key] for key in _ADDRESSES if urls.is_url(row.get(key, ""))), None)
        if url is None:
            yield Unmatched(photo, "it has no address")
            continue
        place = urls.local_path(url)
        moment, doubt = times.parse(times.month_first(row.get("datetime", "")))
        yield Frame(
            place,
            values.text(row.get("sequence_id")),
            values.whole(row.get("frame_num")),
            values.text(row.get("location_id")),
            moment,
            doubt,
        )
        yield Remote(place, url)
        yield from _label(row, place, names)
    yield from names.values()


def _label(row: dict[str, str], place: str, names: dict[str, Taxon]) -> Iterator[Record]:
    label = values.text(row.get("original_label"))
    if label is None:
        return
    ranks = [values.text(row.get(rank)) for rank in _TAXONOMY]
    named = ";".join(filter(None, (*ranks, values.text(row.get("scientific_name")))))
    category = values.special(label, named)
    species = None
    if category is None:
        category = "animal"
        species = (
            values.text(row.get("common_name")) or values.text(row.get("scientific_name")) or label
        ).lower()
        if any(ranks):
            epithet = (ranks[4] or "").lower().removeprefix((ranks[3] or "").lower()).strip()
            ranks = [*ranks[:4], epithet or None]
            common = values.text(row.get("common_name"))
            names.setdefault(species, values.ranked(species, None, ranks, common))
    level = "sequence" if row.get("annotation_level") == "sequence" else "photo"
    details = (
        json.dumps({"original_label": label}) if species and label.lower() != species else None
    )
    yield Observation(place, category, species, level=level, made_by="person", details=details)
