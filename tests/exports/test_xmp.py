"""Sidecars are added to: nothing of theirs is lost, a rating of somebody else stays."""

from pathlib import Path
from xml.dom import minidom

import pytest

from herocat.exports import xmp
from tests.conftest import CommandLine
from tests.exports.test_jpeg import exiftool
from tests.world import World

SAID = xmp.About(caption="Sharp.", keywords=("herocat", "red fox"), stars=4, score=8.25)
DARKTABLE = """<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:q="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:darktable="http://darktable.sf.net/"
   exif:GPSLatitude="2,30.5S"
   RATING
   darktable:history_end="3">
   <!-- mine -->
   <dc:subject><rdf:Bag><rdf:li>holiday</rdf:li><rdf:li>herocat</rdf:li></rdf:Bag></dc:subject>
   <darktable:history><rdf:Seq><rdf:li darktable:operation="sharpen"/></rdf:Seq></darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>"""


def read(tmp_path: Path, content: bytes) -> dict[str, str]:
    (tmp_path / "x.xmp").write_bytes(content)
    return exiftool(tmp_path / "x.xmp")


def test_a_new_packet(tmp_path: Path) -> None:
    found = read(tmp_path, xmp.packet(SAID))
    assert found["[XMP-xmp]Rating"] == "4"
    assert found["[XMP-dc]Subject"] == "herocat, red fox"
    assert found["[XMP-dc]Description"] == "Sharp."
    assert found["[XMP-herocat]Score"] == "8.25"


@pytest.mark.parametrize("rating", ["", 'q:Rating="0"'])
def test_merging_adds_and_loses_nothing(rating: str, tmp_path: Path) -> None:
    before = DARKTABLE.replace("RATING", rating).encode()
    theirs = read(tmp_path, before)
    content, kept = xmp.merged(before, SAID)
    found = read(tmp_path, content)
    assert not kept
    assert found["[XMP-xmp]Rating"] == "4"
    assert found["[XMP-dc]Subject"] == "holiday, herocat, red fox"
    assert b"<!-- mine -->" in content
    changing = {"[XMP-xmp]Rating", "[XMP-dc]Subject"}
    for name, value in theirs.items():
        if name.startswith("[XMP") and name not in changing:
            assert found[name] == value
    again = xmp.merged(content, SAID)[0]
    assert again == content, "the second time changes nothing"


@pytest.mark.parametrize("rating", ['q:Rating="2"', 'q:Rating="-1"'])
def test_a_rating_of_somebody_else_stays(rating: str, tmp_path: Path) -> None:
    before = DARKTABLE.replace("RATING", rating).encode()
    content, kept = xmp.merged(before, SAID)
    assert kept
    assert read(tmp_path, content)["[XMP-xmp]Rating"] == rating[10:-1]
    content, kept = xmp.merged(before, SAID, replace=True)
    assert not kept
    assert read(tmp_path, content)["[XMP-xmp]Rating"] == "4"


def test_our_own_rating_follows_the_score() -> None:
    content, _ = xmp.merged(DARKTABLE.replace("RATING", "").encode(), SAID)
    content, kept = xmp.merged(content, xmp.About(stars=2))
    assert not kept
    assert b'Rating="2"' in content


def test_a_rating_as_an_element_and_a_description_elsewhere(tmp_path: Path) -> None:
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Make="x"/>'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        "<xmp:Rating>3</xmp:Rating></rdf:Description></rdf:RDF>"
    )
    assert xmp.merged(text.encode(), SAID)[1]
    content, _ = xmp.merged(text.encode(), SAID, replace=True)
    assert content.count(b"Rating") == 1
    assert read(tmp_path, content)["[XMP-xmp]Rating"] == "4"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_lies_deeper_is_not_of_the_photo_itself(encoding: str, tmp_path: Path) -> None:
    """A file that was made of others holds theirs; a subject may be an attribute, a break a number."""
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'rdf:about="uuid:1" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:mm="http://ns.adobe.com/xap/1.0/mm/" dc:subject="mine" xmp:Label="two&#10;lines"><mm:Pantry><rdf:Bag>'
        '<rdf:li><rdf:Description xmp:Rating="2"><dc:subject><rdf:Bag><rdf:li>inner</rdf:li></rdf:Bag></dc:subject>'
        "</rdf:Description></rdf:li></rdf:Bag></mm:Pantry></rdf:Description></rdf:RDF>"
    )
    content, kept = xmp.merged(text.encode(encoding), SAID)
    assert not kept, "the rating of another file is not this one's"
    assert b'rdf:about="uuid:1"' in content
    assert b'xmp:Label="two&#10;lines"' in content
    assert b'<rdf:Description xmp:Rating="2"><dc:subject><rdf:Bag><rdf:li>inner<' in content
    found = read(tmp_path, content)
    assert found["[XMP-xmp]Rating"] == "4"
    assert b"<rdf:li>mine</rdf:li><rdf:li>herocat</rdf:li><rdf:li>red fox</rdf:li>" in content
    hostile = "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>".encode(encoding)
    with pytest.raises(xmp.NotXmpError, match="document type"):
        xmp.merged(hostile, SAID)


