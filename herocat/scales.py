"""Raters that are not equally strict, on one scale: that of who counts most and has scored enough photos.

Where both have scored enough photos, a rising curve says what a score stands for; where too few, as
many scores lie below. The gallery must be up to date.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from herocat import calibration
from herocat.catalog import Catalog

ENOUGH = 20  # photos
RATERS = {"person": 1, "vlm": 2, "scorer": 4, "baseline": 8}  # as they count, and in gallery.raters
_MOST = 20_000  # photos that a curve is fitted to
_WHOSE = {
    "person": "people's",
    "vlm": "models'",
    "scorer": "the scorer's",
    "baseline": "the baseline's",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """What 0, 1, ... 10 of a rater stand for on the scale of another."""

    rater: str
    scale_of: str
    made_by: str  # curve or rank
    photos: int  # that both have scored
    steps: tuple[float, ...]


def refresh(catalog: Catalog) -> None:
    """Find the scales anew where scores have changed, and keep them."""
    basis = catalog.value("scales.basis")
    if basis == catalog.value("scales.kept_basis"):
        return
    found = _find(catalog)
    changed = found != kept(catalog)
    with catalog.writing():
        if changed:
            catalog.run("scales.forget")
            for one in found:
                _save(catalog, one)
        catalog.run("scales.keep_basis", basis=basis)


def _save(catalog: Catalog, one: Scale) -> None:
    named = {"rater": one.rater, "scale_of": one.scale_of}
    catalog.run("scales.save", **named, made_by=one.made_by, photos=one.photos)
    rises = [*np.diff(one.steps).tolist(), 0.0]
    steps = zip(range(11), one.steps, rises, strict=True)
    catalog.many("scales.save_step", [(one.rater, *step) for step in steps])


def kept(catalog: Catalog) -> list[Scale]:
    """Return the scales as they were found last."""
    found = list[Scale]()
    for row in list(catalog.rows("scales.kept")):
        steps = [one["stands_for"] for one in catalog.rows("scales.steps", rater=row["rater"])]
        found.append(Scale(**row, steps=tuple(steps)))
    return found


def words(scales: Sequence[Scale], raters: Collection[str]) -> str:
    """Say how the scores of some raters were put on one scale; nothing where there is one rater."""
    first = next((rater for rater in RATERS if rater in raters), None)
    said = []
    if len(raters) > 1 and first not in {
        name for one in scales for name in (one.rater, one.scale_of)
    }:
        said.append(
            f"{_WHOSE[str(first)]} scores stand beside others as they are: fewer than {ENOUGH} photos have one"
        )
    for one in (one for one in scales if one.rater in raters):
        how = f"by {one.photos:,} photos that both have scored"
        if one.made_by == "rank":
            how = f"by rank, as both have scored {one.photos:,} only"
        said.append(f"{_WHOSE[one.rater]} scores count as on {_WHOSE[one.scale_of]} scale, {how}")
    return "; ".join(said)


def _find(catalog: Catalog) -> list[Scale]:
    rated = {row["raters"]: row["photos"] for row in catalog.rows("scales.raters")}

    def photos(*raters: str) -> int:
        wanted = sum(RATERS[rater] for rater in raters)
        return sum(count for have, count in rated.items() if have & wanted == wanted)

    order = [rater for rater in RATERS if photos(rater)]
    first = next((rater for rater in order if photos(rater) >= ENOUGH), None)
    if first is None:
        return []
    later = order[order.index(first) + 1 :]
    return [_scale(catalog, rater, first, photos(rater, first)) for rater in later]


def _scale(catalog: Catalog, rater: str, first: str, photos: int) -> Scale:
    if photos < ENOUGH:
        given = (_given(catalog, one) for one in (rater, first))
        return Scale(rater, first, "rank", photos, calibration.by_rank(*given))
    both = RATERS[rater] | RATERS[first]
    every = math.ceil(photos / _MOST)
    named = {"rater": rater, "scale_of": first}
    rows = list(catalog.rows("scales.both", **named, both=both, every=every))
    scores, target = [row["score"] for row in rows], [row["target"] for row in rows]
    return Scale(rater, first, "curve", photos, calibration.on_scale(scores, target))


def _given(catalog: Catalog, rater: str) -> list[float]:
    rows = list(catalog.rows("scales.given", rater=rater))
    times = [row["times"] for row in rows]
    given: list[float] = np.repeat([row["score"] for row in rows], times).tolist()
    return given
