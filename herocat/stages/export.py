"""Hand over what was chosen: every kind of export goes through the gate and leaves a manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
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
    """What the folder holds: its pages or files (the first to open), photos and held ones."""

    kind: str
    out: str
    new: bool  # False: it was there, made from the same, and was left alone
    files: tuple[str, ...]
    runs: int
    photos: int
    held: int


@dataclass(frozen=True, slots=True)
class _Content:
    """What is to be exported: the labels of each run that may leave, and the photos that may not."""

    kind: str
    options: html.Options
    chosen: Mapping[Run, Sequence[Rated]]
    held: Mapping[Run, Mapping[int, Veto]]

    @property
    def photos(self) -> set[int]:
        return {one.image for labels in self.chosen.values() for one in labels}

    @property
    def vetoed(self) -> dict[int, Veto]:
        return {image: veto for found in self.held.values() for image, veto in found.items()}

    def digest(self) -> str:
        """Return a hash of everything that the export depends on."""
        made_by = (__version__, html.looks(), self.kind, self.options)
        return sha256(repr((made_by, self.chosen, self.held)).encode()).hexdigest()


def export(
    catalog: Catalog,
    kind: str,
    out: Path,
    *,
    names: Sequence[str] = (),
    options: html.Options | None = None,
) -> Exported:
    """Write an export of the label runs that are named, or of all, in place of an earlier one.

    An export that was made from the same is left alone. Raises ChoiceError for an unknown kind or
    run, and OutputError for a folder that cannot be written or holds something else.
    """
    if kind not in KINDS:
        raise ChoiceError(f"there is no export {kind!r}; known are: {', '.join(KINDS)}")
    with catalog.only_one("export"):
        content = _gather(catalog, kind, names, options or html.Options())
        digest = content.digest()
        earlier = folder.manifest(out)
        if earlier.get("made_from") == digest:
            return _exported(content, out, earlier["files"], new=False)
        with folder.replaced(out) as place:
            if kind == "html":
                counts = {run: len(vetoed) for run, vetoed in content.held.items()}
                files = html.write(catalog, place, content.chosen, counts, content.options)
            else:
                files = seed.write(place, content.chosen)
            folder.write_manifest(place, _manifest(content, files, digest))
    return _exported(content, out, files, new=True)


def _gather(catalog: Catalog, kind: str, names: Sequence[str], options: html.Options) -> _Content:
    chosen, held = dict[Run, list[Rated]](), dict[Run, dict[int, Veto]]()
    for run in _wanted(catalog, names):
        chosen[run], held[run] = rated(catalog, run)
    return _Content(kind, options, chosen, held)


def _exported(content: _Content, out: Path, files: Sequence[str], *, new: bool) -> Exported:
    return Exported(
        kind=content.kind,
        out=str(out),
        new=new,
        files=tuple(files),
        runs=len(content.chosen),
        photos=len(content.photos),
        held=len(content.vetoed),
    )


def _wanted(catalog: Catalog, names: Sequence[str]) -> list[Run]:
    known = {run.name: run for run in runs(catalog)}
    if not known:
        raise ChoiceError("nothing has been labeled yet; first: herocat label")
    for name in names:
        if name not in known:
            raise ChoiceError(f"there is no label run {name!r}; there are: {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] or list(known.values())


def _manifest(content: _Content, files: Sequence[str], digest: str) -> dict[str, object]:
    """Say what was checked, what was held back and why; no path of a held photo is told."""
    return {
        "made_by": f"herocat {__version__}",
        "made_from": digest,
        "kind": content.kind,
        "label_runs": [run.name for run in content.chosen],
        "files": list(files),
        "photos": len(content.photos),
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
            for _, veto in sorted(content.vetoed.items())
        ],
    }
