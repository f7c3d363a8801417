"""Camtrap DP packages 1.0 to 1.0.2: a folder or a zip with datapackage.json and three tables.

Media become photos with times, places and sequences (their events), observations what people and
machines saw, ``favorite`` a judgement; how cameras were set up is kept by deployment. Media at an address get the path that a download of them has.
"""

import json
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Any

from herocat import times, urls
from herocat.errors import InputError
from herocat.formats import packed, tables, values
from herocat.formats.scores import Scores
from herocat.records import (
    Deployed,
    Deployment,
    Frame,
    Judgement,
    Key,
    Observation,
    Private,
    Record,
    Remote,
    Run,
    Taxon,
    Unmatched,
)

_TABLES = ("deployments", "media", "observations")
_HIGHEST = 100  # metres: more is a slip of the pen
_MISSING = frozenset({"NA", "NaN", "nan"})  # what R and pandas write into an empty cell
_DETAILS = (
    "lifeStage",
    "sex",
    "behavior",
    "individualID",
    "observationTags",
    "observationComments",
)


@dataclass(frozen=True, slots=True)
class Package:
    """Where the parts of a package lie: below a folder, or in a zip."""

    base: Path  # the folder, or the zip
    members: dict[str, str]  # table: its place below the folder or in the zip
    about: dict[str, Any]
    zipped: bool

    def rows(self, table: str) -> Iterator[dict[str, str]]:
        """Yield the rows of a table; a cell that says that it is empty is so.

        No row is without a deploymentID: one that is called NA is called so.
        """
        member = self.members[table]
        found = tables.rows(self.base, member) if self.zipped else tables.rows(self.base / member)
        for row in found:
            if _MISSING.isdisjoint(row.values()):
                yield row
                continue
            empty = [name for name, cell in row.items() if cell in _MISSING]
            yield row | {name: "" for name in empty if name != "deploymentID"}

    def files(self) -> list[Path]:
        """Return the files that it consists of."""
        if self.zipped:
            return [self.base]
        return [self.base / "datapackage.json", *(self.base / m for m in self.members.values())]


def is_package(path: Path) -> bool:
    """Tell whether a datapackage.json describes a package of this kind."""
    try:
        return b"camtrap-dp" in path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def is_zip(path: Path) -> bool:
    """Tell whether a package is a zip."""
    return path.is_file() and packed.kind(path) == "zip"


def open_package(path: Path) -> Package:
    """Find the parts of a package, from its folder, its datapackage.json or its zip."""
    if is_zip(path):
        names = [member.name for member in packed.members(path)]
        root = next((n for n in names if PurePosixPath(n).name == "datapackage.json"), None)
        if root is None:
            raise InputError(f"{path} holds no datapackage.json; nothing was taken from it")
        with packed.opened(path, root) as file:
            about = _described(file.read(), path)
        below = root.removesuffix("datapackage.json")
        return Package(path, _resources(about, path, below, names), about, zipped=True)
    place = path if path.is_dir() else path.parent
    description = place / "datapackage.json"
    if not description.exists():
        raise InputError(
            f"{path} is no Camtrap DP package: there is no datapackage.json in {place}; nothing was "
            "taken. Give the folder of a package, its datapackage.json or its zip"
        )
    with packed.opened(description) as file:
        about = _described(file.read(), description)
    return Package(place, _resources(about, place, "", None), about, zipped=False)


def _described(text: bytes, path: Path) -> dict[str, Any]:
    try:
        about = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not valid JSON ({error}); nothing was taken") from error
    if not isinstance(about, dict):
        raise InputError(f"{path} describes no package; nothing was taken")
    return about


def _resources(
    about: dict[str, Any], path: Path, below: str, names: list[str] | None
) -> dict[str, str]:
    """Return where each table lies; raise InputError if one is missing, elsewhere or outside."""
    listed = about.get("resources")
    places = {
        item.get("name"): item.get("path")
        for item in (listed if isinstance(listed, list) else ())
        if isinstance(item, dict) and isinstance(item.get("name"), str)
    }
    found = dict[str, str]()
    for table in _TABLES:
        place = places.get(table) or f"{table}.csv"
        place = place[0] if isinstance(place, list) and len(place) == 1 else place
        if not isinstance(place, str):
            raise InputError(f"{path} has {table} in several parts, which herocat does not read")
        if "://" in place or place.startswith(("/", "~")) or ".." in place.split("/"):
            raise InputError(
                f"{path} has its {table} at {place!r}, outside of it; nothing was taken: put the "
                "file beside datapackage.json"
            )
        there = below + place in names if names is not None else (path / place).is_file()
        if not there:
            raise InputError(
                f"{path} names the table {place!r}, which is not there; nothing was taken"
            )
        found[table] = below + place
    return found


