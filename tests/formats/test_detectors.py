"""Detector results in every shape they come in, each written by hand from its description."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from herocat.formats import megadetector, speciesnet
from herocat.formats.values import Floor
from herocat.records import About, Result
from tests.formats.conftest import Taken

# The example of the format's own description: mixed slashes, a box struck out, a failure, a video.
MEGADETECTOR: dict[str, Any] = {
    "images": [
        {
            "file": "B07/R1/DSCF0042.JPG",
            "detections": [
                {
                    "category": "1",
                    "conf": 0.913,
                    "bbox": [0.21, 0.3304, 0.4, 0.38],
                    "classifications": [["4", 0.88], ["9", 0.05]],
                },
                {"category": "1", "conf": -0.611, "bbox": [0.8, 0.1, 0.05, 0.06]},
            ],
        },
        {"file": "B07\\R1\\DSCF0043.JPG", "detections": []},
        {"file": "B07/R1/DSCF0044.JPG", "failure": "image access failure", "detections": None},
        {
            "file": "B07/R1/CLIP01.MP4",
            "frame_rate": 25,
            "frames_processed": [0, 25],
            "detections": [
                {"category": "1", "conf": 0.7, "bbox": [0.1, 0.1, 0.2, 0.2], "frame_number": 25}
            ],
        },
    ],
    "detection_categories": {"1": "animal", "2": "person", "3": "vehicle"},
    "classification_categories": {"4": "caracal", "9": "serval"},
    "classification_category_descriptions": {
        "4": "0d1e;mammalia;carnivora;felidae;caracal;caracal;caracal",
        "9": "mammalia;carnivora;felidae;leptailurus;serval",
    },
    "info": {"format_version": "1.6", "detector": "md_v1000.0.0-redwood.pt"},
}
DETECTIONS = """
    select path, category, confidence, x, species
    from detections join images on images.id = image_id order by detections.id
