"""Write the results files of a large collection that has no photos, for benchmarks.

35 % of the photos hold animals, in bursts of 1 to 10; every photo may hold noise of low
confidence, 3 % of the bursts hold people. The numbers are those of real projects: species with
a long tail, boxes of all sizes, most photos blank. Both files are written as they are made up.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

SPECIES = 60
_CATEGORIES = {"1": "animal", "2": "person", "3": "vehicle"}


def write(folder: Path, photos: int, seed: int = 1) -> tuple[Path, Path]:
    """Write ``detections.json`` and ``sequences.json`` for so many photos; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    detections, sequences = folder / "detections.json", folder / "sequences.json"
    with detections.open("w") as boxes, sequences.open("w") as frames:
        boxes.write('{\n "images": [\n')
        frames.write(
            '{"info": {"version": "1.0"}, "categories": [], "annotations": [], "images": [\n'
        )
        for number, (result, frame) in enumerate(_photos(photos, random.Random(seed))):
            comma = ",\n" if number else ""
            boxes.write(comma + json.dumps(result, indent=1))
            frames.write(comma + json.dumps(frame))
        tables = {
            "detection_categories": _CATEGORIES,
            "classification_categories": {str(i): f"species {i:02}" for i in range(SPECIES)},
            "info": {"format_version": "1.5", "detector": "made up"},
        }
        boxes.write("\n ],\n" + json.dumps(tables, indent=1)[2:])
        frames.write("\n]}\n")
    return detections, sequences


def _photos(
    count: int, rng: random.Random
) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    made = burst = 0
    seconds = 1_500_000_000
    while made < count:
        burst += 1
        seconds += rng.randint(90, 4000)
        length = min(rng.choice((1, 1, 2, 3, 3, 3, 4, 5, 7, 10)), count - made)
        location = f"C{burst % 200:03}"
        kind = rng.random()
        for frame in range(length):
            made += 1
            path = f"{location}/{burst // 20_000:02}/IMG_{made:07}.JPG"
            yield (
                {"file": path, "detections": _detections(kind, rng)},
                {
                    "id": path,
                    "file_name": path,
                    "seq_id": f"seq{burst}",
                    "seq_num_frames": length,
                    "frame_num": frame,
                    "location": location,
                    "datetime": _clock(seconds + frame),
                },
            )


def _detections(kind: float, rng: random.Random) -> list[dict[str, object]]:
    found = [_noise(rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))]
    if kind < 0.35:
        species = min(SPECIES - 1, int(rng.expovariate(0.15)))
        count = 1 if rng.random() < 0.8 else rng.randint(2, 6)
        found += [_animal(species, rng) for _ in range(count)]
    elif kind < 0.38:
        found.append({**_noise(rng), "category": "2", "conf": round(rng.uniform(0.3, 0.98), 3)})
    return found


def _animal(species: int, rng: random.Random) -> dict[str, object]:
    w = min(0.99, rng.lognormvariate(-1.8, 0.7))
    h = min(0.99, rng.lognormvariate(-1.6, 0.6))
    score = rng.uniform(0.3, 0.99)
    other = rng.randrange(SPECIES)
    return {
        "category": "1",
        "conf": round(rng.betavariate(5, 1.6), 3),
        "bbox": [round(v, 4) for v in (rng.uniform(0, 1 - w), rng.uniform(0, 1 - h), w, h)],
        "classifications": [
            [str(species), round(score, 3)],
            [str(other), round((1 - score) / 2, 3)],
        ],
    }


def _noise(rng: random.Random) -> dict[str, object]:
    box = [round(rng.uniform(0, 0.8), 4), round(rng.uniform(0, 0.8), 4), 0.08, 0.06]
    return {"category": "1", "conf": round(rng.uniform(0.005, 0.2), 3), "bbox": box}


def _clock(seconds: int) -> str:
    day, rest = divmod(seconds, 86_400)
    months, day_of = divmod(day, 28)
    years, month = divmod(months, 12)
    hour, rest = divmod(rest, 3600)
    minute, second = divmod(rest, 60)
    return f"{1968 + years}-{month + 1:02}-{day_of + 1:02} {hour:02}:{minute:02}:{second:02}"


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
