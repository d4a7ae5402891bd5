"""Whether the user has stopped the command."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LATER = 0.02  # seconds


@contextmanager
def note_interruption() -> Iterator[threading.Event]:
    """While the block runs, record an interruption (Ctrl+C), which is raised as usual; yield the record.

    A library that is interrupted while it loads may turn it into another error. Where Python would only print it, as
    in a destructor, it is raised a moment later.
    """
    noted = threading.Event()
    is_ours = threading.current_thread() is threading.main_thread()
    if not is_ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield noted
        return

    def note(*received: Any) -> None:
        noted.set()
        signal.default_int_handler(*received)

    before = sys.unraisablehook
    signal.signal(signal.SIGINT, note)
    sys.unraisablehook = _raise_later(before)
    try:
        yield noted
    finally:
        sys.unraisablehook = before
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _raise_later(before: Callable[[sys.UnraisableHookArgs], Any]) -> Callable[[sys.UnraisableHookArgs], None]:
    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            before(lost)
            return
        again = threading.Timer(_LATER, _interrupt_main_thread)
        again.daemon = True
        again.start()

    return hook


def _interrupt_main_thread() -> None:
    if hasattr(signal, "pthread_kill"):  # which also ends the waiting of a thread for a lock
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()
