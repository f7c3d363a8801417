"""Opening, creating, upgrading and locking a catalog."""

import io
import multiprocessing
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from sqlite_utils import Database

from herocat import migrations, queries
from herocat.catalog import APPLICATION_ID, Catalog, explain
from herocat.errors import CatalogError
from herocat.migrations import bring_up_to_date
from tests.conftest import CommandLine


def test_init_twice_does_nothing_the_second_time(herocat: CommandLine) -> None:
    assert "is ready" in herocat("init").stdout
    assert "nothing to do" in herocat("init").stdout


def test_the_file_says_what_it_is(catalog: Catalog) -> None:
    connection = catalog.connection
    assert connection.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
    assert connection.execute("pragma journal_mode").fetchone()[0] == "wal"
    assert connection.execute("pragma foreign_keys").fetchone()[0] == 1


def test_every_table_is_strict_and_every_foreign_key_has_an_index(catalog: Catalog) -> None:
    """Without an index, every delete and every row page of Datasette scans the other table."""
    connection = catalog.connection
    tables = [
        r[0]
        for r in connection.execute(
            "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite%' and name not like '\\_sqlite%' escape '\\'"
        )
    ]
    small = {"collections", "sources", "prompts", "label_runs", "selections"}
    for table in tables:
        strict = connection.execute(
            "select strict from pragma_table_list where name = ?", [table]
        ).fetchone()[0]
        assert strict, f"{table} is not STRICT"
        for key in connection.execute(f"select * from pragma_foreign_key_list('{table}')"):
            if key["table"] in small:
                continue
            plan = connection.execute(
                f"explain query plan select 1 from {table} where {key['from']} = 1"
            ).fetchone()[3]
            assert "USING" in plan, f"{table}.{key['from']} has no index: {plan}"


def test_every_table_and_column_has_a_comment(catalog: Catalog) -> None:
    """The comments stay in the file: `.schema` explains the catalog years later."""
    sql = "select name, sql from sqlite_master where type = 'table' and sql is not null"
    for name, text in catalog.connection.execute(sql):
        if name.startswith(("sqlite_", "_sqlite")) or "_fts" in name:
            continue  # SQLite's own tables
        first, *rest = text.splitlines()
        assert "-- " in first, f"{name} has no comment"
        assert len(rest) > 1, name


def test_four_processes_meet_a_new_file(tmp_path: Path) -> None:
    for attempt in range(3):
        path = tmp_path / f"{attempt}.db"
        start = [sys.executable, "-m", "herocat", "-c", str(path), "init"]
        running = [subprocess.Popen(start, stdout=-1, stderr=-1, text=True) for _ in range(4)]
        said = [process.communicate(timeout=60) for process in running]
        assert [process.returncode for process in running] == [0, 0, 0, 0], said
        assert sum("is ready" in out for out, _ in said) == 1
        with Catalog.open(path) as catalog:
            assert catalog.migrations() == set(queries.files("migrations"))


def test_writers_side_by_side_lose_nothing(catalog: Catalog) -> None:
    """`begin immediate` waits for the lock; a deferred transaction would fail at its first write."""
    with catalog.writing():
        catalog.run("sequence.set_gap", gap=0)

    def count(path: Path) -> None:
        with Catalog.open(path) as mine:
            for _ in range(25):
                with mine.writing():
                    mine.run("sequence.set_gap", gap=mine.value("sequence.gap") + 1)

    threads = [threading.Thread(target=count, args=[catalog.path]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert catalog.value("sequence.gap") == 100


def test_a_failed_transaction_leaves_nothing(catalog: Catalog) -> None:
    def fail() -> None:
        with catalog.writing():
            catalog.run("sequence.set_gap", gap=5)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert catalog.value("sequence.gap") == 60


def test_a_question_is_answered_meanwhile(catalog: Catalog) -> None:
    with catalog.reading():
        assert catalog.value("sequence.gap") == 60
        with Catalog.open(catalog.path) as other, other.writing():
            other.run("sequence.set_gap", gap=5)
        with catalog.meanwhile(lambda other: other.value("sequence.gap")) as answer:
            assert catalog.value("sequence.gap") == 60
            assert answer() == 5


def test_a_question_that_fails_meanwhile_fails_where_it_is_asked_for(catalog: Catalog) -> None:
    with (
        pytest.raises(KeyError, match="unheard of"),
        catalog.meanwhile(lambda other: other.value("unheard of")) as answer,
    ):
        answer()


def _hold(path: Path, held: threading.Event, done: threading.Event) -> None:
    with Catalog.open(path) as catalog, catalog.only_one("ingest"):
        held.set()
        done.wait(30)


def test_the_same_job_twice_is_refused_and_a_dead_one_is_forgotten(catalog: Catalog) -> None:
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(catalog.path, held, done))
    other.start()
    assert held.wait(30)
    with pytest.raises(CatalogError, match="another ingest is running"), catalog.only_one("ingest"):
        pass
    with catalog.only_one("measure"):
        pass
    other.kill()
    other.join()
    with catalog.only_one("ingest"):
        pass


def test_missing_catalog(herocat: CommandLine) -> None:
    said = herocat("status", code=1).stderr
    assert "there is no catalog" in said
    assert "init" in said


def test_a_newer_catalog_is_refused_and_left_alone(ready: CommandLine) -> None:
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name) values ('herocat', '9999_future')"
        )
    before = ready.catalog.read_bytes()
    for command in (["status"], ["init"]):
        said = ready(*command, code=1).stderr
        assert "newer herocat" in said
        assert "9999_future" in said
    assert ready.catalog.read_bytes() == before


