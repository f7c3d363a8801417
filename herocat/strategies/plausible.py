"""Which rare species to believe: the tail of a classifier is mostly its errors.

A species counts as rare when it is believed: enough independent bursts take it for that, or a
person has said so; it is a species and not a wider group that a classifier fell back to; and the
user's list of species or geofence, if one is given, allows it. The others are to be identified.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from herocat.catalog import Catalog
from herocat.errors import InputError
from herocat.strategies import Doubtful

_GROUPS = frozenset(
    {
        "animal",
        "unknown",
        "blank",
        "no cv result",
        "mammal",
        "bird",
        "reptile",
        "amphibian",
        "insect",
        "rodent",
        "carnivore",
        "ungulate",
        "other",
    }
)
_ENDINGS = (" family", " order", " class", " genus", " species", " spp", " spp.", " sp.")


@dataclass(frozen=True, slots=True)
class Range:
    """Where species may be: a plain list of names, or SpeciesNet's geofence for one country."""

    name: str  # what it was read from: file, hash of its content, country
    names: frozenset[str] = frozenset()
    fence: Mapping[str, Mapping[str, Any]] | None = None
    country: str | None = None  # ISO 3166, three letters
    region: str | None = None  # such as a state of the USA

    def refuses(self, names: Sequence[str], taxon: str) -> str:
        """Say why a species cannot be there; nothing if it can, or if nothing is known of it."""
        if self.names and not self.names & {name.casefold() for name in names}:
            return "it is not in the list of species"
        rule = (self.fence or {}).get(taxon)
        if rule is None or self.country is None:
            return ""
        allowed, blocked = rule.get("allow") or {}, rule.get("block") or {}
        if self.country in blocked and self._covers(blocked[self.country]):
            return f"the geofence keeps it out of {self.country}"
        if allowed and not (self.country in allowed and self._covers(allowed[self.country])):
            return f"the geofence does not let it into {self.country}"
        return ""

    def _covers(self, regions: Sequence[str]) -> bool:
        return not regions or self.region is None or self.region in regions


def read_range(path: Path, country: str | None, region: str | None) -> Range:
    """Read a list of species, a name a line, or a geofence in SpeciesNet's format.

    Raises InputError if it is neither, or a geofence without a country.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    name = " ".join(filter(None, (path.name, digest, country, region)))
    if not text.lstrip().startswith("{"):
        names = (line.partition("#")[0].strip().casefold() for line in text.splitlines())
        known = frozenset(name for name in names if name)
        if not known:
            raise InputError(f"{path} names no species; give a name a line")
        return Range(name, names=known)
    try:
        fence = json.loads(text)
    except ValueError as error:
        raise InputError(f"{path} is no geofence: {error}") from error
    if not all(isinstance(rule, dict) and key.count(";") == 4 for key, rule in fence.items()):
        raise InputError(
            f"{path} is no geofence of SpeciesNet: its keys are class;order;family;genus;species"
        )
    if country is None:
        raise InputError(
            f"{path} is a geofence; say with --country which country the photos are of"
        )
    return Range(name, fence=fence, country=country, region=region)


def believed(
    catalog: Catalog,
    rare: Sequence[str],
    *,
    species_score: float,
    least: int,
    where: Range | None = None,
) -> tuple[list[str], list[Doubtful]]:
    """Part rare species into those that are believed and those that are not."""
    good, doubtful = list[str](), list[Doubtful]()
    asked = {"species": json.dumps(list(rare)), "species_score": species_score}
    for row in catalog.rows("strategies.votes", **asked):
        reason = _doubt(row, least, where)
        if not reason:
            good.append(row["species"])
        else:
            doubtful.append(Doubtful(row["species"], row["image_id"], row["sequences"], reason))
    order = {name: place for place, name in enumerate(rare)}
    return sorted(good, key=lambda name: order[name]), doubtful


def _doubt(row: Any, least: int, where: Range | None) -> str:  # noqa: ANN401 - a row
    name = row["species"].casefold()
    known = any(row[rank] for rank in ("class", "order", "family", "genus", "epithet"))
    group = name in _GROUPS or name.endswith(_ENDINGS) or (known and not row["epithet"])
    if group or row["rolled_up"]:
        return "it is a wider group, not a species"
    if row["confirmed"]:
        return ""
    if where is not None:
        ranks = [row[rank] or "" for rank in ("class", "order", "family", "genus", "epithet")]
        names = [row["species"], row["common"] or "", " ".join(ranks[3:]).strip()]
        refused = where.refuses(names, ";".join(ranks).casefold())
        if refused:
            return refused
    if row["sequences"] < least:
        bursts = (
            "no burst" if not row["sequences"] else f"only {row['sequences']} of {least} bursts"
        )
        return f"{bursts} and no person take it for that"
    return ""
