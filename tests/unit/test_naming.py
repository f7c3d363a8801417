"""Names that any system can hold."""

from herocat import naming
from herocat.exports import words


def test_plain_names_are_names_on_any_system() -> None:
    for name, plain in (
        ("roe deer", "roe-deer"),
        ("a: b?/c.", "a--b--c"),
        ("Con", "Con_"),
        ("aux.jpg", "aux.jpg_"),
        ("...", "photos"),
        ("Рысь", "Рысь"),
    ):
        assert naming.plain(name) == plain
    assert len(naming.plain("名" * 300).encode()) <= 120


def test_files_of_collections_that_are_called_alike() -> None:
    names = list(words.file_names("x", ".csv", ["a b", "A-b", "c"]))
    assert names == ["x_a-b.csv", "x_A-b-2.csv", "x_c.csv"]
    assert list(words.file_names("x", ".csv", ["a b"])) == ["x.csv"]
