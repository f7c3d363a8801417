"""What is to be labeled, by whom and how; and what that would cost, before anything is sent."""

import math
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from herocat import gate, prices, times
from herocat.catalog import Catalog
from herocat.labeling import bursts, controls, feed, privacy, raters, runs, session
from herocat.labeling.bursts import Plan
from herocat.labeling.feed import Work
from herocat.labeling.money import most
from herocat.labeling.privacy import Voucher
from herocat.labeling.rubric import Style
from herocat.labeling.runs import Asked
from herocat.labeling.session import Going
from herocat.pictures import prepare
from herocat.ports import Picture, Question
from herocat.prices import Price
from herocat.prompts import Prompt

_TRIED = 20  # photos, until one can be read to estimate with
_CHECKED = 20_000  # photos at the gate, before anything is sent; each is checked again when it is


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be labeled, by whom, and how."""

    provider: str
    model: str
    style: Style
    asked: Asked
    plan: Plan = ()  # bursts to compare, where the style does that
    run: str | None = None
    limit: int | None = None
    retry: bool = False
    gated: bool = False  # the pictures leave this machine
    voucher: Voucher | None = None  # for a folder that no detector has looked at
    price: Price | None = None
    max_cost: float | None = None
    spent_beside: float = 0.0  # by other runs that the same budget is for


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run has still to ask, and what that is likely to cost and can cost at the most."""

    photos: int
    held: Mapping[str, int]  # photos that may not be sent and are not counted, by the reason
    bursts: int  # that the photos are frames of, where frames are compared
    questions: int
    tokens_out: int  # of one answer, likely
    spent: float  # US dollars, by the run so far
    tokens_in: int | None = None  # of one question; None: no photo can be read
    counted: bool = False  # the server has counted the tokens of a question
    likely: float | None = None  # US dollars; None: nobody knows the price
    most: float | None = None


def begin(catalog: Catalog, wish: Wish) -> sqlite3.Row:
    """Find or begin the run of a wish, and record what is vouched for; inside a transaction."""
    if wish.voucher is not None:
        privacy.vouch(catalog, wish.voucher)
    identity = wish.style.identity(wish.provider, wish.model)
    prompt = prompt_id(catalog, wish.style.prompt)
    if wish.style.frames:
        return bursts.begin(
            catalog, identity, wish.run, wish.plan, wish.asked, prompt=prompt, retry=wish.retry
        )
    return runs.begin(catalog, identity, wish.run, wish.asked, prompt=prompt, retry=wish.retry)


def begun(catalog: Catalog, wish: Wish) -> sqlite3.Row | None:
    """Return the run of a wish, if it has been begun."""
    style = wish.style
    prompt = catalog.value("prompt.by_hash", sha256=style.prompt.sha256)
    if prompt is None:
        return None
    return runs.find(catalog, style.identity(wish.provider, wish.model), wish.run, prompt)


def work(wish: Wish, run: int) -> Work:
    """Return the work of a wish."""
    style = wish.style
    query = "bursts.list_work" if style.frames else "label.list_work"
    return Work(run, query, wish.limit, style.size, style.views, wish.gated)


def prompt_id(catalog: Catalog, prompt: Prompt) -> int:
    """Return the row of a prompt, added if it is new; inside a transaction."""
    known = catalog.value("prompt.by_hash", sha256=prompt.sha256)
    if known is None:
        known = catalog.value("prompt.add", **prompt.row(), now=times.now())
    return int(known)


def save_price(catalog: Catalog, run: int, price: Price | None) -> None:
    """Note the price that a run is counted with; inside a transaction."""
    if price is not None:
        catalog.run(
            "label.save_price",
            run=run,
            input=price.input,
            output=price.output,
            as_of=price.as_of,
            source=price.source,
        )


def estimate(catalog: Catalog, wish: Wish, going: Going) -> Estimate:
    """Say what labeling would cost, from a real picture; nothing is changed."""
    seen = _look(catalog, wish)
    held = seen.held
    reasons = Counter(held.values())
    photos, style = len(seen.images) - len(held), wish.style
    questions = photos * style.samples + (controls.count(photos) if going.controls else 0)
    if style.frames:
        questions = seen.questions
    tokens_out = _tokens_out(catalog, wish)
    found = Estimate(photos, reasons, seen.bursts, questions, tokens_out, seen.spent)
    pictures = _first(catalog, wish, [image for image in seen.images if image not in held])
    if not pictures:
        return found
    question = _typical(style, pictures, seen)
    tokens_in = session.count_tokens(going.make, question)
    counted = tokens_in is not None
    if tokens_in is None:
        shown = [(one.width, one.height) for one in question.pictures]
        text = question.instructions + str(question.schema)
        tokens_in = prices.guess_tokens_in(text, shown, style.asking.media_resolution)
    found = replace(found, tokens_in=tokens_in, counted=counted)
    if wish.price is None:
        return found
    likely = questions * wish.price.cost(tokens_in, tokens_out)
    return replace(found, likely=likely, most=questions * most(question, wish.price))


