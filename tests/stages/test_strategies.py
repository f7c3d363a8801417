"""Strategies beside the stratified one, and rare species that must be plausible."""

import json
import sqlite3
from pathlib import Path

import pytest

from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.stages.select import select
from herocat.strategies.plausible import Range, believed, read_range
from herocat.strategies.registry import STRATEGIES, build
from herocat.strategies.simple import Mixed
from tests.conftest import CommandLine
from tests.world import SPECIES, World, animal

NAMES = {"fox": "0", "deer": "1", "badger": "2", "lynx": "3"}


@pytest.fixture
def many(ready: CommandLine, world: World) -> CommandLine:
    """Return a catalog of 30 bursts of two: 24 foxes at two places, four deer, a badger, a lynx."""
    kinds = ["fox"] * 24 + ["deer"] * 4 + ["badger", "lynx"]
    for burst, kind in enumerate(kinds):
        for frame in range(2):
            size = 0.15 + 0.01 * burst + 0.02 * frame
            world.photo(
                f"{'ridge' if burst % 2 else 'pond'}/{burst:02}-{frame}.jpg",
                animal(0.2, 0.2, size, size, species=NAMES[kind], conf=0.9),
                sequence=f"s{burst}",
                moment=f"2024-0{1 + burst % 9}-01 {burst % 24:02}:00:0{frame}",
                location="ridge" if burst % 2 else "pond",
                on_disk=False,
            )
    ready("ingest", "--root", world.root, world.detections(), world.sequences())
    return ready


def chosen(herocat: CommandLine, name: str) -> list[tuple[str, str, float, int]]:
    with sqlite3.connect(herocat.catalog) as db:
        found = db.execute(
            "select path, category, quality_score, candidates.rank from candidates"
            " join images on images.id = candidates.image_id"
            " join selections on selections.id = candidates.selection_id"
            " where selections.name = ? order by candidates.id",
            [name],
        ).fetchall()
    db.close()
    return found


def test_top_takes_the_best_of_each_burst(many: CommandLine) -> None:
    many("select", "-n", 5, "--strategy", "top", "--name", "t")
    found = chosen(many, "t")
    assert [row[1] for row in found] == ["top"] * 5
    assert [path[-8:] for path, *_ in found] == [f"{burst}-1.jpg" for burst in range(29, 24, -1)]
    assert [row[3] for row in found] == [1, 2, 3, 4, 5]


def test_diverse_gives_every_species_its_turn(many: CommandLine) -> None:
    many("select", "-n", 8, "--strategy", "diverse", "--name", "d", "--rare-sequences", 0)
    many("select", "-n", 8, "--strategy", "random", "--name", "r")
    bursts = [int(path.split("/")[1][:2]) for path, *_ in chosen(many, "d")]
    foxes = [burst for burst in bursts if burst < 24]
    assert {28, 29} <= set(bursts)
    assert len(foxes) == 3
    assert {burst % 2 for burst in foxes} == {0, 1}  # of both places
    assert sum(burst >= 24 for burst in bursts) == 5
    by_chance = [path for path, *_ in chosen(many, "r")]
    assert len(by_chance) == 8


def test_a_clock_in_doubt_tells_no_season_and_no_night(many: CommandLine) -> None:
    """Two small foxes of 1970 are not two more kinds of fox, in January by night and in July by day."""
    with sqlite3.connect(many.catalog) as db:
        db.execute("update images set captured_at = '2024-05-01T12:00:00'")
        for burst, moment in (("00", "1970-01-01T00:00:00"), ("02", "1970-07-01T12:00:00")):
            db.execute(
                "update images set captured_at = ?, time_doubt = 'the camera''s clock was not set' where path glob ?",
                [moment, f"*/{burst}-*"],
            )
    db.close()
    many("select", "-n", 10, "--strategy", "diverse", "--name", "d")
    bursts = {int(path.split("/")[1][:2]) for path, *_ in chosen(many, "d")}
    assert {burst for burst in bursts if burst < 24} == {23, 22, 21, 2}


def test_chance_goes_by_the_seed_alone(many: CommandLine) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        line = ("select", "-n", 8, "--strategy", "random", "--seed", seed)
        many(*line, "--name", name) if name != "b" else many(*line)
    assert "nothing to do" in many("select", "-n", 8, "--strategy", "random", "--seed", 1).stdout
    assert {row[0] for row in chosen(many, "a")} != {row[0] for row in chosen(many, "c")}


