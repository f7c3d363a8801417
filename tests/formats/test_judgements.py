"""Judgements that exist already become label runs, with the original value beside the score."""

import gzip
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.formats.conftest import FRAMES, LABELS, SEEN, Taken, photos
from tests.world import draw


def test_a_sidecar_of_a_photo_that_is_gone_rates_no_other(taken: Taken) -> None:
    photos(taken, "a.jpg")
    taken.write("photos/old/a.jpg.xmp", ATTRIBUTE % "5")
    assert "1 not matched" in taken.take("--ratings", taken.root)
    assert not taken.rows("select * from labels")


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" {}</rdf:Description></rdf:RDF></x:xmpmeta>"""
ATTRIBUTE = XMP.replace("{}", 'xmp:Rating="%s">')
ELEMENT = XMP.replace("{}", "><xmp:Rating>%s</xmp:Rating>")


@pytest.mark.parametrize(
    ("text", "score"),
    [
        (ATTRIBUTE % "5", 9.5),
        (ATTRIBUTE % "3.0", 7.5),
        (ELEMENT % "1", 5.5),
        (ATTRIBUTE.replace("xmp", "xap") % "4", 8.5),
        (ELEMENT.replace("xmp:R", "xap:R") % "2", 6.5),
        (XMP.replace("{}", 'acdsee:rating="3">'), 7.5),
        (XMP.replace("{}", "><acdsee:rating>0</acdsee:rating>"), None),
        (ATTRIBUTE % "-1", 0.0),
        (ATTRIBUTE % "0", None),
        (ATTRIBUTE % "6", None),
        (XMP.replace("{}", ">"), None),
        (XMP.replace("{}", 'MicrosoftPhoto:Rating="75">'), 8.5),
        (XMP.replace("{}", 'digiKam:PickLabel="1">'), 0.0),
    ],
)
def test_stars(text: str, score: float | None) -> None:
    from herocat.formats import xmp
    from herocat.formats.scores import Scores

    found = xmp.judgement(text.encode(), "a.jpg", Scores())
    assert (found.score if found else None) == score


def test_sidecars_and_embedded_ratings_of_a_folder(taken: Taken) -> None:
    photos(taken, "a.JPG", "b.jpg", "c.jpg", "d.png")
    taken.write("photos/a.JPG.xmp", ATTRIBUTE % "4")
    taken.write("photos/b.xmp", ATTRIBUTE % "2")
    taken.write("photos/none.xmp", ATTRIBUTE % "2")
    inside = Image.open(taken.root / "c.jpg")
    inside.save(taken.root / "c.jpg", xmp=(ATTRIBUTE % "5").encode())
    inside.save(taken.root / "a.JPG", xmp=(ATTRIBUTE % "1").encode())
    said = taken.take("--ratings", "--score", "5-stars=10", taken.root)
    assert "ratings, 3 photos, 3 judgements, 1 not matched" in said
    assert [(row[0], row[5]) for row in taken.rows(LABELS + "")] == [
        ("a.JPG", 8.5),
        ("c.jpg", 10.0),
        ("b.jpg", 6.5),
    ]
    assert "ratings, was taken in before" in taken.take(
        "--ratings", "--score", "5-stars=10", taken.root
    )
    taken.write("photos/b.xmp", ATTRIBUTE % "3")
    taken.take("--ratings", "--score", "5-stars=10", taken.root)
    assert sorted(row[5] for row in taken.rows(LABELS)) == [7.5, 8.5, 10.0]
    taken.is_whole()


