"""The command ``catseye``: one file for each verb, which parses, calls the library and prints."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0: success; 1: failure; 2: invalid usage; 130: stopped."""
    try:
        from catseye.cli.app import run_command

        return run_command(arguments)
    except KeyboardInterrupt:  # while the command itself was being loaded, or had already ended
        if sys.stderr is not None:  # else print would take stdout
            with suppress(OSError, ValueError):
                print("stopped.", file=sys.stderr)
        return _STOPPED
