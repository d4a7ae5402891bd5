"""Ctrl+C: one line, and the exit status that shells use for it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from catseye.cli import main
from catseye.cli.interruption import note_interruption

if TYPE_CHECKING:
    from collections.abc import Callable

STOPPED = 130


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def spoilt() -> None:
    """Make another error of the interruption, as Python does while it makes a class, and libraries while they load."""
    try:
        interrupt()
    except KeyboardInterrupt as error:
        raise RuntimeError("Error calling __set_name__") from error


@pytest.mark.parametrize("stop", [interrupt, spoilt])
def test_an_interruption_while_a_verb_works_is_one_line(
    stop: Callable[[], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catseye.cli.datasets.list_datasets", lambda **_: stop(), raising=False)
    monkeypatch.setattr("catseye.cli.common.console", lambda: stop())
    monkeypatch.setattr("catseye.cli.printing.console", lambda: stop())
    assert main(["datasets"]) == STOPPED
    assert capsys.readouterr() == ("", "stopped.\n")


class _Interrupted:
    def __del__(self) -> None:
        interrupt()


def test_one_that_meets_a_destructor_is_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        _Interrupted()
        threading.Event().wait(60)

    with note_interruption(), pytest.raises(KeyboardInterrupt):
        work()
    assert capsys.readouterr() == ("", "")


class _Interrupting:
    """Is asked for modules before Python looks for them."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def find_spec(self, name: str, *_: object) -> None:
        if name == "catseye.cli.app":
            self._stop()


@pytest.mark.parametrize("stop", [interrupt, spoilt])
def test_so_is_one_while_the_command_is_loaded(
    stop: Callable[[], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "catseye.cli.app", raising=False)
    monkeypatch.setattr("sys.meta_path", [_Interrupting(stop), *sys.meta_path])
    assert main(["--version"]) == STOPPED
    assert capsys.readouterr() == ("", "stopped.\n")


def test_an_error_of_loading_is_not_taken_for_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("no interruption")

    monkeypatch.delitem(sys.modules, "catseye.cli.app", raising=False)
    monkeypatch.setattr("sys.meta_path", [_Interrupting(fail), *sys.meta_path])
    with pytest.raises(RuntimeError, match="no interruption"):
        main(["--version"])


def test_the_handler_is_the_usual_one_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with note_interruption() as noted:
        assert signal.getsignal(signal.SIGINT) is not before
        with pytest.raises(KeyboardInterrupt):
            interrupt()
    assert noted.is_set()
    assert signal.getsignal(signal.SIGINT) is before


def test_another_handler_and_other_threads_are_left_alone() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as under nohup
    try:
        with note_interruption():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    seen: list[bool] = []

    def work() -> None:
        with note_interruption() as noted:
            seen.append(noted.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]
