"""XMP sidecars: stars by a map that the user sees, and keywords, merged into what is there already."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from herocat import naming
from herocat.errors import ChoiceError
from herocat.exports import copies, words, xmp
from herocat.exports.album import caption
from herocat.exports.chosen import Photo
from herocat.exports.kind import Format, Job, Kind, Written, option
from herocat.formats.known import XMP

STARS = "5,6,7,8,9"


@dataclass(frozen=True, slots=True)
class Options:
    """What the sidecars say, and where they go."""

    stars: str = option(
        STARS, "The scores from which on a photo has 1, 2, 3, 4, 5 stars.", metavar="A,B,C,D,E"
    )
    keyword: tuple[str, ...] = option((), "A keyword besides species and herocat; may be repeated.")
    adobe_names: bool = option(False, "Name them IMG_1.xmp as Adobe does, not IMG_1.JPG.xmp.")
    replace_ratings: bool = option(False, "Replace ratings that others gave; otherwise they stay.")
    embed: bool = option(False, "Write cleaned copies with the XMP inside instead of sidecars.")
    beside: bool = option(
        False, "Write beside the photos instead of --out; photos are not touched."
    )

    def bounds(self) -> tuple[float, ...]:
        """Return the scores that stars begin at; raises ChoiceError for a map that is none."""
        try:
            bounds = tuple(float(bound) for bound in self.stars.split(","))
        except ValueError:
            bounds = ()
        if len(bounds) != 5 or list(bounds) != sorted(bounds):
            raise ChoiceError(
                f"--stars takes five rising scores such as {STARS}, not {self.stars!r}; "
                "nothing was written"
            )
        return bounds


def write(job: Job) -> Written:
    """Write a sidecar for each chosen photo, or a copy with the XMP inside."""
    bounds = job.options.bounds()
    if job.options.embed:
        return _embedded(job, bounds)
    kept = skipped = others = 0
    notes, files, taken = list[str](), list[str](), set[Path]()
    for photo in job.photos:
        target = _target(job, photo)
        if target in taken:
            skipped += 1
            notes.append(f"photo {photo.image}: another photo has the sidecar {target.name}")
            continue
        taken.add(target)
        if job.options.beside and not photo.file.parent.is_dir():
            skipped += 1
            notes.append(f"photo {photo.image}: its folder is not there")
            continue
        said = _about(job, photo, bounds)
        try:
            theirs = _existing(job, photo)
            content, stays = (
                (xmp.packet(said), False)
                if theirs is None
                else xmp.merged(theirs, said, replace=job.options.replace_ratings)
            )
            if not job.options.beside:
                content = xmp.without_place(content)
            _replace(target, content)
        except (xmp.NotXmpError, OSError) as error:
            if not job.options.beside and _is_of(error, job.folder):
                raise  # the new folder cannot be written: then there is none at all
            skipped += 1
            why = error.strerror if isinstance(error, OSError) else error
            notes.append(f"photo {photo.image}: its sidecar was left alone: {why}")
            continue
        kept += stays
        others += theirs is None and _beside(photo, adobe=not job.options.adobe_names).is_file()
        if not job.options.beside:
            files.append(target.relative_to(job.folder).as_posix())
    notes += _sums(job, kept, others)
    return Written(files[:1], len(job.photos) - skipped, notes)


def _sums(job: Job, kept: int, others: int) -> Iterator[str]:
    if kept:
        yield f"{kept} ratings that others gave were kept (--replace-ratings)"
    if others:
        how = "without" if job.options.adobe_names else "with"
        has = "photo has" if others == 1 else "photos have"
        yield (
            f"{others} {has} a sidecar of the other name, which was left alone; {how} "
            "--adobe-names it is added to"
        )


def _embedded(job: Job, bounds: tuple[float, ...]) -> Written:
    def made() -> Iterator[copies.Copy]:
        for photo in job.photos:
            said = copies.about(
                photo,
                caption(job, photo),
                copies.Credited(),
                words.stars(photo.score, bounds),
            )
            yield copies.Copy(photo.image, photo.file, job.folder / f"{photo.stem}.jpg", said)

    failed = copies.write(made(), len(job.photos))
    return Written((), len(job.photos) - len(failed), list(copies.notes(failed)))


def _about(job: Job, photo: Photo, bounds: tuple[float, ...]) -> xmp.About:
    reason, _ = words.reasoning(job.catalog, photo, job.choice)
    return xmp.About(
        caption=reason,
        keywords=tuple(filter(None, ("herocat", photo.species, *job.options.keyword))),
        stars=words.stars(photo.score, bounds),
        score=None if photo.score is None else round(photo.score, 2),
    )


def _existing(job: Job, photo: Photo) -> bytes | None:
    """Return the sidecar that lies beside the photo, by the name that is asked for."""
    place = _beside(photo, adobe=job.options.adobe_names)
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None


def _target(job: Job, photo: Photo) -> Path:
    beside = _beside(photo, adobe=job.options.adobe_names)
    if job.options.beside:
        return beside
    place: Path = job.folder / naming.plain(photo.collection) / photo.path
    return place.with_name(beside.name)


def _beside(photo: Photo, *, adobe: bool) -> Path:
    return (
        photo.file.with_suffix(".xmp") if adobe else photo.file.with_name(f"{photo.file.name}.xmp")
    )


def _is_of(error: Exception, folder: Path) -> bool:
    """Return whether an error is of a file below a folder."""
    name = getattr(error, "filename", None)
    return isinstance(name, str | Path) and Path(name).is_relative_to(folder)


def _replace(place: Path, content: bytes) -> None:
    """Write a file whole or not at all; one that is protected from writing raises PermissionError."""
    place = Path(os.path.realpath(place))  # where a link leads
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = place.stat().st_mode if place.exists() else None
    if mode is not None and place.read_bytes() == content:
        return
    if mode is not None and not mode & stat.S_IWUSR:
        raise PermissionError(errno.EACCES, "it is protected from writing", str(place))
    new = place.with_name(f".{place.name}.new")
    try:
        new.write_bytes(content)
        if mode is not None:
            new.chmod(stat.S_IMODE(mode))
        os.replace(new, place)  # noqa: PTH105 - its name says that it replaces
    finally:
        new.unlink(missing_ok=True)


KIND = Kind(
    name="xmp",
    title="XMP sidecars with stars and keywords",
    opens="digiKam, darktable, Immich, Lightroom (raw files)",
    about=(
        "Write XMP sidecars with stars, keywords, score and reason. A sidecar that lies beside a photo already is "
        "read and added to: nothing in it is lost, and a rating that somebody else gave stays. With --beside they "
        "lie beside the photos; with --out, in a folder of their own, without places."
    ),
    examples=(
        "herocat export xmp --beside",
        "herocat export xmp --out sidecars --stars 4,5,6,7,8 --keyword portfolio",
        "herocat export xmp --out copies --embed --top 50",
    ),
    write=write,
    form=Format(
        XMP,
        kept="stars, keywords, score and reason, and all that stood in the sidecar",
        lost="boxes, bursts, the scores of other runs",
    ),
    options=Options,
    by_path=True,
    repeatable=False,
)
