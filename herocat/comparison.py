"""A comparison of label runs: what it holds, in words, and as a page with plots."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from herocat import plots
from herocat.agreement import Agreement, Estimate
from herocat.calibration import Calibration
from herocat.pages import ReportPage, Section, Table
from herocat.plots import Axis, Interval
from herocat.preferences import ByPairs, InBursts, bursts_section

Points = Sequence[tuple[float, float]]

TITLES = {
    "spearman": "Spearman",
    "kendall": "Kendall tau-b",
    "pearson": "Pearson",
    "mean_absolute_error": "mean absolute error",
    "mean_difference": "mean difference",
    "kappa": "quadratic kappa",
    "alpha": "Krippendorff alpha",
    "top_overlap": "top tenth in common",
    "accuracy_within": "pairs of one burst",
    "accuracy_across": "other pairs",
}
IN_POINTS = ("mean_absolute_error", "mean_difference")  # the others are shares or correlations
_BARS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Repeats:
    """How steady a rater is: what it says of photos that it has rated before."""

    n: int
    noise: float | None  # standard deviation of one answer, in points
    drift: Estimate  # later answers minus first ones: the mean
    days: float  # between the two, on average


@dataclass(frozen=True, slots=True)
class Controls:
    """What a rater says of pictures that are the same in every run, on average."""

    blanks: float | None  # pictures with nothing on them
    anchors: float | None  # fixed pictures
    anchor_rounds: int  # how often the anchors were asked about, over the run
    anchor_drift: float | None  # of the anchors, from their first round to their last


@dataclass(frozen=True, slots=True)
class Cost:
    """What the scores of a run have cost, and what agreeing with people costs with it."""

    usd: float
    per_thousand: float  # photos
    per_agreement: float | None  # dollars for 1,000 photos, divided by the Spearman with people
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class Run:
    """A label run and what its scores look like; ``histogram`` counts 0-1, 1-2, ... 9-10.

    ``people`` and ``calibration`` hold it against the mean of the people who rated the same photos;
    they are None where nobody has.
    """

    name: str
    rater: str
    model: str
    scored: int
    failed: int
    mean: float
    lowest: float
    highest: float
    histogram: tuple[int, ...]
    people: Agreement | None
    calibration: Calibration | None
    repeats: Repeats | None
    cost: Cost | None
    controls: Controls | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs; ``agreement`` is None if no photo was scored by both."""

    first: str
    second: str
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The runs that were asked for, every pair of them, and all of them together."""

    runs: tuple[Run, ...]
    pairs: tuple[Pair, ...]
    alpha: Estimate
    by_pairs: tuple[ByPairs, ...]
    in_bursts: tuple[InBursts, ...]
    queries: Mapping[str, str]  # which query each part of the report is computed from


# In words


def words(compared: Compared) -> Iterator[str]:
    """Yield the lines of the report."""
    if compared.runs:
        yield "run                             scored  failed   mean   range       0 .. 10"
    for run in compared.runs:
        yield (
            f"{run.name:<30}  {run.scored:>6,}  {run.failed:>6,}  {run.mean:>5.2f}  "
            f"{run.lowest:>4.1f}-{run.highest:<4.1f}  {bars(run.histogram)}"
        )
    if len(compared.runs) == 1:
        yield "one run: nothing to compare it with yet"
    for pair in compared.pairs:
        yield ""
        yield from _pair_words(f"{pair.first}, {pair.second}", pair.agreement)
    if len(compared.runs) > 2:
        yield ""
        yield f"all runs together: Krippendorff alpha {estimate(compared.alpha)}"
    for run in compared.runs:
        yield from _run_words(run)
    for run_pairs in compared.by_pairs:
        yield ""
        yield from run_pairs.words()
    if compared.in_bursts:
        yield ""
        yield from (run_bursts.words() for run_bursts in compared.in_bursts)
    if not (compared.pairs or compared.by_pairs or compared.in_bursts):
        return
    yield ""
    yield "figures from the queries of sql/compare.sql; in SQL alone: the reports agreement and agreement_pairs"


def _pair_words(names: str, both: Agreement | None) -> Iterator[str]:
    if both is None:
        yield f"{names}: no photo was scored by both"
        return
    spread = f"{both.places:,} places" if both.places > 1 else "one place: no intervals"
    yield f"{names}  (n = {both.n:,}; {spread})"
    for name, title in TITLES.items():
        sign = "+" if name == "mean_difference" else ""
        yield f"  {title:<22} {estimate(both[name], sign)}"


def _control_words(controls: Controls) -> Iterator[str]:
    if controls.blanks is not None:
        yield f"  nothing to see         {controls.blanks:.2f}"
    if controls.anchors is not None:
        said = anchors(controls.anchors, controls.anchor_drift, controls.anchor_rounds)
        yield f"  anchors                {said}"


def anchors(score: float, drift: float | None, rounds: int) -> str:
    """Say what a rater made of the anchors, and whether that has moved over the run."""
    moved = "" if drift is None else f", {drift:+.2f} from the first of {rounds} rounds to the last"
    return f"{score:.2f}{moved}"


def _run_words(run: Run) -> Iterator[str]:
    if run.people is not None:
        yield ""
        yield from _pair_words(f"{run.name}, people", run.people)
    if run.calibration is not None:
        before, after = run.calibration.error, run.calibration.calibrated_error
        curve = "  ".join(f"{x:g}={y:.1f}" for x, y in run.calibration.curve)
        yield f"  on the people's scale  {curve}"
        if after is not None:
            yield f"  error by that scale    {after:.2f} points at places not seen, {before:.2f} without"
    if run.repeats is not None:
        yield ""
        noise = (
            "" if run.repeats.noise is None else f"; noise of one answer {run.repeats.noise:.2f}"
        )
        yield f"{run.name}, asked again {run.repeats.n:,} times{noise}"
        yield f"  drift                  {estimate(run.repeats.drift, '+')} in {run.repeats.days:.1f} days"
    if run.controls is not None:
        yield ""
        yield f"{run.name}, on pictures that are the same in every run"
        yield from _control_words(run.controls)
    if run.cost is not None:
        yield ""
        line = f"{run.name} has cost ${run.cost.usd:,.4f}: ${run.cost.per_thousand:,.3f} for 1,000 photos"
        if run.cost.per_agreement is not None:
            line += f", ${run.cost.per_agreement:,.3f} for each unit of Spearman with people"
        yield line


def estimate(found: Estimate, sign: str = "") -> str:
    """Write an estimate with its interval."""
    if found.value is None:
        return "undefined"
    text = f"{found.value:{sign or '-'}.2f}"
    if found.low is None or found.high is None:
        return text
    return f"{text}  ({found.low:{sign or '-'}.2f} to {found.high:{sign or '-'}.2f})"


def bars(counts: tuple[int, ...]) -> str:
    """Draw counts as a row of bars, the highest one full."""
    top = max(counts) or 1
    return "".join(_BARS[0 if not count else 1 + count * 7 // top] for count in counts)


# As a page


def page(
    compared: Compared, points: Mapping[tuple[str, str], Points], beside: Mapping[str, Points]
) -> ReportPage:
    """Return the page; ``points`` are the scores of each pair, ``beside`` those beside people's."""
    runs = Table(
        columns=("run", "scored", "failed", "mean", "from", "to", "$ for 1,000"),
        rows=[
            (
                run.name,
                f"{run.scored:,}",
                f"{run.failed:,}",
                f"{run.mean:.2f}",
                f"{run.lowest:.1f}",
                f"{run.highest:.1f}",
                f"{run.cost.per_thousand:,.3f}" if run.cost else "",
            )
            for run in compared.runs
        ],
    )
    sections = [
        Section(
            "Runs",
            "",
            runs,
            [
                plots.histogram(run.histogram, title=run.name, across=Axis(run.name, 0, 10))
                for run in compared.runs
            ],
            compared.queries["runs"],
        )
    ]
    sections += [
        _pair_section(pair, pair.agreement, points, compared)
        for pair in compared.pairs
        if pair.agreement is not None
    ]
    sections += [
        _people_section(run, run.people, beside.get(run.name, ()), compared)
        for run in compared.runs
        if run.people is not None
    ]
    if any(run.repeats or run.controls for run in compared.runs):
        sections.append(_steadiness_section(compared))
    sections += [ranks.section(compared.queries["by_pairs"]) for ranks in compared.by_pairs]
    if compared.in_bursts:
        sections.append(bursts_section(compared.in_bursts, compared.queries["in_bursts"]))
    together = f"All runs together: Krippendorff alpha {estimate(compared.alpha)}."
    alone = (
        "One run: nothing to compare it with yet." if compared.runs else "No scores, only pairs."
    )
    about = together if len(compared.runs) > 1 else alone
    return ReportPage("How raters agree", about, sections)


