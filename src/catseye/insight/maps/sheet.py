"""Feature maps as contact sheets: a picture, then the strongest channels of each layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from catseye.drawing.canvas import POSITIVE, SIGNED, canvas, put, put_picture, scale, smooth
from catseye.drawing.labels import shortened
from catseye.drawing.numbers import three_digits
from catseye.insight.maps.maps import STRENGTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.arrays import Floats
    from catseye.insight.maps.maps import Channel, FeatureMaps, LayerMaps

_COLUMNS = 8
_MARGIN, _TILE, _GAP = 0.25, 1.15, 0.14  # inches
_CAPTION = 0.46  # inches under each tile
_TITLE = 0.42  # inches above a layer
_HEADER = 2.0  # inches of the picture at the top
_WIDTH = 2 * _MARGIN + _COLUMNS * _TILE + (_COLUMNS - 1) * _GAP
_SILENT = "0.85"
LEGEND = f"Strength: {STRENGTH}. Each map has its own scale; under it: its strength, its smallest to largest response."


def maps_sheet(found: FeatureMaps, classifier: str, count: int) -> Figure:
    """Draw the picture, what it is taken for, and the ``count`` strongest channels of each layer."""
    tall = _TILE * found.pixels.shape[1] / found.pixels.shape[2]
    heights = [_TITLE + -(-min(count, len(layer.maps)) // _COLUMNS) * (tall + _CAPTION) for layer in found.layers]
    figure, axes = canvas(_WIDTH, 2 * _MARGIN + _HEADER + sum(heights))
    _header(axes, found, classifier)
    top = _MARGIN + _HEADER
    for layer, height in zip(found.layers, heights, strict=True):
        _sheet(axes, layer, count, top, tall, found.pixels.shape[1:])
        top += height
    return figure


def _header(axes: Axes, found: FeatureMaps, classifier: str) -> None:
    _, height, width = found.pixels.shape
    tall = min(_HEADER - 0.2, 3.2 * height / width)
    wide = tall * width / height
    put_picture(axes, found.pixels, _MARGIN, _MARGIN, wide, tall)
    left, top = _MARGIN + wide + 0.25, _MARGIN
    top_line = (
        f"{shortened(found.prediction.picture, 60, tail=True)}, as {shortened(classifier, 40, tail=True)} is given it"
    )
    axes.text(left, top, top_line, va="top", fontsize=11, fontweight="bold")
    axes.text(left, top + 0.27, f"{height} × {width} pixels, taken for", va="top")
    for row, (name, probability) in enumerate(found.prediction.top(3)):
        line = f"{probability:6.1%}  {shortened(name, 60)}"
        axes.text(left, top + 0.5 + 0.2 * row, line, va="top", fontweight="bold" if row == 0 else "normal")
    _scales(axes, left, _MARGIN + _HEADER - 0.62, any(layer.signed for layer in found.layers))
    axes.text(left, _MARGIN + _HEADER - 0.3, LEGEND, va="top", fontsize=8)


def _scales(axes: Axes, left: float, top: float, signed: bool) -> None:
    """Draw what the colours mean, once for all maps."""
    ramp = np.linspace(0, 1, 256)[None]
    put(axes, ramp, left + 0.12, top, 1.3, 0.13, cmap=POSITIVE)
    axes.text(left, top + 0.07, "0", va="center", fontsize=8)
    axes.text(left + 1.48, top + 0.07, "largest response", va="center", fontsize=8)
    if signed:
        put(axes, ramp, left + 3.1, top, 1.3, 0.13, cmap=SIGNED)
        axes.text(left + 3.05, top + 0.07, "−", va="center", ha="right", fontsize=8)
        axes.text(left + 4.46, top + 0.07, "+  where a channel also responds with less than 0", va="center", fontsize=8)


def _sheet(axes: Axes, layer: LayerMaps, count: int, top: float, tall: float, picture: tuple[int, ...]) -> None:
    channels, height, width = layer.maps.shape
    strongest = layer.strongest(count)
    which = f"the {len(strongest)} strongest of {channels:,}" if len(strongest) < channels else f"all {channels}"
    silent = f"; {layer.zero_channels:,} of {channels:,} channels answer nothing" if layer.zero_channels else ""
    axes.text(_MARGIN, top + 0.3, layer.layer, fontsize=11, fontweight="bold")
    words = f"{which} channels, maps of {height} × {width}{silent}"
    axes.text(_WIDTH - _MARGIN, top + 0.3, words, fontsize=9, ha="right")
    axes.plot([_MARGIN, _WIDTH - _MARGIN], [top + 0.08] * 2, color="0.6", linewidth=0.6)
    for index, channel in enumerate(strongest):
        row, column = divmod(index, _COLUMNS)
        left = _MARGIN + column * (_TILE + _GAP)
        _tile(axes, channel, layer.maps[channel.channel], left, top + _TITLE + row * (tall + _CAPTION), tall, picture)


def _tile(
    axes: Axes, channel: Channel, values: Floats, left: float, top: float, tall: float, picture: tuple[int, ...]
) -> None:
    if channel.strength == 0:
        axes.add_patch(Rectangle((left, top), _TILE, tall, color=_SILENT, linewidth=0))
        lines = ["answers nothing"]
    else:
        put(axes, values, left, top, _TILE, tall, **scale(channel.smallest, channel.largest), **smooth(picture))
        lines = [
            f"strength {three_digits(channel.strength)}",
            f"{three_digits(channel.smallest)} to {three_digits(channel.largest)}",
        ]
    axes.text(left, top + tall + 0.03, f"channel {channel.channel}", va="top", fontsize=7, fontweight="bold")
    for row, line in enumerate(lines, 1):
        axes.text(left, top + tall + 0.03 + 0.12 * row, line, va="top", fontsize=6.5)
