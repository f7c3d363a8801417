"""Which photos an export takes, and what it is told of each: only what the gate lets through."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from herocat.catalog import Catalog
from herocat.errors import CatalogError
from herocat.exports import places, strips
from herocat.exports.filters import Choice, Filters, best
from herocat.exports.strips import Content
from herocat.gate import Secret, require_bursts, secrets, sensitive, vetoes

_LONGEST = 50  # letters of a species in a file's name: some are named with all that they belong to
SENSITIVE = "sensitive"  # the reason to hold a photo whose path would tell a place


@dataclass(frozen=True, slots=True)
class Held:
    """A photo that was asked for and stays: why, and which frame shows it."""

    image: int
    reason: str  # person, vehicle, private, unchecked or sensitive
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
    strips: Content | None  # of the camera, to be painted over; None: they may be shown

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
        letters = "".join(c if c.isalnum() else "-" for c in self.title.lower())
        species = letters.strip("-")[:_LONGEST].rstrip("-")
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
        strips=None if secret is None else strips.known(catalog, image),
    )


def choose(catalog: Catalog, choice: Choice, *, by_path: bool, top: int | None) -> Photos:
    """Return the best photos that were asked for and may leave; held ones are told, not counted.

    Raises CatalogError if nothing has a score, and ChoiceError for a name that is not known.
    """
    gate = Gate(catalog, choice, by_path=by_path)
    if choice.album is None:
        if catalog.one("export.runs") is None:
            raise CatalogError("nothing has been labeled yet; first: herocat label")
        asked: Iterable[tuple[int, float | None]] = best(catalog, choice)
    else:
        asked, top = _album(catalog, choice), None
    most = choice.top or top
    scores, held, secret = dict[int, float | None](), dict[int, Held](), dict[int, Secret]()
    for image, score in asked:
        if most is not None and len(scores) >= most:
            break
        if not gate.wants(image):
            continue
        stays = gate.ask(image)
        if isinstance(stays, Held):
            held[image] = stays
            continue
        scores[image] = score
        if stays is not None:
            secret[image] = stays
    secret |= places.neighbours(catalog, scores, secret)
    return Photos(catalog, scores, held, secret)


class Gate:
    """The gate as an export asks it: what was asked for first, then whether it may leave."""

    def __init__(
        self, catalog: Catalog, choice: Choice, *, by_path: bool = False, by_score: bool = False
    ) -> None:
        require_bursts(catalog)
        self._catalog = catalog
        self._filters = Filters(catalog, choice, by_score=by_score)
        self._one_place = choice.one_place
        self._by_path = (by_path and not choice.own_use) or choice.one_place
        self._listed = sensitive(catalog)
        self._known = dict[int, Held | Secret | None]()

    def wants(self, image: int) -> bool:
        """Return whether a photo was asked for.

        In an export of one place, a photo whose place must not be told is not even named as held.
        """
        if not self._filters.passes(image):
            return False
        return not self._one_place or not _sensitive(self.ask(image))

    def ask(self, image: int) -> Held | Secret | None:
        """Return why a photo stays, that its place must not be told, or None: nothing is against it."""
        if image not in self._known:
            self._known[image] = self._ask(image)
        return self._known[image]

    @property
    def held(self) -> dict[int, Held]:
        """Return the photos that were asked about and stay."""
        return {
            image: one
            for image, one in self._known.items()
            if isinstance(one, Held) and not (self._one_place and _sensitive(one))
        }

    def lets_go(self, image: int) -> bool:
        """Return whether a photo was asked about and may leave."""
        return image in self._known and not isinstance(self._known[image], Held)

    def _ask(self, image: int) -> Held | Secret | None:
        veto = vetoes(self._catalog, [image]).get(image)
        if veto is not None:
            return Held(image, veto.reason, veto.because_image, veto.confidence)
        secret = secrets(self._catalog, [image], self._listed).get(image)
        if secret is not None and self._by_path:
            return Held(image, SENSITIVE, image, None)
        return secret


def _sensitive(stays: Held | Secret | None) -> bool:
    return isinstance(stays, Held) and stays.reason == SENSITIVE


def _album(catalog: Catalog, choice: Choice) -> Iterator[tuple[int, float | None]]:
    low, high = choice.min_score, choice.max_score
    for row in list(catalog.rows("export.album", name=choice.album)):
        score = row["score"]
        if (low is None or score >= low) and (high is None or score <= high):
            yield row["image_id"], score
