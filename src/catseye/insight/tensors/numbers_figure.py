"""The numbers of a region in cells, plane behind plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from catseye.drawing.grids import ink_on
from catseye.drawing.style import ORANGE
from catseye.insight.tensors.panels import Box, fit_box, plane_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from catseye.arrays import Pixels

_POINTS = 72  # an inch
_DIGITS = 0.4  # of a cell's side: three digits of this size fit into it
_LARGEST = 24.0  # points


def draw_numbers(axes: Axes, numbers: Pixels, followed: tuple[int, int], box: Box) -> Box:
    """Draw uint8 (rows, columns, C) as cells in the colours of their planes, and return where they lie.

    The first plane is in front; each further one lies one cell to the right and one up, so that its uppermost row and
    its last column are seen. The pixel ``followed`` (row, column) is outlined in front.
    """
    rows, columns, planes = numbers.shape
    place = fit_box((rows + planes - 1, columns + planes - 1), box)
    side = place.width / (columns + planes - 1)
    size = min(_LARGEST, side * _POINTS * _DIGITS)
    for plane in reversed(range(planes)):
        left, top = place.left + plane * side, place.top + (planes - 1 - plane) * side
        colours = np.broadcast_to(plane_of(numbers, plane) / 255, (rows, columns, 3))
        for row, column in np.ndindex(rows, columns):
            if plane and row and column < columns - 1:
                continue  # behind the plane in front
            colour = tuple(colours[row, column])
            x, y = left + column * side, top + row * side
            axes.add_patch(Rectangle((x, y), side, side, facecolor=colour, edgecolor="0.75", linewidth=0.7))
            said = str(numbers[row, column, plane])
            axes.text(x + side / 2, y + side / 2, said, color=ink_on(colour), ha="center", va="center", fontsize=size)
    corner = place.left + followed[1] * side, place.top + (planes - 1 + followed[0]) * side
    axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=ORANGE, linewidth=3, zorder=3))
    return place
