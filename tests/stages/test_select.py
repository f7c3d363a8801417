"""The stratified selection follows the formulas, keeps its three promises, and says why."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from herocat import queries
from herocat.catalog import Catalog
from herocat.stages.select import select
from herocat.strategies.stratified import QUOTAS, WEIGHTS, Stratified, allot, rare_species
from tests import plain_select
from tests.conftest import CommandLine, fresh
from tests.stages.conftest import rows
from tests.world import World, animal, bursts, draw, person

sides = st.sampled_from([0.02, 0.05, 0.2, 0.33, 0.5, 0.9, 0.95])
boxes = st.fixed_dictionaries(
    {
        "conf": st.sampled_from([0.06, 0.29, 0.3, 0.5, 0.84, 0.85, 0.97]),
        "bbox": st.tuples(st.floats(0, 1), st.floats(0, 1), sides, sides).map(
            lambda b: (b[0] * (1 - b[2]), b[1] * (1 - b[3]), b[2], b[3])
        ),
        "species": st.lists(
            st.tuples(
                st.sampled_from(["fox", "deer", "lynx", "hare", "crane"]),
                st.sampled_from([0.2, 0.5, 0.9]),
            ),
            max_size=2,
            unique_by=lambda s: s[0],
        ),
    }
)
photos = st.lists(
    st.tuples(
        st.lists(boxes, max_size=4),
        st.integers(0, 12) | st.none(),
        st.sampled_from([0, 0, 0, 0, 0.05, 0.4]),
    ),
    min_size=1,
    max_size=30,
)


def fill(catalog: Catalog, made: list[tuple[list[Any], int | None, float]]) -> None:
    """Put photos straight into the tables: boxes, sequence, and the confidence of a person."""
    do = catalog.connection.execute
    do("insert into collections (id, root, name) values (1, 'p', 'p')")
    do(
        "insert into sources (id, collection_id, path, format, params, state, started_at) values (1, 1, 'd', 'megadetector', '{}', 'done', '')"
    )
    number = 0
    for image, (found, sequence, person_confidence) in enumerate(made, 1):
        if sequence is not None:
            do(
                "insert or ignore into sequences (id, collection_id, key, origin) values (?, 1, ?, 'given')",
                [sequence, str(sequence)],
            )
        do(
            "insert into images (id, collection_id, path, sequence_id) values (?, 1, ?, ?)",
            [image, str(image), sequence],
        )
        do("insert into results (image_id, source) values (?, 1)", [image])
        for box in found:
            number += 1
            do(
                "insert into detections (id, image_id, source, category, confidence, x, y, w, h) values (?, ?, 1, 'animal', ?, ?, ?, ?, ?)",
                [number, image, box["conf"], *box["bbox"]],
            )
            for rank, (name, score) in enumerate(box["species"], 1):
                do(
                    "insert into classifications values (?, ?, 1, ?, ?, ?)",
                    [image, number, rank, name, score],
                )
        if person_confidence:
            number += 1
            do(
                "insert into detections (id, image_id, source, category, confidence) values (?, ?, 1, 'person', ?)",
                [number, image, person_confidence],
            )


@settings(max_examples=80, deadline=None)
@given(made=photos, n=st.integers(1, 20), seed=st.integers(0, 3))
def test_the_selection_is_what_the_plain_formulas_say(
    template: Path, made: list[Any], n: int, seed: int
) -> None:
    with fresh(template) as catalog:
        fill(catalog, made)
        everything = {str(image): found for image, (found, _, _) in enumerate(made, 1)}
        sequences = {
            str(i): f"s{s}" if s is not None else f"i{i}" for i, (_, s, _) in enumerate(made, 1)
        }
        bad = {sequences[str(i)] for i, (_, _, person) in enumerate(made, 1) if person >= 0.1}
        rare = plain_select.rare(everything)
        expected = {
            path: plain_select.classes(found, rare)
            for path, found in everything.items()
            if sequences[path] not in bad
        }
        expected = {path: found for path, found in expected.items() if found}
        if not expected:
            return
        done = select(catalog, Stratified(), n=n, seed=seed)

        catalog.run("select.gate", animal_confidence=0.3)
        Stratified()._classify_few(catalog, sorted(rare))
        classed: dict[str, dict[str, float]] = {}
        for row in catalog.connection.execute(
            "select image_id, category, quality from temp.classed"
        ):
            classed.setdefault(str(row[0]), {})[row[1]] = row[2]
        assert classed.keys() == expected.keys()
        for path, found in expected.items():
            assert classed[path] == pytest.approx(found)

        chosen = list(
            catalog.connection.execute(
                "select image_id, category, quality_score, rank from candidates"
            )
        )
        best = plain_select.best_per_sequence(expected, sequences)
        taken = [sequences[str(row[0])] for row in chosen]
        assert len(set(taken)) == len(taken), "a sequence was taken twice"
        assert len(chosen) == min(n, len({sequences[path] for path in expected})), "n is not met"
        for image, category, value, _ in chosen:
            assert value == pytest.approx(best[category][sequences[str(image)]]), (
                "not the best of its burst"
            )
        for category in QUOTAS:
            mine = sorted((row[3], row[2]) for row in chosen if row[1] == category)
            assert [rank for rank, _ in mine] == list(range(1, len(mine) + 1))
            assert [value for _, value in mine] == sorted((v for _, v in mine), reverse=True)
        for quota in done.quotas:
            assert quota.wanted == int(n * QUOTAS[quota.category])
            assert quota.available == len(best[quota.category])

        held = {str(row[0]) for row in catalog.connection.execute("select image_id from holds")}
        assert held == {path for path in everything if sequences[path] in bad}
        for name in ("candidates_are_not_held", "candidate_parts_add_up", "quotas_add_up"):
            assert list(catalog.ask(queries.files("checks")[name])) == []


def test_the_weights_are_those_of_the_original() -> None:
    """Every class's weights add up to one, and its parts give the plain formula."""
    parts = {
        "confidence": 0.91,
        "centrality": 0.73,
        "size": 0.55,
        "mean_confidence": 0.8,
        "animals": 0.4,
        "species": 0.5,
    }
    for name, weights in WEIGHTS.items():
        assert sum(weights.values()) == pytest.approx(1)
        plain = plain_select.quality(name, 0.91, 0.73, 0.55, 0.8, 2, 2)
        assert sum(parts[part] * weight for part, weight in weights.items()) == pytest.approx(plain)
    assert sum(QUOTAS.values()) == pytest.approx(1)


