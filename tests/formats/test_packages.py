"""Camtrap DP, Wildlife Insights, LILA and COCO: places, times, bursts, what people saw, favourites."""

import gzip
import json
import shutil
from pathlib import Path
from unittest.mock import Mock

import pytest

from herocat.formats import coco_labels, stream
from tests.conftest import SAMPLES
from tests.formats.conftest import FRAMES, LABELS, SEEN, Taken
from tests.world import draw

SET_UP = """
    select path, key, deployments.location, started_at, deployments.height, heading, tilt from deployment_photos
    join images on images.id = image_id join deployments on deployments.id = deployment_id order by path
"""
DATAPACKAGE = {
    "profile": "https://example.org/camtrap-dp/1.0.2/camtrap-dp-profile.json",
    "resources": [
        {"name": name, "path": f"{name}.csv"} for name in ("deployments", "media", "observations")
    ],
    "taxonomic": [
        {"scientificName": "Tragelaphus strepsiceros", "vernacularNames": {"eng": "Greater kudu"}}
    ],
}
DEPLOYMENTS = """\ufeffdeploymentID,locationID,locationName,latitude,longitude,timestampIssues,deploymentStart,cameraHeight,cameraTilt,cameraHeading
d3,l3,Pan 3,-24.1,31.2,false,2024-03-01T08:00:00Z,0.80,-15,360
d4,l4,,-24.2,31.3,true,,eye,-100,-1
"""
MEDIA = """mediaID,deploymentID,captureMethod,timestamp,filePath,filePublic,fileName,fileMediatype,exifData,favorite,mediaComments
m77,d3,activityDetection,2024-03-09T18:22:05+02:00,media/d3/IMG_0077.JPG,true,IMG_0077.JPG,image/jpeg,,true,"hero: kudu
drinking"
m78,d3,activityDetection,2024-03-09T18:22:06+02:00,media/d3/IMG_0078.JPG,true,IMG_0078.JPG,image/jpeg,,false,
m79,d4,timeLapse,2024-03-10T06:00:00Z,https://host.example/a/m79/file,true,,image/jpeg,,,
m80,d4,activityDetection,2024-03-10T07:00:00Z,media/d4/V.MP4,true,V.MP4,video/mp4,,,
"""
OBSERVATIONS = """observationID,deploymentID,mediaID,eventID,eventStart,eventEnd,observationLevel,observationType,scientificName,count,lifeStage,bboxX,bboxY,bboxWidth,bboxHeight,classificationMethod,classificationProbability
o1,d3,m77,e1,2024-03-09T16:22:05Z,2024-03-09T16:22:06Z,media,animal,Tragelaphus strepsiceros,2,adult,0.1,0.2,0.3,0.4,machine,0.93
o2,d3,m78,e1,2024-03-09T16:22:05Z,2024-03-09T16:22:06Z,media,human,,1,,,,,,human,
o3,d4,,e2,2024-03-10T05:59:00Z,2024-03-10T06:01:00Z,event,blank,,,,,,,,human,
o4,d3,m99,e9,2024-03-10T05:59:00Z,2024-03-10T06:01:00Z,media,animal,,,,,,,,human,
"""


def package(folder: Path) -> Path:
    """Write a package with a photo of its own, one elsewhere and a video."""
    for name, text in (
        ("datapackage.json", json.dumps(DATAPACKAGE)),
        ("deployments.csv", DEPLOYMENTS),
        ("media.csv", MEDIA),
        ("observations.csv", OBSERVATIONS),
    ):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "media/d3").mkdir(parents=True)
    draw().save(folder / "media/d3/IMG_0077.JPG")
    return folder


