"""The plain way to select: load both files whole with json.load, and loop. What `make bench` holds against.

python -m tests.bench.plain detections.json sequences.json N
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from herocat.strategies.stratified import QUOTAS
from tests import plain_select


def select(detections: Path, sequences: Path, n: int) -> list[str]:
    """Choose about ``n`` photos, the best of each class and sequence, as hero-images does."""
    with detections.open() as file:
        results: Any = json.load(file)
    with sequences.open() as file:
        frames: Any = json.load(file)
    burst = {entry["file_name"]: entry["seq_id"] for entry in frames["images"]}
    photos = {entry["file"]: _boxes(entry) for entry in results["images"]}
    rare = plain_select.rare(photos)
    best: dict[str, dict[str, tuple[float, str]]] = defaultdict(dict)
    for path, boxes in photos.items():
        for name, value in plain_select.classes(boxes, rare).items():
            sequence = burst.get(path, path)
            best[name][sequence] = max(best[name].get(sequence, (0.0, "")), (value, path))
    chosen = list[str]()
    for name, share in QUOTAS.items():
        chosen += [path for _, path in sorted(best[name].values(), reverse=True)[: int(n * share)]]
    return chosen


def _boxes(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        box | {"species": box.get("classifications", ())}
        for box in entry["detections"]
        if box["category"] == "1"
    ]


if __name__ == "__main__":
    print(len(select(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
