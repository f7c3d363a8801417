"""Hand over what was chosen: every kind of export goes through the gate and leaves a manifest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from herocat import __version__
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.exports import chosen, folder, rated
from herocat.exports.chosen import Held, Photos
from herocat.exports.filters import Choice
from herocat.exports.kind import Job, Kind, Written
from herocat.exports.rated import Rated
from herocat.exports.registry import KINDS, looks
from herocat.gate import Veto, releasing

CHECKED = (
    "no photo with a person or vehicle in it or in its burst",
    "no photo that a file says is not public",
    "no photo without a detector result",
    "no EXIF, maker notes or GPS position of the camera in any picture",
    "no place of a photo with a sensitive species in its burst",
    "no strip of text of the camera on such a photo, where one was found along an edge",
)


@dataclass(frozen=True, slots=True)
class Exported:
    """What the folder holds: its pages or files (the first to open), photos and held ones."""

    kind: str
    out: str
    new: bool  # False: it was there, made from the same, and was left alone
    files: tuple[str, ...]
    photos: int
    held: int
    notes: tuple[str, ...]
    released: tuple[Veto, ...] = ()


def export(
    catalog: Catalog,
    name: str,
    out: Path | None,
    *,
    choice: Choice | None = None,
    options: Any = None,  # noqa: ANN401 - of the kind
    release: Sequence[int] = (),
    reason: str = "",
) -> Exported:
    """Write an export in place of an earlier one; one that was made from the same is left alone.

    The photos of ``release`` may leave although they are held; that is recorded, with the reason,
    when the export is written, and just before it can be seen.

    Raises ChoiceError for an unknown kind or name, and OutputError for a folder that cannot be
    written or holds something else. Without ``out``, a kind that can do so writes beside the photos.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise ChoiceError(f"there is no export {name!r}; known are: {', '.join(KINDS)}")
    choice, options = choice or Choice(), options or kind.options()
    with catalog.only_one("export"), releasing(catalog, release, reason) as releases:
        photos, runs = _gather(catalog, kind, choice, options)
        job = Job(catalog, Path(), options, choice, photos, runs)
        done = _put(kind, job, out, releases.keep)
    return replace(done, released=releases.overruled)


def _put(kind: Kind, job: Job, out: Path | None, keep: Callable[[], None]) -> Exported:
    """Write what was gathered, unless it is there; ``keep`` is called just before it can be seen."""
    choice, photos, runs = job.choice, job.photos, job.runs
    if out is None:
        written = kind.write(job)
        keep()
        return _exported(kind, choice, "", written, _held(photos, runs, written), new=True)
    digest = _digest(kind, choice, job.options, photos, runs) if kind.repeatable else ""
    earlier = folder.manifest(folder.tidied(out))
    if digest and earlier.get("made_from") == digest and folder.is_whole(out):
        same = Written(earlier["open"], earlier["photos"], earlier["notes"])
        keep()
        return _exported(kind, choice, str(out), same, _held(photos, runs, same), new=False)
    with folder.replaced(out) as place:
        job = replace(job, folder=place)
        written = kind.write(job)
        held = _held(photos, runs, written)
        content = _manifest(job.catalog, job, kind, written, held)
        folder.write_manifest(place, {**content, "made_from": digest})
        keep()
    return _exported(kind, choice, str(out), written, held, new=True)


def _gather(
    catalog: Catalog,
    kind: Kind,
    choice: Choice,
    options: Any,  # noqa: ANN401
) -> tuple[Photos, Sequence[Rated]]:
    none = Photos(catalog, {}, {}, {})
    if kind.chooses == "runs":
        asked = options.asked(catalog)
        return none, rated.rated(catalog, choice, asked, by_path=kind.by_path)
    if kind.chooses == "photos":
        return chosen.choose(catalog, choice, by_path=kind.by_path, top=kind.top), ()
    return none, ()


def _digest(
    kind: Kind,
    choice: Choice,
    options: Any,  # noqa: ANN401
    photos: Photos,
    runs: Sequence[Rated],
) -> str:
    """Return a hash of everything that the export depends on."""
    digest = sha256(repr((__version__, looks(), kind.name, choice, options)).encode())
    digest.update(repr((photos.held, [(one.run, one.held, one.absent) for one in runs])).encode())
    for photo in photos:
        digest.update(repr(photo).encode())
    seen = dict[int, int]()
    for one in runs:
        for label in one:
            digest.update(repr(label).encode())
            seen[label.image] = 1
    for image in seen:
        secret = next((one.secrets[image] for one in runs if image in one.secrets), None)
        digest.update(repr(chosen.photo(photos.catalog, image, None, secret)).encode())
    return digest.hexdigest()


def _held(photos: Photos, runs: Sequence[Rated], written: Written) -> dict[int, Held]:
    found = dict(photos.held)
    for one in runs:
        found |= one.held
    return found | dict(written.held)


def _manifest(
    catalog: Catalog, job: Job, kind: Kind, written: Written, held: Mapping[int, Held]
) -> dict[str, object]:
    """Say what was checked, what was held back and why; no path of a held photo is told."""
    choice, options, photos, runs = job.choice, job.options, job.photos, job.runs
    left = {*photos.scores, *written.images, *(image for one in runs for image in one.images)}
    secret = {*photos.secrets, *written.secret, *(image for one in runs for image in one.secrets)}
    return {
        "made_by": f"herocat {__version__}",
        "kind": kind.name,
        "options": {
            key: value
            for key, value in (_plain(choice) | _plain(options)).items()
            if value not in (None, (), False)
        },
        "label_runs": [one.run.name for one in runs] or list(choice.runs),
        "open": list(written.files),
        "photos": written.photos,
        "checked": list(CHECKED)
        if not (kind.by_path and choice.own_use)
        else [*CHECKED[:-2], "for the user's own use: paths may tell places of sensitive species"],
        "held": [asdict(one) for _, one in sorted(held.items())],
        "places_not_told": sorted(secret & left),
        "released": [
            dict(row)
            for image in sorted(left)
            for row in catalog.rows("gate.releases", image=image)
        ],
        "notes": list(written.notes),
    }


def _plain(options: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return options as JSON can hold them; no folder of this machine and no place is told."""
    values = {one.name: getattr(options, one.name) for one in fields(options)}
    if values.get("location"):
        values["location"] = "not told"
    return {
        name: value.name if isinstance(value, Path) else value for name, value in values.items()
    }


def _exported(
    kind: Kind, choice: Choice, out: str, written: Written, held: Mapping[int, Held], *, new: bool
) -> Exported:
    return Exported(
        kind=kind.name,
        out=out,
        new=new,
        files=tuple(written.files),
        photos=written.photos,
        held=len(held),
        notes=(*written.notes, *_advice(held, choice)),
    )


def _advice(held: Mapping[int, Held], choice: Choice) -> list[str]:
    """Say what to do about photos that stay because of their paths; it is said to the user alone."""
    if choice.one_place:
        return [
            "an export of one place is without photos of sensitive species: it would tell theirs"
        ]
    count = sum(one.reason == chosen.SENSITIVE for one in held.values())
    if not count:
        return []
    what = "1 photo is held" if count == 1 else f"{count:,} photos are held"
    said = f"{what} because paths tell where sensitive species live"
    return [f"{said}; for tools of your own, add --own-use"]