def check_package(taken: Taken) -> None:
    assert taken.rows(FRAMES) == [
        ("host.example/a/m79/file.jpg", "e2", 1, "l4", "2024-03-10T06:00:00", "the deployment's times are doubtful"),
        ("media/d3/IMG_0077.JPG", "e1", 1, "Pan 3", "2024-03-09T18:22:05", None),
        ("media/d3/IMG_0078.JPG", "e1", 2, "Pan 3", "2024-03-09T18:22:06", None),
    ]  # fmt: skip
    assert taken.rows(SEEN) == [
        ("media/d3/IMG_0077.JPG", "animal", "tragelaphus strepsiceros", 2, "photo", "machine", 0.93),
        ("media/d3/IMG_0078.JPG", "person", None, 1, "photo", "person", None),
        ("host.example/a/m79/file.jpg", "blank", None, None, "sequence", "person", None),
    ]  # fmt: skip
    ((path, _, rater, provider, _, score, raw, reasoning, _),) = taken.rows(LABELS)
    assert (path, rater, provider, score) == ("media/d3/IMG_0077.JPG", "person", "camtrap-dp", 9.0)
    assert json.loads(raw) == {"favorite": "true", "mediaID": "m77"}
    assert reasoning == "hero: kudu\ndrinking"
    assert taken.rows("select path, reason from unmatched order by id") == [
        ("m99", "the file has an observation of it, and names no such photo"),
        ("media/d4/V.MP4", "it is video/mp4, not a photo"),
    ] or taken.rows("select path from unmatched order by path") == [("m99",), ("media/d4/V.MP4",)]
    assert taken.rows("select common from taxa") == [("greater kudu",)]
    assert taken.rows("select url from remote_photos") == [("https://host.example/a/m79/file",)]
    # How the cameras were set up, where that can be: a height in words and a heading of -1 cannot.
    assert taken.rows(SET_UP) == [
        ("media/d3/IMG_0077.JPG", "d3", "Pan 3", "2024-03-01T08:00:00Z", 0.8, 0.0, -15.0),
        ("media/d3/IMG_0078.JPG", "d3", "Pan 3", "2024-03-01T08:00:00Z", 0.8, 0.0, -15.0),
    ]
    # A box counts as a detector's result, and a person holds the photo and its burst.
    boxes = "select path, detections.category, confidence, x from detections join images on images.id = image_id order by 1"
    assert taken.rows(boxes) == [
        ("media/d3/IMG_0077.JPG", "animal", 0.93, 0.1),
        ("media/d3/IMG_0078.JPG", "person", 1.0, None),
    ]
    held = "select distinct path from vetoes join images on images.id = image_id where reason = 'person' order by 1"
    assert len(taken.rows(held)) == 2
    taken.is_whole()


def test_a_camtrap_package_as_a_folder(taken: Taken) -> None:
    folder = package(taken.folder / "package")
    said = taken.herocat("ingest", folder).stdout
    assert "folder, 1 photo, 1 new or changed" in said
    assert "camtrap-dp, 3 photos, 2 detections, 2 sequences, 3 observations, 1 judgement" in said
    check_package(taken)
    assert "nothing to do" in taken.herocat("ingest", folder).stdout
    lower = (folder / "deployments.csv").read_text("utf-8").replace("0.80", "0.50")
    (folder / "deployments.csv").write_text(lower, "utf-8")
    (folder / "datapackage.json").write_text(json.dumps(DATAPACKAGE | {"version": "2"}))
    taken.herocat("ingest", folder)
    assert [row[4] for row in taken.rows(SET_UP)] == [0.5, 0.5]


@pytest.mark.parametrize("name", ["datapackage.json", "media.csv"])
def test_a_camtrap_package_by_one_of_its_files(taken: Taken, name: str) -> None:
    folder = package(taken.folder / "package")
    taken.herocat("ingest", folder / name)
    check_package(taken)


def test_a_camtrap_package_as_a_zip(taken: Taken) -> None:
    folder = package(taken.folder / "package")
    archive = Path(shutil.make_archive(str(taken.folder / "whole"), "zip", taken.folder, "package"))
    shutil.rmtree(folder)
    taken.take(archive)
    check_package(taken)


def test_media_that_are_not_public_stay(taken: Taken) -> None:
    """Said in one package, no longer said in its next edition; explained, and told in manifests."""
    folder = package(taken.folder / "package")
    (folder / "observations.csv").write_text("\n".join(OBSERVATIONS.splitlines()[:2]) + "\n")
    row = "media/d3/IMG_0077.JPG"
    (folder / "media.csv").write_text(MEDIA.replace(f"{row},true", f"{row.lower()},FALSE"))
    assert "1 private: they must not leave" in taken.herocat("ingest", folder).stdout
    assert taken.rows("select image_id, reason from vetoes where reason <> 'unchecked'") == [
        (1, "private")
    ]
    said = taken.herocat("explain", row).stdout
    assert "private: a file that was ingested says that it is not public" in said
    out = taken.folder / "out"
    taken.herocat("sequence")
    assert "1 held back" in taken.herocat("export", "sheet", "--out", out).stdout
    (held,) = json.loads((out / "manifest.json").read_text())["held"]
    assert (held["image"], held["reason"]) == (1, "private")
    taken.herocat("export", "sheet", "--out", out, "--release", 1, "--reason", "they agreed")
    assert taken.rows("select veto from heroes") == [(None,)]
    taken.is_whole()
    (folder / "media.csv").write_text(MEDIA)
    taken.herocat("ingest", folder)
    assert taken.rows("select count(*) from private_photos") == [(0,)]


