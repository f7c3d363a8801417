"""Measure taking in and choosing, against the plain way; and looking through a folder, against find.

    python -m tests.bench.ingest [PHOTOS]

Times are of this machine on this day; the ratios are what to look at.
"""

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from herocat.catalog import Catalog
from herocat.loaders import photos
from herocat.loaders.sources import Collection
from herocat.migrations import bring_up_to_date
from herocat.progress import Progress
from tests.bench import collection
from tests.bench.measured import timed

N = "5000"
PHOTOS, TENTH = 1_300_000, 130_000
FOLDERS, IN_EACH = 200, 1_000


def large_collection(count: int) -> float:
    """Ingest, sequence and select, against json.load and a loop in memory; return seconds a photo."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        print(f"writing the results files of {count:,} photos", flush=True)
        detections, sequences = collection.write(place, count)
        catalog = ("herocat", "-c", str(place / "catalog.db"))
        root = ("--root", str(place / "photos"))
        steps: dict[str, tuple[str, ...]] = {
            "init": ("init",),
            "ingest": ("ingest", *root, str(detections), str(sequences)),
            "sequence": ("sequence",),
            "select": ("select", "-n", N),
            "select again": ("select", "-n", N, "--seed", "1", "--quota", "single_tiny=0"),
        }
        took = {}
        for name, words in steps.items():
            took[name] = timed(*catalog, *words)
            show(name, took[name].seconds, took[name].peak)
        plain = timed("tests.bench.plain", str(detections), str(sequences), N)
        show("the plain way", plain.seconds, plain.peak)
        again = took.pop("select again").seconds
        whole = sum(one.seconds for one in took.values())
        print(f"whole job / plain way       {whole / plain.seconds:.2f}")
        print(f"select again / plain way    {again / plain.seconds:.3f}")
        return whole / count


def show(name: str, seconds: float, peak: float) -> None:
    """Print one step."""
    print(f"  {name:<18} {seconds:7.2f} s   peak {peak:6.0f} MiB", flush=True)


def folder_of_photos() -> None:
    """Record path, size and mtime of many small files, new and again, against find listing them."""
    with TemporaryDirectory() as name:
        root = Path(name) / "photos"
        for number in range(FOLDERS):
            (root / f"{number:03}").mkdir(parents=True)
            for photo in range(IN_EACH):
                (root / f"{number:03}" / f"IMG_{photo:05}.JPG").write_bytes(b"\xff\xd8")
        listed = min(_found(root) for _ in range(3))
        print(f"find lists {FOLDERS * IN_EACH:,} files in {listed:.2f} s")
        with Catalog(Path(name) / "catalog.db") as catalog:
            bring_up_to_date(catalog)
            with catalog.writing():
                number = catalog.value("ingest.add_collection", root=str(root), name="photos")
            for words in ("new", "again"):
                seconds = _scanned(catalog, Collection(number, root))
                print(f"scanned, {words:<6} / find       {seconds / listed:.2f}")


def _found(root: Path) -> float:
    start = time.perf_counter()
    line = ["find", str(root), "-type", "f", "-printf", "%P %s %T@\\n"]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _scanned(catalog: Catalog, there: Collection) -> float:
    start = time.perf_counter()
    with Progress("scanning") as progress:
        photos.look_through(catalog, there, there.root, None, progress)
    return time.perf_counter() - start


def main(count: int = PHOTOS) -> None:
    """Measure everything, at full size and at a tenth of it."""
    folder_of_photos()
    small = large_collection(count // 10)
    large = large_collection(count)
    print(f"cost of a photo at {count:,} / at {count // 10:,}   {large / small:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
