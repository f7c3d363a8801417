"""What hero-images' own viewer asks of a labels file, asked here in the same words.

Its programs are not part of this project. These are the keys that its viewer looks up and what it does
with each: formats them as numbers, sorts by them, opens them as pictures, makes file names of them.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from PIL import Image

from tests.browser.collection import copied


def looked_at(path: Path) -> dict[str, Any]:
    """Do what its viewer does with a labels file; return the file's content."""
    assert "_labels_" in path.name, "it finds files in a folder by that"
    assert path.suffix == ".json"
    content: dict[str, Any] = json.loads(path.read_text("ascii"))  # it opens it with no encoding
    info, results = content["labeling_info"], content["results"]
    for key in ("timestamp", "model_used", "processing_method"):
        assert isinstance(info[key], str)
    for key in ("total_images", "successful_labels", "failed_labels"):
        assert isinstance(info[key], int)
    assert 0 <= float(f"{info['success_rate']:.1f}") <= 100
    figures = info["statistics"]
    for key in ("avg_score", "min_score", "max_score"):
        assert 0 <= float(f"{figures[key]:.1f}") <= 10
    good = [one for one in results if one["success"]]
    bad = [one for one in results if not one["success"]]
    assert info["total_images"] == len(results)
    assert (info["successful_labels"], info["failed_labels"]) == (len(good), len(bad))
    for one in results:
        assert one["success"] in (True, False)
        assert one.get("processing_time", 0.0) >= 0
        with Image.open(one["image_path"]) as image:
            assert image.convert("RGB").size[0] > 0
        name = one["image_filename"].replace("#", "_").replace(":", "_")
        assert "/" not in name
        assert len(name.encode()) < 256
    for one in good:
        assert int(one["aesthetic_score"]) in range(11)  # a colour for each
        assert 0 <= float(f"{one['aesthetic_score']:.1f}") <= 10
        assert isinstance(one["reasoning"], str)
    for one in bad:
        assert one.get("error") or one.get("error_message")
    sorted(good, key=lambda one: -one["aesthetic_score"])
    sorted(results, key=lambda one: str(one["image_filename"]))
    by_name = {one["image_filename"]: one for one in results}
    assert len(by_name) == len(results), "it finds photos by their names alone"
    return content


def test_its_viewer_can_read_every_run(built: Path, tmp_path: Path) -> None:
    herocat = copied(built, tmp_path)
    with closing(sqlite3.connect(herocat.catalog)) as connection, connection:
        connection.execute("update labels set latency_ms = 1250 where id % 2")
    herocat("export", "seed", "--out", tmp_path / "labels")
    files = sorted((tmp_path / "labels").glob("*_labels_*.json"))
    assert len(files) == 3
    contents = [looked_at(path) for path in files]
    assert any(one["labeling_info"]["failed_labels"] for one in contents)
    herocat("export", "candidates", "--out", tmp_path / "heuristics")
    folder = {path.name for path in (tmp_path / "heuristics").glob("*.jpg")}
    metadata = json.loads((tmp_path / "heuristics" / "candidates_metadata.json").read_text())
    assert folder == {one["flattened_filename"] for one in metadata["candidates"]}
    # The viewer takes such a folder as the photos to show: it holds them against the labels by name.
    names = {one["image_filename"] for one in contents[0]["results"]}
    assert folder
    assert folder <= names
