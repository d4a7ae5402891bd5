"""Several processes that share one socket: forked after the models are loaded, and replaced if they die."""

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

_QUICK = 1.0  # seconds; a worker that lived no longer is replaced only after such a pause
_BEAT = 0.2  # seconds between two looks at the workers


class Workers:
    """Processes forked from this one.

    Parameters
    ----------
    count
        How many answer at a time.
    work
        What each of them does. Its arguments are a function to call when it is ready, and a file descriptor, which
        ends when this process is gone.
    ended
        Called with the process's number after one ended.
    """

    def __init__(
        self, count: int, work: Callable[[Callable[[], None], int], None], ended: Callable[[int], None]
    ) -> None:
        self._count, self._work, self._ended = count, work, ended
        self._born: dict[int, float] = {}
        self._is_ending = False
        self._watched, self._held = os.pipe()  # it ends for the workers when we are gone, however that happens

    def run(self, ready: Callable[[], None]) -> None:
        """Work until SIGTERM or SIGINT, then let every worker finish; ``ready`` is called once all are."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        told, tell = os.pipe()
        for _ in range(self._count):
            self._fork(tell)
        if self._wait_for_all(told):
            ready()
        while self._born:
            self._replace_dead(tell)
            time.sleep(_BEAT)

    def _wait_for_all(self, told: int) -> bool:
        waiting, heard = selectors.DefaultSelector(), 0
        waiting.register(told, selectors.EVENT_READ)
        while heard < self._count and not self._is_ending:
            if waiting.select(_BEAT):
                heard += len(os.read(told, self._count))
            if any(_is_dead(process) for process in self._born):
                raise CatseyeError("a worker ended before it was ready; its lines above say why.")
        return not self._is_ending

    def _fork(self, tell: int) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process:
            self._born[process] = time.monotonic()
            return
        status = 1
        try:
            os.close(self._held)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            self._work(lambda: _write(tell), self._watched)
            status = 0
        finally:
            os._exit(status)  # what the parent was about to do is not this process's

    def _replace_dead(self, tell: int) -> None:
        for process in [process for process in self._born if _is_dead(process)]:
            lived = time.monotonic() - self._born.pop(process)
            self._ended(process)
            if self._is_ending:
                continue
            if lived < _QUICK:
                time.sleep(_QUICK)
            self._fork(tell)

    def _end(self, *_: object) -> None:
        self._is_ending = True
        for process in self._born:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)


def _write(pipe: int) -> None:
    os.write(pipe, b".")


def _is_dead(process: int) -> bool:
    """Say whether a child process has ended; if so, it is removed from the system's process table."""
    try:
        return os.waitpid(process, os.WNOHANG)[0] == process
    except ChildProcessError:
        return True
