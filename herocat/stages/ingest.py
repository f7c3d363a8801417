"""Take in what a camera-trap project has lying around: folders of photos and results files."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from herocat import times
from herocat.catalog import Catalog
from herocat.errors import ChoiceError, InputError
from herocat.formats import camtrap, known, megadetector, sniff
from herocat.formats.megadetector import HeaderDiffersError
from herocat.formats.values import Floor
from herocat.loaders import (
    advice as advise,
    files as whole_files,
    intake,
    parcels,
    photos,
    places,
    readers,
    remote,
    sources,
)
from herocat.loaders.intake import Taken
from herocat.loaders.parcels import Job, Packed
from herocat.loaders.readers import Options
from herocat.loaders.sources import Collection, OutsideError, Source
from herocat.parallel import EndedError
from herocat.progress import Progress

MIN_CONFIDENCE = 0.05  # detections below it are noise to every later stage


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one folder or file that was given: its format, and counts by name."""

    path: str
    format: str
    new: bool  # False: nothing in it that the catalog did not have
    counts: dict[str, int]
    advice: str = ""  # what the user may want to do about it


def ingest(
    catalog: Catalog,
    given: Sequence[Path],
    *,
    root: Path | None = None,
    form: str | None = None,
    options: Options | None = None,
    ratings: bool = False,
    location_from: str | None = None,
    fetch: bool = False,
    recursive: bool = True,
) -> Iterator[Ingested]:
    """Take in folders and files in turn, and yield what each held; what was known is skipped.

    Folders come first, so that files are joined with the photos that they name; a folder that is a
    package is read as one, too. Then come files that say when and where photos were taken, then
    those that say what is in them, then judgements. ``ratings`` reads the judgements beside and
    inside the photos of folders; ``location_from`` is a pattern that finds a photo's place in its
    path; ``fetch`` fetches photos that are elsewhere; without ``recursive`` only photos in the given
    folders themselves are looked for. A file that cannot be used leaves nothing behind, and raises
    InputError.
    """
    options = options or Options(MIN_CONFIDENCE)
    place_of = places.pattern(location_from) if location_from else None
    for path in given:
        if not path.exists():
            raise ChoiceError(f"there is no file or folder {path}; nothing was taken in")
    folders = [path for path in given if path.is_dir()]
    forms = sniff.forms((path for path in given if not path.is_dir()), form)
    readers.refuse_unknown(forms, options, flags=ratings)
    where = (catalog, root, folders, forms, options)
    with catalog.only_one("ingest"):
        _tidy(catalog)
        changed = False
        steps = chain(
            _all_folders(*where, ratings=ratings, recursive=recursive),
            _all_files(*where),
            _places(*where, place_of) if place_of else (),
            _fetch(catalog) if fetch else (),
        )
        for report in steps:
            changed |= report.new
            yield report
        if changed:
            catalog.run("ingest.refresh_statistics")


def _tidy(catalog: Catalog) -> None:
    sources.tidy(catalog)
    intake.count_frames(catalog)


def _places(  # noqa: PLR0917 - what was given, and the pattern
    catalog: Catalog,
    root: Path | None,
    folders: Sequence[Path],
    forms: Mapping[Path, str],
    options: Options,
    place_of: re.Pattern[str],
) -> Iterator[Ingested]:
    """Take the places of photos from their paths, where no file tells them."""
    homes = [_collection(catalog, root, folders, folder) for folder in folders]
    homes += [_home(catalog, root, folders, *one, options) for one in forms.items()]
    for collection in {home.id: home for home in homes}.values():
        found = places.load(catalog, collection, place_of)
        advice = advise.unplaced(place_of.pattern, found)
        counts = {"photos": found.placed}
        yield Ingested(str(collection.root), "places", bool(found.placed), counts, advice)


def _fetch(catalog: Catalog) -> Iterator[Ingested]:
    """Fetch the photos that are elsewhere, into the folders of their collections."""
    for row in list(catalog.rows("ingest.collections")):
        root = catalog.placed(row["root"]).resolve()
        done = remote.load(catalog, Collection(row["id"], root))
        counts = {"photos": done.fetched, "not_fetched": done.failed}
        yield Ingested(str(root), "fetched", new=bool(done.fetched), counts=counts)


