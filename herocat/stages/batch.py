"""Jobs that were submitted or written to files: listed, gone on with, given up, taken in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from herocat import prices
from herocat.catalog import Catalog
from herocat.errors import ChoiceError, InputError, Unfinished
from herocat.labeling import files, ledger, raters, returns, runs, styles, wishes
from herocat.labeling.jobs import Jobs
from herocat.labeling.privacy import sentence as held_sentence
from herocat.ports import TroubleError

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Access:
    """Where a server is and where its key is, where that is not as usual."""

    endpoint: str | None = None
    key_file: Path | None = None
    prices: Path | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """How many labels came of it, and how many jobs are under way."""

    labeled: int
    left: int


@dataclass(frozen=True, slots=True)
class Exported:
    """The run, how many photos were written, and where; what was held back, in words."""

    run: str
    photos: int
    files: tuple[Path, ...]
    held: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What files of answers held."""

    ok: int
    failed: int
    missing: int
    unknown: int
    duplicate: int

    def data(self) -> dict[str, int]:
        """Return it as JSON takes it."""
        return asdict(self)


def listed(catalog: Catalog) -> list[dict[str, Any]]:
    """Return every job with its run."""
    return [dict(row) for row in catalog.rows("batch.listed")]


def show(catalog: Catalog, job: int) -> dict[str, Any]:
    """Return all that is known of a job; raises ChoiceError for a number that is none."""
    for row in listed(catalog):
        if row["id"] == job:
            return row
    raise ChoiceError(f"there is no batch job {job}; herocat batch list shows those there are")


def sentence(catalog: Catalog, job: int) -> str:
    """Say how a job stands."""
    return ledger.sentence(show(catalog, job))


def resume(
    catalog: Catalog, access: Access, *, wait: bool, reclaim_after: float | None, say: Say
) -> Resumed:
    """Reconcile and collect the jobs of every run; with ``wait`` until none is under way."""

    async def collect(these: Jobs) -> None:
        await _collect(these, wait, reclaim_after)

    labeled = 0
    troubles = list[Unfinished]()
    with catalog.only_one("batch"):
        for run, _ in ledger.by_run(_under_way(catalog)):
            with catalog.only_one("label", run):
                before = runs.concluded(catalog, run)
                try:
                    _with_jobs(catalog, run, access, say, collect)
                except Unfinished as error:  # the jobs of other runs may be well
                    troubles.append(error)
                row = catalog.one("batch.run", run=run)
                assert row is not None
                runs.finish(catalog, row, 0)
                labeled += runs.concluded(catalog, run) - before
    if troubles:
        raise troubles[0]
    return Resumed(labeled, len(_under_way(catalog)))


def cancel(catalog: Catalog, job: int, access: Access, *, say: Say) -> None:
    """Give a job up; raises ChoiceError for one that is finished, or is a file."""
    row = show(catalog, job)
    if row["finished_at"] is not None:
        raise ChoiceError(f"job {job} is finished: {row['state']}")
    if row["remote_state"] == files.FILE:
        returns.finish(catalog, job, "cancelled", None, returns.Counts())
        return

    async def give_up(these: Jobs) -> None:
        await these.cancel(job)

    with catalog.only_one("batch"):
        _with_jobs(catalog, row["label_run_id"], access, say, give_up)


def export(catalog: Catalog, file: Path, options: Mapping[str, Any], *, say: Say) -> Exported:
    """Write questions to a file, several if one would be too large for OpenAI."""
    server = raters.server(options["provider"], model=options["model"])
    gated = not options["private_network"]  # nobody knows where a file goes
    style = styles.style(catalog, {**styles.PLAIN, **options}, server, gated=gated)
    wish = wishes.Wish(
        provider=options["provider"],
        model=options["model"],
        style=style,
        asked=runs.asked(catalog, options["selection"], options["sources"]),
        run=options["run"],
        limit=options["limit"],
        gated=gated,
    )
    with catalog.writing():
        row = wishes.begin(catalog, wish)
    with catalog.only_one("label", row["id"]):
        work = wishes.work(wish, row["id"])
        written = asyncio.run(files.write(catalog, style, work, server, file))
        runs.finish(catalog, row, 0)
    for path in written.files:
        say(f"wrote {path}")
    return Exported(row["name"], written.photos, written.files, held_sentence(written.held))


def take_in(catalog: Catalog, given: Sequence[Path]) -> Taken:
    """Take answers from files; jobs that they belong to are finished by it."""
    for path in given:
        if not path.is_file():
            raise InputError(f"there is no file {path}; nothing was taken in")
    with catalog.only_one("batch"):
        counts, batches = files.read(catalog, given)
    missing = sum(show(catalog, batch)["num_missing"] or 0 for batch in batches)
    return Taken(counts.ok, counts.failed, missing, counts.unknown, counts.duplicate)


def _under_way(catalog: Catalog) -> list[dict[str, Any]]:
    """Return the jobs that are in a server's hands."""
    return [
        one
        for one in listed(catalog)
        if one["finished_at"] is None and one["remote_state"] != files.FILE
    ]


async def _collect(these: Jobs, wait: bool, reclaim_after: float | None) -> None:  # noqa: FBT001 - inside
    await these.reconcile()
    left = await these.collect(reclaim_after=reclaim_after)
    if wait and left:
        await these.wait(reclaim_after=reclaim_after)


def _with_jobs(
    catalog: Catalog,
    run: int,
    access: Access,
    say: Say,
    do: Callable[[Jobs], Awaitable[None]],
) -> None:
    row = catalog.one("batch.run", run=run)
    assert row is not None
    server = raters.server(
        row["provider"],
        model=row["model"],
        endpoints=[access.endpoint] if access.endpoint else [],
        key_file=access.key_file,
    )
    found = prices.find(row["provider"], row["model"], datetime.now(UTC).date(), access.prices)
    price = found and found.of_jobs()

    async def work() -> None:
        service = raters.jobs(server)
        try:
            these = Jobs(catalog, service, styles.of_run(catalog, row), run, price, say)
            await these.adopt()
            await do(these)
        finally:
            await service.close()

    try:
        asyncio.run(work())
    except TroubleError as error:
        raise Unfinished(f"{error}; what was taken is kept, run this again later") from error
