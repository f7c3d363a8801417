"""The way of asking that a user chose, from options in words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from herocat import gate, prompts
from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.labeling import feed, privacy
from herocat.labeling.feed import Work
from herocat.labeling.privacy import Voucher
from herocat.labeling.raters import Server
from herocat.labeling.rubric import Example, Style
from herocat.pictures import VIEWS, prepare
from herocat.ports import Asking, Picture

_FRAMES = {
    "pairs": 4,
    "lists": 6,
}  # of a burst; four are twelve questions in pairs, six are two in lists
_LEVELS = {"off", "minimal", "low", "medium", "high", "default"}


def style(
    catalog: Catalog,
    options: Mapping[str, Any],
    server: Server,
    *,
    gated: bool,
    voucher: Voucher | None = None,
) -> Style:
    """Return the way of asking; raises ChoiceError for what does not fit together.

    ``gated``: the pictures leave this machine, those of the examples, too; ``voucher``: for a folder
    that no detector has looked at.
    """
    thinking = str(options["thinking"])
    if thinking not in _LEVELS and not thinking.isdigit():
        known = ", ".join(sorted(_LEVELS))
        raise ChoiceError(f"--thinking takes {known}, or a number of tokens; not {thinking!r}")
    views = tuple(part.strip() for part in str(options["views"]).split(",") if part.strip())
    if not views or set(views) - set(VIEWS) or len(set(views)) < len(views):
        raise ChoiceError(f"--views takes some of: {', '.join(VIEWS)}; not {options['views']!r}")
    samples, burst = options["samples"], options["burst"]
    if burst is not None:
        _refuse_with_bursts(options)
    prompt = named(catalog, options["prompt"], burst or "scores")
    asking = Asking(
        temperature=_temperature(options["temperature"], samples, server),
        max_tokens=options["max_tokens"],
        thinking=thinking,
        media_resolution=options["media_resolution"],
        seed=options["seed"],
        structured=options["structured"],
        logprobs=options["logprobs"],
        service_tier=options["service_tier"],
    )
    count, size = options["examples"], options["image_size"]
    examples = _examples(catalog, count, size, gated=gated, voucher=voucher)
    return Style(
        prompt=prompt,
        asking=asking,
        size=size,
        views=tuple(view for view in VIEWS if view in views),
        reason=options["reason"],
        samples=samples,
        examples=examples[:count],
        spare=examples[count] if len(examples) > count else None,
        frames=frames(burst, options["frames"]),
    )


def frames(burst: str | None, asked: int | None) -> int:
    """Return how many frames of a burst are compared; 0: none are, photos are rated."""
    return 0 if burst is None else asked or _FRAMES[burst]


def _refuse_with_bursts(options: Mapping[str, Any]) -> None:
    """Raise ChoiceError for a way of rating that makes no sense where frames are compared."""
    ways = {"batch": False, "samples": 1, "examples": 0, "logprobs": False, "controls": False}
    for name, plain in ways.items():
        if options[name] != plain:
            raise ChoiceError(f"--{name} is for scores; frames of bursts are compared without")


# What decides how is asked, where nothing is said.
PLAIN: dict[str, Any] = {
    "thinking": "off",
    "views": "frame",
    "samples": 1,
    "temperature": None,
    "max_tokens": 1024,
    "media_resolution": None,
    "seed": None,
    "structured": "auto",
    "logprobs": False,
    "service_tier": None,
    "prompt": None,
    "image_size": 768,
    "reason": "after",
    "examples": 0,
    "burst": None,
    "frames": None,
}


def of_run(catalog: Catalog, row: Any) -> Style:  # noqa: ANN401 - a row of label_runs
    """Return the way in which a run asks, to read its answers."""
    params = json.loads(row["params"])
    prompt = catalog.one("prompt.row", prompt=row["prompt_id"])
    asking = {name: value for name, value in params.items() if name in Asking.__slots__}
    return Style(
        prompt=prompts.from_row(prompt),
        asking=Asking(**asking),
        size=row["image_size"],
        views=tuple(params.get("views", VIEWS[:1])),
        reason=params.get("reason", "after"),
        samples=params.get("samples", 1),
    )


def named(catalog: Catalog, name: str | None, kind: str = "scores") -> prompts.Prompt:
    """Return the latest version of a prompt: the user's, or one that comes with herocat.

    Raises ChoiceError for an unknown one, or one that asks for something else.
    """
    found = _named(catalog, name, kind if kind != "scores" else prompts.DEFAULT)
    if found.kind != kind:
        asks = {"scores": "a score", "pairs": "which of two is better", "lists": "an order"}
        option = {"scores": "no --burst", "pairs": "--burst pairs", "lists": "--burst lists"}
        raise ChoiceError(
            f"the prompt {found.name!r} asks for {asks[found.kind]}: it goes with {option[found.kind]}"
        )
    return found


def _named(catalog: Catalog, name: str | None, usual: str) -> prompts.Prompt:
    if name is not None:
        row = catalog.one("prompt.latest", name=name)
        if row is not None:
            return prompts.from_row(row)
    for prompt in prompts.shipped():
        if prompt.name == (name or usual):
            return prompt
    raise ChoiceError(f"there is no prompt {name!r}; herocat prompt list shows those there are")


def _temperature(given: float | None, samples: int, server: Server) -> float | None:
    if given is not None or samples > 1 or server.abilities.name == "gemini":
        return given  # newer Gemini models take none
    own = any(urlsplit(url).hostname == "api.openai.com" for url in server.endpoints)
    return None if own else 0.0


def _examples(
    catalog: Catalog, count: int, size: int, *, gated: bool, voucher: Voucher | None
) -> tuple[Example, ...]:
    """Return photos that people have rated, spread from bad to good; those that may be shown.

    The last is a spare, where there is one: a photo is never shown its own burst.
    """
    if not count:
        return ()
    rated = [(row["score"], row["image_id"]) for row in catalog.rows("label.rated_by_people")]
    if gated:
        rated = _free(catalog, rated, voucher)
    order = list(enumerate(sorted(rated)))
    total = len(order)
    # From the middle of each of so many parts of the order outwards, the first that works.
    middles = [(2 * wanted + 1) * total // (2 * count) for wanted in range(count)]
    found = list[Example]()
    for middle in (*middles, total // 2):
        known = {image for one in found for image in one.burst} if len(found) == count else set()
        for place in sorted(order, key=lambda place: abs(place[0] - middle)):
            score, image = place[1]
            if image in known:
                continue
            order.remove(place)
            pictures = _pictures(catalog, image, size)
            if pictures:
                found.append(Example(image, score, pictures, _burst(catalog, image)))
                break
    if len(found) < count:
        raise ChoiceError(
            f"--examples {count} needs as many photos that people have rated; there are "
            f"{len(found)} that may be shown: herocat rate"
        )
    return tuple(found)


def _free(
    catalog: Catalog, rated: Sequence[tuple[float, int]], voucher: Voucher | None
) -> list[tuple[float, int]]:
    """Return those of some photos that may leave."""
    with privacy.as_if(catalog, voucher):
        return [one for one in rated if gate.held_from_models(catalog, one[1]) is None]


def _burst(catalog: Catalog, image: int) -> frozenset[int]:
    """Return a photo with the other frames of its burst."""
    rows = catalog.rows("label.burst_of", image=image)
    return frozenset(row["id"] for row in rows)


def _pictures(catalog: Catalog, image: int, size: int) -> tuple[Picture, ...]:
    work = Work(0, "label.list_images", None, size, VIEWS[:1], gated=False)
    return prepare(feed.wanted_of(catalog, image, work)).pictures
