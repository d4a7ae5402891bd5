"""Whether the user, or the system, has stopped the command."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LATER = 0.02  # seconds


class Interruption(threading.Event):
    """Is set when the command is stopped.

    Attributes
    ----------
    is_termination : bool
        By SIGTERM, as ``kill`` and the system's shutdown do.
    """

    is_termination = False


@contextmanager
def note_interruption() -> Iterator[Interruption]:
    """While the block runs, record an interruption (Ctrl+C), which is raised as usual; yield the record.

    A library that is interrupted while it loads may turn it into another error. Where Python would only print it, as
    in a destructor, it is raised a moment later. SIGTERM is raised in the same way, so that what is being written is
    removed, unless somebody else handles it.
    """
    noted = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    process = os.getpid()

    def note(*received: Any) -> None:
        noted.set()
        signal.default_int_handler(*received)

    def terminate(number: int, frame: Any) -> None:
        if os.getpid() != process:  # a child, which ends as if it had not inherited this
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        noted.is_termination = True
        note(number, frame)

    handlers: dict[signal.Signals, tuple[Any, Any]] = {
        signal.SIGINT: (signal.default_int_handler, note),
        signal.SIGTERM: (signal.SIG_DFL, terminate),
    }
    ours = [number for number, (usual, _) in handlers.items() if signal.getsignal(number) is usual]
    before = sys.unraisablehook
    for number in ours:
        signal.signal(number, handlers[number][1])
    sys.unraisablehook = _raise_later(before, noted)
    try:
        yield noted
    finally:
        sys.unraisablehook = before
        for number in ours:
            signal.signal(number, handlers[number][0])


def _raise_later(
    before: Callable[[sys.UnraisableHookArgs], Any], noted: Interruption
) -> Callable[[sys.UnraisableHookArgs], None]:
    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not (issubclass(lost.exc_type, KeyboardInterrupt) and noted.is_set()):
            before(lost)
            return
        number = signal.SIGTERM if noted.is_termination else signal.SIGINT
        again = threading.Timer(_LATER, _interrupt_main_thread, (number,))
        again.daemon = True
        again.start()

    return hook


def _interrupt_main_thread(number: signal.Signals) -> None:
    if hasattr(signal, "pthread_kill"):  # which also ends the waiting of a thread for a lock
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        _thread.interrupt_main(number)
