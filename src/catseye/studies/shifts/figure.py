"""Accuracy on moved pictures, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from catseye.drawing.style import BLUE, ORANGE, show_percent
from catseye.drawing.titled import titled_figure
from catseye.short_repr import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.studies.shifts.curves import Shifts

# Okabe & Ito's, in the order in which they are told apart best; then they come again, with other marks.
_COLOURS = (ORANGE, BLUE, "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_WIDE, _TALL = 9.6, 5.4  # inches: 16:9, a slide
_MARKS, _LINES = "osD^vX", ("-", "--", "-.", ":")


def draw_shifts(shifts: Shifts) -> Figure:
    """Return accuracy against pixels, a line per network, with 95 % intervals, and what leaves the frame."""
    heading = f"{shifts.data}: {counted(shifts.test_pictures, 'test picture')}, moved in four directions"
    figure = titled_figure(_WIDE, _TALL, heading, 12, lines=2)
    axes = figure.subplots()
    pixels = list(range(len(shifts.lost)))
    for number, curve in enumerate(shifts.curves):
        colour, mark = _COLOURS[number % len(_COLOURS)], _MARKS[number % len(_MARKS)]
        line = _LINES[number % len(_LINES)]
        low, high = zip(*(shifts.interval(curve, distance) for distance in pixels), strict=True)
        axes.fill_between(pixels, low, high, color=colour, alpha=0.18, linewidth=0)
        trainings = f" (n = {len(curve.accuracies)})" if len(curve.accuracies) > 1 else ""
        axes.plot(pixels, curve.means, line, marker=mark, markersize=5, color=colour, label=f"{curve.name}{trainings}")
    axes.plot(pixels, shifts.lost, color="0.5", linewidth=1.2, linestyle=(0, (4, 2, 1, 2)), label="lost off the edge")
    axes.axhline(1 / shifts.classes, color="0.5", linestyle=":", linewidth=1.2, label="chance")
    band = f"band: 95 % interval for {counted(shifts.test_pictures, 'test picture')}, not the spread of trainings"
    axes.fill_between([], [], color="0.5", alpha=0.25, linewidth=0, label=band)
    axes.set(xlabel=f"pixels moved, of {shifts.side}", ylabel="accuracy", ylim=(-0.02, 1.02))
    show_percent(axes.yaxis)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure
