"""A convolution by hand as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.cli.common import plain
from catseye.drawing.numbers import exact
from catseye.insight.convolution.words import described, other_described, output_described, step_described
from catseye.insight.convolution.worked_example import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from rich.table import Table

    from catseye.arrays import Floats
    from catseye.insight.convolution.worked_example import WorkedExample

_LARGEST_ROWS, _LARGEST_COLUMNS = 40, 16  # of a matrix that is printed
_LARGEST_KERNEL = 9


def overview(worked: WorkedExample) -> Iterator[RenderableType]:
    """Yield what goes in, the kernel, and what comes out."""
    yield from (plain(line) for line in described(worked))
    for name, channel in _channels(worked, worked.channels):
        yield _matrix(f"{name}input", channel)
    turned = " (turned by 180°)" if worked.convolution.true else ""
    yield _matrix(f"kernel{turned}", worked.convolution.weights)
    yield output_described(worked)
    if len(worked.channels) > 1:
        for name, response in _channels(worked, worked.responses):
            yield _matrix(f"{name}response", response)
    yield _matrix(f"output: {worked.operation}", worked.output)
    yield other_described(worked)
    if not worked.convolution.symmetric:
        yield _matrix(f"for comparison: {worked.other_operation}", worked.other_output)


def step_tables(worked: WorkedExample, most: int) -> Iterator[RenderableType]:
    """Yield each step's window, kernel, products and sum."""
    total = worked.output.size
    weights = worked.convolution.weights
    if max(weights.shape) > _LARGEST_KERNEL:
        size = "×".join(map(str, weights.shape))
        yield f"A kernel of {size} is too large for steps in a terminal; --json and a .html page have them."
        return
    for number, step in enumerate(worked.steps(most), 1):
        yield ""
        yield step_described(worked, step, number, min(most, total))
        windows = step.window.reshape(-1, *weights.shape)
        products = step.products.reshape(-1, *weights.shape)
        for (name, window), product in zip(_channels(worked, windows), products, strict=True):
            yield _beside((f"{name}window", window), ("× kernel", weights), ("= products", product))
    yield from _left_out(min(most, total), total)


def pooling_tables(worked: WorkedExample, most: int) -> Iterator[RenderableType]:
    """Yield the pooled map and the steps that lead to it."""
    if worked.pooling is None or worked.pooled is None:
        return
    rows, columns = worked.pooled.shape
    yield ""
    yield f"pooling ({worked.pooling.kind}): {rows}×{columns}"
    yield _matrix("pooled", worked.pooled)
    for step in worked.pooling_steps(most):
        row, column = step.place
        sign = {"max": "largest", "average": "mean", "stride": "kept"}[worked.pooling.kind]
        yield f"{sign} {exact(step.value)} → row {row + 1}, column {column + 1}"
        yield _matrix("window", step.window)
    yield from _left_out(min(most, worked.pooled.size), worked.pooled.size)


def _left_out(count: int, total: int) -> Iterator[str]:
    if count < total:
        yield f"{count:,} of {total:,} steps are shown, evenly spread; --steps sets how many."


def _channels(worked: WorkedExample, values: Floats) -> Iterator[tuple[str, Floats]]:
    names = [f"{name} " for name in CHANNELS] if len(worked.channels) > 1 else [""]
    yield from zip(names, values, strict=True)


def _matrix(title: str, values: Floats) -> RenderableType:
    if values.shape[0] > _LARGEST_ROWS or values.shape[1] > _LARGEST_COLUMNS:
        return (
            f"{title}: {values.shape[0]}×{values.shape[1]}, from {exact(float(values.min()))} to "
            f"{exact(float(values.max()))}, mean {exact(float(values.mean()))}"
        )
    return _beside((title, values))


def _beside(*parts: tuple[str, Floats]) -> Table:
    from rich.table import Table

    line = Table.grid(padding=(0, 2))
    for _ in parts:
        line.add_column(no_wrap=True)
    line.add_row(*(title for title, _ in parts))
    line.add_row(*(_grid(values) for _, values in parts))
    return line


def _grid(values: Floats) -> Table:
    from rich.box import SQUARE
    from rich.table import Table

    grid = Table(box=SQUARE, show_header=False, padding=(0, 1))
    for _ in values[0]:
        grid.add_column(justify="right", no_wrap=True)
    for row in values.tolist():
        grid.add_row(*(exact(value) for value in row))
    return grid
