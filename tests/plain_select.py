"""The method of hero-images in plain Python, from its description alone: what select.sql must match."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Box = Mapping[str, Any]  # conf, bbox, species: [(name, score), ...]


def rare(photos: Mapping[str, Sequence[Box]], score: float = 0.5) -> set[str]:
    """Return the species in the lowest fifth by share of all class hits."""
    hits = Counter(
        name
        for boxes in photos.values()
        for box in boxes
        for name, s in box["species"]
        if s >= score
    )
    total = sum(hits.values())
    shares = sorted(count / total for count in hits.values())
    if not shares:
        return set()
    limit = shares[len(shares) // 5]
    return {name for name, count in hits.items() if count / total <= limit}


def classes(boxes: Sequence[Box], rare_species: set[str], conf: float = 0.3) -> dict[str, float]:
    """Return every class that a photo belongs to, with its quality there."""
    good = [box for box in boxes if box["conf"] >= conf]
    if not good:
        return {}
    sizes = [box["bbox"][2] * box["bbox"][3] for box in good]
    size = max(sizes)
    x, y, w, h = good[sizes.index(size)]["bbox"]
    centrality = 1 - math.dist((x + w / 2, y + h / 2), (0.5, 0.5))
    size_score = 0.3 + 0.7 * math.exp(-((size - 0.25) ** 2) / (2 * 0.15**2))
    confidence = max(box["conf"] for box in good)
    mean = sum(box["conf"] for box in good) / len(good)
    species = {name for box in good for name, score in box["species"] if score >= 0.5}
    return {
        name: quality(name, confidence, centrality, size_score, mean, len(good), len(species))
        for name in _names(len(good), size, species, rare_species, confidence, centrality)
    }


def _names(
    count: int,
    size: float,
    species: set[str],
    rare_species: set[str],
    confidence: float,
    centrality: float,
) -> list[str]:
    if count > 1:
        names = ["multi_same_species" if len(species) <= 1 else "multi_different_species"]
    elif size >= 0.80:
        names = ["single_huge"]
    elif size >= 0.10:
        names = ["single_optimal"]
    elif size >= 0.005:
        names = ["single_medium"]
    else:
        names = ["single_tiny"]
    if species & rare_species:
        names.append("rare_species")
    if confidence >= 0.85 and centrality >= 0.7 and 0.05 <= size <= 0.50:
        names.append("high_action")
    return names


def quality(
    name: str,
    confidence: float,
    centrality: float,
    size: float,
    mean: float,
    count: int,
    species: int,
) -> float:
    """Return the quality score of a class."""
    formulas = {
        "single_tiny": 0.5 * confidence + 0.3 * centrality + 0.2 * size,
        "single_huge": 0.5 * confidence + 0.3 * centrality + 0.2 * size,
        "single_optimal": 0.5 * size + 0.3 * centrality + 0.2 * confidence,
        "single_medium": 0.3 * size + 0.4 * centrality + 0.3 * confidence,
        "multi_same_species": 0.3 * size
        + 0.3 * confidence
        + 0.2 * centrality
        + 0.2 * min(count / 5, 1),
        "multi_different_species": 0.25 * size
        + 0.25 * confidence
        + 0.2 * centrality
        + 0.3 * min(species / 4, 1),
        "rare_species": 0.4 * confidence + 0.4 * size + 0.2 * centrality,
        "high_action": 0.3 * confidence + 0.3 * centrality + 0.3 * size + 0.1 * mean,
    }
    return formulas[name]


def best_per_sequence(
    qualities: Mapping[str, Mapping[str, float]], sequences: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """Return for each class the quality of the best photo of each sequence."""
    best: dict[str, dict[str, float]] = defaultdict(dict)
    for path, found in qualities.items():
        for name, value in found.items():
            sequence = sequences[path]
            best[name][sequence] = max(value, best[name].get(sequence, -1.0))
    return best
