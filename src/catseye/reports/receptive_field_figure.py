"""Receptive fields as rectangles over a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.insight.receptive_field import ReceptiveField

_SIDE, _LABELS = 5.2, 2.6  # inches
_LINE = 0.3  # inches between labels


def receptive_field_figure(pixels: Any, fields: Mapping[str, ReceptiveField], title: str) -> Figure:
    """Return the picture uint8 (H, W, 1 or 3) with a rectangle for each field, as it was measured.

    Each label stands beside the picture, joined to the upper right corner of its rectangle.
    """
    height, width = pixels.shape[:2]
    tall = max(_SIDE * min(height / width, 2), _LINE * len(fields) + 1)
    figure = Figure((_SIDE + _LABELS, tall + 0.6))
    figure.suptitle(title, x=0.02, y=0.985, ha="left", fontsize=11, fontweight="bold")
    axes = figure.add_axes((0.02, 0.02, _SIDE / (_SIDE + _LABELS) - 0.02, tall / (tall + 0.6) - 0.02))
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_axis_off()
    order = sorted(fields.items(), key=lambda item: -item[1].measured[0] * item[1].measured[1])
    places = [(0.5 + number) / len(order) for number in range(len(order))]
    for (name, field), place in zip(order, places, strict=True):
        _draw(axes, name, field, 1 - place, _colour(order.index((name, field)) / max(len(order) - 1, 1)))
    return figure


def _colour(share: float) -> str:
    return mpl.colors.to_hex(mpl.colormaps["viridis"](0.3 + 0.7 * share))


def _draw(axes: Any, name: str, field: ReceptiveField, height: float, colour: str) -> None:
    rows, columns = field.measured
    corner = field.left - 0.5, field.top - 0.5
    for width, ink in ((3.4, "black"), (1.8, colour)):  # the dark edge is seen on bright pixels
        axes.add_patch(Rectangle(corner, columns, rows, fill=False, linewidth=width, edgecolor=ink, clip_on=False))
    cut = ", cut by the edge" if field.measured != field.analytic else ""
    axes.annotate(
        f"{name}: {rows}×{columns}{cut}",
        (corner[0] + columns, corner[1]),
        xytext=(1.04, height),
        textcoords="axes fraction",
        va="center",
        fontsize=9,
        annotation_clip=False,
        bbox={"boxstyle": "square,pad=0.25", "facecolor": "none", "edgecolor": colour, "linewidth": 1.8},
        arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0},
    )
