"""The options that say who is asked, how, and for how much."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from herocat.commands.shared import json_option

PROVIDERS = ("baseline", "gemini", "vllm", "ollama", "openai")
LEVELS = ("off", "minimal", "low", "medium", "high", "default")

_ALL: tuple[Callable[[Any], Any], ...] = (
    click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path)),
    click.option(
        "--provider",
        default="baseline",
        show_default=True,
        help="Who rates: " + ", ".join(PROVIDERS) + ".",
    ),
    click.option(
        "--model", help="Which model.  [default: gemini-3.5-flash-lite, or the server's only one]"
    ),
    click.option(
        "--selection", help="Rate the candidates of this selection.  [default: the latest]"
    ),
    click.option("--run", help="Name of the label run; the same name goes on where it stopped."),
    click.option("--limit", type=click.IntRange(min=0), help="Rate at most so many now."),
    click.option("--retry", is_flag=True, help="Rate again what has failed."),
    click.option(
        "--burst",
        type=click.Choice(["pairs", "lists"]),
        help="Compare frames of the candidates' bursts: every two, or all in a list.",
    ),
    click.option(
        "--frames",
        type=click.IntRange(2, 6),
        help="Of a burst, the best by pixels.  [default: 4 in pairs, 6 in lists]",
    ),
    click.option(
        "--endpoint",
        "endpoints",
        multiple=True,
        metavar="URL",
        help="Where the server is; several for several GPUs.",
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(1, 512),
        help="Questions at once to a server, at the most.",
    ),
    click.option(
        "--timeout", type=click.FloatRange(min=0.05), metavar="SECONDS", help="For one answer."
    ),
    click.option(
        "--dead-after",
        type=click.FloatRange(min=0),
        default=600,
        show_default=True,
        metavar="SECONDS",
        help="Stop when nothing was answered for so long.",
    ),
    click.option(
        "--api-key-file", type=click.Path(path_type=Path), help="A file that holds the key alone."
    ),
    click.option(
        "--private-network",
        is_flag=True,
        help="A server in this network counts as this machine: photos may go there.",
    ),
    click.option(
        "--allow-unchecked",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Vouch for a folder that no detector has looked at.",
    ),
    click.option(
        "--because",
        default="",
        metavar="REASON",
        help="Why nobody is in that folder; it is recorded.",
    ),
    click.option("--prompt", help="Name of the prompt.  [default: hero]"),
    click.option(
        "--image-size",
        type=click.IntRange(64, 8192),
        default=768,
        show_default=True,
        help="Longest side that is sent, pixels.",
    ),
    click.option(
        "--views",
        default="frame",
        show_default=True,
        help="What is sent of a photo: frame, or frame,subject.",
    ),
    click.option(
        "--examples",
        type=click.IntRange(0, 20),
        default=0,
        help="Show so many photos that people have rated.",
    ),
    click.option(
        "--samples",
        type=click.IntRange(1, 50),
        default=1,
        help="Ask so many times; the label is the mean.",
    ),
    click.option(
        "--reason",
        type=click.Choice(["after", "before", "none"]),
        default="after",
        show_default=True,
        help="Where the reason stands, seen from the score.",
    ),
    click.option(
        "--temperature",
        type=click.FloatRange(0, 2),
        help="[default: 0 for one sample on an own server]",
    ),
    click.option("--seed", type=int, help="For servers that take one."),
    click.option(
        "--max-tokens",
        type=click.IntRange(16, 65536),
        default=1024,
        show_default=True,
        help="Of an answer.",
    ),
    click.option(
        "--thinking",
        default="off",
        show_default=True,
        metavar="LEVEL",
        help=", ".join(LEVELS) + ", or a number of tokens.",
    ),
    click.option(
        "--media-resolution",
        type=click.Choice(["low", "medium", "high"]),
        help="Gemini: tokens of a picture.",
    ),
    click.option(
        "--structured",
        type=click.Choice(["auto", "schema", "json", "none"]),
        default="auto",
        help="How the reply's form is held.",
    ),
    click.option(
        "--logprobs",
        is_flag=True,
        help="The score is the mean over what the model might have said.",
    ),
    click.option(
        "--service-tier",
        type=click.Choice(["flex", "standard", "priority"]),
        help="Gemini: flex costs half and may wait.",
    ),
    click.option("--batch", is_flag=True, help="Gemini: as jobs, at half the price, within a day."),
    click.option("--wait", is_flag=True, help="With --batch: until all jobs are done."),
    click.option(
        "--controls",
        is_flag=True,
        help="Add repeats, blank pictures and rounds of anchors, to watch the rater.",
    ),
    click.option(
        "--grid",
        "grids",
        multiple=True,
        metavar="KEY=A,B",
        help="A run for every combination, on the same photos (--limit); --run begins their names.",
    ),
    click.option(
        "--max-cost",
        type=click.FloatRange(min=0),
        metavar="USD",
        help="A run, or a whole grid, never costs more than this.",
    ),
    click.option(
        "--prices",
        type=click.Path(path_type=Path),
        metavar="FILE",
        envvar="HEROCAT_PRICES",
        help="Own prices, in the form of herocat/data/prices.json.",
    ),
    click.option("--dry-run", is_flag=True, help="Say what it would cost; no photo is sent."),
    click.option("--yes", is_flag=True, help="Do not ask before money is spent."),
    click.option(
        "--setup-help", is_flag=True, help="Say what to install and start for a provider."
    ),
    json_option,
)


def asking_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command all of them, as keyword arguments."""
    for option in reversed(_ALL):
        function = option(function)
    return function
