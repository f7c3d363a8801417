"""What the pages say of photos and runs, in words ready to show."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from herocat.agreement import Estimate, agreement
from herocat.catalog import Catalog
from herocat.exports.chosen import Photo
from herocat.exports.pictures import Shown
from herocat.exports.rated import Label, Rated, Run, parts
from herocat.pages import Card, CardPart, Chip, PairRow, RunSummary, SideRow, bars

_STATISTICS = ("spearman", "mean_absolute_error", "mean_difference")
_NONE, _MINUS = "\u2013", "\u2212"


def rated(
    photo: Photo, label: Label, shown: Shown, one: Rated, others: Sequence[Chip], *, places: bool
) -> Card:
    """Return the card of a photo with what one run says of it."""
    return _card(
        photo,
        shown,
        details=_details(photo, label, places=places),
        score=label.score,
        reasoning=label.reasoning,
        error=f"No score: {label.error}" if label.score is None else "",
        parts=[
            CardPart(p.name, p.value, one.told(photo.image, p.note))
            for p in parts(one.catalog, label.id)
        ],
        others=others,
    )


def absent(photo: Photo, shown: Shown, one: Rated) -> Card:
    """Return the card of a photo that a run has no label for."""
    said = f"Missing: {one.run.name} has not rated it"
    return _card(photo, shown, details=[f"photo {photo.image}"], error=said)


def side(
    photo: Photo,
    shown: Shown,
    labels: Sequence[tuple[Rated, Label] | None],
    spread: float | None,
    *,
    places: bool,
) -> SideRow:
    """Return a photo with what every run says of it."""
    return SideRow(
        card=_card(photo, shown, details=_details(photo, None, places=places)),
        spread=spread,
        off=off(spread),
        scores=[
            None if one is None else rated(photo, one[1], shown, one[0], (), places=False)
            for one in labels
        ],
    )


def off(difference: float | None) -> str:
    """Say in a word how far apart two scores are: two points are some, three and a half much."""
    if difference is None or abs(difference) < 2:
        return ""
    return "some" if abs(difference) < 3.5 else "much"


def facts(one: Rated) -> list[tuple[str, str]]:
    """Return the numbers at the head of a run's page: each with what it counts."""
    stats, shown = one.stats, len(one.labels) + len(one.absent)
    found = [(f"{shown:,}", "shown")]
    if stats.labels != shown:
        found.append((f"{stats.labels:,}", "labeled"))
    if stats.scored:
        found.append((f"{stats.mean:.1f}", "mean score"))
        found.append((f"{stats.lowest:.1f} to {stats.highest:.1f}", "range"))
    if stats.labels > stats.scored:
        found.append((f"{100 * stats.scored / stats.labels:.1f} %", "got a score"))
    if stats.seconds is not None:
        found.append((_seconds(stats.seconds), "a photo"))
    return found


def footer(one: Rated) -> str:
    """Say who gave the scores."""
    return f"Scores from 0 to 10 by {one.run.name}{_model(one.run)}, rater: {one.run.rater}. Made with herocat."


def summary(one: Rated, href: str, best: Sequence[Card]) -> RunSummary:
    """Return what the first page says of a run."""
    about = " · ".join(dict.fromkeys((one.run.rater, one.run.model)))
    return RunSummary(one.run.name, href, about, facts(one)[1:], bars(one.stats.bins), best)


def pairs(catalog: Catalog, runs: Sequence[Run]) -> Iterator[PairRow]:
    """Yield how each two runs agree on the photos that both have scored."""
    for first, second in combinations(runs, 2):
        rows = list(catalog.rows("compare.pairs", first=first.id, second=second.id))
        if not rows:
            yield PairRow(first.name, second.name, "0", _NONE, "none", _NONE, _NONE)
            continue
        one, other, places, bursts = zip(*(tuple(row)[1:] for row in rows), strict=True)
        found = agreement(one, other, places=places, sequences=bursts, only=_STATISTICS)
        rank, apart, bias = (found[name] for name in _STATISTICS)
        yield PairRow(
            first.name,
            second.name,
            f"{found.n:,}",
            _estimate(rank, "+.2f"),
            _strength(rank.value),
            _estimate(apart, ".1f"),
            _estimate(bias, "+.1f"),
        )


def _estimate(found: Estimate, form: str) -> str:
    """Return a figure with its interval, if there is one."""
    if found.value is None:
        return _NONE
    told = format(found.value, form)
    if found.low is not None and found.high is not None:
        told += f" ({format(found.low, form)} to {format(found.high, form)})"
    return told.replace("-", _MINUS)


def _strength(rank: float | None) -> str:
    if rank is None or rank < 0.2:
        return "none"
    return "weak" if rank < 0.5 else "fair" if rank < 0.75 else "strong"


def _card(
    photo: Photo,
    shown: Shown,
    *,
    details: Sequence[str],
    score: float | None = None,
    reasoning: str = "",
    error: str = "",
    parts: Sequence[CardPart] = (),
    others: Sequence[Chip] = (),
) -> Card:
    image = photo.image
    return Card(
        image=image,
        thumbnail=shown.thumbnail(image),
        preview=shown.large(image),
        score=score,
        title=photo.title,
        details=details,
        reasoning=reasoning,
        error=error,
        parts=parts,
        others=others,
    )


def _details(photo: Photo, label: Label | None, *, places: bool) -> list[str]:
    details = [photo.captured_at.replace("T", " ")[:16]] if photo.captured_at else []
    if places and photo.secret is None:
        details += [photo.place] if photo.place else []
        details.append(photo.path)
    details.append(f"photo {photo.image}")
    if label is not None and label.latency_ms is not None and label.latency_ms >= 50:
        details.append(_seconds(label.latency_ms / 1000))
    return details


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.1 else f"{1000 * seconds:.0f} ms"


def _model(run: Run) -> str:
    return "" if run.model == run.name else f" ({run.model})"
