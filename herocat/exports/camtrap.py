"""A copy of a Camtrap DP package with the chosen photos as favourites, and next to nothing else changed.

``filePublic`` becomes false for media that must stay, never true. Where sensitive species were seen,
coordinates are rounded and names of places left out; positions in EXIF columns are left out always.
"""

import gzip
import io
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from herocat.catalog import Catalog
from herocat.errors import ChoiceError, InputError
from herocat.exports import csv_text
from herocat.exports.chosen import Held
from herocat.exports.kind import Format, Job, Kind, Written, option
from herocat.formats import camtrap, values
from herocat.formats.known import CAMTRAP
from herocat.gate import Sensitive, secrets, sensitive, vetoes
from herocat.loaders.joining import Spellings
from herocat.paths import OutsideError, relative

DESCRIPTION = "datapackage.json"
_METRES = 111_320  # of a degree of latitude
_NAMES_OF_PLACES = ("locationID", "locationName", "deploymentComments")
_CHANGED = {
    "media": {"filePath", "filePublic", "favorite"},
    "deployments": {"deploymentID", "latitude", "longitude"},
    "observations": set[str](),
}
_AS_IT_IS = "surrogateescape"  # bytes that are no UTF-8 stay what they are


@dataclass(frozen=True, slots=True)
class Options:
    """Which package, and how far its own word on what is public counts."""

    package: Path | None = option(
        None, "The package: its folder or datapackage.json; the one ingested last otherwise."
    )
    keep_public: bool = option(
        False, "Leave filePublic of media that no detector has looked at as it is."
    )


@dataclass(slots=True)
class _Counts:
    """What was found in the tables on the way."""

    favourites: set[int] = field(default_factory=set)
    private: int = 0
    unknown: int = 0
    held: dict[int, Held] = field(default_factory=dict)
    coarse: dict[str, float] = field(default_factory=dict)  # degrees, by deployment


