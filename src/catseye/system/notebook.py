"""Inside a notebook: one line that is rewritten while work goes on, and log messages as plain text."""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import Any

_SHORT = 0.5  # seconds of work for which nothing is shown
_INTERVAL = 0.2  # seconds between two states of the line
_FILLED, _EMPTY, _BAR_LENGTH = "█", "░", 24


def in_notebook() -> bool:
    """Return whether a Jupyter kernel runs this code; IPython is not imported to find out."""
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return getattr(ask() if ask else None, "kernel", None) is not None


def draw_bar(done: int, total: int) -> str:
    """Return a bar of letters, for ``done`` of ``total``."""
    filled = round(_BAR_LENGTH * min(done / total, 1)) if total else 0
    return _FILLED * filled + _EMPTY * (_BAR_LENGTH - filled)


class NotebookLine:
    """One line of plain text below a cell, rewritten in place; any thread may write it."""

    def __init__(self, *, patient: bool = True) -> None:
        """``patient``: nothing is shown of work that takes less than half a second."""
        self._shown_from = time.monotonic() + (_SHORT if patient else 0)
        self._handle: Any = None
        self._lock = threading.Lock()

    def write(self, text: str, *, final: bool = False) -> None:
        """Show ``text`` in place of what was there; unless it is ``final``, it may be left out for a later one."""
        with self._lock:
            if not final and time.monotonic() < self._shown_from:
                return
            self._shown_from = time.monotonic() + _INTERVAL
            content = {"text/plain": text}
            if self._handle:
                self._handle.update(content, raw=True)
                return
            from IPython.display import display

            self._handle = display(content, raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def clear(self) -> None:
        """Leave nothing of the line, if it was ever shown."""
        if self._handle:
            self.write("", final=True)


class _PlainText(logging.Handler):
    """Prints messages below the cell: on stderr a notebook would show them in red."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record))


def log_as_plain_text() -> None:
    """In a notebook, let our warnings be plain text, unless the user has decided where they go."""
    log = logging.getLogger("catseye")
    if in_notebook() and not log.handlers and not logging.getLogger().handlers:
        log.addHandler(_PlainText())
