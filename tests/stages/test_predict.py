"""The scorer's scores are a label run like any other: whole, and never twice."""

import json
import sqlite3

import pytest

from herocat.catalog import Catalog
from herocat.gallery import index
from herocat.stages import predict
from tests.conftest import CommandLine
from tests.measured import fill, grow_fewer_trees
from tests.stages.test_train import signal


@pytest.fixture
def scored(ready: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Return a catalog of 120 measured photos with a good scorer; a third has no label."""
    grow_fewer_trees(monkeypatch)
    fill(ready.catalog, places=10, each=12, score=signal)
    with sqlite3.connect(ready.catalog) as db:
        db.execute("delete from labels where image_id % 3 = 0")
    db.close()
    assert json.loads(ready("train", "--json").stdout)["good"]
    return ready


def test_without_a_scorer_it_says_what_to_do(ready: CommandLine) -> None:
    assert "first: herocat train" in ready("predict", code=1).stderr


def test_every_measured_photo_is_scored_once(scored: CommandLine) -> None:
    said = scored("predict").stdout
    assert said == "scorer: scored 120 photos; 120 in all\n"
    assert scored("predict").stdout == "scorer: nothing to do; 120 in all\n"
    with sqlite3.connect(scored.catalog) as db:
        runs = db.execute(
            "select label_runs.rater, count(*), min(score) >= 0, max(score) <= 10, max(spread) > 0"
            " from labels join label_runs on label_runs.id = label_run_id"
            " join doubts on doubts.label_id = labels.id group by rater"
        ).fetchall()
        assert runs == [("scorer", 120, 1, 1, 1)]
        db.execute("pragma foreign_keys = on")
        before = db.execute("select image_id, score from labels order by id").fetchall()
        db.execute("delete from labels where label_run_id = 3 and image_id > 50")
    db.close()
    assert "scored 70 photos; 120 in all" in scored("predict").stdout
    with sqlite3.connect(scored.catalog) as db:
        after = db.execute("select image_id, score from labels order by id").fetchall()
    db.close()
    assert sorted(before) == sorted(after)
    assert "scorer" in scored("compare").stdout
    scored("verify")


def test_a_large_catalog_is_read_by_a_process_of_its_own(
    scored: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored("predict")
    everything = (
        "select image_id, score, spread from labels join doubts on label_id = labels.id order by 1"
    )
    with Catalog.open(scored.catalog) as catalog:
        index.refresh(catalog)
        before = [tuple(row) for row in catalog.connection.execute(everything)]
        with catalog.writing():
            catalog.connection.execute("delete from labels where label_run_id = 3")
        assert not index.behind(catalog)
        monkeypatch.setattr(predict, "BATCH", 50)
        assert predict.predict(catalog).now == 120
        assert [tuple(row) for row in catalog.connection.execute(everything)] == before
        assert index.behind(catalog), "a gallery follows so many at once, not one by one"
        index.refresh(catalog)
        ids = [row[0] for row in catalog.connection.execute("select id from labels order by id")]
        assert len(set(ids)) == len(ids)


def test_another_rater_keeps_its_run(scored: CommandLine) -> None:
    """A person may call their run as the scorer is called, between train and predict."""
    with sqlite3.connect(scored.catalog) as db:
        db.execute("update label_runs set name = 'scorer' where id = 1")
    db.close()
    assert scored("predict").stdout == "scorer-2: scored 120 photos; 120 in all\n"
    assert scored("predict").stdout == "scorer-2: nothing to do; 120 in all\n"
    with sqlite3.connect(scored.catalog) as db:
        runs = db.execute("select label_run_id, count(*) from labels group by 1").fetchall()
    db.close()
    assert runs == [(1, 80), (2, 80), (3, 120)]


def test_an_unknown_scorer_is_named(scored: CommandLine) -> None:
    assert "no scorer 'nobody'" in scored("predict", "--scorer", "nobody", code=2).stderr


def test_what_is_rated_next_is_what_the_scorer_is_least_sure_of(scored: CommandLine) -> None:
    scored("predict")
    scored("rate", "eve", "-n", 12, "--next")
    with sqlite3.connect(scored.catalog) as db:
        # Half is for disagreement; the next three are the scorer's doubts.
        asked = [
            image
            for (image,) in db.execute(
                "select image_id from label_targets join label_runs on label_runs.id = label_run_id"
                " where name = 'eve' order by position"
            )
        ]
        doubts = dict(
            db.execute(
                "select image_id, spread from doubts join labels on labels.id = label_id order by spread desc"
            )
        )
        spreads = dict(db.execute("select image_id, spread from gallery"))
    db.close()
    apart = sorted(
        (image for image in spreads if (spreads[image] or 0) >= 1), key=lambda i: -spreads[i]
    )
    assert set(asked[:6]) == set(apart[:6])
    unsure = [image for image in doubts if image not in asked[:6]]
    assert asked[6:9] == unsure[:3]


def test_selection_goes_by_the_scorer(scored: CommandLine) -> None:
    scored("predict")
    scored("select", "-n", 5, "--strategy", "scorer")
    with sqlite3.connect(scored.catalog) as db:
        (lowest,) = db.execute("select min(quality_score) from candidates").fetchone()
        (better,) = db.execute(
            "select count(*) from labels where label_run_id = 3 and score / 10 > ?", [lowest]
        ).fetchone()
    db.close()
    assert better <= 4
