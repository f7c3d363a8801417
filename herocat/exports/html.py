"""Static pages: a gallery for each label run, and how the runs compare; they open from disk."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from herocat import naming
from herocat.catalog import Catalog
from herocat.exports import cards, chosen, sample
from herocat.exports.chosen import Photo
from herocat.exports.kind import Job, Kind, Written, option
from herocat.exports.pictures import Pictures
from herocat.exports.rated import Asked, Rated
from herocat.exports.sides import Sides
from herocat.pages import (
    Card,
    ComparePage,
    GalleryPage,
    IndexPage,
    Link,
    SideRow,
    bars,
    leaves,
    render,
)

PREVIEW = 1280  # longest side of the larger pictures, pixels
INDEX, COMPARE = "index.html", "compare.html"
_ASSETS = ("palette.css", "gallery.css", "gallery.js")
_DISPUTED = 6  # photos on the first page


@dataclass(frozen=True, slots=True)
class Options:
    """What the pages show, and how."""

    top: int | None = option(None, "Only the best so many of each run.", low=1)
    sort: str = option("score", "The order of the photos.", choices=("score", "name"))
    top_only: bool = option(False, "Leave out photos that got no score.")
    sample: int | None = option(None, "So many photos at random, the same in every run.", low=1)
    random_seed: int = option(0, "Another number, another sample.")
    sample_from: Path | None = option(
        None, "Only photos of this list (.txt, .json), labels file or folder.", metavar="LIST"
    )
    places: bool = option(False, "Show locations and paths, but of sensitive species.")
    previews: int = option(
        PREVIEW,
        "Longest side of the larger pictures; 0 leaves them out.",
        low=0,
        high=8192,
        metavar="PIXELS",
    )
    per_page: int = option(120, "Photos on a page.", low=1, high=2000)

    def asked(self, catalog: Catalog) -> Asked:
        """Return which labels of the runs are wanted."""
        listed = None if self.sample_from is None else sample.images(catalog, self.sample_from)
        return Asked(self.sort, not self.top_only, self.top, self.sample, self.random_seed, listed)


class _Site:
    """The pages of an export: what they have in common, and their names."""

    def __init__(self, job: Job) -> None:
        self.catalog, self.folder, self.options = job.catalog, job.folder, job.options
        self.runs: Sequence[Rated] = job.runs
        self.pictures = Pictures(job.catalog, job.folder, job.options.previews)
        self.secrets = {image: secret for one in job.runs for image, secret in one.secrets.items()}
        self.held = {image for one in job.runs for image in one.held}
        self.names = _names([one.run.name for one in job.runs])
        self.sides = Sides(job.runs) if len(job.runs) > 1 else None

    def photo(self, image: int) -> Photo:
        return chosen.photo(self.catalog, image, None, self.secrets.get(image))

    def links(self, current: str) -> list[Link]:
        """Return the links at the head of a page; one run alone needs none."""
        if self.sides is None:
            return []
        named = [
            ("All runs", INDEX),
            *zip((one.run.name for one in self.runs), self.names, strict=True),
        ]
        return [
            Link(name, href, href == current) for name, href in [*named, ("Side by side", COMPARE)]
        ]

    def sentence(self) -> str:
        """Say what was held back."""
        if not self.held:
            return ""
        photos = "1 photo is" if len(self.held) == 1 else f"{len(self.held):,} photos are"
        return f"{photos} held back: a person or vehicle, not public, or no detector result. See manifest.json."

    def card(self, one: Rated, number: int) -> Card:
        label = one.label(number)
        others = self.sides.others(one, label.image, label.score) if self.sides else ()
        return cards.rated(
            self.photo(label.image),
            label,
            self.pictures[label.image],
            one,
            others,
            places=self.options.places,
        )

    def save(self, name: str, template: str, page: object) -> None:
        (self.folder / name).write_text(render(template, page), "utf-8")


def write(job: Job) -> Written:
    """Write the pages of label runs; the first to open is the index."""
    site = _Site(job)
    templates = resources.files("herocat") / "templates"
    for asset in _ASSETS:
        (job.folder / asset).write_text((templates / asset).read_text("utf-8"), "utf-8")
    images = dict.fromkeys(image for one in job.runs for image in (*one.images, *one.absent))
    site.pictures.write(map(site.photo, images), len(images))
    for one, name in zip(job.runs, site.names, strict=True):
        _gallery(site, one, name)
    if site.sides is not None:
        _compare(site, site.sides)
        _index(site, site.sides)
    return Written([INDEX, *(name for name in site.names if name != INDEX)], len(images))


def _gallery(site: _Site, one: Rated, name: str) -> None:
    total = len(one.labels) + len(one.absent)
    names = _leaf_names(name, total, site.options.per_page)
    for place, leaf in enumerate(names):
        first = place * site.options.per_page
        shown = [
            site.card(one, number)
            if number < len(one.labels)
            else cards.absent(
                site.photo(image := one.absent[number - len(one.labels)]), site.pictures[image], one
            )
            for number in range(first, min(total, first + site.options.per_page))
        ]
        page = GalleryPage(
            title=f"Hero images by {one.run.name}",
            links=site.links(name),
            facts=cards.facts(one),
            bars=bars(one.stats.bins),
            cards=shown,
            leaves=leaves(names, place),
            held=site.sentence(),
            footer=cards.footer(one),
        )
        site.save(leaf, "gallery.html", page)


def _compare(site: _Site, sides: Sides) -> None:
    images = sides.by_spread()
    names = _leaf_names(COMPARE, len(images), site.options.per_page)
    for place, leaf in enumerate(names):
        first = place * site.options.per_page
        page = ComparePage(
            title="Side by side",
            links=site.links(COMPARE),
            names=[one.run.name for one in site.runs],
            rows=list(_rows(site, sides, images[first : first + site.options.per_page])),
            leaves=leaves(names, place),
            held=site.sentence(),
            footer="The photos that the runs differ on most come first. Made with herocat.",
        )
        site.save(leaf, "compare.html", page)


def _index(site: _Site, sides: Sides) -> None:
    page = IndexPage(
        title=f"{len(site.runs)} label runs",
        links=site.links(INDEX),
        runs=[
            cards.summary(one, name, [site.card(one, n) for n in range(min(5, len(one.labels)))])
            for one, name in zip(site.runs, site.names, strict=True)
        ],
        pairs=list(cards.pairs(site.catalog, [one.run for one in site.runs])),
        disputed=list(_rows(site, sides, sides.disputed()[:_DISPUTED])),
        names=[one.run.name for one in site.runs],
        compare=COMPARE,
        held=site.sentence(),
        footer="Scores run from 0 to 10. Made with herocat.",
    )
    site.save(INDEX, "index.html", page)


def _rows(site: _Site, sides: Sides, images: Sequence[int]) -> Iterator[SideRow]:
    for image in images:
        photo, shown = site.photo(image), site.pictures[image]
        labels = [
            None if number is None else (one, one.label(number))
            for one, number in sides.labels(image)
        ]
        yield cards.side(photo, shown, labels, sides.spread(image), places=site.options.places)


def _names(runs: Sequence[str]) -> list[str]:
    """Return a file name for each run's page: of one run alone, ``index.html``."""
    if len(runs) == 1:
        return [INDEX]
    names = [INDEX, COMPARE]
    for number, run in enumerate(runs, 1):
        letters = re.sub(r"[^A-Za-z0-9.-]+", "-", run).strip("-.").lower()
        plain = naming.plain(letters or "run")
        names.append(f"{plain}.html" if f"{plain}.html" not in names else f"{plain}-{number}_.html")
    return names[2:]


def _leaf_names(first: str, count: int, per_page: int) -> list[str]:
    stem = first.removesuffix(".html")
    more = range(2, max(1, -(-count // per_page)) + 1)
    return [first, *(f"{stem}_{number}.html" for number in more)]


KIND = Kind(
    name="html",
    title="pages with pictures, scores and reasons",
    opens="any browser, from disk",
    about=(
        "Write pages with pictures, scores and reasons that open from disk, with no server: a gallery for "
        "each label run, and for several runs how they agree, and where they do not."
    ),
    examples=(
        "herocat export html --out site",
        "herocat export html --out site --run gemini --run baseline --top 500",
        "herocat export html --out site --sample 300 --random-seed 7",
        "herocat export html --out foxes --species fox --light day --since 2024-05 --min-score 7",
        "herocat export html --out best --album best",
    ),
    write=write,
    options=Options,
    chooses="runs",
)
