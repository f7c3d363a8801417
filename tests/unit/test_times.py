"""Times as cameras write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from herocat import times


@pytest.mark.parametrize(
    ("text", "moment", "doubt"),
    [
        ("2021:04:11 20:43:09", "2021-04-11T20:43:09", None),
        ("2021-04-11 20:43:09", "2021-04-11T20:43:09", None),
        ("2021-04-11T20:43:09.123", "2021-04-11T20:43:09", None),
        (" 2021/4/1  7:03 ", "2021-04-01T07:03:00", None),
        ("2021-04-11 12:43 AM", "2021-04-11T00:43:00", None),
        ("2021-04-11 12:43:09pm", "2021-04-11T12:43:09", None),
        ("2021-04-11 8:43 p.m.", "2021-04-11T20:43:00", None),
        ("2021-04-11", "2021-04-11T00:00:00", "a date without a time"),
        ("2000-01-01 00:00:05", "2000-01-01T00:00:05", "the camera's clock was not set"),
        ("1970-01-01 00:00:00", "1970-01-01T00:00:00", "the camera's clock was not set"),
        ("2099-01-01 10:00:00", "2099-01-01T10:00:00", "in the future"),
        ("2021-02-30 10:00:00", None, "not a time"),
        ("2021-02-20 24:00:00", None, "not a time"),
        ("yesterday", None, "not a time"),
        ("01-Mai-2024 10:00:00", None, "not a time"),
        ("NA", None, None),
        ("0000:00:00 00:00:00", None, None),
        ("    :  :     :  :  ", None, None),
        ("\x00\x00", None, None),
        ("", None, None),
        (None, None, None),
        (float("nan"), None, None),
        (20210411, None, None),
    ],
)
def test_parse(text: object, moment: str | None, doubt: str | None) -> None:
    assert times.parse(text) == (moment, doubt)


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("7/2/2021 4:10", "2021-7-2 4:10"),
        ("06-02-2014 05:41:10", "2014-06-02 05:41:10"),
        ("2021-07-02 04:10:55", "2021-07-02 04:10:55"),
        ("7/2/20211", "7/2/20211"),
        ("", ""),
    ],
)
def test_month_first(text: str, turned: str) -> None:
    assert times.month_first(text) == turned


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%Y:%m:%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"])
@pytest.mark.parametrize(("days", "doubt"), [(0, None), (1, None), (3, "in the future")])
def test_the_future_begins_after_tomorrow(form: str, days: int, doubt: str | None) -> None:
    """In some zone it is tomorrow already."""
    moment = datetime.now(UTC) + timedelta(days=days)
    assert times.parse(moment.strftime(form))[1] == doubt


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(1995, 1, 1), datetime(2060, 1, 1)),  # noqa: DTZ001 - cameras have no zone
    st.sampled_from(["T", " "]),
    st.sampled_from(["", "Z", "+02:00", "-0700", ".5", ".123Z", "pm", " PM", " a.m.", "-", "+ pm"]),
)
def test_the_quick_way_says_what_the_slow_one_does(
    moment: datetime, between: str, after: str
) -> None:
    text = f"{moment:%Y-%m-%d}{between}{moment:%H:%M:%S}{after}"
    assert times.parse(text) == times.parse(f" {text}")
