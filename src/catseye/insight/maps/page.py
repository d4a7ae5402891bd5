"""Feature maps as one page that can be projected: the picture, and a row of channels for each layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH, choose_scale, make_canvas, put, put_picture
from catseye.drawing.labels import fit_text, text_width
from catseye.drawing.numbers import percent
from catseye.drawing.picture import interpolation
from catseye.drawing.style import SIGNED, UNSIGNED
from catseye.insight.maps.selection import COLUMNS, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.insight.maps.maps import FeatureMaps, LayerMaps

_MARGIN, _GAP, _LOOSEST = 0.35, 0.1, 0.3  # inches: around all, between maps, and at most between them
_SIZE, _TITLE_SIZE = 14.0, 20.0  # points: the smallest type, and the heading's
_LINE = 0.25  # inches of a line of the smallest type
_TITLE, _LEGEND = 0.5, 0.35  # inches of the heading and of the line at the bottom
_PICTURE, _NAMES = 2.35, 1.85  # inches across: of the picture, and of the layers' names
_LEFT = _MARGIN + _PICTURE + 0.3 + _NAMES  # of the maps
_NAME_LINES = 3  # of a class below the picture
_ALL_ZERO = "0.85"


def draw_page(found: FeatureMaps) -> Figure:
    """Draw the picture, what is predicted, and of each layer the channels with most contrast, in rows of eight."""
    figure, axes = make_canvas(PAGE_WIDTH, PAGE_HEIGHT)
    heading = f"{found.prediction.picture} in {found.classifier}, layer by layer: the channels with most contrast"
    label = fit_text(heading, PAGE_WIDTH - 2 * _MARGIN, _TITLE_SIZE, smallest=_SIZE, bold=True)
    axes.text(_MARGIN, _MARGIN, label.text, va="top", fontsize=label.size, fontweight="bold")
    _picture(axes, found)
    counts = [min(found.count, len(layer.maps)) for layer in found.layers]
    grid = _lay_out(counts, found.pixels.shape[1] / found.pixels.shape[2])
    top = _MARGIN + _TITLE
    for layer, count in zip(found.layers, counts, strict=True):
        _rows(axes, layer, count, top, grid, found.pixels.shape[1:])
        top += grid.down * rows_of(count, grid.columns)
    _legend(axes, any(layer.signed for layer in found.layers))
    return figure


@dataclass(frozen=True)
class _Grid:
    """How maps lie: so many side by side, of this size, this far apart from one to the next; in inches."""

    columns: int
    wide: float
    tall: float
    across: float
    down: float


def _lay_out(counts: Sequence[int], shape: float) -> _Grid:
    """Return the grid with the largest maps, as high as wide times ``shape``, of layers with so many maps each."""
    room = PAGE_WIDTH - _MARGIN - _LEFT, PAGE_HEIGHT - 2 * _MARGIN - _TITLE - _LEGEND

    def widest(columns: int) -> float:
        rows = sum(rows_of(count, columns) for count in counts)
        return min((room[0] + _GAP) / columns - _GAP, (room[1] / rows - _LINE - _GAP) / shape)

    columns = max(range(1, COLUMNS + 1), key=widest)
    wide = widest(columns)
    rows = sum(rows_of(count, columns) for count in counts)
    down = min(room[1] / rows, wide * shape + _LINE + _LOOSEST)
    return _Grid(columns, wide, wide * shape, min(wide + _LOOSEST, (room[0] + _GAP) / columns), down)


def _picture(axes: Axes, found: FeatureMaps) -> None:
    """Draw the picture as the network is given it, and below it what the classifier takes it for."""
    _, height, width = found.pixels.shape
    scale = min(_PICTURE / width, (PAGE_HEIGHT / 2) / height)
    top = _MARGIN + _TITLE
    put_picture(axes, found.pixels, _MARGIN, top, width * scale, height * scale)
    top += height * scale + 0.15
    if found.prediction.classes:
        axes.text(_MARGIN, top, "predicted:", va="top", fontsize=_SIZE)
    for row, (name, probability) in enumerate(found.prediction.top(3), 1):
        weight = "bold" if row == 1 else "normal"
        share = f"{percent(probability, 0)} " if round(100 * probability) else "<1 % "
        label = fit_text(share + name, _PICTURE, _SIZE, lines=_NAME_LINES, bold=row == 1)
        for line in label.text.split("\n"):
            top += _LINE
            axes.text(_MARGIN, top, line, va="top", fontsize=_SIZE, fontweight=weight)


def _rows(axes: Axes, layer: LayerMaps, count: int, top: float, grid: _Grid, picture: Sequence[int]) -> None:
    """Draw a layer's name and its channels, each with its number below it."""
    _names(axes, layer, top, int(grid.down * rows_of(count, grid.columns) / _LINE))
    wide, tall = grid.wide, grid.tall
    for index, channel in enumerate(layer.clearest(count)):
        row, column = divmod(index, grid.columns)
        left, upper = _LEFT + column * grid.across, top + row * grid.down
        if channel.strength == 0:
            axes.add_patch(Rectangle((left, upper), wide, tall, color=_ALL_ZERO, linewidth=0))
        else:
            how = choose_scale(channel.smallest, channel.largest)
            how["interpolation"] = interpolation(picture[0], picture[1], large="bilinear")
            put(axes, layer.maps[channel.channel], left, upper, wide, tall, **how)
        axes.text(left + wide / 2, upper + tall + 0.03, str(channel.channel), va="top", ha="center", fontsize=_SIZE)


def _names(axes: Axes, layer: LayerMaps, top: float, lines: int) -> None:
    """Write a layer's name, with the stage that it closes, and its size into ``lines`` lines: a long name wraps."""
    _, height, width = layer.maps.shape
    size = f"{height}×{width}"
    names = [layer.layer, f"in {layer.stage}"] if layer.stage and layer.stage != layer.layer else [layer.layer]
    left = max(lines - 1, len(names))  # the last is the size's
    for number, name in enumerate(names):
        first = number == 0
        # Of two names the second is a stage's, which is short.
        room = left - 1 if first and len(names) > 1 else left
        label = fit_text(name, _NAMES - 0.1, _SIZE, lines=room, bold=first)
        for line in label.text.split("\n"):
            weight = "bold" if first else "normal"
            axes.text(_LEFT - _NAMES, top, line, va="top", fontsize=label.size, fontweight=weight)
            top, left = top + _LINE, left - 1
    axes.text(_LEFT - _NAMES, top, size, va="top", fontsize=_SIZE)


def _legend(axes: Axes, signed: bool) -> None:
    """Draw what numbers and colours mean."""
    middle = PAGE_HEIGHT - _MARGIN - 0.1
    ramp = np.linspace(0, 1, 256)[None]
    words = "Number of the channel below it. Response:"
    axes.text(_MARGIN, middle, words, va="center", fontsize=_SIZE)
    left = _MARGIN + text_width(words, _SIZE)
    scales = [(UNSIGNED, "0", "the map's largest")]
    scales += [(SIGNED, "−", "+ where some are negative")] if signed else []
    for colours, low, high in scales:
        axes.text(left, middle, low, va="center", fontsize=_SIZE)
        left += text_width(low, _SIZE) + 0.1
        put(axes, ramp, left, middle - 0.09, 1.2, 0.18, cmap=colours)
        axes.text(left + 1.3, middle, high, va="center", fontsize=_SIZE)
        left += 1.3 + text_width(high, _SIZE) + 0.4