def test_ratings_inside_photos_however_they_are_wrapped(taken: Taken) -> None:
    """In xmp:xmpmeta, in no more than the RDF, and behind the pixels of a large WebP."""
    photos(taken, "a.jpg", "b.jpg")
    drawn = Image.open(taken.root / "a.jpg")
    drawn.save(taken.root / "a.jpg", xmp=(ATTRIBUTE % "5").replace("x:xmp", "xmp:xmp").encode())
    bare = (ATTRIBUTE % "4").partition("<rdf")[1:]
    drawn.save(taken.root / "b.jpg", xmp="".join(bare).replace("</x:xmpmeta>", "").encode())
    noise = Image.effect_noise((700, 700), 90)
    noise.save(taken.root / "c.webp", lossless=True, xmp=(ATTRIBUTE % "3").encode())
    assert (taken.root / "c.webp").read_bytes().find(b"xmpmeta") > 1 << 18
    taken.take("--ratings", taken.root)
    assert [(row[0], row[5]) for row in taken.rows(LABELS)] == [
        ("a.jpg", 9.5),
        ("b.jpg", 8.5),
        ("c.webp", 7.5),
    ]


def test_ratings_are_read_where_photos_are(taken: Taken) -> None:
    photos(taken, "a.JPG")
    for folder in ("Backups", "DeletedFiles", "$RECYCLE.BIN", "@eaDir", "exported"):
        for photo in ("a.JPG", f"{folder}/a.JPG"):
            taken.write(f"photos/{folder}/{photo}.xmp", ATTRIBUTE % "5")
    taken.write("photos/exported/manifest.json", '{\n  "checked": []}')
    assert "ratings, 0 photos" in taken.take("--ratings", taken.root)
    assert not taken.rows("select * from unmatched")


LABELME: dict[str, Any] = {
    "version": "5.3.0a0",
    "flags": {"hero": True, "reject": False},
    "shapes": [
        {"label": "animal", "points": [[210.0, 330.0], [610.0, 710.0]], "shape_type": "rectangle"},
        {"label": "Roe deer", "points": [[100, 100], [50, 300], [200, 200]], "shape_type": "polygon"},
    ],
    "imagePath": "DSCF0042.JPG",
    "imageData": None,
    "imageHeight": 1000,
    "imageWidth": 1000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({}, 9.0),
        ({"herocat": {"score": 8.4}}, 8.4),
        ({"flags": {"rating_4": True}}, 4.0),
        ({"flags": {"hero": True, "reject": True}}, 0.0),
        ({"flags": {"hero": False}}, None),
    ],
)
def test_labelme(taken: Taken, change: dict[str, Any], score: float | None) -> None:
    photos(taken, "x/DSCF0042.JPG")
    taken.take(taken.write("photos/x/DSCF0042.json", LABELME | change))
    assert [(row[0], row[5]) for row in taken.rows(LABELS)] == (
        [] if score is None else [("x/DSCF0042.JPG", score)]
    )
    assert [row[1:3] for row in taken.rows(SEEN)] == [("animal", None), ("animal", "roe deer")]
    assert taken.rows("select x, y, round(w, 3), round(h, 3) from detections order by id") == [
        (0.21, 0.33, 0.4, 0.38),
        (0.05, 0.1, 0.15, 0.2),
    ]


def test_labelme_in_a_folder_of_its_own(taken: Taken) -> None:
    """Its photo lies beside that folder; one that leads out of the collection is still refused."""
    photos(taken, "sub/b.jpg")
    file = taken.write("labels/b.json", LABELME | {"imagePath": "..\\photos/sub/b.jpg"})
    taken.take(file)
    assert [(row[0], row[5]) for row in taken.rows(LABELS)] == [("sub/b.jpg", 9.0)]
    file = taken.write("labels/c.json", LABELME | {"imagePath": "../photos/../c.jpg"})
    assert "not inside" in taken.take(file, code=1)


def test_a_labelme_file_of_a_photo_elsewhere_does_not_stop_the_others(taken: Taken) -> None:
    photos(taken, "a.JPG")
    for name, photo in (("a", "a.JPG"), ("b", "C:\\Users\\me\\b.JPG")):
        taken.write(f"photos/{name}.json", LABELME | {"imagePath": photo})
    taken.take("--ratings", taken.root)
    assert [row[0] for row in taken.rows(LABELS)] == ["a.JPG"]
    assert [row[0] for row in taken.rows(SEEN)] == ["a.JPG", "a.JPG"]
    assert {row[0][-5:] for row in taken.rows("select path from unmatched")} == {"b.JPG"}


