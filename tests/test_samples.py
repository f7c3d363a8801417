"""The real job on real photos, as make runs it; the photos are here in development and CI only."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFilter

from herocat import photos, pixels
from herocat.ports import Request
from herocat.providers.baseline import Baseline
from herocat.records import Box
from tests.conftest import ROOT, SAMPLES

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample photos are not here")


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run `make all` on the samples; return the folder with real.db and the pages in real/."""
    folder = tmp_path_factory.mktemp("job")
    line = [
        *("make", "-C", str(ROOT), "all", f"HEROCAT={Path(sys.executable).parent / 'herocat'}"),
        *(f"IMAGES={SAMPLES}", f"DETECTIONS={SAMPLES / 'detections.json'}"),
        *(f"SEQUENCES={SAMPLES / 'sequences.json'}", "PROVIDER=baseline"),
        *(f"CATALOG={folder / 'real.db'}", f"OUT={folder / 'real'}"),
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    done = subprocess.run(
        line, capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def rows(job: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(job / "real.db") as connection:
        return connection.execute(sql).fetchall()


def test_every_photo_is_read_or_recorded(job: Path) -> None:
    assert rows(job, "select count(*) from images where bytes is not null") == [(41,)]
    assert rows(job, "select path from images where bytes is null order by path") == [
        ("edge_cases/not_on_disk.jpg",),
        ("edge_cases/unreadable.jpg",),
    ]
    assert rows(
        job,
        "select path, results.failure from results join images on images.id = image_id where results.failure is not null",
    ) == [("edge_cases/unreadable.jpg", "Failure image access")]
    ((path, failure),) = rows(job, "select path, failure from images where failure is not null")
    assert path == "edge_cases/african_elephants_truncated_file.jpg"
    assert failure.startswith("cut off")


def test_odd_photos_are_measured_like_others(job: Path) -> None:
    """CMYK, greyscale and rotated copies of one photo: the same animal, upright, seen alike."""
    sql = """
        select path, images.width, images.height, subject_sharpness, monochrome
        from measurements join images on images.id = image_id
        where path like '%african_elephants%' order by path
    """
    found = {path: tuple(rest) for path, *rest in rows(job, sql)}
    assert len(found) == 4
    assert {tuple(one[:2]) for one in found.values()} == {(2048, 1536)}
    sharp = [one[2] for one in found.values()]
    assert max(sharp) - min(sharp) < 0.02
    assert {path: one[3] for path, one in found.items() if one[3]} == {
        "edge_cases/african_elephants_bw.jpg": 1
    }


def test_infrared_photos_are_told_from_colour(job: Path) -> None:
    sql = "select path from measurements join images on images.id = image_id where monochrome and path like '{}%' order by 1"
    assert len(rows(job, sql.format("camtrap_dp"))) == 10
    night = {Path(path).stem for (path,) in rows(job, sql.format("ena24"))}
    assert {
        "2480",
        "2573",
        "2595",
        "2968",
        "2999",
        "3084",
        "4330",
        "4383",
        "6039",
        "8786",
        "9455",
    } <= night
    assert not night & {"352", "422", "49", "596", "7951", "8831", "5840", "5899"}


def test_people_and_vehicles_are_never_candidates(job: Path) -> None:
    sql = "select path, reason from holds join images on images.id = image_id order by path"
    assert rows(job, sql) == [
        ("edge_cases/human.jpg", "person"),
        ("edge_cases/vehicle.jpg", "vehicle"),
    ]
    chosen = {
        path
        for (path,) in rows(job, "select path from candidates join images on images.id = image_id")
    }
    assert not chosen & {"edge_cases/human.jpg", "edge_cases/vehicle.jpg", "edge_cases/blank.jpg"}


def test_one_candidate_of_the_heron_burst_and_it_is_the_first_frame(job: Path) -> None:
    sql = "select path from candidates join images on images.id = image_id where path like 'camtrap_dp%'"
    assert rows(job, sql) == [("camtrap_dp/media/20210531082538-RCNX0031.JPG",)]


def test_the_page_shows_the_photos_by_score(job: Path) -> None:
    page = (job / "real" / "index.html").read_text()
    labels = rows(
        job, "select image_id, score from labels where status = 'ok' order by score desc, image_id"
    )
    assert len(labels) == 28
    places = [page.index(f'id="photo-{image}"') for image, _ in labels]
    assert places == sorted(places)
    assert len(list((job / "real" / "thumbnails").iterdir())) == 28
    assert json.loads((job / "real" / "manifest.json").read_text())["photos"] == 28


def test_the_catalog_is_whole(job: Path) -> None:
    line = [sys.executable, "-m", "herocat", "-c", str(job / "real.db"), "verify"]
    assert subprocess.run(line, check=False, capture_output=True).returncode == 0


def rated(path: str, box: Box, *, blur: float = 0.0) -> float:
    image = photos.decode(SAMPLES / path)
    if blur:
        left, top = int(box.x * image.width), int(box.y * image.height)
        area = (left, top, left + int(box.w * image.width), top + int(box.h * image.height))
        image.paste(image.crop(area).filter(ImageFilter.GaussianBlur(blur)), area)
    return Baseline().label(Request(pixels.measure(image, box), (box,))).score


def subjects() -> dict[str, Box]:
    """Return the largest confident animal of every readable sample."""
    content = json.loads((SAMPLES / "detections.json").read_text())
    found = {}
    for entry in content["images"]:
        boxes = [
            Box(*d["bbox"])
            for d in entry["detections"] or []
            if d["category"] == "1" and d["conf"] >= 0.3
        ]
        if boxes and (SAMPLES / entry["file"]).is_file() and "truncated" not in entry["file"]:
            found[entry["file"]] = max(boxes, key=lambda box: box.area)
    return found


def test_the_first_frame_of_the_heron_burst_is_the_hero() -> None:
    """Its wings are open; box geometry alone has it too, but by its centre alone would not."""
    scores = {path: rated(path, box) for path, box in subjects().items() if "RCNX" in path}
    assert len(scores) == 10
    assert max(scores, key=lambda path: scores[path]).endswith("RCNX0031.JPG")


def test_the_heron_is_the_champion_of_its_burst_by_comparison_too(job: Path) -> None:
    sql = "select path from burst_ranks join images on images.id = image_id where path like '%RCNX%' order by place"
    found = [path for (path,) in rows(job, sql)]
    assert len(found) == 10
    assert found[0].endswith("RCNX0031.JPG")


def test_a_blurred_animal_falls_behind_the_same_one_sharp() -> None:
    for path, box in subjects().items():
        assert rated(path, box, blur=4) < rated(path, box) - 0.1, path


def test_an_eye_is_agreed_with_where_box_geometry_is_not() -> None:
    """Pairs that a person decides at once: the first is the better picture.

    In each the second has the larger or more central box, or the higher confidence.
    """
    boxes = subjects()
    score = {path: rated(path, box) for path, box in boxes.items()}
    pairs = [
        ("ena24/8831.jpg", "ena24/6039.jpg"),  # a whole bear; half a deer
        ("ena24/8831.jpg", "ena24/4330.jpg"),  # a whole bear; a back at the lower edge
        ("ena24/596.jpg", "ena24/2480.jpg"),  # a sharp squirrel; a blurred opossum
        ("ena24/7951.jpg", "ena24/8200.jpg"),  # a whole crow; half a crow
        ("edge_cases/american_black_bear.jpg", "ena24/2968.jpg"),  # a bear; a smeared skunk
        ("ena24/422.jpg", "ena24/3084.jpg"),  # a squirrel; a skunk behind the strip of text
    ]
    for better, worse in pairs:
        assert score[better] > score[worse] + 0.5, (better, worse)
