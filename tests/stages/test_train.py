"""The scorer learns a signal, refuses a leak, and says truly how well it does elsewhere."""

import json
import sqlite3
from typing import Any

import numpy as np

from herocat.judging import learning
from tests.conftest import CommandLine
from tests.measured import Numbers, fill
from tests.world import World, bursts


def signal(own: Numbers, place: int, rng: np.random.Generator) -> float:
    """Score what the numbers say, in a way that the baseline does not: colour and shape."""
    return 2 + 8 * own["colour"] + 6 * own["h"] - 3 * own["w"] + float(rng.normal(0, 0.5))


def leak(own: Numbers, place: int, rng: np.random.Generator) -> float:
    """Score by the place alone, with nothing that holds elsewhere."""
    return 2 + 6 * ((place * 7919) % 97) / 97 + float(rng.normal(0, 0.3))


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


def test_what_a_good_baseline_does_as_well_is_refused_and_replaces_nothing(
    ready: CommandLine,
) -> None:
    fill(ready.catalog, places=12, each=14, score=signal)
    assert trained(ready, "--name", "first")["good"]
    with sqlite3.connect(ready.catalog) as db:
        db.execute(
            "update labels set score = round((select said.score from labels as said"
            " where said.label_run_id = 1 and said.image_id = labels.image_id) * 0.9, 1) where label_run_id = 2"
        )
    db.close()
    said = trained(ready, "--name", "second", "--seed", 1)
    assert not said["good"]
    assert said["report"]["spearman"]["value"] > 0.7  # good, but not better
    assert said["report"]["baseline"]["value"] > 0.95
    assert ready("predict").stdout.startswith("first: scored")
    assert "second is not used" in ready("predict", "--scorer", "second", code=1).stderr


def test_too_few_photos_places_and_raters_are_refused(ready: CommandLine) -> None:
    assert "nobody has rated" in ready("train", code=1).stderr
    fill(ready.catalog, places=1, each=45, score=signal)
    with sqlite3.connect(ready.catalog) as db:
        burst = "insert into sequences (id, collection_id, key, origin) values (1, 1, 'b', 'given')"
        db.execute(burst)
        db.execute("update images set sequence_id = 1")
    assert "of one burst" in ready("train", code=1).stderr
    assert "there are: ann" in ready("train", "--run", "bob", code=2).stderr
    with sqlite3.connect(ready.catalog) as db:
        db.execute("delete from labels where image_id > 30")
    db.close()
    assert "30 measured photos" in ready("train", code=1).stderr


def test_models_teach_where_no_person_has_rated(ready: CommandLine) -> None:
    fill(ready.catalog, places=6, each=10, score=signal, rater="vlm")
    assert trained(ready)["target"] == "models"
    assert "already" in ready("train", "--name", "scorer", "--seed", 1, code=2).stderr


def test_the_card_is_in_the_catalog(ready: CommandLine) -> None:
    fill(ready.catalog, places=8, each=12, score=signal)
    report = trained(ready)["report"]
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


def test_real_photos_can_be_learned_from(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("measure")
    assert "nobody has rated" in ready("train", code=1).stderr
