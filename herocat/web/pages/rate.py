"""The page on which a person rates, one photo at a time or two side by side; and what it saves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import Response

from herocat import rating
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.loaders import pairs
from herocat.web import rater
from herocat.web.visit import Forbidden, Visit

PATTERN = "rate"
HOME = "rate"
LABEL = "Rate"

_AHEAD = 4  # photos that the page knows of, so that the next are loaded before they are needed
_PAIRS = 2  # pairs, likewise: each answer changes what tells most


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who rates, and how far they are."""

    name: str
    asked: int
    rated: int
    compared: int


@dataclass(frozen=True, slots=True)
class RatePage:
    """What herocat_rate.html is given; ``rater`` is empty where nobody may rate."""

    here: str
    head: Sequence[tuple[str, str, str]]
    rater: str
    mode: str
    go_on: bool  # in pairs, although the first are settled
    start: Any  # for the script: what to show first
    people: Sequence[Person]


def shown(visit: Visit) -> bool:
    """Say whether the page stands in the head: not for the public, unless somebody may rate."""
    return not visit.public or bool(visit.rater)


async def answer(visit: Visit) -> Response:
    """Answer with the page, or let a browser in that brings the token."""
    from herocat.web.pages import head

    if visit.request.method == "POST":
        return await save(visit)
    mode = "pairs" if visit.query.get("mode") == "pairs" else "one"
    go_on = visit.query.get("on") == "1"
    if token := visit.query.get("token"):
        if not rater.opens(token):
            raise Forbidden(
                "that address is of an earlier start; the present one was printed by herocat"
            )
        response = Response.redirect(visit.url("rate", "mode=pairs" if mode == "pairs" else ""))
        rater.admit(visit, response)
        return response
    if not visit.rater:
        people = () if visit.public else await visit.ask(_people)
        page = RatePage("rate", head(visit), "", mode, go_on, {}, people)
        return visit.html("herocat_rate.html", page)
    run = await _run(visit)
    start = await visit.ask(
        lambda catalog: (
            _state(visit, catalog, run, mode, go_on=go_on)
            | {"done": _done(visit, catalog, run, mode)}
        )
    )
    page = RatePage("rate", head(visit), visit.rater, mode, go_on, start, ())
    return visit.html("herocat_rate.html", page)


async def save(visit: Visit) -> Response:
    """Save an answer, or take one back; answer with what comes next."""
    if not visit.rater:
        raise Forbidden("only the person who was named when this server started may rate here")
    values = await visit.sent_values()
    pair, image = _pair(values), _image(values)

    def change(catalog: Catalog) -> dict[str, Any]:
        run, _ = rating.open_run(catalog, visit.rater)
        before = _save(catalog, run, values, pair, image)
        mode, go_on = "one" if pair is None else "pairs", values.get("on") is True
        return _state(visit, catalog, run, mode, go_on=go_on) | {"before": before}

    return visit.json(await visit.write(change))


def _save(
    catalog: Catalog, run: int, values: dict[str, Any], pair: tuple[int, int] | None, image: int
) -> float | None:
    """Do what was asked; return the score that the photo had before."""
    if pair is not None:
        if values.get("undo"):
            rating.take_back_comparison(catalog, run, pair)
        else:
            rating.compare(catalog, run, pair, _outcome(values))
        return None
    repeat = bool(values.get("repeat"))
    if values.get("undo"):
        before = _score(values.get("before"))
        rating.take_back(catalog, run, image, repeat=repeat, before=before)
        return None
    took = values.get("took")
    latency = float(took) if isinstance(took, int | float) else None
    score = _score(values.get("score"))
    return rating.answer(catalog, run, image, score, repeat=repeat, latency_ms=latency)


