"""A sheet of many small pictures with captions, laid out in inches from the top left corner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from catseye.drawing.style import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

    from catseye.arrays import Pixels

POSITIVE = "viridis"
# Negative and positive by hue, size by darkness: told apart without colour vision.
SIGNED: Colormap = LinearSegmentedColormap.from_list("signed", ["#00263d", BLUE, "white", ORANGE, "#471f00"])
SMALL_SIDE = 64  # pixels up to which a picture is shown as squares
_DOTS = 150  # an inch


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure and its one axes, both of this size in inches, whose coordinates are inches too."""
    figure = Figure((width, height), dpi=_DOTS)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_autoscale_on(False)
    axes.set_axis_off()
    return figure, axes


def put(axes: Axes, image: Any, left: float, top: float, width: float, height: float, **how: Any) -> None:
    """Draw an image (H, W) or (H, W, 3) into a rectangle of a canvas, with a thin frame."""
    axes.imshow(image, extent=(left, left + width, top + height, top), aspect="auto", **how)
    # Drawn right after its image, so that no two images follow each other, which an SVG would melt into one: slow.
    axes.add_patch(Rectangle((left, top), width, height, fill=False, linewidth=0.4, edgecolor="0.6", zorder=0))


def put_picture(axes: Axes, pixels: Pixels, left: float, top: float, width: float, height: float) -> None:
    """Draw a picture uint8 (C, H, W) into a rectangle of a canvas."""
    put(axes, shown(pixels), left, top, width, height, cmap="gray", vmin=0, vmax=255, **smooth(pixels.shape[-2:]))


def shown(pixels: Pixels) -> Pixels:
    """Return a picture uint8 (C, H, W) as matplotlib takes it: (H, W) if it is grey, else (H, W, 3)."""
    return pixels[0] if len(pixels) == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0))


def smooth(picture: tuple[int, ...], small: str = "nearest", large: str = "bilinear") -> dict[str, Any]:
    """Return the interpolation by the picture's height and width: squares for a small one."""
    return {"interpolation": small if max(picture) <= SMALL_SIDE else large}


def scale(smallest: float, largest: float) -> dict[str, Any]:
    """Return colours and limits for responses: from 0 if none is negative, else symmetric around 0."""
    if smallest >= 0:
        return {"cmap": POSITIVE, "vmin": 0, "vmax": largest or 1}
    most = max(-smallest, largest)
    return {"cmap": SIGNED, "vmin": -most, "vmax": most}
