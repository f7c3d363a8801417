"""Any table or view with photos in it, as CSV, JSONL or Parquet, without the rows that must stay."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from herocat import queries
from herocat.errors import ChoiceError
from herocat.exports import places, rated
from herocat.exports.chosen import Gate, Held
from herocat.exports.kind import Job, Kind, Written, option
from herocat.gate import Secret, hushed, telling, tells

FORMATS = ("csv", "excel", "jsonl", "parquet")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of one
_BATCH = 10_000
_HIGHEST = 10.0  # of scores and shares; a larger number with a point may be a coordinate
_PLACE = re.compile(  # also in a view of the user's own, where columns are called as they like
    r"(^|_)(path|file|root|location|place|site|station|camera|deployment|lat|lon|lng|long|latitude|longitude"
    r"|coordinates?|gps|geo|easting|northing|x_?utm|y_?utm|url|raw|folder)(_|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Options:
    """Which table or view, and how it is written."""

    view: str = option("heroes", "The table or view.", metavar="NAME")
    format: str = option(
        "csv",
        "How it is written; excel is a CSV that spreadsheets open with all letters, and without "
        "taking a text for a formula.",
        choices=FORMATS,
    )


@dataclass(slots=True)
class _Gated:
    """The rows of a table that may leave; what is known of photos is kept for the next row."""

    job: Job
    gate: Gate
    runs: frozenset[int]  # only their rows, where rows are of runs; empty: any
    columns: tuple[str, ...] = ()  # of the table, without blobs
    images: set[int] = field(default_factory=set)
    secret: set[int] = field(default_factory=set)
    spots: set[str] = field(default_factory=set)  # where photos were taken whose place is not told
    names: set[str] = field(default_factory=set)  # what tells those places
    looked: bool = False

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield rows without blobs; places of sensitive species are empty."""
        if not self.looked:
            self._look_ahead()
        of_user = self.job.options.view not in queries.files("views") and self._is_view()
        for cells, images in self._leaving():
            self.images.update(images)
            if of_user and self.names:
                cells = {k: self._told_of_others(v) for k, v in cells.items()}  # noqa: PLW2901
            for image in images:
                if self.spots and not self.spots.isdisjoint(places.spots(self.job.catalog, image)):
                    self.secret.add(image)
                    cells = {k: self._told(k, v, image) for k, v in cells.items()}  # noqa: PLW2901
            yield cells

    def _look_ahead(self) -> None:
        """Find where the photos were taken whose place must not be told."""
        self.looked = True
        for _, images in self._leaving():
            for stays in map(self.gate.ask, images):
                if isinstance(stays, Secret):
                    self.spots |= places.spots(self.job.catalog, stays.image)
                    self.names |= telling(self.job.catalog, stays.image)

    def _is_view(self) -> bool:
        return bool(self.job.catalog.value("export.is_view", name=self.job.options.view))

    def _told_of_others(self, value: Any) -> Any:  # noqa: ANN401 - a cell
        """Return a cell of a user's own view, which may tell of any photo; no number that may be a coordinate."""
        if isinstance(value, float):
            return None if abs(value) > _HIGHEST else value
        if isinstance(value, str) and any(tells(value, name) for name in self.names):
            return None
        return value

    def _leaving(self) -> Iterator[tuple[dict[str, Any], list[int]]]:
        """Yield the rows that may leave, each with its photos."""
        name = self.job.options.view
        for row in self.job.catalog.relation(name):
            cells = {key: row[key] for key in row.keys() if not isinstance(row[key], bytes)}  # noqa: SIM118
            images = [cells[key] for key in photo_columns(name, list(cells)) if cells[key]]
            if not images or not self._wanted(cells, images):
                continue
            if not any(isinstance(self.gate.ask(image), Held) for image in images):
                yield cells, images

    def _wanted(self, cells: dict[str, Any], images: list[int]) -> bool:
        if self.runs and cells.get("label_run_id", min(self.runs)) not in self.runs:
            return False
        return all(map(self.gate.wants, images))

    def _told(self, column: str, value: Any, image: int) -> Any:  # noqa: ANN401 - a cell
        """Return a cell of a photo whose place must not be told."""
        if _PLACE.search(column):
            return None
        if isinstance(value, str):
            return hushed(self.job.catalog, image, value) or None
        return value