def test_an_older_catalog_asks_for_init(ready: CommandLine) -> None:
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute("drop view heroes")
    assert "older herocat" in ready("status", code=1).stderr
    ready("init")
    ready("status")


def test_views_of_the_user_are_left_alone(ready: CommandLine) -> None:
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute("create view mine as select 1 as one")
        connection.execute("drop view heroes")
    ready("init")
    with sqlite3.connect(ready.catalog) as connection:
        assert connection.execute("select one from mine").fetchone() == (1,)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no database at all", "is not a catalog"),
        (b"SQLite format 3\x00" + b"x" * 200, "is not a catalog"),
    ],
)
def test_other_files_are_refused(herocat: CommandLine, content: bytes, words: str) -> None:
    herocat.catalog.write_bytes(content)
    assert words in herocat("init", code=1).stderr
    assert herocat.catalog.read_bytes() == content


def test_a_foreign_database_is_refused(herocat: CommandLine) -> None:
    with sqlite3.connect(herocat.catalog) as connection:
        connection.execute("create table theirs (id)")
    for command in ("init", "status"):
        assert "not a herocat catalog" in herocat(command, code=1).stderr


def test_a_folder_is_no_catalog(herocat: CommandLine) -> None:
    herocat.catalog.mkdir()
    assert "is a folder" in herocat("init", code=1).stderr


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    herocat = CommandLine(tmp_path / "no" / "such" / "catalog.db")
    said = herocat("init", code=1).stderr
    assert "cannot be written" in said


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("database is locked", "busy"),
        ("attempt to write a readonly database", "read-only"),
        ("unable to open database file", "read-only"),
        ("database or disk is full", "free some space"),
        ("disk I/O error", "free some space"),
        ("file is not a database", "is not a catalog"),
    ],
)
def test_what_sqlite_says_becomes_a_sentence(message: str, words: str) -> None:
    said = explain(sqlite3.OperationalError(message), Path("c.db"))
    assert said is not None
    assert words in str(said)


def test_a_bug_keeps_its_traceback() -> None:
    assert explain(sqlite3.OperationalError("no such column: oops"), Path("c.db")) is None


def test_a_read_only_file_is_explained(ready: CommandLine, world: object) -> None:
    """As a mounted read-only disk says it: the write is refused, with a sentence."""
    connection = sqlite3.connect(f"file:{ready.catalog}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("create table x (id)")
    assert explain(caught.value, ready.catalog) is not None


def test_places_below_the_catalog_move_with_it(catalog: Catalog, tmp_path: Path) -> None:
    inside = tmp_path / "photos"
    assert catalog.stored(inside) == "photos"
    assert catalog.placed("photos").resolve() == inside.resolve()
    assert catalog.stored(Path("/elsewhere/photos")) == "/elsewhere/photos"
    assert catalog.placed("/elsewhere/photos") == Path("/elsewhere/photos")


def test_mathematics_where_sqlite_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare(sqlite3.Connection):
        def execute(self, sql: str, *args: object) -> sqlite3.Cursor:
            if sql.startswith("select exp(0)") and not getattr(self, "added", False):
                self.added = True
                raise sqlite3.OperationalError("no such function: exp")
            return super().execute(sql, *args)  # type: ignore[arg-type]

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, factory=Bare, **k))
    with Catalog(tmp_path / "c.db") as catalog:
        assert catalog.connection.execute("select exp(1), sqrt(4), ln(1)").fetchone()[1:] == (
            2.0,
            0.0,
        )


