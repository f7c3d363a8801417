"""Files that are cut, mutated, forged or blown up: a sentence, never a traceback, never half a source."""

import gzip
import json
import random
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from herocat.catalog import Catalog
from herocat.errors import HerocatError, InputError
from herocat.formats import known, sniff
from herocat.stages.ingest import ingest
from tests.formats.test_detectors import LYNX, MEGADETECTOR
from tests.formats.test_judgements import LABELME, TIMELAPSE
from tests.formats.test_judgements_heroimages import labels
from tests.formats.test_packages import (
    COCO,
    DATAPACKAGE,
    DEPLOYMENTS,
    MEDIA,
    OBSERVATIONS,
)
from tests.formats.test_packages_wildlife import WILDLIFE

SPECIESNET = {
    "info": {"format_version": "20261015"},
    "predictions": [
        {
            "filepath": "a.jpg",
            "detections": [
                {
                    "category": "1",
                    "label": "animal",
                    "conf": 0.94,
                    "bbox": [0.1, 0.2, 0.3, 0.4],
                    "raw_classifications": {"classes": [LYNX], "scores": [0.71]},
                    "processed_classification": {"class": LYNX, "score": 0.7, "source": "x"},
                }
            ],
            "classifications": {"classes": [LYNX], "scores": [0.71]},
            "prediction": LYNX,
            "prediction_score": 0.7,
            "failures": ["GEOLOCATION"],
        }
    ],
}
CANDIDATES = {
    "generation_info": {"folder_name": "heuristics-1"},
    "candidates": [{"original_path": "a.jpg", "category": "single_tiny", "quality_score": 0.4}],
}
BATCH = {"batch_info": {"job_id": "1"}, "image_list": [{"index": 0, "path": "a.jpg"}]}
RESPONSES = {
    "expected_image_order": [{"index": 0, "path": "a.jpg", "filename": "a.jpg"}],
    "raw_responses": [
        {
            "response_index": 0,
            "parsed_json": {"score": 8, "reasoning": "x", "image_filename": "a.jpg"},
        }
    ],
}
JSON: dict[str, Any] = {
    known.MEGADETECTOR: MEGADETECTOR,
    known.SPECIESNET: SPECIESNET,
    known.COCO: json.loads(COCO),
    known.HERO_LABELS: labels(),
    known.CANDIDATES: CANDIDATES,
    known.BATCH_IMAGES: BATCH,
    known.BATCH_RESPONSES: RESPONSES,
    known.LABELME: LABELME,
    known.LIST: ["a.jpg", "b/c.jpg"],
}
TEXT: dict[str, str] = {
    known.WILDLIFE_INSIGHTS: WILDLIFE,
    known.TIMELAPSE: TIMELAPSE,
    known.CAMTRAP: MEDIA,
}
WRONG: list[Any] = [
    *(None, True, "", "x", -1, 1e308, 10**400, [], {}, [[]], {"a": None}, [None], ["x"], [{}]),
    *("\ud800", "a\x00b", "../../x.jpg", "/etc/passwd", "C:\\x.jpg", "a\nb'\"`;--.jpg"),
]  # fmt: skip


