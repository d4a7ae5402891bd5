"""A figure with its title clear of the edge, above axes that lay themselves out."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from catseye.drawing.labels import fit_text

_EDGE, _GAP, _SMALLEST = 0.16, 0.1, 9.0  # inches above the title, below it and beside all, points
_LINE = 1.3 / 72  # inches of a line for each point of its letters


def titled_figure(
    width: float, height: float, title: str, size: float, *, lines: int = 1, bold: bool = False
) -> Figure:
    """Return an empty figure of this size in inches, with a title of at most ``size`` points in at most ``lines``.

    Without a title the axes still stay clear of the edge.
    """
    fitted = fit_text(title, width - 0.5, size, lines=lines, smallest=min(size, _SMALLEST), bold=bold)
    # A title at a place of its own is not laid out with the axes: they get what is left below it.
    needed = _LINE * fitted.size * (1 + fitted.text.count("\n")) + _GAP if title else 0.0
    side, left = _GAP / width, height - _EDGE - needed
    figure = Figure((width, height), layout=ConstrainedLayoutEngine(rect=(side, 0, 1 - 2 * side, left / height)))
    if title:
        weight = "bold" if bold else "normal"
        figure.suptitle(fitted.text, fontsize=fitted.size, fontweight=weight, y=1 - _EDGE / height, va="top")
    return figure
