"""The demo: the same bytes every time, true boxes, real formats, and every trap that real files have."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from herocat import photos, pixels
from herocat.drawing import camera, frame as drawing
from herocat.drawing.cast import CAST
from herocat.drawing.places import PLACES, frame_size
from herocat.drawing.plan import Frame, plan
from herocat.drawing.takes import Take
from herocat.errors import ChoiceError, OutputError
from herocat.formats import coco, known, megadetector, sniff
from herocat.formats.values import Floor
from herocat.records import Result
from herocat.stages import demo
from tests.conftest import CommandLine

BURSTS, SEED, WIDTH = 12, 7, 128
SETTINGS = demo.Settings(BURSTS, SEED, WIDTH)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small collection; tests copy what they change."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    demo.draw(folder, sequences=BURSTS, seed=SEED, width=WIDTH)
    return folder


@pytest.fixture
def copy(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "demo"))


def frames() -> tuple[Frame, ...]:
    return plan(BURSTS, SEED)


def read(folder: Path, name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    return json.loads((folder / name).read_text())


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def again(folder: Path) -> demo.Drawn:
    return demo.draw(folder, sequences=BURSTS, seed=SEED, width=WIDTH)


def test_a_frame_has_the_same_bytes_whoever_draws_it(drawn: Path, tmp_path: Path) -> None:
    for number, frame in enumerate(one for one in frames() if not one.take.fault):
        if number % 16 == 0:
            path = tmp_path / f"{number}.JPG"
            demo.draw_frame(demo.Job(path, frame, SETTINGS))
            assert path.read_bytes() == (drawn / "photos" / frame.file).read_bytes()


def test_another_seed_orders_other_bursts() -> None:
    assert plan(BURSTS, SEED) == plan(BURSTS, SEED)
    assert plan(BURSTS, SEED) != plan(BURSTS, SEED + 1)


def test_a_second_run_does_nothing(drawn: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in drawn.rglob("*")}
    done = again(drawn)
    assert (done.drawn, done.complete) == (0, True)
    assert {path: path.stat().st_mtime_ns for path in drawn.rglob("*")} == before


def test_what_is_missing_is_drawn_and_nothing_else(copy: Path) -> None:
    whole = contents(copy)
    lost = sorted((copy / "photos").rglob("*.JPG"))[3::15]
    for path in lost:
        path.unlink()
    (copy / "truth.json").unlink()
    (lost[0].parent / f"{lost[0].name}.new").write_bytes(b"half")
    kept = {path: path.stat().st_mtime_ns for path in (copy / "photos").rglob("*.JPG")}
    done = again(copy)
    assert (done.drawn, done.complete) == (len(lost), False)
    assert contents(copy) == whole
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())


_KILLED = """
import os, signal, sys
from pathlib import Path
from herocat.stages import demo

replace, calls = Path.replace, []

def killing(path, target):
    calls.append(path)
    if len(calls) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(path, target)

