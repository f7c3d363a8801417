"""Score every measured photo with the trained scorer, as a label run like any other."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from sqlite3 import Row

import numpy as np

from herocat import embeddings, naming, times
from herocat.batches import BATCH, batches
from herocat.catalog import Catalog
from herocat.encoder import OnnxEncoder, Preparation, digest
from herocat.errors import CatalogError, ChoiceError
from herocat.judging import learning
from herocat.judging.learning import Axes, Model, Rows
from herocat.parallel import ahead, while_waiting
from herocat.progress import Progress

_MANY = 100_000  # photos that the model is asked of at a time


@dataclass(frozen=True, slots=True)
class Predicted:
    """A run of the scorer: how many photos were scored now, and how many in all."""

    run: str
    now: int
    scored: int


def predict(catalog: Catalog, *, name: str | None = None, encoder: Path | None = None) -> Predicted:
    """Score what the scorer's run has no score of: of the newest good scorer, or one by name.

    Photos are encoded first where the scorer reads vectors; ``encoder`` is where its encoder's file
    is now. Raises ChoiceError for a scorer or an encoder that is not there, CatalogError for a
    scorer that is no good.
    """
    scorer = _scorer(catalog, name)
    rows = learning.unpacked(scorer["fitted_to"])
    with catalog.only_one("predict"):
        if scorer["encoder_id"] is not None:
            _encode(catalog, scorer["encoder_id"], encoder)
        run, called = _run(catalog, scorer)
        done = _work(catalog, Model(rows, scorer["seed"]), rows, run, scorer["encoder_id"])
        with catalog.writing():
            catalog.run("predict.close_run", run=run, now=times.now())
    return Predicted(called, done, catalog.value("predict.scored", run=run))


def _scorer(catalog: Catalog, name: str | None) -> Row:
    row = catalog.one("predict.scorer", name=name)
    if row is None and name is not None:
        raise ChoiceError(f"there is no scorer {name!r}")
    refused = name if row is not None and row["state"] == "refused" else None
    if row is None:
        refused = catalog.value("predict.refused")
        if refused is None:
            raise CatalogError("there is no scorer yet; first: herocat train")
    if refused is not None:
        raise CatalogError(
            f"the scorer {refused} is not used: on places that it has not seen it is not for certain "
            "better than what needs no training; rate more photos of more places, then: herocat train"
        )
    assert row is not None
    return row


def _run(catalog: Catalog, scorer: Row) -> tuple[int, str]:
    """Return the id and the name of a scorer's run, begun now if there is none."""
    row = catalog.one("predict.run", scorer=scorer["id"])
    if row is not None:
        return row["id"], row["name"]
    params = {"scorer": scorer["id"], "measure_version": scorer["measure_version"]}
    with catalog.writing():
        taken = {one["name"] for one in catalog.rows("label.names_like", name=scorer["name"])}
        name = naming.free_name(scorer["name"], taken)
        run = catalog.value(
            "predict.add_run",
            name=name,
            scorer=scorer["name"],
            params=json.dumps(params),
            now=times.now(),
        )
    return run, name


def _encode(catalog: Catalog, number: int, path: Path | None) -> None:
    """Encode what has no vector yet, with the very encoder that the scorer was trained on."""
    known = catalog.one("embeddings.by_id", encoder=number)
    assert known is not None
    place = path or catalog.placed(known["path"])
    if not place.is_file():
        raise ChoiceError(
            f"the scorer reads vectors of the image encoder {place}, which is not there; say where "
            "it is: --embeddings FILE"
        )
    if digest(place) != known["sha256"]:
        raise ChoiceError(
            f"{place} is not the image encoder that the scorer was trained on: its content is another"
        )
    kept = Preparation.of_text(known["preparation"])
    embeddings.encode(catalog, OnnxEncoder(place, preparation=kept), number)


def _work(catalog: Catalog, model: Model, rows: Rows, run: int, encoder: int | None) -> int:
    done = 0
    # No row refers to what is not there: the photos were read of this catalog.
    with Progress("predicting") as progress, catalog.loading():
        pieces = matrices(catalog, rows, run, encoder)
        first = list(islice(pieces, 1))  # read on this connection, the others by another process
        asked = ((ids, model.predict(numbers)) for ids, numbers in chain(first, pieces))
        for ids, (scores, spread) in while_waiting(asked):
            said = zip(ids, scores.tolist(), np.round(spread, 3).tolist(), strict=True)
            for some in batches(said, BATCH):
                _save(catalog, run, some)
                progress.step(len(some))
            done += len(ids)
    return done


def _save(catalog: Catalog, run: int, said: Sequence[tuple[int, float, float]]) -> None:
    now = times.now()
    with catalog.writing():
        if len(said) == BATCH:  # a large catalog: its gallery is brought up to date as a whole
            catalog.run("browse.fall_behind")
        first = catalog.value("predict.next_label")
        catalog.many(
            "predict.save",
            [(key, run, image, score, now) for key, (image, score, _) in enumerate(said, first)],
        )
        catalog.many(
            "predict.save_doubt",
            [(key, spread) for key, (_, _, spread) in enumerate(said, first)],
        )


def matrices(
    catalog: Catalog, rows: Rows, run: int, encoder: int | None
) -> Iterator[tuple[list[int], learning.Matrix]]:
    """Yield ids and numbers of the photos that are left, many at a time.

    The model is asked of many at once, for its threads wait for each other at every tree. A large
    catalog is read by a process of its own meanwhile.
    """
    reading = _Reading(catalog.path, rows.names, rows.axes, run, encoder)
    first = list(islice(reading.pieces(catalog), 1))
    with ExitStack() as rest:
        pieces = iter(first)
        if first and len(first[0].ids) == BATCH:
            following = ahead(_read_apart, reading, first[0].ids[-1], most=_MANY // BATCH)
            pieces = chain(first, rest.enter_context(following))
        for some in batches(pieces, _MANY // BATCH):
            ids = [image for piece in some for image in piece.ids]
            yield ids, np.concatenate([piece.numbers for piece in some])


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Some photos, and what the model reads of them."""

    ids: list[int]
    numbers: learning.Matrix


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """What is read of a catalog: the numbers that a model was fitted to."""

    path: Path
    names: tuple[str, ...]
    axes: Axes | None
    run: int
    encoder: int | None

    def pieces(self, catalog: Catalog, after: int = 0) -> Iterator[_Piece]:
        """Yield the photos after one that the run has no score of, in the order of their ids."""
        names = self.names if self.axes is None else self.names[: -len(self.axes.names) or None]
        while some := list(catalog.rows("predict.rows", run=self.run, after=after, limit=BATCH)):
            columns = some[0].keys()
            at = [columns.index(name) for name in names]
            ids = [row["image_id"] for row in some]
            numbers = np.array([tuple(row) for row in some], np.float32)[:, at]
            if self.axes is not None and self.encoder is not None:
                turned = self.axes.of_vectors(embeddings.vectors(catalog, self.encoder, ids))
                numbers = np.hstack([numbers, turned])
            yield _Piece(ids, numbers)
            after = ids[-1]


def _read_apart(reading: _Reading, after: int) -> Iterator[_Piece]:
    with Catalog.open(reading.path) as catalog:
        yield from reading.pieces(catalog, after)
