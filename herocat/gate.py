"""The one decision whether a photo may leave the catalog, and whether its place may be told.

Every way out asks here. It fails closed: a photo with a person or vehicle in it or in its burst
stays, and so does one that a file says is not public, or that no detector has looked at; a guess of
a sensitive species, however weak, in any frame of the burst keeps its place from being told. The
reasons are read when they are asked for (the view ``vetoes``), so they are never older than what is
known.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import add

from herocat import times
from herocat.catalog import Catalog
from herocat.errors import CatalogError, ChoiceError

_ANYWHERE = frozenset({"photo", "photos", "image", "images", "pictures", "dcim", "camera", "data"})
_COORDINATES = re.compile(
    r"-?\d{1,3}[.,]\d{3,}\s*\W?\s*[NSEW]?\s*[,;/ ]\s*-?\d{1,3}[.,]\d{3,}|\d{1,3}\s*\u00b0\s*\d{1,2}",
    re.IGNORECASE,
)
NO_BURST = "no burst"  # the reason to hold a photo from models before sequence has seen it
_QUALIFIERS = (
    "female|male|esse|ess|adult|subadult|juvenile|young|baby|cub|calf|infant|black|white|grey|gray|brown|snow|clouded"
    "|african|asian|asiatic|indian|american|sumatran|javan|eastern|western|mountain|forest|savanna|bush"
)
_GLUED = re.compile(rf"(?:{_QUALIFIERS})*(.+?)(?:{_QUALIFIERS})*")


@dataclass(frozen=True, slots=True)
class Veto:
    """Why a photo must stay, and which frame shows it.

    The reason is ``person``, ``vehicle``, ``private`` (a file says that it is not public) or
    ``unchecked``.
    """

    image: int
    reason: str
    because_image: int
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Secret:
    """A photo whose place must not be told: the species, and how coarse coordinates must be."""

    image: int
    species: str
    degrees: float


def vetoes(catalog: Catalog, images: Iterable[int]) -> dict[int, Veto]:
    """Return those of some photos that must not leave, each with its weightiest reason."""
    found = dict[int, Veto]()
    for image in images:
        row = catalog.one("gate.reason", image=image)
        if row is not None:
            found[image] = Veto(*row)
    return found


def secrets(
    catalog: Catalog, images: Iterable[int], listed: "Sensitive | None" = None
) -> dict[int, Secret]:
    """Return those of some photos whose places must not be told; the list may be read before."""
    listed = listed or sensitive(catalog)
    found = dict[int, Secret]()
    for image in images:
        named = [
            (degrees, row["species"])
            for row in catalog.rows("gate.species", image=image)
            if (degrees := listed.degrees(row["names"])) is not None
        ]
        if named:
            degrees, species = max(named)
            found[image] = Secret(image, species, degrees)
    return found


def hushed(catalog: Catalog, image: int, text: str) -> str:
    """Return words about a photo whose place must not be told; empty if they may tell it.

    They do if they name its location, one of its folders or its file, however it is spelled, or
    hold what may be coordinates.
    """
    if not text:
        return text
    told = telling(catalog, image)
    return "" if _COORDINATES.search(text) or any(tells(text, name) for name in told) else text


def telling(catalog: Catalog, image: int) -> set[str]:
    """Return the words that tell where a photo was taken: location, folders, file."""
    row = catalog.one("gate.place", image=image)
    assert row is not None
    *folders, name = row["path"].split("/")
    named = {row["location"] or "", name, name.rpartition(".")[0], *folders}
    species = set(_words(row["species"] or ""))
    return {one for one in named if _is_telling(one) and not set(_words(one)) <= species}


def require_bursts(catalog: Catalog) -> None:
    """Raise CatalogError while photos belong to no burst: a person in the next frame is not known of."""
    waiting = catalog.value("gate.without_burst")
    if waiting:
        photos = "1 photo belongs" if waiting == 1 else f"{waiting:,} photos belong"
        raise CatalogError(
            f"{photos} to no burst yet, so nobody can tell whether a person is in theirs; "
            "first: herocat sequence"
        )


class Sensitive:
    """The list of sensitive species, ready to be asked about names; answers are kept."""

    def __init__(self, names: Iterable[tuple[str, float]]) -> None:
        listed = [(_words(name), degrees) for name, degrees in names]
        self._listed = [(frozenset(w), "".join(w), degrees) for w, degrees in listed if w]
        self._known = dict[str, float | None]()

    def degrees(self, species: str) -> float | None:
        """Return how coarse the places of a species must be; None if they may be told."""
        if species not in self._known:
            written = _words(species)
            more = [_singular(word[:-1]) for word in written if word.endswith("e")]  # rhinoceroses
            words = {*written, *more, *map(_bare, written), *map(add, written, written[1:])}
            found = [
                degrees for name, glued, degrees in self._listed if name <= words or glued in words
            ]
            self._known[species] = max(found, default=None)
        return self._known[species]


def sensitive(catalog: Catalog) -> Sensitive:
    """Return the list of sensitive species as it stands."""
    return Sensitive((row["name"], row["degrees"]) for row in catalog.rows("gate.sensitive"))


class Releases:
    """Photos that may leave although they are held: on this connection alone, until they are kept."""

    def __init__(self, catalog: Catalog, images: Iterable[int], reason: str) -> None:
        self._catalog = catalog
        self.overruled = tuple(
            veto for image in dict.fromkeys(images) for veto in self._overrule(image, reason)
        )

    def keep(self) -> None:
        """Write them down, a row for each reason that was overruled."""
        if self.overruled:
            with self._catalog.writing():
                self._catalog.run("gate.keep_releases")

    def _overrule(self, image: int, reason: str) -> Iterator[Veto]:
        if self._catalog.value("gate.image", image=image) is None:
            raise ChoiceError(f"there is no photo {image} in the catalog; nothing was released")
        for row in list(self._catalog.rows("gate.reasons", image=image)):
            veto = Veto(*row)
            self._catalog.run(
                "gate.release",
                image=image,
                veto=veto.reason,
                because=veto.because_image,
                reason=reason.strip(),
                now=times.now(),
            )
            yield veto


@contextmanager
def releasing(catalog: Catalog, images: Collection[int], reason: str) -> Iterator[Releases]:
    """Let photos leave although they are held, for as long as this lasts; it ends with nothing kept.

    So what was released can be written out first, and recorded when that went well. Only the
    reasons that are known now are overruled: a person who is found in another frame later holds
    the photo again. Raises ChoiceError for a photo that is not there, or no reason.
    """
    if images and not reason.strip():
        raise ChoiceError("a release needs a reason; say why with --reason; nothing was released")
    if not images:
        yield Releases(catalog, (), "")
        return
    catalog.run("gate.start_releases")
    try:
        # The same views, over the releases of this connection.
        with catalog.own_views("vetoes", "heroes"):
            yield Releases(catalog, images, reason)
    finally:
        catalog.run("gate.drop_releases")


def _is_telling(name: str) -> bool:
    """Tell whether a name is one: no mere number, which may be a year, and nothing that any disk has."""
    return len(name) > 1 and any(map(str.isalpha, name)) and name.casefold() not in _ANYWHERE


def tells(said: str, name: str) -> bool:
    """Return whether a text has a name in it, as whole words, with whatever between them."""
    parts = [re.escape(part) for part in re.findall(r"[^\W_]+", name)]
    between = r"[\W_]*"
    pattern = rf"(?<![^\W_]){between.join(parts)}(?![^\W_])"
    return bool(parts) and re.search(pattern, said, re.IGNORECASE) is not None


def _words(name: str) -> list[str]:
    """Return the words of a name in lower case and the singular, without accents."""
    letters = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    plain = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return [_singular(word) for word in re.findall(r"[^\W\d_]+|\d+", plain)]


def _singular(word: str) -> str:
    for plural, one in (("ves", "f"), ("ies", "y"), ("s", "")):
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word.removesuffix(plural) + one
    return word


def _bare(word: str) -> str:
    """Return a word without what is glued to it in lists of classes: lionfemale, rhinocerosblack."""
    found = _GLUED.fullmatch(word)
    return _singular(found[1]) if found else word


def held_from_models(catalog: Catalog, image: int) -> str | None:
    """Return why a photo may not go to a model on somebody else's machine; None: it may.

    It may not with a veto, nor while it belongs to no burst; but where nobody has looked, somebody may have vouched for its folder.
    """
    veto = vetoes(catalog, [image]).get(image)
    reason = NO_BURST if veto is None else veto.reason
    if veto is None and catalog.value("gate.has_burst", image=image):
        return None
    if reason in {"unchecked", NO_BURST} and catalog.value("gate.vouched", image=image):
        return None
    return reason
