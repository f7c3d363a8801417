"""Wildlife Insights downloads: images.csv (or images_N.csv), beside deployments.csv and sequences.csv.

A photo comes once for each species in it, and so does a sequence. Its path is that of a photo on disk
which bears its file name and lies in a folder of its deployment, or in no folder at all; else that of
its address. Photos of people that are hidden share the address of a placeholder: it is nobody's.
"""

import json
from collections.abc import Callable, Generator, Iterator
from pathlib import Path, PurePosixPath

from herocat import times, urls
from herocat.errors import InputError
from herocat.formats import packed, tables, values
from herocat.formats.scores import Scores
from herocat.records import Frame, Judgement, Observation, Record, Remote, Run, Taxon, Unmatched

_DETAILS = ("age", "sex", "behavior", "individual_id", "markings", "uncertainty", "identified_by")
_NEEDS = ("image_id", "deployment_id")
_RANKS = ("class", "order", "family", "genus", "species")
_NO_SPECIES = frozenset({"cv needed", "cv failed", "no cv result", "unknown", "unidentified"})

Find = Callable[[str, tuple[str, ...]], str | None]
_Row = dict[str, str]


def read(path: Path, scores: Scores, find: Find) -> Iterator[Record]:
    """Yield what a download says: all of it from a zip, else what stands in and beside a file."""
    places = _places(path)
    sequences = dict[str, list[_Row]]()
    for row in _table(path, "sequences"):
        if row.get("sequence_id"):
            sequences.setdefault(row["sequence_id"], []).append(row)
    names = dict[str, Taxon]()
    often = _names_of_several(path)
    seen = dict[str, str | None]()  # photos that came before, with the path that they have
    for file, member in _images(path):
        for number, row in enumerate(tables.rows(file, member, needs=_NEEDS), 2):
            photo = row.get("image_id")
            if not photo:
                raise InputError(f"{file}, row {number:,}: no image_id; nothing was taken from it")
            about = sequences.get(row.get("sequence_id") or "", [])
            is_new = photo not in seen
            if is_new:
                seen[photo] = yield from _photo(row, places, about, find, often)
            place = seen[photo]
            if place is None:
                continue
            if not about or _says_more(row, about):
                yield from _seen(row, "photo", place, photo, scores, names)
            for said in about if is_new else ():
                yield from _seen(said, "sequence", place, photo, scores, names)
    yield from names.values()


def _names_of_several(path: Path) -> set[str]:
    """Return the file names that photos of several deployments have."""
    first, often = dict[str, str](), set[str]()
    for file, member in _images(path):
        for row in tables.rows(file, member):
            name, deployment = row.get("filename", "").lower(), row.get("deployment_id", "")
            if first.setdefault(name, deployment) != deployment:
                often.add(name)
    return often


def _images(path: Path) -> Iterator[tuple[Path, str | None]]:
    if packed.kind(path) != "zip":
        yield path, None
        return
    for member in packed.members(path):
        name = PurePosixPath(member.name).name
        if name.startswith("images") and name.endswith(".csv"):
            yield path, member.name


