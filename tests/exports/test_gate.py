"""Releases and sensitive species."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from herocat import gate
from herocat.catalog import Catalog
from tests.conftest import CommandLine
from tests.world import World, person


@pytest.fixture
def held(done: CommandLine, world: World) -> CommandLine:
    """Return a catalog in which the best photo is held: a person came to light in its burst."""
    for entry in world.images:
        if entry["file"] == "ridge/a0.jpg":
            entry["detections"].append(person(0.15))
    done("ingest", world.detections())
    return done


def image_of(catalog: Path, path: str) -> int:
    with sqlite3.connect(catalog) as connection:
        return int(connection.execute("select id from images where path = ?", [path]).fetchone()[0])


def chosen_of_burst(catalog: Path) -> int:
    with sqlite3.connect(catalog) as connection:
        sql = "select image_id from labels join images on images.id = image_id where path like 'ridge/a%'"
        return int(connection.execute(sql).fetchone()[0])


def test_a_release_needs_a_reason_and_leaves_a_row(held: CommandLine, tmp_path: Path) -> None:
    image = chosen_of_burst(held.catalog)
    words = ["export", "album", "--out", tmp_path / "album", "--release", image]
    assert "--reason" in held(*words, code=2).stderr
    assert "--reason" in held(*words, "--reason", " ", code=2).stderr
    assert not (tmp_path / "album").exists()
    assert "1 held back" in held("export", "album", "--out", tmp_path / "album").stdout
    held(*words, "--reason", "that is a statue")
    manifest = json.loads((tmp_path / "album" / "manifest.json").read_text())
    (row,) = manifest["released"]
    assert (row["image_id"], row["veto"], row["reason"]) == (image, "person", "that is a statue")
    assert row["because_image_id"] == image_of(held.catalog, "ridge/a0.jpg")
    assert manifest["held"] == []
    assert "nothing to do" in held(*words, "--reason", "that is a statue").stdout
    with sqlite3.connect(held.catalog) as connection:
        assert connection.execute("select count(*) from releases").fetchone() == (1,)
        sql = "select veto from heroes where image_id = ?"
        assert connection.execute(sql, [image]).fetchone() == (None,)
    held("verify")


def test_a_release_is_recorded_with_the_export_or_not_at_all(
    held: CommandLine, tmp_path: Path
) -> None:
    """Neither a place that is refused, nor an error while writing, nor a bad id leaves a row."""
    image = chosen_of_burst(held.catalog)
    words = ["export", "album", "--release", image, "--reason", "a statue", "--out"]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "notes.txt").write_text("mine")
    assert "not an export of herocat" in held(*words, foreign, code=1).stderr
    assert "no photo 999" in held(*words, tmp_path / "x", "--release", 999, code=2).stderr
    assert "released photo" not in held(*words, foreign, "--json", code=1).stderr
    with sqlite3.connect(held.catalog) as connection:
        assert connection.execute("select count(*) from releases").fetchone() == (0,)
    done = held(*words, tmp_path / "x", "--json")
    assert json.loads(done.stdout)["released"][0]["image"] == image
    assert "released photo" in done.stderr


def test_a_release_overrules_what_was_known_and_no_more(
    held: CommandLine, world: World, tmp_path: Path
) -> None:
    image = chosen_of_burst(held.catalog)
    said = ("--release", image, "--reason", "a statue")
    held("export", "album", "--out", tmp_path / "album", *said)
    for entry in world.images:
        if entry["file"] == "ridge/a2.jpg":
            entry["detections"].append(person(0.9))
    held("ingest", world.detections())
    assert "1 held back" in held("export", "album", "--out", tmp_path / "album").stdout


def test_a_photo_that_is_not_there(done: CommandLine, tmp_path: Path) -> None:
    said = done(
        "export", "html", "--out", tmp_path / "x", "--release", 999, "--reason", "x", code=2
    )
    assert "there is no photo 999" in said.stderr
    said = done("export", "html", "--out", tmp_path / "x", "--reason", "x", code=2)
    assert "--release ID" in said.stderr


@pytest.mark.parametrize(
    ("species", "listed"),
    [
        ("african elephant", True),
        ("African Elephants", True),
        ("990ae9dd;mammalia;carnivora;felidae;panthera;leo;lion", True),
        ("panthera_leo", True),
        ("red fox", False),
        ("lionfemale", True),
        ("LionFemale", True),
        ("lioncubs", True),
        ("Lionesses", True),
        ("rhinoceroses", True),
        ("rhinocerosblack", True),
        ("Rhinos, white", True),
        ("blackrhino", True),
        ("snow_leopards", True),
        ("muskdeer", True),
        ("deer, musk", True),
        ("parrot (african grey)", True),
        ("VULTURES 2", True),
        ("orang-utan", True),
        ("deer", False),
        ("female", False),
        ("blackbird", False),
        ("sea lion", True),  # better too many than one too few
        ("dandelion", False),
        ("tigerfish", False),
        ("", False),
    ],
)
def test_names_of_sensitive_species(species: str, *, listed: bool, catalog: Catalog) -> None:
    assert (gate.sensitive(catalog).degrees(species) is not None) is listed


def test_the_list_is_the_users(done: CommandLine, tmp_path: Path) -> None:
    place = tmp_path / "timelapse"
    assert "held back" not in done("export", "timelapse", "--out", place).stdout
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("insert into sensitive_species (name) values ('red fox')")
    said = done("export", "timelapse", "--out", place).stdout
    assert "held back" in said
    assert "--own-use" in said
    assert "held back" not in done("export", "timelapse", "--out", place, "--own-use").stdout
    manifest = json.loads((place / "manifest.json").read_text())
    assert any("own use" in line for line in manifest["checked"])


def test_neither_words_nor_neighbours_tell_a_place(done: CommandLine, tmp_path: Path) -> None:
    """A fox from the camera that saw a lion, and what a model read on the strip of the lion's photo."""
    with sqlite3.connect(done.catalog) as connection:
        do = connection.execute
        do("update labels set reasoning = 'sharp; the strip says Water-Hole 7', error = null")
        do("update images set location = 'water hole'")
        lion = chosen_of_burst(done.catalog)
        do(
            "insert into predictions (image_id, source, species) values (?, 1, 'lionfemale')",
            [lion],
        )
        do(
            "create view mine as select image_id, location as hide, 31.0377 as e, 'all: ' || group_concat(location) over () as l from labels join images on images.id = image_id"
        )
    for kind, *words in (
        ("html", "--places"),
        ("album", "--places"),
        ("label-studio",),
        ("table", "--view", "mine"),
        ("table", "--view", "images", "--format", "jsonl"),
    ):
        out = tmp_path / "-".join((kind, *words))
        done("export", kind, *words, "--out", out)
        manifest = json.loads((out / "manifest.json").read_text())
        assert manifest["photos"] > 1
        assert lion in manifest["places_not_told"]
        for path in out.rglob("*"):
            if path.is_file():
                assert not re.search(rb"water.?hole|31\\.0377", path.read_bytes().lower()), path