class Hostile:
    """Takes in one file after another, each into a new catalog, and looks at what is left."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder = folder
        self._template = template
        self.refused = self.taken = 0

    def __call__(self, name: str, content: bytes) -> str:
        """Take in a file; return what was said if it was refused."""
        place = self._folder / "file"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        if name == known.CAMTRAP:
            (place / "datapackage.json").write_text(json.dumps(DATAPACKAGE))
            (place / "deployments.csv").write_text(DEPLOYMENTS, "utf-8")
            (place / "observations.csv").write_text(OBSERVATIONS)
        path = place / ("media.csv" if name == known.CAMTRAP else name)
        (self._folder / "photos").mkdir(exist_ok=True)
        if name == known.LABELME:
            path = self._folder / "photos" / name
        path.write_bytes(content)
        catalog = self._folder / "hostile.db"
        for left in self._folder.glob("hostile.db*"):
            left.unlink()
        shutil.copy(self._template, catalog)
        with Catalog.open(catalog) as opened:
            try:
                list(ingest(opened, [path], root=self._folder / "photos"))
            except HerocatError as error:
                self.refused += 1
                self._nothing_is_left(opened)
                return str(error)
            self.taken += 1
            self._all_is_whole(opened)
        return ""

    def _nothing_is_left(self, catalog: Catalog) -> None:
        for table in ("sources", "images", "detections", "observations", "labels", "sequences"):
            count = catalog.connection.execute(f"select count(*) from {table}").fetchone()[0]
            assert count == 0, f"{count} rows of {table} are left"

    def _all_is_whole(self, catalog: Catalog) -> None:
        states = catalog.connection.execute("select distinct state from sources").fetchall()
        assert [tuple(row) for row in states] == [("done",)]
        broken = catalog.connection.execute("pragma foreign_key_check").fetchall()
        assert not broken
        paths = catalog.connection.execute("select path from images").fetchall()
        for (path,) in paths:
            assert not path.startswith("/"), path
            assert ".." not in path.split("/"), path


@pytest.fixture
def hostile(tmp_path: Path, template: Path) -> Hostile:
    return Hostile(tmp_path, template)


def encoded(content: object) -> bytes:
    return json.dumps(content).encode("utf-8", "surrogatepass")


def mutations(content: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Yield a content with one value after another replaced, by each wrong value in turn, or gone."""
    for path in places(content):
        for value in WRONG:
            yield changed(content, path, value)
        yield changed(content, path, ...)


def places(  # any JSON
    content: Any,  # noqa: ANN401
    path: tuple[Any, ...] = (),
) -> Iterator[tuple[Any, ...]]:
    inner: Any = ()
    if isinstance(content, dict):
        inner = content.items()
    elif isinstance(content, list):
        inner = enumerate(content)
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(content: Any, path: tuple[Any, ...], value: Any) -> Any:  # noqa: ANN401
    copy = json.loads(json.dumps(content))
    at = copy
    for key in path[:-1]:
        at = at[key]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return copy


@pytest.mark.parametrize("name", [*JSON, *TEXT])
def test_as_they_are_they_are_taken(hostile: Hostile, name: str) -> None:
    content = encoded(JSON[name]) if name in JSON else TEXT[name].encode()
    assert hostile(name, content) == ""


@pytest.mark.parametrize("name", list(JSON))
def test_cut_anywhere(hostile: Hostile, name: str) -> None:
    """A JSON file that is cut is always refused, and the refusal names it."""
    whole = encoded(JSON[name])
    for length in sorted(random.Random(name).sample(range(len(whole) - 1), 8)):
        said = hostile(name, whole[:length])
        assert f"/{name}" in said, length


@pytest.mark.parametrize("name", list(JSON))
def test_wrong_values_at_any_key(hostile: Hostile, name: str) -> None:
    every = list(mutations(JSON[name]))
    for content in random.Random(name).sample(every, min(len(every), 20)):
        hostile(name, encoded(content))


@pytest.mark.parametrize("name", list(TEXT))
def test_tables_cut_anywhere(hostile: Hostile, name: str) -> None:
    """A table that is cut within a row is refused; between rows nobody can tell."""
    whole = TEXT[name].encode()
    for length in sorted(random.Random(name).sample(range(len(whole)), 12)):
        hostile(name, whole[:length])


@pytest.mark.parametrize("name", [*JSON, *TEXT])
def test_bytes_changed_anywhere(hostile: Hostile, name: str) -> None:
    rng = random.Random(name)
    whole = encoded(JSON[name]) if name in JSON else TEXT[name].encode()
    for _ in range(6):
        content = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        hostile(name, bytes(content))