async def others(visit: Visit) -> Response:
    """Answer with what other raters say of a photo: only when the person asks."""
    if not visit.rater:
        raise Forbidden("only the rater may ask")
    image = int(visit.part("image"))

    def ask(catalog: Catalog) -> list[dict[str, Any]]:
        own = rating.run_of(catalog, visit.rater)  # else a repeat would be no surprise
        rows = catalog.rows("browse.rated_by", images=f"[{image}]")
        return [{"run": row["run"], "score": row["score"]} for row in rows if row["run_id"] != own]

    return visit.json(await visit.ask(ask))


MORE = ((r"rate/others/(?P<image>[0-9]{1,18})", others),)


async def _run(visit: Visit) -> int:
    found = await visit.ask(lambda catalog: rating.run_of(catalog, visit.rater))
    if found is not None:
        return found
    run, _ = await visit.write(lambda catalog: rating.open_run(catalog, visit.rater))
    return run


def _state(
    visit: Visit, catalog: Catalog, run: int, mode: str, *, go_on: bool = False
) -> dict[str, Any]:
    """Return what the script needs: the next photos, and how far the person is."""
    far = rating.progress(catalog, run)
    state: dict[str, Any] = {
        "asked": far.asked,
        "answered": far.answered,
        "compared": far.compared,
    }
    if mode == "pairs":
        asking = pairs.asking(catalog, run, _PAIRS, go_on=go_on)
        state |= {"ties": asking.ties, "settled": asking.settled, "top": asking.top}
        state["pairs"] = [_sides(visit, catalog, pair) for pair in asking.pairs]
    else:
        state["items"] = [
            {
                "image": item.image,
                "src": _picture(visit, item.image, item.version),
                "repeat": item.repeat,
            }
            for item in rating.upcoming(catalog, run, _AHEAD)
        ]
    return state


def _done(visit: Visit, catalog: Catalog, run: int, mode: str) -> list[dict[str, Any]]:
    """Return what can be taken back, the latest first."""
    if mode == "pairs":
        return [
            {"pair": pair, "shown": _sides(visit, catalog, pair)}
            for pair in rating.last_pairs(catalog, run)
        ]
    return [
        {"image": image, "repeat": repeat, "before": None}
        for image, repeat in rating.last_answers(catalog, run)
    ]


def _sides(visit: Visit, catalog: Catalog, pair: Sequence[int]) -> list[dict[str, Any]]:
    """Return what is shown of a pair."""
    found = []
    for image in pair:
        row = catalog.one("browse.photo", image=image)
        assert row is not None
        found.append({"image": image, "src": _picture(visit, image, int(row["mtime"] or 0))})
    return found


def _picture(visit: Visit, image: int, version: int) -> str:
    """Return the address of a picture; where there is none, no drawing takes its place."""
    return visit.url(f"preview/{image}.jpg", f"v={version}&strict=1")


def _people(catalog: Catalog) -> list[Person]:
    return [
        Person(row["name"], row["asked"], row["rated"], row["compared"])
        for row in catalog.rows("rate.people")
    ]


def _image(values: dict[str, Any]) -> int:
    image = values.get("image", 0)
    if not isinstance(image, int) or isinstance(image, bool) or not 0 <= image < 1 << 62:
        raise ChoiceError("image is the number of a photo")
    return image


def _pair(values: dict[str, Any]) -> tuple[int, int] | None:
    pair = values.get("pair")
    if pair is None:
        return None
    if not isinstance(pair, list) or len(pair) != 2:
        raise ChoiceError("pair holds the numbers of two photos")
    first, second = (_image({"image": image}) for image in pair)
    if first == second:
        raise ChoiceError("a pair is of two photos")
    return first, second


def _outcome(values: dict[str, Any]) -> str | None:
    outcome = values.get("outcome")
    if outcome is None:
        return None
    if outcome not in rating.OUTCOMES:
        raise ChoiceError(f"outcome is one of {', '.join(rating.OUTCOMES)}")
    return str(outcome)


def _score(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10:
        raise ChoiceError("a score is a number from 0 to 10")
    return float(value)
