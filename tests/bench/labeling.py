"""Measure how full `label` keeps its servers, on loopback, against one question at a time.

    python -m tests.bench.labeling

The servers are processes of their own; they say when they answered what. A server that takes a
quarter second with room for 16 can answer 64 a second: what is measured is the share of that, from
the first question to the last answer.
"""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from herocat.parallel import spread
from herocat.pictures import Prepared, Wanted, crashed, prepare
from tests.bench.measured import memory
from tests.conftest import SAMPLES
from tests.world import draw

SECONDS = 0.25


@dataclass
class Went:
    """How a run went, as the server saw it."""

    rate: float
    rejected: float  # share of the questions after the first ten seconds
    peak: float  # MiB, of all processes together


def sources(folder: Path, size: tuple[int, int]) -> list[Path]:
    """Return real photos of a size, or drawn ones where the samples are not there."""
    real = sorted((SAMPLES / "ena24").rglob("*.jpg")) if SAMPLES.is_dir() else []
    made = []
    for number in range(24):
        image = Image.open(real[number % len(real)]) if real else draw(800, 600, seed=number)
        path = folder / f"source-{size[0]}-{number}.jpg"
        image.convert("RGB").resize(size).save(path, quality=92)
        made.append(path)
    return made


def catalog(folder: Path, count: int, size: tuple[int, int]) -> Path:
    """Make a catalog of so many photos; they are links to a few."""
    photos = folder / "photos"
    photos.mkdir(parents=True)
    made = sources(folder, size)
    for number in range(count):
        os.link(made[number % len(made)], photos / f"{number:06}.jpg")
    path = folder / "catalog.db"
    for words in (["init"], ["ingest", str(photos)]):
        herocat(path, *words)
    return path


def herocat(path: Path, *words: str) -> None:
    line = [sys.executable, "-m", "herocat", "-c", str(path), *words]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def server(room: int, kind: str) -> Iterator[str]:
    """Run a slow server; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [
        sys.executable,
        "-m",
        "tests.bench.slow_server",
        str(port),
        str(SECONDS),
        str(room),
        kind,
    ]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def label(path: Path, urls: list[str], *words: str) -> Went:
    """Label all photos; return what the servers saw of it."""
    ends = [word for url in urls for word in ("--endpoint", url)]
    photos = path.parent / "photos"
    line = [
        sys.executable,
        "-m",
        "herocat",
        "-c",
        str(path),
        "label",
        str(photos),
        "--provider",
        "vllm",
    ]
    with subprocess.Popen(
        [*line, *ends, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        peaks = [0.0]
        watch = threading.Thread(target=_watch, args=(process, peaks), daemon=True)
        watch.start()
        assert process.wait() == 0
        watch.join()
    firsts, answered, rejected = [], list[float](), list[float]()
    for url in urls:
        with urllib.request.urlopen(f"{url}/stats") as response:
            stats = json.load(response)
        firsts.append(stats["first"])
        answered += stats["answered"]
        rejected += stats["rejected"]
    first = min(firsts)
    late = [moment for moment in answered if moment > first + 10]
    late_rejected = [moment for moment in rejected if moment > first + 10]
    share = len(late_rejected) / max(1, len(late) + len(late_rejected))
    return Went(len(answered) / (max(answered) - first), share, peaks[0])


def _watch(process: subprocess.Popen[bytes], peaks: list[float]) -> None:
    while process.poll() is None:
        peaks[0] = max(peaks[0], memory(process.pid) / 1024)
        time.sleep(0.2)


def plainly(path: Path, size: int = 768) -> bytes:
    """Prepare a picture the plain way."""
    image = Image.open(path).convert("RGB")
    image.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=None)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85, optimize=True)
    return buffer.getvalue()


def preparation(folder: Path) -> None:
    """Pictures a second: all cores and a quick decoder, against one thread and a full one."""
    made = sources(folder, (2048, 1536))
    start = time.perf_counter()
    for path in made * 2:
        plainly(path)
    plain = 2 * len(made) / (time.perf_counter() - start)
    wanted = [Wanted(number, path, 768) for number, path in enumerate(made * 16)]
    rate = 0.0
    begun, done = 0.0, 0
    for _, prepared in spread(prepare, wanted, crashed=crashed):
        assert isinstance(prepared, Prepared)
        assert prepared.pictures
        done += 1
        if done == 32:  # the workers are up
            begun = time.perf_counter()
    rate = (done - 32) / (time.perf_counter() - begun)
    print(
        f"pictures prepared         {rate:6.0f}/s, the plain way {plain:.0f}/s   {rate / plain:.1f} times",
        flush=True,
    )


def main() -> None:
    """Run all measurements."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        preparation(folder)
        large = catalog(folder / "large", 1200, (2048, 1536))
        with server(16, "queue") as url:
            went = label(large, [url], "--concurrency", "24")
        limit = 16 / SECONDS
        print(
            f"large photos, room for 16 {went.rate:6.1f}/s of {limit:.0f}   {went.rate / limit:.1%}   (one at a time: {1 / 16:.1%})   peak {went.peak:.0f} MiB",
            flush=True,
        )
        small = catalog(folder / "small", 5000, (640, 480))
        with server(64, "queue") as url:
            went = label(small, [url], "--concurrency", "80")
        limit = 64 / SECONDS
        print(
            f"small photos, room for 64 {went.rate:6.1f}/s of {limit:.0f}  {went.rate / limit:.1%}   (one at a time: {1 / 64:.1%})   peak {went.peak:.0f} MiB",
            flush=True,
        )
        with server(16, "queue") as url:
            one = label(small, [url], "--concurrency", "24", "--run", "one", "--limit", "1200")
        with server(16, "queue") as url, server(16, "queue") as other:
            two = label(
                small, [url, other], "--concurrency", "24", "--run", "two", "--limit", "2400"
            )
        print(
            f"two servers               {two.rate:6.1f}/s, one {one.rate:.1f}/s   {two.rate / one.rate:.2f} times",
            flush=True,
        )
        with server(12, "reject") as url:
            went = label(small, [url], "--concurrency", "64", "--run", "full", "--limit", "1500")
        limit = 12 / SECONDS
        print(
            f"room for 12, rejects      {went.rate:6.1f}/s of {limit:.0f}   {went.rate / limit:.1%}   rejected after ten seconds {went.rejected:.2%}",
            flush=True,
        )
        shutil.rmtree(folder / "small")


if __name__ == "__main__":
    main()
