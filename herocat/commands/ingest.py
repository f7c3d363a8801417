"""``herocat ingest``."""

from dataclasses import asdict
from pathlib import Path

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.formats import known, sniff
from herocat.formats.scores import Scores, parse as parse_scores
from herocat.formats.timelapse import parse_columns
from herocat.loaders.readers import Options
from herocat.stages import ingest as stage


@click.command()
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that the paths in files start from; it need not exist yet.",
)
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help=f"Read files as this format, whatever they look like: {', '.join(one.name for one in known.KNOWN)}.",
)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=stage.MIN_CONFIDENCE,
    show_default=True,
    help="Leave out detections below it.",
)
@click.option(
    "--ratings",
    is_flag=True,
    help="Read the judgements beside and inside the photos of a folder: XMP, Labelme.",
)
@click.option(
    "--score",
    "scores",
    metavar="SIGN=N",
    multiple=True,
    help="What a sign of liking is worth from 0 to 10, as favorite=8.5; may be given again.",
)
@click.option(
    "--column",
    "columns",
    metavar="NAME=WHAT",
    multiple=True,
    help="What a column of Timelapse holds: species, count, location, sequence or score.",
)
@click.option(
    "--location-from",
    metavar="REGEX",
    help="Find the place of photos without one in their path: its one group, as '^([^/]+)/'.",
)
@click.option(
    "--recursive/--no-recursive",
    default=True,
    help="Look for photos in the folders of a folder, too; so it is unless you say --no-recursive.",
)
@click.option(
    "--fetch", is_flag=True, help="Fetch photos that are at an address into the root's folder."
)
@click.option(
    "--strip-prefix", default="", help="Take this folder off the paths in files that begin with it."
)
@click.option("--add-prefix", default="", help="Put this folder before the paths in files.")
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    paths: tuple[Path, ...],
    root: Path | None,
    form: str | None,
    min_confidence: float,
    ratings: bool,
    scores: tuple[str, ...],
    columns: tuple[str, ...],
    location_from: str | None,
    fetch: bool,
    recursive: bool,
    strip_prefix: str,
    add_prefix: str,
    as_json: bool,
) -> None:
    """Take in folders of photos and results files, in any order.

    What a file is, is told by its content. A folder is compared with what is known: only new and
    changed photos are read. The same file again does nothing; a changed one takes the place of
    what it said before.

    \b
    herocat ingest photos detections.json sequences.json
    herocat ingest --root /disk/photos detections.json
    herocat ingest --strip-prefix 'D:\\project' --add-prefix 2024 detections.json
    herocat ingest camtrap-package
    herocat ingest --root photos --fetch urls.txt
    herocat ingest --ratings --score 5-stars=10 photos
    herocat ingest --root photos --column Species=species --score Hero=9 ImageData.csv
    """
    chosen = sniff.named(form) if form else None
    options = Options(
        min_confidence,
        Scores(parse_scores(scores)),
        parse_columns(columns),
        strip=strip_prefix,
        add=add_prefix,
    )
    taken = stage.ingest(
        catalog,
        paths,
        root=root,
        form=chosen,
        options=options,
        ratings=ratings,
        location_from=location_from,
        fetch=fetch,
        recursive=recursive,
    )
    for one in taken:
        answer(_line(one), asdict(one), as_json=as_json)
        if one.advice:
            click.echo(f"note: {one.advice}", err=True)


def _line(one: stage.Ingested) -> str:
    if one.format == known.BESIDE_IMAGES:
        return f"{one.path}: {one.format}, read with the images beside it"
    if not one.new and one.format not in {"folder", "fetched", "places"}:
        return f"{one.path}: {one.format}, was taken in before; nothing to do"
    counts = one.counts
    parts = [number(counts["photos"], "photo")]
    if one.format == "folder":
        parts.append(f"{counts['read']:,} new or changed" if one.new else "none new or changed")
    if counts.get("detections") or one.format in known.DETECTIONS:
        parts.append(number(counts["detections"], "detection"))
    if counts.get("sequences"):
        parts.append(number(counts["sequences"], "sequence"))
    parts += [number(counts[key], key[:-1]) for key in _KINDS if counts.get(key)]
    parts += [f"{counts[key]:,} {words}" for key, words in _REMARKS.items() if counts.get(key)]
    return f"{one.path}: {one.format}, {', '.join(parts)}"


_KINDS = ("observations", "judgements", "candidates")
_REMARKS = {
    "failed_judgements": "without a score",
    "not_fetched": "could not be fetched (herocat status --files)",
    "private": "private: they must not leave",
    "unmatched": "not matched (table unmatched)",
    "unreadable": "unreadable",
    "failures": "failed in the detector",
    "repeated": "listed twice",
    "respelled": "put to photos that the disk spells otherwise",
    "not_on_disk": "not on disk",
    "gone": "no longer on disk",
    "outside": "skipped: links that lead out of the folder",
}
