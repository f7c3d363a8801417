"""What other tools get: their own fields, nothing else changed, and what comes back is what went."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from herocat.exports import csv_text
from tests.conftest import CommandLine
from tests.world import World, animal, draw, person

# A lone carriage return is not quoted by every writer, and then ends a row.
cell = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)


@given(
    rows=st.lists(st.lists(cell, min_size=3, max_size=3), max_size=6),
    quoting=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
    new=cell,
)
def test_cells_are_changed_and_no_other_byte(
    rows: list[list[str]], *, quoting: bool, end: str, new: str
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer, quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL, lineterminator=end
    )
    writer.writerows([["a", "b", "c"], *rows])
    text = buffer.getvalue()
    assert "".join(csv_text.changed(io.StringIO(text, newline=""), lambda _: {})) == text
    changed = "".join(csv_text.changed(io.StringIO(text, newline=""), lambda _: {"b": new}))
    read = list(csv.reader(io.StringIO(changed, newline="")))
    assert read[1:] == [[one[0], new, one[2]] for one in rows]


@pytest.mark.parametrize("text", ['a,b\n"x', "a,b\n1\n", 'a,b\nx"y,1\n', "a,b\n1,2,3\n"])
def test_what_is_no_csv_says_so(text: str) -> None:
    with pytest.raises(csv_text.NotCsvError):
        list(csv_text.changed(io.StringIO(text, newline=""), lambda _: {}))


def test_timelapse(done: CommandLine, tmp_path: Path) -> None:
    done("export", "timelapse", "--out", tmp_path / "out", "--flag", "Best", "--score", "Points")
    with (tmp_path / "out" / "timelapse.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["RelativePath"] for row in rows} == {"ridge", "pond"}
    assert all(row["Best"] == "true" and 0 <= float(row["Points"]) <= 10 for row in rows)
    assert list(rows[0]) == ["RelativePath", "File", "Best", "Points"]


def test_a_file_for_each_collection(done: CommandLine, tmp_path: Path) -> None:
    other = World(tmp_path / "other")
    other.photo("deep/er/x.jpg", animal())
    other.photo("one more.jpg", animal(), image=draw(90, 60))
    done("ingest", other.root, other.detections("other.json"))
    done("measure")
    done("label", other.root)
    words = ("export", "timelapse", "--out", tmp_path / "out", "--run", "baseline")
    assert "2 photos belong to no burst yet" in done(*words, code=1).stderr
    done("sequence")
    done(*words)
    assert {path.name for path in (tmp_path / "out").glob("*.csv")} == {
        "timelapse_photos.csv",
        "timelapse_other.csv",
    }
    text = (tmp_path / "out" / "timelapse_other.csv").read_text()
    assert "deep\\er,x.jpg," in text


def test_megadetector_and_coco_come_back(done: CommandLine, world: World, tmp_path: Path) -> None:
    """What is exported is taken in again, by a new catalog, as what it was."""
    done("export", "megadetector", "--out", tmp_path / "md")
    done("export", "coco", "--out", tmp_path / "coco")
    (results,) = (tmp_path / "md").glob("timelapse_recognition_file.json")
    content = json.loads(results.read_text())
    assert content["info"]["format_version"] == "1.6"
    assert content["detection_categories"]["1"] == "animal"
    other = CommandLine(tmp_path / "other.db")
    other("init")
    other("ingest", "--root", world.root, results)
    ask = (
        "select path, round(x, 3), round(w, 3), detections.confidence, species from detections "
        "join images on images.id = image_id where category = 'animal' order by path, x"
    )
    with sqlite3.connect(other.catalog) as connection:
        back = connection.execute(ask).fetchall()
    with sqlite3.connect(done.catalog) as connection:
        chosen = {path for (path,) in connection.execute("select path from heroes")}
        went = [row for row in connection.execute(ask) if row[0] in chosen]
    assert back
    assert back == went
    coco = json.loads((tmp_path / "coco" / "coco_camera_traps.json").read_text())
    for one in coco["annotations"]:
        image = next(i for i in coco["images"] if i["id"] == one["image_id"])
        assert one["bbox"][2] == pytest.approx(one["bbox_relative"][2] * image["width"], abs=0.06)


def test_labelme_comes_back_as_a_persons_word(
    done: CommandLine, world: World, tmp_path: Path
) -> None:
    done("export", "labelme", "--out", tmp_path / "check")
    files = sorted((tmp_path / "check").glob("0*.json"))
    content = json.loads(files[0].read_text())
    assert (tmp_path / "check" / content["imagePath"]).is_file()
    before = "select count(*) from labels join label_runs on label_run_id = label_runs.id where rater = 'person'"
    done("ingest", "--root", world.root, *files)
    with sqlite3.connect(done.catalog) as connection:
        assert connection.execute(before).fetchone() == (0,), "nobody has looked yet"
    content["flags"] = {"hero": not content["flags"]["hero"], "reject": True}
    files[0].write_text(json.dumps(content))
    done("ingest", "--root", world.root, files[0])
    with sqlite3.connect(done.catalog) as connection:
        sql = (
            "select image_id, score from labels join label_runs on label_run_id = label_runs.id "
            "where rater = 'person'"
        )
        assert connection.execute(sql).fetchall() == [(content["herocat"]["image"], 0.0)]


def test_boxes_of_labelme_that_nobody_changed_are_not_a_persons_word(
    done: CommandLine, world: World, tmp_path: Path
) -> None:
    done("export", "labelme", "--out", tmp_path / "check")
    file = min((tmp_path / "check").glob("0*.json"))
    content = json.loads(file.read_text())
    image = content["herocat"]["image"]
    (shape,) = content["shapes"]
    before = boxes(done, image)
    assert len(before) == 1

    def checked(*shapes: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Save the file as Labelme does, take it in, and return what is now said of the photo."""
        file.write_text(json.dumps(content | {"shapes": [one | {"mask": None} for one in shapes]}))
        done("ingest", "--root", world.root, file)
        with sqlite3.connect(done.catalog) as connection:
            return connection.execute(
                "select made_by, category, species from observations where image_id = ? order by id",
                [image],
            ).fetchall()

    turned = shape | {"points": [[round(v, 4) for v in point] for point in shape["points"][::-1]]}
    for same in (shape, turned):
        assert checked(same) == []
        assert boxes(done, image) == before
    drawn = {"label": "lynx", "points": [[5, 5], [20, 30]], "shape_type": "rectangle", "flags": {}}
    assert checked(shape, drawn) == [
        ("machine", "animal", shape["label"]),
        ("person", "animal", "lynx"),
    ]
    kept, new = boxes(done, image)  # what was left alone is still the detector's
    assert kept == pytest.approx(before[0], abs=1e-3)
    assert new[0] == 1.0
    (left, top), (right, bottom) = shape["points"]
    moved = shape | {"points": [[left, top], [right - 3, bottom]]}
    for change in (moved, shape | {"label": "wolf"}, shape | {"flags": {"sure": True}}):
        assert [one[0] for one in checked(change)] == ["person"]
    assert checked() == [("person", "blank", None)]


