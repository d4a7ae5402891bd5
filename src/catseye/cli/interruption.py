"""Whether the user has stopped the command."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def note_interruption() -> Iterator[threading.Event]:
    """While the block runs, record an interruption (Ctrl+C), which is raised as usual; yield the record.

    A library that is interrupted while it loads may turn it into another error.
    """
    noted = threading.Event()
    is_ours = threading.current_thread() is threading.main_thread()
    if not is_ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield noted
        return

    def note(*received: Any) -> None:
        noted.set()
        signal.default_int_handler(*received)

    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
