"""kill -9 at any write of any stage, then the same command again: the result is as if nothing was.

Seen to bite: classifications left behind when results are discarded, no tidying before a new try,
thumbnails that are not pending, a broken-off sequence file that is not gone on with.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from herocat import queries
from herocat.catalog import Catalog
from herocat.migrations import bring_up_to_date
from tests.formats.test_packages import package
from tests.world import World, animal, bursts

STEPS = (
    ("ingest", "photos", "detections.json", "sequences.json"),
    ("sequence",),
    ("measure",),
    ("select", "-n", "5"),
    ("measure",),
    ("label",),
    ("album", "-n", "3", "--pin", "1", "--ban", "2", "--clear", "3"),
    ("ingest", "--root", "photos", "photos/package", "labels.json"),
    ("ingest", "detections.json", "sequences.json"),  # both changed: see `changed`
)
# Columns that tell when something was done; nothing else may differ.
_MOMENTS = {
    "started_at",
    "finished_at",
    "created_at",
    "measured_at",
    "scanned_at",
    "latency_ms",
    "made_at",
    "marked_at",
    "basis",
    "scales",  # another basis
    "mtime",
}


def made(folder: Path) -> Path:
    """Draw the small world and its files."""
    world = bursts(World(folder / "photos"))
    for number in range(3):
        world.photo(f"more/{number}.jpg", animal(0.1 * number, 0.2, 0.3, 0.3, species=str(number)))
    cut = folder / "photos" / world.photo("more/cut.jpg", animal())
    cut.write_bytes(cut.read_bytes()[:1500])
    world.images.append(world.images[1])  # named twice
    for file, path in ((world.detections(), "more/1.jpg"), (world.sequences(), "ridge/a2.jpg")):
        file.write_text(file.read_text().replace(f'"{path}"', f'"{path.upper()}"'))
    package(folder / "photos" / "package")
    entry = {"image_path": "/x/ridge/a0.jpg", "aesthetic_score": 7, "success": True}
    world.write("labels.json", {"labeling_info": {"model_used": "m"}, "results": [entry]})
    return folder


def changed(folder: Path) -> None:
    """Change what the files say, so that taking them in again replaces rows."""
    import json

    for name, key in (("detections.json", "file"), ("sequences.json", "file_name")):
        content = json.loads((folder / name).read_text())
        content["images"] = [entry for entry in content["images"] if entry[key] != "ridge/a0.jpg"]
        (folder / name).write_text(json.dumps(content))


def run(
    folder: Path, *words: str, kill: tuple[str, str, int] = ("before", "-", 0)
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, in a process that may end itself."""
    line = [sys.executable, "-m", "tests.crash.killed", *map(str, kill), "--", *words]
    root = Path(__file__).parent.parent.parent
    return subprocess.run(
        line,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def dump(catalog: Path) -> list[tuple[Any, ...]]:
    """Return every row of every table, but for the columns that tell a moment."""
    with closing(sqlite3.connect(catalog)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        connection.row_factory = sqlite3.Row
        names = [
            r[0]
            for r in connection.execute(
                "select name from sqlite_master where type = 'table' and name not like '%sqlite%' and name not like '%\\_fts%' escape '\\' order by name"
            )
        ]
        return [
            (name, *(row[key] for key in row.keys() if key not in _MOMENTS))  # noqa: SIM118
            for name in names
            for row in connection.execute(f"select * from {name} order by 1, 2")
        ]


@dataclass(frozen=True)
class Step:
    """A command that was run without a kill: the state before it, its writes, the state after it."""

    words: tuple[str, ...]
    before: Path
    crossings: dict[str, int]
    after: list[tuple[Any, ...]]


@cache
def steps() -> tuple[Step, ...]:
    """Run every command once without a kill."""
    folder = made(Path(mkdtemp(prefix="herocat-")) / "work")
    with Catalog(folder / "catalog.db") as catalog:
        bring_up_to_date(catalog)
    done = []
    for number, words in enumerate(STEPS):
        if number == len(STEPS) - 1:
            changed(folder)
        before = folder.parent / f"before-{number}"
        shutil.copytree(folder, before)
        ran = run(folder, *words)
        assert ran.returncode == 0, ran.stderr
        counts = (line.split() for line in ran.stderr.splitlines() if "." in line.split(" ")[0])
        crossings = {name: int(count) for name, count in counts}
        done.append(Step(words, before, crossings, dump(folder / "catalog.db")))
    return tuple(done)


Point = tuple[int, str, str, int]  # step, before or after, which query, for the how-manieth time


def kill_points(*, every: bool) -> list[Point]:
    """Return where to kill: each write of each step, at the first and last or at every crossing."""
    return [
        (number, when, name, crossing)
        for number, step in enumerate(steps())
        for name, count in step.crossings.items()
        for crossing in (range(1, count + 1) if every else sorted({1, count}))
        for when in ("before", "after")
    ]


def check(here: Path, point: Point) -> None:
    """Kill a step at a point, run it again, and compare."""
    number, when, name, crossing = point
    step = steps()[number]
    shutil.copytree(step.before, here)
    killed = run(here, *step.words, kill=(when, name, crossing))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    done = run(here, *step.words)
    assert done.returncode == 0, done.stderr
    assert dump(here / "catalog.db") == step.after, point
    shutil.rmtree(here)


def test_every_write_is_a_kill_point() -> None:
    """A write that no command of the pipeline crosses is not proven; these few are proven elsewhere."""
    crossed = {name for step in steps() for name in step.crossings}
    writes = {
        name
        for name, query in queries.queries().items()
        if query.writes
        # A file of the moment, not the catalog; what can be made again (tests/gallery); one
        # transaction an answer (tests/browser); what label --burst asks
        # (tests/labeling/test_bursts.py).
        and not name.startswith(("parcels.", "browse.", "rate.", "bursts."))
    }
    assert writes - crossed == {
        "album.forget_order",  # a person's edits in the browser: a transaction each
        "album.remove_mark",
        "album.rename",
        "album.save_place",
        "embeddings.add_encoder",  # train --embeddings: a row by itself, left out when it is there
        "embeddings.save",
        "given.add_candidate",  # a file of hero-images
        "given.add_selection",
        "given.count_selection",
        "given.drop_observations",  # needs a package that has changed
        "given.fetched",  # --fetch
        "given.place",  # --location-from
        "ingest.drop_source",
        "predict.add_run",  # needs more photos than these: test_predict goes on with half a run
        "predict.close_run",
        "predict.save",
        "predict.save_doubt",
        "train.save",  # one row, the last thing that train does
        "train.examine_again",
        "scales.forget",  # one transaction, of what can be found again
        "scales.save",
        "scales.save_step",
        "gate.keep_releases",  # export --release: one transaction, before the folder takes its place
        "ingest.mark_gone",  # one statement, that ends what calls for it
        "ingest.uncount",  # in one transaction with what calls for it
        "joining.save_hash",  # a row by itself, left out when it is there
        "joining.share",  # one transaction, of a file that names photos by their MD5
        "joining.unite",  # one transaction, that ends what calls for it
        "label.retry_failures",  # --retry, and a score in a job after a failure with the same key
        "measure.forget_failures",  # --retry
        "measure.save_missing",  # a file that went away
        "label.target_image",  # SOURCE
        "gate.vouch",  # --allow-unchecked
        "prompt.add",  # what asks models is killed in test_asking.py
        "requests.answer",
        "requests.returned",
        "batch.add",
        "batch.add_item",
        "batch.checked",
        "batch.finish",
        "batch.item_done",
        "batch.submitted",
        "requests.fail",
        "requests.lose",
        "requests.send",
        "label.save_answer",
        "label.save_control",
        "label.save_price",
        "label.save_sample",
        "sequence.forget_inferred",  # --gap
        "sequence.set_gap",
    }


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_killed_at_a_write_and_run_again(tmp_path: Path, number: int) -> None:
    """A handful of kill points of each step; `make stress` goes through every one."""
    points = [point for point in kill_points(every=False) if point[0] == number]
    for point in random.Random(number).sample(points, min(3, len(points))):
        check(tmp_path / "here", point)


def test_no_address_is_left_of_a_reading_that_was_killed(tmp_path: Path) -> None:
    """Its photo would stay for its address, and the next reading begin its numbers behind it."""
    check(tmp_path / "here", (7, "before", "ingest.add_taxon", 1))


def test_killed_twice(tmp_path: Path) -> None:
    """The tidying-up after a kill may be killed, too."""
    step, here = steps()[0], tmp_path / "here"
    shutil.copytree(step.before, here)
    for kill in (("before", "ingest.finish_source", 2), ("after", "ingest.drop_introduced", 1)):
        assert run(here, *step.words, kill=kill).returncode == -signal.SIGKILL
    assert run(here, *step.words).returncode == 0
    assert dump(here / "catalog.db") == step.after


@pytest.mark.stress
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(8))
def test_killed_at_every_crossing_of_every_write(tmp_path: Path, part: int) -> None:
    for point in kill_points(every=True)[part::8]:
        check(tmp_path / "here", point)


@pytest.mark.stress
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(8))
def test_killed_at_random_times(tmp_path: Path, part: int) -> None:
    """Between any two instructions, not only at a query."""
    rng, here = random.Random(part), tmp_path / "here"
    for _ in range(25):
        step = rng.choice(steps())
        shutil.copytree(step.before, here)
        line = [sys.executable, "-m", "herocat", *step.words]
        with subprocess.Popen(
            line, cwd=here, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(rng.uniform(0.05, 0.5))
            process.kill()
        done = run(here, *step.words)
        assert done.returncode == 0, done.stderr
        assert dump(here / "catalog.db") == step.after, step.words
        shutil.rmtree(here)
