"""What hero-images wrote: labels, checkpoints, candidates and files of its batches."""

import json
from typing import Any

import pytest

from tests.formats.conftest import LABELS, SEEN, Taken, photos
from tests.world import draw

RESULTS: list[dict[str, Any]] = [
    {
        "image_path": "/d/B07/a.JPG",
        "image_filename": "B07#a.JPG",
        "aesthetic_score": 7.5,
        "reasoning": "sharp eye, warm light",
        "success": True,
    },
    {
        "image_path": "/d/B07/b.JPG",
        "image_filename": "B07#b.JPG",
        "success": False,
        "error": "timeout",
    },
]
INFO = {
    "timestamp": "2026-11-02 10:15:00",
    "model_used": "models/gemini-2.5-flash",
    "processing_method": "local_vllm",
    "server_url": "http://localhost:8000",
    "total_images": 2,
}
WILDLIFE_ROW = """project_id,deployment_id,image_id,filename,location,wi_taxon_id,common_name,timestamp,highlighted
1,C1,i1,a.JPG,gs://p/deployment/9/i1.JPG,aa11,Puma,2021-07-02 04:10:55,true
"""


def labels(*results: dict[str, Any], key: str = "labeling_info", **info: object) -> dict[str, Any]:
    return {key: INFO | info, "results": list(results or RESULTS)}


def test_labels_of_hero_images(taken: Taken) -> None:
    photos(taken, "B07/a.JPG", "B07/b.JPG", "B08/a.JPG")
    said = taken.take(taken.write("vllm_local_labels_x.json", labels()))
    assert "hero-labels, 2 photos, 1 judgement, 1 without a score" in said
    (good, bad) = taken.rows(LABELS)
    assert good[:6] == (
        *("B07/a.JPG", "gemini-2.5-flash 2026-11-02", "vlm", "hero-images", "ok", 7.5),
    )
    assert json.loads(good[6]) == RESULTS[0]
    assert good[7] == "sharp eye, warm light"
    assert (bad[4], bad[5], bad[8]) == ("failed", None, "timeout")
    ((model, params, state),) = taken.rows("select model, params, state from label_runs")
    assert (model, state) == ("gemini-2.5-flash", "done")
    assert json.loads(params) == {
        key: INFO[key] for key in ("timestamp", "processing_method", "server_url")
    }
    taken.is_whole()


def test_names_that_were_flattened_and_names_that_come_often(taken: Taken) -> None:
    """By path first; then by the flattened name; by its file name only where one photo has it."""
    photos(taken, "B07/a.JPG", "B08/a.JPG", "B09/only.JPG")
    ok = {"aesthetic_score": 5, "success": True, "reasoning": "r"}
    entries = [
        {"image_path": "/tmp/heuristics-1/B08#a.JPG", "image_filename": "B08#a.JPG", **ok},
        {"image_path": "/elsewhere/only.jpg", "image_filename": "only.jpg", **ok},
        {"image_path": "/elsewhere/a.JPG", "image_filename": "a.JPG", **ok},
        {"image_path": "/elsewhere/none.JPG", "image_filename": "none.JPG", **ok},
    ]
    taken.take(taken.write("gemini_labels_x.json", labels(*entries)))
    assert [row[0] for row in taken.rows(LABELS)] == ["B08/a.JPG", "B09/only.JPG"]
    assert taken.rows("select path, reason from unmatched") == [
        ("/elsewhere/a.JPG", "2 photos have that name, and its folders fit none of them alone"),
        ("/elsewhere/none.JPG", "no photo has that name"),
    ]


def test_files_that_find_photos_by_name_may_come_before_them(taken: Taken) -> None:
    """Taken in again once there are photos, they find them, and leave nothing of the first time behind."""
    chosen = {"original_path": "/x/C1/a.JPG", "category": "single_tiny", "quality_score": 0.4}
    files = (
        taken.write("labels.json", labels()),
        taken.write("candidates.json", {"generation_info": {}, "candidates": [chosen]}),
        taken.write("images.csv", WILDLIFE_ROW),
        taken.write("list.txt", "/elsewhere/B07/b.JPG\n"),
    )
    taken.take(*files)
    assert "nothing to do" in taken.take(files[0])
    for name in ("B07/a.JPG", "B07/b.JPG", "C1/a.JPG"):
        (taken.root / name).parent.mkdir(parents=True, exist_ok=True)
        draw().save(taken.root / name)
    said = taken.take(taken.root)
    assert "named photos that were not there when read: with the new photos, take them in" in said
    assert all(str(file) in said for file in files)
    taken.take(*files)
    assert taken.rows("select path from images order by path") == [
        *(("B07/a.JPG",), ("B07/b.JPG",), ("C1/a.JPG",)),
    ]
    labelled = sorted(row[0] for row in taken.rows(LABELS))
    assert labelled == ["B07/a.JPG", "B07/b.JPG", "C1/a.JPG"]
    assert [row[:2] for row in taken.rows(SEEN)] == [("C1/a.JPG", "animal")]
    chosen_now = "select path from candidates join images on images.id = image_id"
    assert taken.rows(chosen_now) == [("C1/a.JPG",)]
    assert taken.rows("select count(*) from selections") == [(1,)]
    assert taken.rows("select count(*) from remote_photos") == [(0,)]
    assert taken.take(*files).count("nothing to do") == len(files)
    taken.is_whole()