@pytest.mark.parametrize("frame", ["ridge/a0.jpg", "ridge/a2.jpg"])
def test_a_person_whom_a_file_tells_of_holds_the_burst(
    frame: str, done: CommandLine, tmp_path: Path
) -> None:
    """Camtrap DP, Timelapse and Wildlife Insights know of people that no detector saw."""
    with sqlite3.connect(done.catalog) as connection:
        sql = "insert into observations (image_id, source, category, level) select id, 1, 'person', 'photo' from images where path = ?"
        connection.execute(sql, [frame])
    assert "1 held back" in done("export", "html", "--out", tmp_path / "site").stdout
    with sqlite3.connect(done.catalog) as connection:
        sql = "select veto from heroes where image_id = ?"
        image = chosen_of_burst(done.catalog)
        assert connection.execute(sql, [image]).fetchone() == ("person",)


@pytest.mark.parametrize("table", ["observations", "predictions"])
def test_a_sensitive_species_that_a_file_tells_of(
    table: str, done: CommandLine, tmp_path: Path
) -> None:
    image = chosen_of_burst(done.catalog)
    with sqlite3.connect(done.catalog) as connection:
        column, value = (
            ("category, level,", "'animal', 'photo',") if table == "observations" else ("", "")
        )
        sql = f"insert into {table} (image_id, source, {column} species) values (?, 1, {value} 'code 17')"
        connection.execute(sql, [image])
        connection.execute(
            "insert into taxa (name, genus, species) values ('code 17', 'panthera', 'leo')"
        )
    said = done("export", "timelapse", "--out", tmp_path / "csv").stdout
    assert "1 held back" in said
