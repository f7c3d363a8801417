"""Classes by size, number and rarity of animals, each with a quota: the method of hero-images.

The formulas are those of the original (docs/select.md); three things differ on purpose. A sequence
gives at most one candidate to the whole selection, not one to each class. A quota that cannot be
filled goes to the other classes, in proportion to theirs. And the classes are filled the scarcest
first, so that one that few sequences can fill is not emptied by one that many can.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any, ClassVar

from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.strategies import Choice, Chosen, Doubtful, Part, Quota, Scored
from herocat.strategies.plausible import Range, believed

QUOTAS: Mapping[str, float] = {
    "single_optimal": 0.20,
    "single_medium": 0.15,
    "single_tiny": 0.10,
    "single_huge": 0.05,
    "multi_same_species": 0.15,
    "multi_different_species": 0.15,
    "rare_species": 0.10,
    "high_action": 0.10,
}
PARTS = ("confidence", "centrality", "size", "mean_confidence", "animals", "species")
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "single_optimal": {"size": 0.5, "centrality": 0.3, "confidence": 0.2},
    "single_medium": {"size": 0.3, "centrality": 0.4, "confidence": 0.3},
    "single_tiny": {"confidence": 0.5, "centrality": 0.3, "size": 0.2},
    "single_huge": {"confidence": 0.5, "centrality": 0.3, "size": 0.2},
    "multi_same_species": {"size": 0.3, "confidence": 0.3, "centrality": 0.2, "animals": 0.2},
    "multi_different_species": {
        "size": 0.25,
        "confidence": 0.25,
        "centrality": 0.2,
        "species": 0.3,
    },
    "rare_species": {"confidence": 0.4, "size": 0.4, "centrality": 0.2},
    "high_action": {"confidence": 0.3, "centrality": 0.3, "size": 0.3, "mean_confidence": 0.1},
}
SPECIES_SCORE = 0.5  # a classification counts from this score on


@dataclass(frozen=True)
class Stratified:
    """The strategy with its thresholds, and the share of the whole that each class is to have."""

    name: ClassVar[str] = "stratified"
    animal_confidence: float = 0.3
    species_score: float = SPECIES_SCORE
    quotas: Mapping[str, float] = field(default_factory=lambda: dict(QUOTAS))
    rare_sequences: int = 0  # bursts that must take photos for a rare species; 0: any is believed
    where: Range | None = None  # which species there can be

    def __post_init__(self) -> None:
        unknown = sorted(set(self.quotas) - set(QUOTAS))
        if unknown:
            raise ChoiceError(f"there is no class {unknown[0]!r}; known are: {', '.join(QUOTAS)}")
        if min(self.quotas.values()) < 0 or not sum(self.quotas.values()):
            raise ChoiceError("a quota is a share of 0 or more, and one at least must be more")

    def params(self) -> Mapping[str, Any]:
        """Return the parameters that change the choice, ready for JSON."""
        return {
            "animal_confidence": self.animal_confidence,
            "species_score": self.species_score,
            "quotas": dict(self.quotas),
            "rare_sequences": self.rare_sequences,
            "range": self.where.name if self.where else None,
        }

    def choose(
        self, catalog: Catalog, gate: Callable[[], None], *, n: int, seed: int, basis: str | None
    ) -> Chosen:
        """Choose ``n`` photos that pass the gates, or as many as there are sequences."""
        details = self._rank(catalog, gate, basis)
        available = {
            row["category"]: row["sequences"] for row in catalog.rows("stratified.available")
        }
        catalog.run("stratified.start_draw")
        for category in available:
            # A class gives n at most, and to others have gone n sequences at most.
            catalog.run("stratified.draw", category=category, seed=seed, most=2 * n)
        wanted = {name: int(n * share) for name, share in self.quotas.items()}
        taken = _fill(catalog, n, self.quotas, wanted, available)
        catalog.run("stratified.gate_chosen")
        self._classify_few(catalog, details["rare_species"])
        choices = [
            Choice(row["image_id"], row["category"], row["quality"], row["rank"], _parts(row))
            for row in catalog.rows("stratified.choices")
        ]
        quotas = [
            Quota(name, share, wanted[name], available.get(name, 0), taken[name])
            for name, share in self.quotas.items()
        ]
        eligible = catalog.value("stratified.count_eligible")
        doubtful = [Doubtful(*one) for one in details["doubtful"]]
        return Chosen(choices, quotas, eligible, details, doubtful)

    def keep(self, catalog: Catalog, *, basis: str, details: Mapping[str, Any]) -> None:
        """Keep the ranking, so that other quotas, numbers and seeds are answered at once."""
        key = {"params": self._ranking(), "basis": basis}
        if catalog.one("stratified.kept_ranking", **key) is None:
            catalog.run("stratified.keep", details=json.dumps(details), **key)

    def _rank(
        self, catalog: Catalog, gate: Callable[[], None], basis: str | None
    ) -> Mapping[str, Any]:
        """Put the best photo of each burst into ``temp.ranked``; return what was found on the way."""
        catalog.run("stratified.start_ranked")
        kept = catalog.one("stratified.kept_ranking", params=self._ranking(), basis=basis)
        if kept is not None:
            catalog.run("stratified.recall", contest=kept["id"])
            found: Mapping[str, Any] = json.loads(kept["details"])
            return found
        with catalog.meanwhile(self._believed_rare) as answer:
            gate()
            score_photos(catalog, self.animal_confidence, self.species_score)
            rare, doubtful = answer()
        _classify(catalog, rare)
        catalog.run("stratified.rank")
        return {"rare_species": rare, "doubtful": [astuple(one) for one in doubtful]}

    def _ranking(self) -> str:
        """Return the parameters that a ranking depends on, as JSON."""
        return json.dumps({k: v for k, v in self.params().items() if k != "quotas"})

    def score(
        self, catalog: Catalog, *, details: Mapping[str, Any], image: int
    ) -> Sequence[Scored]:
        """Score one photo of ``temp.eligible`` again, best class first, with a selection's details."""
        self._classify_few(catalog, details["rare_species"])
        return [
            Scored(row["category"], row["quality"], _parts(row))
            for row in catalog.rows("stratified.classes", image=image)
        ]

    def _believed_rare(self, catalog: Catalog) -> tuple[list[str], list[Doubtful]]:
        return believed_rare(
            catalog, self.species_score, least=self.rare_sequences, where=self.where
        )

    def _classify_few(self, catalog: Catalog, rare: Sequence[str]) -> None:
        score_photos(catalog, self.animal_confidence, self.species_score, few=True)
        _classify(catalog, rare)