def test_what_was_seen_in_events(taken: Taken) -> None:
    """By the event's id, whatever its clock says; by time; and what is of no photo is not lost without a word."""
    event = "{},{},,{},{},{},event,{},{},,,,,,,human,\n"
    short = "2024-03-10T05:{:02}:{:02}Z"
    rows = [
        ("a", "d3", "e1", "2024-03-09T20:22:05Z", "2024-03-09T20:22:06Z", "animal", "Homo sapiens"),
        ("b", "d4", "", "2024-03-10T04:00:00Z", "2024-03-10T06:00:00Z", "vehicle", ""),
        *(
            (n, "d4", f"s{n}", short.format(n // 60, n % 60), short.format(n // 60, n % 60), "blank", "")
            for n in range(70)
        ),
        ("c", "d4", "e7", "2024-03-11T04:00:00Z", "", "human", ""),
        ("d", "d4", "", "", "", "human", ""),
        ("e", "d9", "e1", "", "", "human", ""),
    ]  # fmt: skip
    folder = package(taken.folder / "package")
    said = OBSERVATIONS.splitlines(keepends=True)[:2] + [event.format(*row) for row in rows]
    (folder / "observations.csv").write_text("".join(said))
    taken.herocat("ingest", folder)
    assert [row[:2] + row[4:5] for row in taken.rows(SEEN) if row[1] in {"person", "vehicle"}] == [
        ("media/d3/IMG_0077.JPG", "person", "sequence"),
        ("host.example/a/m79/file.jpg", "vehicle", "sequence"),
    ]
    lost = taken.rows("select path from unmatched where reason like 'no photo is of its event%'")
    assert {("observation c",), ("observation d",), ("observation e",)} < set(lost)
    assert not {("observation a",), ("observation b",)} & set(lost)
    taken.is_whole()


@pytest.mark.parametrize("marker", ["NA", "NaN", "nan"])
def test_cells_that_say_that_they_are_empty_are_no_ids(taken: Taken, marker: str) -> None:
    """Media of no event are no burst, and a person in an event holds its photos though no medium is named."""
    folder = package(taken.folder / "package")
    rows = [
        f"o1,d3,m77,{marker},{marker},{marker},media,animal,Lynx lynx,{marker},{marker},,,,,machine,0.9",
        f"o2,d4,m79,{marker},{marker},{marker},media,blank,{marker},,,,,,,human,{marker}",
        f"o3,d3,{marker},e1,2024-03-09T16:22:05Z,2024-03-09T16:22:06Z,event,human,{marker},,,,,,,human,{marker}",
    ]
    text = "\n".join([OBSERVATIONS.splitlines()[0], *rows, ""])
    (folder / "observations.csv").write_text(text)
    (folder / "media.csv").write_text(MEDIA.replace(",,image/jpeg,,,", f",{marker},image/jpeg,,,"))
    taken.herocat("ingest", folder)
    assert [row[:2] for row in taken.rows(FRAMES)] == [
        ("host.example/a/m79/file.jpg", None),
        ("media/d3/IMG_0077.JPG", "e1"),
        ("media/d3/IMG_0078.JPG", "e1"),
    ]
    people = "select distinct path from vetoes join images on id = image_id where reason = 'person' order by 1"
    assert taken.rows(people) == [("media/d3/IMG_0077.JPG",), ("media/d3/IMG_0078.JPG",)]
    assert [row[1:4] for row in taken.rows(SEEN)][:2] == [
        ("animal", "lynx lynx", None),
        ("blank", None, None),
    ]
    assert taken.rows("select count(*) from observations where details is not null") == [(0,)]


def test_a_package_that_has_changed_replaces_what_it_said(taken: Taken) -> None:
    folder = package(taken.folder / "package")
    taken.herocat("ingest", folder)
    (folder / "media.csv").write_text(MEDIA.replace(',true,"hero: kudu\ndrinking"', ",,"))
    (folder / "observations.csv").write_text("\n".join(OBSERVATIONS.splitlines()[:2]) + "\n")
    taken.herocat("ingest", folder)
    assert taken.rows("select count(*) from labels") == [(0,)]
    assert len(taken.rows(SEEN)) == 1
    assert taken.rows("select count(*) from detections") == [(1,)]
    assert taken.rows("select count(*) from remote_photos") == [(1,)]
    taken.is_whole()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("media.csv", MEDIA.replace("media/d3/IMG_0078.JPG", "../../etc/passwd"), "not inside"),
        ("media.csv", MEDIA.replace("media/d3/IMG_0078.JPG", ""), "row 3 of media has no filePath"),
        ("media.csv", MEDIA[: MEDIA.index("drinking")], "cannot be read as CSV"),
        ("media.csv", MEDIA[:-20], "cells where the header has 11"),
        ("datapackage.json", json.dumps(DATAPACKAGE)[:-5], "not valid JSON"),
        ("datapackage.json", '{"profile": "camtrap-dp", "resources": [{"name": "media", "path": "http://x/y.csv"}]}', "outside of it"),
        ("datapackage.json", '{"profile": "camtrap-dp", "resources": [{"name": "media", "path": "m.csv"}]}', "not there"),
    ],
)  # fmt: skip
def test_a_package_that_is_not_sound_is_refused_whole(
    taken: Taken, name: str, text: str, words: str
) -> None:
    folder = package(taken.folder / "package")
    (folder / name).write_text(text, "utf-8")
    said = taken.herocat("ingest", folder, code=1).stderr
    assert words in said
    assert taken.rows("select count(*) from images where bytes is null") == [(0,)]
    assert taken.rows("select count(*) from sources where format = 'camtrap-dp'") == [(0,)]
    assert taken.rows("select count(*) from labels") == [(0,)]
    assert taken.rows("select count(*) from observations") == [(0,)]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample photos are not here")
