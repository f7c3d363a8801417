"""A copy has the very pixels of its photo, and nothing that a camera wrote."""

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from herocat import photos
from herocat.exports import jpeg
from tests.conftest import lacking
from tests.exports import catalogs
from tests.world import draw

ABOUT = jpeg.About(
    title="Heron",
    caption='Wings öpen, "wide" & <low>',
    credit="J. Doe",
    rights="CC BY 4.0",
    keywords=("heron", "hero"),
    captured_at="2024-05-01T10:00:00",
    stars=5,
)


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}]
)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_pixels_stay(options: dict[str, object], mode: str) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[274] = 6
    profile = b"a colour profile"
    draw(90, 70).convert(mode).save(buffer, "JPEG", exif=exif, icc_profile=profile, **options)
    made = jpeg.cleaned(buffer.getvalue() + b"behind the end", ABOUT)
    assert (pixels(made) == pixels(buffer.getvalue())).all()
    with Image.open(io.BytesIO(made)) as image:
        assert image.getexif()[274] == 6
        assert image.info["icc_profile"] == profile
    assert b"behind the end" not in made


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "GIF", "BMP"])
def test_other_formats_become_jpegs(form: str) -> None:
    buffer = io.BytesIO()
    draw(90, 70).save(buffer, form)
    made = jpeg.cleaned(buffer.getvalue())
    with Image.open(io.BytesIO(made)) as image:
        assert (image.format, image.size) == ("JPEG", (90, 70))


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"no photo", b"\xff\xd8\xff\xe0\x00"])
def test_what_is_no_photo_says_so(content: bytes) -> None:
    with pytest.raises(photos.UnreadableError):
        jpeg.cleaned(content)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_nothing_of_the_camera_stays_whatever_is_broken(data: st.DataObject) -> None:
    content = bytearray(catalogs.jpeg(1))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(2, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = jpeg.cleaned(bytes(content))
    except photos.UnreadableError:
        return
    assert made.startswith(b"\xff\xd8")
    assert b"GPSL" not in made
    assert b"SECRETPLACE" not in made


def exiftool(path: Path, *options: str) -> dict[str, str]:
    """Return what exiftool reads, or skip where there is none."""
    if shutil.which("exiftool") is None:
        lacking("exiftool")
    line = ["exiftool", "-a", "-G1", "-s", *options, str(path)]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    rows = (row.partition(":") for row in said.splitlines())
    return {name.strip().replace(" ", ""): value.strip() for name, _, value in rows}


def test_exiftool_reads_what_was_said_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "before.jpg").write_bytes(catalogs.jpeg(1))
    before = exiftool(tmp_path / "before.jpg")
    assert any("GPS" in name for name in before)
    (tmp_path / "after.jpg").write_bytes(jpeg.cleaned(catalogs.jpeg(1), ABOUT))
    read = exiftool(tmp_path / "after.jpg")
    assert not any("GPS" in name or "Maker" in name or "Unknown" in name for name in read), read
    for place in ("[IPTC]Caption-Abstract", "[XMP-dc]Description"):
        assert read[place] == ABOUT.caption
    assert (
        read["[IPTC]Credit"] == read["[XMP-dc]Creator"] == read["[XMP-photoshop]Credit"] == "J. Doe"
    )
    assert read["[IPTC]CopyrightNotice"] == read["[XMP-dc]Rights"] == "CC BY 4.0"
    assert read["[XMP-xmp]Rating"] == "5"
    assert read["[XMP-dc]Subject"] == read["[IPTC]Keywords"] == "heron, hero"
    assert read["[ExifIFD]DateTimeOriginal"] == "2024:05:01 10:00:00"
    assert "[ExifTool]Warning" not in exiftool(tmp_path / "after.jpg", "-warning", "-error")