def _pair_section(
    pair: Pair, both: Agreement, points: Mapping[tuple[str, str], Points], compared: Compared
) -> Section:
    histograms = {run.name: run.histogram for run in compared.runs}
    shown = {name: histograms[name] for name in (pair.first, pair.second)}
    drawn = [
        plots.scatter(
            points.get((pair.first, pair.second), ()),
            title=f"{pair.first} and {pair.second}, photo by photo",
            across=Axis(pair.first, 0, 10),
            up=Axis(pair.second, 0, 10),
        ),
        plots.two_histograms(shown, title=f"Scores of {pair.first} and {pair.second}"),
        _intervals(both, f"Agreement of {pair.first} and {pair.second}"),
    ]
    return Section(
        f"{pair.first}, {pair.second}",
        f"{both.n:,} photos of {both.places:,} places.",
        _figures(both),
        drawn,
        compared.queries["pairs"],
    )


def _people_section(run: Run, both: Agreement, beside: Points, compared: Compared) -> Section:
    drawn = [_intervals(both, f"Agreement of {run.name} and people")]
    if run.calibration is not None:
        curve = plots.calibration_curve(
            run.calibration.curve,
            title=f"What a score of {run.name} stands for on the people's scale",
            points=beside,
            across=Axis(run.name, 0, 10),
            up=Axis("people", 0, 10),
        )
        drawn.insert(0, curve)
    about = f"{both.n:,} photos of {both.places:,} places that people have rated."
    return Section(f"{run.name}, people", about, _figures(both), drawn, compared.queries["people"])


