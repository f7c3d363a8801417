"""How a server was started: what `herocat browse` tells the plugin, through the environment."""

import json
import os
from dataclasses import asdict, dataclass
from functools import cache

VARIABLE = "HEROCAT_BROWSE"  # it is not on the command line: others could read the token there


@dataclass(frozen=True, slots=True)
class Options:
    """The defaults are those of a plain `datasette catalog.db`: look at everything, write nothing."""

    started: bool = False  # by herocat itself
    rater: str = ""  # the person who may rate; empty: nobody
    token: str = ""  # that makes a browser that person's
    public: bool = False  # hide what must stay, places and paths
    catalog: str = ""  # the file itself, where Datasette opens a link to it
    hosts: tuple[str, ...] = ()  # names that a browser may have asked for; empty: any

    def to_text(self) -> str:
        """Return the options as the variable holds them."""
        return json.dumps(asdict(self))


@cache
def options() -> Options:
    """Return the options of this process."""
    text = os.environ.get(VARIABLE)
    if not text:
        return Options()
    values = json.loads(text)
    return Options(**(values | {"hosts": tuple(values.get("hosts", ()))}))
