"""Train the scorer on what people or models have said, and tell honestly how well it does."""

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row

import numpy as np

from herocat import embeddings, naming, times
from herocat.agreement import Estimate
from herocat.catalog import Catalog
from herocat.encoder import OnnxEncoder
from herocat.errors import CatalogError, ChoiceError
from herocat.judging import learning
from herocat.judging.learning import LEAST, Report, Rows
from herocat.loaders import measured
from herocat.providers.baseline import Baseline

_BESIDES = ("place", "sequence", "score", "image_id")  # columns that are no features


@dataclass(frozen=True, slots=True)
class Trained:
    """A scorer, whether it is good for anything, and its report."""

    name: str
    new: bool
    good: bool
    target: str
    learned_from: dict[str, int]
    report: Report


@dataclass(frozen=True, slots=True)
class Encoding:
    """An image encoder to learn from, too: its file, and what neither it nor its neighbour says."""

    path: Path
    size: int | None = None
    normalisation: str | None = None


def train(
    catalog: Catalog,
    *,
    name: str | None = None,
    runs: Sequence[str] = (),
    encoding: Encoding | None = None,
    seed: int = 0,
) -> Trained:
    """Fit a scorer to people's scores where there are any, to models' otherwise, or to some runs'.

    With an encoder, photos that have no vector of it yet are encoded first. Raises ChoiceError for
    an unknown run, a name that is taken or a file that is no encoder, and CatalogError for too few
    photos or bursts to tell how good it is.
    """
    lessons = _lessons(catalog, runs, encoding)
    report = learning.examine(
        lessons.rows,
        [row["sequence"] for row in lessons.found],
        _baseline(catalog, [row["image_id"] for row in lessons.found]),
        _geometry(lessons.found),
        grouped_by=lessons.grouped_by,
        seed=seed,
    )
    called, new = _keep(catalog, lessons, report, name=name, seed=seed)
    return Trained(called, new, report.good, lessons.target, lessons.learned_from, report)


@dataclass(frozen=True, slots=True)
class _Lessons:
    """What is learned from: whose scores, of which runs, and what is known of each photo."""

    target: str
    learned_from: dict[str, int]  # photos, by run
    found: Sequence[Row]
    rows: Rows
    grouped_by: str  # what is held out in turn
    encoder: int | None


def _lessons(catalog: Catalog, runs: Sequence[str], encoding: Encoding | None) -> _Lessons:
    target, sources = _sources(catalog, runs)
    numbers = [source["id"] for source in sources]
    found = list(catalog.rows("train.rows", runs=json.dumps(numbers)))
    if len(found) < LEAST:
        raise CatalogError(
            f"{len(found)} measured photos have a score to learn from, and {LEAST} are needed; "
            "have more rated: herocat rate, or herocat label"
        )
    encoder, vectors = _encoded(catalog, found, numbers, encoding)
    grouped_by, held_out = learning.groups(
        [row["place"] for row in found], [row["sequence"] for row in found]
    )
    if len(set(held_out)) < 2:
        raise CatalogError(
            "all photos that have a score are of one burst: how well a scorer does elsewhere cannot "
            "be told; have others rated, too"
        )
    learned_from = {source["name"]: source["photos"] for source in sources}
    rows = _rows(found, held_out, vectors)
    return _Lessons(target, learned_from, found, rows, grouped_by, encoder)


def _keep(
    catalog: Catalog, lessons: _Lessons, report: Report, *, name: str | None, seed: int
) -> tuple[str, bool]:
    """Keep a scorer, unless the same is there; return what it is called, and whether it is new."""
    identity = {
        "learned_from": json.dumps(lessons.learned_from),
        "settings": json.dumps(learning.settings(), sort_keys=True),
        "seed": seed,
        "features": json.dumps(lessons.rows.names),
        "fitted_to": learning.packed(lessons.rows),
    }
    card = {**_card(report), "state": "good" if report.good else "refused"}
    before = catalog.one("train.same", **identity)
    if before is not None:
        if any(before[key] != value for key, value in card.items()):
            with catalog.writing():
                catalog.run("train.examine_again", scorer=before["id"], **card)
        return before["name"], False
    with catalog.writing():
        called = _free_name(catalog, name)
        catalog.run(
            "train.save",
            **identity,
            **card,
            name=called,
            target=lessons.target,
            measure_version=catalog.value("train.measure_version"),
            made_with=json.dumps(learning.made_with()),
            encoder=lessons.encoder,
            now=times.now(),
        )
    return called, True


