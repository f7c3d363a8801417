"""Entries that are decoded many at once, as most are written, say what they say one by one."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from herocat.formats import coco, megadetector, stream
from herocat.formats.values import Floor
from tests.world import animal

share = st.floats(-0.1, 1.1) | st.integers(-1, 2)
odd = st.none() | st.booleans() | st.text(max_size=3) | st.floats() | st.lists(st.none())
guess = st.tuples(st.sampled_from(["0", "1", "2", "3", "7"]), share).map(list)
box = st.fixed_dictionaries(
    {"category": st.sampled_from(["1", "2", "3", "4", "9"]), "conf": share},
    optional={
        "bbox": st.lists(share, min_size=4, max_size=4) | odd,
        "classifications": st.lists(guess, max_size=3) | odd,
        "more": odd,
    },
)
plain_box = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["1", "2"]),
        "conf": st.floats(-1, 1),
        "bbox": st.just([0.1, 0.2, 0.3, 0.4]),
    },
    optional={"classifications": st.lists(guess, max_size=3)},
)
name = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
result = st.fixed_dictionaries(
    {
        "file": name | st.just('a},\n{\n "file"'),
        "detections": st.lists(plain_box | box, max_size=3) | st.none(),
    },
    optional={"failure": st.none() | name, "frame_rate": odd},
)
frame = st.fixed_dictionaries(
    {"file_name": name},
    optional={
        "seq_id": name | st.integers() | odd,
        "sequence_id": name,
        "frame_num": st.integers(-2, 1 << 40) | odd,
        "location": name | st.integers() | odd,
        "datetime": st.just("2024-05-01 10:00:00") | odd,
        "date_captured": st.just("2023-05-01 10:00:00"),
        "width": st.integers(),
    },
)
TABLES = {
    "detection_categories": {"1": "animal", "2": "person", "3": "vehicle", "4": "blank"},
    "classification_categories": {"0": "lynx", "1": "roe deer", "2": "human", "3": "blank"},
}


def both(reader: Any, content: dict[str, Any], indent: int | None, **options: Any) -> None:  # noqa: ANN401
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder) / "file.json"
        file.write_text(json.dumps(content, indent=indent), "utf-8")
        quick = list(reader.read(file, **options))
        patch.setattr(reader, "_PLAIN", {})
        assert repr(quick) == repr(list(reader.read(file, **options)))


@settings(max_examples=60, deadline=None)
@example(  # scores that count as equal once they are cut to 1
    entries=[
        {"file": name, "detections": [animal() | {"classifications": [["0", 1], ["1", 2]]}]}
        for name in "abc"
    ],
    indent=None,
    least=0.05,
)
@given(st.lists(result, max_size=6), st.sampled_from([None, 1]), st.sampled_from([0.05, 0.6]))
def test_results(entries: list[Any], indent: int | None, least: float) -> None:
    both(megadetector, {"images": entries, **TABLES}, indent, floor=Floor(least, 0.05))


@settings(max_examples=60, deadline=None)
@given(st.lists(frame, max_size=6), st.sampled_from([None, 1]))
def test_frames(entries: list[Any], indent: int | None) -> None:
    both(coco, {"images": entries, "annotations": []}, indent)


def test_most_entries_go_the_quick_way(tmp_path: Path) -> None:
    file = tmp_path / "many.json"
    boxes = [{"category": "1", "conf": 0.5, "bbox": [0.1, 0.1, 0.2, 0.2]}]
    entries = [{"file": f"{n}.jpg", "detections": boxes * (n % 3)} for n in range(50_000)]
    file.write_text(json.dumps({"images": entries}, indent=1))
    kinds = [type(item.value) for item in stream.items(file, megadetector._PLAIN)]
    assert kinds.count(dict) < 50
    assert kinds.count(megadetector._Entry) > 49_900
