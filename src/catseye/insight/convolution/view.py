"""A convolution by hand in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import exact
from catseye.drawing.parts import Matrices
from catseye.drawing.view import View
from catseye.insight.convolution.figure import by_channel, draw_convolution
from catseye.insight.convolution.film import FILM_STEPS, write_film
from catseye.insight.convolution.page import most_on_page, write_convolution_page
from catseye.insight.convolution.words import described, other_described, output_described, step_described
from catseye.insight.convolution.worked_example import WorkedExample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats
    from catseye.drawing.parts import Part

_LARGEST_ROWS, _LARGEST_COLUMNS = 40, 16  # of a matrix that is written out
_LARGEST_KERNEL = 9
_STEPS = 3  # if nobody says how many
_KEPT = {"max": "largest", "average": "mean", "stride": "kept"}  # what pooling keeps of a window


@make_view.register(WorkedExample)
def view_convolution(worked: WorkedExample) -> View:
    """Return the example worked through.

    The page and the film are the steps; the figure is what goes in and what comes out.
    """
    most = worked.most or _STEPS
    return View(
        f"{worked.operation} of {worked.name}",
        (*_overview(worked), *_steps(worked, most), *_pooling(worked, most)),
        lambda: draw_convolution(worked),
        writers={
            ".gif": lambda path: write_film(path, worked, worked.most),
            ".html": lambda path: write_convolution_page(path, worked, worked.most),
        },
    )


def shown_in(worked: WorkedExample, ending: str) -> str:
    """Return how many steps a file with this ending shows, in words."""
    limits = {".gif": worked.most or FILM_STEPS, ".html": worked.most or most_on_page(worked)}
    if ending not in limits:
        return "the input, the kernel and the output; .gif and .html also show the steps"
    counts = [("step", worked.output.size)]
    counts += [("pooling step", worked.pooled.size)] if worked.pooled is not None else []
    return " and ".join(_of(limits[ending], total, word) for word, total in counts)


def _of(most: int, total: int, word: str) -> str:
    if total == 1:
        return f"the one {word}"
    return f"{most:,} of {total:,} {word}s" if most < total else f"all {total:,} {word}s"


def _overview(worked: WorkedExample) -> Iterator[Part]:
    """Yield what goes in, the kernel, and what comes out."""
    yield from described(worked)
    for name, channel in by_channel(worked.channels):
        yield _matrix(f"{name}input", channel)
    turned = " (rotated by 180°)" if worked.convolution.true else ""
    yield _matrix(f"kernel{turned}", worked.convolution.weights)
    yield output_described(worked)
    if len(worked.channels) > 1:
        for name, response in by_channel(worked.responses):
            yield _matrix(f"{name}response", response)
    yield _matrix(f"output: {worked.operation}", worked.output)
    yield other_described(worked)
    if not worked.convolution.symmetric:
        yield _matrix(f"for comparison: {worked.other_operation}", worked.other_output)


def _steps(worked: WorkedExample, most: int) -> Iterator[Part]:
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
        for (name, window), product in zip(by_channel(windows), products, strict=True):
            yield Matrices(((f"{name}window", window), ("× kernel", weights), ("= products", product)))
    yield from _left_out(min(most, total), total)


def _pooling(worked: WorkedExample, most: int) -> Iterator[Part]:
    """Yield the pooled map and the steps that lead to it."""
    if worked.pooling is None or worked.pooled is None:
        return
    rows, columns = worked.pooled.shape
    yield ""
    yield f"pooling ({worked.pooling.kind}): {rows}×{columns}"
    yield _matrix("pooled", worked.pooled)
    for step in worked.pooling_steps(most):
        row, column = step.place
        yield f"{_KEPT[worked.pooling.kind]} {exact(step.value)} → row {row + 1}, column {column + 1}"
        yield _matrix("window", step.window)
    yield from _left_out(min(most, worked.pooled.size), worked.pooled.size)


def _left_out(count: int, total: int) -> Iterator[str]:
    if count < total:
        yield f"{count:,} of {total:,} steps are shown, evenly spread; set steps for more, or write a page (.html)."


def _matrix(name: str, values: Floats) -> Part:
    if values.shape[0] > _LARGEST_ROWS or values.shape[1] > _LARGEST_COLUMNS:
        return (
            f"{name}: {values.shape[0]}×{values.shape[1]}, from {exact(float(values.min()))} to "
            f"{exact(float(values.max()))}, mean {exact(float(values.mean()))}"
        )
    return Matrices(((name, values),))
