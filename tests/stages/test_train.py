"""The scorer learns a signal, refuses a leak, and says truly how well it does elsewhere."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from herocat.catalog import Catalog
from herocat.drawing.plan import plan
from herocat.judging import learning
from herocat.loaders import measured
from herocat.providers.baseline import Baseline
from tests.conftest import ROOT, CommandLine
from tests.measured import NOW, Numbers, fill, grow_fewer_trees


def signal(own: Numbers, place: int, rng: np.random.Generator) -> float:
    """Score what the numbers say, in a way that the baseline does not: colour and shape."""
    return 2 + 8 * own["colour"] + 6 * own["h"] - 3 * own["w"] + float(rng.normal(0, 0.5))


def leak(own: Numbers, place: int, rng: np.random.Generator) -> float:
    """Score by the place alone, with nothing that holds elsewhere."""
    return 2 + 6 * ((place * 7919) % 97) / 97 + float(rng.normal(0, 0.3))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    grow_fewer_trees(monkeypatch)


def trained(herocat: CommandLine, *options: object) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(herocat("train", "--json", *options).stdout)
    return said


def test_a_signal_is_learned_and_its_worth_told_truly(ready: CommandLine) -> None:
    fill(ready.catalog, places=15, each=16, score=signal)
    said = trained(ready)
    assert said["good"]
    assert said["target"] == "people"
    assert said["learned_from"] == {"ann": 240}
    report = said["report"]
    assert report["spearman"]["value"] > report["baseline"]["value"] + 0.3
    assert report["beats_baseline"] >= 0.99
    # What it says of places that it has never seen is what it does there.
    found = [{"colour": c, "h": h, "w": w} for c, h, w in _fresh(400)]
    truth = [signal(own, 0, np.random.default_rng(k)) for k, own in enumerate(found)]
    with sqlite3.connect(ready.catalog) as db:
        (kept,) = db.execute("select fitted_to from scorers").fetchone()
    db.close()
    rows = learning.unpacked(kept)
    numbers = np.tile(np.median(rows.numbers, axis=0), (400, 1))
    at = {name: k for k, name in enumerate(rows.names)}
    rng = np.random.default_rng(5)
    for k, own in enumerate(found):
        numbers[k, at["colourfulness"]] = own["colour"]
        numbers[k, at["box_height"]], numbers[k, at["box_width"]] = own["h"], own["w"]
        numbers[k, at["area"]] = own["h"] * own["w"]
        numbers[k, at["aspect"]] = own["w"] / own["h"]
        for name in ("brightness", "subject_brightness", "off_centre", "down", "separation"):
            numbers[k, at[name]] = rng.choice(rows.numbers[:, at[name]])
    scores, _ = learning.Model(rows, 0).predict(numbers)
    from scipy import stats

    there = stats.spearmanr(scores, truth).statistic
    assert report["spearman"]["low"] - 0.03 <= there <= report["spearman"]["high"] + 0.03
    again = ready("train").stdout
    assert "next: herocat predict" in again
    assert "nothing new" in again


def _fresh(count: int) -> list[tuple[float, float, float]]:
    rng = np.random.default_rng(11)
    return [
        (rng.uniform(0, 0.5), rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.5)) for _ in range(count)
    ]


def test_a_leak_is_refused_and_a_random_split_would_have_been_fooled(ready: CommandLine) -> None:
    """Brightness tells the camera, and the camera the score: at other cameras this is worth nothing."""
    fill(ready.catalog, places=15, each=16, score=leak, lean=1.0)
    assert "refused" in ready("train").stdout
    assert "is not used" in ready("predict", code=1).stderr
    with sqlite3.connect(ready.catalog) as db:
        (kept,) = db.execute("select fitted_to from scorers").fetchone()
    db.close()
    rows = learning.unpacked(kept)
    alone = learning.Rows(rows.names, rows.numbers, rows.scores, np.arange(len(rows.scores)))
    fooled = np.corrcoef(learning.elsewhere(alone), rows.scores)[0, 1]
    honest = np.corrcoef(learning.elsewhere(rows), rows.scores)[0, 1]
    assert fooled > 0.8
    assert honest < 0.3


def test_a_leak_between_bursts_of_one_place_is_refused(ready: CommandLine) -> None:
    """Frames of a burst are alike, and so are their scores: that is worth nothing for the next burst."""
    fill(ready.catalog, places=15, each=16, score=leak, lean=1.0)
    with sqlite3.connect(ready.catalog) as db:
        for burst in range(15):
            db.execute(
                "insert into sequences (id, collection_id, key, origin) values (?, 1, ?, 'given')",
                (burst + 1, f"b{burst}"),
            )
        db.execute("update images set sequence_id = 1 + (id - 1) / 16, location = 'ridge'")
    db.close()
    said = ready("train").stdout
    assert "240 photos of 15 bursts" in said
    assert "all are of one place: how it does elsewhere is not known" in said
    assert "refused" in said
    with sqlite3.connect(ready.catalog) as db:
        (kept, by) = db.execute("select fitted_to, grouped_by from scorers").fetchone()
    db.close()
    assert by == "burst"
    rows = learning.unpacked(kept)
    alone = learning.Rows(rows.names, rows.numbers, rows.scores, np.arange(len(rows.scores)))
    assert np.corrcoef(learning.elsewhere(alone), rows.scores)[0, 1] > 0.8


def test_a_place_is_held_out_with_all_its_bursts() -> None:
    by, groups = learning.groups(["a", "a", "b", "b", "c"], [1, 2, 2, 3, 4])
    assert by == "place"
    assert len(set(groups[:4])) == 1  # burst 2 is of both
    assert groups[4] not in groups[:4]
    assert learning.groups(["a", "a"], [1, 2]) == ("burst", [1, 2])
    assert learning.groups(["a", "b"], [1, 1]) == ("burst", [1, 1])


def test_what_the_baseline_does_as_well_is_refused_and_replaces_nothing(
    ready: CommandLine,
) -> None:
    """Whether a run has asked the baseline or not: here none has."""
    fill(ready.catalog, places=12, each=14, score=signal)
    assert trained(ready, "--name", "first")["good"]
    with Catalog.open(ready.catalog) as catalog, catalog.writing():
        for row in catalog.connection.execute("select * from measurements").fetchall():
            said = Baseline().label(measured.request(catalog, row)).score
            catalog.connection.execute(
                "update labels set score = ? where label_run_id = 1 and image_id = ?",
                [round(0.9 * said, 1), row["image_id"]],
            )
        catalog.connection.execute("delete from labels where label_run_id = 2")
    second = trained(ready, "--name", "second")
    assert not second["good"]
    assert second["report"]["spearman"]["value"] > 0.5  # good, but not better
    assert second["report"]["baseline"]["value"] > 0.95
    assert ready("predict").stdout.startswith("first: scored")
    assert "second is not used" in ready("predict", "--scorer", "second", code=1).stderr
    # A card that an older way of examining wrote gives way to what is said now.
    with sqlite3.connect(ready.catalog) as db:
        db.execute("update scorers set state = 'good', beats_baseline = 1 where name = 'second'")
    db.close()
    again = ready("train").stdout
    assert "refused" in again
    assert "nothing new" in again
    assert "second is not used" in ready("predict", "--scorer", "second", code=1).stderr
    assert ready("predict").stdout.startswith("first: nothing to do")


def test_too_few_photos_places_and_raters_are_refused(ready: CommandLine) -> None:
    assert "nobody has rated" in ready("train", code=1).stderr
    fill(ready.catalog, places=1, each=45, score=signal)
    with sqlite3.connect(ready.catalog) as db:
        burst = "insert into sequences (id, collection_id, key, origin) values (1, 1, 'b', 'given')"
        db.execute(burst)
        db.execute("update images set sequence_id = 1")
    assert "of one burst" in ready("train", code=1).stderr
    with sqlite3.connect(ready.catalog) as db:
        db.execute("update images set sequence_id = null, location = iif(id > 20, 'a', 'b')")
    assert "refused: on so few places" in ready("train").stdout
    assert "there are: ann" in ready("train", "--run", "bob", code=2).stderr
    with sqlite3.connect(ready.catalog) as db:
        db.execute("delete from labels where image_id > 30")
    db.close()
    assert "30 measured photos" in ready("train", code=1).stderr


def test_models_teach_where_no_person_has_rated(ready: CommandLine) -> None:
    fill(ready.catalog, places=6, each=10, score=signal, rater="vlm")
    with sqlite3.connect(ready.catalog) as db:
        db.execute("update label_runs set name = 'scorer' where id = 1")
    db.close()
    said = trained(ready)
    assert said["target"] == "models"
    assert said["name"] == "scorer-2"  # scores of the scorer are no other rater's
    assert "a label run 'scorer'" in ready("train", "--name", "scorer", "--seed", 1, code=2).stderr
    assert "a scorer 'scorer-2'" in ready("train", "--name", "scorer-2", "--seed", 1, code=2).stderr
    assert "--seed" in ready("train", "--seed", -1, code=2).stderr


def test_the_card_is_in_the_catalog(ready: CommandLine) -> None:
    fill(ready.catalog, places=8, each=12, score=signal)
    with sqlite3.connect(ready.catalog) as db:
        db.execute("delete from measurements where image_id = 1")
    said = trained(ready)
    assert said["learned_from"] == {"ann": 95}
    report = said["report"]
    with sqlite3.connect(ready.catalog) as db:
        db.row_factory = sqlite3.Row
        card = dict(db.execute("select * from scorers").fetchone())
    db.close()
    assert card["spearman"] == report["spearman"]["value"]
    assert card["error_high"] == report["error"]["high"]
    assert card["num_places"] == 8
    assert "scikit-learn" in json.loads(card["made_with"])
    assert b"sklearn" not in card["fitted_to"]  # numbers and names, nothing that could be run
    assert not set(json.loads(card["features"])) & {"place", "sequence", "image_id", "baseline"}


def test_what_an_eye_would_say_is_learned_from_pixels(tmp_path: Path) -> None:
    """The photos of the example catalog were drawn to a plan that knows how good each is."""
    herocat = CommandLine(Path(shutil.copy(ROOT / "catalog.db.example", tmp_path / "catalog.db")))
    herocat("init")
    drawn = {frame.file: frame.quality for frame in plan(60, 7)}
    rng = np.random.default_rng(0)
    with sqlite3.connect(herocat.catalog) as db:
        db.execute(
            "insert into label_runs (id, name, rater, provider, model, params, state, created_at)"
            " values (9, 'ann', 'person', 'person', 'ann', '{}', 'done', ?)",
            [NOW],
        )
        paths = "select id, path from images join scorer_features on image_id = id order by id"
        for image, path in db.execute(paths).fetchall():
            said = np.clip(10 * drawn[path] + rng.normal(0, 0.7), 0, 10).round(1)
            db.execute(
                "insert into labels (label_run_id, image_id, status, score, created_at) values (9, ?, 'ok', ?, ?)",
                [image, said, NOW],
            )
    db.close()
    report = trained(herocat)["report"]
    assert report["places"] == 8
    assert report["spearman"]["value"] > 0.75
    assert report["beats_geometry"] > 0.95
    assert report["baseline"]["value"] > 0.65  # on all of them, though its run has rated 16
