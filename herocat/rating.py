"""A person's ratings: whose they are, what is asked next, and every answer as a row."""

from collections.abc import Sequence
from dataclasses import dataclass

from herocat import naming, times
from herocat.catalog import Catalog
from herocat.errors import ChoiceError

OUTCOMES = ("first", "second", "tie")


@dataclass(frozen=True, slots=True)
class Item:
    """A photo to be rated."""

    image: int
    version: int
    width: int | None
    height: int | None
    repeat: bool  # asked a second time; nobody is told


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person has come."""

    asked: int
    answered: int
    rated: int
    repeats: int
    compared: int


def open_run(catalog: Catalog, person: str) -> tuple[int, str]:
    """Return the label run of a person, made now if there is none: its id and name.

    Must be called inside ``catalog.writing()``.
    """
    row = catalog.one("rate.run_of", name=person)
    if row is not None:
        return row["id"], row["name"]
    taken = {row["name"] for row in catalog.rows("label.names_like", name=person)}
    name = naming.free_name(person, taken)
    run = catalog.value("rate.add_run", run=name, name=person, now=times.now())
    return int(run), name


def run_of(catalog: Catalog, person: str) -> int | None:
    """Return the id of a person's label run; None: they have not begun."""
    row = catalog.one("rate.run_of", name=person)
    return None if row is None else int(row["id"])


def upcoming(catalog: Catalog, run: int, count: int) -> list[Item]:
    """Return the next photos to be rated: a repeat first, if one is due."""
    due = list(catalog.rows("rate.due_repeat", run=run))
    rows = [(row, True) for row in due]
    rows += [(row, False) for row in catalog.rows("rate.pending", run=run, count=count)]
    return [
        Item(row["image_id"], int(row["mtime"] or 0), row["width"], row["height"], repeat)
        for row, repeat in rows
    ]


def progress(catalog: Catalog, run: int) -> Progress:
    """Return how far a person has come."""
    row = catalog.one("rate.progress", run=run)
    assert row is not None
    return Progress(*row)


def answer(
    catalog: Catalog,
    run: int,
    image: int,
    score: float | None,
    *,
    repeat: bool = False,
    latency_ms: float | None = None,
) -> float | None:
    """Save an answer; None skips the photo, and takes no score away. Return the score that it had before.

    Must be called inside ``catalog.writing()``. Raises ChoiceError for a photo that was not asked for.
    """
    if catalog.value("rate.is_asked", run=run, image=image) is None:
        raise ChoiceError(f"photo {image} is not one of those that were asked for")
    before = catalog.value("rate.answer_of", run=run, image=image)
    if repeat:
        if score is None:
            catalog.run("rate.skip", run=run, image=image, other=None, now=times.now())
        else:
            catalog.run("rate.save_repeat", run=run, image=image, score=score, now=times.now())
        return None
    if score is None and before is not None:  # another page has rated it meanwhile
        return float(before)
    catalog.run(
        "rate.save",
        run=run,
        image=image,
        status="skipped" if score is None else "ok",
        score=score,
        error="skipped" if score is None else None,
        latency_ms=latency_ms,
        now=times.now(),
    )
    catalog.run("label.close", run=run, now=times.now())
    return None if before is None else float(before)


def take_back(
    catalog: Catalog, run: int, image: int, *, repeat: bool = False, before: float | None = None
) -> None:
    """Undo an answer: the photo is as it was, and asked for again if it had no score.

    Must be called inside ``catalog.writing()``.
    """
    if repeat:
        catalog.run("rate.forget_repeat", run=run, image=image)
    elif before is not None:
        answer(catalog, run, image, before)
    else:
        catalog.run("rate.forget", run=run, image=image)
        catalog.run("label.reopen", run=run)


def last_answers(catalog: Catalog, run: int) -> list[tuple[int, bool]]:
    """Return the photos that were answered last, the latest first, and whether that was a repeat."""
    rows = catalog.rows("rate.last_answers", run=run)
    return [(row["image_id"], bool(row["again"])) for row in rows]


def compare(catalog: Catalog, run: int, pair: Sequence[int], outcome: str | None) -> None:
    """Save which of two photos is better; None passes over the pair.

    Of two frames of a burst it may make another the candidate. A pair that the person has compared stays
    as it is: a page that is behind asks for it again.
    Must be called inside ``catalog.writing()``. Raises ChoiceError for a photo that there is not.
    """
    for image in pair:
        if catalog.value("gate.image", image=image) is None:
            raise ChoiceError(f"there is no photo {image} in the catalog")
    first, second = pair
    if catalog.value("rate.is_compared", run=run, first=first, second=second) is not None:
        return
    if outcome is None:
        catalog.run("rate.skip", run=run, image=first, other=second, now=times.now())
        return
    catalog.run(
        "rate.save_comparison",
        run=run,
        first=first,
        second=second,
        outcome=outcome,
        now=times.now(),
    )
    _crown_of(catalog, pair)


def last_pairs(catalog: Catalog, run: int) -> list[tuple[int, int]]:
    """Return the pairs that were compared or passed over last, the latest first."""
    return [tuple(row) for row in catalog.rows("rate.last_pairs", run=run)]


def crown(catalog: Catalog, sequence: int) -> None:
    """Let the frame that comparisons prefer be the candidate of its burst; note what a person decides.

    Must be called inside ``catalog.writing()``.
    """
    for query in ("bursts.uncrown", "bursts.crown", "bursts.find_ties"):
        catalog.run(query, sequence=sequence)


def take_back_comparison(catalog: Catalog, run: int, pair: Sequence[int]) -> None:
    """Undo a comparison, or a skip. Must be called inside ``catalog.writing()``."""
    catalog.run("rate.forget_comparison", run=run, first=pair[0], second=pair[1])
    _crown_of(catalog, pair)


def _crown_of(catalog: Catalog, pair: Sequence[int]) -> None:
    sequence = catalog.value("bursts.sequence_of_pair", first=pair[0], second=pair[1])
    if sequence is not None:
        crown(catalog, sequence)
