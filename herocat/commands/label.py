"""``herocat label``."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any

import click
from click.core import ParameterSource

from herocat.catalog import Catalog
from herocat.commands.asking import PROVIDERS, asking_options
from herocat.commands.shared import answer, number, with_catalog
from herocat.errors import ChoiceError, HerocatError

# The options that a grid may try values of.
_GRID = (
    "model", "prompt", "image_size", "views", "examples", "samples", "reason", "temperature",
    "seed", "max_tokens", "thinking", "media_resolution", "structured", "logprobs",
)  # fmt: skip


@click.command()
@asking_options
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - as many types as options
    """Score photos from 0 to 10, with a reason: the candidates of a selection, or a SOURCE.

    A SOURCE is a folder of the catalog's photos, a .txt file with a path a line, or a .json array
    of paths. What is labeled stays labeled: the same run never rates a photo twice. The first
    Ctrl-C finishes what is under way, the second stops at once; the same command goes on.

    \b
    herocat label --provider baseline
    herocat label --provider ollama --model gemma4 --limit 20
    herocat label --provider gemini --limit 100 --dry-run
    herocat label --provider gemini --max-cost 5
    herocat label --provider gemini --batch --wait
    herocat label --provider vllm --endpoint http://127.0.0.1:8000 --endpoint http://127.0.0.1:8001
    herocat label --provider vllm --setup-help
    herocat label --provider ollama --burst pairs --limit 10
    herocat label --provider ollama --limit 30 --grid image_size=512,768 --grid thinking=off,low
    """
    if options["provider"] not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise ChoiceError(f"there is no provider {options['provider']!r}; known are: {known}")
    if options["setup_help"]:
        _help_to_set_up(ctx, options["provider"])
        return
    if options["frames"] and not options["burst"]:
        raise ChoiceError("--frames is of bursts: add --burst pairs or --burst lists")
    if options["burst"] and options["grids"]:
        raise ChoiceError("a grid is for scores; frames of bursts are compared without")
    if options["sources"] and options["selection"]:
        raise ChoiceError("give SOURCE or --selection, not both")
    _label(options)


def _help_to_set_up(ctx: click.Context, provider: str) -> None:
    """Say what to install and start; for every provider, where none is named."""
    from herocat.labeling.setup import setup_help

    if ctx.get_parameter_source("provider") is not ParameterSource.DEFAULT:
        click.echo(setup_help(provider))
        return
    click.echo("\n\n".join(f"{name}\n\n{setup_help(name)}" for name in PROVIDERS))


@with_catalog
def _label(catalog: Catalog, options: Mapping[str, Any]) -> None:
    as_json = options["as_json"]
    if options["provider"] == "baseline":
        from herocat.providers.baseline import Baseline
        from herocat.stages import label as stage

        if options["dry_run"]:
            answer("baseline: it costs nothing and sends no photo", {"cost": 0.0}, as_json=as_json)
            return
        if options["burst"]:
            _compare_by_pixels(catalog, options)
            return
        done = stage.label(
            catalog,
            Baseline(),
            run=options["run"],
            selection=options["selection"],
            listed=options["sources"],
            limit=options["limit"],
            retry=options["retry"],
        )
        answer(_line(done), asdict(done), as_json=as_json)
        return
    planned = [_plan(catalog, one) for one in _grid(options)]
    if options["batch"] and not options["dry_run"]:
        planned = [_collect(catalog, one) for one in planned]
    estimates = _agree(catalog, planned, options)
    if options["dry_run"]:
        found = [
            {"run": one.wish.run, "provider": one.wish.provider, "model": one.wish.model}
            | asdict(estimate)
            for one, estimate in zip(planned, estimates, strict=True)
        ]
    else:
        spent = [one.spent for one in estimates] or [0.0] * len(planned)
        found = _carry_out(catalog, planned, spent, options)
    if as_json:
        answer("", found[0] if len(found) == 1 else found, as_json=True)


def _compare_by_pixels(catalog: Catalog, options: Mapping[str, Any]) -> None:
    from herocat.labeling import styles
    from herocat.stages import label as stage

    done = stage.compare_by_pixels(
        catalog,
        options["burst"],
        styles.frames(options["burst"], options["frames"]),
        run=options["run"],
        selection=options["selection"],
        listed=options["sources"],
        limit=options["limit"],
    )
    answer(_burst_line(done), asdict(done), as_json=options["as_json"])


def _grid(options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the options of each run: one, or one for every combination of a grid."""
    if not options["grids"]:
        return [dict(options)]
    if options["limit"] is None:
        raise ChoiceError("a grid needs --limit: how many photos every combination is tried on")
    axes = [_axis(text) for text in options["grids"]]
    found = []
    for combination in product(*axes):
        one = dict(options)
        one.update(combination)
        one["limit"], one["grid_limit"] = None, options["limit"]
        settings = " ".join(f"{key}={value}" for key, value in combination)
        one["run"] = f"{options['run'] or 'grid'} {settings}"
        found.append(one)
    return found


