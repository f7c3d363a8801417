"""Which reader reads a format that says many kinds of things, and what it is made of."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from herocat import databases
from herocat.errors import ChoiceError
from herocat.formats import (
    addaxai,
    camtrap,
    coco_labels,
    heroimages,
    known,
    labelme,
    lila,
    megadetector_csv,
    stream,
    tables,
    timelapse,
    wildlifeinsights,
    xmp,
)
from herocat.formats.scores import Scores
from herocat.loaders import ratings, sources
from herocat.loaders.finding import Finder
from herocat.records import Record


@dataclass(frozen=True, slots=True)
class Options:
    """What decides what is kept of a file."""

    min_confidence: float
    scores: Scores = field(default_factory=Scores)
    columns: dict[str, str] = field(default_factory=dict)  # a column of Timelapse: what it holds
    strip: str = ""  # a folder that paths in files begin with, and those in the catalog do not
    add: str = ""  # a folder that those in the catalog begin with, and paths in files do not

    def params(self, form: str) -> dict[str, object]:
        """Return what of it changes what is read: part of what a source is."""
        params: dict[str, object] = {}
        if form in _WITH_BOXES:
            params["min_confidence"] = self.min_confidence
        if form not in known.DETECTIONS and self.scores.all():
            params["scores"] = self.scores.all()
        if self.columns:
            params["columns"] = self.columns
        return params


Reader = Callable[[Path, Options, Finder], Iterator[Record]]
READERS: dict[str, Reader] = {
    known.COCO: lambda path, _, __: coco_labels.read(path),
    known.CAMTRAP: lambda path, options, _: camtrap.read(
        camtrap.open_package(path), options.scores
    ),
    known.WILDLIFE_INSIGHTS: lambda path, options, finder: wildlifeinsights.read(
        path, options.scores, finder.find
    ),
    known.LILA: lambda path, _, __: lila.read(path),
    known.TIMELAPSE: lambda path, options, _: timelapse.read_csv(
        path, options.scores, options.columns
    ),
    known.TIMELAPSE_DB: lambda path, options, _: timelapse.read_database(
        path, options.scores, options.columns
    ),
    known.ADDAXAI: lambda path, options, finder: addaxai.read_database(
        path, options.scores, finder.place
    ),
    known.ADDAXAI_CSV: lambda path, _, __: addaxai.read_csv(path),
    known.MEGADETECTOR_CSV: lambda path, _, __: megadetector_csv.read(path),
    known.HERO_LABELS: lambda path, _, __: heroimages.labels(path),
    known.BATCH_RESPONSES: lambda path, _, __: heroimages.batch_responses(path),
    known.LABELME: lambda path, options, _: labelme.read(path, options.scores),
    known.XMP: lambda path, options, _: xmp.read(path, options.scores),
    known.RATINGS: lambda path, options, _: ratings.read(path.parent, options.scores),
}
_WITH_BOXES = known.DETECTIONS | set(READERS) - {known.XMP, known.RATINGS, known.HERO_LABELS}


def refuse_unknown(forms: Mapping[Path, str], options: Options, *, flags: bool) -> None:
    """Raise ChoiceError for columns and signs by name that no file has which could have them.

    ``flags``: other files may be read, too, that have signs of their own.
    """
    headers = [
        tables.header(path)
        if form == known.TIMELAPSE
        else databases.columns(path).get("DataTable", ())
        for path, form in forms.items()
        if form in {known.TIMELAPSE, known.TIMELAPSE_DB}
    ]
    if not headers:
        return
    there = timelapse.own_columns(chain.from_iterable(headers))
    has = {name.lower() for name in there}
    asked = {"--column": set(options.columns)}
    if not flags and known.LABELME not in forms.values():
        asked["--score"] = options.scores.named()
    for option, names in asked.items():
        if unknown := sorted(names - has):
            raise ChoiceError(
                f"{option} {unknown[0]}: there is no such column; nothing was taken in. "
                f"There are: {', '.join(dict.fromkeys(there)) or 'none'}"
            )


def reads(path: Path, form: str) -> bool:
    """Tell whether a file is read here: a COCO file only if it says what is in its photos."""
    if form == known.COCO:
        return coco_labels.has_any(path)
    return form in READERS


def note(path: Path, form: str) -> str:
    """Say what to know of the text of a file; nothing of one that is sound."""
    if form in known.JSON and stream.is_odd(path):
        return f"{path} has text that is no UTF-8: what could not be read is \ufffd in the catalog"
    return ""


def about(path: Path, form: str) -> dict[str, object]:
    """Return what a file says about itself, to be kept with the source."""
    if form != known.CAMTRAP:
        return {}
    said = camtrap.open_package(path).about
    kept = (
        "profile",
        "name",
        "id",
        "title",
        "version",
        "created",
        "licenses",
        "bibliographicCitation",
    )
    return {key: said[key] for key in kept if said.get(key)}


def digest(path: Path, form: str) -> str | None:
    """Return what stands for the bytes of a source of several files; None for one file."""
    if form == known.RATINGS:
        return ratings.digest(path.parent)
    parts = [path]
    if form == known.CAMTRAP:
        parts = camtrap.open_package(path).files()
    elif form == known.WILDLIFE_INSIGHTS:
        parts = wildlifeinsights.parts(path)
    if len(parts) == 1:
        return None
    return hashlib.sha256("\n".join(map(sources.sha256, parts)).encode()).hexdigest()