def test_mixed_takes_its_shares_and_no_burst_twice(many: CommandLine) -> None:
    many(
        "select",
        "-n",
        20,
        "--strategy",
        "mixed",
        "--name",
        "m",
        "--mix",
        "top=1",
        "--mix",
        "random=3",
    )
    found = chosen(many, "m")
    assert len(found) == 20
    assert len({path.split("/")[1][:2] for path, *_ in found}) == 20
    assert [row[1] for row in found].count("top") == 5
    many("select", "-n", 99, "--strategy", "mixed", "--name", "all")
    assert len(chosen(many, "all")) == 30
    assert (
        "cannot be mixed"
        in many("select", "--strategy", "mixed", "--mix", "stratified=1", code=2).stderr
    )
    for wrong in ("top", "top=nan", "top=inf"):
        line = ("select", "--strategy", "mixed", "--mix", wrong)
        assert "takes STRATEGY=SHARE" in many(*line, code=2).stderr
    with pytest.raises(Exception, match="one at least"):
        Mixed(mix={"top": 0.0})


def test_the_scorer_needs_a_run_and_then_goes_by_it(many: CommandLine) -> None:
    assert "first: herocat train" in many("select", "--strategy", "scorer", code=1).stderr
    with sqlite3.connect(many.catalog) as db:
        db.execute(
            "insert into label_runs (id, name, rater, provider, model, params, state, created_at)"
            " values (1, 'scorer', 'scorer', 'scorer', 'm', '{}', 'done', '2025-01-01')"
        )
        db.execute(
            "insert into labels (label_run_id, image_id, status, score, created_at)"
            " select 1, id, 'ok', (id * 7) % 60 / 6.0, '2025-01-01' from images"
        )
    db.close()
    many("select", "-n", 4, "--strategy", "scorer", "--name", "s")
    found = chosen(many, "s")
    assert [row[2] for row in found] == sorted((row[2] for row in found), reverse=True)
    assert found[0][2] == pytest.approx(59 / 60)


@pytest.mark.parametrize("name", [name for name in STRATEGIES if name != "scorer"])
def test_explain_says_why_with_every_strategy(many: CommandLine, name: str) -> None:
    many("select", "-n", 6, "--strategy", name)
    with sqlite3.connect(many.catalog) as db:
        taken = {image for (image,) in db.execute("select image_id from candidates")}
    db.close()
    for image in [*taken, 1, 2, 59, 60]:
        verdict = json.loads(many("explain", image, "--json").stdout)["verdict"]
        assert verdict.startswith("Chosen as" if image in taken else "Not chosen: "), verdict
    assert many("verify").stdout


def rare(catalog: CommandLine, *options: object) -> tuple[list[str], dict[str, str]]:
    name = json.loads(catalog("select", "-n", 9, "--json", *options).stdout)["name"]
    with sqlite3.connect(catalog.catalog) as db:
        details = db.execute("select details from selections where name = ?", [name]).fetchone()[0]
        doubtful = dict(
            db.execute(
                "select species, reason from doubtful_species"
                " where selection_id = (select id from selections where name = ?)",
                [name],
            )
        )
    db.close()
    return json.loads(details)["rare_species"], doubtful


def test_what_one_burst_alone_is_taken_for_is_to_be_identified(many: CommandLine) -> None:
    believed_, doubtful = rare(many, "--rare-sequences", 0)
    assert set(believed_) == {"badger", "lynx"}
    assert not doubtful
    believed_, doubtful = rare(many)
    assert believed_ == []
    assert set(doubtful) == {"badger", "lynx"}
    assert "only 1 of 2 bursts" in doubtful["lynx"]
    assert "2 rare names not believed" in many("select", "-n", 8).stdout


@pytest.mark.parametrize("name", ["diverse", "mixed"])
def test_what_is_not_believed_has_no_turn(many: CommandLine, name: str) -> None:
    """A lynx and a badger of one burst each share the turn of the unnamed, until one burst is enough."""
    options = ("-n", 3, "--strategy", name, "--mix", "diverse=1", "--json")
    said = json.loads(many("select", *options).stdout)
    assert said["doubtful"] == 2
    assert [one["species"] for one in said["identify"]] == ["badger", "lynx"]
    assert "only 1 of 2 bursts" in said["identify"][0]["reason"]
    any_ = json.loads(many("select", *options, "-n", 4, "--rare-sequences", 1).stdout)
    assert any_["identify"] == []
    with sqlite3.connect(many.catalog) as db:
        taken = {
            one["name"]: {row[0] for row in db.execute(
                "select distinct species from candidates join subjects using (image_id)"
                " join selections on selections.id = selection_id where name = ?", [one["name"]])}
            for one in (said, any_)
        }  # fmt: skip
        report = db.execute("select count(*) from doubtful_species where selection_id = 1")
        assert report.fetchone()[0] == 2
    db.close()
    assert {"badger", "lynx"} <= taken[any_["name"]]
    assert not {"badger", "lynx"} <= taken[said["name"]]
    again = many("select", "-n", 3, "--strategy", name, "--mix", "diverse=1").stdout
    assert "nothing to do; 2 rare names not believed" in again


