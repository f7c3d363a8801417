"""Where a server stands: on this machine, on a private network, or anywhere else."""

import ipaddress
import socket
from enum import IntEnum
from urllib.parse import urlsplit

from herocat.errors import ChoiceError


class Distance(IntEnum):
    """How far a photo goes that is sent there."""

    HERE = 0  # this machine: nothing leaves
    PRIVATE = 1  # a machine of the same network
    REMOTE = 2  # anybody's machine


def distance(url: str) -> Distance:
    """Return how far away a server is; an unknown name is as far as can be."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return Distance.HERE
    try:
        return _of(host)
    except ValueError:
        pass
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        return Distance.REMOTE
    # One public address among several is enough to be remote. A name is never this machine: who
    # answers for it may change between this look and the next.
    return max([Distance.PRIVATE, *(_of(address.partition("%")[0]) for address in found)])


def _of(address: str) -> Distance:
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return Distance.HERE
    private = ip.is_private or ip.is_link_local
    return Distance.PRIVATE if private and not ip.is_unspecified else Distance.REMOTE


def checked(url: str) -> str:
    """Return an address without a slash at its end; raise ChoiceError if it is none."""
    if "://" not in url:
        url = f"http://{url}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ChoiceError(f"{url} is no address of a server, such as http://127.0.0.1:8000")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ChoiceError(
            "an address must not hold a password or a query (?...), because addresses are written "
            "down; give keys in a file: --api-key-file"
        )
    return url.rstrip("/")
