"""The report on cameras says what its queries say, and names no place that must not be told."""

import json
import sqlite3
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

from herocat import queries
from tests.conftest import CommandLine
from tests.measured import Numbers, fill


def by_place(own: Numbers, place: int, rng: np.random.Generator) -> float:
    return 2.5 * place


def set_up(path: Path) -> None:
    """Describe two cameras: the better place hangs higher and looks north."""
    with sqlite3.connect(path) as db:
        for number, (place, height, heading) in enumerate([(3, 1.6, 350.0), (0, 0.4, 180.0)], 1):
            db.execute(
                "insert into deployments (id, source, key, location, height, heading) values (?, 1, ?, ?, ?, ?)",
                (number, f"d{number}", f"place {place}", height, heading),
            )
            db.execute(
                "insert into deployment_photos select id, ? from images where location = ?",
                (number, f"place {place}"),
            )
    db.close()


def rows_of(path: Path, report: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as db:
        rows = db.execute(queries.files("reports")[report]).fetchall()
    db.close()
    return rows


def test_the_report_has_the_figures_of_its_queries(ready: CommandLine, tmp_path: Path) -> None:
    fill(ready.catalog, places=4, each=10, score=by_place)
    set_up(ready.catalog)
    with sqlite3.connect(ready.catalog) as db:
        db.execute("update images set captured_at = '2024-05-01 0' || (id % 10) || ':00:00'")
        db.execute("update images set time_doubt = 'a date without a time' where id = 7")
        db.execute("update detections set y = 0 where image_id <= 10")
    db.close()
    out = tmp_path / "report"
    said = json.loads(ready("export", "cameras", "--out", out, "--places", "--json").stdout)
    assert said["files"] == ["index.html"]
    rows = rows_of(ready.catalog, "cameras")
    assert [row[0] for row in rows] == ["place 3", "place 2", "place 1", "place 0"]
    assert rows[0][6:] == (10, 100.0, 62.5)  # ten of ten, and five of ten average ones
    page = (out / "index.html").read_text()
    for row in rows:
        assert f">{row[0]}<" in page
        assert f"<td>{row[4]}</td>" in page
    assert "place 0: cut off at the top" in page
    assert "sql/reports/camera_hours.sql" in page
    assert "export.scores_of_places" in page
    hours = {row[0]: row[1] for row in rows_of(ready.catalog, "camera_hours")}
    assert hours == {hour: 3 if hour == 7 else 4 for hour in range(10)}  # one has no hour
    assert rows_of(ready.catalog, "camera_heights") == [
        (0.0, 0.5, 1, 10, 0.0, 0, 0.0),
        (1.5, 2.0, 1, 10, 7.5, 10, 100.0),
    ]
    directions = rows_of(ready.catalog, "camera_directions")
    assert [row[0] for row in directions] == ["north", "south"]
    assert ">north<" in page
    assert "sql/reports/camera_heights.sql" in page
    assert "camera_tilts" not in page  # nobody says
    assert len(list(out.glob("plot-*.svg"))) == page.count("<svg") == 5
    for drawn in out.glob("plot-*.svg"):
        ET.parse(drawn)


def test_one_lucky_photo_does_not_make_the_best_place(ready: CommandLine, tmp_path: Path) -> None:
    fill(ready.catalog, places=3, each=20, score=lambda _, place, __: 8.0 if place == 1 else 4.0)
    with sqlite3.connect(ready.catalog) as db:
        db.execute("update images set location = 'lucky' where id = 25")
    db.close()
    ready("export", "cameras", "--out", tmp_path / "report")
    found = {row[0]: (row[7], row[8]) for row in rows_of(ready.catalog, "cameras")}
    assert next(iter(found)) == "place 1"
    assert found["lucky"][0] == 100.0
    assert found["lucky"][1] < found["place 1"][1]


def test_photos_without_a_location_go_by_their_folder(ready: CommandLine, tmp_path: Path) -> None:
    fill(ready.catalog, places=2, each=4, score=by_place)
    with sqlite3.connect(ready.catalog) as db:
        db.execute("update images set location = null")
    db.close()
    ready("export", "cameras", "--out", tmp_path / "report", "--places")
    assert {row[0] for row in rows_of(ready.catalog, "cameras")} == {"0", "1"}
    with sqlite3.connect(
        ready.catalog
    ) as db:  # a place that some photos have by name, others by folder
        db.execute("update images set location = '1' where id = 8")
    db.close()
    ready("sequence")
    ready("export", "cameras", "--out", tmp_path / "again", "--places")
    assert [row[:2] for row in rows_of(ready.catalog, "cameras")] == [("1", 4), ("0", 4)]
    assert "Mean score by place" in (tmp_path / "report" / "index.html").read_text()


def test_an_empty_catalog_has_a_report(ready: CommandLine, tmp_path: Path) -> None:
    ready("export", "cameras", "--out", tmp_path / "report")
    assert "No photo has a score yet" in (tmp_path / "report" / "index.html").read_text()
