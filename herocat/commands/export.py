"""``herocat export``: a command for each kind, made from what the kind says of itself."""

import re
from collections.abc import Callable, Iterable
from dataclasses import Field, asdict, fields
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, number, with_catalog
from herocat.errors import ChoiceError
from herocat.exports.filters import Choice
from herocat.exports.folder import MANIFEST
from herocat.exports.kind import Kind
from herocat.exports.registry import KINDS
from herocat.stages import export as stage

_FILTERS = (
    click.option(
        "--run", "runs", multiple=True, help="Only scores of this label run; may be repeated."
    ),
    click.option(
        "--min-score", type=click.FloatRange(0, 10), help="Only photos of this score or more."
    ),
    click.option(
        "--max-score", type=click.FloatRange(0, 10), help="Only photos of this score or less."
    ),
    click.option("--species", multiple=True, help="Only photos of this species; may be repeated."),
    click.option("--location", multiple=True, help="Only photos of this place; may be repeated."),
    click.option("--since", metavar="DATE", help="Only photos from this day or moment on."),
    click.option("--until", metavar="DATE", help="Only photos up to this day or moment."),
    click.option(
        "--light", type=click.Choice(["day", "night"]), help="Only photos in colour, or infrared."
    ),
    click.option(
        "--category", multiple=True, help="Only candidates of this class; may be repeated."
    ),
    click.option("--selection", help="Only candidates of this selection."),
)
_ALBUM = click.option("--album", help="Only photos of this album.")
_OWN_USE = click.option(
    "--own-use",
    is_flag=True,
    help="For your own tools only: paths of sensitive species may be told.",
)
_RELEASE = (
    click.option(
        "--release",
        multiple=True,
        type=int,
        metavar="ID",
        help="Let this photo leave although it is held.",
    ),
    click.option("--reason", help="Why the photos of --release may leave; it is kept."),
)
_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d)?)?)?)?")


class _Kinds(click.Group):
    """The group of kinds, in the order of the registry."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        return list(KINDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is None:
            ctx.fail(f"there is no export {cmd_name!r}; known are: {', '.join(KINDS)}")
        return found


@click.group(cls=_Kinds)
def command() -> None:
    """Hand over what was chosen: pages to send, and files that other tools open.

    Photos with people or vehicles, photos that a file says are not public, and photos that no
    detector has looked at never leave; where sensitive species live is not told. A manifest in each folder says what was held back, and why.

    \b
    herocat export html --out site
    herocat export html --help
    """


def _made(kind: Kind) -> click.Command:
    @with_catalog
    def call(catalog: Catalog, /, *, out: Path | None, as_json: bool, **words: Any) -> None:  # noqa: ANN401
        choice, options = _taken(Choice, words), _taken(kind.options, words)
        if out is None and not getattr(options, "beside", False):
            raise click.MissingParameter(param_hint="'--out'", param_type="option")
        release, reason = _release(words.get("release", ()), words.get("reason"))
        done = stage.export(
            catalog,
            kind.name,
            None if getattr(options, "beside", False) else out,
            choice=choice,
            options=options,
            release=release,
            reason=reason,
        )
        for veto in done.released:
            click.echo(f"released photo {veto.image}, held for: {veto.reason}", err=True)
        answer("\n".join([_line(done, out), *done.notes]), asdict(done), as_json=as_json)

    examples = "\n".join(kind.examples)
    call.__doc__ = f"{kind.about}\n\n\b\n{examples}\n"
    decorators = [*_shared(kind), *_options(kind.options), json_option]
    for decorate in reversed(decorators):
        call = decorate(call)
    return click.command(kind.name, help=call.__doc__, short_help=kind.title)(call)


def _shared(kind: Kind) -> Iterable[Callable[[Any], Any]]:
    """Yield the options that every kind has, or all that choose photos."""
    beside = any(one.name == "beside" for one in fields(kind.options))
    yield click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help="The folder to write; an earlier export there is replaced."
        + ("" if beside else "  [required]"),
    )
    if kind.chooses != "nothing":
        yield from _FILTERS
    if kind.chooses in {"runs", "any"}:
        yield _ALBUM
    if kind.chooses == "photos":
        most = "" if kind.top is None else f"  [default: {kind.top}]"
        yield click.option("--album", help="The photos of this album, in its order, not the best.")
        yield click.option(
            "--top", type=click.IntRange(min=1), help=f"Only the best so many.{most}"
        )
    if kind.by_path:
        yield _OWN_USE
    yield from _RELEASE


def _options(options: type) -> Iterable[Callable[[Any], Any]]:
    """Yield a command line option for each field of a kind's options."""
    types = get_type_hints(options)
    for one in fields(options):
        yield _option(one, types[one.name])


def _option(one: Field[Any], hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a type
    said = one.metadata
    kinds = [kind for kind in get_args(hint) or (hint,) if kind not in {NoneType, ...}]
    name = "--" + one.name.replace("_", "-")
    if kinds == [bool]:
        return click.option(name, is_flag=True, help=said["about"])
    kind: Any = None
    if kinds[0] in {int, float}:
        ranged = click.IntRange if kinds[0] is int else click.FloatRange
        limits = said["low"], said["high"]
        kind = kinds[0] if limits == (None, None) else ranged(*limits)
    elif said["choices"]:
        kind = click.Choice(said["choices"])
    elif kinds[0] is Path:
        kind = click.Path(path_type=Path, exists=True)
    several = str(hint).startswith("tuple")
    return click.option(
        name,
        type=kind,
        multiple=several,
        default=None if several else one.default,
        show_default=one.default not in (None, "", ()),
        metavar=said["metavar"],
        help=said["about"],
    )


def _taken(made: type, words: dict[str, Any]) -> Any:  # noqa: ANN401 - an instance of it
    values = {one.name: words[one.name] for one in fields(made) if one.name in words}
    for name in ("since", "until"):
        if values.get(name) is not None:
            values[name] = _moment(name, values[name])
    return made(**values)


def _moment(name: str, text: str) -> str:
    if not _MOMENT.fullmatch(text):
        raise ChoiceError(
            f"--{name} takes a day or a moment such as 2024-05-31 or 2024-05-31T18:00, not {text!r}"
        )
    return text.replace(" ", "T")


def _release(images: tuple[int, ...], reason: str | None) -> tuple[tuple[int, ...], str]:
    if images and not (reason or "").strip():
        raise ChoiceError("--release needs --reason TEXT: why may it leave? Nothing was released")
    if reason and not images:
        raise ChoiceError("--reason goes with --release ID; nothing was released")
    return images, reason or ""


def _line(done: stage.Exported, out: Path | None) -> str:
    place = (
        "beside the photos"
        if out is None or not done.out
        else out / done.files[0]
        if done.files
        else out
    )
    line = f"{place}: {number(done.photos, 'photo')}"
    if not done.new:
        line += "; made from the same before, nothing to do"
    if done.held:
        line += f"; {done.held:,} held back"
        line += f", see {out / MANIFEST}" if done.out and out is not None else ""
    return line


for _kind in KINDS.values():
    command.add_command(_made(_kind))