def boxes(done: CommandLine, image: int) -> list[tuple[float, ...]]:
    """Return confidence and box of each detection that counts."""
    with sqlite3.connect(done.catalog) as connection:
        return connection.execute(
            "select confidence, x, y, w, h from detections join current_results using (image_id, source) "
            "where image_id = ? order by id",
            [image],
        ).fetchall()


def test_our_own_stars_are_no_judgement(done: CommandLine, world: World) -> None:
    done("export", "xmp", "--beside")
    sidecars = sorted(world.root.rglob("*.xmp"))
    done("ingest", "--root", world.root, *sidecars)
    sql = "select count(*) from label_runs where rater = 'person'"
    with sqlite3.connect(done.catalog) as connection:
        assert connection.execute(sql).fetchone() == (0,)
    text = sidecars[0].read_text()
    stars = text.partition('xmp:Rating="')[2][0]
    sidecars[0].write_text(text.replace(f'xmp:Rating="{stars}"', 'xmp:Rating="3"'))
    done("ingest", "--root", world.root, sidecars[0])
    with sqlite3.connect(done.catalog) as connection:
        assert connection.execute(sql).fetchone() == ((1,) if stars != "3" else (0,))


def test_label_studio(done: CommandLine, tmp_path: Path) -> None:
    done("export", "label-studio", "--out", tmp_path / "tasks")
    tasks = json.loads((tmp_path / "tasks" / "tasks.json").read_text())
    config = (tmp_path / "tasks" / "labeling_config.xml").read_text()
    for task in tasks:
        name = task["data"]["image"].partition("?d=")[2]
        assert (tmp_path / "tasks" / name).is_file()
        for result in task["predictions"][0]["result"]:
            assert f'name="{result["from_name"]}"' in config
            if result["type"] == "rectanglelabels":
                assert 0 <= result["value"]["x"] <= 100


