"""The champion of a burst is the frame that an eye would take."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from herocat.champion import WEIGHTS, Frame, rank
from herocat.records import Box

STANDING = Frame(1, Box(0.35, 0.4, 0.3, 0.3), 0.2, 7.0)


@pytest.mark.parametrize(
    ("what", "worse"),
    [
        ("head down", replace(STANDING, box=Box(0.35, 0.5, 0.3, 0.2))),
        ("turned away", replace(STANDING, box=Box(0.41, 0.4, 0.18, 0.3))),
        ("blurred", replace(STANDING, sharpness=0.1)),
        ("at the edge", replace(STANDING, box=Box(0.68, 0.4, 0.3, 0.3))),
        ("badly lit", replace(STANDING, score=5.0)),
    ],
)
def test_the_better_frame_wins(what: str, worse: Frame) -> None:
    for frames in ([STANDING, replace(worse, image=2)], [replace(worse, image=2), STANDING]):
        assert [one.image for one in rank(frames)] == [1, 2], what


def test_a_raised_head_outweighs_a_slightly_better_score() -> None:
    raised = Frame(2, Box(0.35, 0.3, 0.25, 0.4), 0.2, 6.6)
    assert rank([STANDING, raised])[0].image == 2


boxes = st.builds(
    lambda x, y, w, h: Box(x * (1 - w), y * (1 - h), w, h),
    *(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1), st.floats(0.01, 1)),
)
frames = st.lists(
    st.builds(Frame, st.integers(1, 99), boxes, st.floats(0, 1), st.floats(0, 10)),
    min_size=1,
    max_size=8,
    unique_by=lambda frame: frame.image,
)


@given(frames)
def test_ranks_are_whole_and_parts_add_up(burst: list[Frame]) -> None:
    ranked = rank(burst)
    assert {one.image for one in ranked} == {frame.image for frame in burst}
    assert [one.place for one in ranked] == list(range(1, len(burst) + 1))
    worths = [one.worth for one in ranked]
    assert worths == sorted(worths, reverse=True)
    for one in ranked:
        assert set(one.parts) == set(WEIGHTS)
        assert one.worth == pytest.approx(sum(one.parts.values()))
        assert all(part <= 0 for part in one.parts.values())
