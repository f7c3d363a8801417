"""What may be sent where; and folders that somebody vouches for."""

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from herocat import times
from herocat.catalog import Catalog
from herocat.endpoints import Distance
from herocat.errors import ChoiceError
from herocat.gate import NO_BURST, held_from_models
from herocat.labeling import runs
from herocat.labeling.runs import Asked


def gated(far: Distance, *, hands_on: bool, private_network: bool) -> bool:
    """Whether pictures leave, so that the gate is asked about each of them."""
    if hands_on or far is Distance.REMOTE:
        return True
    return far is Distance.PRIVATE and not private_network


@dataclass(frozen=True, slots=True)
class Voucher:
    """What somebody vouches for: nobody is in the photos of a folder, detector or not."""

    collection: int
    path: str  # below the collection's root, with a / at its end; empty: all of it
    reason: str


def voucher(catalog: Catalog, folder: Path, reason: str) -> Voucher:
    """Return what is vouched for; raises ChoiceError if there is no reason, or no such folder."""
    if not reason.strip():
        raise ChoiceError(
            "--allow-unchecked needs --because: why is it certain that nobody is in it"
        )
    if not folder.is_dir():
        raise ChoiceError(f"there is no folder {folder}")
    collection, below = runs.inside(catalog, folder.resolve(), folder)
    return Voucher(collection, f"{below}/" if below else "", reason.strip())


def vouch(catalog: Catalog, given: Voucher) -> None:
    """Record that somebody vouches for a folder; inside a transaction."""
    catalog.run(
        "gate.vouch",
        collection=given.collection,
        path=given.path,
        reason=given.reason,
        who=getpass.getuser(),
        now=times.now(),
    )


class _Undo(Exception):  # noqa: N818 - nothing went wrong
    """Leave a transaction without keeping what was done in it."""


@contextmanager
def as_if(catalog: Catalog, given: Voucher | None) -> Iterator[None]:
    """Look at the catalog as if a folder were vouched for; nothing that is done meanwhile is kept."""
    with suppress(_Undo), catalog.writing():
        if given is not None:
            vouch(catalog, given)
        yield
        raise _Undo


def first(
    catalog: Catalog, asked: Asked, count: int | None, *, gated: bool, given: Voucher | None
) -> Asked:
    """Return the first few of the photos that are asked for, of those that may be sent; all for None."""
    if count is None or not gated:
        return asked.first(catalog, count)
    with as_if(catalog, given):
        return asked.first(catalog, count, lambda one: held_from_models(catalog, one) is None)


def sentence(held: Mapping[str, int]) -> str | None:
    """Say how many photos were held back and how to go on; None if none were."""
    if not sum(held.values()):
        return None
    unchecked, private = held.get("unchecked", 0), held.get("private", 0)
    alone = held.get(NO_BURST, 0)
    people = sum(held.values()) - unchecked - private - alone
    said = []
    if people:
        said.append(f"{people:,} held back: a person or vehicle is in them or in their burst")
    if private:
        said.append(f"{private:,} held back: a file says that they are not public")
    if alone:
        said.append(
            f"{alone:,} held back: they belong to no burst yet, so a person in the next frame is not "
            "known of; first: herocat sequence"
        )
    if unchecked:
        said.append(
            f"{unchecked:,} held back: no detector has looked at them; ingest detector results, or "
            "vouch for a folder with --allow-unchecked FOLDER --because REASON"
        )
    return "; ".join(said) + "; a model on this machine may see all"
