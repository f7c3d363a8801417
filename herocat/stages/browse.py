"""Open the catalog in Datasette."""

import sys
from pathlib import Path

from herocat.catalog import Catalog

# Measured on large catalogs: suggesting facets scans whole tables, and counting them takes longer
# than a page should.
_SETTINGS = {
    "suggest_facets": "off",
    "allow_download": "off",
    "num_sql_threads": "4",
    "facet_time_limit_ms": "500",
    "sql_time_limit_ms": "2000",
}


def command_line(catalog: Catalog, *, host: str, port: int, open_browser: bool) -> list[str]:
    """Return the command that serves the catalog."""
    settings = [part for pair in _SETTINGS.items() for part in ("--setting", *pair)]
    return [
        sys.executable,
        *("-m", "datasette", "serve", str(catalog.path)),
        *("--host", host, "--port", str(port)),
        *settings,
        *(["--open"] if open_browser else []),
    ]


def address(path: Path, *, host: str, port: int) -> str:
    """Return the page to begin with: the photos, best first."""
    from datasette.utils import tilde_encode

    return f"http://{host}:{port}/{tilde_encode(path.stem)}/best"
