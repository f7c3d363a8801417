"""The labels of a run as pages and files of runs need them: in order, only what may leave."""

import random
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.exports import places
from herocat.exports.chosen import Gate, Held
from herocat.exports.filters import Choice
from herocat.gate import Secret, hushed


@dataclass(frozen=True, slots=True)
class Run:
    """A label run that has something to show."""

    id: int
    name: str
    rater: str
    provider: str
    model: str
    params: str  # JSON
    created_at: str


@dataclass(frozen=True, slots=True)
class Label:
    """One label; ``score`` is None for a failure."""

    id: int
    image: int
    score: float | None
    reasoning: str
    error: str
    latency_ms: float | None
    raw: str  # the reply as it came


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a score."""

    name: str
    value: float
    weight: float | None
    note: str


@dataclass(slots=True)
class Stats:
    """What the scores of a run look like, of all labels that were asked for."""

    labels: int = 0
    scored: int = 0
    total: float = 0.0
    lowest: float = 10.0
    highest: float = 0.0
    bins: list[int] = field(default_factory=lambda: [0] * 10)  # 0 to 1, 1 to 2, ... 9 to 10
    seconds: float | None = None  # a photo took on average

    @property
    def mean(self) -> float:
        """The mean score."""
        return self.total / self.scored

    def add(self, score: float | None) -> None:
        """Count a label."""
        self.labels += 1
        if score is not None:
            self.scored += 1
            self.total += score
            self.lowest, self.highest = min(self.lowest, score), max(self.highest, score)
            self.bins[min(9, int(score))] += 1


@dataclass(frozen=True, slots=True)
class Rated:
    """A run and its labels, in order; their numbers are kept, the rest is read when it is needed."""

    catalog: Catalog
    run: Run
    labels: Sequence[int]
    images: Sequence[int]
    scores: Sequence[float]  # in the same order; -1 for a failure
    stats: Stats
    held: Mapping[int, Held]
    secrets: Mapping[int, Secret]
    absent: Sequence[int] = field(default_factory=list)  # sampled photos that it has no label for

    def __iter__(self) -> Iterator[Label]:
        for number in range(len(self.labels)):
            yield self.label(number)

    def label(self, number: int) -> Label:
        """Return the label at a place in the order."""
        row = self.catalog.one("export.label", label=self.labels[number])
        assert row is not None
        image = row["image_id"]
        return Label(
            id=row["id"],
            image=image,
            score=row["score"],
            reasoning=self.told(image, row["reasoning"] or ""),
            error=self.told(image, row["error"] or ""),
            latency_ms=row["latency_ms"],
            raw=self.told(image, row["raw"] or ""),
        )

    def told(self, image: int, text: str) -> str:
        """Return words about a photo; empty where they would tell a place that must not be told."""
        return hushed(self.catalog, image, text) if image in self.secrets else text


@dataclass(frozen=True, slots=True)
class Asked:
    """Which labels of the runs are wanted, and in what order."""

    sort: str = "score"
    failures: bool = True
    top: int | None = None
    sample: int | None = None
    seed: int = 0
    only: Collection[int] | None = None  # photos; None: any


def runs(catalog: Catalog, names: Sequence[str] = ()) -> list[Run]:
    """Return the label runs that are named, or all that have labels; raises ChoiceError for others."""
    known = {row["name"]: Run(*row) for row in catalog.rows("export.runs")}
    if not known:
        raise ChoiceError("nothing has been labeled yet; first: herocat label")
    for name in names:
        if name not in known:
            raise ChoiceError(f"there is no label run {name!r}; there are: {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] or list(known.values())


def rated(
    catalog: Catalog, choice: Choice, asked: Asked, *, by_path: bool = False
) -> tuple[Rated, ...]:
    """Return the labels that were asked for of each run, without those of photos that must stay."""
    wanted = runs(catalog, choice.runs)
    gate = Gate(catalog, choice, by_path=by_path)
    chosen = [_labels(gate, catalog, run, choice, asked) for run in wanted]
    if asked.sample is None and asked.only is None:
        return tuple(chosen)
    pool = sorted({image for one in chosen for image in one.images} | _sampled(asked, gate))
    if asked.sample is not None and asked.sample < len(pool):
        pool = random.Random(asked.seed).sample(pool, asked.sample)  # noqa: S311 - no secret
    return tuple(_among(one, set(pool)) for one in chosen)


def parts(catalog: Catalog, label: int) -> tuple[Part, ...]:
    """Return the parts of a label's score, the weightiest first."""
    return tuple(
        Part(row["name"], row["value"], row["weight"], row["note"] or "")
        for row in catalog.rows("export.subscores", label=label)
    )


def _labels(gate: Gate, catalog: Catalog, run: Run, choice: Choice, asked: Asked) -> Rated:
    labels, images, scores = array("q"), array("q"), array("d")
    held, secret = dict[int, Held](), dict[int, Secret]()
    stats = Stats(seconds=catalog.value("export.seconds", run=run.id))
    rows = catalog.rows(
        "export.labels",
        run=run.id,
        by_name=int(asked.sort == "name"),
        failures=int(asked.failures),
        low=choice.min_score,
        high=choice.max_score,
    )
    for label, image, score in rows:
        if not gate.wants(image):
            continue
        stats.add(score)
        if asked.only is not None and image not in asked.only:
            continue
        if asked.top is not None and len(labels) >= asked.top:
            continue
        stays = gate.ask(image)
        if isinstance(stays, Held):
            held[image] = stays
            continue
        if stays is not None:
            secret[image] = stays
        labels.append(label)
        images.append(image)
        scores.append(-1.0 if score is None else score)
    secret |= places.neighbours(catalog, images, secret)
    return Rated(catalog, run, labels, images, scores, stats, held, secret)


def _sampled(asked: Asked, gate: Gate) -> set[int]:
    """Return the photos that are to be shown although no run has a label for them: none as yet."""
    return {image for image in asked.only or () if gate.lets_go(image)}


def _among(one: Rated, pool: Collection[int]) -> Rated:
    kept = [number for number, image in enumerate(one.images) if image in pool]
    return Rated(
        one.catalog,
        one.run,
        array("q", (one.labels[number] for number in kept)),
        array("q", (one.images[number] for number in kept)),
        array("d", (one.scores[number] for number in kept)),
        one.stats,
        one.held,
        one.secrets,
        sorted(set(pool) - {one.images[number] for number in kept}),
    )
