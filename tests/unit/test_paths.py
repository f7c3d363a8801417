"""Paths inside a collection."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, strategies as st

from herocat import paths

ROOT = Path("/disk/photos")


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("a/b.jpg", "a/b.jpg"),
        ("a\\b.jpg", "a/b.jpg"),
        ("./a//b.jpg", "a/b.jpg"),
        ("a/../b.jpg", "b.jpg"),
        ("/disk/photos/a/b.jpg", "a/b.jpg"),
        ("/disk/labels/../photos/./b.jpg", "b.jpg"),
        ("a b/ü#%.JPG", "a b/ü#%.JPG"),
        ("..a/b..jpg", "..a/b..jpg"),
    ],
)
def test_straightened(given_: str, kept: str) -> None:
    assert paths.relative(given_, ROOT) == kept


@pytest.mark.parametrize(
    "outside",
    [
        "",
        "/",
        ".",
        "../a.jpg",
        "a/../../b.jpg",
        "/etc/passwd",
        "/disk/photos2/a.jpg",
        "/disk/photos/../a.jpg",
        "C:\\a.jpg",
        "a\x00b",
        "..\\a.jpg",
    ],
)
def test_outside_is_refused(outside: str) -> None:
    with pytest.raises(paths.OutsideError):
        paths.relative(outside, ROOT)


@given(st.text(alphabet="ab./\\: \x00é", max_size=12))
def test_what_is_kept_lies_inside(text: str) -> None:
    try:
        kept = paths.relative(text, ROOT)
    except paths.OutsideError:
        return
    parts = PurePosixPath(kept).parts
    assert parts
    assert kept == "/".join(parts)
    assert ".." not in parts
    assert not kept.startswith("/")
    assert paths.relative(kept, ROOT) == kept


def test_names_that_are_no_text_can_be_kept() -> None:
    assert paths.storable("caf\udce9.jpg") == "caf\ufffd.jpg"
