"""Feature maps as a contact sheet, as long as it needs: the picture, then the channels of each layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from catseye.drawing.canvas import choose_scale, make_canvas, put, put_picture
from catseye.drawing.labels import cut_text, fit_text, text_width, wrap_text
from catseye.drawing.numbers import percent, three_digits
from catseye.drawing.picture import interpolation
from catseye.drawing.style import SIGNED, UNSIGNED
from catseye.insight.maps.maps import CONTRAST

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.arrays import Floats
    from catseye.insight.maps.maps import Channel, FeatureMaps, LayerMaps

_COLUMNS = 8
_MARGIN, _TILE, _GAP = 0.25, 1.15, 0.14  # inches
_CAPTION = 0.6  # inches under each tile
_SIZE, _SMALLEST = 9.0, 7.0  # points of the words there
_TITLE = 0.42  # inches above a layer
_HEADER = 2.0  # inches of the picture at the top
_SHARE = 0.55  # inches of a probability
_WIDTH = 2 * _MARGIN + _COLUMNS * _TILE + (_COLUMNS - 1) * _GAP
_ALL_ZERO = "0.85"
SCALES = f"Contrast: {CONTRAST}. Each map has its own scale"
LEGEND = f"{SCALES}; below it are its contrast and its range of responses."


def draw_sheet(found: FeatureMaps) -> Figure:
    """Draw the picture, the prediction, and of each layer the channels with most contrast."""
    count = found.count
    tall = _TILE * found.pixels.shape[1] / found.pixels.shape[2]
    heights = [_TITLE + -(-min(count, len(layer.maps)) // _COLUMNS) * (tall + _CAPTION) for layer in found.layers]
    figure, axes = make_canvas(_WIDTH, 2 * _MARGIN + _HEADER + sum(heights))
    _header(axes, found)
    top = _MARGIN + _HEADER
    for layer, height in zip(found.layers, heights, strict=True):
        _sheet(axes, layer, count, top, tall, (found.pixels.shape[1], found.pixels.shape[2]))
        top += height
    return figure


def _header(axes: Axes, found: FeatureMaps) -> None:
    _, height, width = found.pixels.shape
    tall = min(_HEADER - 0.2, 3.2 * height / width)
    wide = tall * width / height
    put_picture(axes, found.pixels, _MARGIN, _MARGIN, wide, tall)
    left, top = _MARGIN + wide + 0.25, _MARGIN
    room = _WIDTH - _MARGIN - left
    heading = fit_text(f"{found.prediction.picture} as {found.classifier} receives it", room, 11, smallest=8, bold=True)
    axes.text(left, top, heading.text, va="top", fontsize=heading.size, fontweight="bold")
    axes.text(left, top + 0.27, f"{height}×{width} pixels{', predicted:' * bool(found.prediction.classes)}", va="top")
    for row, (name, probability) in enumerate(found.prediction.top(3)):
        how: dict[str, Any] = {"va": "top", "fontsize": 10, "fontweight": "bold" if row == 0 else "normal"}
        axes.text(left + _SHARE, top + 0.5 + 0.2 * row, percent(probability), ha="right", **how)
        label = cut_text(name, room - _SHARE - 0.1, 10, bold=row == 0)
        axes.text(left + _SHARE + 0.1, top + 0.5 + 0.2 * row, label, **how)
    _scales(axes, left, _MARGIN + _HEADER - 0.62, any(layer.signed for layer in found.layers))
    lines = wrap_text(LEGEND, room, 9)
    axes.text(left, _MARGIN + _HEADER - 0.34, "\n".join(lines), va="top", fontsize=9)


def _scales(axes: Axes, left: float, top: float, signed: bool) -> None:
    """Draw what the colours mean, once for all maps."""
    ramp = np.linspace(0, 1, 256)[None]
    put(axes, ramp, left + 0.12, top, 1.3, 0.13, cmap=UNSIGNED)
    axes.text(left, top + 0.07, "0", va="center", fontsize=9)
    axes.text(left + 1.48, top + 0.07, "largest response", va="center", fontsize=9)
    if signed:
        put(axes, ramp, left + 3.1, top, 1.3, 0.13, cmap=SIGNED)
        axes.text(left + 3.05, top + 0.07, "−", va="center", ha="right", fontsize=9)
        axes.text(left + 4.46, top + 0.07, "+  where some responses are negative", va="center", fontsize=9)


def _sheet(axes: Axes, layer: LayerMaps, count: int, top: float, tall: float, picture: tuple[int, int]) -> None:
    channels, height, width = layer.maps.shape
    shown = layer.clearest(count)
    which = f"{len(shown)} of {channels:,}" if len(shown) < channels else f"all {channels}"
    zero = f"; {layer.zero_channels:,} of {channels:,} channels are all zero" if layer.zero_channels else ""
    words = f"{which} channels, most contrast first, maps of {height}×{width}{zero}"
    room = _WIDTH - 2 * _MARGIN - text_width(words, 9) - 0.2
    name = fit_text(layer.title, room, 11, smallest=9, bold=True)
    axes.text(_MARGIN, top + 0.3, name.text, fontsize=name.size, fontweight="bold")
    axes.text(_WIDTH - _MARGIN, top + 0.3, words, fontsize=9, ha="right")
    axes.plot([_MARGIN, _WIDTH - _MARGIN], [top + 0.08] * 2, color="0.6", linewidth=0.6)
    for index, channel in enumerate(shown):
        row, column = divmod(index, _COLUMNS)
        left = _MARGIN + column * (_TILE + _GAP)
        _tile(axes, channel, layer.maps[channel.channel], left, top + _TITLE + row * (tall + _CAPTION), tall, picture)


def _tile(
    axes: Axes, channel: Channel, values: Floats, left: float, top: float, tall: float, picture: tuple[int, int]
) -> None:
    if channel.strength == 0:
        axes.add_patch(Rectangle((left, top), _TILE, tall, color=_ALL_ZERO, linewidth=0))
        lines = ["all zero"]
    else:
        how = choose_scale(channel.smallest, channel.largest)
        put(axes, values, left, top, _TILE, tall, interpolation=interpolation(*picture, large="bilinear"), **how)
        lines = [
            f"contrast {three_digits(channel.contrast)}",
            f"{three_digits(channel.smallest)} to {three_digits(channel.largest)}",
        ]
    axes.text(left, top + tall + 0.03, f"channel {channel.channel}", va="top", fontsize=_SIZE, fontweight="bold")
    for row, line in enumerate(lines, 1):
        label = fit_text(line, _TILE + _GAP / 2, _SIZE, smallest=_SMALLEST)
        axes.text(left, top + tall + 0.03 + 0.16 * row, label.text, va="top", fontsize=label.size)
