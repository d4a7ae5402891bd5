"""Convolution as an integral in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import exact
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.integral.figure import draw_integral
from catseye.insight.integral.film import write_film
from catseye.insight.integral.integral import AUTOCORRELATION, CONVOLUTION, SlidingIntegral

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.insight.integral.integral import Moments

_ROWS = 9  # values of the result in the table


@make_view.register(SlidingIntegral)
def view_integral(integral: SlidingIntegral) -> View:
    """Return the formula, the functions, and the result at some x; as a film, the sliding."""
    words = tuple(_words(integral))
    return View(
        integral.title,
        (*words, _table(integral)),
        lambda: draw_integral(integral),
        words[1:],
        writers={".gif": lambda path: write_film(path, integral)},
    )


def _words(integral: SlidingIntegral) -> Iterator[str]:
    yield f"{integral.title}: {integral.formula}"
    yield f"f is {integral.f.name}: {integral.f.formula}"
    if integral.kind != AUTOCORRELATION:
        yield f"g is {integral.g.name}: {integral.g.formula}"
    if integral.kind == CONVOLUTION:
        sums, areas = "whole x, the result is the sum of the products", "x, the result is the area of the product"
        found = sums if integral.discrete else areas
        yield f"g is flipped, then slides over f: at each {found}."
    else:
        yield "The sliding function is not flipped, as in a network's layers, which compute the cross-correlation."
    f, kernel, result = integral.moments()
    if f and kernel and result:
        what = "sums" if integral.discrete else "areas"
        yield f"{what} multiply: {_number(f.area)} × {_number(kernel.area)} = {_number(result.area)}"
        yield from _sums(f, kernel, result)


def _sums(f: Moments, kernel: Moments, result: Moments) -> Iterator[str]:
    if f.variance is not None and kernel.variance is not None and result.variance is not None:
        yield f"variances add: {_number(f.variance)} + {_number(kernel.variance)} = {_number(result.variance)}"


def _table(integral: SlidingIntegral) -> Table:
    """Return the result at some x, evenly spaced in quarters, in wholes of lists, or in more where these are many."""
    low, high = integral.range
    apart = max(1.0 if integral.discrete else 0.25, 2.0 ** np.ceil(np.log2((high - low) / _ROWS)))
    first, last = int(np.ceil(low / apart)), int(np.floor(high / apart))
    rows = tuple((exact(at * apart), _number(integral.at(at * apart))) for at in range(first, last + 1))
    return Table(("x>", "result>"), rows)


def _number(value: float) -> str:
    return exact(round(value, 6) + 0.0)