def test_hero_images_labels_go_and_come_back(
    ready: CommandLine, world: World, tmp_path: Path
) -> None:
    """Import and export keep every field that its viewer and its resume look at."""
    world.photo("B07/a.JPG", animal())
    world.photo("B07/b.JPG", animal())
    root = "/d/old machine"
    entries = [
        {
            "image_path": f"{root}/B07/a.JPG",
            "image_filename": "B07#a.JPG",
            "aesthetic_score": 7.5,
            "reasoning": "sharp eye, wärm light",
            "success": True,
            "processing_time": 1.25,
        },
        {
            "image_path": f"{root}/B07/b.JPG",
            "image_filename": "B07#b.JPG",
            "success": False,
            "error": "timeout",
        },
    ]
    about = {
        "timestamp": "2026-11-02 10:15:00",
        "model_used": "gemma3:12b",
        "processing_method": "local_vllm",
        "server_url": "http://localhost:8000",
        "total_images": 2,
        "successful_labels": 1,
        "failed_labels": 1,
        "success_rate": 50.0,
        "statistics": {"avg_score": 7.5, "min_score": 7.5, "max_score": 7.5},
    }
    given_file = world.write(
        "vllm_local_labels_gemma.json", {"labeling_info": about, "results": entries}
    )
    ready("ingest", world.root, world.detections(), given_file)
    ready("sequence")
    ready("export", "seed", "--out", tmp_path / "out")
    (made,) = (tmp_path / "out").glob("*_labels_*.json")
    content = json.loads(made.read_text())
    assert content["labeling_info"] == about
    assert content["results"] == entries


def test_candidates_come_back(done: CommandLine, world: World, tmp_path: Path) -> None:
    done("export", "candidates", "--out", tmp_path / "heuristics")
    content = json.loads((tmp_path / "heuristics" / "candidates_metadata.json").read_text())
    assert content["generation_info"]["total_candidates"] == len(content["candidates"]) == 3
    assert sum(content["category_distribution"].values()) == 3
    for one in content["candidates"]:
        assert (tmp_path / "heuristics" / one["flattened_filename"]).is_file()
        assert one["flattened_filename"] == one["original_path"].replace("/", "#")
        assert one["num_animals"] >= 1
    ask = "select path, category, round(quality_score, 9) from candidates join images on images.id = image_id where selection_id = (select max(id) from selections) order by path"
    with sqlite3.connect(done.catalog) as connection:
        went = connection.execute(ask).fetchall()
    other = CommandLine(tmp_path / "other.db")
    other("init")
    other("ingest", world.root, world.root.parent / "detections.json")
    other("ingest", "--root", world.root, tmp_path / "heuristics" / "candidates_metadata.json")
    with sqlite3.connect(other.catalog) as connection:
        assert connection.execute(ask).fetchall() == went
    assert (
        "no selection named 'x'"
        in done("export", "candidates", "--out", tmp_path / "y", "--selection", "x", code=2).stderr
    )


