"""Who may rate: whoever opened the address with this start's token, until the server ends."""

import secrets
from hashlib import sha256
from typing import Any

from herocat.web.options import Options, options

_PURPOSE = "herocat-rater"


def of(visit: Any) -> str:
    """Return the name of the person who may rate in this browser; empty: nobody."""
    made: Options = visit.options
    given = visit.request.cookies.get(_cookie(made), "")
    if not made.rater or not given:
        return ""
    try:
        token = visit.datasette.unsign(given, _PURPOSE)
    except Exception:  # noqa: BLE001 - itsdangerous is Datasette's: any way to fail is a foreign cookie
        return ""
    return made.rater if _same(token, made.token) else ""


def opens(token: str) -> bool:
    """Say whether a token is that of this start."""
    made = options()
    return bool(made.rater) and _same(token, made.token)


def admit(visit: Any, response: Any) -> None:
    """Make this browser the rater's."""
    secure = visit.request.scheme == "https"
    response.set_cookie(
        _cookie(visit.options),
        visit.datasette.sign(visit.options.token, _PURPOSE),
        httponly=True,
        samesite="lax",  # strict would lose it on the way from a message to the page
        secure=secure,
    )


def _cookie(made: Options) -> str:
    """Name the cookie of this start: servers for two people on one machine share their cookies."""
    return f"herocat_rater_{sha256(made.token.encode()).hexdigest()[:12]}"


def _same(given: object, token: str) -> bool:
    return bool(token) and isinstance(given, str) and secrets.compare_digest(given, token)