def test_forged_and_blown_up_files(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("herocat.formats.packed._ALWAYS", 1 << 20)
    entry = '{"file": "a.jpg", "detections": []}'
    deep = "[" * 100_000 + "]" * 100_000
    long = "x" * (1 << 20)
    contents = [
        b"",
        b"\x00" * 5000,
        b"{",
        b"[",
        b'{"images": [' + b"\xff" * 1000,
        f'{{"images": [{entry}], "info": {deep}}}'.encode(),
        f'{{"images": [{entry}, {{"file": "b.jpg", "detections": {deep}}}]}}'.encode(),
        f'{{"images": [{{"file": "{long}", "detections": []}}]}}'.encode(),
        f'{{"images": [{{"file": "a.jpg", "failure": "{long}"}}]}}'.encode(),
        f'{{"images": [{entry}], "images": [{entry}], "images": 3}}'.encode(),
        f'{{"images": [{{"file": "a.jpg", "file": "b.jpg", "detections": [{"9" * 5000}]}}]}}'.encode(),
        gzip.compress(b'{"images": [' + b" " * (2 << 20)),
        gzip.compress(b'{"images": []}')[:-6],
        gzip.compress(b"")[:5],
        b"PK\x03\x04" + b"\x00" * 100,
        b"SQLite format 3\x00" + b"\x00" * 100,
        b"mediaID,deploymentID,filePath\n" + b'"' + b"x" * (17 << 20),
        b"File,RelativePath\n" + b"a" * 100,
        b"File,RelativePath,DateTime\na,..\\..\\..,2014\n",
        b"File,RelativePath,DateTime\na,C:\\x,2014\n",
        b"File\x00,RelativePath\n",
        ("File,RelativePath\n" + "\n".join(f'"{n}",' for n in ("a'b.jpg", 'a""b.jpg', "a\nb.jpg"))).encode(),
    ]  # fmt: skip
    for content in contents:
        said = hostile("anything", content)
        assert "\n" not in said.strip() or "a\nb" in said, said[:300]
        assert len(said) < 6000, len(said)


def test_zips_that_are_no_sound_zips(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("herocat.formats.packed._ALWAYS", 1 << 20)

    def packed(**members: str | bytes) -> bytes:
        path = tmp_path / "made.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in members.items():
                archive.writestr(name.replace("__", "."), text)
        return path.read_bytes()

    whole = packed(a__json=encoded(MEGADETECTOR))
    assert hostile("x.zip", whole) == ""
    for cut in (1, 10, 30, len(whole) // 2, len(whole) - 10):
        assert hostile("x.zip", whole[:-cut])
    for at in range(40, len(whole), max(1, len(whole) // 15)):
        hostile("x.zip", whole[:at] + b"\xff" + whole[at + 1 :])
    assert "data files" in hostile("x.zip", packed(a__txt="x.jpg", b__csv="y"))
    assert "data files" in hostile("x.zip", packed(readme="nothing"))
    assert "unpacks to more" in hostile("x.zip", packed(a__json=b'{"images": [' + b" " * (2 << 20)))
    package = packed(datapackage__json=json.dumps(DATAPACKAGE))
    assert "not there" in hostile("x.zip", package)


def test_names_with_newlines_quotes_and_no_utf8(hostile: Hostile) -> None:
    names = [
        "a\nb.jpg",
        "a'b\".jpg",
        "a;drop table images.jpg",
        "\u202egpj.exe.jpg",
        "e\u0301.jpg",
        " .jpg",
    ]
    content = {"images": [{"file": name, "detections": []} for name in names]}
    assert hostile("names", encoded(content)) == ""
    assert hostile("list", f"a.jpg\n{'x' * 300}.jpg\n{'y/' * 3000}z.jpg\n".encode()) == ""
    assert hostile("names", b'{"images": [{"file": "\xff\xfe.jpg", "detections": []}]}') == ""


def test_links_out_of_the_root_are_not_followed(tmp_path: Path, template: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(b"secret")
    root = tmp_path / "photos"
    root.mkdir()
    (root / "link.jpg").symlink_to(outside / "secret.jpg")
    (root / "folder").symlink_to(outside)
    listed = tmp_path / "list.txt"
    listed.write_text("link.jpg\nfolder/secret.jpg\n")
    catalog = tmp_path / "c.db"
    shutil.copy(template, catalog)
    with Catalog.open(catalog) as opened:
        list(ingest(opened, [root, listed], root=root))
        read = opened.connection.execute("select path from images where bytes is not null")
        assert read.fetchall() == []


def test_every_kind_is_recognised_for_what_it_is(tmp_path: Path) -> None:
    for name, content in JSON.items():
        path = tmp_path / "x"
        path.write_bytes(encoded(content))
        assert sniff.recognise(path) == name
    for name, text in TEXT.items():
        path.write_text(text)
        assert sniff.recognise(path) == name


@pytest.mark.parametrize("form", [one.name for one in known.KNOWN])
def test_a_file_of_another_format_than_asked_for(tmp_path: Path, template: Path, form: str) -> None:
    """It is refused, so that it does not take the place of what it said; nothing else is a photo then."""
    catalog = tmp_path / "c.db"
    shutil.copy(template, catalog)
    file = tmp_path / "file"
    with Catalog.open(catalog) as opened:
        others = [known.MEGADETECTOR, known.SPECIESNET, known.HERO_LABELS, known.WILDLIFE_INSIGHTS]
        for name in others:
            if name == form:
                continue
            file.write_bytes(encoded(JSON[name]) if name in JSON else TEXT[name].encode())
            with pytest.raises(InputError) as refused:
                list(ingest(opened, [file], root=tmp_path, form=form))
            assert str(tmp_path) in str(refused.value)
            assert opened.connection.execute("select count(*) from sources").fetchone()[0] == 0
            assert opened.connection.execute("select count(*) from images").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("form", "content"),
    [
        (known.MEGADETECTOR, '{"images": []}'),
        (known.MEGADETECTOR, '{"checkpoint": []}'),
        (known.SPECIESNET, '{"predictions": []}'),
        (known.COCO, '{"images": [], "categories": []}'),
        (known.COCO, '{"images": [], "annotations": []}'),
        (known.HERO_LABELS, '{"labeling_info": {}, "results": []}'),
        (known.CANDIDATES, '{"generation_info": {}, "candidates": []}'),
        (known.BATCH_IMAGES, '{"image_list": []}'),
        (known.TIMELAPSE, "File,RelativePath\n"),
        (known.WILDLIFE_INSIGHTS, "image_id,deployment_id\n"),
        (known.LIST, "# nothing\n\n"),
        (known.LIST, "[]"),
    ],
)
def test_a_file_of_a_format_may_be_empty(
    tmp_path: Path, template: Path, form: str, content: str
) -> None:
    catalog = tmp_path / "c.db"
    shutil.copy(template, catalog)
    file = tmp_path / "file"
    file.write_text(content)
    with Catalog.open(catalog) as opened:
        (taken,) = ingest(opened, [file], root=tmp_path, form=form)
    assert (taken.new, taken.counts["photos"]) == (True, 0)


@pytest.mark.stress
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", list(JSON))
def test_every_wrong_value_at_every_key(hostile: Hostile, name: str) -> None:
    for content in mutations(JSON[name]):
        hostile(name, encoded(content))


@pytest.mark.stress
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", [*JSON, *TEXT])
def test_cut_at_every_kilobyte_of_a_large_file(hostile: Hostile, name: str) -> None:
    """Each list of a file repeated until the file is 300 kB: cut at every kilobyte, refused at each."""
    if name in TEXT:
        first, *rest = TEXT[name].splitlines(keepends=True)
        whole = (first + "".join(rest) * (300_000 // len(TEXT[name]))).encode()
    else:
        content = JSON[name]
        lists = (
            [key for key, value in content.items() if isinstance(value, list)]
            if isinstance(content, dict)
            else []
        )
        many = {key: content[key] * (200_000 // len(encoded(content[key]))) for key in lists}
        whole = encoded(content | many if isinstance(content, dict) else content * 10_000)
    for length in range(1, len(whole) - 1, 1024):
        said = hostile(name, whole[:length])
        assert said or name in TEXT, length


@pytest.mark.stress
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(8))
def test_many_bytes_changed(hostile: Hostile, part: int) -> None:
    rng = random.Random(part)
    for _ in range(400):
        name = rng.choice([*JSON, *TEXT])
        content = bytearray(encoded(JSON[name]) if name in JSON else TEXT[name].encode())
        for _ in range(rng.randint(1, 30)):
            at = rng.randrange(len(content))
            content[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        hostile(name, bytes(content))
