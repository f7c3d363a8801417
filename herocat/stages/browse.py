"""Open the catalog in Datasette, with our pages."""

import ipaddress
import re
import secrets
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from herocat import scales
from herocat.catalog import Catalog, writable
from herocat.errors import CatalogError
from herocat.gallery import index

# Measured on large catalogs: suggesting facets scans whole tables, and counting them takes longer
# than a page should.
_SETTINGS = {
    "suggest_facets": "off",
    "allow_download": "off",
    "num_sql_threads": "4",
    "facet_time_limit_ms": "500",
}

_NOT_OPENED = re.compile("[?#%]|^-")


@dataclass(frozen=True, slots=True)
class Server:
    """How the catalog is to be served."""

    host: str = "127.0.0.1"
    port: int = 8001
    rater: str = ""  # who may rate; empty: nobody
    token: str = ""
    public: bool = False
    sql: bool = False  # any SQL from anybody, where others can reach the server
    names: tuple[str, ...] = ()  # host names to answer to, beside this machine's

    @property
    def alone(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host == "localhost" or _address(self.host).is_loopback

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that a browser may ask for; numbers are always taken."""
        here = socket.gethostname().lower()
        own = ("localhost", self.host, *(() if self.alone else (here, f"{here}.local")))
        return tuple(dict.fromkeys(name.lower() for name in (*own, *self.names)))


def token() -> str:
    """Return what makes a browser the rater's, until the server ends."""
    return secrets.token_urlsafe(16)


def prepare(catalog: Catalog) -> int:
    """Bring the gallery up to date, unless it is; return how many photos changed.

    A catalog that can only be read is shown as it is; raises CatalogError if its gallery was never
    prepared.
    """
    if not writable(catalog.path):
        if index.behind(catalog) and catalog.value("browse.made_at") is None:
            raise CatalogError(
                f"{catalog.path} can only be read here, and its gallery was never prepared: copy it to "
                "a place of your own, or let somebody who may write there run herocat browse once"
            )
        return 0
    changed = 0
    if index.behind(catalog):
        with catalog.only_one("browse"):
            changed = index.refresh(catalog)
    scales.refresh(catalog)
    return changed


def openable(catalog: Path) -> Path:
    """Return the catalog's path as Datasette can open it, through a link if need be.

    Datasette makes an address of the path as it stands, in which ``?``, ``#`` and ``%`` mean
    something else, and takes a dash for an option.
    """
    if not _NOT_OPENED.search(str(catalog)):
        return catalog
    name = re.sub("[?#%]", "_", catalog.name).lstrip("-") or "catalog.db"
    link = Path(tempfile.mkdtemp(prefix="herocat-"), name)
    link.symlink_to(catalog.absolute())
    return link


def command_line(catalog: Path, server: Server, *, open_browser: bool) -> list[str]:
    """Return the command that serves the catalog."""
    trusted = server.alone and not server.public
    settings = _SETTINGS | {
        "default_allow_sql": "on" if server.sql or trusted else "off",
        "sql_time_limit_ms": "15000"
        if trusted
        else "2000",  # a million photos take a while to count
    }
    return [
        sys.executable,
        *("-m", "datasette", "serve", *([] if writable(catalog) else ["-i"]), str(catalog)),
        *("--host", server.host, "--port", str(server.port)),
        *(part for pair in settings.items() for part in ("--setting", *pair)),
        *(["--open"] if open_browser else []),
    ]


def addresses(catalog: Path, server: Server, *, page: str = "") -> list[str]:
    """Return the addresses of a page: the one to open here, and the one for others in the network."""
    from datasette.utils import tilde_encode

    names = [server.host]
    if server.host in {"0.0.0.0", "::"}:  # noqa: S104 - it is the user who asks for it
        names = ["127.0.0.1", _own_address()]
    ending = ""
    if page.startswith("rate") and server.token:
        ending = f"{'&' if '?' in page else '?'}token={server.token}"
    below = f"-/herocat/{tilde_encode(catalog.stem)}/{page}{ending}"
    return [
        f"http://{f'[{name}]' if ':' in name else name}:{server.port}/{below}" for name in names
    ]


def require_free(server: Server) -> None:
    """Raise CatalogError if the port is taken: Datasette would say so with a traceback."""
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((server.host, server.port))
        except OSError as error:
            raise CatalogError(
                f"cannot listen on {server.host} port {server.port} ({error.strerror}); "
                "choose another with --port"
            ) from error


def _own_address() -> str:
    """Return this machine's number in its network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect(("192.0.2.1", 9))
            return str(one.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return ipaddress.ip_address("0.0.0.0")  # noqa: S104 - a name: take it for a reachable one