Path.replace = killing
demo.draw(Path(sys.argv[1]), sequences=2, width=96)
"""


def test_kill_leaves_no_half_file_and_the_same_command_goes_on(tmp_path: Path) -> None:
    reference, folder = tmp_path / "reference", tmp_path / "killed"
    demo.draw(reference, sequences=2, width=96)
    line = [sys.executable, "-c", _KILLED, str(folder)]
    done = subprocess.run(line, capture_output=True, check=False, env=dict(os.environ))
    assert done.returncode == -signal.SIGKILL, done.stderr
    whole = list(folder.rglob("*.JPG"))
    assert len(whole) == 3
    for path in whole:
        photos.decode(path)
    assert len(list(folder.rglob("*.new"))) == 1
    assert not list(folder.glob("*.json"))
    demo.draw(folder, sequences=2, width=96)
    assert contents(folder) == contents(reference)


def test_formats_are_known_by_their_content(drawn: Path) -> None:
    assert sniff.recognise(drawn / "detections.json") == known.MEGADETECTOR
    assert sniff.recognise(drawn / "sequences.json") == known.COCO


def test_detections_are_what_megadetector_writes(drawn: Path) -> None:
    found = read(drawn, "detections.json")
    tables = ["images", "detection_categories", "classification_categories", "info"]
    assert list(found) == tables
    assert found["info"]["format_version"] == "1.5"
    assert len(found["images"]) == len(frames())
    for one in _boxes(found):
        assert one["category"] in found["detection_categories"]
        x, y, w, h = one["bbox"]
        assert 0 <= x < x + w <= 1.0001
        assert 0 <= y < y + h <= 1.0001
        scores = [score for _, score in one.get("classifications", [])]
        assert scores == sorted(scores, reverse=True)
        names = [
            found["classification_categories"][key] for key, _ in one.get("classifications", [])
        ]
        assert len(set(names)) == len(scores)
    results = megadetector.read(drawn / "detections.json", floor=Floor(0.05, 0.05))
    paths = [result.path for result in results if isinstance(result, Result)]
    assert paths == [one.file for one in frames()]


def _boxes(found: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a parsed file
    for entry in found["images"]:
        yield from entry["detections"] or ()


def test_sequences_and_exif_tell_the_same_time(drawn: Path) -> None:
    listed = {one.path: one for one in coco.read(drawn / "sequences.json")}
    assert len(listed) == sum(one.listed for one in frames())
    for frame in frames():
        if frame.take.fault in {"", "truncated"}:
            header = photos.read_header(drawn / "photos" / frame.file)
            assert (header.width, header.height) == frame_size(WIDTH)
            assert header.captured_at == frame.moment.isoformat()
            assert header.time_doubt is None
            if frame.listed:
                assert listed[frame.file].captured_at == header.captured_at
                assert listed[frame.file].location == frame.place
                assert listed[frame.file].sequence == frame.sequence


def test_annotations_name_what_is_in_a_frame(drawn: Path) -> None:
    found = read(drawn, "sequences.json")
    names = {one["id"]: one["name"] for one in found["categories"]}
    assert names[0] == "empty"
    seen = dict[str, set[str]]()
    for one in found["annotations"]:
        seen.setdefault(one["image_id"], set()).add(names[one["category_id"]])
    for frame in frames():
        if frame.listed:
            species = {CAST[actor.who].species for actor in frame.take.actors} or {"empty"}
            assert seen[frame.file.removesuffix(".JPG")] == species


def test_photos_have_no_position(drawn: Path) -> None:
    for path in (drawn / "photos").rglob("*.JPG"):
        if path.stat().st_size > 512:
            with Image.open(path) as image:
                assert not image.getexif().get_ifd(0x8825)


def test_boxes_hug_what_is_seen() -> None:
    width, height = frame_size(WIDTH)
    boxes = 0
    for frame in [one for one in frames() if one.take.actors][::5]:
        for cover in drawing.draw(frame, WIDTH).covers:
            box = drawing.box(cover)
            if cover is None or box is None:
                continue
            boxes += 1
            solid = cover[: camera.strip_top(height) - 3] >= 0.3
            rows, columns = np.nonzero(solid)
            edges = [box.x, box.y, box.x + box.w, box.y + box.h]
            pixels_ = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            sizes = [width, height, width, height]
            assert np.allclose(np.multiply(edges, sizes), pixels_, atol=0.03)
    assert boxes >= 6


def test_a_trunk_hides_what_is_behind_it() -> None:
    hidden = next(one for one in plan(13, SEED) if one.take.hidden > 0.5)
    cover = drawing.draw(hidden, WIDTH).covers[0]
    assert cover is not None
    assert cover[:, : int(0.85 * WIDTH)].max() > 0.9
    # The near beech stands at the right: nothing of the hind is seen there.
    assert cover[:, int(0.94 * WIDTH) :].max() < 0.3


def test_a_burst_with_an_animal_has_one_best_frame(drawn: Path) -> None:
    bursts = dict[str, list[dict[str, Any]]]()
    for one in read(drawn, "truth.json")["frames"]:
        bursts.setdefault(one["sequence"], []).append(one)
    assert len(bursts) == BURSTS
    for burst in bursts.values():
        best = [one for one in burst if one["best"]]
        animals = [one for one in burst if one["species"]]
        assert len(best) == (1 if animals else 0)
        assert all(0 <= one["quality"] <= 1 for one in burst)
        if best:
            able = [one for one in animals if "no image" not in one["wrong"]]
            assert best[0]["quality"] == max(one["quality"] for one in able)
        assert all(one["quality"] == 0 for one in burst if not one["species"])


def test_frames_of_a_place_are_in_order_of_time() -> None:
    for count in (BURSTS, 60, 400):
        for before, after in zip(plan(count, SEED), plan(count, SEED)[1:], strict=False):
            if before.place == after.place:
                gap = (after.moment - before.moment).total_seconds()
                same = before.sequence == after.sequence
                assert (1 <= gap <= 3) if same else gap >= 600


def test_the_whole_demo_has_every_special_case() -> None:
    every = plan(60, SEED)
    assert len({one.sequence for one in every}) == 60
    assert 180 <= len(every) <= 220
    species = {CAST[a.who].species for one in every for a in one.take.actors if _animal(a.who)}
    assert len(species) >= 12
    assert len({one.place for one in every}) == len(PLACES) == 8
    infrared = sum(PLACES[one.place].lights[one.light].infrared for one in every)
    assert 0.25 <= infrared / len(every) <= 0.4
    unlisted = {one.sequence for one in every if not one.listed}
    assert 2 <= len(unlisted) <= 3
    words = " | ".join(one.take.wrong for one in every)
    for wrong in (
        "blank",
        "motion blur",
        "out of focus",
        "hidden",
        "tiny",
        "overexposed",
        "behind",
    ):
        assert wrong in words
    assert any(one.snow for one in every)
    assert any(len(one.take.actors) >= 3 for one in every)


def _animal(who: str) -> bool:
    return CAST[who].category == "animal"


def test_the_first_twelve_bursts_have_what_breaks_tools(drawn: Path) -> None:
    by_fault = {one.take.fault: one for one in frames()}
    assert set(by_fault) == {"", "unreadable", "truncated", "absent"}
    entries = {one["file"]: one for one in read(drawn, "detections.json")["images"]}

    unreadable = by_fault["unreadable"].file
    assert photos.read_header(drawn / "photos" / unreadable).failure == "not an image"
    assert entries[unreadable]["detections"] is None
    assert entries[unreadable]["failure"] == "image access failure"

    truncated = by_fault["truncated"].file
    assert photos.read_header(drawn / "photos" / truncated).failure is None
    with pytest.raises(photos.UnreadableError, match="cut off"):
        photos.decode(drawn / "photos" / truncated)

    absent = by_fault["absent"].file
    assert not (drawn / "photos" / absent).exists()
    assert entries[absent]["detections"]

    people = [one for one in frames() if _has(one.take, "hiker")]
    burst = [one for one in frames() if one.sequence == people[0].sequence]
    assert 0 < len(people) < len(burst)
    assert any(_has(one.take, "car") for one in frames())
    assert any(not one.take.actors for one in frames() if one.sequence != people[0].sequence)
    weak = [
        one for entry in entries.values() for one in entry["detections"] or () if one["conf"] < 0.2
    ]
    assert weak
    assert {one["category"] for entry in entries.values() for one in entry["detections"] or ()} == {
        "1",
        "2",
        "3",
    }


def _has(take: Take, who: str) -> bool:
    return any(actor.who == who for actor in take.actors)


def test_sharp_frames_are_steeper_than_blurred_ones() -> None:
    every = plan(60, SEED)
    sharp = next(one for one in every if one.file == "savanna/IMG_0016.JPG")
    shaken = next(one for one in every if one.take.shake > 0.005 and one.take.actors)
    values = []
    for frame in (sharp, shaken):
        drawn = drawing.draw(frame, 480)
        subject = pixels.measure(drawn.picture, drawing.box(drawn.covers[0])).subject
        assert subject is not None
        values.append(subject.sharpness)
    assert values[0] > 0.15
    assert values[1] < 0.1


@pytest.mark.parametrize("width", [97, 333])
def test_any_width_will_do(width: int) -> None:
    frame = plan(1, SEED)[2]
    assert drawing.draw(frame, width).picture.size == frame_size(width)


def test_infrared_frames_have_no_colour() -> None:
    for light, monochrome in (("night", True), ("day", False)):
        frame = next(one for one in plan(60, SEED) if one.light == light and one.take.actors)
        assert pixels.measure(drawing.draw(frame, WIDTH).picture, None).monochrome is monochrome


@pytest.mark.parametrize(
    "name", ["notes.txt", "photos/IMG_0001.JPG", "photos/ridge/IMG_0001.JPG", "detections.json"]
)
def test_a_folder_of_something_else_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "mine" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{}")
    with pytest.raises(ChoiceError, match="no part of a demo"):
        demo.draw(tmp_path / "mine", sequences=BURSTS, width=WIDTH)
    assert contents(tmp_path / "mine") == {name: b"{}"}


def test_a_catalog_beside_the_collection_is_nobodys_business(copy: Path) -> None:
    (copy / "catalog.db").write_bytes(b"mine")
    assert again(copy).complete
    assert (copy / "catalog.db").read_bytes() == b"mine"


def test_a_demo_drawn_with_other_options_is_refused(drawn: Path) -> None:
    before = contents(drawn)
    with pytest.raises(ChoiceError, match=f"--sequences {BURSTS} --seed {SEED} --width {WIDTH}"):
        demo.draw(drawn, sequences=BURSTS, seed=SEED, width=WIDTH * 2)
    assert contents(drawn) == before


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("")
    with pytest.raises(ChoiceError, match="is a file"):
        demo.draw(tmp_path / "demo")
    with pytest.raises(OutputError, match="cannot be made"):
        demo.draw(tmp_path / "demo" / "below", sequences=1, width=96)


def test_the_command_says_what_it_drew(herocat: CommandLine, tmp_path: Path) -> None:
    line = ("demo", tmp_path / "demo", "--sequences", 1, "--width", 96)
    assert herocat(*line).stdout.startswith("drew 5 photos; ")
    assert herocat(*line).stdout.startswith("nothing to do; ")
    assert json.loads(herocat(*line, "--json").stdout)["photos"] == 5
    refused = herocat(*line[:-1], 100, code=2)
    assert "--width 96" in refused.stderr
    assert not herocat.catalog.exists()


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_the_truth_is_found_again(ready: CommandLine, tmp_path: Path) -> None:
    """The champion is the drawn best in nine bursts of ten; the baseline follows the drawn quality."""
    place = tmp_path / "demo"
    ready("demo", place)
    ready("ingest", *(place / name for name in ("photos", "detections.json", "sequences.json")))
    for line in (["sequence"], ["measure"], ["select", "-n", 60, "--burst", "champion"]):
        ready(*line)
    ready("label", place / "photos", "--run", "all")
    truth = {one["file"]: one for one in json.loads((place / "truth.json").read_text())["frames"]}
    with sqlite3.connect(ready.catalog) as db:
        chosen = [
            p
            for (p,) in db.execute(
                "select path from candidates join images on images.id = image_id"
            )
        ]
        rated = dict(
            db.execute(
                "select path, score from labels join images on images.id = image_id where score is not null"
            )
        )
        boxes = dict(
            db.execute(
                "select path, 0.5 * (0.3 + 0.7 * exp(-(w * h - 0.25) * (w * h - 0.25) / 0.045))"
                " + 0.3 * (1 - sqrt((x + w / 2 - 0.5) * (x + w / 2 - 0.5) + (y + h / 2 - 0.5) * (y + h / 2 - 0.5)))"
                " + 0.2 * confidence from subjects join images on images.id = image_id"
            )
        )
    db.close()
    assert sum(truth[path]["best"] for path in chosen) >= 0.9 * len(chosen)
    shown = [path for path in rated if truth[path]["quality"] > 0]
    quality = [truth[path]["quality"] for path in shown]
    follows = stats.spearmanr([rated[path] for path in shown], quality).statistic
    geometry = stats.spearmanr([boxes.get(path, 0) for path in shown], quality).statistic
    assert follows >= 0.8
    assert follows > geometry + 0.1
