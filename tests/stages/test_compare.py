"""Label runs are compared on the photos that both have scored; every figure can be recomputed."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from statistics import mean, stdev
from typing import Any
from xml.etree import ElementTree as ET

import krippendorff
import numpy as np
import pytest
from scipy import stats
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from herocat import queries
from herocat.catalog import Catalog
from herocat.comparison import bars
from herocat.gallery.beside import OF_BURSTS, agreement, beside
from herocat.gallery.view import View
from tests.conftest import CommandLine

NOW = "2025-01-01T00:00:00Z"


def second_run(herocat: CommandLine, *scores: float) -> None:
    herocat("label", "--run", "second")
    with sqlite3.connect(herocat.catalog) as connection:
        ids = [
            i
            for (i,) in connection.execute(
                "select id from labels where label_run_id = 2 order by image_id"
            )
        ]
        for label, score in zip(ids, scores, strict=True):
            connection.execute("update labels set score = ? where id = ?", [score, label])


@pytest.fixture
def rated(ready: CommandLine) -> CommandLine:
    """Return a catalog with four raters on 240 photos of 12 places in bursts of 4."""
    rng = np.random.default_rng(2)
    with sqlite3.connect(ready.catalog) as db:
        db.execute("insert into collections (id, root, name) values (1, 'photos', 'photos')")
        for run, (name, rater) in enumerate(
            [("gemini", "vlm"), ("gemma", "vlm"), ("ann", "person"), ("bob", "person")], 1
        ):
            db.execute(
                "insert into label_runs (id, name, rater, provider, model, params, state, created_at) values (?, ?, ?, 'p', 'm', '{}', 'done', ?)",
                (run, name, rater, NOW),
            )
        for burst in range(60):
            db.execute(
                "insert into sequences (id, collection_id, key, num_frames, origin) values (?, 1, ?, 4, 'given')",
                (burst + 1, f"s{burst}"),
            )
        for photo in range(240):
            place = None if photo % 20 == 0 else f"camera {photo // 20}"
            db.execute(
                "insert into images (id, collection_id, path, location, sequence_id) values (?, 1, ?, ?, ?)",
                (photo + 1, f"camera {photo // 20}/{photo}.jpg", place, photo // 4 + 1),
            )
            truth = rng.normal(5, 2)
            said = [truth / 2 + 4 + rng.normal(0, 0.3), truth + 3 * rng.normal(), truth, truth]
            for run, value in enumerate(said, 1):
                if run < 3 or (photo + run) % 3:
                    score = float(np.clip(round(value + 0.2 * rng.normal(), 1), 0, 10))
                    db.execute(
                        "insert into labels (label_run_id, image_id, status, score, cost_usd, latency_ms, created_at) values (?, ?, 'ok', ?, ?, 100, ?)",
                        (run, photo + 1, score, 0.001 if run < 3 else None, NOW),
                    )
                    if run == 1 and photo % 5 == 0:
                        db.execute(
                            "insert into samples (label_run_id, image_id, number, kind, score, created_at) values (1, ?, 1, 'repeat', ?, '2025-01-03T00:00:00Z')",
                            (photo + 1, float(np.clip(score + 0.5, 0, 10))),
                        )
    db.close()
    return ready


def test_no_run_and_one_run(ready: CommandLine) -> None:
    assert "no label run has scores yet" in ready("compare").stdout
    assert json.loads(ready("compare", "--json").stdout)["runs"] == []


def test_one_run_says_so(done: CommandLine) -> None:
    said = done("compare").stdout
    assert "baseline" in said
    assert "nothing to compare it with" in said


def test_two_runs(done: CommandLine) -> None:
    second_run(done, 0, 5, 10)
    said = json.loads(done("compare", "--json").stdout)
    (pair,) = said["pairs"]
    assert (pair["first"], pair["second"]) == ("baseline", "second")
    assert pair["agreement"]["n"] == 3
    first = {run["name"]: run["mean"] for run in said["runs"]}
    difference = pair["agreement"]["statistics"]["mean_difference"]["value"]
    assert difference == pytest.approx(first["baseline"] - 5)
    assert sum(said["runs"][1]["histogram"]) == 3
    assert said["runs"][1]["histogram"][9] == 1
    assert "baseline, second" in done("compare").stdout


def test_runs_with_nothing_in_common(done: CommandLine) -> None:
    done("label", done.catalog.parent / "photos" / "pond", "--run", "pond")
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("delete from subscores")
        connection.execute(
            "delete from labels where label_run_id = 2 and image_id in (select image_id from labels where label_run_id = 1)"
        )
    assert "no photo was scored by both" in done("compare", "baseline", "pond").stdout


def test_a_run_that_gives_one_score_has_no_order(done: CommandLine) -> None:
    second_run(done, 5, 5, 5)
    said = json.loads(done("compare", "--json").stdout)
    assert said["pairs"][0]["agreement"]["statistics"]["spearman"]["value"] is None
    assert "undefined" in done("compare").stdout


def test_unknown_runs_are_named(done: CommandLine) -> None:
    assert "there are: baseline" in done("compare", "nobody", code=2).stderr


def test_people_are_the_scale(rated: CommandLine) -> None:
    said = json.loads(rated("compare", "--json", "--resamples", 200).stdout)
    runs = {run["name"]: run for run in said["runs"]}
    gemini, gemma, ann = runs["gemini"], runs["gemma"], runs["ann"]
    order = gemini["people"]["statistics"]["spearman"]
    assert order["low"] < order["value"] < order["high"]
    assert order["low"] > gemma["people"]["statistics"]["spearman"]["high"]
    # Gemini squeezes its scores into the upper half; the curve stretches them out again.
    assert gemini["calibration"]["calibrated_error"] < 0.6 * gemini["calibration"]["error"]
    curve = dict(map(tuple, gemini["calibration"]["curve"]))
    assert curve[8] > 7
    assert curve[5] < 4
    # Ann is held against Bob alone, never against herself.
    assert ann["people"]["n"] == 80
    assert ann["people"]["statistics"]["mean_absolute_error"]["value"] > 0
    assert -1 <= said["alpha"]["value"] <= 1


def test_repeats_show_drift_and_costs_are_held_against_agreement(rated: CommandLine) -> None:
    said = json.loads(rated("compare", "gemini", "--json").stdout)
    (run,) = said["runs"]
    assert run["repeats"]["n"] == 48
    assert run["repeats"]["drift"]["value"] == pytest.approx(0.5, abs=0.05)
    assert run["repeats"]["drift"]["low"] > 0.3
    assert run["repeats"]["days"] == pytest.approx(2)
    assert run["cost"]["per_thousand"] == pytest.approx(1)
    order = run["people"]["statistics"]["spearman"]["value"]
    assert run["cost"]["per_agreement"] == pytest.approx(1 / order)
    words = rated("compare", "gemini").stdout
    for part in ("asked again 48 times", "drift", "on the people's scale", "$1.000 for 1,000"):
        assert part in words


def test_every_figure_is_recomputed_by_a_report(rated: CommandLine) -> None:
    said = json.loads(rated("compare", "--json", "--resamples", 0).stdout)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    with sqlite3.connect(rated.catalog) as db:
        db.row_factory = sqlite3.Row
        for report in ("agreement", "agreement_pairs"):
            for row in db.execute(queries.files("reports")[report]):
                found.setdefault((row["first"], row["second"]), {}).update(dict(row))
    db.close()
    assert len(said["pairs"]) == 6
    for pair in said["pairs"]:
        row = found[pair["first"], pair["second"]]
        assert row["n"] == pair["agreement"]["n"]
        for name, statistic in pair["agreement"]["statistics"].items():
            assert row[name] == pytest.approx(statistic["value"], abs=6e-5), name
    for name in said["queries"].values():
        assert name in queries.queries()


def test_the_other_figures_are_recomputed_from_the_queries_that_are_named(
    rated: CommandLine,
) -> None:
    """By other hands: plain SQL, scipy, scikit-learn and krippendorff."""
    with sqlite3.connect(rated.catalog) as db:
        add = "insert into controls (label_run_id, kind, name, number, status, score, sha256, created_at) values (1, ?, ?, ?, 'ok', ?, '', '')"
        rows = [("blank", "grey", 1, 0.5), ("anchor", "a", 1, 4.0), ("anchor", "a", 2, 4.6)]
        db.executemany(add, rows)
    db.close()
    said = json.loads(rated("compare", "--json", "--resamples", 0).stdout)

    def ask(part: str, **values: object) -> list[dict[str, Any]]:
        (statement,) = queries.queries()[said["queries"][part]].statements
        with closing(sqlite3.connect(rated.catalog)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(statement, values)]

    runs = {row["name"]: row for row in ask("runs")}
    for told in said["runs"]:
        run = runs[told["name"]]
        for name in ("scored", "failed", "mean", "lowest", "highest"):
            assert told[name] == pytest.approx(run[name])
        counted = {row["bin"]: row["photos"] for row in ask("histogram", run=run["id"])}
        assert told["histogram"] == [counted.get(place, 0) for place in range(10)]
        beside_people(told, ask("people", run=run["id"]))
        (cost,) = ask("costs", run=run["id"])
        assert (told["cost"] is None) is (cost["cost_usd"] is None)
        if told["cost"]:
            each = cost["cost_usd"] * 1000 / run["scored"]
            order = told["people"]["statistics"]["spearman"]["value"]
            expected = {"usd": cost["cost_usd"], "per_thousand": each, "per_agreement": each / order,
                        "latency_ms": cost["latency_ms"]}  # fmt: skip
            assert told["cost"] == pytest.approx(expected)
    gemini = said["runs"][0]
    again = ask("repeats", run=1)
    apart = [row["again"] - row["first"] for row in again]
    assert gemini["repeats"]["n"] == len(apart)
    assert gemini["repeats"]["drift"]["value"] == pytest.approx(mean(apart))
    assert gemini["repeats"]["noise"] == pytest.approx(stdev(apart) / 2**0.5)
    assert gemini["repeats"]["days"] == pytest.approx(mean(row["days"] for row in again))
    (watched,) = ask("controls", run=1)
    assert list(watched.values()) == pytest.approx([0.5, 4.3, 2, 0.6])
    assert list(gemini["controls"].values()) == pytest.approx(list(watched.values()))
    table = np.full((len(runs), 241), np.nan)
    for row in ask("alpha", runs=json.dumps([run["id"] for run in runs.values()])):
        rater = int(np.flatnonzero(np.isnan(table[:, row["image_id"]]))[0])  # who it is, is all one
        table[rater, row["image_id"]] = row["score"]
    alpha = krippendorff.alpha(table, level_of_measurement="interval")
    assert said["alpha"]["value"] == pytest.approx(alpha)


def beside_people(told: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Recompute what a run's scores are beside people's."""
    scores = np.array([row["score"] for row in rows])
    people = np.array([row["people"] for row in rows])
    names = list(dict.fromkeys(row["place"] for row in rows))
    places = [names.index(row["place"]) for row in rows]  # which decides the folds
    assert told["people"]["n"] == len(rows)
    figures = told["people"]["statistics"]
    assert figures["spearman"]["value"] == pytest.approx(stats.spearmanr(scores, people).statistic)
    off = float(np.abs(scores - people).mean())
    assert figures["mean_absolute_error"]["value"] == pytest.approx(off)
    assert told["calibration"]["error"] == pytest.approx(off)
    curve = IsotonicRegression(y_min=0, y_max=10, out_of_bounds="clip")
    fitted = curve.fit(scores, people).predict([x for x, _ in told["calibration"]["curve"]])
    assert [y for _, y in told["calibration"]["curve"]] == pytest.approx(fitted, abs=6e-4)
    elsewhere = cross_val_predict(
        curve, scores.reshape(-1, 1), people, groups=places, cv=GroupKFold(5)
    )
    error = float(np.abs(elsewhere - people).mean())
    assert told["calibration"]["calibrated_error"] == pytest.approx(error)