@dataclass(slots=True, eq=False)
class _Event:
    """What was seen in an event as a whole; ``found`` once a photo of it is."""

    key: str
    name: str  # of the observation
    seen: Observation
    found: bool = False


@dataclass(slots=True)
class _Deployment:
    """A camera at a place, and what was seen in its events: when they began and ended, in order at last."""

    location: str | None = None
    doubt: str | None = None
    described: bool = False  # the file tells how its camera was set up
    events: list[tuple[datetime, datetime, _Event]] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)  # the latest one up to each of them

    def order(self) -> None:
        """Put the events in order of time."""
        self.events.sort(key=lambda timed: (timed[0], timed[1], timed[2].key))
        self.ends = list(accumulate((end for _, end, _ in self.events), max))

    def during(self, moment: datetime | None) -> list[_Event]:
        """Return the events that a moment lies in."""
        found = list[_Event]()
        if moment is not None:
            at = bisect_right(self.events, moment, key=lambda timed: timed[0])
            while at and self.ends[at - 1] >= moment:
                at -= 1
                _, end, event = self.events[at]
                if end >= moment:
                    found.append(event)
        return found[::-1]


@dataclass(slots=True)
class _Found:
    """What is known of a package so far."""

    scores: Scores
    deployments: dict[str, _Deployment] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)  # of media, as their observations say
    wholes: list[_Event] = field(default_factory=list)  # what was seen in events
    named: dict[tuple[str, str], list[_Event]] = field(default_factory=dict)  # by deployment and id
    numbers: dict[str, int] = field(default_factory=dict)  # photos of an event so far


def read(package: Package, scores: Scores) -> Iterator[Record]:
    """Yield what a package says; raise InputError for a table that cannot be used."""
    found = _Found(scores)
    for row in package.rows("deployments"):
        key = row.get("deploymentID", "")
        found.deployments[key] = _deployment(row)
        if (set_up := _set_up(row, found.deployments[key])) is not None:
            found.deployments[key].described = True
            yield set_up
    for row in package.rows("observations"):
        yield from _observation(row, found)
    for deployment in found.deployments.values():
        deployment.order()
    for number, row in enumerate(package.rows("media"), 2):
        if not row.get("filePath"):
            raise InputError(
                f"{package.base}: row {number:,} of media has no filePath; nothing was taken"
            )
        yield from _media(row, found)
    for event in found.wholes:
        if not event.found:
            yield Unmatched(
                f"observation {event.name}", "no photo is of its event, or was taken in its time"
            )
    yield from _taxa(package.about)


def _deployment(row: dict[str, str]) -> _Deployment:
    location = values.first(
        {key: row[key] for key in row if values.text(row[key])},
        ("locationName", "locationID", "deploymentID"),
    )
    doubtful = values.flag(row.get("timestampIssues", ""))
    return _Deployment(
        values.text(location), "the deployment's times are doubtful" if doubtful else None
    )


def _set_up(row: dict[str, str], deployment: _Deployment) -> Deployment | None:
    """Return how a camera was set up; None where the file does not tell."""
    height, tilt, heading = (
        values.decimal(row.get(name, ""))
        for name in ("cameraHeight", "cameraTilt", "cameraHeading")
    )
    if height is not None and not 0 <= height < _HIGHEST:
        height = None
    if tilt is not None and not -90 <= tilt <= 90:
        tilt = None
    if heading is not None:
        heading = heading % 360 if 0 <= heading <= 360 else None
    if height is None and tilt is None and heading is None:
        return None
    begun, ended = (values.text(row.get(name)) for name in ("deploymentStart", "deploymentEnd"))
    key = row.get("deploymentID", "")
    return Deployment(key, deployment.location, begun, ended, height, heading, tilt)


