"""A convolution by hand in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import exact
from catseye.drawing.parts import Matrices
from catseye.drawing.view import View
from catseye.insight.convolution.figure import by_channel, draw_convolution
from catseye.insight.convolution.film import write_film
from catseye.insight.convolution.matrix_parts import count_of, left_out, matrix_part
from catseye.insight.convolution.page import most_on_page, write_convolution_page
from catseye.insight.convolution.pooling_view import view_pooling as view_pooling  # which registers it
from catseye.insight.convolution.pooling_words import kept
from catseye.insight.convolution.timing import FILM_STEPS
from catseye.insight.convolution.words import described, other_described, output_described, step_described
from catseye.insight.convolution.worked_example import WorkedExample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.drawing.parts import Part

_LARGEST_KERNEL = 9
_STEPS = 4  # if nobody says how many: all of a 3×3 input with a 2×2 kernel


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
    return " and ".join(count_of(limits[ending], total, word) for word, total in counts)


def _overview(worked: WorkedExample) -> Iterator[Part]:
    """Yield what goes in, the kernel, and what comes out."""
    yield from described(worked)
    for name, channel in by_channel(worked.channels):
        yield matrix_part(f"{name}input", channel)
    turned = " (rotated by 180°)" if worked.convolution.true else ""
    yield matrix_part(f"kernel{turned}", worked.convolution.weights)
    yield output_described(worked)
    if len(worked.channels) > 1:
        for name, response in by_channel(worked.responses):
            yield matrix_part(f"{name}response", response)
    yield matrix_part(f"output: {worked.operation}", worked.output)
    yield other_described(worked)
    if not worked.convolution.symmetric:
        yield matrix_part(f"for comparison: {worked.other_operation}", worked.other_output)


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
    yield from left_out(min(most, total), total)


def _pooling(worked: WorkedExample, most: int) -> Iterator[Part]:
    """Yield the pooled map and the steps that lead to it."""
    if worked.pooling is None or worked.pooled is None:
        return
    rows, columns = worked.pooled.shape
    yield ""
    yield f"pooling ({worked.pooling.kind}): {rows}×{columns}"
    yield matrix_part("pooled", worked.pooled)
    for step in worked.pooling_steps(most):
        row, column = step.place
        yield f"{kept(worked.pooling)} {exact(step.value)} → row {row}, column {column}"
        yield matrix_part("window", step.window)
    yield from left_out(min(most, worked.pooled.size), worked.pooled.size)