def _older(catalog: Catalog, step: str) -> Callable[..., sqlite3.Cursor]:
    """Make a catalog as it was before a step; return what runs SQL on it."""
    with catalog.writing():
        catalog.connection.execute(f"pragma application_id = {APPLICATION_ID}")
        migrations.herocat.apply(Database(catalog.connection), stop_before=step)
    return catalog.connection.execute


def test_rows_that_others_refer_to_stay_when_their_table_is_made_anew(tmp_path: Path) -> None:
    with Catalog(tmp_path / "old.db") as catalog:
        do = _older(catalog, "0026_sequences")
        do("insert into collections (id, root, name) values (1, 'p', 'p')")
        for number, origin in ((1, "given"), (2, "inferred"), (5, "given")):
            sequence = "insert into sequences (id, collection_id, key, origin, num_frames) values (?, 1, ?, ?, 1)"
            do(sequence, [number, f"s{number}", origin])
            image = "insert into images (collection_id, path, sequence_id) values (1, ?, ?)"
            do(image, [f"{number}.jpg", number])
        assert "0026_sequences" in bring_up_to_date(catalog).migrations
        kept = "select path, key, origin from images join sequences on sequences.id = sequence_id order by 1"
        assert [tuple(row) for row in do(kept)] == [
            ("1.jpg", "s1", "given"),
            ("2.jpg", "s2", "inferred"),
            ("5.jpg", "s5", "given"),
        ]
        assert do("pragma foreign_key_check").fetchall() == []
        assert do("pragma foreign_keys").fetchone()[0] == 1
        with pytest.raises(sqlite3.IntegrityError):
            do("delete from sequences")


def test_people_whom_only_a_classifier_saw_are_held_in_old_catalogs(tmp_path: Path) -> None:
    with Catalog(tmp_path / "old.db") as catalog:
        do = _older(catalog, "0035_people_by_class")
        do("insert into collections (id, root, name) values (1, 'p', 'p')")
        source = "insert into sources (id, collection_id, path, format, params, state, started_at) values (1, 1, 'a', 'speciesnet', '{}', 'done', '')"
        do(source)
        classes = [("human", 0.9), ("Homo sapiens", None), ("vehicle", 0.8), ("human", 0.02)]
        classes += [("red fox", 0.9), ("homoptera", 0.9)]
        for number, (species, score) in enumerate(classes, 1):
            do("insert into images (collection_id, path) values (1, ?)", [f"{number}.jpg"])
            do("insert into results values (?, 1, null)", [number])
            prediction = (
                "insert into predictions (image_id, source, species, score) values (?, 1, ?, ?)"
            )
            do(prediction, [number, species, score])
        bring_up_to_date(catalog)
        held = do("select image_id, reason, confidence from vetoes order by 1").fetchall()
        assert [tuple(row) for row in held] == [
            (1, "person", 0.9),
            (2, "person", 1.0),
            (3, "vehicle", 0.8),
        ]


def test_comments_are_cut_out_of_thumbnails_that_were_kept(tmp_path: Path) -> None:
    def drawn(comment: bytes) -> bytes:
        buffer = io.BytesIO()
        Image.linear_gradient("L").save(buffer, "JPEG", comment=comment)
        return buffer.getvalue()

    bare = drawn(b"")
    with Catalog(tmp_path / "old.db") as catalog:
        do = _older(catalog, "0034_bare_thumbnails")
        do("insert into collections (id, root, name) values (1, 'p', 'p')")
        for number, comment in enumerate([b"", b"Camera 7", b"x" * 43_775], 1):
            do("insert into images (collection_id, path) values (1, ?)", [f"{number}.jpg"])
            do("insert into thumbnails values (?, 256, 256, ?)", [number, drawn(comment)])
        assert "0034_bare_thumbnails" in bring_up_to_date(catalog).migrations
        assert [row[0] for row in do("select jpeg from thumbnails")] == [bare] * 3


def test_old_catalogs_are_brought_up_to_date(tmp_path: Path, template: Path) -> None:
    """A catalog without any of our views (as an older version's) becomes a current one."""
    with Catalog(tmp_path / "old.db") as catalog:
        bring_up_to_date(catalog)
        assert bring_up_to_date(catalog).migrations == ()
