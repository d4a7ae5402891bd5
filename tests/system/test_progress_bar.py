"""Times in words, and bars of several threads at once."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from catseye.system.progress_bar import duration, progress


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (200, "3 min"), (7100, "118 min"), (7800, "2 h 10 min")],
)
def test_a_time_is_told_as_people_would(seconds: float, words: str) -> None:
    assert duration(seconds) == words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Let stderr be a terminal (not in a fixture: pytest replaces it before the test)."""
    shown = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


def test_what_cannot_be_counted_shows_its_name_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch)
    with progress("writing [it]", 0):
        pass
    assert "writing [it]" in shown.getvalue()
    assert "0:00:00" in shown.getvalue()
    assert "0/" not in shown.getvalue()


def test_of_bars_in_several_threads_one_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, together = terminal(monkeypatch), Barrier(4)

    def work(number: int) -> None:
        with progress(f"task{number}", 3) as advance:
            together.wait(timeout=60)
            for _ in range(3):
                advance(1)
            together.wait(timeout=60)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sys.stderr is shown
    assert sum(f"task{number}" in shown.getvalue() for number in range(4)) == 1


def test_a_bar_is_shown_again_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch)
    with pytest.raises(ValueError, match="broken"), progress("first", 3):
        raise ValueError("broken")
    with progress("second", 3) as outer, progress("inner", 3) as inner:
        outer(1)
        inner(1)
    assert "second" in shown.getvalue()
    assert "inner" not in shown.getvalue()