def test_a_file_name_alone_is_not_enough_where_folders_say_otherwise(taken: Taken) -> None:
    photos(taken, "B07/a.JPG", "root.JPG", "top.JPG")
    ok = {"aesthetic_score": 5, "success": True, "reasoning": "r"}
    names = ["B08/a.JPG", str(taken.root / "B09/a.JPG"), "photos/root.JPG", "copies/top.JPG"]
    entries = [{"image_path": name, "image_filename": name[-5:], **ok} for name in names]
    taken.take(taken.write("labels.json", labels(*entries)))
    assert [row[0] for row in taken.rows(LABELS)] == ["root.JPG"]
    assert {row[0] for row in taken.rows("select reason from unmatched")} == {
        "the one photo that has that name lies in another folder"
    }


def test_one_photo_is_not_two(taken: Taken) -> None:
    """Two names that both come out at one photo by its file name: the better fit means it, or none."""
    photos(taken, "B07/a.JPG", "B09/b.JPG")
    ok = {"aesthetic_score": 5, "success": True, "reasoning": "r"}
    names = ["/d/B07/a.JPG", "/d/B08/a.JPG", "/d/B01/b.JPG", "/d/B02/b.JPG"]
    entries = [{"image_path": name, "image_filename": "x", **ok} for name in names]
    taken.take(taken.write("labels.json", labels(*entries)))
    assert [row[0] for row in taken.rows(LABELS)] == ["B07/a.JPG"]
    assert [row[0] for row in taken.rows("select path from unmatched order by path")] == [
        *("/d/B01/b.JPG", "/d/B02/b.JPG", "/d/B08/a.JPG"),
    ]


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({"aesthetic_score": 12, "success": True}, "the score 12 is not between 0 and 10"),
        ({"aesthetic_score": 0, "success": True, "reasoning": "No reasoning provided"}, "a score of 0 without a reason: the model gave none"),
        ({"aesthetic_score": 0.0, "reasoning": "", "success": False, "error_message": "blocked"}, "blocked"),
        ({"success": True}, "there is no score"),
    ],
)  # fmt: skip
def test_scores_that_are_none(taken: Taken, entry: dict[str, Any], error: str) -> None:
    photos(taken, "a.JPG")
    content = labels({"image_path": str(taken.root / "a.JPG"), "image_filename": "a.JPG"} | entry)
    taken.take(taken.write("labels.json", content))
    assert taken.rows("select status, score, error from labels") == [("failed", None, error)]


def test_a_checkpoint_and_the_labels_that_follow_it(taken: Taken) -> None:
    photos(taken, "B07/a.JPG", "B07/b.JPG")
    content = labels(key="checkpoint_info", is_checkpoint=True)
    taken.take(taken.write("x.tmp.json", dict(reversed(content.items()))))
    taken.take(taken.write("x.json", labels(timestamp="2026-11-02 11:00:00")))
    names = [name for (name,) in taken.rows("select name from label_runs order by id")]
    assert names == ["gemini-2.5-flash 2026-11-02", "gemini-2.5-flash 2026-11-02-2"]


def test_candidates_of_hero_images(taken: Taken) -> None:
    photos(taken, "B07/a.JPG", "B07/b.JPG")
    content = {
        "generation_info": {"folder_name": "heuristics-20261102101500", "total_candidates": 4},
        "candidates": [
            {"original_path": "B07/a.JPG", "category": "single_tiny", "quality_score": 0.4},
            {"original_path": "B07/a.JPG", "category": "single_optimal", "quality_score": 0.9},
            {"original_path": "x/B07/b.JPG", "metadata": {"category": "high_action", "quality_score": 0.8}},
            {"original_path": "B07/none.JPG", "category": "single_tiny", "quality_score": 0.4},
            {"original_path": "B08/b.JPG", "category": "single_tiny", "quality_score": 0.4},
        ],
    }  # fmt: skip
    said = taken.take(taken.write("candidates_metadata.json", content))
    assert "2 candidates, 2 not matched (table unmatched), 1 listed twice" in said
    assert taken.rows("select name, strategy, num_candidates from selections") == [
        ("heuristics-20261102101500", "hero-images", 2)
    ]
    sql = "select path, category, quality_score, rank from candidates join images on images.id = image_id order by 1"
    assert taken.rows(sql) == [
        ("B07/a.JPG", "single_optimal", 0.9, 1),
        ("B07/b.JPG", "high_action", 0.8, 1),
    ]
    taken.is_whole()


def test_batch_files_of_hero_images(taken: Taken) -> None:
    photos(taken, "B07/a.JPG")
    images = [{"index": 0, "path": str(taken.root / "B07/a.JPG"), "filename": "B07#a.JPG"}]
    taken.take(taken.write("meta.json", {"batch_info": {"job_id": "1"}, "image_list": images}))
    content = {
        "timestamp": "x",
        "total_results": 2,
        "expected_image_order": images,
        "raw_responses": [
            {"response_index": 0, "has_response": True, "parsed_json": {"score": 8, "reasoning": "wings", "image_filename": "B07#a.JPG"}},
            {"response_index": 1, "parsed_json": None, "parsing_error": "no JSON"},
        ],
    }  # fmt: skip
    taken.take(taken.write("debug.json", content))
    ((path, _, _, _, status, score, *_),) = taken.rows(LABELS)
    assert (path, status, score) == ("B07/a.JPG", "ok", 8.0)
    assert taken.rows("select path from unmatched") == [("answer 2",)]
