"""Why a photo was chosen or not: every rule with its value, threshold and verdict."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from herocat import champion, naming
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.strategies import Part, Scored
from herocat.strategies.registry import build


@dataclass(frozen=True, slots=True)
class Rule:
    """One gate: what it asked, what it found, whether the photo passed, and why not in words."""

    rule: str
    passed: bool
    value: str
    threshold: str
    why_not: str


@dataclass(frozen=True, slots=True)
class LabelPart:
    """A part of a label's score."""

    name: str
    value: float
    weight: float | None
    note: str | None


@dataclass(frozen=True, slots=True)
class LabelOf:
    """What one label run says of the photo."""

    run: str
    rater: str
    model: str
    score: float | None
    reasoning: str | None
    error: str | None
    parts: tuple[LabelPart, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The photo against another frame of its burst: better, worse or equal; and who says what."""

    image: int
    path: str
    says: str
    people: bool  # a person has decided it
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the photo stands in its burst, whose frames raters have compared."""

    place: int
    frames: int
    wins: int
    ties: int
    losses: int
    beside: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that bears on a photo; ``classes`` are how it scores, best first."""

    image: int
    path: str
    species: str | None
    captured_at: str | None
    location: str | None
    sequence: str | None
    num_frames: int | None
    selection: str | None
    verdict: str
    gates: tuple[Rule, ...]
    classes: tuple[Scored, ...]
    vetoes: tuple[str, ...]
    labels: tuple[LabelOf, ...]
    standing: Standing | None  # None: nobody has compared the frames of its burst


_PREFERRED = " The strategy chose this one, but side by side raters prefer that frame."


def explain(catalog: Catalog, image: str, *, selection: str | None = None) -> Explanation:
    """Explain one photo, named by id, path, or the end of its path.

    Raises ChoiceError if there is no such photo or selection, or several photos.
    """
    number = find(catalog, image)
    row = catalog.one("explain.image", image=number)
    assert row is not None
    chosen_by = _selection(catalog, selection)
    gates = tuple(_gates(catalog, row, chosen_by))
    classes = _classes(catalog, number, chosen_by)
    return Explanation(
        image=number,
        path=row["path"],
        species=row["species"],
        captured_at=row["captured_at"],
        location=row["location"],
        sequence=row["sequence_key"],
        num_frames=row["num_frames"],
        selection=chosen_by["name"] if chosen_by else None,
        verdict=_verdict(catalog, number, chosen_by, gates, classes),
        gates=gates,
        classes=classes,
        vetoes=tuple(_vetoes(catalog, number)),
        labels=tuple(_labels(catalog, number)),
        standing=_standing(catalog, number, row["sequence_id"]),
    )


def find(catalog: Catalog, image: str) -> int:
    """Return the id of the photo that an id, a path or the end of a path stands for."""
    if image.isdigit() and (number := catalog.value("explain.by_id", id=int(image))) is not None:
        return int(number)
    path = image.replace("\\", "/").removeprefix("./")
    rows = list(catalog.rows("explain.by_path", path=path))
    rows = rows or list(catalog.rows("explain.by_end", end=path.lstrip("/")))
    if not rows:
        raise ChoiceError(f"the catalog has no photo {image!r}; give its id or the end of its path")
    if len(rows) > 1:
        some = ", ".join(f"{row['id']} ({row['path']})" for row in rows[:5])
        raise ChoiceError(f"{image!r} is the end of several paths: {some}; give one of the ids")
    return int(rows[0]["id"])


def _selection(catalog: Catalog, name: str | None) -> sqlite3.Row | None:
    row = catalog.one("select.by_name", name=name) if name else catalog.one("select.latest")
    if name and row is None:
        known = (row["name"] for row in catalog.rows("browse.selections"))
        raise naming.unknown("selection", name, known)
    return row


def _gates(catalog: Catalog, row: sqlite3.Row, selection: sqlite3.Row | None) -> Iterator[Rule]:
    """Yield the gates in the order in which a selection asks them."""
    params = json.loads(selection["params"]) if selection else {}
    on_disk = row["bytes"] is not None
    yield Rule(
        "on disk",
        passed=on_disk or not row["was_scanned"],
        value="yes" if on_disk else "not found",
        threshold="",
        why_not="its file is not on disk",
    )
    yield Rule(
        "readable",
        passed=row["failure"] is None,
        value=row["failure"] or "yes",
        threshold="",
        why_not=f"it cannot be read ({row['failure']})",
    )
    yield _looked_at(catalog, row["id"])
    limit = params.get("person_confidence", catalog.value("select.person_confidence"))
    yield _nobody(catalog, row["id"], limit)
    limit = params.get("animal_confidence", catalog.value("select.animal_confidence"))
    yield _animal(catalog, row["id"], limit)
    number = selection["id"] if selection else None
    yield _original(catalog, row["id"], selection=number, animal_confidence=limit)


def _looked_at(catalog: Catalog, image: int) -> Rule:
    results = list(catalog.rows("explain.results", image=image))
    looked = [result["path"] for result in results if result["failure"] is None]
    failed = [f"{result['path']}: {result['failure']}" for result in results if result["failure"]]
    why_not = (
        f"no detector could look at it ({failed[0]})" if failed else "no detector has looked at it"
    )
    value = (looked or failed or ["in no results file"])[0]
    return Rule("seen by a detector", bool(looked), value, "", why_not)


def _nobody(catalog: Catalog, image: int, limit: float) -> Rule:
    rule = "nobody in its burst"
    found = catalog.one("explain.people", image=image)
    if found is None:
        return Rule(rule, passed=True, value="no person, no vehicle", threshold="", why_not="")
    shows = f"a {found['category']} ({found['confidence']:.2f})"
    where = "it" if found["own"] else f"{found['path']}, of the same burst,"
    return Rule(
        rule,
        passed=found["confidence"] < limit,
        value=f"{found['category']} {found['confidence']:.2f} in {found['path']}",
        threshold=f"below {limit:.2f}",
        why_not=f"{where} shows {shows}",
    )


def _animal(catalog: Catalog, image: int, limit: float) -> Rule:
    found = catalog.one("explain.animals", image=image)
    best = found["confidence"] if found else None
    if best is None:
        value, why_not = "none", "no animal was found in it"
    else:
        value = f"{best:.2f}"
        why_not = f"its best animal has a confidence of {best:.2f}, below {limit:.2f}"
    passed = best is not None and best >= limit
    return Rule("an animal", passed, value, f"at least {limit:.2f}", why_not)


def _original(catalog: Catalog, image: int, **by: float | None) -> Rule:
    path = catalog.value("explain.copy_of", image=image, **by)
    value = f"the same as {path}" if path else "no other has its content"
    return Rule("no copy", path is None, value, "", f"it is a copy of {path}")


def _classes(catalog: Catalog, image: int, selection: sqlite3.Row | None) -> tuple[Scored, ...]:
    """Return how the photo scored when it was chosen; of one that was not, how it scores now."""
    if selection is None:
        return ()
    candidate = catalog.one("explain.candidate", selection=selection["id"], image=image)
    if candidate is not None:
        parts = tuple(
            Part(*row) for row in catalog.rows("explain.parts", candidate=candidate["id"])
        )
        return (Scored(candidate["category"], candidate["quality_score"], parts),)
    strategy = build(selection["strategy"], json.loads(selection["params"]))
    catalog.run("explain.gate_burst", selection=selection["id"], image=image)
    return tuple(
        strategy.score(
            catalog,
            details=json.loads(selection["details"]),
            image=image,
        )
    )


def _verdict(
    catalog: Catalog,
    image: int,
    selection: sqlite3.Row | None,
    gates: tuple[Rule, ...],
    classes: tuple[Scored, ...],
) -> str:
    if selection is None:
        return "Nothing has been selected yet."
    where = {"selection": selection["id"], "image": image}
    candidate = catalog.one("explain.candidate", **where)
    if candidate is not None:
        quota = _quota(catalog, selection, candidate["category"])
        return (
            f"Chosen as {_class(candidate['category'])}, "
            f"number {candidate['rank']:,} of {quota['chosen']:,} in that class."
            + _instead_of(catalog, candidate["strategy_image_id"])
        )
    failed = next((gate for gate in gates if not gate.passed), None)
    if failed is not None:
        return f"Not chosen: {failed.why_not}."
    frame = catalog.one("explain.chosen_frame", **where)
    if frame is not None:
        return (
            f"Not chosen: its burst is represented by {frame['path']} "
            f"({_class(frame['category'])}, quality {frame['quality_score']:.3f})."
            + (
                _PREFERRED
                if frame["strategy_image_id"] == image
                else _beside_champion(catalog, selection["id"], image)
            )
        )
    if not classes:
        return "Not chosen: it was not eligible when the selection was made."
    best = classes[0]
    quota = _quota(catalog, selection, best.category)
    return (
        f"Not chosen: {_class(best.category)} was full with {quota['chosen']:,} of "
        f"{quota['available']:,}; its quality is {best.quality:.3f}, the last one in has "
        f"{quota['last_quality'] or 0:.3f}."
    )


def _class(category: str) -> str:
    return category.replace("_", " ")


def _instead_of(catalog: Catalog, strategys: int | None) -> str:
    if strategys is None:
        return ""
    path = catalog.value("explain.path", image=strategys)
    return f" Its burst was chosen for {path}; side by side, raters prefer this frame."


def _beside_champion(catalog: Catalog, selection: int, image: int) -> str:
    """Say what the champion of the burst has over a photo, if the two were compared."""
    row = catalog.one("explain.beside_champion", selection=selection, image=image)
    if row is None:
        return ""
    lost = {name: row[name] for name in champion.WEIGHTS if row[name] < -0.005}
    worst = sorted(lost, key=lambda name: lost[name])[:3]
    why = ", ".join(f"{name} {lost[name]:+.2f}" for name in worst) or "nothing much"
    return f" Side by side it is number {row['place']} of {row['frames']}: it loses by {why}."


def _quota(catalog: Catalog, selection: sqlite3.Row, category: str) -> sqlite3.Row:
    row = catalog.one("explain.quota", selection=selection["id"], category=category)
    assert row is not None
    return row


def _vetoes(catalog: Catalog, image: int) -> Iterator[str]:
    for row in catalog.rows("explain.vetoes", image=image):
        if row["reason"] == "unchecked":
            yield "unchecked: no detector has looked at it"
        elif row["reason"] == "private":
            yield "private: a file that was ingested says that it is not public"
        else:
            yield f"{row['reason']} {row['confidence']:.2f} in {row['path']}"


def _labels(catalog: Catalog, image: int) -> Iterator[LabelOf]:
    for row in list(catalog.rows("explain.labels", image=image)):
        yield LabelOf(
            run=row["run"],
            rater=row["rater"],
            model=row["model"],
            score=row["score"],
            reasoning=row["reasoning"],
            error=row["error"],
            parts=tuple(
                LabelPart(*part) for part in catalog.rows("explain.subscores", label=row["id"])
            ),
        )


def _standing(catalog: Catalog, image: int, sequence: int | None) -> Standing | None:
    row = catalog.one("explain.standing", sequence=sequence, image=image)
    if row is None:
        return None
    said = defaultdict[int, list[str]](list)
    for one in catalog.rows("explain.said_of_burst", image=image):
        first = one["first_image_id"] == image
        shown = "first" if first else "second"
        better = (one["outcome"] == "first") == first
        word = "equal" if one["outcome"] == "tie" else "better" if better else "worse"
        why = f": {one['reasoning']}" if one["reasoning"] else ""
        said[one["other_id"]].append(f"{one['run']}, shown {shown}, {word}{why}")
    beside = tuple(
        Beside(
            image=one["image_id"],
            path=one["path"],
            says={1: "better", 0: "equal", -1: "worse"}[one["says"]],
            people=bool(one["people"]),
            answers=tuple(said[one["image_id"]]),
        )
        for one in catalog.rows("explain.compared", sequence=sequence, image=image)
    )
    return Standing(row["place"], row["frames"], row["wins"], row["ties"], row["losses"], beside)
