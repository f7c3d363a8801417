"""A strict rater's best photos count as the best, in albums and in the report on cameras."""

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from herocat import calibration, queries, scales
from herocat.catalog import Catalog
from tests.conftest import CommandLine
from tests.measured import fill

numbers = st.lists(st.floats(0, 10), min_size=1, max_size=40)


@settings(deadline=None)
@given(numbers, numbers)
def test_scales_keep_the_order(given: list[float], target: list[float]) -> None:
    count = min(len(given), len(target))
    for steps in (
        calibration.on_scale(given[:count], target[:count]),
        calibration.by_rank(given, target),
    ):
        assert len(steps) == 11
        assert list(steps) == sorted(steps)
        assert 0 <= steps[0] <= steps[10] <= 10


def test_a_curve_is_found_and_goes_on_to_the_ends() -> None:
    given = np.linspace(4, 8, 41)
    steps = calibration.on_scale(given.tolist(), (0.8 * given).tolist())
    assert steps == pytest.approx([0, 0.8, 1.6, 2.4, 3.2, 4, 4.8, 5.6, 6.4, 8.2, 10], abs=0.05)
    shifted = calibration.by_rank(given.tolist(), (given - 3).tolist())
    assert shifted[4:9] == pytest.approx([1, 2, 3, 4, 5], abs=0.1)


@pytest.fixture
def strict(ready: CommandLine) -> CommandLine:
    """Return a catalog of 120 photos: a strict person has rated the 30 that the baseline likes most."""
    fill(ready.catalog, places=6, each=20, score=lambda *_: 5.0)
    with sqlite3.connect(ready.catalog) as db:
        db.execute(
            "delete from labels where label_run_id = 1 and image_id not in"
            " (select image_id from labels where label_run_id = 2 order by score desc limit 30)"
        )
        db.execute(
            "update labels set score = (select 0.8 * said.score from labels as said"
            " where said.label_run_id = 2 and said.image_id = labels.image_id) where label_run_id = 1"
        )
    db.close()
    return ready


def asked(herocat: CommandLine, sql: str) -> list[int]:
    with sqlite3.connect(herocat.catalog) as db:
        found = [row[0] for row in db.execute(sql)]
    db.close()
    return found


BEST = "select image_id from labels where label_run_id = 2 order by score desc limit 12"
FREELY = ("--diversity", 0, "--per-location", 12)


def test_an_album_takes_what_a_strict_person_likes(strict: CommandLine) -> None:
    said = json.loads(strict("album", "--json", *FREELY).stdout)
    assert [photo["image"] for photo in said["photos"]] == asked(strict, BEST)
    assert said["note"] == (
        "the baseline's scores count as on people's scale, by 30 photos that both have scored"
    )
    assert said["note"] in strict("album").stdout
    # One run's scores stand as they are.
    one = json.loads(strict("album", "one", "--json", "--run", "baseline", *FREELY).stdout)
    assert one["note"] == ""
    best = "select max(score) from labels where label_run_id = 2"
    assert one["photos"][0]["score"] == asked(strict, best)[0]
    # Where the best of others is taken, it is said what it was given.
    bans = [word for image in asked(strict, BEST.replace("12", "30")) for word in ("--ban", image)]
    rest = json.loads(strict("album", "rest", "--json", *FREELY, *bans).stdout)
    assert all("by the baseline)" in photo["reason"] for photo in rest["photos"])


def test_cameras_are_held_against_each_other_on_one_scale(
    strict: CommandLine, tmp_path: Path
) -> None:
    strict("export", "cameras", "--out", tmp_path / "report", "--places")
    with sqlite3.connect(strict.catalog) as db:
        means = [row[4] for row in db.execute(queries.files("reports")["cameras"])]
        every = "select avg(0.8 * score) from labels join images on images.id = image_id"
        own = f"{every} where label_run_id = 2 group by location order by 1 desc"
        truth = [row[0] for row in db.execute(own)]
    db.close()
    assert sorted(means, reverse=True) == pytest.approx(truth, abs=0.1)
    assert "on people&#39;s scale, by 30 photos" in (tmp_path / "report/index.html").read_text()


def test_without_photos_in_common_ranks_decide(strict: CommandLine) -> None:
    with sqlite3.connect(strict.catalog) as db:
        db.execute(
            "delete from labels where label_run_id = 2 and image_id in (select image_id from labels where label_run_id = 1)"
        )
        db.execute("update labels set score = score / 2 where label_run_id = 1")
    db.close()
    said = json.loads(strict("album", "--json", *FREELY).stdout)
    assert said["note"] == (
        "the baseline's scores count as on people's scale, by rank, as both have scored 0 only"
    )
    by_ann = set(asked(strict, "select image_id from labels where label_run_id = 1"))
    theirs = [photo["image"] in by_ann for photo in said["photos"]]
    assert 0 < sum(theirs) < 12
    # A few scores make no scale.
    with sqlite3.connect(strict.catalog) as db:
        db.execute(
            "delete from labels where label_run_id = 1 and image_id not in (select image_id from labels where label_run_id = 1 limit 19)"
        )
    db.close()
    assert json.loads(strict("album", "--json", *FREELY).stdout)["note"].startswith(
        "people's scores stand beside others as they are: fewer than 20 photos"
    )


def test_scales_are_found_again_only_where_scores_have_changed(
    strict: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict("album", "-n", "3")
    found = list[Catalog]()
    find = scales._find

    def counted(catalog: Catalog) -> list[scales.Scale]:
        found.append(catalog)
        return find(catalog)

    monkeypatch.setattr(scales, "_find", counted)
    with Catalog.open(strict.catalog) as catalog:
        before = scales.kept(catalog)
        scales.refresh(catalog)
        assert before
        assert not found
        with catalog.writing():  # two scores change places: their number and sum stay
            catalog.connection.execute(
                "update labels set score = (select max(score) + min(score) from labels where label_run_id = 1)"
                " - score where label_run_id = 1 and score in"
                " (select max(score) from labels where label_run_id = 1"
                "  union select min(score) from labels where label_run_id = 1)"
            )
        scales.refresh(catalog)
        assert found
        assert scales.kept(catalog) != before
        scales.refresh(catalog)
        assert len(found) == 1
