"""Which photos an export takes, and what it is told of each: only what the gate lets through."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.gate import Secret, secrets, sensitive, vetoes

SENSITIVE = "sensitive"  # the reason to hold a photo whose path would tell a place


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user asked for, whatever the kind."""

    runs: tuple[str, ...] = ()
    top: int | None = None
    min_score: float | None = None
    max_score: float | None = None
    species: tuple[str, ...] = ()
    since: str | None = None  # ISO 8601: the first moment
    until: str | None = None  # the last day or moment
    album: str | None = None  # its photos in their order, instead of the best
    own_use: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A photo that was asked for and stays: why, and which frame shows it."""

    image: int
    reason: str  # person, vehicle, unchecked or sensitive
    because_image: int
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that may leave, with what is known of it."""

    image: int
    root: Path
    collection: str
    path: str  # below the root: tells a place
    on_disk: bool
    mtime: float | None
    width: int | None
    height: int | None
    captured_at: str | None
    place: str | None  # None where it is not known, or must not be told
    sequence: int | None
    frame_num: int | None
    num_frames: int | None
    species: str | None
    score: float | None
    secret: Secret | None  # its place must not be told

    @property
    def file(self) -> Path:
        """Where its original lies."""
        return self.root / self.path

    @property
    def title(self) -> str:
        """What it shows, in a word or two."""
        return self.species or "animal"

    @property
    def stem(self) -> str:
        """A name for its files that tells no place, the same in every export."""
        species = "".join(c if c.isalnum() else "-" for c in self.title.lower()).strip("-")
        return f"{self.image:06}_{species or 'animal'}"


@dataclass(frozen=True, slots=True)
class Photos:
    """The photos of an export, best first, read one by one as they are looped over."""

    catalog: Catalog
    scores: Mapping[int, float | None]
    held: Mapping[int, Held]
    secrets: Mapping[int, Secret]

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[Photo]:
        for image, score in self.scores.items():
            yield photo(self.catalog, image, score, self.secrets.get(image))


def photo(catalog: Catalog, image: int, score: float | None, secret: Secret | None) -> Photo:
    """Return what is known of a photo; of a secret place, nothing is told but the path to its file."""
    row = catalog.one("export.photo", image=image)
    assert row is not None
    return Photo(
        image=image,
        root=catalog.placed(row["root"]),
        collection=row["collection"],
        path=row["path"],
        on_disk=bool(row["on_disk"]),
        mtime=row["mtime"],
        width=row["width"],
        height=row["height"],
        captured_at=row["captured_at"],
        place=None if secret else row["location"],
        sequence=row["sequence_id"],
        frame_num=row["frame_num"],
        num_frames=row["num_frames"],
        species=row["species"],
        score=score,
        secret=secret,
    )


def choose(catalog: Catalog, choice: Choice, *, by_path: bool, top: int | None) -> Photos:
    """Return the best photos that were asked for and may leave; held ones are told, not counted.

    Raises ChoiceError if nothing has a score, or a name is not known.
    """
    if choice.album is None:
        _require_runs(catalog, choice.runs)
        asked: Iterable[tuple[int, float | None]] = _best(catalog, choice)
    else:
        asked, top = _album(catalog, choice.album), None
    most = choice.top or top
    gate = Gate(catalog, by_path=by_path and not choice.own_use)
    scores, held, secret = dict[int, float | None](), dict[int, Held](), dict[int, Secret]()
    for image, score in asked:
        if most is not None and len(scores) >= most:
            break
        stays = gate.ask(image)
        if isinstance(stays, Held):
            held[image] = stays
            continue
        scores[image] = score
        if stays is not None:
            secret[image] = stays
    return Photos(catalog, scores, held, secret)


class Gate:
    """The gate as an export asks it: photo by photo, each once."""

    def __init__(self, catalog: Catalog, *, by_path: bool) -> None:
        self._catalog, self._by_path = catalog, by_path
        self._listed = sensitive(catalog)
        self.known = dict[int, Held | Secret | None]()

    def ask(self, image: int) -> Held | Secret | None:
        """Return why a photo stays, that its place must not be told, or None: nothing is against it."""
        if image not in self.known:
            self.known[image] = self._ask(image)
        return self.known[image]

    def _ask(self, image: int) -> Held | Secret | None:
        veto = vetoes(self._catalog, [image]).get(image)
        if veto is not None:
            return Held(image, veto.reason, veto.because_image, veto.confidence)
        secret = secrets(self._catalog, [image], self._listed).get(image)
        if secret is not None and self._by_path:
            return Held(image, SENSITIVE, image, None)
        return secret


def _best(catalog: Catalog, choice: Choice) -> Iterator[tuple[int, float | None]]:
    rows = catalog.rows(
        "export.best",
        runs=json.dumps(choice.runs) if choice.runs else None,
        species=json.dumps([name.lower() for name in choice.species]) if choice.species else None,
        low=choice.min_score,
        high=choice.max_score,
        since=choice.since,
        until=until(choice.until),
    )
    for row in list(rows):
        yield row["image_id"], row["score"]


def _album(catalog: Catalog, name: str) -> list[tuple[int, float | None]]:
    rows = [(row["image_id"], row["score"]) for row in catalog.rows("export.album", name=name)]
    if not rows:
        known = ", ".join(row["name"] for row in catalog.rows("export.albums")) or "none yet"
        raise ChoiceError(f"there is no album {name!r}; there are: {known}")
    return rows


def until(moment: str | None) -> str | None:
    """Return the last moment that is meant: a day is meant to its end."""
    return f"{moment}\uffff" if moment else None


def _require_runs(catalog: Catalog, names: tuple[str, ...]) -> None:
    known = [row["name"] for row in catalog.rows("export.runs")]
    if not known:
        raise ChoiceError("nothing has been labeled yet; first: herocat label")
    for name in names:
        if name not in known:
            raise ChoiceError(f"there is no label run {name!r}; there are: {', '.join(known)}")
