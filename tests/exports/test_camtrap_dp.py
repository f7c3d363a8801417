"""A copy of a Camtrap DP package, with only the favourites changed."""

import csv
import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.world import World

MEDIA = "mediaID,deploymentID,captureMethod,timestamp,filePath,filePublic,fileName,fileMediatype,exifData,favorite,mediaComments\n"


@pytest.fixture
def package(done: CommandLine, world: World) -> Path:
    """Return a package over the photos of the world, with a lion at the pond."""
    folder = world.root
    rows = [
        f'm{number},{path.split("/")[0]},activityDetection,2024-05-01T10:00:00+02:00,{path},true,"x, y.jpg",image/jpeg,'
        f'"{{""GPSLatitude"": 1.5}}",,\n'
        for number, path in enumerate(
            (
                "ridge/a0.jpg",
                "ridge/a1.jpg",
                "ridge/a2.jpg",
                "ridge/b1.jpg",
                "pond/c0.jpg",
                "pond/new.jpg",
            )
        )
    ]
    (folder / "media.csv").write_text(MEDIA + "".join(rows))
    (folder / "deployments.csv").write_text(
        "deploymentID,locationID,locationName,latitude,longitude,coordinateUncertainty,deploymentComments\n"
        "ridge,l1,The ridge,51.496,4.774,187,\npond,l2,SECRETPOND,-2.3321,34.8333,10,by SECRETPOND\n"
        "pond-2023,l2,SECRETPOND (old),-2.3322,34.8334,10,\npond-2022,,,-2.3322,34.8334,10,\n"
    )
    (folder / "observations.csv.gz").write_bytes(
        gzip.compress(
            b"observationID,deploymentID,mediaID,scientificName\no1,pond,m4,Panthera leo\n"
        )
    )
    about = {
        "profile": "https://x/camtrap-dp/1.0.2/camtrap-dp-profile.json",
        "resources": [
            {"name": "media", "path": "media.csv"},
            {"name": "deployments", "path": "deployments.csv"},
            {"name": "observations", "path": "observations.csv.gz"},
        ],
        "spatial": {"type": "Point", "coordinates": [34.8333, -2.3321]},
        "title": "ü",
    }
    (folder / "datapackage.json").write_text(json.dumps(about))
    return folder


def test_camtrap_dp_of_media_that_the_disk_spells_otherwise(
    done: CommandLine, package: Path, tmp_path: Path
) -> None:
    def written(out: str) -> dict[str, tuple[str, str]]:
        done("export", "camtrap-dp", "--out", tmp_path / out, "--package", package)
        with (tmp_path / out / "media.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        return {row["mediaID"]: (row["filePublic"], row["favorite"]) for row in rows}

    before = written("before")
    text = (package / "media.csv").read_text()
    (package / "media.csv").write_text(text.replace("ridge/", "Ridge/").replace("a0", "A0"))
    assert written("after") == before
    assert set(before.values()) >= {("true", "true"), ("false", "")}


def test_camtrap_dp(done: CommandLine, package: Path, tmp_path: Path) -> None:
    done("export", "camtrap-dp", "--out", tmp_path / "out", "--package", package)
    before = (package / "media.csv").read_text().splitlines()
    after = (tmp_path / "out" / "media.csv").read_text().splitlines()
    with sqlite3.connect(done.catalog) as connection:
        chosen = {
            path for (path,) in connection.execute("select path from heroes where veto is null")
        }
    for old, new in zip(before[1:], after[1:], strict=True):
        path = old.split(",")[4]
        wanted = old.replace('"{""GPSLatitude"": 1.5}"', "")
        if path == "ridge/b1.jpg":  # a person
            wanted = wanted.replace(",true,", ",false,")
        if path in chosen:
            wanted = wanted[:-1] + "true,"
        assert new == wanted
    told = "".join(p.read_text() for p in (tmp_path / "out").glob("*.csv"))
    told += (tmp_path / "out" / "datapackage.json").read_text()
    assert "SECRETPOND" not in told
    assert "2.332" not in told
    assert "34.8333" not in told
    assert "51.496" in told
    assert "The ridge" in told
    with gzip.open(tmp_path / "out" / "observations.csv.gz") as file:
        assert b"Panthera leo" in file.read()
    with (tmp_path / "out" / "deployments.csv").open() as text:
        pond = list(csv.DictReader(text))[1]
    assert (pond["latitude"], pond["longitude"]) == ("-2.5", "35")
    assert int(pond["coordinateUncertainty"]) > 30_000


def test_camtrap_dp_keeps_every_byte_that_it_does_not_change(
    done: CommandLine, package: Path, tmp_path: Path
) -> None:
    """Another description, other bytes than UTF-8, spaces in the header; what is not there is told."""
    about = json.loads((package / "datapackage.json").read_text())
    del about["spatial"]
    about["resources"].append({"name": "individuals", "path": "individuals.csv"})
    (package / "datapackage.json").write_text(json.dumps(about, indent=7))
    media = package / "media.csv"
    content = media.read_bytes().replace(b"x, y.jpg", b"x, \xe9.jpg").replace(b"\n", b"\r\n")
    media.write_bytes(b"\xef\xbb\xbf" + content.replace(b",filePublic,", b", filePublic,"))
    words = ["export", "camtrap-dp", "--package", package, "--out"]
    said = done(*words, tmp_path / "out", "--json").stdout
    assert "individuals.csv" in said
    assert (tmp_path / "out" / "datapackage.json").read_bytes() == (
        package / "datapackage.json"
    ).read_bytes()
    lines = (tmp_path / "out" / "media.csv").read_bytes().splitlines(keepends=True)
    for old, new in zip(media.read_bytes().splitlines(keepends=True), lines, strict=True):
        kept = old.replace(b'"{""GPSLatitude"": 1.5}"', b"").replace(b",true,", b",false,")
        assert new.replace(b",true,", b",false,") in {kept, kept[:-3] + b"false,\r\n"}
    media.write_bytes(content.replace(b",", b";"))
    said = done(*words, tmp_path / "other", code=2).stderr
    assert "commas" in said
    assert not (tmp_path / "other").exists()


def test_camtrap_dp_of_what_is_none(done: CommandLine, tmp_path: Path) -> None:
    said = done("export", "camtrap-dp", "--out", tmp_path / "x", code=2).stderr
    assert "--package" in said
    said = done(
        "export", "camtrap-dp", "--out", tmp_path / "x", "--package", tmp_path, code=2
    ).stderr
    assert "is no Camtrap DP package" in said