def _tokens_out(catalog: Catalog, wish: Wish) -> int:
    """Return how many tokens an answer is likely to have: as those so far that were thought of as much."""
    asking = wish.style.asking
    usual: float | None = catalog.value(
        "requests.usual_output",
        model=wish.model,
        provider=wish.provider,
        thinking=asking.thinking,
    )
    if usual:
        return round(usual)
    level = raters.thinking(wish.provider, wish.model, asking.thinking)
    return prices.guess_tokens_out(asking.max_tokens, level)


def _held(catalog: Catalog, images: Sequence[int]) -> dict[int, str]:
    """Return those of the first photos that may not be sent, with the reason."""
    checked = ((image, gate.held_from_models(catalog, image)) for image in images[:_CHECKED])
    return {image: reason for image, reason in checked if reason is not None}


def _first(catalog: Catalog, wish: Wish, images: Sequence[int]) -> Sequence[Picture]:
    """Return the views of the first photo that can be read; none if that is none of the first."""
    for image in images[:_TRIED]:
        pictures = prepare(feed.wanted_of(catalog, image, work(wish, 0))).pictures
        if pictures:
            return pictures
    return ()


def _typical(style: Style, pictures: Sequence[Picture], seen: "_Seen") -> Question:
    """Return a question like most of them, made of the views of one photo."""
    if not style.frames:
        return style.question(pictures)
    count = 2 if style.kind == "pairs" else math.ceil(len(seen.images) / max(1, seen.bursts))
    return style.question_of([pictures] * count)


@dataclass
class _Seen:
    """What a run would have to ask about."""

    images: list[int] = field(default_factory=list)
    held: dict[int, str] = field(default_factory=dict)  # of them, with the reason
    bursts: int = 0
    questions: int = 0
    spent: float = 0.0


def _look(catalog: Catalog, wish: Wish) -> _Seen:
    """Look at a run as if it were begun."""
    seen = _Seen()
    with privacy.as_if(catalog, wish.voucher):
        this = work(wish, begin(catalog, wish)["id"])
        feed.start_list(catalog, this)
        rows = catalog.rows("label.feed", after=0, count=-1)
        seen.images = [row["image_id"] for row in rows]
        seen.held = _held(catalog, seen.images) if wish.gated else {}
        seen.spent = catalog.value("requests.spent", run=this.run)
        counted = catalog.one("bursts.count_work", run=this.run)
        if counted is not None:
            seen.bursts, seen.questions = counted["bursts"], counted["questions"]
    return seen


def words(estimated: Estimate, wish: Wish) -> str:
    """Say an estimate in a sentence or two."""
    if not estimated.photos:
        return "nothing to do"
    times_each = f", asked about {wish.style.samples} times each" if wish.style.samples > 1 else ""
    what = f"{estimated.photos:,} photos"
    if wish.style.frames:
        what = f"{estimated.questions:,} questions about {estimated.bursts:,} bursts"
    said = f"{what} for {wish.provider} ({wish.model}){times_each}"
    beside = estimated.questions - estimated.photos * wish.style.samples
    if beside and not wish.style.frames:
        said += f", and {beside} questions that watch the rater"
    if estimated.tokens_in is not None:
        how = "counted by the server" if estimated.counted else "guessed"
        said += (
            f": about {estimated.tokens_in:,} tokens in ({how}) and "
            f"{estimated.tokens_out:,} out for each question"
        )
    if wish.price is None:
        return f"{said}; what that costs is not known: see --prices"
    if estimated.likely is None or estimated.most is None:
        return f"{said}; none of the first photos can be read"
    return (
        f"{said}; about ${estimated.likely:,.2f}, ${estimated.most:,.2f} at the very most, "
        f"at the price of {wish.price.as_of} ({wish.price.source})"
    )


def words_in_all(estimates: Sequence[Estimate]) -> str:
    """Say what several runs would cost together."""
    said = f"{len(estimates):,} runs in all"
    left = [one for one in estimates if one.photos]
    likely, top = ([getattr(one, name) for one in left] for name in ("likely", "most"))
    if None in likely:
        return f"{said}; what they cost together is not known"
    return f"{said}: about ${sum(likely):,.2f}, ${sum(top):,.2f} at the very most"
