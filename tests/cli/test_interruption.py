"""Ctrl+C: one line, and the exit status that shells use for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from catseye.cli import main
from catseye.cli.interruption import note_interruption

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STOPPED, TERMINATED = 130, 143


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


WAITING = """
import pathlib, sys, threading
from catseye import cli
from catseye.system.staging_folder import staging

def work():
    with staging(pathlib.Path("target")):
        print("working", flush=True)
        threading.Event().wait(60)

import catseye.cli.common, catseye.cli.printing
catseye.cli.common.console = catseye.cli.printing.console = work
sys.exit(cli.main(["datasets"]))
"""


@pytest.mark.slow
def test_sigterm_removes_what_is_being_written(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WAITING]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "working\n"
        assert len(list(tmp_path.iterdir())) == 1
        process.terminate()
        assert process.wait() == TERMINATED
        assert process.stderr.read() == "stopped.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # it has threads, of which the child needs none
def test_a_forked_child_is_ended_by_sigterm_as_if_there_were_no_handler() -> None:
    with note_interruption():
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            os.write(tell, b".")  # what arrives before Python is ready in the child is lost
            threading.Event().wait(60)
            os._exit(0)
        os.read(told, 1)
        os.kill(child, signal.SIGTERM)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
