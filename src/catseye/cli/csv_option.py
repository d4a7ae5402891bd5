"""The option that writes an answer as a table with one row per picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

CsvFile = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write a row for each picture to this CSV file.")
]
AllClasses = Annotated[
    bool, typer.Option("--all", help="Add a column to the CSV file for the probability of each class.")
]


def check_csv(
    path: Path | None, *, force: bool, all_classes: bool, output: Path | None = None, read: Iterable[Path] = ()
) -> None:
    """Raise `UsageError` if the table cannot be written or was not requested; called before any work."""
    if path is None:
        if all_classes:
            raise UsageError("--all needs --csv.")
        return
    if str(path) == "-":
        raise UsageError("--csv needs the name of a file; to print the answers to standard output, use --json.")
    if path == output:
        raise UsageError(f"-o and --csv name the same file, {path}; choose another name for one of them.")
    from catseye.system.files import new_output

    new_output(path, force=force)
    for one in read:
        new_output(path, force=True, read=one)
