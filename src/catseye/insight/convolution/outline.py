"""A mark around what a window covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.drawing.grids import is_small
from catseye.drawing.style import ORANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.arrays import Floats

_RING = 110  # square points


def draw_outline(axes: Axes, values: Floats, rows: Sequence[int], columns: Sequence[int]) -> None:
    """Mark what a window covers: its cells, as one where they touch, or in a picture a ring around it."""
    if not is_small(values):
        middle = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2
        axes.scatter(*middle, _RING, facecolors="none", edgecolors=ORANGE, linewidths=2, clip_on=False)
        return
    if rows[-1] - rows[0] + 1 == len(rows) and columns[-1] - columns[0] + 1 == len(columns):
        axes.add_patch(_rectangle(columns[0], rows[0], len(columns), len(rows)))
        return
    for row in rows:
        for column in columns:
            axes.add_patch(_rectangle(column, row, 1, 1))


def _rectangle(column: int, row: int, columns: int, rows: int) -> Rectangle:
    corner = column - 0.5, row - 0.5
    return Rectangle(corner, columns, rows, fill=False, edgecolor=ORANGE, linewidth=2.6, zorder=3, clip_on=False)
