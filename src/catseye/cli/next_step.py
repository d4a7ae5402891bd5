"""What to do with what a command has made."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from catseye.cli.common import console, escape_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def tell_next(*words: object, when: str = "next") -> None:
    """Print a command line to try next, without the program's name given, ready to be copied into a shell."""
    line = shlex.join(["catseye", *map(str, words)])
    console().print(f"{when}: {escape_line(line)}", soft_wrap=True)


def given_options(options: Mapping[str, object]) -> list[object]:
    """Return the words of the options that the user gave; ``None`` is left out."""
    return [word for name, value in options.items() if value is not None for word in (name, value)]


def opened_by(classifier: Path, weights: Path | None) -> list[object]:
    """Return the words that open a classifier as the user did."""
    return [classifier, *given_options({"--weights": weights})]
