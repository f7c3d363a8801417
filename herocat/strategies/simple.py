"""Strategies with one order of all photos: the best, the most varied, by chance, by the scorer; mixed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from herocat.catalog import Catalog
from herocat.errors import CatalogError, ChoiceError
from herocat.strategies import Choice, Chosen, Doubtful, Part, Quota, Scored
from herocat.strategies.plausible import Range
from herocat.strategies.stratified import SPECIES_SCORE, allot, believed_rare, score_photos

WEIGHTS = {"size": 0.5, "centrality": 0.3, "confidence": 0.2}  # those of single_optimal
MIX = {"top": 0.5, "diverse": 0.4, "random": 0.1}


@dataclass(frozen=True, slots=True)
class _Listed:
    """A photo in the order of a strategy, with its quality and the parts of it."""

    image: int
    sequence: int
    quality: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class _Ordered:
    """A strategy that takes photos in one order, the best of each sequence, until there are enough."""

    name: ClassVar[str]
    query: ClassVar[str]
    animal_confidence: float = 0.3
    species_score: float = SPECIES_SCORE

    def params(self) -> Mapping[str, Any]:
        """Return the parameters that change the choice, ready for JSON."""
        return {"animal_confidence": self.animal_confidence, "species_score": self.species_score}

    def choose(
        self, catalog: Catalog, gate: Callable[[], None], *, n: int, seed: int, basis: str | None
    ) -> Chosen:
        """Choose ``n`` photos that pass the gates, or as many as there are sequences."""
        del basis
        gate()
        listed, doubtful = self.order(catalog, seed)
        taken = listed[:n]
        choices = [
            Choice(one.image, self.name, one.quality, rank, one.parts)
            for rank, one in enumerate(_best_first(taken), 1)
        ]
        quota = Quota(self.name, 1.0, n, len(listed), len(taken))
        eligible = catalog.value("stratified.count_scored")
        return Chosen(choices, [quota], eligible, doubtful=doubtful)

    def keep(self, catalog: Catalog, *, basis: str, details: Mapping[str, Any]) -> None:
        """Keep nothing: the order is quickly made."""

    def score(
        self, catalog: Catalog, *, details: Mapping[str, Any], image: int
    ) -> Sequence[Scored]:
        """Score one photo of ``temp.eligible`` again."""
        del details
        self._pool(catalog, seed=0, few=True)
        rows = catalog.rows("strategies.in_pool", image=image)
        return [Scored(self.name, row["quality"], _parts(row)) for row in rows]

    def order(self, catalog: Catalog, seed: int) -> tuple[list[_Listed], Sequence[Doubtful]]:
        """Return the best photo of every sequence, in the order in which to take them, and the rare
        species that did not count, for they are not believed.
        """
        doubtful = self._pool(catalog, seed, few=False)
        listed = [
            _Listed(row["image_id"], row["sequence"], row["quality"], _parts(row))
            for row in catalog.rows(self.query)
        ]
        return listed, doubtful

    def _pool(self, catalog: Catalog, seed: int, *, few: bool) -> Sequence[Doubtful]:
        score_photos(catalog, self.animal_confidence, self.species_score, few=few)
        doubtful = self._disbelieve(catalog)
        catalog.run("strategies.pool", seed=seed, **WEIGHTS)
        return doubtful

    def _disbelieve(self, catalog: Catalog) -> Sequence[Doubtful]:
        """Take the names of rare species that are not believed from photos, where names count."""
        del catalog
        return ()


@dataclass(frozen=True)
class Top(_Ordered):
    """The best by box geometry, whatever they show."""

    name: ClassVar[str] = "top"
    query: ClassVar[str] = "strategies.by_quality"


@dataclass(frozen=True)
class Diverse(_Ordered):
    """Every species its turn, and within a species every place, season, day and night."""

    name: ClassVar[str] = "diverse"
    query: ClassVar[str] = "strategies.by_variety"
    rare_sequences: int = 0  # bursts that must take photos for a rare species; 0: any is believed
    where: Range | None = None  # which species there can be

    def params(self) -> Mapping[str, Any]:
        """Return the parameters that change the choice, ready for JSON."""
        return {**super().params(), **_plausible(self.rare_sequences, self.where)}

    def _disbelieve(self, catalog: Catalog) -> Sequence[Doubtful]:
        """Take the names of rare species that are not believed from photos: they have no turn."""
        _, doubtful = believed_rare(
            catalog, self.species_score, least=self.rare_sequences, where=self.where
        )
        names = json.dumps([one.species for one in doubtful])
        catalog.run("strategies.disbelieve", species=names)
        return doubtful


@dataclass(frozen=True)
class Random(_Ordered):
    """By chance: the control that every other strategy has to beat."""

    name: ClassVar[str] = "random"
    query: ClassVar[str] = "strategies.by_chance"


@dataclass(frozen=True)
class Scorer(_Ordered):
    """The best by the trained scorer (herocat train, herocat predict)."""

    name: ClassVar[str] = "scorer"
    query: ClassVar[str] = "strategies.by_scorer"
    run: str | None = None  # the newest, if none is named

    def params(self) -> Mapping[str, Any]:
        """Return the parameters that change the choice, ready for JSON."""
        return {"animal_confidence": self.animal_confidence, "run": self.run}

    def order(self, catalog: Catalog, seed: int) -> tuple[list[_Listed], Sequence[Doubtful]]:
        """Return the best photo of every sequence, in the order in which to take them; no name counts."""
        catalog.run("stratified.score", animal_confidence=self.animal_confidence)
        rows = catalog.rows(self.query, run=self._run(catalog), seed=seed)
        listed = [
            _Listed(row["image_id"], row["sequence"], row["quality"], _whole(row["quality"]))
            for row in rows
        ]
        return listed, ()

    def score(
        self, catalog: Catalog, *, details: Mapping[str, Any], image: int
    ) -> Sequence[Scored]:
        """Score one photo of ``temp.eligible`` again."""
        del details
        rows = catalog.rows("strategies.scorer_says", run=self._run(catalog), image=image)
        return [Scored(self.name, row["quality"], _whole(row["quality"])) for row in rows]

    def _run(self, catalog: Catalog) -> int:
        row = catalog.one("strategies.scorer_run", name=self.run)
        if row is None and self.run:
            raise ChoiceError(f"the scorer has no run {self.run!r}; see: herocat compare")
        if row is None:
            raise CatalogError(
                "the scorer has no run yet; first: herocat train, then herocat predict"
            )
        return int(row["id"])


@dataclass(frozen=True)
class Mixed:
    """Several strategies, each with its share; a sequence gives one photo to the whole."""

    name: ClassVar[str] = "mixed"
    animal_confidence: float = 0.3
    species_score: float = SPECIES_SCORE
    rare_sequences: int = 0
    where: Range | None = None
    run: str | None = None
    mix: Mapping[str, float] = field(default_factory=lambda: dict(MIX))

    def __post_init__(self) -> None:
        unknown = sorted(set(self.mix) - set(ORDERED))
        if unknown:
            raise ChoiceError(f"{unknown[0]!r} cannot be mixed; known are: {', '.join(ORDERED)}")
        if not self.mix or min(self.mix.values()) < 0 or not sum(self.mix.values()):
            raise ChoiceError("a share is 0 or more, and one at least must be more")

    def params(self) -> Mapping[str, Any]:
        """Return the parameters that change the choice, ready for JSON."""
        return {
            "animal_confidence": self.animal_confidence,
            "species_score": self.species_score,
            "run": self.run,
            "mix": dict(self.mix),
            **_plausible(self.rare_sequences, self.where),
        }

    def choose(
        self, catalog: Catalog, gate: Callable[[], None], *, n: int, seed: int, basis: str | None
    ) -> Chosen:
        """Choose ``n`` photos that pass the gates, or as many as there are sequences."""
        del basis
        gate()
        shares = {name: share for name, share in self.mix.items() if share > 0}
        orders = {name: self._strategy(name).order(catalog, seed) for name in shares}
        listed = {name: photos for name, (photos, _) in orders.items()}
        taken, chosen, missing = set[int](), {name: list[_Listed]() for name in shares}, n
        asked = allot(n, shares)
        while missing and any(asked.values()):
            for name, count in asked.items():
                free = (one for one in listed[name] if one.sequence not in taken)
                for one in [one for one, _ in zip(free, range(count), strict=False)]:
                    taken.add(one.sequence)
                    chosen[name].append(one)
            left = {
                name: share
                for name, share in shares.items()
                if any(one.sequence not in taken for one in listed[name])
            }
            missing = n - len(taken)
            asked = allot(missing, left) if left else {}
        choices = [
            Choice(one.image, name, one.quality, rank, one.parts)
            for name, some in chosen.items()
            for rank, one in enumerate(_best_first(some), 1)
        ]
        wanted = allot(n, shares)
        quotas = [
            Quota(name, share, wanted[name], len(listed[name]), len(chosen[name]))
            for name, share in shares.items()
        ]
        eligible = catalog.value("stratified.count_scored")
        doubtful = [one for _, some in orders.values() for one in some]
        return Chosen(choices, quotas, eligible, doubtful=doubtful)

    def keep(self, catalog: Catalog, *, basis: str, details: Mapping[str, Any]) -> None:
        """Keep nothing: the orders are quickly made."""

    def score(
        self, catalog: Catalog, *, details: Mapping[str, Any], image: int
    ) -> Sequence[Scored]:
        """Score one photo of ``temp.eligible`` again, in each strategy of the mix."""
        found = [
            scored
            for name, share in self.mix.items()
            if share > 0
            for scored in self._strategy(name).score(catalog, details=details, image=image)
        ]
        return sorted(found, key=lambda one: -one.quality)

    def _strategy(self, name: str) -> _Ordered:
        known = {one.name for one in fields(ORDERED[name])}
        own = (one.name for one in fields(self) if one.name in known)
        return ORDERED[name](**{one: getattr(self, one) for one in own})


ORDERED: Mapping[str, type[_Ordered]] = {one.name: one for one in (Top, Diverse, Random, Scorer)}


def _best_first(listed: Sequence[_Listed]) -> list[_Listed]:
    return sorted(listed, key=lambda one: -one.quality)


def _parts(row: Any) -> tuple[Part, ...]:  # noqa: ANN401 - a row of scores, by name
    return tuple(Part(name, row[name], weight) for name, weight in WEIGHTS.items())


def _plausible(rare_sequences: int, where: Range | None) -> Mapping[str, Any]:
    return {"rare_sequences": rare_sequences, "range": where.name if where else None}


def _whole(quality: float) -> tuple[Part, ...]:
    return (Part("score", quality, 1.0),)
