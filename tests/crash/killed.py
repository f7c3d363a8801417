"""Run a herocat command that kills itself, as kill -9 does, at one of its writes.

    python -m tests.crash.killed WHEN QUERY NUMBER -- WORDS...

The process ends when the query of that name is crossed for the NUMBER-th time: before it runs, or
after (written, and not committed). With NUMBER 0 it runs through and prints every crossing.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from herocat import queries
from herocat.catalog import Catalog
from herocat.cli import main

crossings: Counter[str] = Counter()


def crossing(method: Callable[..., Any], when: str, name: str, number: int) -> Callable[..., Any]:
    """Wrap a method of the catalog so that it ends the process at the crossing that is asked for."""

    def wrapped(self: Catalog, query: str, /, *args: object, **kwargs: object) -> object:
        if not queries.queries()[query].writes:
            return method(self, query, *args, **kwargs)
        crossings[query] += 1
        here = query == name and crossings[query] == number
        if here and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(self, query, *args, **kwargs)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


if __name__ == "__main__":
    when, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    sys.argv[1:] = sys.argv[5:]
    for method in ("run", "many", "rows"):
        setattr(Catalog, method, crossing(getattr(Catalog, method), when, name, number))
    try:
        main()
    finally:
        if not number:
            print(
                "\n".join(f"{query} {count}" for query, count in crossings.items()), file=sys.stderr
            )
