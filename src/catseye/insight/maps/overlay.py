"""The response of one filter, laid over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.canvas import choose_scale
from catseye.drawing.labels import cut_text, text_width
from catseye.drawing.numbers import percent, three_digits
from catseye.drawing.picture import draw_picture, interpolation
from catseye.drawing.titled import titled_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.arrays import Pixels
    from catseye.insight.maps.channel_response import ChannelResponse

_PANEL = 3.3  # inches
_OPACITY = 0.6
_SIZE, _HEADING = 10, 11  # points
_LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as Pillow converts to grey


def draw_overlay(shown: ChannelResponse) -> Figure:
    """Draw picture, response and both together for one channel."""
    found, places, channel = shown.maps, shown.positions, shown.channel
    layer = found.layers[0]
    response = layer.channel(channel)
    _, height, width = found.pixels.shape
    strength = (
        f"strength {three_digits(response.strength)}, {percent(response.share_active, 0)} of the positions above 0"
    )
    heading = f"Channel {channel} of {layer.layer} in {found.classifier}, for {found.prediction.picture}: {strength}"
    tall = _PANEL * height / width + 1.0
    figure = titled_figure(3 * _PANEL + 0.9, tall, heading, _HEADING, lines=2, bold=True)
    figure.set_dpi(150)
    picture, alone, both = figure.subplots(1, 3)
    how = choose_scale(response.smallest, response.largest)
    how["interpolation"] = interpolation(height, width, large="bilinear")
    top, left, bottom, right = places.extent()
    how["extent"] = (left, right, bottom, top)
    _show(picture, found.pixels)
    if found.prediction.classes:
        share = f"predicted, {percent(found.prediction.probability, 0)}: "
        name = cut_text(found.prediction.class_name, _PANEL - text_width(share, _SIZE), _SIZE)
        picture.set_title(f"{share}{name}", fontsize=_SIZE)
    alone.set_title(f"the response at {places.counts[0]}×{places.counts[1]} positions", fontsize=_SIZE)
    both.set_title("the response laid over the picture", fontsize=_SIZE)
    _show(both, _grey(found.pixels))
    alone.set_facecolor("0.8")  # where no position looks, which is not a response of 0
    alone.imshow(layer.maps[channel], **how)
    both.imshow(layer.maps[channel], alpha=_OPACITY, **how)
    for axes in (picture, alone, both):
        axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal", xticks=[], yticks=[])
        axes.spines[:].set_visible(True)
    figure.colorbar(alone.images[0], ax=[picture, alone, both], shrink=0.9, pad=0.01, label="response")
    return figure


def _show(axes: Axes, pixels: Pixels) -> None:
    _, height, width = pixels.shape
    # Pixels are squares from 0 on, as positions are measured.
    draw_picture(axes, pixels.transpose(1, 2, 0), extent=(0, width, height, 0))


def _grey(pixels: Pixels) -> Pixels:
    grey: Pixels = pixels if len(pixels) == 1 else np.tensordot(_LUMA, pixels, 1).round().astype(np.uint8)[None]
    return grey