def _table(path: Path, stem: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table that lies beside the images; none if it does not."""
    if packed.kind(path) == "zip":
        names = [member.name for member in packed.members(path)]
        for name in names:
            if PurePosixPath(name).name == f"{stem}.csv":
                yield from tables.rows(path, name)
    elif (beside := path.with_name(f"{stem}.csv")).is_file():
        yield from tables.rows(beside)


def parts(path: Path) -> list[Path]:
    """Return the files that a download consists of."""
    beside = [path.with_name(f"{stem}.csv") for stem in ("deployments", "sequences")]
    return [path, *(file for file in beside if file.is_file())]


def _places(path: Path) -> dict[str, str | None]:
    return {
        row.get("deployment_id", ""): values.text(row.get("placename"))
        for row in _table(path, "deployments")
    }


def _photo(
    row: _Row,
    places: dict[str, str | None],
    about: list[_Row],
    find: Find,
    often: set[str],
) -> Generator[Record, None, str | None]:
    """Yield a photo's place and time; return its path, or None if it has none.

    ``about`` is what is said of its sequence.
    """
    deployment, name = row.get("deployment_id", ""), row.get("filename", "")
    url = row.get("location", "")
    path = find(name, (deployment,)) if name else None
    if path is not None and name.lower() in often and "/" not in path:
        path = None  # cameras count from 1 again: a name alone does not tell which photo is meant
    if path is None and _is_its_own(url, row["image_id"]):
        path = urls.local_path(url)
        yield Remote(path, url)
    if path is None and name:
        path = "/".join(filter(None, (deployment.replace("/", "_"), name)))
    if path is None:
        yield Unmatched(row["image_id"], "it has neither a file name nor an address of its own")
        return None
    moment, doubt = times.parse(times.month_first(row.get("timestamp", "")))
    if moment and moment.endswith("T00:00:00") and doubt is None:
        doubt = "a date without a time"  # as the download writes where only the day is known
    sequence = values.text(row.get("sequence_id"))
    place = places.get(deployment) or values.text(deployment)
    if moment is None and about:
        moment, doubt = times.parse(times.month_first(about[0].get("start_time", "")))
    yield Frame(path, sequence, None, place, moment, doubt)
    return path


def _is_its_own(url: str, photo: str) -> bool:
    """Tell whether an address is of one photo alone: in a bucket, or called by the photo's id."""
    return url.startswith("gs://") or (
        urls.is_url(url) and PurePosixPath(url).stem.startswith(photo)
    )


def _says_more(row: _Row, about: list[_Row]) -> bool:
    """Tell whether a photo's row says what none of those of its sequence does."""
    said = _named(row, {})
    return bool(values.flag(row.get("highlighted"))) or (
        said[0] != "unknown" and said not in (_named(one, {}) for one in about)
    )


def _seen(  # noqa: PLR0917 - what is said, and of what
    said: _Row, level: str, path: str, photo: str, scores: Scores, names: dict[str, Taxon]
) -> Iterator[Record]:
    category, species = _named(said, names)
    details = {key: said[key] for key in _DETAILS if said.get(key)}
    confidence = values.decimal(said.get("cv_confidence"))  # percent
    by_machine = confidence is not None and not said.get("identified_by", "").strip()
    yield Observation(
        path,
        category,
        species,
        values.whole(said.get("number_of_objects") or said.get("group_size")),
        level,
        "machine"
        if by_machine or "computer vision" in said.get("identified_by", "").lower()
        else "person",
        min(1.0, confidence / 100) if confidence is not None and confidence >= 0 else None,
        details=json.dumps(details, ensure_ascii=False) if details else None,
    )
    if values.flag(said.get("highlighted")):
        raw = json.dumps({"highlighted": said["highlighted"], "image_id": photo, "of": level})
        run = Run(
            "person",
            "wildlife-insights",
            "highlighted" if level == "photo" else "highlighted sequence",
            scores.params("highlighted"),
            "wildlife-insights highlighted",
        )
        yield Judgement(path, run, scores.of("highlighted"), raw)


def _named(row: dict[str, str], names: dict[str, Taxon]) -> tuple[str, str | None]:
    """Return the category and the name of what is there."""
    common = (values.text(row.get("common_name")) or "").lower()
    ranks = [(values.text(row.get(rank)) or "").lower() for rank in _RANKS]
    uuid = values.text(row.get("wi_taxon_id"))
    said = values.special(common, ";".join((uuid or "", *ranks)))
    if common.startswith("human") or said == "person":
        return "person", None
    if common == "motorized vehicle" or said == "vehicle":
        return "vehicle", None
    if values.flag(row.get("is_blank")) or said == "blank":
        return "blank", None
    if ranks[0] in _NO_SPECIES or common in _NO_SPECIES or not any((common, *ranks)):
        return "unknown", None
    if said == "animal":
        return "animal", None
    name = common or " ".join(filter(None, ranks[3:])) or next(filter(None, reversed(ranks)))
    names.setdefault(name, values.ranked(name, uuid, ranks, common))
    return "animal", name
