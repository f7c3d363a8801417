"""Scores are read strictly first, then down a short ladder, and never made up."""

import contextlib
import json
import math

import pytest
from hypothesis import given, strategies as st

from herocat.replies import InvalidError, expected, number, read, read_list, read_pair

GOOD = {"score": 7.5, "light": 8, "reasoning": "Sharp."}


@pytest.mark.parametrize(
    ("text", "score", "mode"),
    [
        (json.dumps(GOOD), 7.5, "strict"),
        ("[" + json.dumps(GOOD) + "]", 7.5, "strict"),
        ("\ufeff" + json.dumps(GOOD), 7.5, "fenced"),
        ("```json\n" + json.dumps(GOOD) + "\n```", 7.5, "fenced"),
        ("```\n" + json.dumps(GOOD) + "```", 7.5, "fenced"),
        ("<think>a score of {9}?</think>\n" + json.dumps(GOOD), 7.5, "fenced"),
        ('<think>{"score": 1}', None, ""),
        ('A {"score": 3}?</think>' + json.dumps(GOOD), 7.5, "fenced"),
        ('A {"score": 3}?</think>{"score": 7', None, ""),
        ("Here you are: " + json.dumps(GOOD) + " I hope it helps.", 7.5, "found"),
        ('{"x": 1} then ' + json.dumps(GOOD), 7.5, "found"),
        ('{"score": "8/10", "reasoning": "a"}', 8, "coerced"),
        ('{"score": "8 / 10", "reasoning": "a"}', 8, "coerced"),
        ('{"score": "8 out of 10", "reasoning": "a"}', 8, "coerced"),
        ('{"score": "8,5", "reasoning": "a"}', 8.5, "coerced"),
        ('{"score": " 7 ", "reasoning": "a"}', 7, "coerced"),
        ('{"score": 8,5, "reasoning": "a"}', 8.5, "coerced"),
        ('```json\n{"reasoning": "a", "score": 8,5}\n```', 8.5, "coerced"),
        ('{"score": 0, "reasoning": "a"}', 0, "strict"),
        ('{"score": 10, "reasoning": "a"}', 10, "strict"),
    ],
)
def test_the_ladder(text: str, score: float | None, mode: str) -> None:
    if score is None:
        with pytest.raises(InvalidError):
            read(text)
    else:
        reading = read(text)
        assert (reading.score, reading.mode) == (score, mode)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("I will not rate this.", "no JSON object"),
        ('{"reasoning": "a"}', "no score"),
        ('{"score": null, "reasoning": "a"}', "no number"),
        ('{"score": true, "reasoning": "a"}', "no number"),
        ('{"score": NaN, "reasoning": "a"}', "not between"),
        ('{"score": Infinity}', "not between"),
        ('{"score": 11}', "not between"),
        ('{"score": -1}', "not between"),
        ('{"score": 75}', "not between"),
        ('{"score": "good"}', "no number"),
        ('{"score": "8/100"}', "no number"),
        ('{"score": [7]}', "no number"),
        ('{"score": 7, "reasoning": "cut o', "no JSON object"),
        ('{"score": 1' + "0" * 400 + "}", "not between"),
        ("[" * 100_000, "no JSON object"),
    ],
)
def test_what_is_no_score(text: str, words: str) -> None:
    with pytest.raises(InvalidError, match=words):
        read(text)


@pytest.mark.parametrize(
    ("text", "thoughts"),
    [
        ("", json.dumps(GOOD)),
        ("Maybe " + json.dumps(GOOD) + ". But wait, it is mu", ""),
        ("```json\n" + json.dumps(GOOD) + "\n```\nBut wait", ""),
    ],
)
def test_what_stands_in_a_reply_that_was_cut_off_is_a_draft(text: str, thoughts: str) -> None:
    assert read(text, thoughts).score == 7.5
    with pytest.raises(InvalidError):
        read(text, thoughts, whole=False)


@pytest.mark.parametrize("text", [json.dumps(GOOD), "```\n" + json.dumps(GOOD) + "\n```"])
def test_a_reply_that_was_whole_when_it_was_cut_off_counts(text: str) -> None:
    assert read(text, whole=False).score == 7.5


def test_no_reason_is_no_word() -> None:
    assert read('{"score": 8, "reasoning": null}').reasoning == ""


def test_subscores_may_have_decimal_commas() -> None:
    reading = read('{"score": 8, "light": 7,5, "reasoning": "a"}', parts=("light",))
    assert (reading.score, reading.parts) == (8, (("light", 7.5),))


def test_thinking_aloud_is_looked_at_only_when_there_is_no_answer() -> None:
    assert read("", json.dumps(GOOD)).mode == "thoughts"
    assert read('{"score": 2}', json.dumps(GOOD)).score == 2


