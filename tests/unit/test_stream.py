"""The streaming JSON reader reads what json.loads reads, and names the byte where a file breaks."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from herocat.errors import InputError
from herocat.formats import stream

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value, listed in stream.items(path):
        if listed:
            found.setdefault(key, []).append(value)
        elif not isinstance(value, list):
            found[key] = value
        else:
            found.setdefault(key, [])
    return found


@settings(max_examples=60)
@given(
    content=st.dictionaries(st.text(max_size=4), values, max_size=5),
    chunk=st.integers(1, 40),
    indent=st.sampled_from([None, 1]),
    ascii_only=st.booleans(),
)
def test_it_reads_what_json_reads(
    tmp_path_factory: pytest.TempPathFactory,
    content: dict[str, Any],
    chunk: int,
    indent: int | None,
    *,
    ascii_only: bool,
) -> None:
    path = tmp_path_factory.mktemp("stream") / "file.json"
    path.write_text(json.dumps(content, indent=indent, ensure_ascii=ascii_only), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "CHUNK", chunk)
        assert read(path) == content


def test_bom_nan_and_characters_across_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHUNK", 7)
    path = tmp_path / "file.json"
    path.write_bytes('\ufeff{"a": [NaN, 1e5], "ключ": ["ünï", "日本語"]}'.encode())
    found = read(path)
    assert found["a"][0] != found["a"][0]
    assert found["a"][1] == 1e5
    assert found["ключ"] == ["ünï", "日本語"]


TEXT = '{"info": {"é": "ü"}, "images": [{"file": "a.jpg"}, {"file": "b.jpg"}], "x": 1}'


@pytest.mark.parametrize("length", range(len(TEXT.encode())))
def test_a_file_cut_anywhere_is_refused_with_the_byte(tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.json"
    path.write_bytes(TEXT.encode()[:length])
    with pytest.raises(InputError) as refused:
        read(path)
    said = str(refused.value)
    assert "byte" in said
    byte = int(said.split("at byte ")[1].split(" ", maxsplit=1)[0].replace(",", ""))
    assert byte <= length


@pytest.mark.parametrize(
    ("text", "byte", "words"),
    [
        ('{"a": [1, 2, oops]}', 13, "not valid JSON"),
        ('{"é": [1, 2, oops]}', 14, "not valid JSON"),
        ("[1, 2]", 0, "has '[' where '{' should stand"),
        ('{"a": 1} {"b": 2}', 9, "goes on after its end"),
        ('{"a" 1}', 5, "should stand"),
        ("{1: 2}", 2, "no text"),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, text: str, byte: int, words: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text + " " * 200, "utf-8")
    with pytest.raises(InputError, match=f"byte {byte} of"):
        read(path)
    with pytest.raises(InputError) as refused:
        read(path)
    assert words in str(refused.value)


def test_deep_nesting_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"a": ' + "[" * 200_000 + "]" * 200_000 + "}")
    with pytest.raises(InputError, match="nested too deeply"):
        read(path)


def test_an_entry_without_end_does_not_fill_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LARGEST", 1000)
    monkeypatch.setattr(stream, "CHUNK", 100)
    path = tmp_path / "long.json"
    path.write_text('{"a": ["' + "x" * 100_000)
    with pytest.raises(InputError, match="does not end"):
        read(path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "nothing.json")