def test_a_quota_that_cannot_be_filled_goes_to_the_others(ready: CommandLine, world: World) -> None:
    """Twenty bursts of one class only: all of them are taken although its share is 15 %."""
    for number in range(20):
        world.images.append({"file": f"{number}.jpg", "detections": [animal(0.0, 0.0, 0.2, 0.2)]})
    ready("ingest", "--root", world.root, world.detections())
    said = json.loads(ready("select", "-n", "20", "--json").stdout)
    assert said["candidates"] == 20
    got = {quota["category"]: quota["chosen"] for quota in said["quotas"]}
    assert got["single_medium"] + got["rare_species"] == 20


def test_champions_are_compared_once(ready: CommandLine, world: World) -> None:
    """Measuring the rest of the bursts changes nothing that was compared."""
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("sequence")
    ready("measure")
    first = ready("select", "-n", 5, "--burst", "champion").stdout
    ready("measure")
    assert "nothing to do" in ready("select", "-n", 5, "--burst", "champion").stdout
    with sqlite3.connect(ready.catalog) as db:
        places = db.execute(
            "select path, place from burst_ranks join images on images.id = image_id order by path"
        ).fetchall()
        chosen = [
            path
            for (path,) in db.execute(
                "select path from candidates join images on images.id = image_id"
            )
        ]
    db.close()
    assert "5 candidates" not in first  # there are fewer bursts
    ridge = {path: place for path, place in places if path.startswith("ridge/a")}
    assert sorted(ridge.values()) == [1, 2, 3]
    assert [path for path, place in ridge.items() if place == 1] == [
        path for path in chosen if path.startswith("ridge/a")
    ]
    loser = next(path for path, place in ridge.items() if place == 3)
    assert "Side by side it is number 3 of 3" in ready("explain", loser).stdout