def _observation(row: dict[str, str], found: _Found) -> Iterator[Record]:
    """Yield an observation of a medium; keep one of an event until its media are known."""
    media, event = row.get("mediaID", ""), row.get("eventID") or row.get("sequenceID", "")
    seen = _seen(row, media)
    if media:
        if event:
            found.events[media] = sys.intern(event)  # once for all its media
        yield seen
        return
    key, name = row.get("deploymentID", ""), row.get("observationID") or event
    whole = _Event(event, name, seen._replace(level="sequence"))
    found.wholes.append(whole)
    if event:
        found.named.setdefault((key, event), []).append(whole)
    start, end = _instant(row.get("eventStart")), _instant(row.get("eventEnd"))
    if start is not None:
        deployment = found.deployments.setdefault(key, _Deployment())
        deployment.events.append((start, max(start, end or start), whole))


def _seen(row: dict[str, str], media: str) -> Observation:
    name = values.text(row.get("scientificName"))
    kind = values.category(row.get("observationType") or "unknown")
    kind, species = values.concluded(kind, name)
    how = {"human": "person", "machine": "machine"}.get(row.get("classificationMethod", ""))
    details = {key: row[key] for key in _DETAILS if row.get(key)}
    corners = [row.get(key, "") for key in ("bboxX", "bboxY", "bboxWidth", "bboxHeight")]
    return Observation(
        path="",
        key=media,
        category="unknown" if values.is_unsure(kind) else kind,
        species=species if kind == "animal" else None,
        how_many=values.whole(row.get("count")),
        made_by=how,
        score=values.chance(row.get("classificationProbability")),
        box=values.box(corners),
        details=json.dumps(details, ensure_ascii=False) if details else None,
    )


def _media(row: dict[str, str], found: _Found) -> Iterator[Record]:
    file, media = row["filePath"], row.get("mediaID", "")
    kind = row.get("fileMediatype") or "image/jpeg"
    if not kind.startswith("image/"):
        yield Unmatched(file, f"it is {kind}, not a photo")
        return
    path = urls.local_path(file, kind) if urls.is_url(file) else file
    key = row.get("deploymentID", "")
    deployment = found.deployments.get(key, _Deployment())
    moment, doubt = times.parse(row.get("timestamp"))
    own = found.events.get(media) or row.get("eventID") or row.get("sequenceID") or ""
    # Its own event wherever the clock puts it; and whatever else was seen while it was taken.
    seen = list(found.named.get((key, own), ())) if own else []
    seen += [e for e in deployment.during(_instant(row.get("timestamp"))) if e not in seen]
    sequence = own or next((event.key for event in seen), None)
    number = None
    if sequence:
        number = found.numbers[sequence] = found.numbers.get(sequence, 0) + 1
    yield Frame(
        path, sequence or None, number, deployment.location, moment, deployment.doubt or doubt
    )
    yield Key(media, path)
    if deployment.described:
        yield Deployed(path, key)
    for event in seen:
        event.found = True
        yield event.seen._replace(path=path, key=None)
    if values.flag(row.get("filePublic")) is False:
        yield Private(path)
    if urls.is_url(file):
        yield Remote(path, file)
    said = row.get("favorite") or row.get("favourite") or ""
    if values.flag(said):
        raw = json.dumps({"favorite": said, "mediaID": media})
        comment = values.text(row.get("mediaComments"))
        yield Judgement(path, _run(found.scores), found.scores.of("favorite"), raw, comment)


def _instant(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _run(scores: Scores) -> Run:
    return Run("person", "camtrap-dp", "favorite", scores.params("favorite"), "camtrap-dp favorite")


def _taxa(about: dict[str, Any]) -> Iterator[Taxon]:
    listed = about.get("taxonomic")
    for item in listed if isinstance(listed, list) else ():
        name = values.text(item.get("scientificName")) if isinstance(item, dict) else None
        if name is None:
            continue
        called = item.get("vernacularNames")
        common = (
            values.text(called.get("eng") or called.get("en")) if isinstance(called, dict) else None
        )
        ranks = [values.text(item.get(rank)) for rank in ("class", "order", "family", "genus")]
        ranks.append(name.lower().partition(" ")[2] or None)
        yield values.ranked(name.lower(), None, ranks, common)
