"""Plots as inline SVG, for pages and for files.

Each function returns one ``<svg>`` text that a page can hold as it is: its size is that of the
place it stands in, its colours are those of ``palette.css`` (with others where there is none), its
title and description are read out by screen readers, and every text in it is escaped. A page gives
``svg.plot`` a ``max-width`` of 100 % and an automatic height.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

Point = tuple[float, float]

WIDE, HIGH = 480, 320  # of a plot, in its own units; text is 12 high

_INK = "var(--ink, #23231f)"
_QUIET = "var(--quiet, #66665e)"
_LINE = "var(--line, #e2e0da)"
_ACCENT = "var(--accent, #2f6f5e)"
_OTHER = "var(--bad, #a3402b)"
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 14.0, 14.0, 44.0
_MOST_POINTS = 3000  # in a scatter plot: more are counted in cells instead
_ROW = 26.0  # height of a row of a chart that has rows
_LETTER = 6.6  # width of a letter, about


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: what it shows, and from where to where; without ends, as far as the values go."""

    label: str
    low: float | None = None
    high: float | None = None

    def over(self, values: Sequence[float]) -> "Axis":
        """Return the axis with ends."""
        low = min(values, default=0.0) if self.low is None else self.low
        high = max(values, default=1.0) if self.high is None else self.high
        return Axis(self.label, low, high if high > low else low + 1)


SCORE = Axis("score", 0, 10)


@dataclass(frozen=True, slots=True)
class Interval:
    """A row of an intervals plot; a value of None is undefined."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where values stand in a plot."""

    across: Axis
    up: Axis
    left: float = _LEFT
    height: float = HIGH

    def x(self, value: float) -> float:
        return _place(value, self.across, self.left, WIDE - _RIGHT)

    def y(self, value: float) -> float:
        return _place(value, self.up, self.height - _BOTTOM, _TOP)


def scatter(
    points: Sequence[tuple[float, float]],
    *,
    title: str,
    across: Axis = SCORE,
    up: Axis = SCORE,
    diagonal: bool = True,
) -> str:
    """Draw a dot for each pair of values; darker where several lie on top of each other."""
    frame = _Frame(across.over([x for x, _ in points]), up.over([y for _, y in points]))
    marks = [*_axes(frame)]
    if diagonal:
        marks.append(_diagonal(frame))
    if len(points) > _MOST_POINTS:
        marks += _cells(points, frame)
    else:
        opacity = 0.75 if len(points) < 100 else 0.35
        marks += [
            f'<circle cx="{_n(frame.x(x))}" cy="{_n(frame.y(y))}" r="3" fill="{_ACCENT}" '
            f'fill-opacity="{opacity}"/>'
            for x, y in points
        ]
    about = f"{len(points):,} points; across: {across.label}; up: {up.label}"
    return _svg(title, about, marks)


def histogram(
    counts: Sequence[int], *, title: str, across: Axis = SCORE, up: str = "photos"
) -> str:
    """Draw a bar for each count; the bars share the axis evenly."""
    return two_histograms({up: counts}, title=title, across=across, up=up)


def two_histograms(
    counts: Mapping[str, Sequence[int]], *, title: str, across: Axis = SCORE, up: str = "photos"
) -> str:
    """Draw the counts of two raters side by side, in bars of two colours with a legend."""
    most = max((max(one, default=0) for one in counts.values()), default=0)
    room = 1.25 if len(counts) > 1 else 1.0  # for the legend
    frame = _Frame(across.over([0.0, 1.0]), Axis(up, 0, max(1, most) * room))
    marks = [*_axes(frame)]
    for number, (name, one) in enumerate(counts.items()):
        colour = (_ACCENT, _OTHER)[number % 2]
        step = (_high(frame.across) - _low(frame.across)) / max(1, len(one))
        for bar, count in enumerate(one):
            start = _low(frame.across) + step * bar
            begin, end = (start + step * (0.08 + 0.84 * (number + k) / len(counts)) for k in (0, 1))
            corner, opposite = (frame.x(begin), frame.y(count)), (frame.x(end), frame.y(0))
            said = f"{name}, {start:g} to {start + step:g}: {count:,}"
            marks.append(_bar(corner, opposite, colour, said))
        if len(counts) > 1:
            marks += _legend(name, colour, number)
    about = "; ".join(f"{name}: {', '.join(map(str, one))}" for name, one in counts.items())
    return _svg(title, f"{across.label} from the left, {about}", marks)


