"""The filters of a first layer as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.canvas import make_canvas, put
from catseye.drawing.labels import fit_text, wrap_text
from catseye.drawing.numbers import three_digits
from catseye.drawing.style import SIGNED
from catseye.drawing.tiles import MARGIN, lay_out_tiles

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.arrays import Floats
    from catseye.insight.maps.filters import Filters

_SIDES = (0.6, 2.0)  # inches: the least and the largest side of a filter
_NARROWEST = 9.0  # inches of the words above the filters
_HEADER, _CAPTION, _LINE = 1.1, 0.44, 0.24  # inches: of the words above all, below a filter, and of a line of them
_TITLE_SIZE, _SIZE, _SMALLEST = 16.0, 12.0, 9.0  # points: the heading, all else, and the least
COLOURS = (
    "Red, green and blue are the weights of these channels of the picture: mid-grey is 0, full colour ± the number."
)
GREYS = "Orange is a positive weight, blue a negative one, white is 0; darkest is ± the number."
_CAPTIONS = "Below each: its channel and its largest absolute weight."


def explain_colours(filters: Filters) -> tuple[str, str]:
    """Explain the colours and the numbers."""
    return COLOURS if filters.weights.shape[1] == 3 else GREYS, _CAPTIONS


def draw_filters(filters: Filters, *, words: bool = True) -> Figure:
    """Draw the filters of the largest norm, each on its own scale; ``words``: explain the colours and numbers."""
    chosen = filters.largest(filters.count)
    _, _, height, width = filters.weights.shape
    tiles = lay_out_tiles(len(chosen), height / width, above=_HEADER, caption=_CAPTION, sides=_SIDES)
    room = max(tiles.width, _NARROWEST)
    sentences = explain_colours(filters) if words else ()
    lines = [line for sentence in sentences for line in wrap_text(sentence, room, _SIZE)]
    first = MARGIN + 0.4 + _LINE * len(lines) + 0.1
    figure, axes = make_canvas(2 * MARGIN + room, first + tiles.height + MARGIN)
    heading = fit_text(_title(filters, len(chosen)), room, _TITLE_SIZE, smallest=_SIZE, bold=True)
    axes.text(MARGIN, MARGIN, heading.text, va="top", fontsize=heading.size, fontweight="bold")
    for number, line in enumerate(lines):
        axes.text(MARGIN, MARGIN + 0.4 + _LINE * number, line, va="top", fontsize=_SIZE)
    for index, channel in enumerate(chosen):
        left, top = tiles.corner(index)
        left, top = MARGIN + left, first + top
        empty = filters.is_empty(channel)
        weights = filters.weights[channel] * (not empty)
        most = float(np.abs(weights).max()) or 1.0
        how = _drawn(weights, most)
        put(axes, left=left, top=top, width=tiles.wide, height=tiles.tall, interpolation="nearest", **how)
        size = "empty" if empty else f"±{three_digits(most)}"
        for number, (line, weight) in enumerate(((str(channel), "bold"), (size, "normal"))):
            label = fit_text(line, tiles.wide, _SIZE, smallest=_SMALLEST)
            below = top + tiles.tall + 0.04 + 0.2 * number
            axes.text(left, below, label.text, va="top", fontsize=label.size, fontweight=weight)
    return figure


def _title(filters: Filters, drawn: int) -> str:
    total, _, height, width = filters.weights.shape
    which = f"all {total}" if drawn == total else f"{drawn} of {total}"
    empty = f" ({filters.empty} of {total} are empty)" if filters.empty else ""
    return f"{filters.classifier}, {filters.layer}: {which} filters of {height}×{width}, largest norm first{empty}"


def _drawn(weights: Floats, most: float) -> dict[str, Any]:
    if len(weights) == 3:
        return {"image": 0.5 + weights.transpose(1, 2, 0) / (2 * most)}
    return {"image": weights[0], "cmap": SIGNED, "vmin": -most, "vmax": most}
