"""Plots are whole SVG, escaped, described, and in the palette's colours."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, strategies as st

from herocat import plots
from herocat.plots import Axis, Interval

EVIL = "<script>alert('&\"')</script>"
SVG = "{http://www.w3.org/2000/svg}"
PLOTS = {
    "scatter": plots.scatter([(1, 2), (3, 4)], title=EVIL, across=Axis(EVIL, 0, 10)),
    "cells": plots.scatter([(k / 500, k / 600) for k in range(5000)], title=EVIL),
    "histogram": plots.histogram([1, 0, 5], title=EVIL, across=Axis(EVIL, 0, 3), up=EVIL),
    "two": plots.two_histograms({EVIL: [1, 2], "other": [3, 4]}, title=EVIL),
    "bars": plots.bar_chart({EVIL: 3.0, "other": 1.0}, title=EVIL, label=EVIL),
    "curve": plots.calibration_curve([(0, 1), (10, 9)], title=EVIL, points=[(1, 1)]),
    "intervals": plots.intervals(
        [Interval(EVIL, 0.5, 0.4, 0.6), Interval("none", None), Interval("alone", 0.3)],
        title=EVIL,
        across=Axis(EVIL, 0, 1),
    ),
}


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_one_whole_svg(name: str) -> None:
    text = PLOTS[name]
    for whole in (text, plots.as_file(text)):
        root = ET.fromstring(whole)
        assert root.tag == f"{SVG}svg"
        assert root.attrib["role"] == "img"
        assert root.findtext(f"{SVG}title") == EVIL
        assert root.findtext(f"{SVG}desc")
    assert "<script" not in text
    colours = re.findall(r'(?:fill|stroke)="(?!none)([^"]+)"', text)
    assert colours
    assert all(colour.startswith("var(--") for colour in colours)


def test_values_stand_where_they_belong() -> None:
    root = ET.fromstring(plots.scatter([(0, 0), (10, 10), (99, -99)], title="t"))
    places = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in root.iter(f"{SVG}circle")]
    (left, bottom), (right, top), outside = places
    assert left < right
    assert top < bottom
    assert outside == (right, bottom)  # what lies outside stands at the edge


def test_nothing_is_drawn_of_nothing() -> None:
    for text in (
        plots.scatter([], title="t"),
        plots.histogram([], title="t"),
        plots.bar_chart({}, title="t", label="l"),
        plots.intervals([], title="t", across=Axis("a")),
        plots.calibration_curve([], title="t"),
    ):
        ET.fromstring(text)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    found = plots.ticks(low, low + span)
    assert 2 <= len(found) <= 9
    assert all(low - span * 1e-6 <= tick <= low + span * (1 + 1e-6) for tick in found)
    assert found == sorted(set(found))