def test_a_class_without_a_quota_stays_out(ready: CommandLine, world: World) -> None:
    for number in range(6):
        side = 0.05 if number % 2 else 0.4
        world.images.append(
            {"file": f"{number}.jpg", "detections": [animal(0.0, 0.0, side, side, species=None)]}
        )
    ready("ingest", "--root", world.root, world.detections())
    options = ["--quota", "single_medium=0", "--quota", "single_tiny=0"]
    assert json.loads(ready("select", "-n", "6", "--json", *options).stdout)["candidates"] == 3


def test_people_hold_back_their_burst_and_leave_a_reason(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("sequence")
    said = ready("select").stdout
    assert "2 held back for a person or vehicle" in said
    sql = "select images.path, reason, because.path, confidence, threshold from holds join images on images.id = image_id join images as because on because.id = because_image_id order by 1"
    assert rows(ready.catalog, sql) == [
        ("ridge/b0.jpg", "person", "ridge/b1.jpg", 0.8, 0.1),
        ("ridge/b1.jpg", "person", "ridge/b1.jpg", 0.8, 0.1),
    ]
    chosen = {
        path
        for (path,) in rows(
            ready.catalog, "select path from candidates join images on images.id = image_id"
        )
    }
    assert not chosen & {
        "ridge/b0.jpg",
        "ridge/b1.jpg",
        "pond/bad.jpg",
        "pond/gone.jpg",
        "ridge/blank.jpg",
    }
    assert len(chosen & {"ridge/a0.jpg", "ridge/a1.jpg", "ridge/a2.jpg"}) == 1


def test_of_copies_the_first_is_chosen(ready: CommandLine, world: World, tmp_path: Path) -> None:
    """A card that was copied to two folders is not paid for twice."""
    for number in range(3):
        world.photo(f"card/{number}.jpg", animal(0.1 * number, 0.2), image=draw(seed=number))
    shutil.copytree(world.root / "card", world.root / "backup")
    world.images += [
        one | {"file": f"backup/{number}.jpg"} for number, one in enumerate(world.images)
    ]
    ready("ingest", world.root, world.detections())
    ready("sequence")
    before = json.loads(ready("select", "--json").stdout)
    ready("measure")
    said = json.loads(ready("select", "--json").stdout)
    assert (before["candidates"], said["candidates"], said["eligible"]) == (6, 3, 3)
    assert json.loads(ready("select", "--json").stdout)["new"] is False
    sql = "select path from candidates join images on images.id = image_id where selection_id = 2"
    chosen = {path for (path,) in rows(ready.catalog, sql)}
    assert len({Path(path).name for path in chosen}) == 3
    firsts = dict(rows(ready.catalog, "select sha256, path from images order by id desc"))
    assert chosen == set(firsts.values())
    for sha256, path in rows(ready.catalog, "select sha256, path from images"):
        why = f"Not chosen: it is a copy of {firsts[sha256]}."
        assert (why in ready("explain", path).stdout) == (path not in chosen)


def test_a_copy_takes_the_place_of_a_photo_that_is_gone(ready: CommandLine, world: World) -> None:
    for path in ("a/first.jpg", "b/second.jpg"):
        world.photo(path, animal(), image=draw())
    ready("ingest", world.root, world.detections())
    ready("measure")
    (world.root / "a/first.jpg").unlink()
    ready("ingest", world.root)
    ready("select")
    assert "its file is not on disk" in ready("explain", "a/first.jpg").stdout
    assert "Chosen as" in ready("explain", "b/second.jpg").stdout


def test_who_was_seen_by_a_person_is_held_whatever_the_detector_says(
    ready: CommandLine, world: World
) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("sequence")
    with closing(sqlite3.connect(ready.catalog)) as db, db:
        db.execute(
            "insert into observations (image_id, source, category, level, made_by, score)"
            " select images.id, 1, category, 'photo', 'person', score from images join"
            " (select 'ridge/a1.jpg' as path, 'person' as category, null as score"
            " union select 'ridge/b1.jpg', 'vehicle', 0.9 union select 'ridge/b1.jpg', 'animal', null"
            " union select 'pond/d0.jpg', 'person', 0.05) using (path)"
        )
    ready("select")
    sql = "select images.path, reason, because.path, confidence from holds join images on images.id = image_id join images as because on because.id = because_image_id order by 1"
    assert rows(ready.catalog, sql) == [
        *[(f"ridge/a{frame}.jpg", "person", "ridge/a1.jpg", 1.0) for frame in range(3)],
        *[(f"ridge/b{frame}.jpg", "vehicle", "ridge/b1.jpg", 0.9) for frame in range(2)],
    ]
    vetoed = "select count(*) from candidates join vetoes using (image_id)"
    assert rows(ready.catalog, vetoed) == [(0,)]
    said = ready("explain", "ridge/a0.jpg").stdout
    assert "ridge/a1.jpg, of the same burst, shows a person (1.00)" in said


def test_a_person_below_the_threshold_holds_nothing_back(ready: CommandLine, world: World) -> None:
    world.images.append({"file": "a.jpg", "detections": [animal(), person(0.3)]})
    ready("ingest", "--root", world.root, world.detections())
    assert "no photo can be chosen" in ready("select", code=1).stderr
    assert "1 candidate" in ready("select", "--person-confidence", "0.5").stdout


def test_the_same_again_does_nothing_and_a_change_chooses_anew(
    ready: CommandLine, world: World
) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    ready("sequence")
    assert ready("select").stdout.startswith("stratified-5000: 3 candidates")
    assert "chosen before; nothing to do" in ready("select").stdout
    assert ready("select", "--seed", "1").stdout.startswith("stratified-5000-2: 3 candidates")
    assert "stratified-5000-2: 3 candidates, chosen before" in ready("select", "--seed", "1").stdout
    world.photo("new/e.jpg", animal())
    ready("ingest", world.root, world.detections())
    ready("sequence")
    assert ready("select").stdout.startswith("stratified-5000-3: 4 candidates")
    assert rows(ready.catalog, "select name, num_candidates from selections order by id") == [
        ("stratified-5000", 3),
        ("stratified-5000-2", 3),
        ("stratified-5000-3", 4),
    ]


def test_a_name_means_one_selection(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections())
    ready("select", "--name", "mine", "-n", "2")
    assert "nothing to do" in ready("select", "--name", "mine", "-n", "2").stdout
    assert "choose another --name" in ready("select", "--name", "mine", "-n", "3", code=2).stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--strategy", "magic"], "known are: stratified"),
        (["--quota", "single_large=0.1"], "known are: single_optimal"),
        (["--quota", "single_tiny"], "CLASS=SHARE"),
        (["--quota", "single_tiny=-1"], "share of 0 or more"),
        ([f"--quota={name}=0" for name in QUOTAS], "one at least must be more"),
        (["-n", "0"], "not in the range"),
    ],
)
def test_bad_choices(ready: CommandLine, options: list[str], words: str) -> None:
    assert words in ready("select", *options, code=2).stderr


