"""What leaves is complete, whole, the same every time, and never a photo that must stay."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from herocat.exports import folder
from tests.conftest import CommandLine
from tests.world import World, animal, draw, person


def contents(place: Path) -> dict[str, str]:
    return {
        str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


def test_pages_with_pictures_scores_and_reasons(done: CommandLine, tmp_path: Path) -> None:
    said = done("export", "html", "--out", tmp_path / "site").stdout
    assert said.startswith(f"{tmp_path / 'site' / 'index.html'}: 3 photos")
    page = (tmp_path / "site" / "index.html").read_text()
    with sqlite3.connect(done.catalog) as connection:
        labels = connection.execute(
            "select image_id, score, reasoning from labels order by score desc, image_id"
        ).fetchall()
    places = [page.index(f'id="photo-{image}"') for image, _, _ in labels]
    assert places == sorted(places), "not sorted by score"
    for image, score, reasoning in labels:
        assert f">{score:.1f}<" in page
        assert reasoning in page
        assert (tmp_path / "site" / "thumbnails" / f"{image}.jpg").is_file()
        assert (tmp_path / "site" / "previews" / f"{image}.jpg").is_file()


def test_the_same_catalog_gives_the_same_bytes(done: CommandLine, tmp_path: Path) -> None:
    for kind in ("html", "seed"):
        done("export", kind, "--out", tmp_path / "one")
        first = contents(tmp_path / "one")
        done("export", kind, "--out", tmp_path / "two")
        assert contents(tmp_path / "two") == first
        done("export", kind, "--out", tmp_path / "one")
        assert contents(tmp_path / "one") == first


def test_the_same_again_does_nothing_and_a_change_is_seen(
    done: CommandLine, world: World, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    done("export", "html", "--out", site)
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    assert "nothing to do" in done("export", "html", "--out", site).stdout
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before
    for change in (["--top", "1"], ["--previews", "0"], ["--places"]):
        assert "nothing to do" not in done("export", "html", "--out", site, *change).stdout
    done("export", "html", "--out", site)
    draw(300, 200).save(world.root / "ridge" / "a1.jpg")
    done("ingest", world.root)
    assert "nothing to do" not in done("export", "html", "--out", site).stdout


def test_what_a_model_or_a_file_says_is_shown_not_run(
    ready: CommandLine, world: World, tmp_path: Path
) -> None:
    evil = "<script>alert('x')</script>"
    name = 'it\'s "odd" & #1 %20 ü.jpg'
    world.photo(name, animal(species="0"))
    ready("ingest", world.root, world.detections(classification_categories={"0": evil}))
    ready("sequence")
    ready("select")
    ready("label", "--run", f"run {evil}")
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute("update labels set reasoning = ?", [evil])
        connection.execute("update images set location = ?", [evil])
    ready("export", "html", "--out", tmp_path / "site", "--places")
    page = (tmp_path / "site" / "index.html").read_text()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;") >= 4
    assert "#1 %20 ü.jpg" in page


def test_places_are_told_only_when_asked(done: CommandLine, tmp_path: Path) -> None:
    done("export", "html", "--out", tmp_path / "site")
    assert "ridge" not in (tmp_path / "site" / "index.html").read_text()
    done("export", "html", "--out", tmp_path / "site", "--places")
    assert "ridge" in (tmp_path / "site" / "index.html").read_text()


def test_a_photo_that_must_stay_stays(done: CommandLine, world: World, tmp_path: Path) -> None:
    """A person is found in a burst only after its frame was labeled: the gate asks now, not then."""
    done("export", "html", "--out", tmp_path / "before")
    chosen = json.loads((tmp_path / "before" / "manifest.json").read_text())
    assert chosen["held"] == []
    for entry in world.images:
        if entry["file"] == "ridge/a0.jpg":
            entry["detections"].append(person(0.15))
    done("ingest", world.detections())
    for kind in ("html", "seed"):
        said = done("export", kind, "--out", tmp_path / kind).stdout
        assert "1 held back" in said
        manifest = json.loads((tmp_path / kind / "manifest.json").read_text())
        (held,) = manifest["held"]
        assert held["reason"] == "person"
        assert not list((tmp_path / kind).rglob(f"{held['image']}.jpg"))
    assert "a1.jpg" not in next((tmp_path / "seed").glob("herocat_labels_*")).read_text()
    assert "held back" in (tmp_path / "html" / "index.html").read_text()


def test_photos_that_no_detector_saw_stay(ready: CommandLine, world: World, tmp_path: Path) -> None:
    world.photo("a.jpg")
    ready("ingest", world.root)
    ready("sequence")
    ready("measure", "--all")
    ready("label", world.root)
    assert "1 held back" in ready("export", "html", "--out", tmp_path / "site").stdout
    assert "Nothing to show." in (tmp_path / "site" / "index.html").read_text()


def test_no_exif_leaves(ready: CommandLine, world: World, tmp_path: Path) -> None:
    gps = Image.Exif()
    gps[0x8825] = {1: "S", 2: (2.0, 30.0, 0.0)}
    world.photo("a.jpg", animal(), exif={271: "Maker", 272: "Model"})
    ready("ingest", world.root, world.detections())
    ready("sequence")
    ready("select")
    ready("label")
    ready("export", "html", "--out", tmp_path / "site")
    for picture in (tmp_path / "site").rglob("*.jpg"):
        with Image.open(picture) as image:
            assert not image.getexif()


def test_failures_stand_at_the_end_with_their_reason(done: CommandLine, tmp_path: Path) -> None:
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("delete from subscores where label_id = 1")
        connection.execute(
            "update labels set status = 'failed', score = null, reasoning = null, error = 'blocked' where id = 1"
        )
    done("export", "html", "--out", tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text()
    assert page.index("No score: blocked") > page.rindex('class="score ')


def test_several_runs_and_the_best_only(done: CommandLine, tmp_path: Path) -> None:
    done("label", "--run", "a/b c")
    done("export", "html", "--out", tmp_path / "site", "--top", "1")
    assert {p.name for p in (tmp_path / "site").glob("*.html")} == {
        "index.html",
        "baseline.html",
        "a-b-c.html",
        "compare.html",
    }
    page = (tmp_path / "site" / "baseline.html").read_text()
    assert page.count('class="card"') == 1
    assert 'href="a-b-c.html"' in page
    done("export", "html", "--out", tmp_path / "site", "--run", "a/b c")
    assert {p.name for p in (tmp_path / "site").glob("*.html")} == {"index.html"}


def test_without_the_disk_the_thumbnails_remain(
    done: CommandLine, world: World, tmp_path: Path
) -> None:
    world.root.rename(tmp_path / "unplugged")
    done("export", "html", "--out", tmp_path / "site")
    assert len(list((tmp_path / "site" / "thumbnails").iterdir())) == 3
    assert list((tmp_path / "site" / "previews").iterdir()) == []


def test_the_seed_format_has_what_its_viewer_asks_for(done: CommandLine, tmp_path: Path) -> None:
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("delete from subscores where label_id = 1")
        connection.execute(
            "update labels set status = 'failed', score = null, reasoning = null, error = 'blocked' where id = 1"
        )
    done("export", "seed", "--out", tmp_path / "labels")
    (file,) = (tmp_path / "labels").glob("*_labels_*.json")
    content = json.loads(file.read_text())
    info = content["labeling_info"]
    assert (info["total_images"], info["successful_labels"], info["failed_labels"]) == (3, 2, 1)
    assert info["success_rate"] == 66.7
    assert {"timestamp", "model_used", "processing_method"} <= info.keys()
    assert all(
        isinstance(info["statistics"][key], float)
        for key in ("avg_score", "min_score", "max_score")
    )
    good = [one for one in content["results"] if one["success"]]
    (bad,) = [one for one in content["results"] if not one["success"]]
    assert bad["error"] == "blocked"
    assert "aesthetic_score" not in bad
    for one in good:
        assert 0 <= one["aesthetic_score"] <= 10
        assert Path(one["image_path"]).is_file()
        assert one["image_filename"].replace("#", "/") in one["image_path"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["pdf", "--out", "x"], 2, "known are: html, "),
        (["html", "--out", "x", "--run", "nobody"], 2, "there are: baseline"),
        (["html"], 2, "Missing option '--out'"),
    ],
)
def test_bad_choices(done: CommandLine, words: list[str], code: int, said: str) -> None:
    assert said in done("export", *words, code=code).stderr


def test_nothing_is_labeled_yet(ready: CommandLine, tmp_path: Path) -> None:
    assert "herocat label" in ready("export", "html", "--out", tmp_path / "x", code=2).stderr


def test_folders_of_others_are_not_touched(done: CommandLine, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.tex").write_text("years of work")
    assert "not an export of herocat" in done("export", "html", "--out", mine, code=1).stderr
    assert contents(mine).keys() == {"thesis.tex"}
    (tmp_path / "file").write_text("x")
    done("export", "html", "--out", tmp_path / "file", code=2)
    (tmp_path / "empty").mkdir()
    done("export", "html", "--out", tmp_path / "empty")


def test_an_export_that_breaks_off_leaves_the_old_one(
    done: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    done("export", "html", "--out", site)
    before = contents(site)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "write_manifest", full)
    said = done("export", "html", "--out", site, "--top", "1", code=1).stderr
    assert "the disk is full; free some space" in said
    assert "what was there is as it was" in said
    assert contents(site) == before
    assert {path.name for path in tmp_path.iterdir() if "site" in path.name} == {"site"}


def test_a_kill_between_the_renames_is_mended(done: CommandLine, tmp_path: Path) -> None:
    site = tmp_path / "site"
    done("export", "html", "--out", site)
    before = contents(site)
    site.rename(tmp_path / ".site.old")
    (tmp_path / ".site.new").mkdir()
    done("export", "html", "--out", site)
    assert contents(site) == before
    assert not (tmp_path / ".site.old").exists()
    assert not (tmp_path / ".site.new").exists()
