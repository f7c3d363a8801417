"""Paths in files of many kinds are put to the photo that the disk spells otherwise, or to none."""

import hashlib
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.formats.conftest import Taken
from tests.world import draw

JOINED = """select path, bytes is not null, captured_at is not null,
  (select count(*) from observations where image_id = images.id),
  (select count(*) from labels where image_id = images.id)
from images order by path"""


def photos(taken: Taken, *names: str) -> None:
    for seed, name in enumerate(names):
        place = taken.root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        draw(seed=seed).save(place)
    taken.take(taken.root)


def timelapse(taken: Taken, *names: str) -> Path:
    rows = (f"{name.rpartition('/')[2]},{name.rpartition('/')[0]}" for name in names)
    lines = [f"{row},2024-05-01 10:00:00,fox,true" for row in rows]
    head = "File,RelativePath,DateTime,Species,Hero"
    return taken.write("timelapse.csv", "\n".join([head, *lines, ""]))


def coco(taken: Taken, *names: str) -> Path:
    images = [
        {"id": n, "file_name": name, "datetime": "2024-05-01 10:00:00"}
        for n, name in enumerate(names)
    ]
    seen = [{"id": n, "image_id": n, "category_id": 1} for n in range(len(names))]
    categories = [{"id": 1, "name": "fox"}]
    return taken.write("c.json", {"images": images, "annotations": seen, "categories": categories})


def camtrap(taken: Taken, *names: str) -> Path:
    resources = [{"name": n, "path": f"{n}.csv"} for n in ("deployments", "media", "observations")]
    about = {"profile": "x/camtrap-dp/1.0/camtrap-dp-profile.json", "resources": resources}
    taken.write("photos/deployments.csv", "deploymentID,locationName\nd,Pan\n")
    lines = [f"m{n},d,2024-05-01T10:00:00Z,{p},image/jpeg,true" for n, p in enumerate(names)]
    head = "mediaID,deploymentID,timestamp,filePath,fileMediatype,favorite"
    taken.write("photos/media.csv", "\n".join([head, *lines, ""]))
    lines = [f"o{n},d,m{n},animal,Vulpes vulpes" for n in range(len(names))]
    head = "observationID,deploymentID,mediaID,observationType,scientificName"
    taken.write("photos/observations.csv", "\n".join([head, *lines, ""]))
    return taken.write("photos/datapackage.json", about)


OPTIONS = ("--column", "Species=species", "--score", "Hero=9")
Write = Callable[..., Path]


@pytest.mark.parametrize("write", [timelapse, coco, camtrap])
@pytest.mark.parametrize(
    ("on_disk", "named"),
    [
        ("Site A/IMG_01.JPG", "site a/img_01.jpg"),
        ("S/Caf\u00e9.jpg", unicodedata.normalize("NFD", "S/Caf\u00e9.jpg")),
        ("S/CAF\u00c9.jpg", "s/caf\u00e9.JPG"),
    ],
)
def test_another_spelling(taken: Taken, write: Write, on_disk: str, named: str) -> None:
    photos(taken, on_disk)
    said = taken.take(*OPTIONS, write(taken, named))
    labels = 0 if write is coco else 1
    assert taken.rows(JOINED) == [(on_disk, 1, 1, 1, labels)]
    assert "1 put to photos that the disk spells otherwise" in said
    assert "not on disk" not in said
    taken.is_whole()


@pytest.mark.parametrize("write", [timelapse, coco, camtrap])
def test_what_is_not_certain_is_put_to_none(taken: Taken, write: Write) -> None:
    """Two photos of one spelling, two spellings of one photo, and the same name elsewhere."""
    photos(taken, "a/x.jpg", "A/x.jpg", "b/y.jpg", "c/z.jpg", "d/w.jpg")
    taken.take(*OPTIONS, write(taken, "a/X.jpg", "b/Y.jpg", "B/y.jpg", "C/z.jpg", "c/z.jpg", "e/w.jpg"))  # fmt: skip
    rows = {path: (there, observed) for path, there, _, observed, _ in taken.rows(JOINED)}
    assert rows == {
        "a/x.jpg": (1, 0), "A/x.jpg": (1, 0), "a/X.jpg": (0, 1),
        "b/y.jpg": (1, 0), "b/Y.jpg": (0, 1), "B/y.jpg": (0, 1),
        "c/z.jpg": (1, 1), "C/z.jpg": (0, 1),
        "d/w.jpg": (1, 0), "e/w.jpg": (0, 1),
    }  # fmt: skip