def test_nothing_to_choose_from(ready: CommandLine, world: World) -> None:
    assert "no detector results" in ready("select", code=1).stderr
    world.images.append({"file": "a.jpg", "detections": []})
    ready("ingest", "--root", world.root, world.detections())
    assert "none that is readable shows an animal" in ready("select", code=1).stderr
    assert rows(ready.catalog, "select count(*) from selections") == [(0,)]


def test_photos_are_wanted_on_disk_once_the_disk_was_looked_at(
    ready: CommandLine, world: World
) -> None:
    world.photo("here.jpg", animal())
    world.photo("gone.jpg", animal(), on_disk=False)
    ready("ingest", "--root", world.root, world.detections())
    assert "2 candidates" in ready("select").stdout
    ready("ingest", world.root)
    assert "1 candidate" in ready("select").stdout


def test_the_seed_decides_between_equals(ready: CommandLine, world: World) -> None:
    for number in range(40):
        world.images.append({"file": f"{number:02}.jpg", "detections": [animal(species=None)]})
    ready("ingest", "--root", world.root, world.detections())
    for seed in (0, 1, 2):
        ready("select", "-n", "10", "--seed", seed, "--name", f"seed{seed}")
    picks = [
        {
            i
            for (i,) in rows(
                ready.catalog, f"select image_id from candidates where selection_id = {s}"
            )
        }
        for s in (1, 2, 3)
    ]
    assert len({frozenset(pick) for pick in picks}) == 3
    assert all(pick != set(range(1, 11)) for pick in picks), "equals are taken by name"


