"""Words that are searched for: a photo has each of them in a reason, in its species or in its path.

What fewest photos have is looked up first; a further word is looked up among these only. Where even
that is more than can be taken, the indexes of reasons and of paths still find what has all words itself.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Row

from herocat import gate
from herocat.catalog import Catalog
from herocat.errors import ChoiceError

_WORDS = 12
_FOUND = 3_000  # so many photos does a search take, from each place where it looks
_AMONG = 10_000  # so many does it begin with, where further words leave fewer
_LOOKED_UP = 30_000  # in so many reasons or paths is a further word looked up
_FOUND_IN_PUBLIC = 500  # for all words; there each reason is read first, for it may name a place


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as the indexes are asked for it, and the species that have it in their name."""

    match: str
    species: str  # a JSON list of ids

    def places(self, catalog: Catalog, *, public: bool) -> tuple[int, bool]:
        """Return in how many places it stands, and whether in more than are looked up."""
        row = catalog.one(
            "browse.count_found",
            word=self.match,
            species=self.species,
            public=public,
            most=_LOOKED_UP,
        )
        assert row is not None
        return row["places"], bool(row["common"])


def search(catalog: Catalog, text: str, *, public: bool) -> tuple[list[int], bool]:
    """Return the photos that have every word, at most some thousands, and whether there may be more."""
    words = _words(catalog, text)
    if not words:
        return [], False
    if len(words) > _WORDS:
        raise ChoiceError(f"a search takes at most {_WORDS} words")
    few = _FOUND_IN_PUBLIC // len(words) if public else _FOUND
    if len(words) == 1:
        found, capped = _found(catalog, words[0], few, few, public=public)
        return sorted(found), capped
    known = {word: word.places(catalog, public=public) for word in words}
    first, *others = sorted(words, key=lambda word: known[word][0])
    found, capped = _found(catalog, first, few if public else _AMONG, few, public=public)
    for word in others:
        found = _among(catalog, word, found, public=public)
    capped = capped or any(known[word][1] for word in others)
    if capped:
        together = _Word(" ".join(word.match for word in words), species="[]")
        found |= _found(catalog, together, few, few, public=public)[0]
    return sorted(found), capped


def _words(catalog: Catalog, text: str) -> list[_Word]:
    """Return the words of a text; the last may go on."""
    words = [
        word
        for word in text.replace('"', " ").replace("\0", " ").split()
        if any(letter.isalnum() for letter in word)  # the indexes know no other signs
    ]
    return [
        _Word(f'"{word}"{"*" if number == len(words) else ""}', _species(catalog, word))
        for number, word in enumerate(words, 1)
    ]


def _species(catalog: Catalog, word: str) -> str:
    for sign in r"\%_":
        word = word.replace(sign, f"\\{sign}")
    return json.dumps([row["id"] for row in catalog.rows("browse.species_named", text=f"%{word}%")])


def _found(
    catalog: Catalog, word: _Word, most: int, few: int, *, public: bool
) -> tuple[set[int], bool]:
    """Return photos that have a word, from reasons at most ``few``, and whether there are more."""
    rows = catalog.rows("browse.found_species", species=word.species, most=most + 1)
    found = {row["image_id"] for row in rows}
    # Several raters may have given one photo a reason.
    reasons = list(catalog.rows("browse.found_reasons", words=word.match, most=2 * few))
    found |= _said(catalog, reasons, found, public=public)
    if not public:
        rows = catalog.rows("browse.found_paths", words=word.match, most=most + 1)
        found |= {row["image_id"] for row in rows}
    return found, len(reasons) == 2 * few or len(found) > most


def _among(catalog: Catalog, word: _Word, images: set[int], *, public: bool) -> set[int]:
    """Return those of some photos that have a word, too."""
    among = json.dumps(sorted(images))
    rows = catalog.rows("browse.species_among", among=among, species=word.species)
    found = {row["image_id"] for row in rows}
    looked_up = {"among": among, "word": word.match, "most": _LOOKED_UP}
    reasons = catalog.rows("browse.reasons_among", **looked_up)
    found |= _said(catalog, reasons, found, public=public)
    if not public:
        found |= {row["image_id"] for row in catalog.rows("browse.paths_among", **looked_up)}
    return found


def _said(catalog: Catalog, reasons: Iterable[Row], found: set[int], *, public: bool) -> set[int]:
    """Return the photos of reasons that are not found yet; in public of those that it may read.

    Else who guesses a place learns what is from there.
    """
    said = set[int]()
    for image, reasoning in reasons:
        if image in found or image in said:
            continue
        if not public or gate.hushed(catalog, image, reasoning):
            said.add(image)
    return said