def write(job: Job) -> Written:
    """Write the package's tables."""
    package = _package(job)
    counts = _Counts()
    known = _Known(job.catalog, package)
    _coarse_by_observations(package, known.listed, counts)
    _table(job, package, "media", lambda row: _medium(job, row, known, counts))
    _coarse_by_place(package, counts)
    _table(job, package, "deployments", lambda row: _deployment(row, counts))
    _table(job, package, "observations", lambda _: {})
    about = _coarsened(package.about, counts)
    if about is package.about:
        content = (package.base / DESCRIPTION).read_bytes()
    else:
        content = (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode()
    (job.folder / DESCRIPTION).write_bytes(content)
    notes = [*_notes(job, counts), *_left_out(package)]
    return Written([DESCRIPTION], len(counts.favourites), notes, counts.held)


def _package(job: Job) -> camtrap.Package:
    place = job.options.package
    if place is None:
        stored = job.catalog.value("export.package")
        if stored is None:
            raise ChoiceError("no Camtrap DP package was ingested; name one with --package")
        place = job.catalog.placed(stored)
    try:
        package = camtrap.open_package(place)
    except InputError as error:
        raise ChoiceError(f"{place} is no Camtrap DP package: {error}") from error
    if package.zipped:
        raise ChoiceError(f"{place} is a zip: unpack it, and give its folder with --package")
    return package


class _Known:
    """Finds the photo of a medium, as ingest did: by its path, or by another spelling of it."""

    def __init__(self, catalog: Catalog, package: camtrap.Package) -> None:
        self._catalog, self._base = catalog, package.base.absolute()
        self.listed = sensitive(catalog)
        self._roots = [
            (row["id"], catalog.placed(row["root"]).absolute())
            for row in catalog.rows("export.collections")
        ]
        self._spellings: Spellings | None = None  # of the collection that the package lies in

    def image(self, path: str) -> int | None:
        """Return the photo of a path or address; None: the catalog does not know it."""
        if "://" in path:
            found = self._catalog.value("export.image_by_url", url=path)
            return None if found is None else int(found)
        for collection, root in self._roots:
            try:
                inside = relative(str(self._base / path), root)
            except OutsideError:
                continue
            found = self._at(collection, inside)
            if found is None:
                self._spellings = self._spellings or Spellings(self._catalog, collection, root)
                meant = self._spellings.known([inside], by_content=True).get(inside)
                return None if meant is None else self._at(collection, meant)
            return found
        return None

    def _at(self, collection: int, path: str) -> int | None:
        found: int | None = self._catalog.value("export.image_at", collection=collection, path=path)
        return found


def _medium(job: Job, row: Mapping[str, str], known: _Known, counts: _Counts) -> dict[str, str]:
    new = dict[str, str]()
    if "gps" in row.get("exifData", "").lower():
        new["exifData"] = ""
    image = known.image(row.get("filePath", ""))
    if image is None:
        counts.unknown += 1
        return new
    veto = vetoes(job.catalog, [image]).get(image)
    if veto is not None and not (veto.reason == "unchecked" and job.options.keep_public):
        counts.private += row.get("filePublic", "").lower() != "false"
        new["filePublic"] = "false"
    secret = secrets(job.catalog, [image], known.listed).get(image)
    if secret is not None:
        deployment = row.get("deploymentID", "")
        counts.coarse[deployment] = max(secret.degrees, counts.coarse.get(deployment, 0))
    if image in job.photos.scores:
        new["favorite"] = "true"
        counts.favourites.add(image)
    return new


def _deployment(row: Mapping[str, str], counts: _Counts) -> dict[str, str]:
    degrees = counts.coarse.get(row.get("deploymentID", ""))
    if degrees is None:
        return {}
    new = dict.fromkeys(_NAMES_OF_PLACES, "")
    for name in ("latitude", "longitude"):
        try:
            new[name] = f"{round(float(row[name]) / degrees) * degrees:g}"
        except (KeyError, ValueError):
            new[name] = ""
    uncertainty = degrees * _METRES * math.sqrt(0.5)
    return new | {"coordinateUncertainty": str(math.ceil(uncertainty))}


def _coarse_by_observations(package: camtrap.Package, listed: Sensitive, counts: _Counts) -> None:
    """Find the deployments where the package itself tells of a sensitive species."""
    common = {
        str(taxon.get("scientificName")): json.dumps(taxon, ensure_ascii=False)
        for taxon in package.about.get("taxonomic") or ()
        if isinstance(taxon, dict)
    }
    for row in package.rows("observations"):
        name = row.get("scientificName", "")
        degrees = listed.degrees(f"{name} / {common.get(name, '')}") if name else None
        if degrees is not None:
            deployment = row.get("deploymentID", "")
            counts.coarse[deployment] = max(degrees, counts.coarse.get(deployment, 0))


def _coarse_by_place(package: camtrap.Package, counts: _Counts) -> None:
    """Find the other deployments at the same places: last year's would tell where this year's is."""
    places = [
        (row.get("deploymentID", ""), tuple(_spots(row))) for row in package.rows("deployments")
    ]
    coarse, more = dict[tuple[str, ...], float](), True
    while more:  # one place may be known by its name here and by its coordinates there
        more = False
        for deployment, spots in places:
            known = [counts.coarse.get(deployment, 0), *(coarse.get(spot, 0) for spot in spots)]
            if max(known) > min(known):
                more = True
                counts.coarse[deployment] = max(known)
                coarse.update(dict.fromkeys(spots, max(known)))


def _spots(row: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield what tells where a deployment is: it may share any of them with another."""
    for name in ("locationID", "locationName"):
        if value := row.get(name, "").strip().casefold():
            yield name, value
    sides = [values.decimal(row.get(name)) for name in ("latitude", "longitude")]
    if None not in sides:
        yield "position", *(f"{side:.3f}" for side in sides)  # a hundred metres: GPS is no better


def _coarsened(about: dict[str, Any], counts: _Counts) -> dict[str, Any]:
    """Return the description; the package's outline is rounded outward if a place must not be told."""
    if not counts.coarse or not isinstance(about.get("spatial"), dict):
        return about
    degrees = max(counts.coarse.values())
    points = list(_points(about["spatial"].get("coordinates")))
    if not points:
        return about
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    west, south = (math.floor(side / degrees) * degrees for side in (west, south))
    east, north = (math.ceil(side / degrees) * degrees for side in (east, north))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    spatial = {"type": "Polygon", "coordinates": [ring]}
    return about | {"spatial": spatial, "coordinatePrecision": degrees}


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:  # noqa: ANN401 - GeoJSON
    if isinstance(coordinates, list) and coordinates:
        if all(isinstance(number, int | float) for number in coordinates):
            yield float(coordinates[0]), float(coordinates[1])
        else:
            for inner in coordinates:
                yield from _points(inner)


def _table(job: Job, package: camtrap.Package, table: str, change: csv_text.Change) -> None:
    member = package.members[table]
    target = job.folder / member
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _refuse_to_miss(package.base / member, table)
        with _reading(package.base / member) as old, _writing(target) as new:
            new.writelines(csv_text.changed(old, change))
    except csv_text.NotCsvError as error:
        raise ChoiceError(f"{package.base / member}: {error}; nothing was written") from error


def _refuse_to_miss(path: Path, table: str) -> None:
    """Raise ChoiceError for a table without a column that is to be changed, or that hides it."""
    with _reading(path) as file:
        missing = sorted(_CHANGED[table] - {*csv_text.names(file)})
    if missing:
        raise ChoiceError(
            f"{path} has no column {missing[0]}, or is not CSV in UTF-8 with commas, as Camtrap DP "
            "has it; nothing was written: add the column, or save it as such"
        )


@contextmanager
def _reading(path: Path) -> Iterator[TextIO]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors=_AS_IT_IS, newline="") as file:
        yield file


@contextmanager
def _writing(path: Path) -> Iterator[TextIO]:
    if path.suffix != ".gz":
        with path.open("w", encoding="utf-8", errors=_AS_IT_IS, newline="") as file:
            yield file
        return
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", errors=_AS_IT_IS, newline="") as text,
    ):
        yield text