def _axis(text: str) -> list[tuple[str, Any]]:
    """Return the values of one key of a grid, checked as those of its option are."""
    key, equals, values = text.partition("=")
    key = key.strip().replace("-", "_")
    if not equals or key not in _GRID:
        raise ChoiceError(f"--grid takes KEY=A,B with a KEY of: {', '.join(_GRID)}; not {text!r}")
    option = next(one for one in command.params if one.name == key)
    plus = str.maketrans("+", ",") if key == "views" else {}
    given = [value.strip().translate(plus) for value in values.split(",") if value.strip()]
    if not given:
        raise ChoiceError(f"--grid {text} names no value")
    try:
        return [(key, option.type.convert(value, option, None)) for value in given]
    except click.BadParameter as error:
        raise ChoiceError(f"--grid {text}: {error.message}") from error


@dataclass(frozen=True, slots=True)
class _Planned:
    """A run that is to be made: what, with which servers, and how a job is submitted to them."""

    wish: Any  # these are imported late
    going: Any
    jobs: Callable[[], Any]
    remote: bool
    taken: int = 0  # photos that jobs had answered before anybody was asked


def _plan(catalog: Catalog, options: Mapping[str, Any]) -> _Planned:
    """Find out who is to be asked, how, and about what; nothing is changed, no photo is sent."""
    from herocat import prices
    from herocat.endpoints import Distance
    from herocat.labeling import bursts, privacy, raters, runs, styles, wishes
    from herocat.labeling.session import Going

    voucher = None
    if options["allow_unchecked"] is not None:
        voucher = privacy.voucher(catalog, options["allow_unchecked"], options["because"])
    one = raters.server(
        options["provider"],
        model=options["model"],
        endpoints=options["endpoints"],
        key_file=options["api_key_file"],
        most=options["concurrency"],
        read=options["timeout"],
    )
    one, probes = _look(one, dry_run=options["dry_run"])
    hands_on = any(probe.leaves for probe in probes)
    gated = privacy.gated(
        one.distance, hands_on=hands_on, private_network=options["private_network"]
    )
    style = styles.style(catalog, options, one, gated=gated, voucher=voucher)
    price = prices.find(options["provider"], one.model, datetime.now(UTC).date(), options["prices"])
    if price:
        price = price.of_jobs() if options["batch"] else price.of_tier(options["service_tier"])
    _refuse_in_batch(options)
    if options["max_cost"] is not None and price is None:
        raise ChoiceError(
            f"nobody knows what {one.model} costs{_tier(options)}, so --max-cost cannot be kept; "
            "give its price in a file with --prices"
        )
    asked = privacy.first(
        catalog,
        runs.asked(catalog, options["selection"], options["sources"]),
        options.get("grid_limit"),
        gated=gated,
        given=voucher,
    )
    wish = wishes.Wish(
        provider=options["provider"],
        model=one.model,
        style=style,
        asked=asked,
        plan=bursts.plan(catalog, asked, style.kind, style.frames) if style.frames else (),
        run=options["run"],
        limit=options["limit"],
        retry=options["retry"],
        gated=gated,
        voucher=voucher,
        price=price,
        max_cost=options["max_cost"],
    )
    going = Going(
        make=one.make,
        most=one.most,
        dead_after=options["dead_after"],
        controls=options["controls"],
        say=lambda text: click.echo(text, err=True),
    )
    return _Planned(wish, going, partial(raters.jobs, one), one.distance is Distance.REMOTE)


def _look(one: Any, *, dry_run: bool) -> tuple[Any, list[Any]]:  # noqa: ANN401 - imported late
    """Ask the servers what they are, and say what they say; an estimate needs none of them."""
    from herocat.labeling import raters

    try:
        one, probes = raters.look(one)
    except HerocatError as error:
        if isinstance(error, ChoiceError) or not dry_run:
            raise
        click.echo(f"{error}\nThe estimate is made without it.", err=True)
        return one, []
    for probe in probes:
        if probe.note:
            click.echo(probe.note, err=True)
    return one, probes


def _collect(catalog: Catalog, one: _Planned) -> _Planned:
    """Take what jobs have answered: what they left out is pending again, and needs a yes."""
    from herocat.stages import label as stage

    if one.wish.style.frames:
        return one
    taken = stage.collect(catalog, one.wish, one.jobs, say=one.going.say)
    return replace(one, taken=taken)


