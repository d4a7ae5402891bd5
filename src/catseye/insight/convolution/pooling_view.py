"""Pooling by hand in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import exact
from catseye.drawing.parts import Matrices, Table
from catseye.drawing.view import View
from catseye.insight.convolution.figure import by_channel
from catseye.insight.convolution.matrix_parts import count_of, left_out, matrix_part
from catseye.insight.convolution.page import most_pooling_steps, write_pooling_page
from catseye.insight.convolution.pooled_example import PooledExample
from catseye.insight.convolution.pooling_figure import draw_pooling
from catseye.insight.convolution.pooling_film import write_pooling_film
from catseye.insight.convolution.pooling_words import (
    compared_rows,
    difference_described,
    kept,
    pooling_described,
    pooling_name,
)
from catseye.insight.convolution.timing import FILM_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.drawing.parts import Part

_ABREAST = 3  # rows or columns of matrices that stand side by side
_STEPS = 4  # if nobody says how many: all of a 3×3 input with a 2×2 kernel
_COLUMNS = ("", "size>", "smallest>", "mean>", "largest>")


@make_view.register(PooledExample)
def view_pooling(pooled: PooledExample) -> View:
    """Return the example worked through.

    The page and the film are the steps; the figure compares the kinds of pooling.
    """
    return View(
        f"{pooling_name(pooled.pooling.kind)} of {pooled.name}",
        (*_overview(pooled), *_steps(pooled, pooled.most or _STEPS)),
        lambda: draw_pooling(pooled),
        writers={
            ".gif": lambda path: write_pooling_film(path, pooled, pooled.most),
            ".html": lambda path: write_pooling_page(path, pooled, pooled.most),
        },
    )


def pooling_shown_in(pooled: PooledExample, ending: str) -> str:
    """Return what a file with this ending shows, in words."""
    limits = {".gif": pooled.most or FILM_STEPS, ".html": pooled.most or most_pooling_steps(pooled)}
    if ending not in limits:
        return "the input, and what each kind of pooling leaves; .gif and .html show the steps"
    rows, columns = pooled.output.shape[-2:]
    return count_of(limits[ending], rows * columns, "step")


def _overview(pooled: PooledExample) -> Iterator[Part]:
    """Yield what goes in, and what each kind of pooling leaves."""
    yield from pooling_described(pooled)
    for at, (name, channel) in enumerate(by_channel(pooled.channels)):
        yield matrix_part(f"{name}input", channel)
        outputs = [(f"{name}{pooling_name(kind)}", found[at]) for kind, found in pooled.outputs.items()]
        if all(max(values.shape) <= _ABREAST for _, values in outputs):
            yield Matrices(tuple(outputs))
        else:
            yield from (matrix_part(*output) for output in outputs)
    yield Table(_COLUMNS, tuple(compared_rows(pooled)))
    yield difference_described(pooled)


def _steps(pooled: PooledExample, most: int) -> Iterator[Part]:
    """Yield each step's window and what is kept of it."""
    rows, columns = pooled.output.shape[-2:]
    for at, (name, _) in enumerate(by_channel(pooled.channels)):
        yield ""
        for step in pooled.steps(most, at):
            row, column = step.place
            yield f"{kept(pooled.pooling)} {exact(step.value)} → row {row}, column {column}"
            yield matrix_part(f"{name}window", step.window)
        yield from left_out(min(most, rows * columns), rows * columns)
