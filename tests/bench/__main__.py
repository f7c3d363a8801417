"""Measure what exists to be fast, each as a ratio against a plain way in the same run.

    python -m tests.bench [PHOTOS]

Times are of this machine on this day; the ratios are what to look at.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import collection
from tests.bench.scorer import scorer

N = "5000"


def timed(*line: str) -> tuple[float, float]:
    """Run a command; return its seconds, and the peak memory of children so far in MiB."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", *line], check=True, stdout=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return time.perf_counter() - start, peak


def large_collection(photos: int) -> None:
    """Ingest, sequence and select, against json.load and a loop in memory."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        print(f"writing the results files of {photos:,} photos", flush=True)
        detections, sequences = collection.write(place, photos)
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
            took[name], peak = timed(*catalog, *words)
            print(f"  {name:<18} {took[name]:7.2f} s   peak {peak:6.0f} MiB", flush=True)
        plain, plain_peak = timed("tests.bench.plain", str(detections), str(sequences), N)
        print(f"  {'the plain way':<18} {plain:7.2f} s   peak {plain_peak:6.0f} MiB")
        again = took.pop("select again")
        print(f"whole job / plain way     {sum(took.values()) / plain:.2f}")
        print(f"select again / plain way  {again / plain:.3f}")
        print(f"photos per second         {photos / sum(took.values()):,.0f}")


BENCHES: tuple[Callable[[int], None], ...] = (large_collection, scorer)

if __name__ == "__main__":
    for bench in BENCHES:
        bench(int(sys.argv[1]) if len(sys.argv) > 1 else 1_300_000)
