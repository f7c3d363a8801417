"""``herocat explain``."""

from collections.abc import Iterator
from dataclasses import asdict

import click

from herocat.catalog import Catalog
from herocat.commands.shared import answer, json_option, with_catalog
from herocat.stages import explain as stage


@click.command()
@click.argument("image")
@click.option("--selection", help="Explain it for this selection.  [default: the latest]")
@json_option
@with_catalog
def command(catalog: Catalog, *, image: str, selection: str | None, as_json: bool) -> None:
    """Say why IMAGE was chosen or not: every rule, value, threshold and verdict.

    IMAGE is an id of the catalog, a path, or the end of a path.

    \b
    herocat explain 1204
    herocat explain ridge/IMG_0007.JPG
    """
    explained = stage.explain(catalog, image, selection=selection)
    answer("\n".join(_report(explained)), asdict(explained), as_json=as_json)


def _report(explained: stage.Explanation) -> Iterator[str]:
    yield f"{explained.path}  (photo {explained.image})"
    known = [explained.species, explained.location, explained.captured_at]
    if explained.sequence:
        known.append(f"burst {explained.sequence} of {explained.num_frames}")
    yield "  " + ", ".join(part for part in known if part)
    yield ""
    yield explained.verdict + (f"  [{explained.selection}]" if explained.selection else "")
    for gate in explained.gates:
        mark = "yes" if gate.passed else "NO "
        threshold = f"  ({gate.threshold})" if gate.threshold else ""
        yield f"  {mark}  {gate.rule}: {gate.value}{threshold}"
    for scored in explained.classes:
        yield ""
        yield f"as {scored.category}: quality {scored.quality:.3f}"
        for part in scored.parts:
            total = part.value * part.weight
            yield f"  {part.name:<16} {part.value:.3f} x {part.weight:.2f} = {total:.3f}"
    if explained.standing is not None:
        yield ""
        yield from _standing(explained.standing)
    for label in explained.labels:
        yield ""
        yield from _label(label)
    if explained.vetoes:
        yield ""
        yield "must not leave the catalog:"
        yield from (f"  {veto}" for veto in explained.vetoes)


def _label(label: stage.LabelOf) -> Iterator[str]:
    who = label.run if label.run == label.model else f"{label.run} ({label.model})"
    if label.score is None:
        yield f"{who}: no score: {label.error}"
        return
    yield f"{who}: {label.score:.2f} of 10. {label.reasoning}"
    for part in label.parts:
        weight = f" ^ {part.weight:.2f}" if part.weight is not None else ""
        yield f"  {part.name:<16} {part.value:.2f}{weight}   {part.note or ''}".rstrip()


def _standing(standing: stage.Standing) -> Iterator[str]:
    yield (
        f"side by side: number {standing.place} of {standing.frames} in its burst; "
        f"{standing.wins} won, {standing.ties} tied, {standing.losses} lost"
    )
    for other in standing.beside:
        who = "  (a person's word)" if other.people else ""
        than = "to" if other.says == "equal" else "than"
        yield f"  {other.says} {than} {other.path}{who}"
        yield from (f"    {said}" for said in other.answers)
