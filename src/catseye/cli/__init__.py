"""The command ``catseye``: one file for each verb, which parses, calls the library and prints."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.cli.interruption import Interruption

__all__ = ["main"]

_STOPPED, _TERMINATED = 130, 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0: success; 1: failure; 2: invalid usage; 130: stopped by Ctrl+C; 143: stopped by SIGTERM.
    """
    interrupted = None
    try:
        from catseye.cli.interruption import note_interruption

        with note_interruption() as interrupted:
            status = _load_and_run(arguments, interrupted)
    except KeyboardInterrupt:  # while the command itself was being loaded, or had already ended
        status = _stopped()
    is_termination = interrupted is not None and interrupted.is_termination
    return _TERMINATED if status == _STOPPED and is_termination else status


def _load_and_run(arguments: Sequence[str] | None, interrupted: Interruption) -> int:
    try:
        from catseye.cli.app import run_command
    except Exception:
        if not interrupted.is_set():
            raise
        return _stopped()  # whatever Python made of the interruption
    return run_command(arguments, interrupted)


def _stopped() -> int:
    if sys.stderr is not None:  # else print would take stdout
        with suppress(OSError, ValueError):
            print("stopped.", file=sys.stderr)
    return _STOPPED
