"""Choose candidates: gates that are the same for all, then a strategy."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from herocat import naming, times
from herocat.catalog import Catalog
from herocat.errors import CatalogError, ChoiceError
from herocat.loaders import bursts
from herocat.ports import Request
from herocat.providers.baseline import Baseline
from herocat.strategies import Chosen, Doubtful, Quota, Strategy


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection: its name, how many candidates it has, whether it was made just now."""

    name: str
    new: bool
    wanted: int
    candidates: int
    eligible: int
    held: int
    doubtful: int  # species that were not believed to be rare
    quotas: tuple[Quota, ...]
    identify: tuple[Doubtful, ...] = ()  # these: a person should look


def select(
    catalog: Catalog,
    strategy: Strategy,
    *,
    n: int,
    seed: int,
    name: str | None = None,
    person_confidence: float | None = None,
    champions: bool = False,
) -> Selected:
    """Choose ``n`` candidates; nothing is done if the same was chosen before from the same state.

    With ``champions``, bursts whose frames are all measured send their best frame by pixels.
    Photos with a person or vehicle of ``person_confidence`` or more, and the other frames of their
    bursts, are held, and recorded as such. Raises ChoiceError if the name is that of another
    selection, and CatalogError if no photo can be chosen at all.
    """
    person = person_confidence
    if person is None:
        person = catalog.value("select.person_confidence")
    wanted = {"n": n, "person_confidence": person, **strategy.params()}
    if champions:
        wanted["burst"] = "champion"
        wanted["measured"] = catalog.value("select.count_measured")
    params = json.dumps(wanted, sort_keys=True)
    identity = {"strategy": strategy.name, "params": params, "seed": seed}
    basis = catalog.value("select.basis")
    known = _known(catalog, identity, basis, name)
    if known is not None:
        return known
    # Champions rest on pixels besides: who is measured since may have changed them.
    rests_on = None if champions else _rests_on(basis, person)

    animals = _animals(catalog, strategy)

    def gate() -> None:
        catalog.run("select.gate", animal_confidence=animals)
        if champions:
            bursts.keep_champions(catalog, _score, animal_confidence=animals)

    with catalog.reading():
        catalog.run("select.hold_people", person_confidence=person)
        catalog.run("select.start_ranks")
        chosen = strategy.choose(catalog, gate, n=n, seed=seed, basis=rests_on)
    if not chosen.choices:
        raise CatalogError(_nothing(catalog, chosen))
    with catalog.writing():
        stem = f"{strategy.name}-{n}"
        taken = {row["name"] for row in catalog.rows("select.names_like", name=stem)}
        name = name or naming.free_name(stem, taken)
        _save(catalog, chosen, identity | {"name": name, "basis": basis}, person)
        if rests_on is not None:
            strategy.keep(catalog, basis=rests_on, details=chosen.details)
        row = catalog.one("select.by_name", name=name)
    assert row is not None
    return _selected(catalog, row, new=True)


def _rests_on(basis: str, person_confidence: float) -> str:
    """Return what the gates rest on, as JSON."""
    return json.dumps({"person_confidence": person_confidence, "catalog": json.loads(basis)})


def _known(
    catalog: Catalog, identity: Mapping[str, Any], basis: str, name: str | None
) -> Selected | None:
    """Return the selection that is asked for, if it is there; refuse a name that means another."""
    row = (
        catalog.one("select.by_name", name=name) if name else catalog.one("select.same", **identity)
    )
    if row is None:
        return None
    same = all(row[key] == value for key, value in identity.items()) and row["basis"] == basis
    if same:
        return _selected(catalog, row, new=False)
    if name:
        raise ChoiceError(
            f"there is a selection {name!r} already, made with other settings or before the "
            "catalog changed; it is kept as it is: choose another --name"
        )
    return None


def _save(
    catalog: Catalog, chosen: Chosen, identity: Mapping[str, Any], person_confidence: float
) -> None:
    selection = catalog.value(
        "select.add_selection",
        **identity,
        details=json.dumps(chosen.details),
        num_candidates=len(chosen.choices),
        num_eligible=chosen.num_eligible,
        now=times.now(),
    )
    for choice in chosen.choices:
        candidate = catalog.value(
            "select.add_candidate",
            selection=selection,
            image=choice.image,
            category=choice.category,
            quality=choice.quality,
            rank=choice.rank,
        )
        catalog.many(
            "select.add_part",
            [(candidate, part.name, part.value, part.weight) for part in choice.parts],
        )
    for quota in chosen.quotas:
        catalog.run(
            "select.add_quota",
            selection=selection,
            category=quota.category,
            share=quota.share,
            wanted=quota.wanted,
            available=quota.available,
            chosen=quota.chosen,
        )
    catalog.many(
        "select.add_doubtful",
        [(selection, one.species, one.image, one.sequences, one.reason) for one in chosen.doubtful],
    )
    catalog.run("select.add_burst_ranks", selection=selection)
    catalog.run("select.add_holds", selection=selection, threshold=person_confidence)


def _score(request: Request) -> float:
    return Baseline().label(request).score


def _animals(catalog: Catalog, strategy: Strategy) -> float:
    """Return the confidence from which on a strategy takes a detection for an animal."""
    own = strategy.params().get("animal_confidence")
    return float(own if own is not None else catalog.value("select.animal_confidence"))


def _selected(catalog: Catalog, row: Any, *, new: bool) -> Selected:  # noqa: ANN401 - a row
    quotas = tuple(Quota(*quota) for quota in catalog.rows("select.quotas", selection=row["id"]))
    identify = tuple(Doubtful(*one) for one in catalog.rows("select.doubtful", selection=row["id"]))
    return Selected(
        name=row["name"],
        new=new,
        wanted=json.loads(row["params"])["n"],
        candidates=row["num_candidates"],
        eligible=row["num_eligible"],
        held=catalog.value("select.count_holds", selection=row["id"]),
        doubtful=len(identify),
        quotas=quotas,
        identify=identify,
    )


def _nothing(catalog: Catalog, chosen: Chosen) -> str:
    """Say why there is nothing to choose from, and what to do about it."""
    if not catalog.value("select.any_result"):
        return (
            "no detector results are known yet; take them in with: herocat ingest detections.json"
        )
    if not chosen.num_eligible:
        held = catalog.value("select.count_held")
        return (
            "no photo can be chosen: none that is readable shows an animal with enough confidence"
            + (f" ({held:,} are held back for a person or vehicle)" if held else "")
        )
    return "no photo can be chosen: every class that has photos has a quota of 0"
