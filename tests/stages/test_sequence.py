"""Bursts are inferred from place and time, and stay what they are when nothing changes."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from herocat.catalog import Catalog
from herocat.stages.sequence import sequence
from tests.conftest import CommandLine, fresh
from tests.stages.conftest import rows
from tests.world import World, bursts, draw

START = datetime(2024, 5, 1, 10)  # noqa: DTZ001 - cameras have no zone


def add(catalog: Catalog, *photos: tuple[str, str | None, float | None]) -> None:
    """Add photos: path, location, seconds after the start."""
    connection = catalog.connection
    connection.execute("insert or ignore into collections (id, root, name) values (1, 'p', 'p')")
    for path, location, seconds in photos:
        moment = None if seconds is None else (START + timedelta(seconds=seconds)).isoformat()
        connection.execute(
            "insert into images (collection_id, path, location, captured_at) values (1, ?, ?, ?)",
            [path, location, moment],
        )


def found(catalog: Catalog) -> list[set[str]]:
    sql = "select group_concat(path, ' ') from images group by sequence_id order by min(path)"
    return [set(paths.split()) for (paths,) in catalog.connection.execute(sql)]


def test_gaps_locations_and_folders(catalog: Catalog) -> None:
    add(
        catalog,
        ("a/1.jpg", "ridge", 0),
        ("a/2.jpg", "ridge", 60),
        ("a/3.jpg", "ridge", 121),
        ("b/4.jpg", "ridge", 125),
        ("a/5.jpg", "pond", 0),
        ("c/6.jpg", None, 0),
        ("c/7.jpg", None, 5),
        ("d/8.jpg", None, 6),
        ("c/9.jpg", None, None),
        ("c/a.jpg", None, None),
    )
    done = sequence(catalog)
    assert done.placed == 10
    assert found(catalog) == [
        {"a/1.jpg", "a/2.jpg"},
        {"a/3.jpg", "b/4.jpg"},
        {"a/5.jpg"},
        {"c/6.jpg", "c/7.jpg"},
        {"c/9.jpg"},
        {"c/a.jpg"},
        {"d/8.jpg"},
    ]
    keys = catalog.connection.execute(
        "select key, num_frames, started_at, ended_at from sequences order by key"
    )
    assert tuple(next(keys)) == ("a/1.jpg", 2, "2024-05-01T10:00:00", "2024-05-01T10:01:00")


def test_a_clock_that_was_set_back(catalog: Catalog) -> None:
    """Photos that it lays over each other are told apart by the numbers in their names, where those count."""
    long, never = 86_400 * 30, -86_400 * 9_000  # 1999
    shuffled = [
        (f"shuffled/{number:04}.jpg", second) for second, number in enumerate((4821, 33, 7755))
    ]
    photos = [
        *((f"cam/IMG_{n:04}.JPG", 2 * n) for n in (1, 2, 3)),
        *((f"cam/IMG_{n:04}.JPG", long + n) for n in (50, 51, 52)),
        *((f"cam/IMG_{n:04}.JPG", 2 * (n - 100) + 1) for n in (101, 102, 103)),
        *((f"short/{n:05}.JPG", n % 100) for n in (10, 11, 12, 110, 111, 112)),
        *((f"unset/IMG_{n:04}.JPG", never + n % 100) for n in (1, 2, 101, 102, 301)),
        *((f"unset/{n}.jpg", never) for n in "ab"),
        *shuffled,
    ]
    add(catalog, *((path, None, seconds) for path, seconds in photos))
    doubt = "update images set time_doubt = 'the camera''s clock was not set' where captured_at < '2001'"
    catalog.connection.execute(doubt)
    sequence(catalog)
    assert {frozenset(burst) for burst in found(catalog)} == {
        *(frozenset(f"cam/IMG_{n + i:04}.JPG" for i in range(3)) for n in (1, 50, 101)),
        *(frozenset(f"short/{n + i:05}.JPG" for i in range(3)) for n in (10, 110)),
        *(frozenset(f"unset/IMG_{n + i:04}.JPG" for i in range(2)) for n in (1, 101)),
        *(frozenset([f"unset/{name}"]) for name in ("IMG_0301.JPG", "a.jpg", "b.jpg")),
        frozenset(path for path, _ in shuffled),
    }
    assert sequence(catalog).placed == 0


@pytest.mark.parametrize("last", [0, 1])
def test_numbers_that_begin_again_within_a_burst(catalog: Catalog, last: int) -> None:
    """After 9999 a camera counts from 0001, or 0000; what bears low numbers from long before stands apart."""
    around = [9997, 9998, 9999, last, last + 1]
    photos = [(f"cam/IMG_{n:04}.JPG", second) for second, n in enumerate(around)]
    before = [(f"cam/IMG_{n:04}.JPG", n - 86_400) for n in range(4000, 4010)]
    add(catalog, *((path, None, float(seconds)) for path, seconds in photos + before))
    sequence(catalog)
    assert {frozenset(burst) for burst in found(catalog)} == {
        frozenset(path for path, _ in photos),
        frozenset(path for path, _ in before),
    }


def test_a_new_photo_joins_its_burst_and_may_join_two(catalog: Catalog) -> None:
    add(catalog, ("1.jpg", "ridge", 0), ("3.jpg", "ridge", 100))
    sequence(catalog)
    assert len(found(catalog)) == 2
    first = catalog.connection.execute(
        "select sequence_id from images where path = '1.jpg'"
    ).fetchone()[0]
    add(catalog, ("2.jpg", "ridge", 50))
    sequence(catalog)
    assert found(catalog) == [{"1.jpg", "2.jpg", "3.jpg"}]
    rows = catalog.connection.execute("select id, num_frames from sequences").fetchall()
    assert [tuple(row) for row in rows] == [(first, 3)]


HELD = """
    select group_concat(substr(path, -8, 4), ' '), num_frames, started_at, ended_at
    from (select * from images order by path) as images join sequences on sequences.id = sequence_id
    group by sequences.id order by min(path)
