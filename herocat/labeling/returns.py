"""What comes back from a job, line by line: of each photo the first score, however often it is sent."""

import re
import sqlite3
from dataclasses import dataclass, field

from herocat import times
from herocat.catalog import Catalog
from herocat.labeling import keeping
from herocat.labeling.money import Budget
from herocat.labeling.rubric import Style
from herocat.labeling.unit import Outcome
from herocat.ports import Answer, Returned, Stop
from herocat.prices import Price
from herocat.replies import InvalidError

_KEY = re.compile(r"r([0-9]{1,18})-i([0-9]{1,18})")
_LATER = {8, 10, 13, 14, 408, 429, 500, 502, 503, 504}  # what may go well another time


@dataclass
class Counts:
    """What a job's results held."""

    ok: int = 0
    unknown: int = 0
    duplicate: int = 0
    seen: set[str] = field(default_factory=set)  # keys
    failures: set[str] = field(default_factory=set)  # keys of photos without a score

    @property
    def failed(self) -> int:
        """Return how many photos have an answer, and no score."""
        return len(self.failures)

    def count(self, key: str, outcome: Outcome) -> None:
        """Count what is kept of a photo; a score after a failure takes its place."""
        if outcome.status == "ok":
            self.ok += 1
            self.failures.discard(key)
        else:
            self.failures.add(key)


def asked(key: str | None) -> tuple[int, int] | None:
    """Return the run and the photo that a key stands for; None: it is none of ours."""
    found = _KEY.fullmatch(key or "")
    return (int(found[1]), int(found[2])) if found else None


def take(
    catalog: Catalog,
    style: Style,
    back: Returned,
    counts: Counts,
    *,
    run: int,
    batch: int | None,
    price: Price | None = None,
) -> int | None:
    """Keep one line of results in one transaction; return the job that it belongs to."""
    found, key = asked(back.key), back.key or ""
    with catalog.writing():
        item = None
        if found and found[0] == run:
            item = catalog.one("batch.item", run=run, batch=batch, image=found[1])
        if item is None:
            counts.unknown += 1
            return None
        # What a download that broke has brought comes again with the next, and is given once.
        counts.duplicate += key in counts.seen or bool(item["taken_before"])
        counts.seen.add(key)
        outcome = _outcome(style, back)
        if outcome is not None:
            catalog.run("batch.item_done", batch=item["batch_id"], image=item["image_id"])
            if _is_news(outcome, item):
                catalog.run(
                    "label.retry_failures", run=run, image=item["image_id"], now=times.now()
                )
                _keep(catalog, style, outcome, price, run=run, item=item)
                counts.count(key, outcome)
    return int(item["batch_id"])


def finish(catalog: Catalog, batch: int, state: str, error: str | None, counts: Counts) -> None:
    """Close a job; photos without an answer are pending again."""
    with catalog.writing():
        catalog.run(
            "batch.finish",
            batch=batch,
            state=state,
            error=error,
            unknown=counts.unknown,
            duplicate=counts.duplicate,
            now=times.now(),
        )


def _outcome(style: Style, back: Returned) -> Outcome | None:
    """Return what a line means; None: the photo is to be asked about another time."""
    if back.answer is not None:
        return _read(style, back.answer)
    return None if back.status in _LATER else keeping.failure(back.error)


def _is_news(outcome: Outcome, item: sqlite3.Row) -> bool:
    """Whether an outcome is kept: the first, or a score where there was none."""
    return item["status"] is None or (item["status"] != "ok" and outcome.status == "ok")


def _read(style: Style, answer: Answer) -> Outcome:
    outcome = Outcome(answer=answer, attempts=1)
    if answer.stop in {Stop.BLOCKED, Stop.REFUSED}:
        outcome.status, outcome.error = answer.stop.value, f"{answer.stop.value}: {answer.detail}"
        return outcome
    try:
        outcome.reading = style.read(answer)
        outcome.status = "ok"
    except InvalidError as error:
        short = answer.stop is Stop.LENGTH
        outcome.status = "truncated" if short else "invalid"
        outcome.error = str(error)
    return outcome


def _keep(
    catalog: Catalog,
    style: Style,
    outcome: Outcome,
    price: Price | None,
    *,
    run: int,
    item: sqlite3.Row,
) -> None:
    answer = outcome.answer
    if answer is not None:
        usage = answer.usage
        catalog.run(
            "requests.returned",
            run=run,
            image=item["image_id"],
            batch=item["batch_id"],
            cost=Budget(price).cost(usage, item["share"]),
            model_reported=answer.model,
            stop=answer.stop.value,
            read_as=getattr(outcome.reading, "mode", None),
            structured=answer.structured,
            input_tokens=usage.input,
            image_tokens=usage.image,
            output_tokens=usage.output,
            thinking_tokens=usage.thinking,
            error=outcome.error,
            now=times.now(),
        )
    keeping.answered(style, run, item["image_id"]).keep(catalog, outcome)