def _carry_out(
    catalog: Catalog,
    planned: Sequence[_Planned],
    spent: Sequence[float],
    options: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Make the runs, and say how each went; ``spent``: what each had cost before."""
    found, costs = list[dict[str, Any]](), list(spent)
    for place, one in enumerate(planned):
        # One budget is for all of them, in all their goes.
        wish = replace(one.wish, spent_beside=sum(costs) - costs[place])
        line, data = _make(catalog, one, wish, options)
        costs[place] = data["cost"] + data.get("set_aside", 0.0)
        found.append(data)
        if not options["as_json"]:
            click.echo(line)
    return found


def _make(
    catalog: Catalog,
    one: _Planned,
    wish: Any,  # noqa: ANN401 - imported late
    options: Mapping[str, Any],
) -> tuple[str, dict[str, Any]]:
    from herocat.stages import label as stage

    if wish.style.frames:
        compared = stage.compare(catalog, wish, one.going)
        return _burst_line(compared), asdict(compared)
    if options["batch"]:
        say = one.going.say
        done = stage.submit(catalog, wish, one.jobs, wait=options["wait"], say=say)
        done = replace(done, now=done.now + one.taken)
    else:
        done = stage.ask(catalog, wish, one.going)
    return _line(done), asdict(done)


def _tier(options: Mapping[str, Any]) -> str:
    tier = options["service_tier"]
    return f" in the {tier} tier" if tier in {"flex", "priority"} else ""


def _refuse_in_batch(options: Mapping[str, Any]) -> None:
    if options["batch"] and options["samples"] > 1:
        raise ChoiceError("a batch job asks once for each photo: no --samples")
    if options["batch"] and options["controls"]:
        raise ChoiceError("a batch job asks about photos alone: no --controls")


def _agree(catalog: Catalog, planned: Sequence[_Planned], options: Mapping[str, Any]) -> list[Any]:
    """Say what it would cost; ask where money is about to be spent and nobody has said yes.

    Returns the estimates; none where nothing is to be paid.
    """
    from herocat.labeling import wishes
    from herocat.labeling.privacy import sentence

    paid = any(one.wish.price is not None or one.remote for one in planned)
    if not paid and not options["dry_run"]:
        return []
    estimates = [wishes.estimate(catalog, one.wish, one.going) for one in planned]
    said = [wishes.words(found, one.wish) for found, one in zip(estimates, planned, strict=True)]
    if len(said) > 1:
        said.append(wishes.words_in_all(estimates))
    if options["max_cost"] is not None and any(found.photos for found in estimates):
        said[-1] += f"; --max-cost holds that to ${options['max_cost']:,.2f}"
    click.echo("\n".join(said), err=options["as_json"] or not options["dry_run"])
    held = sentence(estimates[0].held)  # the same photos in every run
    if held and options["dry_run"]:
        click.echo(held, err=True)
    _ask_for_a_yes(options, any(found.photos for found in estimates))
    return estimates


def _ask_for_a_yes(options: Mapping[str, Any], left: bool) -> None:  # noqa: FBT001
    if options["dry_run"] or options["yes"] or not left:
        return
    if not sys.stdin.isatty():
        raise ChoiceError("this would spend money: add --yes to go on, or --dry-run to look")
    if not click.confirm("Go on?", err=True):
        raise HerocatError("no photo was sent")


def _line(done: Any) -> str:  # noqa: ANN401 - imported late
    from herocat.labeling.privacy import sentence

    did = [f"submitted {number(done.submitted, 'photo')}"] if done.submitted else []
    did += [f"labeled {number(done.now, 'photo')}"] if done.now else []
    begin = " and ".join(did) or "nothing to do"
    line = f"{done.run}: {begin}; {done.labeled:,} of {done.asked:,} have a score"
    if done.mean is not None:
        line += f", {done.mean:.1f} on average"
    if done.failed:
        line += f"; {done.failed:,} failed (herocat label --retry tries them again)"
    if done.left:
        line += f"; {done.left:,} left"
    if done.in_jobs:
        line += f", {done.in_jobs:,} of them in jobs (herocat batch resume takes their answers)"
    if done.cost:
        line += f"; ${done.cost:,.4f} in all"
    if done.set_aside:
        line += f"; ${done.set_aside:,.4f} set aside for jobs"
    held = sentence(done.held)
    return f"{line}; {held}" if held else line


def _burst_line(done: Any) -> str:  # noqa: ANN401 - imported late
    from herocat.labeling.privacy import sentence

    begin = f"{number(done.now, 'answer')} about frames" if done.now else "nothing to do"
    line = f"{done.run}: {begin}; {done.decided:,} of {number(done.bursts, 'burst')} decided"
    if done.changed:
        line += f"; another frame is the candidate of {number(done.changed, 'burst')}"
    if done.ties:
        line += f"; {number(done.ties, 'tie')} for a person to decide: herocat rate NAME --pairs"
    if done.failed:
        line += f"; {done.failed:,} failed (--retry asks again)"
    if done.left:
        line += f"; {done.left:,} left to ask"
    if done.cost:
        line += f"; ${done.cost:,.4f} in all"
    held = sentence(done.held)
    return f"{line}; {held}" if held else line