TIMELAPSE = (
    "RootFolder;File;RelativePath;DateTime;DeleteFlag;Species;Count;Hero;Dark\r\n"
    "x;IMG_1.JPG;Station03\\July; 2014-06-02 05:41:10;false;Réd fox;2;true;true\r\n"
    "x;IMG_2.JPG;Station03\\July;2014-06-02 05:41:11;false;Empty;0;false;false\r\n"
)


def test_timelapse(taken: Taken) -> None:
    """As Excel saves it: semicolons, cp1252, CRLF."""
    path = taken.write("ImageData.csv", TIMELAPSE.encode("cp1252"))
    options = ("--column", "Species=species", "--column", "count=count", "--score", "Hero=8")
    taken.take(*options, path)
    assert [row[0] for row in taken.rows(FRAMES)] == [
        "Station03/July/IMG_1.JPG",
        "Station03/July/IMG_2.JPG",
    ]
    assert taken.rows("select captured_at from images order by path")[0] == ("2014-06-02T05:41:10",)
    assert [row[1:4] for row in taken.rows(SEEN)] == [
        ("animal", "réd fox", 2),
        ("blank", None, 0),
    ]
    ((path, name, rater, provider, _, score, raw, *_),) = taken.rows(LABELS)
    assert (path, name, rater, provider) == (
        *("Station03/July/IMG_1.JPG", "timelapse Hero", "person", "timelapse"),
    )
    assert score == 8.0
    assert json.loads(raw) == {"Hero": "true"}


@pytest.mark.parametrize("words", [("--column", "Specis=species"), ("--score", "heroo=6")])
def test_columns_that_are_not_there_are_refused(taken: Taken, words: tuple[str, ...]) -> None:
    """Nothing that an earlier reading has brought goes for a slip of the pen."""
    path = taken.write("ImageData.csv", TIMELAPSE.encode("cp1252"))
    taken.take("--score", "hero=8", path)
    said = taken.take(*words, path, code=2)
    assert "there is no such column" in said
    assert "There are: DeleteFlag, Species, Count, Hero, Dark" in said
    assert len(taken.rows(LABELS)) == 1
    script = "create table DataTable (Id integer, File text, RelativePath text, DateTime text, Hero text)"
    assert "There are: Hero" in taken.take(*words, database(taken.folder / "x.ddb", script), code=2)


def test_signs_of_other_files_may_be_named_beside_a_table(taken: Taken) -> None:
    photos(taken, "x/DSCF0042.JPG")
    flags = taken.write("photos/x/DSCF0042.json", LABELME | {"flags": {"Mine": True}})
    table = taken.write("ImageData.csv", TIMELAPSE.encode("cp1252"))
    taken.take("--score", "mine=6", "--score", "favorite=8", table, flags)
    assert [row[5] for row in taken.rows(LABELS)] == [6.0]


@pytest.mark.parametrize("end", ["\n", ""])
def test_tables_as_excel_leaves_them(taken: Taken, end: str) -> None:
    """What separates cells said in a line of its own, names in another case, empty cells left off at the end."""
    text = "sep=;\nfile;relativepath;datetime;Species\nIMG_1.JPG;Station03;2014-06-02 05:41:10\nIMG_2.JPG\nIMG_3.JPG;;;fox"
    taken.take("--column", "species=species", taken.write("t.csv", text + end))
    assert [row[0] for row in taken.rows(FRAMES)] == [
        "IMG_2.JPG",
        "IMG_3.JPG",
        "Station03/IMG_1.JPG",
    ]
    assert ("2014-06-02T05:41:10",) in taken.rows("select captured_at from images")
    assert [row[:3] for row in taken.rows(SEEN)] == [("IMG_3.JPG", "animal", "fox")]
    said = taken.take(taken.write("t.csv", text.removesuffix(";;;fox")), code=1)
    assert "line 5: 1 cells where the header has 4" in said


