"""Where a command writes: to the file that the user names, or to its default file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE = "Write the table as a figure to this .png, .svg or .html file"
_TABLES, _JSON = (".csv", ".tsv", ".xlsx", ".xls", ".ods"), (".json", ".jsonl")
_FIGURE = "Write the figure to this .png, .svg or .html file"


def file_option(default: str | None = None, words: str = _FIGURE) -> Any:
    """Return the option ``-o`` of a command; ``default`` is the file that is written without it."""
    note = f" [default: {default}; none with --json]" if default else ""
    return typer.Option("-o", "--output", metavar="FILE", help=f"{words}{note}.")


def choose_output(
    named: Path | None,
    default: str | None = None,
    *,
    json: bool,
    force: bool,
    read: Path | None = None,
    endings: Sequence[str] | None = None,
    writes_csv: bool = False,
) -> Path | None:
    """Return where the answer is written, if anywhere; called before any work.

    Parameters
    ----------
    named
        The file given with ``-o``. It is not overwritten unless ``force``.
    default
        The file written without ``-o`` and ``--json``. It is overwritten if it is as Catseye wrote it.
    json, force
        Whether the user gave these options.
    read
        The input file, which must not be overwritten.
    endings
        Endings that ``named`` may have; by default .png, .svg and .html.
    writes_csv
        Whether the command has the option ``--csv``.

    Raises
    ------
    UsageError
        The file may not be written.
    """
    if named is None and (json or default is None):
        return None
    from catseye.drawing.figure_file import ENDINGS, default_output, figure_output

    suffix = named.suffix.lower() if named else ""
    if suffix in _TABLES and writes_csv:
        raise UsageError(f"-o draws a figure; for a table, use --csv {named.with_suffix('.csv') if named else ''}.")
    if suffix in _JSON:
        raise UsageError(f"-o draws a figure; to write JSON, use --json > {named}.")
    if named is None:
        return default_output(Path(str(default)), force=force, read=read)
    return figure_output(named, force=force, read=read, endings=endings or ENDINGS)


def choose_beside(file: Path, *, named: bool, force: bool, read: Path | None = None) -> Path:
    """Return a file written beside the answer's, under the same rule: ``named`` by the user or not.

    Raises
    ------
    UsageError
        The file may not be written.
    """
    if named:
        from catseye.system.files import new_output

        return new_output(file, force=force, read=read)
    from catseye.drawing.figure_file import default_output

    return default_output(file, force=force, read=read)
