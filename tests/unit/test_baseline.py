"""The baseline rater puts photos in the order that an eye would."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from herocat import pixels
from herocat.pixels import Measurement, Subject
from herocat.ports import RefusedError, Request
from herocat.providers import baseline
from herocat.providers.baseline import Baseline
from herocat.records import Box
from tests.world import draw

SUBJECT = Subject(300, 300, 0.4, 0.6, 0.0, 0.2, 0.15, 0.2)
DAY = Measurement(
    monochrome=False,
    brightness=0.5,
    colourfulness=0.4,
    content_top=0.0,
    content_bottom=1.0,
    subject=SUBJECT,
)
BOX = Box(0.3, 0.3, 0.4, 0.4)


def score(box: Box = BOX, measured: Measurement = DAY, others: int = 0, **subject: float) -> float:
    if subject:
        measured = replace(measured, subject=replace(SUBJECT, **subject))  # type: ignore[arg-type]
    return Baseline().label(Request(measured, (box,) * (1 + others))).score


def test_a_good_photo_scores_high() -> None:
    assert score() > 8.5


@pytest.mark.parametrize(
    ("what", "worse"),
    [
        ("cut off", {"box": Box(0.0, 0.3, 0.4, 0.4)}),
        ("cut off at the strip of text", {"measured": replace(DAY, content_bottom=0.7)}),
        ("small", {"box": Box(0.45, 0.45, 0.05, 0.05)}),
        ("too close", {"box": Box(0.02, 0.02, 0.96, 0.96)}),
        ("in a corner", {"box": Box(0.05, 0.05, 0.4, 0.4)}),
        ("blurred", {"sharpness": 0.05}),
        ("softer than its background", {"sharpness": 0.12, "background_sharpness": 0.4}),
        ("black", {"brightness": 0.01}),
        ("flat", {"contrast": 0.05}),
        ("burnt out", {"clipped": 0.5}),
        ("hidden in its surroundings", {"separation": 0.01}),
        ("grey", {"measured": replace(DAY, colourfulness=0.02)}),
    ],
)
def test_what_is_worse_scores_lower(what: str, worse: dict[str, object]) -> None:
    assert score(**worse) < score() - 0.1, what  # type: ignore[arg-type]


def test_several_animals_are_better_than_one() -> None:
    assert score(others=2) > score(others=1) > score()


def test_infrared_is_a_class_of_its_own() -> None:
    night = replace(DAY, monochrome=True, colourfulness=0.0)
    assert score(measured=replace(DAY, colourfulness=0.0)) < score(measured=night) < score()
    reply = Baseline().label(Request(night, (BOX,)))
    assert "colour" not in reply.reasoning


def test_pictures_blurred_or_cut_off_fall_behind_a_sharp_whole_one() -> None:
    def rate(image_box: Box, blur: float = 0) -> float:
        image = draw(640, 480, box=image_box, blur=blur)
        return Baseline().label(Request(pixels.measure(image, image_box), (image_box,))).score

    whole = rate(BOX)
    assert rate(BOX, blur=5) < whole - 1
    assert rate(Box(0.6, 0.3, 0.4, 0.4)) < whole - 1


def test_the_parts_make_the_score() -> None:
    reply = Baseline().label(Request(DAY, (BOX,)))
    assert {part.name for part in reply.subscores} == set(baseline.WEIGHTS)
    assert reply.score == pytest.approx(baseline.score(reply.subscores), abs=0.01)


def test_no_animal_is_worth_nothing() -> None:
    reply = Baseline().label(Request(replace(DAY, subject=None), ()))
    assert reply.score == 0
    assert reply.reasoning == "No animal was detected."


def test_an_animal_that_nobody_measured_is_refused() -> None:
    with pytest.raises(RefusedError):
        baseline._parts(Request(replace(DAY, subject=None), (BOX,)))


shares = st.floats(0, 1)


@given(
    box=st.tuples(shares, shares, st.floats(0.001, 1), st.floats(0.001, 1)),
    subject=st.tuples(shares, shares, shares, shares, shares, shares),
    strips=st.tuples(st.floats(0, 0.15), st.floats(0.85, 1)),
    monochrome=st.booleans(),
)
def test_scores_stay_in_range(
    box: tuple[float, ...],
    subject: tuple[float, ...],
    strips: tuple[float, float],
    *,
    monochrome: bool,
) -> None:
    x, y, w, h = box
    measured = Measurement(
        monochrome=monochrome,
        brightness=0.5,
        colourfulness=0.5,
        content_top=strips[0],
        content_bottom=strips[1],
        subject=Subject(10, 10, *subject),
    )
    reply = Baseline().label(Request(measured, (Box(x * (1 - w), y * (1 - h), w, h),)))
    assert 0 <= reply.score <= 10
    assert all(0 <= part.value <= 1 for part in reply.subscores)
    assert reply.reasoning