def database(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def test_timelapse_data(taken: Taken) -> None:
    path = database(
        taken.folder / "TimelapseData.ddb",
        """
        create table DataTable (Id integer primary key, File text, RelativePath text, DateTime text, DeleteFlag text, Hero text);
        insert into DataTable values (1, 'a.JPG', 'S\\1', '2014-06-02 05:41:10', 'false', 'true'),
          (2, 'b.JPG', '', '2014-06-02 05:41:12', 'false', 'false');
        create table DetectionCategories (category text, label text);
        insert into DetectionCategories values ('0', 'Empty'), ('1', 'animal');
        create table ClassificationCategories (classification text, label text, description text);
        insert into ClassificationCategories values ('7', 'Lynx', ''), ('8', 'Ranger', 'x;mammalia;primates;hominidae;homo;;');
        create table Detections (detectionID integer primary key, category text, conf text, bbox text, classification text, classification_conf text, Id integer);
        insert into Detections values (1, '1', '0.9', '0.1, 0.2, 0.3, 0.4', '7', '0.8', 1), (2, '0', '0', '', '', '', 2),
          (3, '1', '0.7', '0.1, 0.2, 0.3, 0.4', '8', '0.9', 2), (4, '1', '-0.8', '0.1, 0.2, 0.3, 0.4', '7', '1.5', 1),
          (5, '2', '-0.9', '0.1, 0.2, 0.3, 0.4', '', '', 1);
        """,
    )
    before = path.read_bytes(), path.stat().st_mtime_ns
    taken.take("--score", "hero=9", path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert not list(taken.folder.glob("TimelapseData.ddb-*"))
    sql = "select path, confidence, x, species, species_score from detections join images on images.id = image_id"
    assert taken.rows(sql) == [
        ("S/1/a.JPG", 0.9, 0.1, "lynx", 0.8),
        ("b.JPG", 0.7, 0.1, None, None),
        ("S/1/a.JPG", -0.8, 0.1, "lynx", 1.0),
        ("S/1/a.JPG", -0.9, 0.1, None, None),
    ]
    assert taken.rows("select count(*) from results") == [(2,)]
    assert taken.rows("select distinct image_id, reason from vetoes") == [(2, "person")]
    assert [(row[0], row[5]) for row in taken.rows(LABELS)] == [("S/1/a.JPG", 9.0)]


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_packed_database_is_to_be_unpacked(taken: Taken, kind: str) -> None:
    path = database(taken.folder / "T.ddb", "create table DataTable (Id integer primary key);")
    place = taken.folder / f"T.ddb.{kind}"
    if kind == "gz":
        place.write_bytes(gzip.compress(path.read_bytes()))
    else:
        with zipfile.ZipFile(place, "w") as packed:
            packed.write(path, "T.ddb")
    said = taken.take(place, code=1)
    assert "unpack it" in said
    assert "lose the tool" not in said


def test_addaxai(taken: Taken) -> None:
    path = database(
        taken.folder / "addaxai.db",
        """
        create table files (id text primary key, file_path text, file_type text, captured_at_local text, favorited integer, flagged integer, notes text);
        insert into files values ('1', '/elsewhere/a/b.JPG', 'image', '2026-06-02 05:41:10', 1, 0, 'look'), ('2', 'a/c.JPG', 'image', null, 0, 1, null),
          ('3', '/elsewhere/a/v.MP4', 'video', null, 1, 0, null), ('4', '/other/project/x.JPG', 'image', null, 1, 0, null);
        create table detections (id integer primary key, file_id text, category text, confidence real, bbox_x real, bbox_y real, bbox_width real, bbox_height real, label text, label_confidence real, verified integer);
        insert into detections values (1, '1', 'animal', 0.9, 0.1, 0.2, 0.3, 0.4, 'Lynx', 0.7, 0), (2, '2', 'person', 0.8, 0.1, 0.2, 0.3, 0.4, 'person', null, 1),
          (3, '2', 'animal', 0.8, 0.1, 0.2, 0.3, 0.4, 'Homo species', 0.9, 0),
          (4, '1', 'animal', 0.9, 0.1, 0.2, 0.3, 0.4, 'False detection', 1.0, 1), (5, '1', 'animal', 0.7, 0.1, 0.2, 0.3, 0.4, 'none', 1.0, 1),
          (6, '1', 'animal', 0.6, 0.1, 0.2, 0.3, 0.4, 'bait', 0.6, 0);
        """,
    )
    photos(taken, "a/b.JPG", "another/x.JPG")
    taken.take(path)
    assert [(row[0], row[5], row[7]) for row in taken.rows(LABELS)] == [("a/b.JPG", 9.0, "look")]
    assert taken.rows("select path, reason from unmatched") == [
        ("/elsewhere/a/v.MP4", "it is a video, not a photo"),
        ("/other/project/x.JPG", "no photo of the collection has that path"),
    ]
    # A box that a person calls nothing is struck out; a classifier's guess alone only names no species.
    assert taken.rows("select category, species, confidence from detections order by id") == [
        ("animal", "lynx", 0.9),
        ("person", None, 0.8),
        ("person", None, 0.8),
        ("animal", None, -0.9),
        ("animal", None, -0.7),
        ("animal", None, 0.6),
    ]
    assert taken.rows("select count(*) from observations") == [(4,)]
    taken.is_whole()


def test_another_project_of_addaxai_is_not_put_to_photos_of_the_root(taken: Taken) -> None:
    files = ["/proj2/S9/a.JPG", f"{taken.root}/b.JPG", "D:\\photos\\c.JPG", "sub/d.JPG"]
    rows = ", ".join(f"({n}, '{name}', 1)" for n, name in enumerate(files))
    path = database(
        taken.folder / "addaxai.db",
        "create table files (id integer primary key, file_path text, favorited integer);"
        f"insert into files values {rows};",
    )
    photos(taken, "a.JPG", "b.JPG", "c.JPG", "d.JPG")
    taken.take(path)
    assert [row[0] for row in taken.rows(LABELS)] == ["b.JPG", "c.JPG"]
    assert [row[0] for row in taken.rows("select path from unmatched")] == [files[0], files[3]]


def test_old_addaxai_and_megadetector_csv(taken: Taken) -> None:
    old = (
        "absolute_path,relative_path,data_type,label,confidence,human_verified,bbox_left,bbox_top,bbox_right,bbox_bottom,file_height,file_width,DateTimeOriginal\n"
        "/x,a.JPG,img,lynx,0.9,False,100,50,300,150,500,1000,02/06/14 05:41:10\n"
        "/x,b.JPG,img,person,NA,True,100,50,300,150,500,1000,NA\n"
        "/x,bait.JPG,img,bait,NA,True,100,50,300,150,500,1000,NA\n"
        "/x,none.JPG,img,none,0.8,False,100,50,300,150,500,1000,NA\n"
    )
    taken.take(taken.write("results_detections.csv", old))
    sql = "select path, category, confidence, x, h, species, captured_at from detections join images on images.id = image_id order by path"
    assert taken.rows(sql) == [
        ("a.JPG", "animal", 0.9, 0.1, 0.2, "lynx", "2014-06-02T05:41:10"),
        ("b.JPG", "person", 1.0, 0.1, 0.2, None, None),
        ("bait.JPG", "animal", -1.0, 0.1, 0.2, None, None),
    ]
    checked = "select path from results join images on images.id = image_id order by 1"
    assert taken.rows(checked) == [("a.JPG",), ("b.JPG",), ("bait.JPG",), ("none.JPG",)]
    report = (
        "filename,datetime,detection_category,max_detection_confidence,classification_category,max_classification_confidence,count\n"
        "c.JPG,2014:06:02 05:41:10,animal,0.9,lynx,0.8,2\nd.JPG,,empty,,,,\ne.JPG,,error,,,,\nf.JPG,,animal,0.9,human,0.7,1\n"
    )
    taken.take(taken.write("report.csv", report))
    assert [row[:4] for row in taken.rows(SEEN)][-3:] == [
        ("c.JPG", "animal", "lynx", 2),
        ("d.JPG", "blank", None, None),
        ("f.JPG", "person", None, 1),
    ]
    assert taken.rows(
        "select path from results join images on images.id = image_id where path glob '[c-f].JPG'"
    ) == [("f.JPG",)]


def test_places_from_paths(taken: Taken) -> None:
    photos(taken, "ridge/2024/a.JPG", "b.JPG")
    taken.take("--location-from", "^([^/]+)/", taken.root)
    assert taken.rows("select path, location from images order by path") == [
        ("b.JPG", None),
        ("ridge/2024/a.JPG", "ridge"),
    ]
    assert "places, 0 photos" in taken.take("--location-from", "^([^/]+)/", taken.root)
    taken.take("--location-from", "/([^/]+)/", taken.root)
    assert taken.rows("select location from images where path like 'r%'") == [("2024",)]
    said = taken.take("--location-from", "^(x+)/", taken.root)
    assert "'^(x+)/' fits none of the 2 photos whose place no file tells" in said
    assert "no regular expression" in taken.take("--location-from", "(", taken.root, code=2)
    assert "one group" in taken.take("--location-from", "x", taken.root, code=2)


def test_places_from_the_paths_in_files(taken: Taken) -> None:
    """A place that a file tells outranks the pattern, whichever comes first."""
    frames = [
        {"file_name": "ridge/a.JPG", "location": "R1"},
        {"file_name": "pond/b.JPG"},
        {"file_name": "pond/c.JPG"},
    ]
    coco = taken.write("c.json", {"images": frames, "annotations": [], "categories": []})
    said = taken.take("--location-from", "^([^/]+)/", coco)
    assert "places, 2 photos" in said
    frames[1]["location"] = "P1"
    taken.write("c.json", {"images": frames, "annotations": [], "categories": []})
    taken.take(coco)
    taken.take("--location-from", "^(.)", coco)
    assert taken.rows("select path, location from images order by path") == [
        ("pond/b.JPG", "P1"),
        ("pond/c.JPG", "p"),
        ("ridge/a.JPG", "R1"),
    ]


def test_lists_of_photos(taken: Taken) -> None:
    """As hero-images took them: a path a line, or a JSON array; from the root or from the list's folder."""
    photos(taken, "a/1.JPG")
    draw().save(taken.root / "a/2.JPG")
    text = f"# chosen by hand\n\na/1.JPG\n{taken.root}/a/2.JPG\na\\3.JPG\n/etc/passwd\n"
    said = taken.take(taken.write("list.txt", text))
    assert "list, 3 photos, 1 not matched (table unmatched), 1 not on disk" in said
    assert taken.rows("select path, width is not null from images order by path") == [
        ("a/1.JPG", 1),
        ("a/2.JPG", 1),
        ("a/3.JPG", 0),
    ]
    said = taken.take(taken.write("photos/a/list.json", ["1.JPG", "4.JPG"]))
    assert "list, 2 photos, 1 not on disk" in said


def test_why_a_path_of_a_list_means_no_photo(taken: Taken) -> None:
    photos(taken, "a/1.JPG", "b/1.JPG")
    taken.take(taken.write("list.txt", "/elsewhere/1.JPG\n/elsewhere/2.JPG\n"))
    several, none = (row[0] for row in taken.rows("select reason from unmatched order by path"))
    assert "2 photos have that name" in several
    assert "no photo has that name" in none


def test_a_folder_without_those_in_it(taken: Taken) -> None:
    """Photos that lie deeper are neither looked for nor taken for gone."""
    for name in ("a.JPG", "deep/b.JPG"):
        place = taken.root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        draw().save(place)
    assert "folder, 1 photo, 1 new" in taken.take("--no-recursive", taken.root)
    assert "folder, 2 photos, 1 new" in taken.take(taken.root)
    assert "folder, 1 photo, none new" in taken.take("--no-recursive", taken.root)
    assert taken.rows("select count(*) from images where bytes is not null") == [(2,)]


@pytest.mark.parametrize("word", ["favorite", "favorite=11", "=3", "x=y"])
def test_scores_are_from_0_to_10(taken: Taken, word: str) -> None:
    assert "from 0 to 10" in taken.take("--score", word, taken.write("x.txt", "a.jpg"), code=2)