def test_places_go_and_the_rest_stays(tmp_path: Path) -> None:
    content = xmp.without_place(DARKTABLE.replace("RATING", "").encode())
    found = read(tmp_path, content)
    assert not any("GPS" in name for name in found)
    assert b'darktable:history_end="3"' in content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b"not xml",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        "<\xff>".encode("latin-1"),
    ],
)
def test_what_is_no_sidecar_is_refused(content: bytes) -> None:
    with pytest.raises(xmp.NotXmpError):
        xmp.merged(content, SAID)


def test_sidecars_beside_the_photos(done: CommandLine, world: World, tmp_path: Path) -> None:
    photo = next(path for path in world.root.rglob("a*.jpg"))
    before = photo.read_bytes()
    for path in world.root.rglob("*.jpg"):
        path.with_name(f"{path.name}.xmp").write_text(DARKTABLE.replace("RATING", 'q:Rating="1"'))
    bad = world.root / "pond" / "d0.jpg.xmp"
    bad.write_text("my notes")
    protected = photo.with_name(f"{photo.name}.xmp")
    protected.chmod(0o444)
    said = done("export", "xmp", "--beside").stdout
    assert said.startswith("beside the photos: ")
    assert "ratings that others gave were kept" in said
    assert photo.read_bytes() == before
    assert bad.read_text() == "my notes"
    assert "left alone: it is protected from writing" in said
    assert "red fox" not in protected.read_text()
    changed = [
        p
        for p in world.root.rglob("*.xmp")
        if "red fox" in p.read_text() or "badger" in p.read_text()
    ]
    assert changed
    for path in changed:
        assert 'GPSLatitude="2,30.5S"' in path.read_text()
        minidom.parse(str(path))


def test_sidecars_in_a_folder_tell_no_position(
    done: CommandLine, world: World, tmp_path: Path
) -> None:
    for path in world.root.rglob("*.jpg"):
        path.with_name(f"{path.name}.xmp").write_text(DARKTABLE.replace("RATING", ""))
    done("export", "xmp", "--out", tmp_path / "out")
    made = list((tmp_path / "out").rglob("*.jpg.xmp"))
    assert made
    for path in made:
        assert "GPS" not in path.read_text()
        assert "darktable:history_end" in path.read_text()


def test_the_other_name_and_the_rights_of_a_sidecar(done: CommandLine, world: World) -> None:
    photo = next(path for path in world.root.rglob("a*.jpg"))
    sidecar = photo.with_suffix(".xmp")
    sidecar.write_text(DARKTABLE.replace("RATING", ""))
    sidecar.chmod(0o640)
    assert "1 photo has a sidecar of the other name" in done("export", "xmp", "--beside").stdout
    assert "red fox" not in sidecar.read_text()
    done("export", "xmp", "--beside", "--adobe-names")
    assert "red fox" in sidecar.read_text()
    assert sidecar.stat().st_mode & 0o777 == 0o640
    before = sidecar.stat().st_ino
    done("export", "xmp", "--beside", "--adobe-names")
    assert sidecar.stat().st_ino == before, "it is not even written anew"


@pytest.mark.parametrize("stars", ["1,2,3", "a,b,c,d,e", "5,4,3,2,1"])
def test_a_map_that_is_none(stars: str, done: CommandLine, tmp_path: Path) -> None:
    said = done("export", "xmp", "--out", tmp_path / "x", "--stars", stars, code=2).stderr
    assert "five rising scores" in said
    assert not (tmp_path / "x").exists()
