"""Limits, waits and breakers, told the time by the test."""

import random
from datetime import UTC, datetime

import pytest

from herocat.limits import Breaker, Limiter, delay, retry_after

NOW = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)


def meet(limiter: Limiter, room: int, seconds: float, *, at: float = 0.0) -> tuple[int, int]:
    """Let a server with so much room answer in a quarter second; return answers and rejections."""
    answered = rejected = 0
    now = at
    while now < at + seconds:
        wave = limiter.limit
        limiter.in_flight = wave
        for place in range(wave):
            if place < room:
                limiter.ok(now)
                answered += 1
            else:
                limiter.full(now)
                rejected += 1
        now += 0.25
    return answered, rejected


def test_it_finds_the_room_of_a_server_and_stays_there() -> None:
    limiter = Limiter(64)
    meet(limiter, 12, 10)
    answered, rejected = meet(limiter, 12, 120, at=10)
    assert rejected / (answered + rejected) < 0.01
    assert answered > 0.95 * 12 * 120 * 4
    # and finds more room when there is more
    meet(limiter, 40, 3600, at=130)
    assert limiter.limit >= 20


def test_it_never_passes_what_is_allowed() -> None:
    limiter = Limiter(6)
    meet(limiter, 100, 30)
    assert limiter.limit == 6
    for _ in range(50):
        limiter.full(random.random() * 1000)
        limiter.halve()
    assert limiter.limit == 1


def test_a_server_that_fails_is_left_alone_ever_longer() -> None:
    breaker = Breaker()
    for _ in range(5):
        assert not breaker.is_open(0.0)
        breaker.failed(0.0)
    assert breaker.is_open(1.9)
    assert not breaker.is_open(2.1)
    breaker.failed(2.1)
    assert breaker.is_open(6.0)
    breaker.ok()
    assert not breaker.trying


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, None, 7.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, None, 0.25),
        ({"retry-after": "Fri, 01 May 2026 12:00:30 GMT"}, None, 30.0),
        ({"retry-after": "Fri, 01 May 2020 12:00:30 GMT"}, None, 0.0),
        ({"retry-after": "soon"}, None, None),
        ({"retry-after": "9" * 400}, None, None),
        ({}, {"error": {"details": [{"@type": "RetryInfo", "retryDelay": "2.5s"}]}}, 2.5),
        ({}, [{"error": {"details": [{"retryDelay": "26s"}]}}], 26.0),
        ({}, {"error": "a text"}, None),
    ],
)
def test_how_long_a_server_asks_to_wait(
    headers: dict[str, str], body: object, seconds: float | None
) -> None:
    assert retry_after(headers, body, NOW) == seconds


def test_waits_grow_and_keep_to_what_is_asked() -> None:
    chance = random.Random(1)
    waits = [delay(attempt, None, chance) for attempt in range(12)]
    assert waits[0] <= 0.5
    assert 30 <= waits[-1] <= 60
    assert delay(0, 5.0, chance) >= 5.0
