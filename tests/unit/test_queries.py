"""The loader of named SQL is strict, and the named SQL is good."""

import re
from pathlib import Path

import pytest

from herocat import queries
from herocat.catalog import Catalog
from herocat.reports import reports
from tests.conftest import ROOT

CODE = "\n".join(path.read_text() for path in (ROOT / "herocat").rglob("*.py"))


def test_names_parameters_and_comments() -> None:
    text = (
        "-- name: one\n-- What it is for.\nselect ':no', :yes -- :neither\n-- name: two\nselect 2;"
    )
    one, two = queries.parse("file", text)
    assert one.name == "file.one"
    assert one.doc == "What it is for."
    assert one.parameters == {"yes"}
    assert two.statements == ("select 2;",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1", "SQL before the first"),
        ("-- name: empty\n-- name: full\nselect 1", "empty is empty"),
    ],
)
def test_text_that_would_be_ignored_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        list(queries.parse("file", text))


def test_a_name_stands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        queries, "files", lambda: {"f": "-- name: a\nselect 1;\n-- name: a\nselect 2"}
    )
    queries.queries.cache_clear()
    with pytest.raises(ValueError, match="stands there twice"):
        queries.queries()
    monkeypatch.undo()
    queries.queries.cache_clear()


def test_statements_are_split_where_sqlite_ends_them() -> None:
    script = "insert into t values (';'); create trigger x after insert on t begin select 1; end; select 2"
    assert len(list(queries.statements(script))) == 3


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ("insert into images values (1)", True),
        ("insert or ignore into temp.x values (1)", False),
        ("-- a word\nupdate images set id = 1", True),
        ("delete from temp.x", False),
        ("select 1", False),
        ("create temp table x (id)", False),
    ],
)
def test_what_writes_is_told_from_the_text(sql: str, *, writes: bool) -> None:
    (query,) = queries.parse("f", f"-- name: q\n{sql}")
    assert query.writes is writes


@pytest.mark.parametrize("name", list(queries.queries()))
def test_every_query_is_used(name: str) -> None:
    assert re.search(rf'"{re.escape(name)}"', CODE), f"nobody asks for {name}"


@pytest.mark.parametrize(
    "name", [*queries.files("checks"), *queries.files("files"), *queries.files("reports")]
)
def test_checks_and_reports_open_with_a_sentence(name: str) -> None:
    (text,) = (
        found for kind in ("checks", "files", "reports") if (found := queries.files(kind).get(name))
    )
    assert queries.headline(text)


@pytest.mark.parametrize("name", list(queries.files("reports")))
def test_reports_run_on_an_empty_catalog(name: str, catalog: Catalog) -> None:
    (report,) = (one for one in reports() if one.name == name)
    list(catalog.ask(report.sql, dict.fromkeys(report.parameters, "")))


def test_wrong_parameters_are_refused(catalog: Catalog) -> None:
    with pytest.raises(TypeError, match="takes"):
        catalog.value("select.by_name", title="x")


def test_a_write_needs_the_lock(catalog: Catalog) -> None:
    with pytest.raises(RuntimeError, match="inside catalog"):
        catalog.run("sequence.set_gap", gap=5)


def test_no_sql_in_python() -> None:
    """SQL lives in sql/; Python holds pragmas and what concerns the schema itself."""
    allowed = {"catalog.py", "databases.py", "migrations.py", "hooks.py"}
    for path in (ROOT / "herocat").rglob("*.py"):
        text = path.read_text()
        if path.name not in allowed:
            assert not re.search(r'"(select|insert into|update|delete from) \w+', text), path


def test_the_sql_folder_is_found() -> None:
    assert (Path(str(queries.folder())) / "migrations").is_dir()
