"""The gallery's table: what photos are filtered and sorted by, brought up to date with the catalog.

Everything in it can be made again. Scores are kept by triggers, and so are never behind, unless they
come in bulk; the rest follows what the stages change, and :func:`behind` says when.
"""

from herocat import times
from herocat.catalog import Catalog
from herocat.progress import Progress

_CHUNK = 5_000  # photos per transaction: it holds the write lock for about a tenth of a second


def behind(catalog: Catalog) -> bool:
    """Say whether the catalog has changed since the gallery was brought up to date."""
    return bool(catalog.value("browse.basis") != catalog.value("browse.kept_basis"))


def refresh(catalog: Catalog) -> int:
    """Bring the gallery up to date; return how many photos changed. A kill costs nothing but time."""
    basis = catalog.value("browse.basis")
    span = catalog.one("browse.span")
    assert span is not None
    first, last = span["first"] or 0, span["last"] or -1
    catalog.run("browse.order_names")
    catalog.run("browse.list_held")
    with catalog.writing():
        catalog.run("browse.begin", now=times.now())
        catalog.run("browse.name_facets")
        catalog.run("browse.drop_gone")
    changed = 0
    with Progress("preparing the gallery", max(0, last - first + 1)) as progress:
        for start in range(first, last + 1, _CHUNK):
            end = min(start + _CHUNK - 1, last)
            with catalog.writing():
                changed += catalog.run("browse.fill", first=start, last=end)
            progress.step(end - start + 1)
    _make_paths_searchable(catalog, last)
    with catalog.writing():
        catalog.run("browse.count_facets")
        catalog.run("browse.keep_basis", basis=basis, now=times.now())
    catalog.connection.execute("analyze gallery")
    return changed


def _make_paths_searchable(catalog: Catalog, last: int) -> None:
    known = catalog.one("browse.searched_paths")
    assert known is not None
    if known["paths"] != (known["photos"] or 0):  # some of those photos are gone
        with catalog.writing():
            catalog.run("browse.rebuild_paths")
        return
    for start in range(known["last"] + 1, last + 1, _CHUNK):
        with catalog.writing():
            catalog.run("browse.add_paths", first=start, last=min(start + _CHUNK - 1, last))
