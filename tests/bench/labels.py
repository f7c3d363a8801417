"""Give the candidates of a large catalog label runs, for benchmarks: raters that agree more or less."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

RUNS = (("model-a", "vlm"), ("model-b", "vlm"), ("model-c", "vlm"), ("base", "baseline"), ("scorer-1", "scorer"))  # fmt: skip
_WORDS = (  # noqa: SIM905 - they read better so
    "sharp eyes soft light the animal fills the frame its head turned to the camera a branch cuts"
    " its back blurred ground early sun rim of fur jumping over water infrared grain half hidden"
    " behind grass two young follow their mother the horizon is level clean background motion"
).split()


def write(catalog: Path, photos: int, seed: int = 1) -> None:
    """Have so many candidates rated in each of five runs."""
    rng = random.Random(seed)
    with closing(sqlite3.connect(catalog)) as connection:
        images = [
            row[0]
            for row in connection.execute(
                "select distinct image_id from candidates order by image_id limit ?", [photos]
            )
        ]
        truth = {image: rng.betavariate(2, 3) * 10 for image in images}
        for name, rater in RUNS:
            run = connection.execute(
                "insert into label_runs (name, rater, provider, model, params, state, created_at)"
                " values (?, ?, 'made up', ?, '{}', 'done', '2026-01-01T00:00:00Z') returning id",
                [name, rater, name],
            ).fetchone()[0]
            connection.executemany(
                "insert into labels (label_run_id, image_id, status, score, reasoning, latency_ms,"
                " cost_usd, created_at) values (?, ?, 'ok', ?, ?, ?, 0.0001, '2026-01-01T00:00:00Z')",
                _labels(run, truth, rng),
            )
            connection.commit()
        connection.execute("analyze")
        connection.commit()


def _labels(
    run: int, truth: dict[int, float], rng: random.Random
) -> Iterator[tuple[int, int, float, str, float]]:
    for image, score in truth.items():
        seen = round(min(10.0, max(0.0, rng.gauss(score, 1.2))), 1)
        words = " ".join(rng.choices(_WORDS, k=90))
        yield run, image, seen, words, rng.uniform(300, 3000)
