"""Work spread over processes comes back whole, in order, and outlives a worker's death."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from herocat.errors import InputError
from herocat.parallel import EndedError, ahead, spread
from herocat.progress import Progress, duration


def double(number: int) -> int:
    return number * 2


def fragile(number: int) -> int:
    if number in {37, 90}:
        os.kill(os.getpid(), signal.SIGSEGV)
    return number


def minus_one(_: int) -> int:
    return -1


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("count", [0, 3, 15, 16, 17, 200])
def test_in_order(count: int, workers: int) -> None:
    found = list(spread(double, range(count), crashed=minus_one, workers=workers))
    assert found == [(number, number * 2) for number in range(count)]


def test_a_crash_costs_one_item() -> None:
    found = dict(spread(fragile, range(100), crashed=minus_one, workers=2))
    assert found == {number: -1 if number in {37, 90} else number for number in range(100)}


def is_kept_from_ctrl_c(_: int) -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def no(_: int) -> bool:
    return False


def test_ctrl_c_reaches_no_process_from_its_first_line_on() -> None:
    """A terminal sends it to all of them, also while they are still being imported."""
    found = spread(is_kept_from_ctrl_c, range(40), crashed=no, workers=2)
    assert all(kept for _, kept in found)
    with ahead(map, is_kept_from_ctrl_c, range(3), most=2) as answers:
        assert list(answers) == [True] * 3
    assert not is_kept_from_ctrl_c(0)


def test_items_are_asked_for_as_they_are_needed() -> None:
    asked = []

    def source() -> object:
        for number in range(100_000):
            asked.append(number)
            yield number

    results = spread(double, source(), crashed=minus_one, workers=2)  # type: ignore[arg-type]
    next(results)
    assert len(asked) < 1_000
    results.close()  # type: ignore[attr-defined]


PARENT = """
import sys, time
from herocat.errors import InputError
from herocat.parallel import EndedError, ahead, spread
def wait(n):
    print('working', flush=True); time.sleep(60); return n
if __name__ == '__main__':
    list(spread(wait, range(40), crashed=wait, workers=2))
"""


def test_workers_die_with_their_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    line = [sys.executable, str(script)]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        # Two workers may speak at once.
        assert parent.stdout.readline().startswith("working")
        parent.kill()
    group = parent.pid
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("workers outlived their parent")


class Screen:
    def __init__(self, *, live: bool) -> None:
        self.text = ""
        self._live = live

    def isatty(self) -> bool:
        return self._live

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("live", [True, False])
def test_progress_shows_rate_and_time_left(*, live: bool) -> None:
    now = [0.0]
    screen = Screen(live=live)
    with Progress("reading", 400, stream=screen, clock=lambda: now[0]) as progress:  # type: ignore[arg-type]
        for _ in range(4):
            now[0] += 10
            progress.step(50)
    assert "reading 200 of 400, 5.0/s, 40 s left" in screen.text
    assert ("\r" in screen.text) is live


def test_short_work_says_nothing() -> None:
    screen = Screen(live=False)
    with Progress("reading", 2, stream=screen) as progress:  # type: ignore[arg-type]
        progress.step(2)
    assert screen.text == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (80, "80 s"), (100, "2 min"), (5000, "83 min"), (8000, "2 h 13 min"), (-1, "0 s")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def _count(upto: int) -> Iterator[int]:
    yield from range(upto)


def _count_and_fail(upto: int) -> Iterator[int]:
    yield from range(upto)
    raise InputError("the file is cut off")


def _count_and_die(upto: int) -> Iterator[int]:
    yield from range(upto)
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_works_ahead() -> None:
    with ahead(_count, 100, most=3) as numbers:
        assert list(numbers) == list(range(100))


def test_what_it_raises_is_raised_here() -> None:
    with ahead(_count_and_fail, 2, most=3) as numbers:
        assert [next(numbers), next(numbers)] == [0, 1]
        with pytest.raises(InputError, match="is cut off"):
            next(numbers)


def test_that_it_was_killed_is_told() -> None:
    with ahead(_count_and_die, 2, most=3) as numbers:
        assert [next(numbers), next(numbers)] == [0, 1]
        with pytest.raises(EndedError):
            next(numbers)


def test_it_ends_when_nobody_wants_more() -> None:
    with ahead(_count, 1_000_000_000, most=3) as numbers:
        assert next(numbers) == 0
    assert not multiprocessing.active_children()