def test_the_page_in_the_browser_has_the_same_figures(rated: CommandLine) -> None:
    (pair,) = json.loads(rated("compare", "gemini", "gemma", "--json").stdout)["pairs"]
    with Catalog.open(rated.catalog) as catalog:
        together = beside(catalog, ("gemini", "gemma"), View())
        at_once = agreement(catalog, together, intervals=False)
        later = agreement(catalog, together, intervals=True)
    assert at_once is not None
    assert later is not None
    assert len(later.statistics) == 10
    for name, told in pair["agreement"]["statistics"].items():
        assert asdict(later[name]) == pytest.approx(told), name
        if name not in OF_BURSTS:
            assert at_once[name].value == pytest.approx(told["value"]), name


@pytest.fixture
def paired(rated: CommandLine) -> CommandLine:
    """Return it with pairs: gemini and ann order some photos by number, and frames of bursts."""
    with sqlite3.connect(rated.catalog) as db:
        add = "insert into comparisons (label_run_id, first_image_id, second_image_id, outcome, created_at) values (?, ?, ?, ?, '')"
        for run in (1, 3):
            for one in range(1, 40, 4):
                for other in range(one + 4, 40, 4):
                    pair, better = (
                        ((one, other), "second") if (one + other) % 3 else ((other, one), "first")
                    )
                    db.execute(add, (run, *pair, better))
        for first, second in ((1, 2), (1, 3), (1, 4), (5, 6)):
            db.execute(add, (1, first, second, "first"))  # the lower number, but for the last
            db.execute(add, (1, second, first, "second" if second < 6 else "first"))
        db.execute(add, (3, 1, 2, "first"))
        db.execute(add, (3, 1, 3, "second"))
        db.execute(add, (3, 1, 4, "tie"))
        db.execute(add, (2, 7, 8, "first"))  # in one order alone
    db.close()
    return rated


