"""Which models answer: another one than was asked for, or than before, is said loudly."""

from collections.abc import Callable, Iterable

from herocat.catalog import Catalog
from herocat.ports import Answer


class Answerers:
    """The models that are known to answer; each new one is said once."""

    def __init__(self, known: Iterable[str], say: Callable[[str], None]) -> None:
        self._known = dict.fromkeys(known)
        self._say = say

    def hear(self, answer: Answer | None) -> None:
        """Hear of an answer; where there is none, of nobody."""
        if answer is None or answer.model is None or answer.model in self._known:
            return
        if self._known:
            self._say(
                f"WARNING: {answer.model} answers now, not {' or '.join(self._known)}. Scores of two "
                "models are not comparable: each label says which one gave it (model_reported)"
            )
        self._known[answer.model] = None


def of_run(catalog: Catalog, run: int, say: Callable[[str], None]) -> Answerers:
    """Return those of a run so far.

    Google's models answer by the name that they are asked for by; elsewhere that may be an alias.
    """
    row = catalog.one("batch.run", run=run)
    assert row is not None
    asked = [row["model"].removeprefix("models/")] if row["provider"] == "gemini" else []
    before = (one["model_reported"] for one in catalog.rows("requests.models", run=run))
    return Answerers([*asked, *before], say)
