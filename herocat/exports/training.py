"""Folders to fine-tune image models with: pictures with captions, as three trainers want them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from herocat import naming
from herocat.exports import copies, words
from herocat.exports.chosen import Photo
from herocat.exports.kind import Job, Kind, Written, option

LAYOUTS = ("kohya", "ai-toolkit", "imagefolder")
_HERO = 8.0  # from this score on a caption says hero


@dataclass(frozen=True, slots=True)
class Options:
    """Which trainer, and what the captions say."""

    layout: str = option("kohya", "Whose folder it is.", choices=LAYOUTS)
    trigger: str = option(
        "", "A word that calls up what is learned; it stands first.", metavar="WORD"
    )
    repeats: int = option(10, "How often kohya shows each picture.", low=1, high=1000)
    longest: int = option(
        1024, "Longest side of the pictures; never enlarged.", low=64, metavar="PIXELS"
    )


def write(job: Job) -> Written:
    """Write the pictures and their captions."""
    place = job.folder / _folder(job.options)
    place.mkdir(parents=True)
    failed = copies.write(_copies(job, place), len(job.photos))
    done = 0
    with (place / "metadata.jsonl").open("w", encoding="utf-8") as rows:
        for photo in job.photos:
            if photo.image in failed:
                continue
            done += 1
            text = caption(job, photo)
            if job.options.layout == "imagefolder":
                rows.write(json.dumps(_row(photo, text), ensure_ascii=False) + "\n")
            else:
                (place / f"{photo.stem}.txt").write_text(text + "\n", "utf-8")
    if job.options.layout != "imagefolder":
        (place / "metadata.jsonl").unlink()
    notes = list(copies.notes(failed))
    if job.options.layout == "kohya":
        notes.append("Tell kohya's scripts that captions end in .txt: --caption_extension .txt")
    return Written([_folder(job.options)], done, notes)


def caption(job: Job, photo: Photo) -> str:
    """Return one line on a photo: the trigger, what it shows, what sort of photo it is."""
    said = [job.options.trigger, f"a camera trap photo of {_article(photo.title)}"]
    seen = [one for one in words.boxes(job.catalog, photo) if one.confidence >= 0.5]
    if len(seen) > 1:
        said.append(f"{len(seen)} animals")
    if job.catalog.value("export.monochrome", image=photo.image):
        said.append("infrared, black and white, night")
    if photo.score is not None and photo.score >= _HERO:
        said.append("hero")
    return ", ".join(" ".join(text.split()) for text in said if text)


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _row(photo: Photo, text: str) -> dict[str, object]:
    known = {
        "file_name": f"{photo.stem}.jpg",
        "text": text,
        "species": photo.species,
        "score": photo.score,
        "photo": photo.image,
    }
    return {key: value for key, value in known.items() if value is not None}


def _folder(options: Options) -> str:
    if options.layout == "imagefolder":
        return "train"
    if options.layout == "ai-toolkit":
        return "images"
    return f"{options.repeats}_{naming.plain(options.trigger or 'wildlife')}"


def _copies(job: Job, place: Path) -> Iterator[copies.Copy]:
    for photo in job.photos:
        target = place / f"{photo.stem}.jpg"
        longest = job.options.longest
        yield copies.Copy(photo.image, photo.file, target, longest=longest, strips=photo.strips)


KIND = Kind(
    name="training",
    title="pictures with captions to fine-tune image models with",
    opens="kohya sd-scripts, ai-toolkit, Hugging Face datasets",
    about=(
        "Write pictures with captions, as trainers of image models want them: a folder of kohya's sd-scripts or of "
        "ai-toolkit with a text beside each picture, or an imagefolder of Hugging Face datasets."
    ),
    examples=(
        "herocat export training --out lora --layout kohya --trigger trailcam --min-score 8",
        "herocat export training --out set --layout imagefolder --top 2000",
    ),
    write=write,
    options=Options,
)