def test_the_real_package_whole(taken: Taken) -> None:
    """423 media, 3 favourites, and ten photos that are joined to their files."""
    done = taken.herocat("ingest", SAMPLES / "camtrap_dp")
    said = done.stdout
    assert "its paths" not in done.stderr  # as the others are at an address
    assert "camtrap-dp, 423 photos" in said
    assert "3 judgements, 60 private: they must not leave, 413 not on disk" in said
    assert taken.rows("select count(*), count(bytes) from images") == [(423, 10)]
    sql = "select count(*), count(distinct key) from images join sequences on sequences.id = sequence_id where bytes is not null"
    assert taken.rows(sql) == [(10, 1)]
    assert taken.rows("select reasoning, score from labels") == [("used for figure", 9.0)] * 3
    taken.is_whole()


def test_lila(taken: Taken) -> None:
    text = (
        "dataset_name,url_gcp,url_aws,image_id,sequence_id,location_id,frame_num,original_label,scientific_name,common_name,datetime,annotation_level,class,order,family,genus,species\n"
        "Demo,,https://aws.example/d/a.JPG,Demo : a,Demo : s1,Demo : L1,0,leopard,panthera pardus,leopard,06-02-2014 05:41:10,sequence,mammalia,carnivora,felidae,panthera,panthera pardus\n"
        "Demo,https://gcp.example/d/b.JPG,,Demo : b,Demo : s1,Demo : L1,-1,empty,,,,image,,,,,\n"
        "Demo,https://gcp.example/d/b.JPG,,Demo : b,Demo : s1,Demo : L1,-1,human,,,,image,,,,,\n"
        "Demo,https://gcp.example/d/b.JPG,,Demo : b,Demo : s1,Demo : L1,-1,hiker,homo sapiens,,,image,,,,homo,\n"
        "Demo,,,Demo : c,,,,empty,,,,image,,,,,\n"
    )
    taken.take(taken.write("lila.csv", text))
    assert taken.rows(FRAMES) == [
        ("aws.example/d/a.JPG", "Demo : s1", 0, "Demo : L1", "2014-06-02T05:41:10", None),
        ("gcp.example/d/b.JPG", "Demo : s1", None, "Demo : L1", None, None),
    ]
    assert [row[:3] + row[4:5] for row in taken.rows(SEEN)] == [
        ("aws.example/d/a.JPG", "animal", "leopard", "sequence"),
        ("gcp.example/d/b.JPG", "blank", None, "photo"),
        ("gcp.example/d/b.JPG", "person", None, "photo"),
        ("gcp.example/d/b.JPG", "person", None, "photo"),
    ]
    assert taken.rows("select genus, species from taxa") == [("panthera", "pardus")]
    assert taken.rows("select path, reason from unmatched") == [("Demo : c", "it has no address")]


