"""Measure the pages in the browser on a large catalog: `make bench-browse`.

    python -m tests.bench.browse [PHOTOS] [FOLDER]

With a folder, the catalog is kept there and used again. Times are of this machine on this day; stock
table pages of Datasette stand beside them as the plain way.
"""

import http.client
import io
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.bench import collection, labels
from tests.serving import Server, browsing

CANDIDATES = 20_000
TIMES = 15  # each address is asked for
FILTERS = {
    "all": "",
    "label run": "run=model-a",
    "rater": "rater=vlm",
    "score": "low=8",
    "species": "species=species+03",
    "rare species": "species=species+40",
    "location": "location=C100",
    "dates": "since=2018-03-01&until=2018-09-01",
    "class": "category=single_optimal",
    "held back": "held=yes",
    "may leave": "held=no",
    "failed": "failed=yes",
}
SORTS = ("score", "disagreement", "time", "name")

# When every thumbnail of a page has been drawn, in milliseconds since the page was asked for.
_PAINTED = """async () => {
  const images = [...document.querySelectorAll('.tile img')];
  if (images.length !== 60) throw new Error(`${images.length} tiles`);
  for (const one of images)
    while (!one.naturalWidth) await new Promise(go => one.addEventListener('load', go, {once: true}));
  await Promise.all(images.map(one => one.decode()));
  await new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)));
  return performance.now();
}"""
_FETCHED = """performance.getEntriesByType('resource').filter(
  one => one.transferSize > 0 && /sheet|thumbnail/.test(one.name)).length"""


def build(folder: Path, photos: int) -> Path:
    """Make the catalog, unless it is there."""
    catalog = folder / "catalog.db"
    if catalog.exists():
        return catalog
    print(f"writing the results files of {photos:,} photos", flush=True)
    made = folder / "making.db"
    detections, sequences = collection.write(folder, photos)
    root = ("--root", str(folder / "photos"))
    for words in (
        ("init",),
        ("ingest", *root, str(detections)),
        ("ingest", *root, str(sequences)),
        ("sequence",),
        ("select", "-n", str(CANDIDATES)),
    ):
        subprocess.run([sys.executable, "-m", "herocat", "-c", str(made), *words], check=True)
    labels.write(made, CANDIDATES)
    thumbnails(made)
    for left in (detections, sequences):
        left.unlink()
    made.rename(catalog)
    return catalog


def thumbnails(catalog: Path) -> None:
    """Give the best candidates small pictures of the usual size, made of noise."""
    rng = np.random.default_rng(1)
    pictures = []
    for _ in range(40):
        coarse = rng.integers(0, 255, (38, 50, 3), np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(coarse).resize((400, 300)).save(buffer, "JPEG", quality=82)
        pictures.append(buffer.getvalue())
    with closing(sqlite3.connect(catalog)) as connection:
        images = connection.execute(
            "select image_id from labels group by image_id order by avg(score) desc limit 2000"
        )
        rows = [(row[0], 400, 300, pictures[row[0] % 40]) for row in images]
        connection.executemany("insert or ignore into thumbnails values (?, ?, ?, ?)", rows)
        connection.commit()


class Asker:
    """Asks a server over one connection, and keeps the times."""

    def __init__(self, server: Server, headers: dict[str, str] | None = None) -> None:
        where = urlsplit(server.root)
        self.server = server
        self.headers = headers or {}
        self._connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=60)

    def ask(self, path: str, body: str | None = None) -> tuple[float, bytes]:
        """Return the milliseconds that an answer took, and the answer."""
        headers = self.headers | ({"Content-Type": "application/json"} if body else {})
        start = time.perf_counter()
        self._connection.request("POST" if body else "GET", path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - start) * 1000
        if answer.status != 200:
            raise AssertionError(f"{answer.status} for {path}: {content[:200]!r}")
        return took, content


def spread(took: Sequence[float]) -> str:
    """Return the median, the 95th percentile and the worst of some times."""
    ordered = sorted(took)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"p50 {ordered[len(ordered) // 2]:7.1f}   p95 {p95:7.1f}   worst {ordered[-1]:7.1f} ms"


def below(path: str) -> str:
    return f"/-/herocat/catalog/{path}"


