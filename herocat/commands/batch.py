"""``herocat batch``."""

from pathlib import Path
from typing import Any

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.stages import batch as stage

_ENDPOINT = click.option("--endpoint", metavar="URL", help="Where the server is.")
_KEY = click.option(
    "--api-key-file", type=click.Path(path_type=Path), help="A file that holds the key alone."
)
_PRICES = click.option(
    "--prices",
    type=click.Path(path_type=Path),
    metavar="FILE",
    envvar="HEROCAT_PRICES",
    help="Own prices, as for label.",
)


@click.group()
def command() -> None:
    """Batch jobs: answers within a day, at half the price, or on a machine without a network.

    \b
    herocat label --provider gemini --batch
    herocat batch list
    herocat batch resume --wait
    herocat batch export questions.jsonl --model Qwen/Qwen3-VL-8B-Instruct
    herocat batch import answers.jsonl
    """


@command.command("list")
@json_option
@with_catalog
def listed(catalog: Catalog, *, as_json: bool) -> None:
    """List every job and how it stands."""
    found = stage.listed(catalog)
    lines = [
        f"{one['id']:>4}  {one['state']:<9}  {one['run']}  {number(one['num_items'], 'photo')}, "
        f"{one['answered']:,} answered  {one['submitted_at'] or one['created_at']}"
        for one in found
    ]
    answer("\n".join(lines) or "there are no batch jobs", found, as_json=as_json)


@command.command()
@click.argument("job", type=int)
@json_option
@with_catalog
def show(catalog: Catalog, job: int, *, as_json: bool) -> None:
    """Show all that is known of a job."""
    found = stage.show(catalog, job)
    lines = [f"{name:<14} {value}" for name, value in found.items() if value is not None]
    answer("\n".join(lines), found, as_json=as_json)


@command.command()
@click.option("--wait", is_flag=True, help="Until no job is under way.")
@click.option(
    "--reclaim-after",
    type=click.FloatRange(min=0),
    metavar="HOURS",
    help="Give up older jobs; their photos are pending again.",
)
@_ENDPOINT
@_KEY
@_PRICES
@json_option
@with_catalog
def resume(
    catalog: Catalog,
    *,
    wait: bool,
    reclaim_after: float | None,
    endpoint: str | None,
    api_key_file: Path | None,
    prices: Path | None,
    as_json: bool,
) -> None:
    """Take what jobs have answered; find out what became of those that a crash left behind."""
    server = stage.Access(endpoint, api_key_file, prices)
    hours = None if reclaim_after is None else reclaim_after * 3600
    done = stage.resume(catalog, server, wait=wait, reclaim_after=hours, say=_say)
    line = f"{done.labeled:,} labels came of it; {number(done.left, 'job')} under way"
    answer(line, {"labeled": done.labeled, "left": done.left}, as_json=as_json)


@command.command()
@click.argument("job", type=int)
@_ENDPOINT
@_KEY
@with_catalog
def cancel(catalog: Catalog, job: int, *, endpoint: str | None, api_key_file: Path | None) -> None:
    """Give a job up; what it has answered is kept, the rest is pending again."""
    stage.cancel(catalog, job, stage.Access(endpoint, api_key_file), say=_say)
    click.echo(stage.sentence(catalog, job))


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--model", required=True, help="The model that will be asked.")
@click.option(
    "--provider", type=click.Choice(["vllm", "openai"]), default="vllm", show_default=True
)
@click.option("--selection", help="The candidates of this selection.  [default: the latest]")
@click.option("--run", help="Name of the label run.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many photos.")
@click.option("--prompt", help="Name of the prompt.  [default: hero]")
@click.option("--image-size", type=click.IntRange(64, 8192), default=768, show_default=True)
@click.option("--max-tokens", type=click.IntRange(16, 65536), default=1024, show_default=True)
@click.option(
    "--private-network",
    is_flag=True,
    help="The file stays in this network: photos that the gate holds may be in it.",
)
@json_option
@with_catalog
def export(catalog: Catalog, /, *, file: Path, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - many types
    """Write questions to FILE in OpenAI's batch format, for a machine that herocat cannot reach.

    \b
    herocat batch export questions.jsonl --model Qwen/Qwen3-VL-8B-Instruct
    vllm run-batch -i questions.jsonl -o answers.jsonl --model Qwen/Qwen3-VL-8B-Instruct
    herocat batch import answers.jsonl
    """
    done = stage.export(catalog, file, options, say=_say)
    files = ", ".join(str(path) for path in done.files) or "no file"
    line = f"{done.run}: {number(done.photos, 'photo')} written to {files}"
    if done.held:
        line += f"; {done.held}"
    data = {"run": done.run, "photos": done.photos, "files": [str(path) for path in done.files]}
    answer(line, data, as_json=as_json)


@command.command("import")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@json_option
@with_catalog
def take_in(catalog: Catalog, *, files: tuple[Path, ...], as_json: bool) -> None:
    """Take answers in OpenAI's batch format from FILEs; give those of errors, too."""
    done = stage.take_in(catalog, files)
    line = (
        f"{done.ok:,} scores, {done.failed:,} failed, {done.missing:,} without an answer, "
        f"pending again; {done.unknown:,} answers nobody asked for, {done.duplicate:,} given twice"
    )
    answer(line, done.data(), as_json=as_json)


def _say(text: str) -> None:
    click.echo(text, err=True)
