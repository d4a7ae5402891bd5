"""The response of one filter, laid over the picture that it looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from catseye.drawing.canvas import scale, shown, smooth
from catseye.drawing.labels import shortened
from catseye.drawing.numbers import three_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from catseye.arrays import Pixels
    from catseye.insight.maps.maps import FeatureMaps
    from catseye.insight.maps.positions import Positions

_PANEL = 3.3  # inches
_OPACITY = 0.6
_LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as Pillow converts to grey


def overlay(found: FeatureMaps, channel: int, places: Positions) -> Figure:
    """Draw picture, response and both together for one channel of the first layer found."""
    layer = found.layers[0]
    response = layer.channel(channel)
    _, height, width = found.pixels.shape
    figure = Figure((3 * _PANEL + 0.9, _PANEL * height / width + 0.8), dpi=150, layout="constrained")
    picture, alone, both = figure.subplots(1, 3)
    how = scale(response.smallest, response.largest) | smooth((height, width))
    top, left, bottom, right = places.extent()
    how["extent"] = (left, right, bottom, top)
    _show(picture, found.pixels)
    picture.set_title(f"the picture: {shortened(found.prediction.class_name, 22)} {found.prediction.probability:.0%}")
    alone.set_title(f"the response, {places.counts[0]} × {places.counts[1]} places")
    both.set_title("the response laid over the picture")
    _show(both, _grey(found.pixels))
    alone.set_facecolor("0.8")  # where no place looks, which is not a response of 0
    alone.imshow(layer.maps[channel], **how)
    both.imshow(layer.maps[channel], alpha=_OPACITY, **how)
    for axes in (picture, alone, both):
        axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal", xticks=[], yticks=[])
        axes.spines[:].set_visible(True)
    figure.colorbar(alone.images[0], ax=[picture, alone, both], shrink=0.8, label="response")
    name = shortened(found.prediction.picture, 50, tail=True)
    strength = f"strength {three_digits(response.strength)}, {response.share_active:.0%} of the places above 0"
    figure.suptitle(f"{layer.layer}, channel {channel}, of {name}: {strength}", fontsize=11, fontweight="bold")
    return figure


def _show(axes: Axes, pixels: Pixels) -> None:
    _, height, width = pixels.shape
    edges = (0, width, height, 0)  # pixels are squares from 0 on, as places are measured
    axes.imshow(shown(pixels), cmap="gray", vmin=0, vmax=255, extent=edges, **smooth((height, width)))


def _grey(pixels: Pixels) -> Pixels:
    grey: Pixels = pixels if len(pixels) == 1 else np.tensordot(_LUMA, pixels, 1).round().astype(np.uint8)[None]
    return grey
