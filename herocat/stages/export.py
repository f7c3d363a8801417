"""Hand over what was chosen: every kind of export goes through the gate and leaves a manifest."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from herocat import __version__
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.exports import folder, html, seed
from herocat.exports.rated import Rated, Run, rated, runs
from herocat.gate import Veto

KINDS = ("html", "seed")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, its pages or files (the first to open), photos and held ones."""

    kind: str
    out: str
    files: tuple[str, ...]
    runs: int
    photos: int
    held: int


def export(
    catalog: Catalog,
    kind: str,
    out: Path,
    *,
    names: Sequence[str] = (),
    options: html.Options | None = None,
) -> Exported:
    """Write an export of the label runs that are named, or of all, in place of an earlier one.

    Raises ChoiceError for an unknown kind or run, and OutputError for a folder that cannot be
    written or holds something else.
    """
    if kind not in KINDS:
        raise ChoiceError(f"there is no export {kind!r}; known are: {', '.join(KINDS)}")
    wanted = _wanted(catalog, names)
    with catalog.only_one("export"), folder.replaced(out) as place:
        chosen, held = dict[Run, list[Rated]](), dict[Run, dict[int, Veto]]()
        for run in wanted:
            chosen[run], held[run] = rated(catalog, run)
        if kind == "html":
            counts = {run: len(vetoed) for run, vetoed in held.items()}
            files = html.write(catalog, place, chosen, counts, options or html.Options())
        else:
            files = seed.write(place, chosen)
        photos = {one.image for labels in chosen.values() for one in labels}
        vetoed = {image: veto for found in held.values() for image, veto in found.items()}
        folder.write_manifest(place, _manifest(kind, wanted, files, len(photos), vetoed))
    return Exported(kind, str(out), tuple(files), len(wanted), len(photos), len(vetoed))


def _wanted(catalog: Catalog, names: Sequence[str]) -> list[Run]:
    known = {run.name: run for run in runs(catalog)}
    if not known:
        raise ChoiceError("nothing has been labeled yet; first: herocat label")
    for name in names:
        if name not in known:
            raise ChoiceError(f"there is no label run {name!r}; there are: {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] or list(known.values())


def _manifest(
    kind: str,
    wanted: Sequence[Run],
    files: Sequence[str],
    photos: int,
    vetoed: dict[int, Veto],
) -> dict[str, object]:
    """Say what was checked, what was held back and why; no path of a held photo is told."""
    return {
        "made_by": f"herocat {__version__}",
        "kind": kind,
        "label_runs": [run.name for run in wanted],
        "files": list(files),
        "photos": photos,
        "checked": [
            "no photo with a person or vehicle in it or in its burst",
            "no photo without a detector result",
            "no EXIF: pictures are encoded anew",
        ],
        "held": [
            {
                "image": veto.image,
                "reason": veto.reason,
                "because_image": veto.because_image,
                "confidence": veto.confidence,
            }
            for _, veto in sorted(vetoed.items())
        ],
    }