def test_parts_are_read_where_they_are_numbers() -> None:
    reading = read(json.dumps(GOOD | {"pose": "?", "more": 3}), parts=("light", "pose", "gone"))
    assert reading.parts == (("light", 8.0),)


@given(st.text(max_size=300))
def test_any_text_is_a_score_in_range_or_invalid(text: str) -> None:
    with contextlib.suppress(InvalidError):
        assert 0 <= read(text).score <= 10


@given(st.floats(0, 10))
def test_every_score_comes_back(score: float) -> None:
    assert read(json.dumps({"score": score})).score == score
    assert number(score) == (score, False)


def tokens(*pieces: tuple[str, dict[str, float]]) -> list[tuple[str, list[tuple[str, float]]]]:
    return [
        (text, [(one, math.log(chance)) for one, chance in likely.items()])
        for text, likely in pieces
    ]


def test_the_mean_over_what_it_might_have_said() -> None:
    said = tokens(
        ('{"', {}), ("score", {}), ('":', {}), (" ", {}),
        ("7", {"7": 0.6, "8": 0.2, "6": 0.2}), (",", {}),
    )  # fmt: skip
    assert expected(said) == pytest.approx(7.0)


def test_a_ten_that_is_written_as_one_and_nought() -> None:
    said = tokens(
        ('{"score":', {}), ("1", {"1": 0.5, "9": 0.5}), ("0", {"0": 0.8, ",": 0.2}), (",", {})
    )  # fmt: skip
    assert expected(said) == pytest.approx(0.5 * 9 + 0.4 * 10 + 0.1 * 1)


@pytest.mark.parametrize(
    "said",
    [
        [],
        tokens(('{"score":', {}), ("7", {"7": 0.2, "x": 0.8}), (",", {})),
        tokens(('{"score":', {}), ("7", {"7": 1.0}), (".5", {}), (",", {})),
        tokens(('{"light":', {}), ("7", {"7": 1.0}), (",", {})),
    ],
)
def test_no_mean_where_the_score_is_no_whole_number(
    said: list[tuple[str, list[tuple[str, float]]]],
) -> None:
    assert expected(said) is None


@pytest.mark.parametrize(
    ("said", "places", "mode"),
    [
        ("first", ((0,), (1,)), "strict"),
        ("second", ((1,), (0,)), "strict"),
        ("equal", ((0, 1),), "strict"),
        ("The second photo.", ((1,), (0,)), "coerced"),
        ("Photo 1", ((0,), (1,)), "coerced"),
        (2, ((1,), (0,)), "coerced"),
        ("B", ((1,), (0,)), "coerced"),
        ("neither", ((0, 1),), "coerced"),
    ],
)
def test_which_of_two(said: object, places: object, mode: str) -> None:
    text = json.dumps({"better": said, "reasoning": "It looks up."})
    order = read_pair(text)
    assert (order.places, order.reasoning, order.mode) == (places, "It looks up.", mode)
    assert read_pair(f"So:\n```json\n{text}\n```").places == places


@pytest.mark.parametrize("said", ["third", "first or second", "", None, True, 3, ["first"], 1.5])
def test_no_word_for_either_is_no_answer(said: object) -> None:
    with pytest.raises(InvalidError):
        read_pair(json.dumps({"better": said, "reasoning": "x"}))


@pytest.mark.parametrize(
    ("said", "places"),
    [([2, 3, 1], ((1,), (2,), (0,))), (["3", "2", " 1 "], ((2,), (1,), (0,)))],
)
def test_an_order_of_several(said: object, places: object) -> None:
    assert read_list(json.dumps({"order": said}), count=3).places == places


@pytest.mark.parametrize(
    "said",
    [[1, 2], [1, 2, 2], [0, 1, 2], [1, 2, 3, 4], "123", [1, 2, True], [1, 2, None], None, []],
)
def test_an_order_names_each_once(said: object) -> None:
    with pytest.raises(InvalidError):
        read_list(json.dumps({"order": said}), count=3)


def test_what_was_asked_for_is_looked_for() -> None:
    with pytest.raises(InvalidError, match="no JSON object with an order"):
        read_list('I think: {"score": 3}', count=2)
    with pytest.raises(InvalidError, match="has no better"):
        read_pair('{"score": 3}')


def test_the_score_that_is_read_is_the_one_that_is_weighed() -> None:
    text = ["An example: ", '{"score":', "5", '} now: {"score":', "9", ',"reasoning":"x"}']
    tokens = [(one, [(one, 0.0)]) for one in text]
    assert read("".join(text)).score == expected(tokens) == 9