def bar_chart(values: Mapping[str, float], *, title: str, label: str, form: str = ".2f") -> str:
    """Draw a row with a bar for each name, longest first as they are given."""
    height = _BOTTOM + _TOP + _ROW * max(1, len(values))
    ends = [0.0, *values.values()]
    frame = _Frame(Axis(label).over(ends), Axis("", 0, 1), _margin(list(values)), height)
    marks = [*_ticks_across(frame)]
    for row, (name, value) in enumerate(values.items()):
        middle = _TOP + _ROW * (row + 0.5)
        begin, end = sorted((frame.x(0), frame.x(value)))
        said = f"{name}: {value:{form}}"
        marks.append(_bar((begin, middle - 8), (end, middle + 8), _ACCENT, said))
        marks.append(_text(frame.left - 8, middle + 4, _short(name), "end", _INK))
        room = WIDE - _RIGHT - end > 48
        marks.append(
            _text(
                end + 5 if room else end - 5,
                middle + 4,
                f"{value:{form}}",
                "start" if room else "end",
                _QUIET if room else "var(--score-ink, #ffffff)",
            )
        )
    about = "; ".join(f"{name} {value:{form}}" for name, value in values.items())
    return _svg(title, f"{label}: {about}", marks, height)


def calibration_curve(
    curve: Sequence[tuple[float, float]],
    *,
    title: str,
    points: Sequence[tuple[float, float]] = (),
    across: Axis = SCORE,
    up: Axis = SCORE,
) -> str:
    """Draw which score of one rater stands for which of another, over the photos it is read from."""
    frame = _Frame(across.over([x for x, _ in curve]), up.over([y for _, y in curve]))
    marks = [*_axes(frame), _diagonal(frame)]
    marks += [
        f'<circle cx="{_n(frame.x(x))}" cy="{_n(frame.y(y))}" r="2.5" fill="{_QUIET}" fill-opacity="0.3"/>'
        for x, y in points[:_MOST_POINTS]
    ]
    path = " ".join(f"{_n(frame.x(x))},{_n(frame.y(y))}" for x, y in curve)
    marks.append(f'<polyline points="{path}" fill="none" stroke="{_ACCENT}" stroke-width="2.5"/>')
    said = "; ".join(f"{x:g} stands for {y:.1f}" for x, y in curve[:12])
    return _svg(title, f"{across.label} across, {up.label} up: {said}", marks)


def intervals(rows: Sequence[Interval], *, title: str, across: Axis) -> str:
    """Draw a row for each value, with the interval that holds it."""
    known = [v for row in rows for v in (row.value, row.low, row.high) if v is not None]
    height = _BOTTOM + _TOP + _ROW * max(1, len(rows))
    names = [row.name for row in rows]
    frame = _Frame(across.over(known), Axis("", 0, 1), _margin(names), height)
    marks = [*_ticks_across(frame)]
    said = []
    for number, row in enumerate(rows):
        middle = _TOP + _ROW * (number + 0.5)
        marks.append(_text(frame.left - 8, middle + 4, _short(row.name), "end", _INK))
        if row.value is None:
            marks.append(_text(frame.left + 6, middle + 4, "undefined", "start", _QUIET))
            said.append(f"{row.name} undefined")
            continue
        text = f"{row.name} {row.value:.2f}"
        if row.low is not None and row.high is not None:
            ends = [(frame.x(edge), middle) for edge in (row.low, row.high)]
            marks.append(_line(ends[0], ends[1], _ACCENT, ' stroke-width="3"'))
            text += f" ({row.low:.2f} to {row.high:.2f})"
        marks.append(
            f'<circle cx="{_n(frame.x(row.value))}" cy="{_n(middle)}" r="4.5" fill="{_ACCENT}">'
            f"<title>{escape(text)}</title></circle>"
        )
        said.append(text)
    return _svg(title, f"{across.label}: {'; '.join(said)}", marks, height)


def as_file(svg: str) -> str:
    """Return a plot as a file of its own: with the palette, on its ground."""
    palette = resources.files("herocat").joinpath("templates/palette.css").read_text("utf-8")
    head, mark, rest = svg.partition("</desc>")
    ground = '<rect width="100%" height="100%" fill="var(--paper, #ffffff)"/>'
    return f"{head}{mark}<style>{palette}</style>{ground}{rest}\n"


# Pieces


