"""Convolution as an integral, as a figure: f and g, three moments of the sliding, and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.labels import cut_text
from catseye.drawing.numbers import exact
from catseye.drawing.style import BLUE, ORANGE
from catseye.drawing.titled import titled_figure
from catseye.insight.integral.integral import AUTOCORRELATION, CONVOLUTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.arrays import Floats
    from catseye.insight.integral.integral import SlidingIntegral

GREEN = "#009e73"  # Okabe & Ito's: the product's area, and the result, which is that area
_WIDTH, _HEIGHT = 40 / 3, 7.0  # inches
_TITLE, _SIZE = 16.0, 12.0  # points
_MOMENTS = (0.2, 0.5, 0.8)  # of the result's area that lies behind the moments of the figure
_RISES = (0.05, 0.5, 0.95)  # of its changes, where it does not fall back to 0: its area is wherever the axis ends
_LEVEL = 0.01  # of the largest value: a result that ends above does not fall back to 0
_PLACES = 41  # of the sliding function at which the product's size is looked up
_ROOM = 1.2  # times the largest value: of an axis
_POINTS = 1600  # of a curve
_DOTS = 64  # whole x, at most, whose results are marked


def draw_integral(integral: SlidingIntegral) -> Figure:
    """Return f and g; then f, the sliding g and the area of their product at three x; below, the area for every x."""
    figure = titled_figure(_WIDTH, _HEIGHT, f"{integral.title}: {integral.formula}", _TITLE)
    grid = figure.add_gridspec(2, 1 + len(_MOMENTS), height_ratios=(1, 1.05))
    result = figure.add_subplot(grid[1, :])
    moments = choose_moments(integral)
    _draw_given(figure.add_subplot(grid[0, 0]), integral, moments)
    total = "sum" if integral.discrete else "area"
    for number, x in enumerate(moments, 1):
        axes = figure.add_subplot(grid[0, number])
        draw_moment(axes, integral, x, _z(integral, moments))
        axes.set_title(f"x = {exact(x)}: {total} {exact(round(integral.at(x), 4))}", fontsize=_SIZE)
    draw_result(result, integral, moments[-1], moments, complete=True)
    handles, labels = figure.axes[-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=_SIZE)
    return figure


def choose_moments(integral: SlidingIntegral) -> list[float]:
    """Return three x where something happens: where 20, 50 and 80 % of the result's area lie behind.

    Of a result that stays above 0 at an end, such as that of a step, it is 5, 50 and 95 % of its rise. They are
    multiples of an eighth; of lists whole numbers, and different ones where there are three.
    """
    sizes = np.abs(integral.values)
    stays = max(sizes[0], sizes[-1]) > _LEVEL * sizes.max()
    grown, shares = (np.cumsum(np.abs(np.gradient(sizes))), _RISES) if stays else (np.cumsum(sizes), _MOMENTS)
    if grown[-1] == 0:
        at = [float(integral.x[round(share * (len(integral.x) - 1))]) for share in shares]
    else:
        at = [float(integral.x[int(np.searchsorted(grown, share * grown[-1]))]) for share in shares]
    if not integral.discrete:
        return [round(8 * x) / 8 for x in at]
    first, middle, last = (round(x) for x in at)
    ends = integral.whole_x[0], integral.whole_x[-1]
    three = min(first, middle - 1), middle, max(last, middle + 1)
    return [float(x) for x in np.clip(three, *ends)]


def sliding_name(integral: SlidingIntegral) -> str:
    """Return what the sliding function is called."""
    if integral.kind == CONVOLUTION:
        return f"g(x−z): {integral.g.name}, flipped"
    letter = "f" if integral.kind == AUTOCORRELATION else "g"
    return f"{letter}(z−x): {integral.g.name}, not flipped"


def _draw_given(axes: Axes, integral: SlidingIntegral, moments: list[float]) -> None:
    """Draw both functions as they are before anything is flipped or moved."""
    z = _z(integral, moments)
    for curve, colour, line in ((integral.f, BLUE, "-"), (integral.g, ORANGE, "--")):
        axes.plot(z, curve.evaluate(z), color=colour, linewidth=2, linestyle=line)
    axes.set(xlim=(z[0], z[-1]), ylim=_product_limits(integral, z))
    axes.set_xlabel("z", fontsize=_SIZE)
    name = "f(z) twice" if integral.kind == AUTOCORRELATION else "f(z) and g(z), as given"
    axes.set_title(name, fontsize=_SIZE)


def draw_moment(axes: Axes, integral: SlidingIntegral, x: float, z: Floats | None = None) -> None:
    """Draw f, the sliding function when it has come to x, and the area of their product, at ``z`` (N,)."""
    z = _z(integral) if z is None else z
    f, slid = integral.f.evaluate(z), integral.slid(z, x)
    product = f"their product: its {'sum' if integral.discrete else 'area'} is the result"
    axes.fill_between(z, f * slid, color=GREEN, alpha=0.45, linewidth=0, label=product)
    axes.plot(z, f, color=BLUE, linewidth=2, label=f"f(z): {_short(integral.f.name)}")
    axes.plot(z, slid, color=ORANGE, linewidth=2, linestyle="--", label=_short(sliding_name(integral)))
    axes.axvline(x, color="0.5", linewidth=1, linestyle=":")
    axes.set(xlim=(z[0], z[-1]), ylim=_product_limits(integral, z))
    axes.set_xlabel("z", fontsize=_SIZE)


def draw_result(
    axes: Axes, integral: SlidingIntegral, x: float, marked: list[float], *, complete: bool = False
) -> None:
    """Draw the result up to x, or all of it, with a dot at every one of the ``marked`` x."""
    known = integral.x <= x if not complete else np.ones(len(integral.x), bool)
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.fill_between(integral.x[known], integral.values[known], color=GREEN, alpha=0.12, linewidth=0)
    axes.plot(integral.x[known], integral.values[known], color=GREEN, linewidth=2.4)
    if integral.discrete and len(integral.whole_x) <= _DOTS:
        whole = integral.whole_x[integral.whole_x <= integral.x[known][-1]]
        axes.plot(whole, [integral.at(one) for one in whole], "o", color=GREEN, markersize=4)
    axes.plot(marked, [integral.at(one) for one in marked], "o", color=GREEN, markersize=8)
    axes.set(xlim=integral.range, ylim=_limits(integral.values))
    axes.set_xlabel("x", fontsize=_SIZE)
    axes.set_ylabel(integral.formula.split(" =")[0], fontsize=_SIZE)


def _short(name: str) -> str:
    return cut_text(name, 3.4, _SIZE)


def _z(integral: SlidingIntegral, moments: Sequence[float] = ()) -> Floats:
    """Return where f and the sliding function are drawn, the same for every x; at the moments nothing of it is cut."""
    low, high = integral.range
    slid = [(x - end) for x in moments for end in integral.sliding_shown]
    shown = (integral.f.shown, integral.g.shown, *((end, end) for end in slid))
    first, last = min(low, *(ends[0] for ends in shown)), max(high, *(ends[1] for ends in shown))
    return np.linspace(first, last, _POINTS)


def _product_limits(integral: SlidingIntegral, z: Floats) -> tuple[float, float]:
    """Return the limits of an axis that has room for both functions and their product, the same for every x."""
    f = integral.f.evaluate(z)
    slid = [integral.slid(z, x) for x in np.linspace(*integral.range, _PLACES)]
    return _limits(np.concatenate((f, *slid, *(f * one for one in slid))))


def _limits(values: Floats) -> tuple[float, float]:
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    span = (high - low) or 1.0
    return low - (0.04 if low == 0 else _ROOM - 1) * span, high + (_ROOM - 1) * span