"""


def test_megadetector(taken: Taken) -> None:
    said = taken.take(taken.write("md.json", MEGADETECTOR))
    assert "megadetector, 4 photos, 3 detections, 1 failed in the detector" in said
    assert taken.rows(DETECTIONS) == [
        ("B07/R1/DSCF0042.JPG", "animal", 0.913, 0.21, "caracal"),
        ("B07/R1/DSCF0042.JPG", "animal", -0.611, 0.8, None),
        ("B07/R1/CLIP01.MP4/frame000025.jpg", "animal", 0.7, 0.1, None),
    ]
    assert taken.rows('select name, uuid, "order", species from taxa order by name') == [
        ("caracal", "0d1e", "carnivora", "caracal"),
        ("serval", None, "carnivora", "serval"),
    ]
    ((info,),) = taken.rows("select info from sources")
    assert json.loads(info)["detector"] == "md_v1000.0.0-redwood.pt"
    taken.is_whole()


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("how", ["gz", "zip"])
def test_packed_files_are_read_like_plain_ones(taken: Taken, how: str, *, shuffled: bool) -> None:
    content = dict(reversed(MEGADETECTOR.items())) if shuffled else MEGADETECTOR
    text = json.dumps(content)
    path = taken.folder / f"md.json.{how}"
    if how == "gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("results/md.json", text)
            packed.writestr("__MACOSX/results/._md.json", "rubbish")
    taken.take(path)
    assert [row[4] for row in taken.rows(DETECTIONS)] == ["caracal", None, None]


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"detector_metadata": {"typical_detection_threshold": 0.8}}, "typically used from 0.8 on"),
        ({"detector": "md_v4.1.0.pb"}, "set animal_confidence to 0.8"),
        ({"detector": "MDv5a", "detector_metadata": {"typical_detection_threshold": 0.2}}, ""),
        ({"format_version": "1.9"}, "its format version 1.9 is newer than 1.6"),
        ({"format_version": 1.1}, ""),
    ],
)
def test_what_to_know_of_a_detector(taken: Taken, info: dict[str, Any], words: str) -> None:
    said = taken.take(taken.write("md.json", MEGADETECTOR | {"info": info}))
    assert ("note:" in said) is bool(words)
    assert words in said


def test_the_checkpoint_of_a_run_that_broke_off(taken: Taken) -> None:
    taken.take(taken.write("checkpoint.json", {"checkpoint": MEGADETECTOR["images"]}))
    assert [row[1:3] for row in taken.rows(DETECTIONS)] == [
        ("animal", 0.913),
        ("animal", -0.611),
        ("animal", 0.7),
    ]


def test_a_person_in_a_video_is_in_all_of_its_frames(taken: Taken) -> None:
    box = [0.1, 0.1, 0.2, 0.2]
    found = [
        {"category": "1", "conf": 0.7, "bbox": box, "frame_number": 0},
        {"category": "2", "conf": 0.8, "bbox": box, "frame_number": 50},
    ]
    content = MEGADETECTOR | {"images": [{"file": "a.avi", "detections": found}]}
    taken.take(taken.write("md.json", content))
    assert taken.rows(
        "select path, reason from vetoes join images on id = image_id order by 1"
    ) == [
        ("a.avi/frame000000.jpg", "person"),
        ("a.avi/frame000050.jpg", "person"),
    ]


@pytest.mark.parametrize("info", [{"ecoassist_metadata": {}}, {"addaxai_metadata": {"v": "6"}}])
def test_old_addaxai_has_species_among_the_categories(taken: Taken, info: dict[str, Any]) -> None:
    box = [0.1, 0.1, 0.2, 0.2]
    content = {
        "images": [
            {
                "file": "a.jpg",
                "manually_checked": True,
                "detections": [
                    {"category": "4", "conf": 0.8, "bbox": box, "prev_category": "1"},
                    {"category": "2", "conf": 0.9, "bbox": box},
                ],
            }
        ],
        "detection_categories": {"1": "animal", "2": "person", "3": "vehicle", "4": "Lynx lynx"},
        "info": {"detector": "MDv5a", **info},
    }
    taken.take(taken.write("image_recognition_file.json", content))
    assert [(row[1], row[4]) for row in taken.rows(DETECTIONS)] == [
        ("animal", "lynx lynx"),
        ("person", None),
    ]


@pytest.mark.parametrize("how", ["plain", "gz"])
def test_text_that_is_no_utf8_is_replaced_with_a_word(taken: Taken, how: str) -> None:
    text = json.dumps(MEGADETECTOR).encode().replace(b"DSCF0042", b"DSCF\xe9")
    path = taken.write("md.json", gzip.compress(text) if how == "gz" else text)
    assert "md.json has text that is no UTF-8" in taken.take(path)
    assert taken.rows(DETECTIONS)[0][0] == "B07/R1/DSCF\ufffd.JPG"
    assert "UTF-8" not in taken.take(taken.write("other.json", MEGADETECTOR))


@pytest.mark.parametrize("name", ["false detection", "Bait", "vide", "none", "empty", "blank"])
def test_classes_that_are_no_species(taken: Taken, name: str) -> None:
    """Nobody's species; a box that a person says so of is struck out. Scores lie between 0 and 1."""
    box = {"category": "1", "conf": 0.9, "bbox": [0.1, 0.1, 0.2, 0.2]}
    named = box | {"classifications": [["0", 0.7], ["1", 0.3]]}
    content = MEGADETECTOR | {
        "images": [
            {"file": "a.jpg", "detections": [named, named | {"verified": True}]},
            {"file": "b.jpg", "detections": [box | {"classifications": [["1", 1.5], ["2", -0.3]]}]},
        ],
        "classification_categories": {"0": name, "1": "caracal", "2": "serval"},
    }
    taken.take(taken.write("md.json", content))
    assert taken.rows("select confidence, species, species_score from detections order by id") == [
        (0.9, "caracal", 0.3),
        (-0.9, "caracal", 0.3),
        (0.9, "caracal", 1.0),
    ]
    assert taken.rows("select min(score), max(score) from classifications") == [(0.0, 1.0)]


