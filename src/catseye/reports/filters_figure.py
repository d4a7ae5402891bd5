"""The filters of a first layer as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.reports.canvas import SIGNED, canvas, number, put

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.insight.filters import Filters

_COLUMNS = 12
_MARGIN, _TILE, _GAP = 0.25, 0.72, 0.12  # inches
_CAPTION, _HEADER = 0.3, 0.75
_WIDTH = 2 * _MARGIN + _COLUMNS * _TILE + (_COLUMNS - 1) * _GAP
COLOURS = (
    "Red, green and blue are the weights of these channels of the picture: mid-grey is 0, full colour ± the number."
)
GREYS = "Orange is a positive weight, blue a negative one, white is 0; darkest is ± the number."


def filters_sheet(filters: Filters, classifier: str, count: int) -> Figure:
    """Draw the ``count`` filters of the largest norm, each on its own scale."""
    chosen = filters.largest(count)
    _, colours, height, width = filters.weights.shape
    tall = _TILE * height / width
    figure, axes = canvas(_WIDTH, 2 * _MARGIN + _HEADER + -(-len(chosen) // _COLUMNS) * (tall + _CAPTION))
    total = len(filters.weights)
    which = f"all {total}" if len(chosen) == total else f"{len(chosen)} of {total}"
    title = f"{classifier}, {filters.layer}: {which} filters of {height} × {width}, largest norm first"
    axes.text(_MARGIN, _MARGIN, title, va="top", fontsize=11, fontweight="bold")
    axes.text(_MARGIN, _MARGIN + 0.25, COLOURS if colours == 3 else GREYS, va="top", fontsize=8)
    axes.text(_MARGIN, _MARGIN + 0.42, "Under each: its channel and its largest absolute weight.", va="top", fontsize=8)
    for index, channel in enumerate(chosen):
        row, column = divmod(index, _COLUMNS)
        left, top = _MARGIN + column * (_TILE + _GAP), _MARGIN + _HEADER + row * (tall + _CAPTION)
        weights = filters.weights[channel]
        most = float(np.abs(weights).max()) or 1.0
        if colours == 3:
            put(axes, 0.5 + weights.transpose(1, 2, 0) / (2 * most), left, top, _TILE, tall, interpolation="nearest")
        else:
            limits = {"cmap": SIGNED, "vmin": -most, "vmax": most, "interpolation": "nearest"}
            put(axes, weights[0], left, top, _TILE, tall, **limits)
        words = f"{channel}: ±{number(most)}"
        axes.text(left, top + tall + 0.03, words, va="top", fontsize=7)
    return figure