def _notes(job: Job, counts: _Counts) -> Iterator[str]:
    missing = len(job.photos) - len(counts.favourites)
    if missing:
        yield f"{missing} of the chosen photos are not in this package"
    if counts.private:
        yield f"filePublic is now false for {counts.private} media that must stay"
    if counts.unknown:
        yield f"{counts.unknown} media are not in the catalog; ingest the package first"
    if counts.coarse:
        yield f"the places of {len(counts.coarse)} deployments are rounded: sensitive species"
    yield "Photos are not copied: put the tables in place of the package's own."


def _left_out(package: camtrap.Package) -> Iterator[str]:
    """Say which other tables the package has: nobody can tell what they say of places."""
    listed = package.about.get("resources")
    paths = [one.get("path") for one in listed or () if isinstance(one, dict)]
    others = [str(path) for path in paths if path and path not in package.members.values()]
    if others:
        yield f"not copied, for they are not of Camtrap DP: {', '.join(others)}"


KIND = Kind(
    name="camtrap-dp",
    title="a Camtrap DP package with the chosen photos as favourites",
    opens="camtrapdp (R), Agouti, TRAPPER, GBIF",
    about=(
        "Copy the tables of a Camtrap DP package with favorite set for the chosen photos. Every other cell is as it "
        "was, but that filePublic is false for media that must stay, and places of sensitive species are rounded."
    ),
    examples=(
        "herocat export camtrap-dp --out package --top 50",
        "herocat export camtrap-dp --out package --package mica/ --keep-public",
    ),
    write=write,
    form=Format(
        CAMTRAP,
        kept="every cell of the package that was read, `favorite` of the chosen photos, `filePublic`",
        lost="scores and reasons; positions in exifData; where sensitive species live, exactly",
    ),
    options=Options,
    repeatable=False,
)