def test_names_by_content(taken: Taken) -> None:
    photos(taken, "s/0.png", "s/1.png")
    md5 = [hashlib.md5((taken.root / f"s/{n}.png").read_bytes()).hexdigest() for n in (1, 0)]
    said = taken.take(*OPTIONS, timelapse(taken, *(f"flat/{name}.png" for name in md5)))
    assert taken.rows(JOINED) == [("s/0.png", 1, 1, 1, 1), ("s/1.png", 1, 1, 1, 1)]
    assert "2 put to photos that the disk spells otherwise" in said


def test_judgements_of_a_photo_that_is_spelled_otherwise(taken: Taken) -> None:
    """The whole path in another spelling outdoes another photo that has as much of its end."""
    photos(taken, "S/Caf\u00e9.JPG", "deep/S/Caf\u00e9.JPG")
    ok = {"aesthetic_score": 5, "success": True, "reasoning": "r"}
    name = unicodedata.normalize("NFD", "s/caf\u00e9.jpg")
    content = {
        "labeling_info": {"timestamp": "2026-11-02 10:15:00", "model_used": "m"},
        "results": [{"image_path": name, "image_filename": "x.jpg", **ok}],
    }
    taken.take(taken.write("x_labels_y.json", content))
    assert [row[4] for row in taken.rows(JOINED)] == [1, 0]


def test_photos_of_a_list_that_are_there_are_taken_as_they_are_spelled(taken: Taken) -> None:
    photos(taken, "a/x.jpg")
    (taken.root / "A").mkdir()
    draw(seed=9).save(taken.root / "A/x.jpg")
    taken.take(taken.write("list.txt", "A/x.jpg\n"))
    assert taken.rows("select path, bytes is not null from images order by path") == [
        *(("A/x.jpg", 1), ("a/x.jpg", 1)),
    ]
    draw(seed=8).save(taken.root / "Y.jpg")
    taken.take("--no-recursive", taken.root)
    said = taken.take(taken.write("other.txt", "y.JPG\n"))
    assert "1 put to photos" in said
    assert ("Y.jpg", 1) in taken.rows("select path, bytes is not null from images")


@pytest.mark.parametrize(
    ("write", "prefix", "code"),
    [(timelapse, "old/", 0), (coco, "D:/project/2024/", 1), (coco, "/home/ana/", 1)],
)
def test_prefixes_are_proposed_and_work(taken: Taken, write: Write, prefix: str, code: int) -> None:
    names = [f"s{number % 2}/{number}.jpg" for number in range(6)]
    photos(taken, *names)
    file = write(taken, *(prefix + name for name in names))
    said = taken.take(*OPTIONS, file, code=code)
    assert f"--strip-prefix '{prefix}' (fits 6 of the 6 paths tried)" in said
    taken.take(*OPTIONS, file, "--strip-prefix", prefix)
    assert {row[1:4] for row in taken.rows(JOINED)} == {(1, 1, 1)}
    assert len(taken.rows(JOINED)) == 6


def test_results_by_address_are_of_the_photo_that_is_fetched(taken: Taken) -> None:
    photos = {
        "https://host.example/p/a.jpg": "host.example/p/a.jpg",
        "HTTP://u:p@Host.example//p/../b%20c.JPG": "host.example/p/b c.JPG",
        "gs://bucket/x/c": "bucket/x/c.jpg",
        "s3://bucket/d.jpg": "bucket/d.jpg",
    }
    found = {"category": "1", "label": "animal", "conf": 0.9, "bbox": [0.1, 0.1, 0.2, 0.2]}
    said = {"detections": [found]}
    taken.take(
        taken.write("list.txt", "\n".join(photos)),
        taken.write("md.json", {"images": [{"file": url, **said} for url in photos]}),
        taken.write("sn.json", {"predictions": [{"filepath": url, **said} for url in photos]}),
        coco(taken, *photos),
    )
    joined = """
        select url, path, (select count(*) from results where results.image_id = id)
        from images left join remote_photos on image_id = id order by path
    """
    assert taken.rows(joined) == sorted(((u, p, 2) for u, p in photos.items()), key=lambda r: r[1])


def test_a_proposal_is_of_the_paths_as_the_file_has_them(taken: Taken) -> None:
    photos(taken, "2024/a.jpg", "2024/b.jpg")
    said = taken.take(taken.write("list.json", json.dumps(["a.jpg", "b.jpg"])))
    assert "--add-prefix '2024/' (fits 2 of the 2 paths tried)" in said