COCO = """{"info":{"version":"1.0","description":"demo"},
 "annotations":[
  {"id":"x1","image_id":"S1/a1","category_id":3,"bbox":[410,307,819,584],"count":NaN,"young_present":0.4,"standing":0},
  {"id":"x2","image_id":"S1/a2","category_id":0,"sequence_level_annotation":true},
  {"id":"x3","image_id":7,"category_id":5,"bbox":[1,2,3,4]},
  {"id":"x4","image_id":"gone","category_id":3}],
 "images":[
  {"id":"S1/a1","file_name":"S1/a1.JPG","seq_id":"S1#7","seq_num_frames":3,"frame_num":0,"location":"S1","datetime":"2014-06-02 05:41:10","width":2048,"height":1536},
  {"id":"S1/a2","file_name":"S1\\\\a2.JPG","seq_id":"S1#7","frame_num":1,"location":"S1","datetime":NaN},
  {"id":7,"file_name":"S1/a3.JPG","location":5,"width":-1,"height":0},
  {"id":8,"file_name":"S1/a4.JPG","corrupt":true}],
 "categories":[{"id":0,"name":"empty"},{"id":3,"name":"Leopard"},{"id":5,"name":"Human"}]}"""


def test_what_is_no_package_is_called_by_its_name(taken: Taken) -> None:
    file = taken.write("coco.json", COCO)
    said = taken.herocat("ingest", "--format", "camtrap-dp", file, code=1).stderr
    assert f"{file} is no Camtrap DP package: there is no datapackage.json in {file.parent}" in said


def test_annotations_of_coco(taken: Taken) -> None:
    said = taken.take(taken.write("coco.json", COCO))
    assert "coco, 3 photos, 2 detections, 1 sequence, 3 observations, 2 not matched" in said
    assert [row[:4] for row in taken.rows(FRAMES)] == [
        ("S1/a1.JPG", "S1#7", 0, "S1"),
        ("S1/a2.JPG", "S1#7", 1, "S1"),
        ("S1/a3.JPG", None, None, "5"),
    ]
    assert [row[:6] for row in taken.rows(SEEN)] == [
        ("S1/a1.JPG", "animal", "leopard", None, "photo", "person"),
        ("S1/a2.JPG", "blank", None, None, "sequence", "person"),
        ("S1/a3.JPG", "person", None, None, "photo", "person"),
    ]
    assert taken.rows("select details from observations where details is not null") == [
        ('{"young_present": 0.4}',)
    ]
    boxes = "select category, x, round(w, 6), species from detections order by id"
    assert taken.rows(boxes) == [
        ("animal", 410 / 2048, round(819 / 2048, 6), "leopard"),
        ("person", None, None, None),
    ]
    taken.is_whole()


def test_what_is_written_as_most_is_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "coco.json"
    photos = [
        {"id": "a", "file_name": "a.jpg", "seq_id": "s", "frame_num": 1, "width": 100, "height": 50},
        {"id": 2, "file_name": "b.jpg", "location": 7, "datetime": "2014-06-02 05:41:10", "width": 0, "height": 5.5},
        {"id": 3, "file_name": "c.jpg", "corrupt": True},
        {"id": 4, "file_name": "d.jpg", "corrupt": False},
    ]  # fmt: skip
    seen = [
        {"image_id": "a", "id": 1, "category_id": 3, "bbox": [10, 20.5, 30, 40], "area": 1.0},
        {"image_id": 2, "category_id": "5", "count": 3, "sequence_level_annotation": True},
        {"image_id": 4, "category_id": 0, "bbox": []},
        {"image_id": 4, "category_id": 9, "bbox": [1, 2, 3]},
        {"image_id": 4, "category_id": 3, "bbox": [1e12, 2, 3, 4]},
    ]
    names = {0: "empty", 3: "Leopard", 5: "Human"}
    content = {
        "categories": [{"id": number, "name": name} for number, name in names.items()],
        "images": [*photos, photos[0]],
        "annotations": [*seen, seen[0]],
    }
    file.write_text(json.dumps(content))
    usual = list(coco_labels.read(file))
    read = {kind: Mock(wraps=getattr(coco_labels, kind)) for kind in ("_photo", "_annotation")}
    for kind, counted in read.items():
        monkeypatch.setattr(coco_labels, kind, counted)
    assert list(coco_labels.read(file)) == usual
    assert [counted.call_count for counted in read.values()] == [1, 1]  # the last of each list
    monkeypatch.setattr(coco_labels, "_PLAIN", {})
    assert list(coco_labels.read(file)) == usual
    assert [counted.call_count for counted in read.values()] == [1 + 5, 1 + 6]


