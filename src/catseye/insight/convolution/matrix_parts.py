"""Matrices and counts of steps as they are written in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.numbers import exact
from catseye.drawing.parts import Matrices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats
    from catseye.drawing.parts import Part

_LARGEST_ROWS, _LARGEST_COLUMNS = 40, 16  # of a matrix that is written out


def matrix_part(name: str, values: Floats) -> Part:
    """Return a matrix under its name; of a large one its size and range."""
    if values.shape[0] > _LARGEST_ROWS or values.shape[1] > _LARGEST_COLUMNS:
        return (
            f"{name}: {values.shape[0]}×{values.shape[1]}, from {exact(float(values.min()))} to "
            f"{exact(float(values.max()))}, mean {exact(float(values.mean()))}"
        )
    return Matrices(((name, values),))


def left_out(count: int, total: int) -> Iterator[str]:
    """Yield how many of the steps are shown, if not all."""
    if count < total:
        yield f"{count:,} of {total:,} steps are shown, evenly spread; set steps for more, or write a page (.html)."


def count_of(most: int, total: int, word: str) -> str:
    """Return how many of so many steps there are, in words."""
    if total == 1:
        return f"the one {word}"
    return f"{most:,} of {total:,} {word}s" if most < total else f"all {total:,} {word}s"