"""


@pytest.mark.parametrize("how", ["time", "place", "header", "sequence", "pattern"])
def test_what_is_said_of_a_frame_later_opens_its_burst(
    ready: CommandLine, world: World, how: str
) -> None:
    """As if it had been said before: its burst, and the one that it belongs to, are inferred again."""
    for number in range(3):
        world.photo(f"x-S1/IMG_000{number + 1}.jpg", moment=f"2024-05-01 10:00:{number * 40:02}")
    said = {
        "time": {"datetime": "2024-06-01 09:00:00"},
        "place": {"location": "elsewhere"},
        "sequence": {"seq_id": "S"},
    }
    entry = {"file_name": "x-S1/IMG_0002.jpg"} | said.get(how, {})
    file = world.write("t.json", {"images": [entry], "annotations": [], "categories": []})
    steps: list[tuple[object, ...]] = [(world.root,), (world.root, file)]
    if how == "header":
        steps[1] = (world.root,)
    elif how == "pattern":
        steps[1] = ("--location-from", "(2)", world.root)
    ready("ingest", *steps[0])
    ready("sequence")
    if how == "header":
        exif = {306: "2024:06:01 09:00:00"}
        world.photo("x-S1/IMG_0002.jpg", exif=exif, image=draw(50, 50))
    ready("ingest", *steps[1])
    assert not rows(ready.catalog, "select * from images where sequence_id is null")
    assert "0 broken" in ready("verify").stdout
    ready("sequence")
    held = rows(ready.catalog, HELD)
    assert [row[:2] for row in held] == [("0001", 1), ("0002", 1), ("0003", 1)]
    assert all(start == end for _, _, start, end in held)
    assert "nothing to do" in ready("sequence").stdout
    assert "0 broken" in ready("verify").stdout


def test_another_gap_infers_again_and_given_ones_stay(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.sequences())
    assert "3 given, 3 inferred" in ready("sequence").stdout
    assert "nothing to do" in ready("sequence").stdout
    assert "3 given, 4 inferred" in ready("sequence", "--gap", "10").stdout
    assert "nothing to do" in ready("sequence").stdout
    assert "3 given, 4 inferred" in ready("sequence", "--gap", "10").stdout


def test_a_burst_that_a_candidate_points_to_is_kept(ready: CommandLine, world: World) -> None:
    bursts(world)
    ready("ingest", world.root, world.detections())
    for command in ("sequence", "select"):
        ready(command)
    ready("sequence", "--gap", "5")
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute("pragma foreign_keys = on")
        assert connection.execute("select * from pragma_foreign_key_check").fetchall() == []
        lost = "select count(*) from candidates where sequence_id not in (select id from sequences)"
        assert connection.execute(lost).fetchone() == (0,)
    assert "0 broken" in ready("verify").stdout


@settings(max_examples=40, deadline=None)
@given(
    photos=st.lists(
        st.tuples(st.sampled_from(["ridge", "pond", None]), st.integers(0, 500) | st.none()),
        max_size=25,
    ),
    gap=st.integers(0, 120),
)
def test_bursts_are_those_of_a_plain_loop(
    template: Path, photos: list[tuple[str | None, int | None]], gap: int
) -> None:
    with fresh(template) as catalog:
        named = [
            (f"{place or 'x'}/{n:02}.jpg", place, seconds)
            for n, (place, seconds) in enumerate(photos)
        ]
        add(catalog, *named)
        sequence(catalog, gap=gap)
        assert sorted(map(sorted, found(catalog))) == sorted(map(sorted, plain(named, gap)))


def plain(photos: list[tuple[str, str | None, int | None]], gap: int) -> list[list[str]]:
    groups: list[list[str]] = [[path] for path, _, seconds in photos if seconds is None]
    last: dict[Any, tuple[int, list[str]]] = {}
    timed = [(seconds, path, place) for path, place, seconds in photos if seconds is not None]
    for seconds, path, place in sorted(timed):
        if place in last and seconds - last[place][0] <= gap:
            group = last[place][1]
        else:
            group = []
            groups.append(group)
        group.append(path)
        last[place] = (seconds, group)
    return groups
