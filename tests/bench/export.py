"""Measure the gallery against the plain way: full decode and LANCZOS to 400 pixels, one by one.

    python -m tests.bench.export [PHOTOS]

The photos are a few dozen of 2048 x 1536, linked under many names; their files are as large as those
of real trail cameras (of 39 photos of several, the middle one has 1.1 bits a pixel). The plain way is
timed on a tenth of them. The last part shows that memory hardly grows from twice as many photos to
twenty times.
"""

import sqlite3
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from herocat import photos
from tests.bench.measured import Took, timed
from tests.world import draw

DISTINCT = 24
SIZE = (2048, 1536)


def plain(files: list[Path], out: Path) -> float:
    """Make thumbnails the plain way; return the seconds that it takes."""
    out.mkdir()
    start = time.perf_counter()
    for number, file in enumerate(files):
        with Image.open(file) as opened:
            image = opened.convert("RGB")
        image.thumbnail((400, 400), Image.Resampling.LANCZOS)
        image.save(out / f"{number}.jpg", quality=82)
    return time.perf_counter() - start


def collection(place: Path, count: int, *, on_disk: bool) -> list[Path]:
    """Make photos, a catalog of them with a label and a thumbnail each; return the files."""
    catalog = str(place / "catalog.db")
    timed("herocat", "-c", catalog, "init")
    drawn = []
    for number in range(DISTINCT if on_disk else 1):
        image = draw(*SIZE, seed=number) if on_disk else draw(400, 300)
        path = place / f"drawn{number}.jpg"
        image.save(path, quality=75)  # 1.3 bits a pixel
        drawn.append((path, photos.thumbnail(image)))
    files = [place / "photos" / f"{n % 100:02}" / f"{n:06}.jpg" for n in range(count)]
    with sqlite3.connect(catalog) as db:
        db.execute("insert into collections (id, root, name) values (1, 'photos', 'photos')")
        db.execute(
            "insert into sources (id, collection_id, path, format, params, state, started_at) "
            "values (1, 1, 'd', 'megadetector', '{}', 'done', '')"
        )
        db.execute(
            "insert into label_runs (id, name, rater, provider, model, params, state, created_at) "
            "values (1, 'model', 'vlm', 'p', 'm', '{}', 'done', '2026-01-01T00:00:00+00:00')"
        )
        for number, file in enumerate(files, 1):
            original, small = drawn[number % len(drawn)]
            if on_disk:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.hardlink_to(original)
            row = [number, f"{(number - 1) % 100:02}/{file.name}", 1 if on_disk else None]
            db.execute(
                "insert into images (id, collection_id, path, bytes, width, height) "
                "values (?, 1, ?, ?, 2048, 1536)",
                row,
            )
            db.execute("insert into results values (?, 1, null)", [number])
            db.execute(
                "insert into detections (image_id, source, category, confidence, x, y, w, h) "
                "values (?, 1, 'animal', 0.9, 0.3, 0.3, 0.3, 0.3)",
                [number],
            )
            db.execute(
                "insert into labels (label_run_id, image_id, status, score, reasoning, created_at) "
                "values (1, ?, 'ok', ?, 'Sharp, well placed, and the light is warm.', '')",
                [number, number % 101 / 10],
            )
            db.execute(
                "insert into thumbnails values (?, ?, ?, ?)",
                [number, small.width, small.height, small.jpeg],
            )
    timed("herocat", "-c", catalog, "sequence")
    return files


def gallery(place: Path, out: str, *more: str) -> Took:
    """Export a gallery; return what it took."""
    words = ("export", "html", "--out", str(place / out), *more)
    return timed("herocat", "-c", str(place / "catalog.db"), *words)


def against_the_plain_way(count: int) -> None:
    """Time the gallery with and without thumbnails in the catalog."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        print(f"making {count:,} photos of {SIZE[0]} x {SIZE[1]}", flush=True)
        files = collection(place, count, on_disk=True)
        tenth = files[: max(1, count // 10)]
        whole = plain(tenth, place / "plain") * count / len(tenth)
        print(
            f"  the plain way               {whole:7.1f} s  (a tenth of it, times ten)", flush=True
        )
        kept = gallery(place, "kept", "--previews", "0").seconds
        print(f"  thumbnails in the catalog   {kept:7.1f} s", flush=True)
        with sqlite3.connect(place / "catalog.db") as db:
            db.execute("delete from thumbnails")
        none = gallery(place, "none", "--previews", "0").seconds
        print(f"  no thumbnails               {none:7.1f} s", flush=True)
        both = gallery(place, "both").seconds
        print(f"  no thumbnails, and previews {both:7.1f} s")
        print(f"with thumbnails / plain way     {kept / whole:.3f}")
        print(f"without thumbnails / plain way  {none / whole:.3f}")
        print(f"with previews too / plain way   {both / whole:.3f}")


def memory(*counts: int) -> None:
    """Show the peak memory for collections of several sizes."""
    for count in counts:
        with TemporaryDirectory() as folder:
            place = Path(folder)
            collection(place, count, on_disk=False)
            took = gallery(place, "site", "--previews", "0")
            print(
                f"{count:>8,} photos: {took.seconds:6.1f} s, peak {took.peak:4.0f} MiB", flush=True
            )


if __name__ == "__main__":
    photos_in_all = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    against_the_plain_way(photos_in_all)
    memory(2 * photos_in_all, 20 * photos_in_all)
