"""Candidates that hero-images chose, as a selection beside those made here."""

import json
from typing import Any

from herocat import naming, times
from herocat.catalog import Catalog
from herocat.formats import heroimages, values
from herocat.loaders.finding import Finder
from herocat.loaders.sources import Source


def load(catalog: Catalog, source: Source, finder: Finder) -> dict[str, int]:
    """Add a selection, unless none of its photos is there yet; return counts by name.

    A photo or a burst may stand in several classes there, and only once here: in the class where
    its quality is best. Photos that the catalog does not know are unmatched.
    """
    about = heroimages.about_candidates(source.path)
    found = list[dict[str, Any]]()
    lost = list[tuple[str, str]]()
    for entry in heroimages.candidates(source.path):
        place = entry["original_path"]
        match = finder.match(place)
        path = finder.known(place) or (None if finder.is_guess(place, match) else match.path)
        if path is None:
            lost.append((place, finder.why_lost(place)))
            continue
        found.append(entry | {"path": path})
    catalog.many("given.add_lost", lost)
    found.sort(
        key=lambda entry: (-(values.number(entry.get("quality_score")) or 0.0), entry["path"])
    )
    with catalog.writing():
        chosen = _add(catalog, source, found, about) if found else 0
        catalog.run("given.apply_lost", source=source.id)
    return {
        "photos": len(found) + len(lost),
        "candidates": chosen,
        "repeated": len(found) - chosen,
        "unmatched": len(lost),
        "not_on_disk": 0,
    }


def _add(
    catalog: Catalog, source: Source, found: list[dict[str, Any]], about: dict[str, Any]
) -> int:
    stem = str(about.get("folder_name") or source.path.stem)
    taken = catalog.rows("given.selections_like", name=stem)
    selection = catalog.value(
        "given.add_selection",
        name=naming.free_name(stem, {row["name"] for row in taken}),
        params=json.dumps({"file": catalog.stored(source.path)}),
        basis=catalog.value("select.basis"),
        details=json.dumps({"generation_info": about}, ensure_ascii=False),
        eligible=len(found),
        now=times.now(),
    )
    ranks, chosen = dict[str, int](), 0
    for entry in found:
        category = str(entry.get("category") or "unknown")
        rank = ranks.get(category, 0) + 1
        added = catalog.run(
            "given.add_candidate",
            selection=selection,
            collection=source.collection.id,
            path=entry["path"],
            category=category,
            quality=min(1.0, max(0.0, values.number(entry.get("quality_score")) or 0.0)),
            rank=rank,
        )
        if added:
            ranks[category] = rank
            chosen += 1
    catalog.run("given.count_selection", selection=selection, chosen=chosen)
    return chosen
