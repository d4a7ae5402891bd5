"""What to do with what a command has made."""

from __future__ import annotations

import shlex

from catseye.cli.common import console, escape_control_characters


def tell_next(*words: object) -> None:
    """Print a command line to try next, without the program's name given, ready to be copied into a shell."""
    line = shlex.join(["catseye", *map(str, words)])
    console().print(f"next: {escape_control_characters(line)}", soft_wrap=True)