def write(job: Job) -> Written:
    """Write the table."""
    name = job.options.view
    first = next(job.catalog.relation(name), None)
    columns = () if first is None else tuple(first.keys())
    if columns and not photo_columns(name, list(columns)):
        raise ChoiceError(
            f"{name} has no column image_id: nobody can tell whether its rows may leave; "
            "nothing was written"
        )
    gate = Gate(job.catalog, job.choice, by_score=True)
    runs = rated.runs(job.catalog, job.choice.runs) if job.choice.runs else ()
    told = tuple(one for one in columns if first and not isinstance(first[one], bytes))
    gated = _Gated(job, gate, frozenset(one.id for one in runs), told)
    ending = "csv" if job.options.format == "excel" else job.options.format
    target = job.folder / f"{name}.{ending}"
    _WRITERS[job.options.format](gated, target)
    return Written([target.name], len(gated.images), (), gate.held, gated.images, gated.secret)


def photo_columns(name: str, columns: list[str]) -> list[str]:
    """Return the columns that name photos."""
    found = [one for one in columns if one == "image_id" or one.endswith("_image_id")]
    return [*found, *(["id"] if name == "images" else [])]


def _csv(gated: _Gated, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(gated.columns)
        rows.writerows([row.get(name) for name in gated.columns] for row in gated.rows())


def _excel(gated: _Gated, target: Path) -> None:
    """Write CSV as spreadsheets take it: marked as UTF-8, and no text of it is a formula."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(gated.columns)
        for row in gated.rows():
            rows.writerow([_as_text(row.get(name)) for name in gated.columns])


def _as_text(value: Any) -> Any:  # noqa: ANN401 - a cell
    """Return a cell; a text that would be a formula gets the mark that spreadsheets know texts by."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _jsonl(gated: _Gated, target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        for row in gated.rows():
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _parquet(gated: _Gated, target: Path) -> None:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise ChoiceError(
            "Parquet needs pyarrow: pip install 'herocat[parquet]'; nothing was written"
        ) from None
    kinds = {name: set[type]() for name in gated.columns}
    for row in gated.rows():
        for key, found in kinds.items():
            found.update({type(row.get(key))} - {type(None)})
    schema = pa.schema([(key, _arrow(pa, found)) for key, found in kinds.items()])
    rows = gated.rows()
    with parquet.ParquetWriter(target, schema) as writer:
        while some := list(islice(rows, _BATCH)):
            columns = {
                one.name: [_as(one.type, row.get(one.name), pa) for row in some] for one in schema
            }
            writer.write_table(pa.table(columns, schema=schema))


def _arrow(pa: Any, kinds: set[type]) -> Any:  # noqa: ANN401 - pyarrow has no types
    if kinds == {int}:
        return pa.int64()
    return pa.float64() if kinds and kinds <= {int, float} else pa.string()


def _as(kind: Any, value: Any, pa: Any) -> Any:  # noqa: ANN401
    return value if value is None or kind != pa.string() else str(value)


_WRITERS = {"csv": _csv, "excel": _excel, "jsonl": _jsonl, "parquet": _parquet}

KIND = Kind(
    name="table",
    title="any table or view of the catalog, as CSV, JSONL or Parquet",
    opens="spreadsheets, pandas, R, DuckDB",
    about=(
        "Write a table or view of the catalog, your own views too: without the rows of photos that must stay, and "
        "without places of sensitive species. Parquet needs the extra: pip install 'herocat[parquet]'."
    ),
    examples=(
        "herocat export table --out heroes",
        "herocat export table --view labels --run gemini --format jsonl --out labels",
        "herocat export table --format excel --out for-excel",
        "herocat export table --out foxes --species fox --light day --since 2024-05 --min-score 7",
    ),
    write=write,
    options=Options,
    chooses="any",
    repeatable=False,
)
