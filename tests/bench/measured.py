"""Run a command and tell what it took: seconds, and memory of it and all its children together."""

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.02  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, and the most memory at one moment, MiB."""

    seconds: float
    peak: float


def timed(*line: str) -> Took:
    """Run a Python module with arguments, and wait for it."""
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", *line], stdout=subprocess.DEVNULL) as process:
        peaks = [0]
        ended = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
        watcher.start()
        code = process.wait()
        took = time.perf_counter() - start
        ended.set()
        watcher.join()
    if code:
        raise SystemExit(f"{line} failed")
    return Took(took, peaks[0] / 1024)


def _watch(pid: int, peaks: list[int], ended: threading.Event) -> None:
    while not ended.wait(_EVERY):
        peaks[0] = max(peaks[0], memory(pid))


def memory(pid: int) -> int:
    """Return the resident memory of a process and its children in KiB; 0 where /proc does not tell."""
    place = Path("/proc") / str(pid)
    try:
        lines = (place / "status").read_text().splitlines()
        own = next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
        # A child is listed with the thread that started it.
        children = [
            int(child)
            for thread in (place / "task").iterdir()
            for child in (thread / "children").read_text().split()
        ]
    except OSError:
        return 0
    return own + sum(map(memory, children))