@pytest.mark.parametrize("chunk", [1, 7, 13, 1 << 20])
@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"annotations": [{}]}', True),
        ('{"annotations" \n:\n\n [ \t ]}', False),
        ('{"annotations" \n:\n\n [ \t {"id": 1}]}', True),
        ('{"kinds": ["annotations"], "annotations": [], "images": []}', False),
        ('{"kinds": ["annotations"], "annotations": [{}]}', True),
        ('{"images": [{"corrupt": false}, {"corrupt": 0}, {"corrupt": "no"}]}', False),
        ('{"images": [{"corrupt": false}, {"corrupt"  : TRUE}]}', True),
        ('{"images": [{"corrupt": 1}]}', True),
        ('{"images": [{"corrupt": "true"}]}', True),
        ("", False),
    ],
)
def test_whether_there_are_annotations_is_found_out_in_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, chunk: int, *, found: bool
) -> None:
    file = tmp_path / "coco.json"
    file.write_text(content)
    monkeypatch.setattr(stream, "CHUNK", chunk)
    assert coco_labels.has_any(file) is found


def test_annotations_that_were_struck_out(taken: Taken) -> None:
    """A score below zero stays so: nobody is seen there, and nothing counts; one beyond 1 is 1."""
    box = {"image_id": 1, "bbox": [10, 10, 20, 20]}
    said = [(3, -0.8), (5, -0.9), (3, 1.7), (7, 0.5)]
    content = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 100}],
        "annotations": [box | {"category_id": kind, "score": score} for kind, score in said],
        "categories": [
            {"id": 3, "name": "Leopard"},
            {"id": 5, "name": "Human"},
            {"id": 7, "name": "Bait"},
        ],
    }
    taken.take(taken.write("coco.json", content))
    found = "select category, confidence, species, species_score from detections order by id"
    assert taken.rows(found) == [
        ("animal", -0.8, "leopard", 0.8),
        ("person", -0.9, None, None),
        ("animal", 1.0, "leopard", 1.0),
        ("unknown", 0.5, None, None),
    ]
    assert [row[1:3] for row in taken.rows(SEEN)] == [("animal", "leopard"), ("blank", None)]
    assert taken.rows("select reason from vetoes") == []
    taken.is_whole()


def test_frames_of_coco_in_other_tools_words(taken: Taken) -> None:
    """Numbers as pandas writes them, values under the second name of a key, photos that are corrupt."""
    content = {
        "images": [
            {"file_name": "a.jpg", "seq_id": None, "sequence_id": "s1", "frame_num": 1.0},
            {"file_name": "b.jpg", "seq_id": "", "sequence": "s1", "frame_num": "2"},
            {"file_name": "c.jpg", "datetime": None, "date_captured": "2014-06-02 05:41:10"},
            {"file_name": "d.jpg", "corrupt": True},
            {"file_name": "e.jpg", "corrupt": False, "frame_num": 1.5},
        ]
    }
    taken.take(taken.write("coco.json", content))
    assert [(row[:3], row[4]) for row in taken.rows(FRAMES)] == [
        (("a.jpg", "s1", 1), None),
        (("b.jpg", "s1", 2), None),
        (("c.jpg", None, None), "2014-06-02T05:41:10"),
        (("e.jpg", None, None), None),
    ]
    lost = [("d.jpg", "the file says that it is corrupt")]
    assert taken.rows("select path, reason from unmatched") == lost
    content["annotations"] = content["images"][:0]
    taken.take(taken.write("coco.json.gz", gzip.compress(json.dumps(content).encode())))
    assert taken.rows("select distinct path, reason from unmatched") == lost