def _steadiness_section(compared: Compared) -> Section:
    runs = [run for run in compared.runs if run.repeats or run.controls]
    titles = ("photos asked again", "noise of one answer", "drift", "95 % interval", "nothing to see",
              "anchors", "their rounds", "their drift")  # fmt: skip
    columns = [_steadiness(run) for run in runs]
    return Section(
        "How steady each rater is",
        "Photos asked about twice, blank pictures, and anchors: pictures that are the same in every "
        "run, asked about at its beginning, middle and end. In points.",
        Table(("", *(run.name for run in runs)), list(zip(titles, *columns, strict=True))),
        [],
        f"{compared.queries['repeats']}, {compared.queries['controls']}",
    )


def _steadiness(run: Run) -> list[str]:
    again, fixed = run.repeats, run.controls
    found = [""] * 8
    if again is not None:
        found[:4] = [
            f"{again.n:,}",
            _number(again.noise),
            _signed(again.drift.value),
            _ends(again.drift),
        ]
    if fixed is not None:
        found[4:] = [
            _number(fixed.blanks),
            _number(fixed.anchors),
            f"{fixed.anchor_rounds}",
            _signed(fixed.anchor_drift),
        ]
    return found


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.2f}"


def _figures(both: Agreement) -> Table:
    return Table(
        columns=("", "value", "95 % interval"),
        rows=[
            (title, _number(both[name].value), _ends(both[name])) for name, title in TITLES.items()
        ],
    )


def _intervals(both: Agreement, title: str) -> str:
    rows = [
        Interval(TITLES[name], both[name].value, both[name].low, both[name].high)
        for name in TITLES
        if name not in IN_POINTS
    ]
    known = [row.low if row.low is not None else row.value for row in rows]
    low = min((value for value in known if value is not None), default=0.0)
    return plots.intervals(rows, title=title, across=Axis("1 is full agreement", min(0.0, low), 1))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _ends(found: Estimate) -> str:
    if found.low is None or found.high is None:
        return ""
    return f"{found.low:.2f} to {found.high:.2f}"
