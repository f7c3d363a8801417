"""The report on cameras says what its queries say, and names no place that must not be told."""

import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from herocat import queries
from tests.conftest import CommandLine
from tests.measured import Numbers, fill


def by_place(own: Numbers, place: int, rng: np.random.Generator) -> float:
    return 2.5 * place


def test_the_report_has_the_figures_of_its_queries(ready: CommandLine, tmp_path: Path) -> None:
    fill(ready.catalog, places=4, each=10, score=by_place)
    with sqlite3.connect(ready.catalog) as db:
        db.execute("update images set captured_at = '2024-05-01 0' || (id % 10) || ':00:00'")
        db.execute("update detections set y = 0 where image_id <= 10")
        rows = db.execute(queries.files("reports")["cameras"]).fetchall()
    db.close()
    assert [row[0] for row in rows] == ["place 3", "place 2", "place 1", "place 0"]
    assert rows[0][6:] == (10, 100.0)
    out = tmp_path / "report"
    said = json.loads(ready("export", "cameras", "--out", out, "--places", "--json").stdout)
    assert said["files"] == ["index.html"]
    page = (out / "index.html").read_text()
    for row in rows:
        assert f">{row[0]}<" in page
        assert f"<td>{row[4]}</td>" in page
    assert "place 0: cut off at the top" in page
    assert "sql/reports/camera_hours.sql" in page
    assert len(list(out.glob("plot-*.svg"))) == page.count("<svg") == 3
    for drawn in out.glob("plot-*.svg"):
        ET.parse(drawn)


def test_an_empty_catalog_has_a_report(ready: CommandLine, tmp_path: Path) -> None:
    ready("export", "cameras", "--out", tmp_path / "report")
    assert "No photo has a score yet" in (tmp_path / "report" / "index.html").read_text()