def _collection(
    catalog: Catalog,
    root: Path | None,
    folders: Sequence[Path],
    folder: Path | None,
    *,
    file: Path | None = None,
    options: Options | None = None,
) -> Collection:
    """Find or make the collection: the root given, else the folder itself, else the only one.

    Of several the one that the file lies in is taken. For a file, ``options`` say how its paths
    are turned into those of the collection.
    """
    strip, add = (options.strip, options.add) if options else ("", "")
    have = {
        row["id"]: catalog.placed(row["root"]).resolve()
        for row in catalog.rows("ingest.collections")
    }
    if root is None and folder is None:
        roots = {path.resolve() for path in folders} or set(have.values())
        around = [there for there in roots if file and file.resolve().is_relative_to(there)]
        if len(roots) > 1 and len(around) == 1:
            roots = set(around)
        if len(roots) != 1:
            raise ChoiceError(
                "which folder do the paths in the file start from? Say so with --root DIR "
                "(it need not exist yet); nothing was taken in"
            )
        (place,) = roots
    else:
        place = (root or folder or Path()).resolve()
    for number, there in have.items():
        if place.is_relative_to(there):
            below = "" if folder or place == there else f"{place.relative_to(there).as_posix()}/"
            return Collection(number, there, below, strip, add)
        if there.is_relative_to(place):
            raise ChoiceError(
                f"{place} holds the collection {there}, and a photo belongs to one collection; "
                f"ingest {there}, or begin a new catalog for the larger folder"
            )
    with catalog.writing():
        name = place.name or str(place)
        number = catalog.value("ingest.add_collection", root=catalog.stored(place), name=name)
    return Collection(number, place, "", strip, add)


def _folder(
    catalog: Catalog,
    collection: Collection,
    folder: Path,
    files: Iterable[Path],
    *,
    recursive: bool = True,
) -> Ingested:
    place = folder.resolve()
    if not place.is_relative_to(collection.root):
        raise ChoiceError(f"{folder} is not inside the root {collection.root}")
    where = {"collection": collection.id, "path": catalog.stored(place)}
    with catalog.writing():
        source = catalog.value("ingest.folder_source", **where) or catalog.value(
            "ingest.add_folder", **where, now=times.now()
        )
    with Progress("finding photos") as progress:
        scan = photos.load if recursive else photos.load_flat
        scanned = scan(catalog, collection, place, source, progress)
    new = bool(scanned.read or scanned.gone)
    with catalog.writing():
        catalog.run(
            "ingest.finish_folder",
            source=source,
            images=scanned.photos,
            now=times.now(),
            changed=new,
        )
    counts = {name: getattr(scanned, name) for name in photos.Scanned.__slots__}
    advice = advise.too_early(catalog, collection, files) if new else ""
    return Ingested(str(folder), "folder", new, counts, advice)


def _all_folders(
    catalog: Catalog,
    root: Path | None,
    folders: Sequence[Path],
    files: Iterable[Path],
    options: Options,
    *,
    ratings: bool,
    recursive: bool,
) -> Iterator[Ingested]:
    """Take in each folder's photos, then the package that it is, then what lies beside the photos.

    ``files`` are those that are given with them.
    """
    for folder in folders:
        collection = _collection(catalog, root, folders, folder)
        yield _folder(catalog, collection, folder, files, recursive=recursive)
        here = _at(collection, folder)
        package = folder / "datapackage.json"
        if package.is_file() and camtrap.is_package(package):
            yield _whole_file(catalog, here, package, known.CAMTRAP, options)
        if ratings:
            yield _whole_file(catalog, here, folder / "*", known.RATINGS, options)


def _at(collection: Collection, folder: Path) -> Collection:
    """Return the collection as a file sees it whose paths start from a folder of it."""
    place = folder.resolve()
    if not place.is_relative_to(collection.root):
        return collection
    below = "" if place == collection.root else f"{place.relative_to(collection.root).as_posix()}/"
    return replace(collection, prefix=below)


def _all_files(
    catalog: Catalog,
    root: Path | None,
    folders: Sequence[Path],
    forms: Mapping[Path, str],
    options: Options,
) -> Iterator[Ingested]:
    """Take in files: those that say many kinds of things, then detector results, then judgements.

    What they take the place of is then removed.
    """
    beside = [file for file, form in forms.items() if form == known.BESIDE_IMAGES]
    whole = [file for file, form in forms.items() if whole_files.takes(file, form)]
    fast = {file: form for file, form in forms.items() if file not in {*beside, *whole}}
    for file in beside:
        yield Ingested(str(file), forms[file], new=False, counts={})
    for file in whole:
        if forms[file] not in known.JUDGEMENTS:
            collection = _home(catalog, root, folders, file, forms[file], options)
            yield _whole_file(catalog, collection, file, forms[file], options)
    yield from _files(catalog, root, folders, fast, options)
    for file in whole:
        if forms[file] in known.JUDGEMENTS:
            collection = _home(catalog, root, folders, file, forms[file], options)
            yield _whole_file(catalog, collection, file, forms[file], options)
    _tidy(catalog)


