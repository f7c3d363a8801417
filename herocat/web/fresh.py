"""Keeping the gallery up to date while a server runs: photos may be taken in meanwhile."""

import threading
import time
from contextlib import suppress
from pathlib import Path

from herocat.catalog import Catalog, writable
from herocat.errors import CatalogError
from herocat.gallery import index

_EVERY = 15.0  # seconds between two looks

_looked: dict[Path, float] = {}
_lock = threading.Lock()


def look(path: Path) -> None:
    """See in the background whether the gallery is behind, now and then, and bring it up to date."""
    if not writable(path):
        return
    now = time.monotonic()
    with _lock:
        if now - _looked.get(path, -_EVERY) < _EVERY:
            return
        _looked[path] = now
    threading.Thread(target=_refresh, args=(path,), daemon=True).start()


def _refresh(path: Path) -> None:
    # Busy, or another server is doing it: the next look is soon.
    with suppress(CatalogError), Catalog(path) as catalog:
        if index.behind(catalog):
            with catalog.only_one("browse"):
                index.refresh(catalog)
