"""Random catalogs with real files full of what must not leave: people, positions, maker notes."""

import io
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from PIL import Image

from herocat.catalog import Catalog

MAKER = b"MAKERSECRET"
COMMENT = b"COMMENTSECRET"
_ALONE = 100  # numbers of the bursts of photos that are in no other's
_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
    b'exif:GPSLatitude="2,30.5S" exif:GPSLongitude="34,49.9E"/></rdf:RDF></x:xmpmeta>'
)

photos = st.lists(
    st.fixed_dictionaries(
        {
            "sequence": st.integers(1, 3) | st.none(),
            "result": st.sampled_from(["done", "done", "done", "failed", None]),
            "people": st.sampled_from([None, None, None, 0.05, 0.1, 0.8]),
            "species": st.sampled_from(
                ["red fox", "White Rhinoceros", "elephants", "mammalia;;panthera_leo;", None]
            ),
            "species_score": st.sampled_from([0.04, 0.3, 0.9]),
            "score": st.sampled_from([None, 0.0, 4.5, 8.5, 10.0]),
            "folder": st.booleans(),
            "private": st.sampled_from([False, False, False, True]),
        }
    ),
    min_size=1,
    max_size=6,
)
_CLEAN = {
    "sequence": None,
    "result": "done",
    "people": None,
    "species": "red fox",
    "species_score": 0.9,
    "score": 8.5,
    "folder": True,
    "private": False,
}
# Photos that may leave, with places that may be told or not, beside photos that must stay.
MIXED = [
    _CLEAN,
    _CLEAN | {"species": "White Rhinoceros"},
    _CLEAN | {"people": 0.8, "sequence": 1},
    _CLEAN | {"sequence": 1},
    _CLEAN | {"result": "failed"},
    _CLEAN | {"species": "elephants", "sequence": 2, "species_score": 0.3},
    _CLEAN | {"sequence": 2},
    _CLEAN | {"private": True},
]


def colour(image: int) -> tuple[int, int, int]:
    """Return the colour of a photo: it is told from any other by it."""
    return (image * 40 % 250, 90 + image * 20 % 160, 250 - image * 35 % 240)


def name(image: int, made: list[dict[str, Any]]) -> str:
    """Return the path of a photo: most lie in a folder that is called like the place."""
    folder = f"SECRETPLACE{image}/" if made[image - 1]["folder"] else ""
    return f"{folder}token{image}x.jpg"


def jpeg(image: int) -> bytes:
    """Return a photo of one colour, with everything in it that a camera may write."""
    exif = Image.Exif()
    exif[271] = "Maker"
    exif.get_ifd(0x8769)[37500] = MAKER * 5
    exif.get_ifd(0x8825).update({1: "S", 2: (2.0, 30.0, 0.0), 3: "E", 4: (34.0, 49.0, 0.0)})
    buffer = io.BytesIO()
    options = {"comment": COMMENT, "xmp": _XMP, "exif": exif}
    Image.new("RGB", (96, 72), colour(image)).save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue() + MAKER


def fill(catalog: Catalog, folder: Path, made: list[dict[str, Any]]) -> None:
    """Write photos, and what is known of them."""
    do = catalog.connection.execute
    do("begin")
    do("insert into collections (id, root, name) values (1, 'p', 'p')")
    do(
        "insert into sources (id, collection_id, path, format, params, state, started_at) "
        "values (1, 1, 'a', 'megadetector', '{}', 'done', '')"
    )
    for run, rater in ((1, "baseline"), (2, "vlm")):
        do(
            "insert into label_runs (id, name, rater, provider, model, params, state, created_at) "
            "values (?, ?, ?, 'p', 'm', '{}', 'done', '2024-05-01T10:00:00+00:00')",
            [run, f"run{run}", rater],
        )
    do(
        "insert into selections (id, name, strategy, params, seed, basis, details, num_candidates, "
        "num_eligible, created_at) values (1, 's', 'stratified', '{}', 0, '{}', '{}', 1, 1, '2024-05-01')"
    )
    for image, one in enumerate(made, 1):
        _photo(catalog, folder, image, one, made)
    do("commit")


def _photo(
    catalog: Catalog, folder: Path, image: int, one: dict[str, Any], made: list[dict[str, Any]]
) -> None:
    do = catalog.connection.execute
    content = jpeg(image)
    place = folder / "p" / name(image, made)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    sequence = one["sequence"] or _ALONE + image
    do(
        "insert or ignore into sequences (id, collection_id, key, origin) values (?, 1, ?, 'given')",
        [sequence, str(sequence)],
    )
    do(
        "insert into images (id, collection_id, path, bytes, mtime, width, height, location, sequence_id, "
        "captured_at) values (?, 1, ?, ?, 1.0, 96, 72, ?, ?, '2024-05-01T10:00:00')",
        [image, name(image, made), len(content), f"SECRETPLACE{image}", sequence],
    )
    if one["result"]:
        do(
            "insert into results values (?, 1, ?)",
            [image, "oops" if one["result"] == "failed" else None],
        )
    do(
        "insert into detections (image_id, source, category, confidence, x, y, w, h, species, species_score) "
        "values (?, 1, 'animal', 0.9, 0.3, 0.3, 0.3, 0.3, ?, ?)",
        [image, one["species"], one["species_score"] if one["species"] else None],
    )
    if one["private"]:
        do("insert into private_photos values (?, 1)", [image])
    if one["people"] is not None:
        do(
            "insert into detections (image_id, source, category, confidence) values (?, 1, 'person', ?)",
            [image, one["people"]],
        )
    do(
        "insert or ignore into candidates (selection_id, image_id, sequence_id, category, quality_score, rank) "
        "values (1, ?, ?, 'single_optimal', 0.5, ?)",
        [image, sequence, image],
    )
    for run in (1, 2):
        score = one["score"] if run == 1 else 7.0
        do(
            "insert into labels (label_run_id, image_id, status, score, reasoning, error, created_at) "
            "values (?, ?, ?, ?, ?, ?, '')",
            [
                run,
                image,
                "ok" if score is not None else "failed",
                score,
                f"the strip says: SECRETPLACE{image}, 2024",
                None if score is not None else f"no file {name(image, made)}",
            ],
        )


def held(made: list[dict[str, Any]]) -> set[int]:
    """Return which photos must stay, from the rule as it is written in the documentation."""
    people = {image for image, one in enumerate(made, 1) if one["people"] and one["people"] >= 0.1}
    bursts = {made[image - 1]["sequence"] for image in people} - {None}
    return {
        image
        for image, one in enumerate(made, 1)
        if image in people or one["sequence"] in bursts or one["result"] != "done" or one["private"]
    }


def secret(made: list[dict[str, Any]]) -> set[int]:
    """Return the photos whose places must not be told."""
    sensitive = {
        image
        for image, one in enumerate(made, 1)
        if one["species"] not in {None, "red fox"} and one["species_score"] >= 0.05
    }
    bursts = {made[image - 1]["sequence"] for image in sensitive} - {None}
    return {
        image
        for image, one in enumerate(made, 1)
        if image in sensitive or one["sequence"] in bursts
    }
