"""The strategies there are, by name, and how one is made from its parameters."""

from collections.abc import Mapping
from typing import Any

from herocat.errors import ChoiceError
from herocat.strategies import Strategy
from herocat.strategies.simple import Diverse, Mixed, Random, Scorer, Top
from herocat.strategies.stratified import Stratified

STRATEGIES: Mapping[str, type[Any]] = {
    one.name: one for one in (Stratified, Top, Diverse, Random, Scorer, Mixed)
}


def build(name: str, params: Mapping[str, Any]) -> Strategy:
    """Make a strategy from the parameters that it has given of itself; others are passed over.

    Raises ChoiceError for a name or a value that there is not.
    """
    strategy = STRATEGIES.get(name)
    if strategy is None:
        raise ChoiceError(f"there is no strategy {name!r}; known are: {', '.join(STRATEGIES)}")
    known = strategy.__dataclass_fields__
    made: Strategy = strategy(**{key: value for key, value in params.items() if key in known})
    return made