LYNX = "aa11;mammalia;carnivora;felidae;lynx;lynx;eurasian lynx"
CATS = "bb22;mammalia;carnivora;felidae;;;"
HUMAN = "990ae9dd-7a59-4344-afcb-1b7b21368000;mammalia;primates;hominidae;homo;sapiens;human"
BLANK = "f1856211-cfb7-4a5b-9158-c0f72fd09ee6;;;;;;blank"


def legacy(**entry: object) -> dict[str, Any]:
    return {"predictions": [{"filepath": "a.jpg", "model_version": "4.0.2a", **entry}]}


def test_speciesnet_as_it_was(taken: Taken) -> None:
    content = legacy(
        country="ZAF",
        classifications={"classes": [LYNX, BLANK, CATS], "scores": [0.6, 0.3, 0.1]},
        detections=[
            {"category": "1", "label": "animal", "conf": 0.94, "bbox": [0.1, 0.2, 0.3, 0.4]},
            {"category": "1", "label": "animal", "conf": 0.4, "bbox": [0.6, 0.2, 0.1, 0.1]},
            {"category": "1", "label": "animal", "conf": 0.01, "bbox": [0.6, 0.2, 0.1, 0.1]},
        ],
        prediction=CATS,
        prediction_score=0.7,
        prediction_source="classifier+geofence+rollup_to_family",
        failures=["GEOLOCATION"],
    )
    said = taken.take(taken.write("predictions.json", content))
    assert "speciesnet, 1 photo, 2 detections" in said
    assert taken.rows(DETECTIONS) == [
        ("a.jpg", "animal", 0.94, 0.1, "felidae family"),
        ("a.jpg", "animal", 0.4, 0.6, None),
    ]
    assert taken.rows("select species, score, made_from from predictions") == [
        ("felidae family", 0.7, "classifier+geofence+rollup_to_family")
    ]
    whole = "select species, score from classifications where detection_id is null order by rank"
    assert taken.rows(whole) == [("eurasian lynx", 0.6), ("felidae family", 0.1)]
    assert taken.rows("select genus from taxa where name = 'eurasian lynx'") == [("lynx",)]
    taken.is_whole()


def test_speciesnet_failures(taken: Taken) -> None:
    """A classifier that failed leaves the boxes; without a detector a photo is not checked."""
    box = {"category": "1", "label": "animal", "conf": 0.9, "bbox": [0.1, 0.2, 0.3, 0.4]}
    content = {
        "predictions": [
            {"filepath": "boxes.jpg", "failures": ["CLASSIFIER"], "detections": [box]},
            {"filepath": "broken.jpg", "failures": ["DETECTOR", "CLASSIFIER"]},
            {"filepath": "classes.jpg", "classifications": {"classes": [LYNX], "scores": [0.9]}},
            {"filepath": "empty.jpg", "detections": [], "prediction": BLANK},
        ]
    }
    taken.take(taken.write("predictions.json", content))
    sql = "select path, failure from (select path, results.failure from results join images on images.id = image_id) order by 1"
    assert taken.rows(sql) == [
        ("boxes.jpg", None),
        ("broken.jpg", "the detector failed"),
        ("classes.jpg", "no detector has run: classes alone"),
        ("empty.jpg", None),
    ]


def test_who_is_concluded_to_be_there_is_held(taken: Taken) -> None:
    content = legacy(detections=[], prediction=HUMAN, prediction_score=0.9)
    taken.take(taken.write("predictions.json", content))
    assert taken.rows("select reason from vetoes") == [("person",)]


HOMO = "5d9a3d5a;mammalia;primates;hominidae;homo;;homo species"
VEHICLE = "e2895ed5-780b-48f6-8a11-9e27cb594511;;;;;;vehicle"
NO_RESULT = "f2efdae9-efb8-48fb-8a91-eccf79ab4ffb;" + ";".join(["no cv result"] * 6)
ANIMAL_BOX = {"category": "1", "label": "animal", "conf": 0.6, "bbox": [0.1, 0.1, 0.2, 0.2]}


