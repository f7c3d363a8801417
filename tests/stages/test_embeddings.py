"""An image encoder of the user's own: vectors are kept, learned from, and never made twice."""

import json
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, save
from PIL import Image

from herocat import embeddings
from herocat.encoder import NORMALISATIONS, OnnxEncoder
from herocat.errors import ChoiceError
from herocat.records import Box
from tests.conftest import CommandLine
from tests.measured import fill, grow_fewer_trees

SIDE = 16


def model(
    path: Path,
    shape: Sequence[int | str] = ("n", 3, SIDE, SIDE),
    *,
    nodes: list[Any] | None = None,
    output: str = "image_embeds",
    kind: int = TensorProto.FLOAT,
) -> Path:
    """Write an encoder that gives the means of a picture's quarters, colour by colour."""
    graph = helper.make_graph(
        nodes
        or [
            helper.make_node(
                "AveragePool", ["pixels"], ["quarters"], kernel_shape=[8, 8], strides=[8, 8]
            ),
            helper.make_node("Flatten", ["quarters"], [output]),
        ],
        "encoder",
        [helper.make_tensor_value_info("pixels", kind, shape)],
        [helper.make_tensor_value_info(output, kind, None)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 8
    save(made, path)
    return path


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    grow_fewer_trees(monkeypatch)


@pytest.fixture
def rated(ready: CommandLine) -> CommandLine:
    """Return a catalog of measured and rated photos whose files are not there."""
    fill(ready.catalog, places=10, each=5, score=lambda *_: 5.0)
    return ready


@pytest.fixture
def coloured(ready: CommandLine) -> CommandLine:
    """Return a catalog of 150 photos whose scores only the colour of the animal tells."""
    rng = np.random.default_rng(3)
    hidden = [float(value) for value in rng.uniform(0, 1, 150)]
    values = iter(hidden)
    fill(ready.catalog, places=10, each=15, score=lambda *_: 2 + 7 * next(values))
    with sqlite3.connect(ready.catalog) as db:
        boxes = db.execute(
            "select path, x, y, w, h from images join detections on image_id = images.id order by images.id"
        ).fetchall()
    db.close()
    for (path, x, y, w, h), value in zip(boxes, hidden, strict=True):
        picture = Image.new("RGB", (64, 48), (90, 90, 90))
        animal = (round(255 * value), 120, round(255 * (1 - value)))
        picture.paste(
            animal, (round(64 * x), round(48 * y), round(64 * (x + w)), round(48 * (y + h)))
        )
        file = ready.catalog.parent / "photos" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.save(file, quality=95)
    return ready


def ask(herocat: CommandLine, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(herocat.catalog) as db:
        rows = db.execute(sql).fetchall()
    db.close()
    return rows


def test_what_only_the_picture_tells_is_learned_from_vectors(
    coloured: CommandLine, tmp_path: Path
) -> None:
    assert "refused" in coloured("train", "--name", "blind").stdout
    with sqlite3.connect(coloured.catalog) as db:
        db.execute("delete from labels where image_id > 120")
    db.close()
    encoder = model(tmp_path / "encoder.onnx")
    said = json.loads(coloured("train", "--embeddings", encoder, "--json").stdout)
    assert said["good"]
    assert said["report"]["spearman"]["value"] > 0.8
    assert ask(
        coloured, "select count(*), min(length(vector)), max(length(vector)) from embeddings"
    ) == [(120, 24, 24)]
    assert ask(coloured, "select dimensions from encoders") == [(12,)]
    # The rest is encoded when it is scored, and nothing twice.
    before = ask(coloured, "select id, image_id from embeddings order by id")
    assert "scored 150 photos" in coloured("predict").stdout
    assert ask(coloured, "select id, image_id from embeddings order by id")[:120] == before
    assert ask(coloured, "select count(*) from embeddings") == [(150,)]
    assert "nothing new" in coloured("train", "--embeddings", encoder).stdout
    coloured("verify")


def test_a_moved_encoder_is_asked_for_and_another_refused(
    coloured: CommandLine, tmp_path: Path
) -> None:
    encoder = model(tmp_path / "encoder.onnx")
    coloured("train", "--embeddings", encoder)
    moved = encoder.rename(tmp_path / "moved.onnx")
    assert "say where it is: --embeddings FILE" in coloured("predict", code=2).stderr
    other = model(tmp_path / "other.onnx", ("n", 3, SIDE * 2, SIDE * 2))
    assert "content is another" in coloured("predict", "--embeddings", other, code=2).stderr
    assert "scored 150 photos" in coloured("predict", "--embeddings", moved).stdout


def test_photos_that_cannot_be_read_are_scored_without_a_vector(
    coloured: CommandLine, tmp_path: Path
) -> None:
    (coloured.catalog.parent / "photos/0/3.jpg").write_bytes(b"no photo")
    (coloured.catalog.parent / "photos/0/4.jpg").unlink()
    assert json.loads(
        coloured("train", "--json", "--embeddings", model(tmp_path / "encoder.onnx")).stdout
    )["good"]
    assert ask(coloured, "select count(*) from embeddings") == [(148,)]
    assert "scored 150 photos" in coloured("predict").stdout


def test_without_the_extra_a_sentence_says_what_to_install(
    rated: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    said = rated("train", "--embeddings", model(tmp_path / "encoder.onnx"), code=2).stderr
    assert "pip install 'herocat[embeddings]'" in said
    assert ask(rated, "select count(*) from encoders") == [(0,)]


@pytest.mark.parametrize(
    ("shape", "nodes", "words"),
    [
        (("n", 3, 16, 24), None, "only squares"),
        (("n", 3), [helper.make_node("Identity", ["pixels"], ["image_embeds"])], "no image encoder"),
        (("n", 3, 16, 16), [helper.make_node("ReduceMean", ["pixels"], ["image_embeds"])], "for 2 pictures"),
    ],
)  # fmt: skip
def test_what_is_no_image_encoder_is_refused(
    rated: CommandLine,
    tmp_path: Path,
    shape: Sequence[int | str],
    nodes: list[Any] | None,
    words: str,
) -> None:
    wrong = model(tmp_path / "wrong.onnx", shape, nodes=nodes)
    assert words in rated("train", "--embeddings", wrong, code=2).stderr


def test_a_file_that_is_no_model_is_refused(rated: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "wrong.onnx").write_bytes(b"no model")
    assert "not a model" in rated("train", "--embeddings", tmp_path / "wrong.onnx", code=2).stderr
    assert "are about --embeddings" in rated("train", "--normalise", "clip", code=2).stderr
    good = model(tmp_path / "encoder.onnx")
    said = rated("train", "--embeddings", good, "--embedding-size", 32, code=2).stderr
    assert "takes pictures of 16 pixels" in said


def test_preparation_is_read_from_the_model_its_neighbour_or_the_user(tmp_path: Path) -> None:
    free = model(tmp_path / "free.onnx", ("n", 3, "h", "w"))
    assert OnnxEncoder(free).preparation.size == 224
    assert OnnxEncoder(free).preparation.mean == NORMALISATIONS["imagenet"][0]
    (tmp_path / "preprocessor_config.json").write_text(
        json.dumps(
            {"crop_size": {"height": 32}, "image_mean": [0.1, 0.2, 0.3], "image_std": [1, 1, 1]}
        )
    )
    assert OnnxEncoder(free).preparation.size == 32
    assert OnnxEncoder(free).preparation.mean == (0.1, 0.2, 0.3)
    given = OnnxEncoder(free, size=24, normalisation="clip").preparation
    assert (given.size, given.mean) == (24, NORMALISATIONS["clip"][0])
    assert OnnxEncoder(model(tmp_path / "own.onnx")).preparation.size == SIDE
    (tmp_path / "preprocessor_config.json").write_text("{")
    with pytest.raises(ChoiceError, match="mend it"):
        OnnxEncoder(free)


@pytest.mark.parametrize(
    ("shape", "nodes", "dimensions"),
    [
        ((4, 3, 16, 16), None, 12),  # four at a time, and no others
        ((1, 3, 16, 16), None, 12),
        (("n", 16, 16, 3), [helper.make_node("Flatten", ["pixels"], ["image_embeds"])], 768),
        (("n", 3, 16, 16), [helper.make_node("Identity", ["pixels"], ["image_embeds"])], 3),
    ],
)  # fmt: skip
def test_encoders_of_any_shape(
    tmp_path: Path, shape: Sequence[int | str], nodes: list[Any] | None, dimensions: int
) -> None:
    encoder = OnnxEncoder(
        model(tmp_path / "encoder.onnx", shape, nodes=nodes), normalisation="unit"
    )
    pictures = np.random.default_rng(0).integers(0, 255, (7, 16, 16, 3), dtype=np.uint8)
    vectors = encoder.encode(pictures)
    assert vectors.shape == (7, dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(encoder.encode(pictures[3:4])[0], vectors[3], rtol=1e-5)
    if dimensions == 3:  # the mean of a map
        means = pictures[0].mean(axis=(0, 1)) / 255
        np.testing.assert_allclose(vectors[0], means / np.linalg.norm(means), rtol=1e-5)


def test_the_subject_is_cut_out_with_its_surroundings() -> None:
    picture = Image.new("RGB", (100, 60), (0, 0, 0))
    picture.paste((255, 0, 0), (40, 20, 60, 40))
    cut = np.asarray(embeddings.square(picture, Box(0.4, 1 / 3, 0.2, 1 / 3), 30))
    assert cut.shape == (30, 30, 3)
    assert tuple(cut[15, 15]) == (255, 0, 0)
    assert tuple(cut[0, 0]) == (0, 0, 0)
    red = (cut[:, :, 0] > 128).mean()
    assert 0.38 < red < 0.5  # two thirds of each side
    edge = np.asarray(embeddings.square(picture, Box(0, 0, 0.2, 1 / 3), 30))
    assert tuple(edge[0, 0]) == (124, 116, 104)  # outside of the photo
    whole = np.asarray(embeddings.square(picture, None, 10))
    assert whole.shape == (10, 10, 3)
