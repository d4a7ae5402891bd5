"""A sheet of many small pictures with captions, laid out in inches from the top left corner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from catseye.drawing.picture import interpolation
from catseye.drawing.style import SIGNED, UNSIGNED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from catseye.arrays import Pixels

PAGE_WIDTH, PAGE_HEIGHT = 40 / 3, 7.5  # inches of a page that can be projected: 16:9
_DOTS = 150  # an inch


def make_canvas(width: float, height: float) -> tuple[Figure, Axes]:
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
    how = interpolation(*pixels.shape[1:])
    put(axes, pixels.transpose(1, 2, 0), left, top, width, height, cmap="gray", vmin=0, vmax=255, interpolation=how)


def choose_scale(smallest: float, largest: float) -> dict[str, Any]:
    """Return colours and limits for values: from 0 if none is negative, else symmetric around 0."""
    if smallest >= 0:
        return {"cmap": UNSIGNED, "vmin": 0, "vmax": largest or 1}
    most = max(-smallest, largest)
    return {"cmap": SIGNED, "vmin": -most, "vmax": most}
