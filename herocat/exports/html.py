"""Static pages: a gallery for each label run, that opens from disk with no server."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from herocat.catalog import Catalog
from herocat.exports import pictures
from herocat.exports.rated import Rated, Run, parts
from herocat.pages import Card, CardPart, GalleryPage, RunLink, bars, render

PREVIEW = 1280  # longest side of the larger pictures, pixels
_ASSETS = ("palette.css", "gallery.css", "gallery.js")


@dataclass(frozen=True, slots=True)
class Options:
    """What the pages show: the best so many of each run, places or not, how large the previews."""

    top: int | None = None
    places: bool = False
    preview: int = PREVIEW


def looks() -> str:
    """Return the templates and styles that pages are made with: what changes them, changes pages."""
    templates = resources.files("herocat") / "templates"
    return "".join((templates / name).read_text("utf-8") for name in ("gallery.html", *_ASSETS))


def write(
    catalog: Catalog,
    folder: Path,
    chosen: Mapping[Run, Sequence[Rated]],
    held: Mapping[Run, int],
    options: Options,
) -> list[str]:
    """Write the pages of label runs into an empty folder; return their names, the first is the index."""
    templates = resources.files("herocat") / "templates"
    for asset in _ASSETS:
        (folder / asset).write_text((templates / asset).read_text("utf-8"), "utf-8")
    shown = {run: list(labels)[: options.top] for run, labels in chosen.items()}
    originals = {
        one.image: one.root / one.path if one.on_disk else None
        for labels in shown.values()
        for one in labels
    }
    small = pictures.write(catalog, folder, originals.items(), preview=options.preview)
    names = dict(zip(chosen, _names(list(chosen)), strict=True))
    for run, labels in shown.items():
        links = [RunLink(other.name, names[other], other is run) for other in names]
        cards = [_card(catalog, one, small[one.image], options) for one in labels]
        page = _page(run, chosen[run], cards, links, held[run])
        (folder / names[run]).write_text(render("gallery.html", page), "utf-8")
    return list(names.values())


def _names(runs: Sequence[Run]) -> list[str]:
    """Return a file name for each run's page: the first is ``index.html``."""
    names = ["index.html"]
    for run in runs[1:]:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", run.name).strip("-.") or "run"
        names.append(f"{plain}.html" if f"{plain}.html" not in names else f"{plain}-{run.id}.html")
    return names[: len(runs)]


def _page(
    run: Run,
    labels: Sequence[Rated],
    cards: Sequence[Card],
    links: Sequence[RunLink],
    held: int,
) -> GalleryPage:
    scores = [one.score for one in labels if one.score is not None]
    counts = [0] * 10
    for score in scores:
        counts[min(9, int(score))] += 1
    facts = [(f"{len(cards):,}", "shown")]
    if len(cards) < len(labels):
        facts.append((f"{len(labels):,}", "labeled"))
    if scores:
        facts.append((f"{sum(scores) / len(scores):.1f}", "mean score"))
        facts.append((f"{max(scores):.1f}", "best"))
    if len(scores) < len(labels):
        facts.append((f"{len(labels) - len(scores):,}", "without a score"))
    model = "" if run.model == run.name else f" ({run.model})"
    return GalleryPage(
        title=f"Hero images by {run.name}",
        runs=links,
        facts=facts,
        bars=bars(counts),
        cards=cards,
        held=_held(held),
        footer=f"Scores from 0 to 10 by {run.name}{model}, rater: {run.rater}. Made with herocat.",
    )


def _held(count: int) -> str:
    if not count:
        return ""
    photos = "1 photo is" if count == 1 else f"{count:,} photos are"
    return f"{photos} held back: a person or vehicle, or no detector result. See manifest.json."


def _card(catalog: Catalog, one: Rated, shown: pictures.Shown, options: Options) -> Card:
    details = [one.captured_at.replace("T", " ")[:16]] if one.captured_at else []
    if options.places:
        details += [one.location] if one.location else []
        details.append(one.path)
    return Card(
        image=one.image,
        thumbnail=shown.thumbnail,
        preview=shown.preview,
        score=one.score,
        title=one.species or "animal",
        details=[*details, f"photo {one.image}"],
        reasoning=one.reasoning,
        error=one.error if one.score is None else "",
        parts=[CardPart(p.name, p.value, p.note) for p in parts(catalog, one.label)],
    )
