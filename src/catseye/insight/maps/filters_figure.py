"""The filters of a first layer as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.canvas import make_canvas, put
from catseye.drawing.labels import fit_text
from catseye.drawing.numbers import three_digits
from catseye.drawing.style import SIGNED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.arrays import Floats
    from catseye.insight.maps.filters import Filters

_COLUMNS = 12
_MARGIN, _TILE, _GAP = 0.25, 0.72, 0.12  # inches
_CAPTION, _HEADER = 0.3, 0.75
_WIDTH = 2 * _MARGIN + _COLUMNS * _TILE + (_COLUMNS - 1) * _GAP
COLOURS = (
    "Red, green and blue are the weights of these channels of the picture: mid-grey is 0, full colour ± the number."
)
GREYS = "Orange is a positive weight, blue a negative one, white is 0; darkest is ± the number."


def draw_filters(filters: Filters) -> Figure:
    """Draw the filters of the largest norm, each on its own scale."""
    chosen = filters.largest(filters.count)
    _, colours, height, width = filters.weights.shape
    tall = _TILE * height / width
    figure, axes = make_canvas(_WIDTH, 2 * _MARGIN + _HEADER + -(-len(chosen) // _COLUMNS) * (tall + _CAPTION))
    heading = fit_text(_title(filters, len(chosen)), _WIDTH - 2 * _MARGIN, 11, smallest=7, bold=True)
    axes.text(_MARGIN, _MARGIN, heading.text, va="top", fontsize=heading.size, fontweight="bold")
    axes.text(_MARGIN, _MARGIN + 0.25, COLOURS if colours == 3 else GREYS, va="top", fontsize=8)
    axes.text(_MARGIN, _MARGIN + 0.42, "Below each: its channel and its largest absolute weight.", va="top", fontsize=8)
    for index, channel in enumerate(chosen):
        row, column = divmod(index, _COLUMNS)
        left, top = _MARGIN + column * (_TILE + _GAP), _MARGIN + _HEADER + row * (tall + _CAPTION)
        empty = filters.is_empty(channel)
        weights = filters.weights[channel] * (not empty)
        most = float(np.abs(weights).max()) or 1.0
        put(axes, left=left, top=top, width=_TILE, height=tall, interpolation="nearest", **_drawn(weights, most))
        words = f"{channel}: empty" if empty else f"{channel}: ±{three_digits(most)}"
        axes.text(left, top + tall + 0.03, words, va="top", fontsize=7)
    return figure


def _title(filters: Filters, drawn: int) -> str:
    total, _, height, width = filters.weights.shape
    which = f"all {total}" if drawn == total else f"{drawn} of {total}"
    empty = f" ({filters.empty} of {total} are empty)" if filters.empty else ""
    return f"{filters.classifier}, {filters.layer}: {which} filters of {height} × {width}, largest norm first{empty}"


def _drawn(weights: Floats, most: float) -> dict[str, Any]:
    if len(weights) == 3:
        return {"image": 0.5 + weights.transpose(1, 2, 0) / (2 * most)}
    return {"image": weights[0], "cmap": SIGNED, "vmin": -most, "vmax": most}