def pages(asker: Asker, catalog: Path) -> None:
    """Time every kind of page."""
    with closing(sqlite3.connect(catalog)) as connection:
        images = [row[0] for row in connection.execute("select image_id from candidates")]
    rng = random.Random(1)
    groups: dict[str, list[str]] = {
        "gallery, first page": [below("")],
        "gallery, last page": [below("?before=end"), below("?sort=time&before=end")],
        "any filter, any order": [
            below(f"?{query}&sort={sort}{end}")
            for query in FILTERS.values()
            for sort in SORTS
            for end in ("", "&before=end")
        ],
        "search": [
            below(f"?q={quote(words)}") for words in ("otter", "jumping", "C100 IMG_0000123")
        ],
        "photo": [below(f"photo/{image}?sort=score") for image in rng.sample(images, 60)],
        "compare": [
            below("compare?run=model-a&run=model-b"),
            below("compare?run=model-a&run=base&species=species+03"),
            below("compare?run=model-a&run=model-b&run=model-c"),
        ],
        "overview": [below("overview")],
        "runs": [below("runs")],
        "stock table page": ["/catalog/images"],
        "stock, sorted, deep": [
            "/catalog/images?_sort=captured_at&_next=2018-05-01T00~3A00~3A00,600000"
        ],
    }
    for name, paths in groups.items():
        took = []
        for path in paths:
            asker.ask(path)  # the first reads the disk
        for _ in range(max(1, TIMES * 4 // len(paths))):
            took += [asker.ask(path)[0] for path in paths]
        print(f"{name:<24}{spread(took)}", flush=True)


def ratings(server: Server, catalog: Path) -> None:
    """Time a person's key presses."""
    with sync_playwright() as playwright:  # a browser collects the cookies that a writer needs
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context()
        page = context.new_page()
        page.goto(server.door)
        token = page.locator("#rate").get_attribute("data-csrf") or ""
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
        browser.close()
    asker = Asker(server, {"Cookie": cookies, "x-csrftoken": token})
    with closing(sqlite3.connect(catalog)) as reader:
        images = [
            row[0]
            for row in reader.execute(
                "select image_id from pending_label where label_run_id ="
                " (select id from label_runs where name = 'bench') order by position limit 100"
            )
        ]
    took = [asker.ask(below("rate"), f'{{"image": {image}, "score": 7}}')[0] for image in images]
    print(f"{'a rating':<24}{spread(took)}", flush=True)


def writing(catalog: Path, seconds: float) -> int:
    """Write labels one commit each, as fast as it goes; return how many."""
    end, count = time.monotonic() + seconds, 0
    with closing(sqlite3.connect(catalog, timeout=30, isolation_level=None)) as connection:
        run = connection.execute("select id from label_runs where name = 'flood'").fetchone()[0]
        images = [
            r[0] for r in connection.execute("select id from images order by id desc limit 200000")
        ]
        for image in images:
            if time.monotonic() > end:
                break
            connection.execute(
                "insert into labels (label_run_id, image_id, status, score, reasoning, created_at)"
                " values (?, ?, 'ok', 5, 'written while somebody looks', '2026-01-01')",
                [run, image],
            )
            count += 1
    return count


def alive(server: Server, catalog: Path) -> None:
    """Look while labels are written at full speed."""
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute(
            "insert into label_runs (name, rater, provider, model, params, state, created_at)"
            " values ('flood', 'vlm', 'x', 'x', '{}', 'running', '2026-01-01')"
        )
        connection.commit()
    code = f"from pathlib import Path; from tests.bench.browse import writing; print(writing(Path({str(catalog)!r}), 10))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as writer:
        asker, took = Asker(server), list[float]()
        while writer.poll() is None:
            for path in ("", "?run=flood", "runs", "overview", "?sort=time&before=end"):
                took.append(asker.ask(below(path))[0])
        assert writer.stdout is not None
        written = int(writer.stdout.read())
    print(f"{'while labels land':<24}{spread(took)}   {written / 10:,.0f} labels/s", flush=True)
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute(
            "delete from labels where label_run_id = (select id from label_runs where name = 'flood')"
        )
        connection.execute("delete from label_runs where name = 'flood'")
        connection.commit()


def painted(server: Server) -> None:
    """Time pages of 60 thumbnails in Chromium until all are on the screen; see what a revisit fetches."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        first, following = list[float](), list[float]()
        for _ in range(20):
            context = browser.new_context(viewport={"width": 2560, "height": 3200})
            page = context.new_page()
            page.goto(server.page(), wait_until="domcontentloaded")
            first.append(page.evaluate(_PAINTED))
            page.wait_for_load_state("networkidle")
            page.locator("a[rel=next]").click(no_wait_after=True)
            page.wait_for_url("**after=**", wait_until="domcontentloaded")
            following.append(page.evaluate(_PAINTED))
            page.goto(server.page("runs"))
            page.goto(server.page())
            page.evaluate(_PAINTED)
            again = page.evaluate(_FETCHED)
            context.close()
        print(f"{'60 thumbnails, painted':<24}{spread(first)}")
        print(f"{'the next 60, painted':<24}{spread(following)}")
        print(f"{'fetched on a revisit':<24}{again}")
        browser.close()


def main(photos: int, folder: Path) -> None:
    """Build, serve, measure."""
    catalog = build(folder, photos)
    herocat = [sys.executable, "-m", "herocat", "-c", str(catalog)]
    subprocess.run([*herocat, "init"], check=True, stdout=subprocess.DEVNULL)
    timed(
        "gallery brought up to date",
        lambda: subprocess.run(
            [*herocat, "rate", "bench", "--queue-only", "-n", "150"], check=True
        ),
    )
    start = time.perf_counter()
    with browsing(catalog, "bench", "-n", "150", command="rate") as server:
        first = Asker(server).ask(below(""))[0]
        whole = time.perf_counter() - start
        print(f"{'first page, fresh server':<24}{first:.0f} ms; {whole:.1f} s from the command on")
        pages(Asker(server), catalog)
        ratings(server, catalog)
        alive(server, catalog)
        painted(server)


def timed(name: str, work: Callable[[], object]) -> None:
    """Say how long something took."""
    start = time.perf_counter()
    work()
    print(f"{name:<24}{time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_300_000
    if len(sys.argv) > 2:
        kept = Path(sys.argv[2])
        kept.mkdir(parents=True, exist_ok=True)
        main(count, kept)
    else:
        with TemporaryDirectory() as place:
            main(count, Path(place))
