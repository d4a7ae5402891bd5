"""What is said of a convolution by hand, in the terminal, in figures and on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.numbers import exact
from catseye.insight.convolution.kernels import is_abbreviated, known_name
from catseye.insight.convolution.size_formula import size_described
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.insight.convolution.convolution import Step
    from catseye.insight.convolution.worked_example import WorkedExample
    from catseye.networks.windows import Pair, Window

_AXES = ("rows", "columns")


def described(worked: WorkedExample) -> list[str]:
    """Return what is done with what, and the output's size worked out along both axes."""
    sliding = worked.convolution.sliding
    top = f"{worked.operation.capitalize()} of {worked.name} ({size(worked.shape)}) with {kernel_name(worked)}"
    lines = [f"{top}, stride {each(sliding.stride)}, padding {padding(worked)}{dilation(sliding)}."]
    said = abbreviation_described(worked)
    return [*lines, *([said] if said else []), *size_described(sliding, worked.shape)]


def kernel_name(worked: WorkedExample) -> str:
    """Return the kernel's name, or its size."""
    given = worked.convolution.kernel
    rows, columns = worked.convolution.weights.shape
    name = known_name(given) if isinstance(given, str) else None
    return f"{name or 'the kernel'} ({rows}×{columns})"


def abbreviation_described(worked: WorkedExample) -> str | None:
    """Return which of two kernels was used, if the name stands for both."""
    given = worked.convolution.kernel
    name = known_name(given) if isinstance(given, str) and is_abbreviated(given) else None
    if name is None:
        return None
    other = name.replace("_x", "_y")
    return f"{name} was used, which responds to changes from left to right; {other} responds from top to bottom."


def padding(worked: WorkedExample) -> str:
    """Return how much is added on every side."""
    (top, bottom), (left, right) = worked.convolution.sliding.padding_for(worked.shape)
    if top == bottom == left == right:
        return str(top)
    return f"{top} at the top, {bottom} at the bottom, {left} on the left, {right} on the right"


def dilation(sliding: Window) -> str:
    """Return the distance between the values under the kernel, if they are not neighbours."""
    return f", dilation {each(sliding.dilation)}" if sliding.dilation != (1, 1) else ""


def output_described(worked: WorkedExample) -> str:
    """Return the output's size and how many places that are."""
    rows, columns = worked.output.shape
    return f"output: {rows}×{columns}, {counted(rows * columns, 'place')} of the window"


def other_described(worked: WorkedExample) -> str:
    """Return how far convolution and cross-correlation differ here."""
    if worked.convolution.symmetric:
        return "Rotated by 180° this kernel is the same: cross-correlation and convolution are equal."
    apart = float(np.abs(worked.output - worked.other_output).max())
    return (
        "Layers that are called convolutions compute the cross-correlation; a true convolution rotates the kernel by "
        f"180° first. Here the two differ by up to {exact(apart)}."
    )


def step_described(worked: WorkedExample, step: Step, number: int, count: int) -> str:
    """Return one step in words; rows and columns are counted from 0, those of padding lie outside."""
    row, column = step.place
    return (
        f"step {number} of {count}: window at {covered(worked, step.place)}: sum {exact(step.sum)} "
        f"→ output row {row}, column {column}"
    )


def covered(worked: WorkedExample, place: Pair) -> str:
    """Return which rows and columns of the input the window covers, from 0; negative ones are padding."""
    sliding = worked.convolution.sliding
    (top, _), (left, _) = sliding.padding_for(worked.shape)
    rows, columns = sliding.covered(place)
    ranges = [(rows[0] - top, rows[-1] - top), (columns[0] - left, columns[-1] - left)]
    outside = any(first < 0 or last >= side for (first, last), side in zip(ranges, worked.shape, strict=True))
    said = ", ".join(
        f"{axis} {first} to {last}" if first < last else f"{axis.removesuffix('s')} {first}"
        for axis, (first, last) in zip(_AXES, ranges, strict=True)
    )
    return f"{said} (partly padding)" if outside else said


def size(shape: tuple[int, ...]) -> str:
    """Return rows × columns."""
    return "×".join(map(str, shape))


def each(values: tuple[object, object]) -> str:
    """Return one value where both axes have the same, else both: down × across."""
    return str(values[0]) if values[0] == values[1] else f"{values[0]}×{values[1]}"


def around(worked: WorkedExample) -> str:
    """Return what is added to the name of an input that is drawn with its padding."""
    rows, columns = worked.convolution.sliding.padding_for(worked.shape)
    return " with its padding" if any((*rows, *columns)) else ""
