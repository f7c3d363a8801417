"""Jobs as they stand in the catalog: written down before they are created, told of, counted."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from herocat import times
from herocat.catalog import Catalog
from herocat.prices import Price


def free_name(run: int) -> str:
    """Return a name that no other job has."""
    return f"herocat-r{run}-{secrets.token_hex(6)}"


def write_down(
    catalog: Catalog,
    run: int,
    name: str,
    images: Sequence[int],
    *,
    reserved: float = 0.0,
    endpoint: str | None = None,
    state: str = "intent",
    price: Price | None = None,
) -> int:
    """Note a job and its photos, before it is created; return its number."""
    with catalog.writing():
        batch = int(
            catalog.value(
                "batch.add",
                run=run,
                name=name,
                endpoint=endpoint,
                state=state,
                reserved=reserved,
                input_usd=price and price.input,
                output_usd=price and price.output,
                num_items=len(images),
                now=times.now(),
            )
        )
        catalog.many("batch.add_item", [(batch, image) for image in images])
    return batch


def price(row: Any) -> Price | None:  # noqa: ANN401 - a row of batches
    """Return the price that a job was submitted at; None: nobody knew."""
    if row["input_usd"] is None:
        return None
    return Price(row["input_usd"], row["output_usd"], row["created_at"], "the job")


def sentence(row: Any) -> str:  # noqa: ANN401 - a row of batches
    """Say how a job stands."""
    text = f"job {row['id']}: {row['state']}, {row['num_items']:,} photos"
    if row["num_ok"] is not None:
        text += f", {row['num_ok']:,} scores"
    for name, words in (
        ("num_failed", "failed"),
        ("num_missing", "without an answer, pending again"),
        ("num_unknown", "answers nobody asked for"),
        ("num_duplicate", "answers given twice"),
    ):
        if row[name]:
            text += f", {row[name]:,} {words}"
    return f"{text} ({row['error']})" if row["error"] else text


def age(moment: str) -> float:
    """Return how many seconds ago a moment was."""
    began = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return (datetime.now(UTC) - began).total_seconds()


def by_run(rows: Sequence[Any]) -> Iterator[tuple[int, list[Any]]]:
    """Yield the jobs of each run."""
    for run in dict.fromkeys(row["label_run_id"] for row in rows):
        yield run, [row for row in rows if row["label_run_id"] == run]
