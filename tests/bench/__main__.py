"""Measure what exists to be fast, each as a ratio against a plain way in the same run.

    python -m tests.bench

Times are of this machine on this day; the ratios are what to look at.
"""

import subprocess
import sys

BENCHES = ("ingest", "labeling", "export", "browse", "scorer")

if __name__ == "__main__":
    for bench in BENCHES:
        print(f"-- {bench}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.bench.{bench}"], check=True)
