"""The frames of bursts side by side: the champion of each for a selection, the best few to be compared."""

from collections.abc import Callable, Iterator
from itertools import groupby
from sqlite3 import Row

from herocat import champion
from herocat.catalog import Catalog
from herocat.loaders import measured
from herocat.pixels import within_content
from herocat.ports import Request
from herocat.progress import Progress
from herocat.records import Box

Score = Callable[[Request], float]


def keep_champions(catalog: Catalog, score: Score, *, animal_confidence: float) -> int:
    """Leave of each burst in ``temp.eligible`` its best frame alone; return how many were compared.

    A burst with a frame that nobody has measured yet is left as it is.
    """
    catalog.run("select.start_ranks")
    rows = list(catalog.rows("select.burst_frames", animal_confidence=animal_confidence))
    compared = 0
    with Progress("comparing bursts") as progress:
        for sequence, group in groupby(rows, key=lambda row: row["sequence"]):
            frames = list(group)
            progress.step(1)
            if len(frames) < 2 or any(row["subject_sharpness"] is None for row in frames):
                continue
            ranked = champion.rank([_frame(catalog, row, score) for row in frames])
            catalog.many(
                "select.add_rank",
                [
                    {
                        "image": one.image,
                        "sequence": sequence,
                        "place": one.place,
                        "worth": one.worth,
                    }
                    | one.parts
                    for one in ranked
                ],
            )
            compared += 1
    catalog.run("select.keep_champions")
    return compared


def best_frames(
    catalog: Catalog, score: Score, *, stays: Callable[[int], bool], count: int | None = None
) -> Iterator[tuple[int, list[champion.Ranked]]]:
    """Yield each burst of ``temp.bursts`` with its best frames by pixels, at most so many, the best first.

    Frames that show no animal, or were not measured, do not count; nor do those that ``stays`` names.
    """
    rows = list(catalog.rows("bursts.frames"))
    for sequence, group in groupby(rows, key=lambda row: row["sequence"]):
        frames = [row for row in group if not stays(row["image_id"])]
        if len(frames) > 1:
            yield sequence, champion.rank([_frame(catalog, row, score) for row in frames])[:count]


def _frame(catalog: Catalog, row: Row, score: Score) -> champion.Frame:
    request = measured.request(catalog, row)
    box = Box(row["x"], row["y"], row["w"], row["h"])
    return champion.Frame(
        image=row["image_id"],
        box=within_content(box, request.measurement),
        sharpness=row["subject_sharpness"],
        score=score(request),
    )
