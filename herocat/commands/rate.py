"""``herocat rate``."""

from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.browse import serve
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.judging.pairs import SETTLED
from herocat.loaders.pairs import Asking
from herocat.stages import browse, rate as stage


@click.command()
@click.argument("name", metavar="NAME")
@click.option(
    "-n",
    "count",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Photos to ask for.",
)
@click.option("--selection", metavar="NAME", help="Its candidates; else those of the latest.")
@click.option("--seed", type=int, default=0, show_default=True, help="Decides between equals.")
@click.option("--pairs", is_flag=True, help="Ask which of two photos is better.")
@click.option("--phone", is_flag=True, help="Let a phone in the same network open it too.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@click.option(
    "--queue-only", "--next", is_flag=True, help="Choose what to ask for next, and serve nothing."
)
@json_option
@with_catalog
def command(
    catalog: Catalog,
    *,
    name: str,
    count: int,
    selection: str | None,
    seed: int,
    pairs: bool,
    phone: bool,
    host: str,
    port: int,
    open_browser: bool,
    queue_only: bool,
    as_json: bool,
) -> None:
    """Rate photos from 0 to 10 in the browser, as NAME, by keyboard or touch.

    What is asked first is where a person's word counts most: where raters disagree, then where they
    are unsure, then photos from the whole range of scores. Every tenth photo is one that was asked
    before, to see how steady the answers are. Every answer is kept at once; the same name goes on
    where it stopped, and `compare` shows how raters agree with people.

    \b
    herocat rate "Jane Doe"
    herocat rate jane -n 50 --phone
    herocat rate jane --pairs
    """
    done = stage.rate(catalog, name, n=count, selection=selection, seed=seed)
    line = f"{done.run}: {number(done.left, 'photo')} to rate, {done.progress.rated:,} rated"
    if done.added:
        why = ", ".join(f"{many:,} for {reason}" for reason, many in done.reasons.items() if many)
        line += f"; {done.added:,} added now: {why}"
    answer(f"{line}\n{in_pairs(done.pairs)}", asdict(done), as_json=as_json)
    if queue_only:
        return
    server = browse.Server(
        host="0.0.0.0" if phone else host,  # noqa: S104 - it is the user who asks for it
        port=port,
        rater=done.person,
        token=browse.token(),
    )
    page = "rate?mode=pairs" if pairs else "rate"
    serve(catalog, server, page=page, open_browser=open_browser)


def in_pairs(asking: Asking) -> str:
    """Say how far the other way to rate is: in pairs."""
    said = "in pairs: "
    if asking.ties:
        said += f"{number(asking.ties, 'pair')} of frames that are ties in their bursts, then "
    if not asking.top:
        return f"{said}nothing has a score yet"
    if asking.settled:
        told = "" if asking.stable >= SETTLED else ", as far as a fifth of all pairs tells"
        return f"{said}the first {asking.top:,} are settled{told}"
    if not asking.pairs:
        return f"{said}every pair of the best was compared"
    share = f"{asking.stable:.0%} of them are expected to stay"
    return f"{said}the first {asking.top:,}, not settled yet ({share})"