def _sources(catalog: Catalog, names: Sequence[str]) -> tuple[str, list[Row]]:
    """Return whose scores are learned, and of which runs."""
    rows = list(catalog.rows("train.sources"))
    if names:
        known = {row["name"]: row for row in rows}
        for name in names:
            if name not in known:
                raise ChoiceError(
                    f"there is no label run {name!r} to learn from; there are: {', '.join(known)}"
                )
        rows = [known[name] for name in names]
    for target, rater in (("people", "person"), ("models", "vlm")):
        some = [row for row in rows if row["rater"] == rater]
        if some:
            return target, some
    raise CatalogError(
        "nobody has rated photos that a scorer could learn from (the baseline needs no training); "
        "first: herocat rate, or herocat label"
    )


def _free_name(catalog: Catalog, name: str | None) -> str:
    """Return what a scorer, and then its label run, is called; raise ChoiceError for a taken name."""
    like = name or "scorer"
    taken = {row["name"] for row in catalog.rows("train.names_like", name=like)}
    runs = {row["name"] for row in catalog.rows("label.names_like", name=like)}
    if name in taken | runs:
        what = "scorer" if name in taken else "label run"
        raise ChoiceError(f"there is a {what} {name!r} already; choose another --name")
    return name or naming.free_name("scorer", taken | runs)


def _encoded(
    catalog: Catalog, found: Sequence[Row], runs: Sequence[int], encoding: Encoding | None
) -> tuple[int | None, learning.Matrix | None]:
    """Return the id of the encoder and the vectors of the photos, if they are wanted."""
    if encoding is None:
        return None, None
    encoder = OnnxEncoder(encoding.path, size=encoding.size, normalisation=encoding.normalisation)
    number = embeddings.encoder_id(catalog, encoder, encoding.path)
    embeddings.encode(catalog, encoder, number, rated_in=runs)
    return number, embeddings.vectors(catalog, number, [row["image_id"] for row in found])


def _rows(
    found: Sequence[Row], held_out: Sequence[Hashable], vectors: learning.Matrix | None
) -> Rows:
    names = [name for name in found[0].keys() if name not in _BESIDES]  # noqa: SIM118 - a row
    numbers = np.array([[row[name] for name in names] for row in found], np.float32)
    return learning.rows_of(names, numbers, [row["score"] for row in found], held_out, vectors)


def _baseline(catalog: Catalog, images: Sequence[int]) -> learning.Floats:
    """Return what the baseline says of measured photos, whether a run has asked it or not."""
    rows = list(catalog.rows("train.measured", images=json.dumps(images)))
    said = [Baseline().label(measured.request(catalog, row)).score for row in rows]
    return np.array(said, np.float64)


def _geometry(found: Sequence[Row]) -> learning.Floats:
    """Return the quality of box geometry, as the strategy top has it."""
    columns = ("area", "off_centre", "down", "confidence")
    area, off, down, sure = np.array(
        [[row[name] for name in columns] for row in found], np.float64
    ).T
    size = 0.3 + 0.7 * np.exp(-((area - 0.25) ** 2) / (2 * 0.15**2))
    geometry: learning.Floats = 0.5 * size + 0.3 * (1 - np.hypot(off, down - 0.5)) + 0.2 * sure
    return geometry


def _card(report: Report) -> dict[str, float | int | str | None]:
    def ends(name: str, found: Estimate) -> dict[str, float | None]:
        return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}

    return {
        "num_photos": report.photos,
        "num_places": report.places,
        "grouped_by": report.grouped_by,
        **ends("spearman", report.spearman),
        **ends("error", report.error),
        "baseline_spearman": report.baseline.value,
        "geometry_spearman": report.geometry.value,
        "beats_baseline": report.beats_baseline,
        "beats_geometry": report.beats_geometry,
    }
