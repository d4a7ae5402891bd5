"""Tables as CSV files that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING

from catseye.system.files import check_folder, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    Cell = str | int | float

# What makes spreadsheets take a cell for a formula, by OWASP's page on CSV injection; wide letters count as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DIGITS = 6  # of a probability


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table, completely or not at all, in UTF-8 without a byte-order mark.

    Text that a spreadsheet would take for a formula is preceded by an apostrophe; numbers are not, and are written in
    at most six digits after the point.

    Raises
    ------
    UsageError
        There is no such folder.
    CatseyeError
        The file cannot be written.
    """
    check_folder(path)
    out = io.StringIO()
    plain, quoted = (csv.writer(out, lineterminator="\n", quoting=how) for how in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    for row in chain([columns], rows):
        cells = [_cell(value) for value in row]
        # The module quotes only what holds its own end of a line, but readers take a carriage return for one, too.
        (quoted if any("\r" in cell for cell in cells if isinstance(cell, str)) else plain).writerow(cells)
    # Half letters, as names of files may hold, are escaped as they are in a terminal.
    write_atomically(path, out.getvalue().encode(errors="backslashreplace"))


def class_columns(classes: Iterable[str], taken: Sequence[str]) -> tuple[str, ...]:
    """Return a column's name for each class: its own, unless another column has it."""
    return tuple(f"{name} (class)" if name in taken else name for name in classes)


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        return round(value, _DIGITS)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
