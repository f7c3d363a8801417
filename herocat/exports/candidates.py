"""The candidates folder of hero-images: copies under flat names, and ``candidates_metadata.json``."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from herocat.errors import ChoiceError
from herocat.exports import chosen, copies, words
from herocat.exports.chosen import Held, Photo
from herocat.exports.kind import Format, Job, Kind, Written, option
from herocat.formats.known import CANDIDATES
from herocat.gate import Secret

METADATA = "candidates_metadata.json"
_SURE = 0.3  # of an animal, as hero-images asks
_SPECIES = 0.5
_LONGEST_NAME = 200  # bytes of a file's name


@dataclass(frozen=True, slots=True)
class Options:
    """Which selection."""

    selection: str | None = option(None, "The selection; the latest otherwise.", metavar="NAME")


@dataclass(frozen=True, slots=True)
class _Candidate:
    photo: Photo
    category: str
    quality: float
    name: str


def write(job: Job) -> Written:
    """Write the copies and what hero-images says of them."""
    row = job.catalog.one("export.selection", name=job.options.selection)
    if row is None:
        named = f" named {job.options.selection!r}" if job.options.selection else ""
        raise ChoiceError(f"there is no selection{named}; make one with: herocat select")
    held = dict[int, Held]()
    some = list(_candidates(job, row["id"], held))
    failed = copies.write(
        (copies.Copy(one.photo.image, one.photo.file, job.folder / one.name) for one in some),
        len(some),
    )
    kept = [one for one in some if one.photo.image not in failed]
    text = json.dumps(_metadata(job, row["created_at"], kept), indent=2)
    (job.folder / METADATA).write_text(text + "\n", "utf-8")
    return Written([METADATA], len(kept), list(copies.notes(failed)), held)


def _candidates(job: Job, selection: int, held: dict[int, Held]) -> Iterator[_Candidate]:
    taken = set[str]()
    gate = chosen.Gate(job.catalog, job.choice, by_path=True)
    for row in list(job.catalog.rows("export.candidates", selection=selection)):
        image = row["image_id"]
        stays = gate.ask(image)
        if isinstance(stays, Held):
            held[image] = stays
            continue
        secret = stays if isinstance(stays, Secret) else None
        photo = chosen.photo(job.catalog, image, None, secret)
        name = _flat(photo, taken)
        taken.add(name.casefold())
        yield _Candidate(photo, row["category"], row["quality_score"], name)


def _flat(photo: Photo, taken: set[str]) -> str:
    """Return a flat name as hero-images makes it; one that is taken gets the photo's number."""
    name = photo.path.replace("/", "#")
    if Path(name).suffix.lower() not in {".jpg", ".jpeg"}:
        name += ".jpg"  # that is what the copy is
    if name.casefold() in taken or len(name.encode()) > _LONGEST_NAME:
        name = f"{photo.image}#{name.rpartition('#')[2][-55:]}"
    return name


def _metadata(job: Job, moment: str, some: Sequence[_Candidate]) -> dict[str, Any]:
    entries = [_entry(job, one) for one in some]
    sequences = {one.photo.sequence or -one.photo.image for one in some}
    lengths = [one.photo.num_frames or 1 for one in some] or [0]
    return {
        "generation_info": {
            "total_candidates": len(some),
            "generation_time": moment,
            "selector_type": "SequenceAwareStratifiedSelector",
            "folder_name": "herocat",
            "description": "chosen with herocat",
        },
        "category_distribution": dict(Counter(one.category for one in some)),
        "size_distribution": _sizes(sorted(entry["max_size"] for entry in entries) or [0.0]),
        "sequence_stats": {
            "total_candidates": len(some),
            "unique_sequences": len(sequences),
            "sequence_diversity_percent": 100 * len(sequences) / len(some) if some else 0.0,
            "avg_sequence_size": sum(lengths) / len(lengths),
            "min_sequence_size": min(lengths),
            "max_sequence_size": max(lengths),
        },
        "candidates": entries,
    }


def _entry(job: Job, one: _Candidate) -> dict[str, Any]:
    animals = [
        found
        for found in words.boxes(job.catalog, one.photo)
        if found.category == "animal" and found.confidence >= _SURE
    ]
    species = {
        found.species
        for found in animals
        if found.species and (found.species_score or 0) >= _SPECIES
    }
    return {
        "original_path": one.photo.path,
        "flattened_filename": one.name,
        "category": one.category,
        "quality_score": one.quality,
        "seq_id": str(one.photo.sequence or f"photo-{one.photo.image}"),
        "frame_num": one.photo.frame_num or 0,
        "seq_num_frames": one.photo.num_frames or 1,
        "max_size": max((found.box.area for found in animals), default=0.0),
        "max_confidence": max((found.confidence for found in animals), default=0.0),
        "num_animals": len(animals),
        "num_species": len(species),
    }


def _sizes(sizes: Sequence[float]) -> dict[str, float]:
    def at(share: float) -> float:
        return sizes[min(len(sizes) - 1, math.floor(share * len(sizes)))]

    shares = {"p10": 0.1, "p25": 0.25, "p75": 0.75, "p90": 0.9}
    ends = {"min": sizes[0], "max": sizes[-1], "median": at(0.5), "mean": sum(sizes) / len(sizes)}
    return ends | {name: at(share) for name, share in shares.items()}


KIND = Kind(
    name="candidates",
    title="the candidates folder of hero-images",
    opens="agentmorris/hero-images",
    about=(
        "Write cleaned copies of a selection's candidates under the flat names of hero-images, with its "
        "candidates_metadata.json: its labeling scripts take the folder as it is."
    ),
    examples=(
        "herocat export candidates --out heuristics",
        "herocat export candidates --out c --selection big",
    ),
    write=write,
    form=Format(
        CANDIDATES,
        kept="candidates with class, quality, burst and sizes; cleaned copies",
        lost="what each part of the quality was",
    ),
    options=Options,
    chooses="nothing",
    by_path=True,
    repeatable=False,
)