def test_tables(done: CommandLine, world: World, tmp_path: Path) -> None:
    done("export", "table", "--out", tmp_path / "csv")
    with (tmp_path / "csv" / "heroes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    with sqlite3.connect(done.catalog) as connection:
        connection.execute(
            "create view mine as select image_id, max(score) as best from labels group by image_id"
        )
    done("export", "table", "--view", "mine", "--format", "jsonl", "--out", tmp_path / "json")
    lines = (tmp_path / "json" / "mine.jsonl").read_text().splitlines()
    assert {json.loads(line)["image_id"] for line in lines} == {
        int(row["image_id"]) for row in rows
    }
    for view, said in (("selections", "no column image_id"), ("nothing", "no table or view")):
        words = ["export", "table", "--view", view, "--out", tmp_path / "x"]
        assert said in done(*words, code=2).stderr
    assert not (tmp_path / "x").exists()


def test_a_table_for_spreadsheets(done: CommandLine, tmp_path: Path) -> None:
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("update labels set reasoning = '=HYPERLINK(1)' where status = 'ok'")
        connection.execute(
            "create view mine as select image_id, reasoning as why, -1 as low, "
            "iif(image_id % 2, x'00', null) as blob from labels order by image_id desc"
        )
    words = ["export", "table", "--view", "mine", "--out"]
    done(*words, tmp_path / "e", "--format", "excel")
    done(*words, tmp_path / "c")
    content = (tmp_path / "e" / "mine.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfimage_id,why,low")
    assert b",'=HYPERLINK(1),-1" in content
    with (tmp_path / "c" / "mine.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["why"] for row in rows} == {"=HYPERLINK(1)"}
    assert all(None not in row for row in rows), "each row has the columns of the header"
    done(*words, tmp_path / "none", "--min-score", "10")
    assert (tmp_path / "none" / "mine.csv").read_text().startswith("image_id,why,low")


def test_parquet(done: CommandLine, tmp_path: Path) -> None:
    from pyarrow import parquet

    done("export", "table", "--format", "parquet", "--out", tmp_path / "out")
    rows = parquet.read_table(tmp_path / "out" / "heroes.parquet").to_pylist()
    assert len(rows) == 3
    assert all(isinstance(row["score"], float) and row["vlm_score"] is None for row in rows)


@pytest.mark.parametrize("layout", ["kohya", "ai-toolkit", "imagefolder"])
def test_training_folders(layout: str, done: CommandLine, tmp_path: Path) -> None:
    done(
        "export", "training", "--out", tmp_path / "out", "--layout", layout, "--trigger", "trailcam"
    )
    pictures = sorted((tmp_path / "out").rglob("*.jpg"))
    assert len(pictures) == 3
    if layout == "imagefolder":
        rows = [
            json.loads(line)
            for line in (tmp_path / "out" / "train" / "metadata.jsonl").read_text().splitlines()
        ]
        assert {row["file_name"] for row in rows} == {path.name for path in pictures}
        captions = [row["text"] for row in rows]
    else:
        captions = [path.with_suffix(".txt").read_text() for path in pictures]
        assert pictures[0].parent.name == {"kohya": "10_trailcam", "ai-toolkit": "images"}[layout]
    assert all(text.startswith("trailcam, a camera trap photo of a") for text in captions)
    assert all(text.strip().count("\n") == 0 for text in captions)


def test_the_contact_sheet(done: CommandLine, tmp_path: Path) -> None:
    done("export", "sheet", "--out", tmp_path / "out", "--columns", "2", "--rows", "1")
    assert {p.name for p in (tmp_path / "out").glob("*.png")} == {"sheet-01.png", "sheet-02.png"}
    pdf = (tmp_path / "out" / "sheet.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    done("export", "sheet", "--out", tmp_path / "again", "--columns", "2", "--rows", "1")
    assert (tmp_path / "again" / "sheet.pdf").read_bytes() == pdf


WILDLIFE = (
    "project_id,deployment_id,image_id,filename,location,common_name,highlighted,license\r\n"
    '1,ridge,u1,a0.jpg,gs://x/u1.jpg,"fox, red",false,CC-BY\r\n'
    "1,ridge,u2,a1.jpg,gs://x/u2.jpg,fox,false,CC-BY\r\n"
    "1,other,u3,a1.jpg,gs://x/u3.jpg,fox,,CC-BY\r\n"
    "1,pond,u4,d0.jpg,gs://x/u4.jpg,fox,true,CC-BY\r\n"
)


def test_wildlife_insights(done: CommandLine, tmp_path: Path) -> None:
    table = tmp_path / "images.csv"
    table.write_text(WILDLIFE, newline="")
    done("export", "wildlife-insights", "--out", tmp_path / "out", "--download", table)
    made = (tmp_path / "out" / "images.csv").read_bytes().decode()
    with sqlite3.connect(done.catalog) as connection:
        chosen = {path for (path,) in connection.execute("select path from heroes")}
    header, *rows = WILDLIFE.splitlines(keepends=True)
    paths = ("ridge/a0.jpg", "ridge/a1.jpg", "other/a1.jpg", "pond/d0.jpg")
    taken = [number for number, path in enumerate(paths) if path in chosen]
    for number in taken:
        rows[number] = rows[number].replace("false", "true")
    assert made == header + "".join(rows[number] for number in taken)
    assert 0 < len(taken) < len(rows)
    words = ("--download", table, "--own-use")
    done("export", "wildlife-insights", "--out", tmp_path / "own", *words)
    assert (tmp_path / "own" / "images.csv").read_bytes().decode() == "".join((header, *rows))
    said = done("export", "wildlife-insights", "--out", tmp_path / "x", code=2).stderr
    assert "--download" in said


def test_an_album_for_people(done: CommandLine, world: World, tmp_path: Path) -> None:
    entry = next(one for one in world.images if one["file"] == "ridge/a0.jpg")
    entry["detections"].append(person(0.01))
    words = ["--credit", "J. Dœ", "--licence", "CC BY 4.0", "--top", "2"]
    done("export", "album", "--out", tmp_path / "album", *words)
    pictures = sorted((tmp_path / "album").glob("*.jpg"))
    assert len(pictures) == 2
    assert pictures[0].name.startswith("001_")
    text = pictures[0].with_suffix(".txt").read_text()
    assert "Credit: J. Dœ" in text
    assert "ridge" not in text
    assert "J. Dœ".encode() in pictures[0].read_bytes()
    done("export", "album", "--out", tmp_path / "album", *words, "--places")
    texts = [path.read_text() for path in (tmp_path / "album").glob("0*.txt")]
    assert any("Where: " in text for text in texts)


def test_the_photos_of_an_album_in_its_order(done: CommandLine, tmp_path: Path) -> None:
    with sqlite3.connect(done.catalog) as connection:
        images = [
            row[0] for row in connection.execute("select image_id from heroes order by score")
        ]
        connection.execute(
            "insert into albums (id, name, params, worth, bound, made_at) values (1, 'spring', '{}', 1, 1, '')"
        )
        for position, image in enumerate(images[:2], 1):
            connection.execute(
                "insert into album_photos (album_id, position, image_id, score, gain, parts, pinned, reason) "
                "values (1, ?, ?, 5, 1, '{}', 0, '')",
                [position, image],
            )
    done("export", "album", "--out", tmp_path / "out", "--album", "spring")
    pictures = sorted((tmp_path / "out").glob("*.jpg"))
    assert [int(path.name.split("_")[1]) for path in pictures] == images[:2]
    said = done("export", "album", "--out", tmp_path / "x", "--album", "fall", code=2).stderr
    assert "there are: spring" in said