def test_pairs_make_rankings_with_intervals(paired: CommandLine, tmp_path: Path) -> None:
    said = json.loads(paired("compare", "--json", "--resamples", 0).stdout)
    assert [(one["run"], one["answers"], one["photos"]) for one in said["by_pairs"]] == [
        ("gemini", 45, 10),
        ("ann", 45, 10),
        ("all runs", 90, 10),
    ]
    for ranks in said["by_pairs"]:
        assert [one["image"] for one in ranks["best"]] == list(range(37, 0, -4))
        assert all(one["low"] < one["value"] < one["high"] for one in ranks["best"])
    alone, together = said["by_pairs"][0]["best"][0], said["by_pairs"][2]["best"][0]
    assert together["high"] - together["low"] < alone["high"] - alone["low"], "more is known"
    assert "all runs, 90 pairs of 10 photos" in paired("compare").stdout
    paired("compare", "--out", tmp_path / "out", "--resamples", 0)
    page = (tmp_path / "out" / "index.html").read_text()
    assert "By pairs: all runs" in page
    assert "The best by pairs, all runs" in page
    assert "pairs.answers" in page


def test_who_has_only_compared_pairs_is_known(paired: CommandLine, tmp_path: Path) -> None:
    with sqlite3.connect(paired.catalog) as db:
        db.execute("delete from labels where label_run_id = 3")
    db.close()
    said = json.loads(paired("compare", "ann", "--json").stdout)
    assert said["runs"] == []
    assert [one["answers"] for one in said["by_pairs"]] == [45]
    words = paired("compare", "ann", "--out", tmp_path / "out").stdout
    assert words.lstrip().startswith("ann, 45 pairs of 10 photos")
    assert "No scores, only pairs" in (tmp_path / "out" / "index.html").read_text()
    assert "ann, gemini" not in paired("compare", "gemini", "ann", "--resamples", 0).stdout
    assert "there are: gemini, gemma, bob, ann" in paired("compare", "nobody", code=2).stderr


