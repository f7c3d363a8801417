"""A small finished catalog for the pages in the browser, with script in every text that comes from outside."""

import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.world import World, animal, bursts, draw, person

EVIL = "<img src=x onerror=alert(1)>"
SCRIPT = "<script>alert(1)</script>"


def build(folder: Path) -> CommandLine:
    """Ingest, measure, select and rate 40 photos; return the command line of the catalog."""
    world = bursts(World(folder / "photos"))
    for number in range(24):
        place = ("ridge", "pond", "meadow")[number % 3]
        world.photo(
            f"{place}/more{number:02}.jpg",
            animal(0.05 + 0.02 * number, 0.3, 0.2 + 0.01 * number, 0.3, species=str(number % 4)),
            moment=f"2024-06-{1 + number:02} 0{number % 10}:00:00",
            location=place,
            image=draw(seed=number, grey=number % 5 == 0, blur=number / 8),
        )
    world.photo(
        f"meadow/{EVIL}.jpg",
        animal(species="3"),
        person(0.05),
        moment="2024-07-01 08:00:00",
        location=f"meadow {EVIL}",
        sequence=f"burst {EVIL}",
    )
    herocat = CommandLine(folder / "catalog.db")
    herocat("init")
    species = {"0": "red fox", "1": "roe deer", "2": "badger", "3": f"lynx {SCRIPT}"}
    found = world.detections(f"found {EVIL}.json", classification_categories=species)
    herocat("ingest", world.root, found, world.sequences())
    for command in ("sequence", "measure", "select", "measure", "label"):
        herocat(command)
    rate(herocat.catalog)
    herocat("album", f"best {EVIL}", "-n", 5)
    with closing(sqlite3.connect(herocat.catalog)) as connection:
        connection.executescript(
            "delete from gallery; delete from gallery_state;"
        )  # as if never browsed
    return herocat


def copied(built: Path, folder: Path) -> CommandLine:
    """Return a copy of the catalog with its photos; its folder is relative to it."""
    shutil.copytree(built, folder, dirs_exist_ok=True)
    return CommandLine(folder / "catalog.db")


def rate(catalog: Path) -> None:
    """Add two raters near the first; one of them fails once, and both speak in script."""
    rng = random.Random(5)
    with closing(sqlite3.connect(catalog)) as connection:
        rows = connection.execute("select image_id, score from labels order by id").fetchall()
        for name, noise in (("model-a", 1.0), (f"model {EVIL}", 2.5)):
            run = connection.execute(
                "insert into label_runs (name, rater, provider, model, params, state, created_at)"
                " values (?, 'vlm', ?, ?, '{}', 'done', '2026-01-01T00:00:00Z') returning id",
                [name, SCRIPT, name],
            ).fetchone()[0]
            for number, (image, score) in enumerate(rows):
                failed = number == 3 and noise > 2
                seen = None if failed else round(min(10.0, max(0.0, rng.gauss(score, noise))), 1)
                connection.execute(
                    "insert into labels (label_run_id, image_id, status, score, reasoning, error,"
                    " cost_usd, created_at) values (?, ?, ?, ?, ?, ?, 0.001, '2026-01-01T00:00:00Z')",
                    [
                        run,
                        image,
                        "failed" if failed else "ok",
                        seen,
                        f"A leaping fox {SCRIPT} {EVIL}",
                        f"no answer {SCRIPT}" if failed else None,
                    ],
                )
        connection.execute(
            "insert into subscores (label_id, name, value, note) select max(id), ?, 0.5, ? from labels",
            [EVIL, SCRIPT],
        )
        connection.commit()


def ask(made: CommandLine, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(made.catalog, isolation_level=None)) as connection:
        return list(map(tuple, connection.execute(sql, values)))


def wait_for(made: CommandLine, sql: str, expected: object) -> None:
    """Wait until a query's first value is as expected: a key press is committed at once."""
    for _ in range(500):
        found = ask(made, sql)
        if found and found[0][0] == expected:
            return
        time.sleep(0.02)
    pytest.fail(f"{found} is not {expected}")
