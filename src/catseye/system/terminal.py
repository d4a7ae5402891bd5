"""Consoles for tables, words and bars, whatever ``COLUMNS`` and ``LINES`` say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_NARROWEST = 40  # columns: in fewer, tables would lose their values
_WIDEST = 10_000


def requested_columns() -> int | None:
    """Return the width that ``COLUMNS`` asks for, ``None`` if it is not a number from 1 on."""
    value = os.environ.get("COLUMNS", "")
    return min(int(value[:9]), _WIDEST) if value.isascii() and value.isdigit() and int(value[:9]) else None


def open_console(file: TextIO | None = None, width: int | None = None) -> Console:
    """Return a console that writes text as it is, without markup.

    Parameters
    ----------
    file
        By default stdout.
    width
        In columns; by default what ``COLUMNS`` asks for, or the terminal's. It is at least 40: on a narrower terminal
        lines are wrapped, and nothing is cut off.
    """
    from rich.console import Console

    # rich takes 0 for a width, and stumbles over what is not quite a number.
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    console = Console(
        file=file, width=width or requested_columns(), markup=False, highlight=False, _environ=environment
    )
    if console.width < _NARROWEST:
        console.width = _NARROWEST
    return console