def test_frames_of_bursts_are_judged_on_their_own(paired: CommandLine, tmp_path: Path) -> None:
    said = json.loads(paired("compare", "--json", "--resamples", 0).stdout)
    assert said["in_bursts"] == [
        {"run": "gemini", "bursts": 2, "pairs": 4, "consistent": 3, "beside_people": 2,
         "as_people": 1, "usd": None},
    ]  # fmt: skip
    line = "gemini, 4 pairs of frames of 2 bursts: the same answer in both orders for 75%; as people for 1 of 2"
    assert line in paired("compare").stdout
    assert json.loads(paired("compare", "ann", "--json").stdout)["in_bursts"] == []
    paired("compare", "--out", tmp_path / "out", "--resamples", 0)
    assert "Side by side in bursts" in (tmp_path / "out" / "index.html").read_text()


def test_the_page_has_the_figures_and_the_plots(rated: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "agreement"
    said = rated("compare", "--out", out, "--resamples", 100).stdout
    assert f"with plots: {out / 'index.html'}" in said
    page = (out / "index.html").read_text()
    assert page.count("<svg") == len(list(out.glob("plot-*.svg")))
    for drawn in out.glob("plot-*.svg"):
        ET.parse(drawn)
    assert "gemini, gemma" in page
    assert "compare.pairs" in page
    plots = len(list(out.glob("plot-*.svg")))
    rated("compare", "gemini", "bob", "--out", out, "--resamples", 0)
    assert len(list(out.glob("plot-*.svg"))) < plots, "the new page takes the place of the old one"


def test_a_page_never_lands_among_other_files(rated: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    words = ("compare", "--resamples", 0, "--out")
    assert "is a file" in rated(*words, tmp_path / "file", code=1).stderr
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "index.html").write_text("my own page")
    assert "nothing was written" in rated(*words, tmp_path / "own", code=1).stderr
    assert (tmp_path / "own" / "index.html").read_text() == "my own page"


def test_bars() -> None:
    assert bars((0, 1, 4, 8)) == " ▁▄█"
    assert bars((0, 0)) == "  "
