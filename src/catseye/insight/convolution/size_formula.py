"""The size of an output, worked out with the lesson's formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.networks.windows import Pair, Window

_AXES = ("rows", "columns")


def size_described(sliding: Window, shape: Pair) -> list[str]:
    """Return a line for each axis of an input of ``shape`` (H, W): the formula, the numbers in it, the result.

    Without dilation the formula is O = (I − F + 2P) / S + 1; I is the input, F the window, P the padding on each side,
    S the stride. Brackets for rounding down stand only where there is something to round.
    """
    return [f"{axis}: O = {formula(sliding, at)} = {worked_out(sliding, shape, at)}" for at, axis in enumerate(_AXES)]


def size_in_figure(sliding: Window, shape: Pair) -> str:
    """Return both axes in one line, for the heading of a figure."""
    rows, columns = (worked_out(sliding, shape, axis) for axis in (0, 1))
    units = ["" if text.endswith(" 1") else "s" for text in (rows, columns)]
    said = rows if rows == columns else f"{rows} row{units[0]}, {columns} column{units[1]}"
    formulas = dict.fromkeys(formula(sliding, axis) for axis in (0, 1))
    return f"O = {' and '.join(formulas)}: {said}"


def size_json(sliding: Window, shape: Pair) -> dict[str, str]:
    """Return each axis' line as JSON values."""
    lines = size_described(sliding, shape)
    return {axis: line.removeprefix(f"{axis}: ") for axis, line in zip(_AXES, lines, strict=True)}


def formula(sliding: Window, axis: int) -> str:
    """Return the formula for one axis in letters; D, the dilation, only if there is some."""
    window = "F" if sliding.dilation[axis] == 1 else "D·(F − 1) − 1"
    return f"(I − {window} + 2P)/S + 1"


def worked_out(sliding: Window, shape: Pair, axis: int) -> str:
    """Return the formula for one axis in numbers, and its result."""
    before, after = sliding.padding_for(shape)[axis]
    window, dilation, stride = sliding.window[axis], sliding.dilation[axis], sliding.stride[axis]
    taken = str(window) if dilation == 1 else f"{dilation}·({window} − 1) − 1"
    padding = f"2·{before}" if before == after else f"{before} + {after}"
    inside = f"({shape[axis]} − {taken} + {padding})/{stride}"
    rest = (shape[axis] - dilation * (window - 1) - 1 + before + after) % stride
    return f"{f'⌊{inside}⌋' if rest else inside} + 1 = {sliding.output_size(shape)[axis]}"
