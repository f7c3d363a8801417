"""What herocat exports it reads back, and never takes its own word for a person's."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CommandLine
from tests.formats.conftest import Taken
from tests.stages.conftest import done  # noqa: F401 - a fixture
from tests.world import World


@pytest.fixture
def again(done: CommandLine, tmp_path: Path) -> Taken:  # noqa: F811
    """Return a second, empty catalog beside a finished one."""
    other = CommandLine(tmp_path / "again.db")
    other("init")
    return Taken(other, tmp_path)


def exported(herocat: CommandLine, folder: Path, kind: str, *words: object) -> list[Path]:
    herocat("export", kind, "--out", folder / kind, *words)
    return sorted((folder / kind).iterdir())


def labels(taken: Taken) -> dict[str, tuple[Any, ...]]:
    sql = "select path, score, reasoning, status, error, rater from labels join images on images.id = image_id join label_runs on label_runs.id = label_run_id"
    return {path: tuple(rest) for path, *rest in taken.rows(sql)}


def test_labels_of_hero_images(done: CommandLine, again: Taken, tmp_path: Path) -> None:  # noqa: F811
    files = exported(done, tmp_path, "seed")
    (path,) = (file for file in files if "_labels_" in file.name)
    again.take(again.root, path)
    assert labels(again) == labels(Taken(done, tmp_path))
    assert len(labels(again)) == 3
    (params,) = again.rows("select params from label_runs")
    info = json.loads(path.read_text())["labeling_info"]
    assert json.loads(params[0]) == {key: info[key] for key in ("timestamp", "processing_method")}


def test_megadetector(done: CommandLine, again: Taken, tmp_path: Path) -> None:  # noqa: F811
    files = exported(done, tmp_path, "megadetector")
    again.take(*(file for file in files if file.name != "manifest.json"))
    sql = "select path, category, round(confidence, 3), round(x, 4), round(w, 4), species from detections join images on images.id = image_id order by 1, 3"
    original = [row for row in Taken(done, tmp_path).rows(sql) if row[1] == "animal"]
    kept = again.rows(sql)
    assert kept
    assert set(kept) <= set(original)


def test_coco(done: CommandLine, again: Taken, tmp_path: Path) -> None:  # noqa: F811
    files = exported(done, tmp_path, "coco")
    again.take(*(file for file in files if file.name != "manifest.json"))
    sql = "select path, captured_at, location from images where path in (select path from images) order by path"
    original = dict(row[:2] for row in Taken(done, tmp_path).rows(sql))
    found = again.rows(sql)
    assert found
    assert all(original[path] == moment for path, moment, _ in found)
    boxes = "select distinct made_by from observations where category = 'animal'"
    assert again.rows(boxes) == [("machine",)]


def test_stars_are_a_persons_once_they_are_changed(
    done: CommandLine,  # noqa: F811
    world: World,
) -> None:
    done("export", "xmp", "--beside", "--out", world.root.parent / "xmp")
    sidecars = sorted(world.root.rglob("*.xmp"))
    assert sidecars
    taken = Taken(done, world.root.parent)
    done("ingest", "--ratings", world.root)
    assert taken.rows("select count(*) from label_runs where rater = 'person'") == [(0,)]
    text = sidecars[0].read_text()
    stars = next(n for n in range(6) if f'xmp:Rating="{n}"' in text)
    sidecars[0].write_text(text.replace(f'xmp:Rating="{stars}"', f'xmp:Rating="{5 - stars or 4}"'))
    done("ingest", "--ratings", world.root)
    ((path, score),) = taken.rows(
        "select path, score from labels join images on images.id = image_id join label_runs on label_runs.id = label_run_id where rater = 'person'"
    )
    assert sidecars[0].name.startswith(Path(path).name)
    assert score == (5 - stars or 4) + 4.5


def test_flags_of_labelme_are_a_persons_once_they_are_changed(
    done: CommandLine,  # noqa: F811
    world: World,
) -> None:
    folder = world.root.parent
    files = [file for file in exported(done, folder, "labelme") if file.suffix == ".json"]
    judged = [file for file in files if file.name != "manifest.json"]
    taken = Taken(done, folder)
    done("ingest", "--root", world.root, *judged)
    person = "select path, score from labels join images on images.id = image_id join label_runs on label_runs.id = label_run_id where rater = 'person'"
    assert taken.rows(person) == []
    content = json.loads(judged[0].read_text())
    content["flags"] = {"hero": True, "reject": True}
    judged[0].write_text(json.dumps(content))
    done("ingest", "--root", world.root, judged[0])
    assert taken.rows(person) == [(content["herocat"]["path"], 0.0)]


def test_timelapse(done: CommandLine, again: Taken, tmp_path: Path) -> None:  # noqa: F811
    files = [file for file in exported(done, tmp_path, "timelapse") if file.suffix == ".csv"]
    rows = list(csv.DictReader(files[0].read_text().splitlines()))
    again.take(files[0])
    assert labels(again) == {}
    again.take("--score", "hero=8", "--column", "HeroScore=score", files[0])
    assert len(labels(again)) == len(rows)
