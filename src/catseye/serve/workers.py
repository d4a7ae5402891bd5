"""Worker processes that share one socket: forked after the models are loaded, and replaced if they die."""

from __future__ import annotations

import os
import selectors
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT_LIFE_SECONDS = 1.0  # a worker that lived no longer is replaced only after a pause of this length
_POLL_SECONDS = 0.2  # between two checks of the workers


class Workers:
    """Processes forked from this one.

    Parameters
    ----------
    count
        Number of workers.
    work
        What each of them runs. Its arguments are a function to call when it is ready, and a file descriptor that
        reaches its end when the parent process is gone.
    on_exit
        Called with the ID of a worker that has ended.
    """

    def __init__(
        self, count: int, work: Callable[[Callable[[], None], int], None], on_exit: Callable[[int], None]
    ) -> None:
        self._count, self._work, self._on_exit = count, work, on_exit
        self._started: dict[int, float] = {}  # when, by the ID of the process
        self._is_stopping = False
        self._parent_alive, self._parent_pipe = os.pipe()  # closed when the parent is gone, however it ended

    def run(self, ready: Callable[[], None]) -> None:
        """Run the workers until SIGTERM or SIGINT, then let them finish; ``ready`` is called when all are ready."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        ready_reader, ready_writer = os.pipe()
        for _ in range(self._count):
            self._fork(ready_writer)
        if self._wait_for_all(ready_reader):
            ready()
        while self._started:
            self._replace_dead(ready_writer)
            time.sleep(_POLL_SECONDS)

    def _wait_for_all(self, ready_reader: int) -> bool:
        selector, ready = selectors.DefaultSelector(), 0
        selector.register(ready_reader, selectors.EVENT_READ)
        while ready < self._count and not self._is_stopping:
            if selector.select(_POLL_SECONDS):
                ready += len(os.read(ready_reader, self._count))
            if any(_is_dead(process) for process in self._started):
                raise CatseyeError("a worker ended before it was ready; the lines above say why.")
        return not self._is_stopping

    def _fork(self, ready_writer: int) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process:
            self._started[process] = time.monotonic()
            return
        status = 1
        try:
            os.close(self._parent_pipe)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            self._work(lambda: _write(ready_writer), self._parent_alive)
            status = 0
        finally:
            os._exit(status)  # without the parent's remaining work

    def _replace_dead(self, ready_writer: int) -> None:
        for process in [process for process in self._started if _is_dead(process)]:
            lived = time.monotonic() - self._started.pop(process)
            self._on_exit(process)
            if self._is_stopping:
                continue
            if lived < _SHORT_LIFE_SECONDS:
                time.sleep(_SHORT_LIFE_SECONDS)
            self._fork(ready_writer)

    def _stop(self, *_: object) -> None:
        self._is_stopping = True
        for process in self._started:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)


def _write(pipe: int) -> None:
    os.write(pipe, b".")


def _is_dead(process: int) -> bool:
    """Say whether a child process has ended; if so, it is reaped."""
    try:
        return os.waitpid(process, os.WNOHANG)[0] == process
    except ChildProcessError:
        return True
