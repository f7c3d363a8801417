"""Large files are read by a process of their own, parcel by parcel, to the same end as small ones."""

from pathlib import Path

import pytest

from herocat import queries
from herocat.catalog import Catalog
from herocat.formats.values import Floor
from herocat.loaders import intake, parcels
from herocat.loaders.sources import Collection
from herocat.parallel import EndedError
from tests.conftest import CommandLine
from tests.stages.conftest import rows
from tests.world import World, animal, bursts


def test_a_large_file_is_read_by_another_process_to_the_same_end(
    ready: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bursts(world)
    said = ready("ingest", world.root, world.detections(), world.sequences()).stdout
    other = CommandLine(ready.catalog.with_name("other.db"))
    other("init")
    monkeypatch.setattr(parcels, "LARGE", 0)
    assert other("ingest", world.root, world.detections(), world.sequences()).stdout == said
    for table in ("images", "sequences", "detections", "classifications", "results"):
        query = f"select * from {table} order by 1, 2"
        assert rows(other.catalog, query) == rows(ready.catalog, query)


def test_rows_are_written_many_at_a_time_to_the_same_end(
    ready: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bursts(world)
    world.images[1:1] = [
        {"file": "lost.jpg", "failure": "oops"},
        {"file": world.images[0]["file"], "failure": "oops"},
        {
            "file": "lost.jpg",
            "detections": [animal() | {"classifications": [["0", 0.9], ["1", 0.1]]}],
        },
    ]
    files = (world.detections(), world.sequences())
    found = list[list[object]]()
    for portion, at_once in ((1, 1), (4, 3), (1_000, 20)):
        monkeypatch.setattr(parcels, "_PORTION", portion)
        monkeypatch.setattr(parcels, "_AT_ONCE", at_once)
        other = CommandLine(ready.catalog.with_name(f"{portion}.db"))
        other("init")
        other("ingest", "--root", world.root, *files)
        tables = ("images", "sequences", "detections", "classifications", "results")
        found.append([rows(other.catalog, f"select * from {table}") for table in tables])
    assert found[0] == found[1] == found[2]
    failed = (
        "select path from images join results on image_id = id where results.failure is not null"
    )
    assert "lost.jpg" not in str(rows(other.catalog, failed))
    assert rows(other.catalog, "select count(*) from classifications where rank = 2") == [(1,)]


def test_a_large_file_that_is_broken(
    ready: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bursts(world)
    detections, sequences = world.detections(), world.sequences()
    detections.write_text(detections.read_text()[:-30])
    monkeypatch.setattr(parcels, "LARGE", 0)
    said = ready("ingest", "--root", world.root, detections, sequences, code=1).stderr
    assert "ends" in said
    assert "nothing was taken from it" in said
    assert not rows(ready.catalog, "select * from sources where format = 'megadetector'")
    assert not rows(ready.catalog, "select * from results")


def test_a_reading_process_that_is_killed(
    ready: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise EndedError

    bursts(world)
    monkeypatch.setattr(intake, "take", ended)
    said = ready("ingest", "--root", world.root, world.detections(), code=1).stderr
    assert "was ended from outside" in said
    assert not rows(ready.catalog, "select * from sources")


@pytest.mark.parametrize(
    "name",
    ["find_photos", "match_results", "match_repeated", "take_boxes", "apply_given", "mark_moved"],
)
def test_a_parcel_costs_the_same_however_many_photos_there_are(
    catalog: Catalog, tmp_path: Path, name: str
) -> None:
    """For a join SQLite may build a filter or an index of all photos first: for each parcel again."""
    connection = catalog.connection
    with catalog.writing():
        connection.execute("analyze")
        connection.execute(
            "insert into sqlite_stat1 values ('images', 'sqlite_autoindex_images_1', '600000 1001 1'),"
            " ('sequences', 'sequences_given', '300000 1001 1'), ('detections', 'detections_image', '900000 2')"
        )
    connection.execute("analyze sqlite_master")  # have the statistics read
    packed = parcels.Job(tmp_path / "none.json", "coco", Floor(0.05, 0.05))
    parcel = parcels._packed(tmp_path / "parcel.db", [], packed, Collection(1, tmp_path), [])
    if name == "mark_moved":
        catalog.run("ingest.start_given")
        catalog.run("ingest.start_moved")
    with catalog.attached(parcel.file, "parcel"):
        create, *_ = queries.queries()["ingest.find_photos"].statements
        connection.execute(create)
        query = queries.queries()[f"ingest.{name}"]
        for statement in query.statements:
            if "create temp table" in statement:
                connection.execute(statement)
                continue
            plan = connection.execute(
                f"explain query plan {statement}", dict.fromkeys(query.parameters, 1)
            )
            steps = [step["detail"] for step in plan]
            assert not [step for step in steps if "BLOOM" in step or "AUTOMATIC" in step]
            assert not [step for step in steps if step in {"SCAN images", "SCAN sequences"}]