def test_a_ranking_that_was_kept_gives_what_a_new_one_would(
    ready: CommandLine, world: World, tmp_path: Path
) -> None:
    bursts(world)
    for number in range(30):
        box = animal(0.01 * number, 0.2, 0.02 + 0.015 * number, 0.3, species=str(number % 7))
        world.images.append({"file": f"more/{number}.jpg", "detections": [box]})
    options = ("select", "-n", "9", "--seed", "3", "--quota", "single_tiny=0", "--json")
    ready("ingest", "--root", world.root, world.detections(), world.sequences())
    shutil.copy(ready.catalog, tmp_path / "other.db")
    ready("select")
    assert rows(ready.catalog, "select count(*) from contests") == [(1,)]
    other = CommandLine(tmp_path / "other.db")
    assert ready(*options).stdout == other(*options).stdout
    assert rows(ready.catalog, "select count(*) from contests") == [(1,)]
    query = """
      select image_id, category, quality_score, rank, name, value, weight
      from candidates
      join candidate_parts on candidate_id = candidates.id
      where selection_id = (select max(id) from selections)
      order by image_id, name
    """
    assert rows(ready.catalog, query) == rows(other.catalog, query)
    assert len(rows(ready.catalog, query)) > 9


def test_a_kept_ranking_is_not_used_when_the_catalog_has_changed(
    ready: CommandLine, world: World
) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    assert json.loads(ready("select", "--json").stdout)["candidates"] == 4
    world.photo("new/e.jpg", animal())
    ready("ingest", world.root, world.detections())
    assert json.loads(ready("select", "--seed", "1", "--json").stdout)["candidates"] == 5
    assert rows(ready.catalog, "select count(*) from contests") == [(1,)]


def test_only_results_that_count_are_chosen_from(ready: CommandLine, world: World) -> None:
    """Two results files of one photo: the later one, not the sum of both."""
    world.images.append({"file": "a.jpg", "detections": [animal(), animal(0.5, 0.5)]})
    first = world.detections("first.json")
    world.images[0]["detections"] = [animal(0.2, 0.2, 0.5, 0.5)]
    ready("ingest", "--root", world.root, first, world.detections("second.json"))
    ready("select")
    assert rows(ready.catalog, "select count(*) from candidates where category like 'multi%'") == [
        (0,)
    ]


@given(st.integers(0, 500), st.lists(st.floats(0.01, 1), min_size=1, max_size=8))
def test_allotments_add_up(count: int, shares: list[float]) -> None:
    given_ = allot(count, {str(i): share for i, share in enumerate(shares)})
    assert sum(given_.values()) == count
    for number, share in enumerate(shares):
        assert abs(given_[str(number)] - count * share / sum(shares)) < 1


def test_rare_is_the_lowest_fifth_by_value() -> None:
    hits = [("a", 1), ("b", 1), ("c", 2), ("d", 5), ("e", 9), ("f", 9)]
    assert rare_species(hits) == ["a", "b"]
    assert rare_species([]) == []
    assert rare_species([("a", 4)]) == ["a"]