def since(**said: object) -> dict[str, Any]:
    entry = {"filepath": "a.jpg", "detections": [ANIMAL_BOX | said]}
    return {"info": {"format_version": "20261015"}, "predictions": [entry]}


def raw(*classes: str) -> dict[str, Any]:
    return {"classes": list(classes), "scores": [0.9 / (n + 1) for n in range(len(classes))]}


def in_megadetectors_form(name: str, description: str | None) -> dict[str, Any]:
    tables: dict[str, Any] = {"classification_categories": {"0": name, "1": "eurasian lynx"}}
    if description is not None:
        tables["classification_category_descriptions"] = {"0": description, "1": LYNX}
    found = ANIMAL_BOX | {"classifications": [["1", 0.1], ["0", 0.8]]}
    return {"images": [{"file": "a.jpg", "detections": [found]}], **tables}


@pytest.mark.parametrize(
    ("content", "kinds", "species"),
    [
        (in_megadetectors_form("human", HUMAN), ["person"], []),
        (in_megadetectors_form("visitor", HUMAN), ["person"], []),
        (in_megadetectors_form("homo species", None), ["person"], []),
        (in_megadetectors_form("vehicle", VEHICLE), ["vehicle"], []),
        (in_megadetectors_form("blank", BLANK), ["animal"], ["eurasian lynx"]),
        (in_megadetectors_form("no cv result", NO_RESULT), ["animal"], ["eurasian lynx"]),
        (since(processed_classification={"class": HUMAN, "score": 0.97}), ["person"], []),
        (since(processed_classification={"class": HOMO, "score": 0.97}), ["person"], []),
        (since(processed_classification={"class": VEHICLE, "score": 0.9}), ["vehicle"], []),
        (since(raw_classifications=raw(HUMAN, LYNX)), ["person"], []),
        (since(raw_classifications=raw(LYNX, HUMAN)), ["animal"], ["eurasian lynx"]),
        (
            since(
                raw_classifications=raw(HUMAN), processed_classification={"class": LYNX, "score": 1}
            ),
            ["animal"],
            ["eurasian lynx"],
        ),
        (legacy(detections=[ANIMAL_BOX], prediction=HOMO), ["animal", "person"], []),
        (legacy(detections=[ANIMAL_BOX], classifications=raw(HUMAN)), ["animal", "person"], []),
        (
            legacy(detections=[ANIMAL_BOX | {"label": "human", "conf": 0.06}], prediction=HUMAN),
            ["person", "person"],
            [],
        ),
    ],
)
def test_who_a_classifier_takes_for_a_person_is_one(
    tmp_path: Path, content: dict[str, Any], kinds: list[str], species: list[str]
) -> None:
    """Whatever the detector says; and classes that are no species are nobody's species."""
    file = tmp_path / "a.json"
    file.write_text(json.dumps(content))
    reader = speciesnet if "predictions" in content else megadetector
    result, about = reader.read(file, floor=Floor(0.05, 0.05))
    assert isinstance(result, Result)
    assert isinstance(about, About)
    assert [found.category for found in result.detections] == kinds
    assert [guess.name for found in result.detections for guess in found.species] == species
    assert {taxon.name for taxon in about.taxa} <= {"eurasian lynx"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [("0.95", 0.95), ("0,95", 0.95), (None, 1.0), (True, 1.0), ("high", 1.0), (0.3, 0.3), (0.02, None)],
)  # fmt: skip
@pytest.mark.parametrize("form", ["megadetector", "speciesnet"])
def test_how_sure_of_a_person(tmp_path: Path, form: str, said: object, kept: float | None) -> None:
    """What nobody can read is no reason to forget a person, and no floor for animals is one."""
    found = {"category": "2", "label": "human", "conf": said, "bbox": [0.1, 0.1, 0.2, 0.2]}
    file = tmp_path / "a.json"
    reader = speciesnet if form == "speciesnet" else megadetector
    content = legacy(detections=[found])
    if form == "megadetector":
        content = {"images": [{"file": "a.jpg", "detections": [found]}]}
    file.write_text(json.dumps(content))
    result, _ = reader.read(file, floor=Floor(0.6, 0.1))
    assert isinstance(result, Result)
    assert [one.confidence for one in result.detections] == ([] if kept is None else [kept])