def _home(  # noqa: PLR0917 - what was given, and the file
    catalog: Catalog,
    root: Path | None,
    folders: Sequence[Path],
    file: Path,
    form: str,
    options: Options,
) -> Collection:
    """Return the collection of a file's photos; that of a package starts from the folder that it is."""
    if form != known.CAMTRAP or camtrap.is_zip(file):
        return _collection(catalog, root, folders, None, file=file, options=options)
    collection = _collection(catalog, root, folders, file.parent, file=file, options=options)
    return _at(collection, file.parent)


def _whole_file(
    catalog: Catalog, collection: Collection, path: Path, form: str, options: Options
) -> Ingested:
    try:
        taken = whole_files.take(catalog, collection, path, form, options)
    except OutsideError as outside:
        names = whole_files.named(catalog, collection, path, form, options)
        raise InputError(f"{outside}{advise.proposal(catalog, collection, names)}") from None
    if taken is None:
        return Ingested(str(path), form, new=False, counts={})
    advice = advise.missing(taken.source, taken.counts)
    if advice:
        names = whole_files.named(catalog, collection, path, form, options)
        advice += advise.proposal(catalog, collection, names)
    notes = (advice, advise.elsewhere(catalog, taken.source), readers.note(path, form))
    advice = "; ".join(filter(None, notes))
    return Ingested(str(path), form, new=True, counts=taken.counts, advice=advice)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file whose reading has begun; without a source it is known already."""

    job: Job
    source: Source | None
    parcels: Iterator[Packed]


def _files(
    catalog: Catalog,
    root: Path | None,
    folders: Sequence[Path],
    forms: Mapping[Path, str],
    options: Options,
) -> Iterator[Ingested]:
    """Take in files; while one is taken in, a process of its own begins to read the next."""
    ordered = sorted(forms, key=lambda file: forms[file] in known.DETECTIONS)
    least = options.min_confidence
    floor = Floor(least, min(least, catalog.value("select.person_confidence")))
    with ExitStack() as opened:
        begun = (
            _begin(
                catalog,
                _collection(catalog, root, folders, None, options=options),
                Job(file, forms[file], floor),
                opened,
            )
            for file in ordered
        )
        following = next(begun, None)
        while following is not None:
            present, following = following, next(begun, None)
            try:
                yield _file(catalog, present)
            except InputError:
                for left in (present, following):
                    if left is not None and left.source is not None:
                        sources.discard(catalog, left.source.id, forget=True)
                raise


def _begin(catalog: Catalog, collection: Collection, job: Job, opened: ExitStack) -> _Begun:
    params = job.floor.params() if job.form in known.DETECTIONS else {}
    source = sources.start(catalog, collection, job.path, job.form, params)
    if source is None:
        return _Begun(job, None, iter(()))
    return _Begun(job, source, opened.enter_context(parcels.reading(job, collection)))


def _file(catalog: Catalog, begun: _Begun) -> Ingested:
    job, source = begun.job, begun.source
    if source is None:
        return Ingested(str(job.path), job.form, new=False, counts={})
    with Progress(f"reading {job.path.name}") as progress:
        try:
            taken = intake.take(catalog, source, begun.parcels, progress)
        except HeaderDiffersError as found:
            sources.clear(catalog, source.id)
            again = replace(job, header=found.header)
            with parcels.reading(again, source.collection) as packed:
                taken = intake.take(catalog, source, packed, progress)
        except EndedError:
            raise InputError(
                f"the process that read {job.path} was ended from outside, perhaps for want of "
                "memory; nothing was taken from the file: run this again"
            ) from None
        except OutsideError as outside:
            proposal = advise.proposal(catalog, source.collection, parcels.named(job))
            raise InputError(f"{outside}{proposal}") from None
    counts = _counts(catalog, source, job.form, taken)
    sources.finish(catalog, source, images=counts["photos"], info=taken.info)
    advice = advise.missing(source, counts)
    if advice:
        advice += advise.proposal(catalog, source.collection, parcels.named(job))
    elif job.form == known.MEGADETECTOR:
        advice = megadetector.advice(taken.info, catalog.value("select.animal_confidence"))
    notes = (advice, advise.elsewhere(catalog, source), readers.note(job.path, job.form))
    advice = "; ".join(filter(None, notes))
    return Ingested(str(job.path), job.form, new=True, counts=counts, advice=advice)


def _counts(catalog: Catalog, source: Source, form: str, taken: Taken) -> dict[str, int]:
    """Count what the catalog has of a file now."""
    if form not in known.DETECTIONS:
        sequences = catalog.value("ingest.count_sequences", source=source.id)
        counts = {"photos": taken.entries, "sequences": sequences, "not_on_disk": taken.missing}
    else:
        row = catalog.one("ingest.result_counts", source=source.id, collection=source.collection.id)
        assert row is not None
        counts = {**dict(row), "repeated": taken.entries + taken.copies - row["photos"]}
    return {**counts, "respelled": taken.respelled}
