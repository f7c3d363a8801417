"""What becomes of an outcome: a label, a sample, a control; each inside its transaction."""

from functools import partial

from herocat import times
from herocat.catalog import Catalog
from herocat.labeling.feed import Fed
from herocat.labeling.rubric import Style
from herocat.labeling.unit import Outcome, Unit
from herocat.ports import Picture
from herocat.replies import Reading


def labels(style: Style, run: int, fed: Fed, have: set[int]) -> list[Unit]:
    """Return the questions that a photo's label still needs."""
    if not fed.prepared.pictures:
        keep = partial(_keep_label, run=run, image=fed.image)
        return [Unit("label", fed.image, None, style.read, keep, fed.prepared.failure)]
    if style.samples == 1:
        question = style.question(fed.prepared.pictures, image=fed.image)
        keep = partial(_keep_label, run=run, image=fed.image)
        return [Unit("label", fed.image, question, style.read, keep)]
    return [
        Unit(
            "sample",
            fed.image,
            style.question(fed.prepared.pictures, number, image=fed.image),
            style.read,
            partial(_keep_sample, run=run, image=fed.image, number=number, of=style.samples),
        )
        for number in range(1, style.samples + 1)
        if number not in have
    ]


def answered(style: Style, run: int, image: int) -> Unit:
    """Return the question that was asked elsewhere, for its answer to be kept."""
    return Unit("label", image, None, style.read, partial(_keep_label, run=run, image=image))


def failure(error: str | None) -> Outcome:
    """Return the outcome of a photo that nobody could be asked about."""
    return Outcome(error=error or "no reason given", attempts=1)


def repeat(style: Style, run: int, fed: Fed, number: int) -> list[Unit]:
    """Return the same question once more, to see how steady the rater is."""
    if not fed.prepared.pictures:
        return []
    keep = partial(_keep_repeat, run=run, image=fed.image, number=number)
    question = style.question(fed.prepared.pictures, style.samples + number, image=fed.image)
    return [Unit("repeat", fed.image, question, style.read, keep)]


def control(style: Style, run: int, kind: str, *, name: str, picture: Picture, number: int) -> Unit:
    """Return a question about a picture that is the same in every run."""
    keep = partial(
        _keep_control, run=run, kind=kind, name=name, sha256=picture.sha256, number=number
    )
    return Unit("control", None, style.question([picture]), style.read, keep)


def _keep_label(catalog: Catalog, outcome: Outcome, *, run: int, image: int) -> None:
    reading: Reading | None = outcome.reading if outcome.status == "ok" else None
    label = catalog.value(
        "label.save_answer",
        run=run,
        image=image,
        status=outcome.status,
        score=reading and reading.score,
        reasoning=reading and reading.reasoning,
        error=outcome.error,
        raw=_raw(outcome),
        model_reported=outcome.answer and outcome.answer.model,
        latency_ms=outcome.latency_ms,
        attempts=max(1, outcome.attempts),
        now=times.now(),
    )
    if reading is not None and label is not None:
        catalog.many(
            "label.save_subscore",
            # Every rater's parts are 0..1; a model is asked for 0..10.
            [(label, name, value / 10, None, None) for name, value in reading.parts],
        )


def _keep_sample(
    catalog: Catalog, outcome: Outcome, *, run: int, image: int, number: int, of: int
) -> None:
    """Keep one of several answers; the last makes the label of them, a failure is one at once."""
    if outcome.status != "ok":
        outcome.error = f"sample {number} of {of}: {outcome.error}"
        _keep_label(catalog, outcome, run=run, image=image)
        return
    _save_sample(catalog, outcome, "sample", run=run, image=image, number=number)
    row = catalog.one("label.samples_so_far", run=run, image=image)
    if row is None or row["number"] < of:
        return
    reading: Reading = outcome.reading
    catalog.value(
        "label.save_answer",
        run=run,
        image=image,
        status="ok",
        score=row["mean"],
        reasoning=row["reasoning"] or reading.reasoning,
        error=None,
        raw=_raw(outcome),
        model_reported=outcome.answer and outcome.answer.model,
        latency_ms=outcome.latency_ms,
        attempts=outcome.attempts,
        now=times.now(),
    )


def _keep_repeat(catalog: Catalog, outcome: Outcome, *, run: int, image: int, number: int) -> None:
    if outcome.status == "ok":
        _save_sample(catalog, outcome, "repeat", run=run, image=image, number=number)


def _save_sample(
    catalog: Catalog, outcome: Outcome, kind: str, *, run: int, image: int, number: int
) -> None:
    catalog.run(
        "label.save_sample",
        run=run,
        image=image,
        number=number,
        kind=kind,
        score=outcome.reading.score,
        reasoning=outcome.reading.reasoning,
        raw=_raw(outcome),
        now=times.now(),
    )


def _keep_control(
    catalog: Catalog, outcome: Outcome, *, run: int, kind: str, name: str, sha256: str, number: int
) -> None:
    reading: Reading | None = outcome.reading if outcome.status == "ok" else None
    catalog.run(
        "label.save_control",
        run=run,
        kind=kind,
        name=name,
        number=number,
        sha256=sha256,
        status=outcome.status,
        score=reading and reading.score,
        reasoning=reading and reading.reasoning,
        error=outcome.error,
        raw=_raw(outcome),
        now=times.now(),
    )


def _raw(outcome: Outcome) -> str | None:
    if outcome.answer is None:
        return None
    return outcome.answer.text or outcome.answer.thoughts or None
