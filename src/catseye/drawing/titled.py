"""A figure with its title in one line, clear of the edge, above axes that lay themselves out."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from catseye.drawing.labels import fit_text

_EDGE, _GAP, _SMALLEST = 0.16, 0.1, 9.0  # inches above the title, below it and beside all, points
_LINE = 1.3 / 72  # inches of a line for each point of its letters


def titled_figure(width: float, height: float, title: str, size: float) -> Figure:
    """Return an empty figure of this size in inches, with a title of at most ``size`` points."""
    fitted = fit_text(title, width - 0.5, size, smallest=_SMALLEST)
    # A title at a place of its own is not laid out with the axes: they get what is left below it.
    left = height - _EDGE - _LINE * fitted.size - _GAP
    side = _GAP / width
    figure = Figure((width, height), layout=ConstrainedLayoutEngine(rect=(side, 0, 1 - 2 * side, left / height)))
    figure.suptitle(fitted.text, fontsize=fitted.size, y=1 - _EDGE / height, va="top")
    return figure