def test_a_persons_word_is_enough(many: CommandLine) -> None:
    with sqlite3.connect(many.catalog) as db:
        db.execute(
            "insert into observations (image_id, source, category, species, level, made_by)"
            " select id, 1, 'animal', 'lynx', 'photo', 'person' from images where path like '%29-1.jpg'"
        )
    db.close()
    believed_, doubtful = rare(many)
    assert believed_ == ["lynx"]
    assert set(doubtful) == {"badger"}


def test_a_list_of_species_is_obeyed(many: CommandLine, tmp_path: Path) -> None:
    names = tmp_path / "species.txt"
    names.write_text("# of the reserve\nRed fox\nroe deer\nBadger\n")
    believed_, doubtful = rare(many, "--species-list", names, "--rare-sequences", 1)
    assert believed_ == ["badger"]
    assert doubtful == {"lynx": "it is not in the list of species"}


def fence(path: Path) -> Path:
    rules = {
        "mammalia;carnivora;felidae;lynx;lynx": {"allow": {"SWE": [], "USA": ["ME"]}},
        "mammalia;carnivora;mustelidae;meles;meles": {"block": {"KEN": []}},
    }
    path.write_text(json.dumps(rules))
    return path


def test_a_geofence_is_obeyed(many: CommandLine, tmp_path: Path) -> None:
    with sqlite3.connect(many.catalog) as db:
        for name, genus in (("lynx", "felidae;lynx;lynx"), ("badger", "mustelidae;meles;meles")):
            db.execute(
                'insert or replace into taxa (name, class, "order", family, genus, species)'
                " values (?, 'mammalia', 'carnivora', ?, ?, ?)",
                [name, *genus.split(";")],
            )
    db.close()
    options = ("--species-list", fence(tmp_path / "fence.json"), "--rare-sequences", 1)
    assert rare(many, *options, "--country", "SWE") == (["badger", "lynx"], {})
    assert rare(many, *options, "--country", "KEN") == (
        [],
        {
            "badger": "the geofence keeps it out of KEN",
            "lynx": "the geofence does not let it into KEN",
        },
    )
    assert rare(many, *options, "--country", "USA", "--region", "ME")[0] == ["badger", "lynx"]
    assert rare(many, *options, "--country", "USA", "--region", "TX")[0] == ["badger"]


@pytest.mark.parametrize("name", ["bird", "Canidae family", "deer species"])
def test_a_wider_group_is_no_rare_species(many: CommandLine, catalog: Catalog, name: str) -> None:
    with sqlite3.connect(many.catalog) as db:
        db.execute("update classifications set species = ? where species = 'lynx'", [name])
    db.close()
    good, doubtful = believed(catalog, [name], species_score=0.5, least=1)
    assert good == []
    assert doubtful[0].reason == "it is a wider group, not a species"


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "no geofence"), ('{"lynx": {}}', "keys are class"), ("# nobody\n", "names no species")],
)
def test_a_bad_list_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "list"
    path.write_text(content)
    with pytest.raises(InputError, match=said):
        read_range(path, "KEN", None)
    with pytest.raises(InputError, match="cannot be read"):
        read_range(tmp_path / "none", None, None)
    with pytest.raises(InputError, match="say with --country"):
        read_range(fence(tmp_path / "fence.json"), None, None)


def test_no_rule_is_no_refusal() -> None:
    assert Range("r", fence={}, country="KEN").refuses(["lynx"], "a;b;c;d;e") == ""


def test_every_strategy_makes_a_selection_of_an_empty_mix_of_options(catalog: Catalog) -> None:
    for name in STRATEGIES:
        strategy = build(name, {"animal_confidence": 0.4})
        assert strategy.params()["animal_confidence"] == 0.4
    with pytest.raises(Exception, match="no detector results"):
        select(catalog, build("top", {}), n=1, seed=0)
    assert SPECIES
