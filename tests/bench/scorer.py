"""The scorer over a large catalog: the whole command against the model alone, on the same rows in memory."""

import sqlite3
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from herocat.catalog import Catalog
from herocat.gallery import index
from herocat.judging import learning
from herocat.migrations import bring_up_to_date
from herocat.stages import predict, train
from tests.measured import fill
from tests.stages.test_train import signal

_PHOTOS = """
insert into images (id, collection_id, path, location, bytes)
with recursive numbers (n) as (select 1001 union all select n + 1 from numbers where n < 1000 + :photos)
select n, 1, 'more/' || n, 'place ' || (n % 20), 1 from numbers
"""
_MORE = """
insert into results (image_id, source) select id, 1 from images where id > 1000;
insert into detections (id, image_id, source, category, confidence, x, y, w, h)
select id, id, 1, 'animal', 0.9, 0.1, 0.1, 0.1 + (id % 40) / 100.0, 0.1 + (id % 37) / 100.0
from images where id > 1000;
insert into measurements (
  image_id, version, detection_id, measured_at, monochrome, brightness, colourfulness, content_top,
  content_bottom, subject_width, subject_height, subject_brightness, subject_contrast,
  subject_clipped, subject_sharpness, background_sharpness, separation
)
select
  id, 1, id, '', 0, (id % 60) / 100.0, (id % 50) / 100.0, 0, 1, 100, 100, 0.4, 0.5, 0,
  0.02 + (id % 33) / 100.0, 0.2, (id % 30) / 100.0
from images where id > 1000;
"""


def scorer(photos: int) -> None:
    """Predict every photo of a catalog, against the model's own predict."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.db"
        with Catalog(path) as catalog:
            bring_up_to_date(catalog)
        fill(path, places=20, each=30, score=signal)
        with sqlite3.connect(path) as db:
            db.execute(_PHOTOS, {"photos": photos})
            db.executescript(_MORE)
        db.close()
        with Catalog.open(path) as catalog:
            train.train(catalog)
            start = time.perf_counter()
            done = predict.predict(catalog)
            whole = time.perf_counter() - start
            card = catalog.one("predict.scorer", name=None)
            assert card is not None
            rows = learning.unpacked(card["fitted_to"])
            model = learning.Model(rows, card["seed"])
            # The same matrix: as the command reads it of a run that has no score yet.
            pieces = predict.matrices(catalog, rows, run=0, encoder=None)
            numbers = np.concatenate([piece for _, piece in pieces])
        assert len(numbers) == done.scored
        start = time.perf_counter()
        model.predict(numbers)
        alone = time.perf_counter() - start
        with Catalog.open(
            path
        ) as catalog:  # once more, where pages in the browser keep scores, too
            index.refresh(catalog)
            with catalog.writing():
                catalog.connection.execute("delete from labels where label_run_id > 2")
            start = time.perf_counter()
            predict.predict(catalog)
            kept = time.perf_counter() - start
    print(f"scoring {done.scored:,} photos")
    print(f"  the command        {whole:7.2f} s")
    print(f"  the model alone    {alone:7.2f} s")
    print(f"  with the gallery   {kept:7.2f} s")
    print(f"command / model alone     {whole / alone:.2f}; with the gallery {kept / alone:.2f}")


if __name__ == "__main__":
    scorer(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
