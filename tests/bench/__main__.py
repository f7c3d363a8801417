"""Measure what exists to be fast, each as a ratio against a plain way in the same run.

    python -m tests.bench

Times are of this machine on this day; the ratios are what to look at.
"""

from tests.bench import ingest

if __name__ == "__main__":
    ingest.main()
