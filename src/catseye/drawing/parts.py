"""What an answer consists of besides its figure: words, tables, small matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.arrays import Floats


@dataclass(frozen=True)
class Table:
    """Rows under named columns.

    Attributes
    ----------
    columns : tuple of str
        A name that ends in ``>`` is that of numbers, which are aligned to the right; the sign is not shown.
    rows : tuple of tuple of str
    totals : tuple of str
        A last row, or nothing.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Matrices:
    """Small matrices (rows, columns) side by side, each under its name."""

    named: tuple[tuple[str, Floats], ...]


Part = str | Table | Matrices
