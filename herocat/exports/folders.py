"""Photos into folders by what they show, with rules for photos that show several things."""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from herocat import naming
from herocat.errors import ChoiceError
from herocat.exports import chosen, copies, words
from herocat.exports.chosen import Held, Photo
from herocat.exports.kind import Job, Kind, Written, option
from herocat.gate import Secret

UNRESOLVED = "unresolved.csv"
EMPTY, ANY = "empty", "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """One label outdoes another; ``*`` stands for any."""

    over: str
    under: str

    def __str__(self) -> str:
        return f"{self.over} > {self.under}"


@dataclass(frozen=True, slots=True)
class Options:
    """What counts as a label, which outdoes which, and what becomes of the rest."""

    label_map: Path | None = option(
        None,
        "JSON object or CSV of two columns: a label as it is, a label as it shall be.",
        metavar="FILE",
    )
    rule: tuple[str, ...] = option(
        (),
        "Such as 'fox > mouse' or '* > empty'; may be repeated; applied in order.",
        metavar="RULE",
    )
    unresolved: str = option(
        "report",
        "What to do with photos of several labels: only list them, or put them in each folder.",
        choices=("report", "keep"),
    )
    min_species_score: float = option(0.5, "A guess counts from this score on.", low=0, high=1)
    link: bool = option(
        False, "Link to your photos instead of copying them: for this machine only."
    )


def write(job: Job) -> Written:
    """Write the folders, and a list of the photos that no rule could place."""
    rules = parsed(job.options.rule)
    names = _label_map(job.options.label_map)
    held, made, left = dict[int, Held](), list[copies.Copy](), list[tuple[int, str]]()
    for photo, said in _photos(job, names, held):
        labels = resolved(said, rules)
        if len(labels) > 1:
            left.append((photo.image, " + ".join(sorted(labels))))
            if job.options.unresolved == "report":
                continue
        for name in sorted({naming.plain(label) for label in labels}):
            place = job.folder / name
            place.mkdir(exist_ok=True)
            made.append(
                copies.Copy(
                    photo.image, photo.file, place / f"{photo.stem}.jpg", strips=photo.strips
                )
            )
    failed = (
        _link(made, job.catalog.path.parent.resolve())
        if job.options.link
        else copies.write(made, len(made))
    )
    for place in {copy.target.parent for copy in made}:
        if not any(place.iterdir()):
            place.rmdir()  # none of its photos could be read
    with (job.folder / UNRESOLVED).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["image", "labels"])
        rows.writerows(left)
    notes = list(copies.notes(failed))
    if left:
        keep, several = job.options.unresolved == "keep", len(left) > 1
        which = f"{len(left):,} photos have" if several else "1 photo has"
        where = ("are in" if several else "is in") + (" the folder of each" if keep else " none")
        notes.append(f"{which} several labels and {where}, see {UNRESOLVED}")
    if job.options.link:
        notes.append("Links lead to your photos with all that is in them: do not hand them over.")
    places = sorted(place.name for place in job.folder.iterdir() if place.is_dir())
    return Written(places, len({copy.image for copy in made} - failed.keys()), notes, held)


def parsed(texts: Sequence[str]) -> list[Rule]:
    """Return rules; raise ChoiceError for one that is none, or for rules that go in a circle."""
    rules = list[Rule]()
    for text in texts:
        over, mark, under = (part.strip().lower() for part in text.partition(">"))
        if not (mark and over and under) or ">" in under or over == under:
            raise ChoiceError(
                f"--rule takes two labels such as 'fox > mouse' or '* > empty', not {text!r}; "
                "nothing was written"
            )
        rules.append(Rule(over, under))
    circle = _circle(rules)
    if circle:
        raise ChoiceError(
            f"the rules go in a circle: {' > '.join(circle)}; take one of them away; "
            "nothing was written"
        )
    return rules


def resolved(labels: frozenset[str], rules: Sequence[Rule]) -> frozenset[str]:
    """Return the labels that are left when each rule has been applied once, in order."""
    left = set(labels)
    for rule in rules:
        if rule.over == ANY:
            if len(left) > 1:
                left.discard(rule.under)
        elif rule.over in left:
            left = {rule.over} if rule.under == ANY else left - {rule.under}
    return frozenset(left)


def _circle(rules: Sequence[Rule]) -> list[str]:
    """Return the labels of a circle of rules, the first again at the end; nothing if there is none."""
    below = dict[str, list[str]]()
    for rule in rules:
        if ANY not in {rule.over, rule.under}:
            below.setdefault(rule.over, []).append(rule.under)
    done = set[str]()
    for start in below:
        path, waiting = [start], [iter(below[start])]
        while path:
            label = next(waiting[-1], None)
            if label is None:
                done.add(path.pop())
                waiting.pop()
            elif label in path:
                return [*path[path.index(label) :], label]
            elif label not in done:
                path.append(label)
                waiting.append(iter(below.get(label, ())))
    return []


def _label_map(path: Path | None) -> Mapping[str, str]:
    """Return a label for each label as it is, both in lower case."""
    if path is None:
        return {}
    try:
        return dict(_pairs(path.read_text("utf-8-sig"), is_json=path.suffix.lower() == ".json"))
    except (OSError, ValueError) as error:
        raise ChoiceError(
            f"{path} is no label map (a JSON object, or CSV of two columns): {error}; "
            "nothing was written"
        ) from error


def _pairs(text: str, *, is_json: bool) -> Iterator[tuple[str, str]]:
    """Yield labels as they are and shall be; raise ValueError, with a reason, for what is no pair."""
    rows: Iterable[Iterable[Any]] = csv.reader(text.splitlines())
    if is_json:
        content = json.loads(text)
        if not isinstance(content, dict):
            raise ValueError("it holds no object")
        rows = content.items()
    for cells in rows:
        old, new, *_ = [*(str(cell or "").strip().lower() for cell in cells), "", ""]
        if new:
            yield old, new
        elif old:
            raise ValueError(f"{old!r} has no label that it shall be")


def _photos(
    job: Job, names: Mapping[str, str], held: dict[int, Held]
) -> Iterator[tuple[Photo, frozenset[str]]]:
    """Yield each photo that a detector looked at, with its labels."""
    last = 0
    gate = chosen.Gate(job.catalog, job.choice, by_path=job.options.link, by_score=True)
    while rows := list(job.catalog.rows("export.checked", after=last)):
        for row in rows:
            last = row["image_id"]
            if not gate.wants(last):
                continue
            stays = gate.ask(last)
            if isinstance(stays, Held):
                held[last] = stays
                continue
            photo = chosen.photo(
                job.catalog, last, None, stays if isinstance(stays, Secret) else None
            )
            yield photo, _labels(job, photo, names)


def _labels(job: Job, photo: Photo, names: Mapping[str, str]) -> frozenset[str]:
    sure = job.catalog.value("export.setting", name="animal_confidence")
    found = [one for one in words.boxes(job.catalog, photo) if one.confidence >= sure]
    said = {
        one.species.lower()
        if one.species and (one.species_score or 0) >= job.options.min_species_score
        else one.category
        for one in found
    }
    return frozenset(names.get(label, label) for label in said or {EMPTY})


def _link(made: Sequence[copies.Copy], base: Path) -> dict[int, str]:
    """Link to photos: from one place to another below the catalog's folder, so that all may move."""
    failed = dict[int, str]()
    for copy in made:
        original = copy.original.resolve()
        if not original.is_file():
            failed[copy.image] = "its file is not there"
            continue
        place = copy.target.parent.resolve()
        near = place.is_relative_to(base) and original.is_relative_to(base)
        copy.target.symlink_to(os.path.relpath(original, place) if near else original)
    return failed


KIND = Kind(
    name="folders",
    title="photos in folders by what they show",
    opens="anything that takes a folder for a label",
    about=(
        "Put every photo that a detector looked at into a folder by what it shows: copies, or links with --link. A "
        "photo of several things is placed by rules, applied in order: 'fox > mouse' puts a photo of both into fox, "
        "'* > empty' into whatever else it shows. What no rule decides is listed. Links are relative where photos and "
        "folders lie below the catalog's folder: all of it may move."
    ),
    examples=(
        "herocat export folders --out sorted --rule '* > animal'",
        "herocat export folders --out foxes --species fox --light day",
        "herocat export folders --out sorted --label-map map.csv --rule 'lynx > roe deer' --unresolved keep --link",
    ),
    write=write,
    options=Options,
    chooses="any",
    by_path=True,
    repeatable=False,
)