def score_photos(
    catalog: Catalog, animal_confidence: float, species_score: float, *, few: bool = False
) -> None:
    """Score the eligible photos into ``temp.scored``, and name their species in ``temp.named``.

    ``few``: they are a small part of the catalog, so each is looked up.
    """
    catalog.run("stratified.score", animal_confidence=animal_confidence)
    catalog.run("stratified.start_named")
    query = "stratified.name_species" if few else "stratified.name_all_species"
    catalog.run(query, animal_confidence=animal_confidence, species_score=species_score)


def _classify(catalog: Catalog, rare: Sequence[str]) -> None:
    """Have the scored photos in their classes in ``temp.classed``."""
    catalog.run("stratified.start_rare")
    catalog.many("stratified.add_rare", [(species,) for species in rare])
    catalog.run("stratified.start_weights")
    catalog.many(
        "stratified.add_weights",
        [
            {"category": category} | {part: weights.get(part, 0.0) for part in PARTS}
            for category, weights in WEIGHTS.items()
        ],
    )
    catalog.run("stratified.classify")


def rare_species(hits: Sequence[tuple[str, int]]) -> list[str]:
    """Return the species named no more often than the one a fifth up from the rarest.

    ``hits`` holds every species with how often it is named, rarest first.
    """
    if not hits:
        return []
    limit = hits[len(hits) // 5][1]
    return [species for species, count in hits if count <= limit]


def believed_rare(
    catalog: Catalog, species_score: float, *, least: int, where: Range | None
) -> tuple[list[str], list[Doubtful]]:
    """Return the rare species that are believed, and those that are not; all are if nothing is asked."""
    hits = catalog.rows("stratified.species_hits", species_score=species_score)
    rare = rare_species([(row["species"], row["hits"]) for row in hits])
    if not least and where is None:
        return rare, []
    return believed(catalog, rare, species_score=species_score, least=least, where=where)


def allot(count: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Divide a count in proportion to shares, to the last one (largest remainders)."""
    total = sum(shares.values())
    exact = {name: count * share / total for name, share in shares.items()}
    given = {name: int(part) for name, part in exact.items()}
    by_remainder = sorted(exact, key=lambda name: given[name] - exact[name])
    for name in by_remainder[: count - sum(given.values())]:
        given[name] += 1
    return given


def _fill(
    catalog: Catalog,
    n: int,
    quotas: Mapping[str, float],
    wanted: Mapping[str, int],
    available: Mapping[str, int],
) -> dict[str, int]:
    """Take candidates into ``temp.chosen`` until there are ``n``, or no sequence is left."""
    left = {name: share for name, share in quotas.items() if share > 0 and name in available}
    taken = dict.fromkeys(quotas, 0)
    asked = {name: wanted[name] for name in left}
    while left:
        for name in sorted(left, key=lambda name: (available[name], name)):
            got = catalog.run("stratified.take", category=name, count=asked[name])
            taken[name] += got
            if got < asked[name]:
                del left[name]
        missing = n - sum(taken.values())
        if not missing:
            break
        asked = allot(missing, left) if left else {}
    return taken


def _parts(row: Any) -> tuple[Part, ...]:  # noqa: ANN401 - a row of scores, by name
    weights = WEIGHTS[row["category"]]
    return tuple(Part(name, row[name], weight) for name, weight in weights.items())
