"""Catalogs with measured photos of many places, written straight into the tables."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from herocat.judging import learning

Numbers = dict[str, float]
NOW = "2025-01-01T00:00:00Z"


def grow_fewer_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let scorers be fitted in a third of the time: for tests of what is done with them."""
    monkeypatch.setitem(learning._TREES, "max_iter", 30)
    monkeypatch.setitem(learning._TREES, "learning_rate", 0.2)


def fill(
    path: Path,
    *,
    places: int,
    each: int,
    score: Callable[[Numbers, int, np.random.Generator], float],
    rater: str = "person",
    seed: int = 0,
    lean: float = 0.0,
) -> None:
    """Fill a catalog with measured photos, rated by a person and the baseline.

    ``score`` gets a photo's numbers and its place. ``lean`` is how much a place's photos are alike
    in brightness, so that brightness tells the place.
    """
    rng = np.random.default_rng(seed)
    with sqlite3.connect(path) as db:
        db.execute("insert into collections (id, root, name) values (1, 'photos', 'photos')")
        db.execute(
            "insert into sources (id, collection_id, path, format, params, state, started_at)"
            " values (1, 1, 'd.json', 'megadetector', '{}', 'done', ?)",
            [NOW],
        )
        for run, (name, by) in enumerate([("ann", rater), ("baseline", "baseline")], 1):
            db.execute(
                "insert into label_runs (id, name, rater, provider, model, params, state, created_at)"
                " values (?, ?, ?, 'p', 'm', '{}', 'done', ?)",
                (run, name, by, NOW),
            )
        image = 0
        for place in range(places):
            bright = rng.uniform(0.2, 0.8)
            for _ in range(each):
                image += 1
                own = {
                    "brightness": bright if lean else rng.uniform(0.2, 0.8),
                    "sharpness": rng.uniform(0.02, 0.35),
                    "w": rng.uniform(0.1, 0.5),
                    "h": rng.uniform(0.1, 0.5),
                    "colour": rng.uniform(0, 0.5),
                }
                _photo(db, image, place, own, rng)
                said = float(np.clip(round(score(own, place, rng), 1), 0, 10))
                base = float(np.clip(20 * own["sharpness"] + rng.normal(0, 2), 0, 10))
                for run, value in ((1, said), (2, base)):
                    db.execute(
                        "insert into labels (label_run_id, image_id, status, score, created_at)"
                        " values (?, ?, 'ok', ?, ?)",
                        (run, image, value, NOW),
                    )
    db.close()


def _photo(
    db: sqlite3.Connection, image: int, place: int, own: Numbers, rng: np.random.Generator
) -> None:
    db.execute(
        "insert into images (id, collection_id, path, location, bytes) values (?, 1, ?, ?, 1)",
        (image, f"{place}/{image}.jpg", f"place {place}"),
    )
    db.execute("insert into results (image_id, source) values (?, 1)", [image])
    db.execute(
        "insert into detections (id, image_id, source, category, confidence, x, y, w, h)"
        " values (?, ?, 1, 'animal', 0.9, ?, ?, ?, ?)",
        (image, image, rng.uniform(0, 0.5), rng.uniform(0, 0.5), own["w"], own["h"]),
    )
    db.execute(
        "insert into measurements (image_id, version, detection_id, measured_at, monochrome,"
        " brightness, colourfulness, content_top, content_bottom, subject_width, subject_height,"
        " subject_brightness, subject_contrast, subject_clipped, subject_sharpness,"
        " background_sharpness, separation) values (?, 1, ?, ?, 0, ?, ?, 0, 1, 100, 100, ?, 0.5, 0, ?, 0.2, ?)",
        (
            image,
            image,
            NOW,
            own["brightness"],
            own["colour"],
            own["brightness"],
            own["sharpness"],
            rng.uniform(0, 0.3),
        ),
    )
