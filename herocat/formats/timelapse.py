"""Timelapse: its CSV export and its data file, a SQLite file that is opened to be read only.

Which columns there are is up to each project. Those that hold yes or no are judgements where
``--score`` gives their name one, for herocat's own choice may stand in such a column, too;
``--column NAME=species`` (or count, location, score) says what others hold.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from herocat import databases, times
from herocat.errors import ChoiceError, InputError
from herocat.formats import tables, values
from herocat.formats.scores import Scores
from herocat.records import Box, Frame, Judgement, Observation, Record, Run

HOLDS = ("species", "count", "location", "score", "sequence")
_OWN = frozenset({"file", "relativepath", "datetime", "date", "time", "rootfolder", "folder", "id"})
_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}


def parse_columns(words: Iterable[str]) -> dict[str, str]:
    """Read ``NAME=WHAT`` words; raise ChoiceError for others."""
    found = dict[str, str]()
    for word in words:
        name, _, holds = word.rpartition("=")
        if not name or holds not in HOLDS:
            raise ChoiceError(f"--column takes NAME={'|'.join(HOLDS)}, not {word!r}")
        found[name.lower()] = holds
    return found


def own_columns(names: Iterable[str]) -> list[str]:
    """Return those of the names of columns that a project has chosen."""
    return [name for name in names if name and name.lower() not in _OWN]


def read_csv(path: Path, scores: Scores, columns: Mapping[str, str]) -> Iterator[Record]:
    """Yield what an exported table says."""
    return _rows(path, tables.rows(path, needs=("File",)), scores, columns)


def read_database(path: Path, scores: Scores, columns: Mapping[str, str]) -> Iterator[Record]:
    """Yield what a data file says, and the recognitions in it."""
    there = databases.columns(path)
    files = dict[str, str]()
    rows = (
        {key: _text(value) for key, value in row.items()}
        for row in databases.rows(path, "DataTable")
    )
    for row in rows:
        own = _own(row)
        files[own.get("id", "")] = _path(path, own)
        yield from _rows(path, [row], scores, columns)
    if "Detections" in there:
        yield from _recognitions(path, there, files)


def _rows(
    path: Path, rows: Iterable[Mapping[str, str]], scores: Scores, columns: Mapping[str, str]
) -> Iterator[Record]:
    for row in rows:
        own = _own(row)
        place = _path(path, own)
        said = {columns[name.lower()]: row[name] for name in row if name.lower() in columns}
        moment, doubt = times.parse(_moment(own))
        yield Frame(
            place,
            values.text(said.get("sequence")),
            None,
            values.text(said.get("location")),
            moment,
            doubt,
        )
        yield from _seen(place, said)
        yield from _judged(place, row, said, scores, columns)


def _own(row: Mapping[str, str]) -> dict[str, str]:
    """Return the columns that every project has, whose names other tools write in other cases."""
    return {name.lower(): cell for name, cell in row.items() if name.lower() in _OWN}


def _path(path: Path, own: Mapping[str, str]) -> str:
    file = own.get("file", "")
    if not file:
        raise InputError(f"{path} has a row without a File; nothing was taken from it")
    folder = own.get("relativepath", "").replace("\\", "/").strip("/")
    return f"{folder}/{file}" if folder else file


def _moment(own: Mapping[str, str]) -> str:
    """Return a row's time: one column, or a date as ``02-Jun-2014`` and a time."""
    if own.get("datetime", "").strip():
        return own["datetime"].strip()
    day, hour = own.get("date", "").strip(), own.get("time", "").strip()
    parts = day.split("-")
    if len(parts) == 3 and parts[1][:3].lower() in _MONTHS:
        day = f"{parts[2]}-{_MONTHS[parts[1][:3].lower()]}-{parts[0]}"
    return f"{day} {hour}".strip()


def _seen(place: str, said: Mapping[str, str]) -> Iterator[Record]:
    name = values.text(said.get("species"))
    if name is None:
        return
    kind = values.special(name)
    yield Observation(
        place,
        kind or "animal",
        None if kind else name.lower(),
        values.whole(said.get("count")),
        made_by="person",
    )


def _judged(
    place: str,
    row: Mapping[str, str],
    said: Mapping[str, str],
    scores: Scores,
    columns: Mapping[str, str],
) -> Iterator[Record]:
    """Yield a judgement for each flag that is set and worth something, and for a score."""
    for name, value in row.items():
        if name.lower() in _OWN or name.lower() in columns or not values.flag(value):
            continue
        worth = scores.given(name)
        if value.strip().lower() == "true" and worth is not None:
            run = Run("person", "timelapse", name, scores.params(name), f"timelapse {name}")
            yield Judgement(place, run, worth, json.dumps({name: value}))
    score = values.decimal(said.get("score"))
    if score is not None:
        name = next(key for key in row if columns.get(key.lower()) == "score")
        error = None if 0 <= score <= 10 else f"the score {score:g} is not between 0 and 10"
        run = Run("person", "timelapse", name, "{}", f"timelapse {name}")
        raw = json.dumps({name: said["score"]})
        yield Judgement(place, run, None if error else score, raw, error=error)


def _recognitions(
    path: Path, there: Mapping[str, tuple[str, ...]], files: Mapping[str, str]
) -> Iterator[Record]:
    kinds = _table(path, there, "DetectionCategories", "category")
    classes = _table(path, there, "ClassificationCategories", "classification")
    described = _table(
        path, there, "ClassificationCategories", "classification", what="description"
    )
    for row in databases.rows(path, "Detections"):
        place = files.get(_text(row.get("Id")))
        if place is None:
            continue
        kind = values.category(kinds.get(_text(row.get("category")), "unknown"))
        confidence = values.sureness(_text(row.get("conf")))
        if kind == "blank" or _text(row.get("category")) == "0":
            yield Observation(place, "blank", made_by="machine", score=confidence or None)
            continue
        number = _text(row.get("classification"))
        kind, species = values.concluded(kind, classes.get(number), described.get(number, ""))
        yield Observation(
            place,
            kind,
            species,
            made_by="machine",
            score=confidence,
            box=_box(_text(row.get("bbox"))),
            species_score=values.chance(_text(row.get("classification_conf"))) if species else None,
        )


def _table(
    path: Path, there: Mapping[str, tuple[str, ...]], table: str, key: str, *, what: str = "label"
) -> dict[str, str]:
    if table not in there:
        return {}
    return {
        _text(row.get(key)): _text(row.get(what)).strip().lower()
        for row in databases.rows(path, table)
    }


def _box(corners: str) -> Box | None:
    return values.box([part.strip() for part in corners.split(",")])


def _text(value: object) -> str:
    return "" if value is None else str(value)
