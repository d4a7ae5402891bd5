"""Tables as CSV files that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import codecs
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
# The module quotes only what holds its own end of a line and its own delimiter; but readers take a carriage return for
# an end as well, and guess the delimiter by how often one stands outside quotation marks.
_QUOTED = ("\r", ";", "|", "\t")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, marked: bool = False) -> None:
    """Write a table, completely or not at all, in UTF-8; ``marked``: with a byte-order mark, which spreadsheets heed.

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
        texts = "".join(cell for cell in cells if isinstance(cell, str))
        (quoted if any(letter in texts for letter in _QUOTED) else plain).writerow(cells)
    # Half letters, as names of files may hold, are escaped as they are in a terminal.
    content = out.getvalue().encode(errors="backslashreplace")
    write_atomically(path, codecs.BOM_UTF8 * marked + content)


def class_columns(classes: Iterable[str], taken: Sequence[str]) -> tuple[str, ...]:
    """Return a column's name for each class: its own, unless another column has it."""
    return tuple(f"{name} (class)" if name in taken else name for name in classes)


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet would take a text for a formula."""
    return text.startswith(_FORMULA)


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        return round(value, _DIGITS)
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value
