"""Each check is silent on a healthy catalog, and speaks on one that is broken for it."""

import json
import sqlite3

import pytest

from herocat import queries
from tests.conftest import CommandLine

BREAK = {
    "candidates_are_not_held": "insert into holds select selection_id, image_id, 'person', image_id, 0.9, 0.1 from candidates limit 1",
    "candidate_parts_add_up": "update candidate_parts set value = value + 0.5 where candidate_id = 1",
    "quotas_add_up": "update quotas set chosen = chosen + 1 where category = 'single_tiny'",
    "sequences_are_counted": "update sequences set num_frames = 99 where id = 1",
    "sources_are_whole": "update sources set state = 'reading' where format = 'coco'",
    "detections_are_in_range": "update detections set x = 1.5 where id = 1",
    "runs_that_are_done_have_nothing_left": "insert into label_targets values (1, 11, 99)",
    "thumbnails_are_jpegs": "update thumbnails set jpeg = x'00'",
    "times_are_iso": "update images set captured_at = '11/04/2021' where id = 1",
    "paths_stay_inside": "update images set path = 'a/../../b.jpg' where id = 1",
    "scorers_rate_in_their_own_runs": "insert into doubts select min(id), 0.1 from labels",
    "foreign_keys": "update labels set image_id = 9999 where id = 1",
}


def test_a_healthy_catalog(done: CommandLine) -> None:
    said = done("verify").stdout
    assert "0 broken" in said
    names = {check["name"] for check in json.loads(done("verify", "--json").stdout)}
    assert names == {"integrity", "foreign_keys", *queries.files("checks")}


def test_every_check_has_a_way_to_break_it() -> None:
    assert set(BREAK) == {"foreign_keys", *queries.files("checks")}


@pytest.mark.parametrize("check", BREAK)
def test_what_is_broken_is_found(done: CommandLine, check: str) -> None:
    with sqlite3.connect(done.catalog) as connection:
        assert connection.execute(BREAK[check]).rowcount
    result = done("verify", code=1)
    assert f"{check}: " in result.stdout
    assert "found rows that should not be" in result.stderr


def test_a_damaged_file_is_found(done: CommandLine) -> None:
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        page = connection.execute(
            "select rootpage from sqlite_master where name = 'detections_image'"
        ).fetchone()[0]
    content = bytearray(done.catalog.read_bytes())
    content[(page - 1) * 4096 + 100 : page * 4096] = b"\xaa" * 3996
    done.catalog.write_bytes(content)
    done("verify", code=1)