def test_speciesnet_as_it_is(taken: Taken) -> None:
    """The whole-photo detection is no box: nothing may take it for an animal that fills the frame."""
    concluded = {"class": LYNX, "score": 0.71, "source": "classifier"}
    content = {
        "info": {"format_version": "20261015"},
        "predictions": [
            {
                "filepath": "trip1/a.jpg",
                "detections": [
                    {
                        "category": "0",
                        "label": "whole_image_classification",
                        "conf": 1.0,
                        "bbox": [0, 0, 1, 1],
                        "raw_classifications": {"classes": [CATS], "scores": [0.8]},
                    },
                    {
                        "category": "1",
                        "label": "animal",
                        "conf": 0.94,
                        "bbox": [0.1, 0.2, 0.3, 0.4],
                        "raw_classifications": {"classes": [LYNX, CATS], "scores": [0.71, 0.1]},
                        "processed_classification": concluded,
                    },
                ],
                "model_version": "4.0.2a",
            }
        ],
    }
    taken.take(taken.write("predictions.json", content))
    assert taken.rows(DETECTIONS) == [("trip1/a.jpg", "animal", 0.94, 0.1, "eurasian lynx")]
    sql = "select detection_id is null, rank, species, score from classifications order by 1, 2"
    assert taken.rows(sql) == [
        (0, 1, "eurasian lynx", 0.71),
        (0, 2, "felidae family", 0.1),
        (1, 1, "felidae family", 0.8),
    ]
    assert taken.rows("select detection_id is not null, made_from from predictions") == [
        (1, "classifier")
    ]


def test_speciesnet_in_megadetectors_form(taken: Taken) -> None:
    """The old converter drew a box around the whole photo where there was none: it has no geometry."""
    content = {
        "info": {"format_version": "1.6", "classifier": "kaggle v4.0.3a"},
        "detection_categories": {"1": "animal", "2": "person", "3": "vehicle", "4": "unknown"},
        "classification_categories": {"0": "eurasian lynx"},
        "classification_category_descriptions": {"0": LYNX},
        "images": [
            {
                "file": "a.jpg",
                "detections": [
                    {
                        "category": "4",
                        "conf": 0.9,
                        "bbox": [0, 0, 1, 1],
                        "classifications": [["0", 0.9]],
                        "raw_classifications": [["0", 0.7]],
                    }
                ],
            }
        ],
    }
    taken.take(taken.write("md.json", content))
    assert taken.rows(DETECTIONS) == [("a.jpg", "unknown", 0.9, None, "eurasian lynx")]
    assert taken.rows("select uuid, common from taxa") == [("aa11", "eurasian lynx")]


def test_a_file_that_blows_up_is_refused(taken: Taken) -> None:
    bomb = gzip.compress(b'{"images": [' + b" " * (80 << 20), 9)
    said = taken.take(taken.write("bomb.json.gz", bomb), code=1)
    assert "unpacks to more than" in said
    assert taken.rows("select count(*) from sources") == [(0,)]


@pytest.mark.parametrize("cut", [1, 5, 11, 40, 200])
def test_a_packed_file_that_is_cut_is_refused(taken: Taken, cut: int) -> None:
    whole = gzip.compress(json.dumps(MEGADETECTOR).encode())
    said = taken.take(taken.write("md.json.gz", whole[:-cut]), code=1)
    assert "md.json.gz" in said
    assert "nothing was taken" in said or "no format" in said
    assert taken.rows("select count(*) from images") == [(0,)]


def test_a_zip_of_several_files_asks_to_be_unpacked(taken: Taken) -> None:
    path = taken.folder / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.json", "{}")
        packed.writestr("b.json", "{}")
    assert "2 data files (a.json, b.json)" in taken.take(path, code=1)