def _svg(title: str, about: str, marks: Sequence[str], height: float = HIGH) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDE} {_n(height)}" '
        f'width="{WIDE}" class="plot" '
        f'font-family="system-ui, sans-serif" font-size="12">'
        f"<title>{escape(title)}</title><desc>{escape(about)}</desc>{''.join(marks)}</svg>"
    )


def _axes(frame: _Frame) -> list[str]:
    marks = _ticks_across(frame)
    for value in ticks(_low(frame.up), _high(frame.up)):
        level = frame.y(value)
        marks.append(_line((frame.left, level), (WIDE - _RIGHT, level), _LINE))
        marks.append(_text(frame.left - 8, level + 4, f"{value:g}", "end", _QUIET))
    middle = (_TOP + frame.height - _BOTTOM) / 2
    marks.append(
        f'<text transform="translate(14 {_n(middle)}) rotate(-90)" text-anchor="middle" '
        f'fill="{_QUIET}">{escape(frame.up.label)}</text>'
    )
    return marks


def _ticks_across(frame: _Frame) -> list[str]:
    floor = frame.height - _BOTTOM
    marks = []
    for value in ticks(_low(frame.across), _high(frame.across)):
        place = frame.x(value)
        marks.append(_line((place, _TOP), (place, floor), _LINE))
        marks.append(_text(place, floor + 16, f"{value:g}", "middle", _QUIET))
    middle = (frame.left + WIDE - _RIGHT) / 2
    marks.append(_text(middle, frame.height - 8, frame.across.label, "middle", _QUIET))
    return marks


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers from low to high, two to nine of them."""
    rough = (high - low) / 5
    base = 10 ** math.floor(math.log10(rough))
    step = next(base * factor for factor in (1, 2, 5, 10) if base * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _cells(points: Sequence[tuple[float, float]], frame: _Frame) -> list[str]:
    """Draw many points as squares, the darker the more there are."""
    side = 8.0
    counts = dict[tuple[int, int], int]()
    for x, y in points:
        key = int(frame.x(x) // side), int(frame.y(y) // side)
        counts[key] = counts.get(key, 0) + 1
    most = max(counts.values())
    return [
        f'<rect x="{_n(column * side)}" y="{_n(row * side)}" width="{side:g}" height="{side:g}" '
        f'fill="{_ACCENT}" fill-opacity="{_n(0.08 + 0.92 * math.sqrt(count / most))}"/>'
        for (column, row), count in sorted(counts.items())
    ]


def _legend(name: str, colour: str, row: int) -> list[str]:
    level = _TOP + 6 + 16 * row
    right = WIDE - _RIGHT - 4
    return [
        _text(right - 14, level + 4, _short(name), "end", _INK),
        f'<rect x="{_n(right - 9)}" y="{_n(level - 5)}" width="10" height="10" fill="{colour}"/>',
    ]


def _bar(corner: Point, opposite: Point, colour: str, said: str) -> str:
    (x0, y0), (x1, y1) = corner, opposite
    return (
        f'<rect x="{_n(x0)}" y="{_n(y0)}" width="{_n(max(0.0, x1 - x0))}" '
        f'height="{_n(max(0.0, y1 - y0))}" fill="{colour}"><title>{escape(said)}</title></rect>'
    )


def _line(start: Point, end: Point, colour: str, more: str = "") -> str:
    return (
        f'<line x1="{_n(start[0])}" y1="{_n(start[1])}" x2="{_n(end[0])}" y2="{_n(end[1])}" '
        f'stroke="{colour}"{more}/>'
    )


def _diagonal(frame: _Frame) -> str:
    """Draw where both axes have the same value."""
    low = max(_low(frame.across), _low(frame.up))
    high = min(_high(frame.across), _high(frame.up))
    ends = [(frame.x(value), frame.y(value)) for value in (low, high)]
    return _line(ends[0], ends[1], _QUIET, ' stroke-dasharray="4 4"')


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(text)}</text>"
    )


def _place(value: float, axis: Axis, begin: float, end: float) -> float:
    share = (value - _low(axis)) / (_high(axis) - _low(axis))
    return begin + min(1.0, max(0.0, share)) * (end - begin)


def _low(axis: Axis) -> float:
    assert axis.low is not None
    return axis.low


def _high(axis: Axis) -> float:
    assert axis.high is not None
    return axis.high


def _margin(names: Sequence[str]) -> float:
    longest = max((len(_short(name)) for name in names), default=0)
    return max(_LEFT, 16 + _LETTER * longest)


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
