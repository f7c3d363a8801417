"""Full-size copies for people: cleaned, named in order, with caption, credit and licence in them."""

from collections.abc import Iterator
from dataclasses import dataclass

from herocat.exports import copies, words
from herocat.exports.chosen import Photo
from herocat.exports.kind import Job, Kind, Written, option

CAPTIONS = "captions.txt"


@dataclass(frozen=True, slots=True)
class Options(copies.Credited):
    """What the copies are like."""

    longest: int | None = option(
        None, "Longest side of the copies; as they are otherwise.", low=64, metavar="PIXELS"
    )
    places: bool = option(False, "Tell where photos were taken, but of sensitive species.")


def write(job: Job) -> Written:
    """Write the copies, and a text beside each that says what it shows."""
    failed = copies.write(_copies(job), len(job.photos))
    told = [
        f"{name}.jpg\n{_text(job, photo)}"
        for name, photo in _named(job)
        if photo.image not in failed
    ]
    for name, photo in _named(job):
        if photo.image not in failed:
            (job.folder / f"{name}.txt").write_text(_text(job, photo), "utf-8")
    (job.folder / CAPTIONS).write_text("\n".join(told), "utf-8")
    return Written([CAPTIONS], len(told), list(copies.notes(failed)))


def caption(job: Job, photo: Photo) -> str:
    """Return a sentence on a photo: what it shows, and why it was chosen."""
    reason, _ = words.reasoning(job.catalog, photo, job.choice)
    return f"{photo.title[:1].upper()}{photo.title[1:]}. {reason}".strip()


def _named(job: Job) -> Iterator[tuple[str, Photo]]:
    digits = max(3, len(str(len(job.photos))))
    for place, photo in enumerate(job.photos, 1):
        yield f"{place:0{digits}}_{photo.stem}", photo


def _copies(job: Job) -> Iterator[copies.Copy]:
    for name, photo in _named(job):
        said = copies.about(photo, caption(job, photo), job.options)
        yield copies.Copy(
            photo.image,
            photo.file,
            job.folder / f"{name}.jpg",
            said,
            longest=job.options.longest,
            strips=photo.strips,
        )


def _text(job: Job, photo: Photo) -> str:
    lines = [caption(job, photo)]
    if photo.captured_at:
        lines.append(f"Taken: {photo.captured_at.replace('T', ' ')}")
    if photo.place and job.options.places:
        lines.append(f"Where: {photo.place}")
    if photo.score is not None:
        lines.append(f"Score: {photo.score:.1f} of 10")
    if job.options.credit:
        lines.append(f"Credit: {job.options.credit}")
    if job.options.licence:
        lines.append(f"Licence: {job.options.licence}")
    return "\n".join([*lines, f"Photo: {photo.image}", ""])


KIND = Kind(
    name="album",
    title="full-size copies, with captions, credit and licence",
    opens="anybody",
    about=(
        "Write full-size copies of the best photos. Their pixels are untouched (but the camera's strip of "
        "text, on photos of sensitive species, is painted over); place, serial number and maker notes are not in them, caption, credit and licence are (IPTC and XMP), and in a text beside each."
    ),
    examples=(
        'herocat export album --out best --top 20 --credit "J. Doe" --licence "CC BY 4.0"',
        "herocat export album --out web --top 50 --longest 2048",
    ),
    write=write,
    options=Options,
)
