"""Grids of numbers as coloured cells, larger ones as pictures, and figures made of such panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH
from catseye.drawing.labels import wrap_text
from catseye.drawing.numbers import exact
from catseye.drawing.style import PLANES, SIGNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

    from catseye.arrays import Floats

LARGEST_GRID = 14  # rows or columns whose numbers are written
_CELL, _PICTURE = 0.46, 2.6  # inches
_NARROWEST, _NARROWEST_FIGURE = 1.7, 5.0  # inches of a panel and of all, which their titles need
_GAP, _HEADING, _LINE = 0.25, 0.5, 0.2  # inches between panels, over a panel, of a line of the title
_TITLE_SIZE = 11.0  # points
_STRONGEST = 99.5  # percentile of a response at which its colours end: a few pixels would pale all others
_EQUAL_CONTRAST = 0.179  # relative luminance at which black and white letters have the same contrast (WCAG 2)
_GREYS: Colormap = colormaps["gray"]
_LARGEST_DRAWN = 700  # rows or columns of a picture
_SMALLEST_SCALE, _LARGEST_SCALE, _LARGEST_CELLS = 0.3, 3.0, 1.8  # of panels on a slide, and of cells among them
_UNFILLED = 0.85  # worth of a layout with a hole in its last row, compared with one without
_HALVINGS = 12  # of the interval in which the scale is looked for


def figure_of_grids(rows: Sequence[Sequence[Floats]], title: str, *, slide: bool = False) -> Figure:
    """Return a figure with a panel for each of the values, row by row, each in the middle of its column.

    ``slide``: it is a page of 16:9, and the panels are as large as fits on it. So that the type can be read, the page
    grows only if that would leave too little of the panels.
    """
    lines = _wrapped(title, PAGE_WIDTH)
    scale = _fitting_scale(rows, len(lines)) if slide else 1.0
    widths, heights = _measured(rows, scale)
    width, height = max(_NARROWEST_FIGURE, sum(widths)), sum(heights) + _GAP
    if slide:
        width = max(width, PAGE_WIDTH, (height + _LINE * (len(lines) + 1)) * PAGE_WIDTH / PAGE_HEIGHT)
    lines = _wrapped(title, width)
    if slide:
        # What is left stands between the columns and between the rows.
        widths = [wide + (width - sum(widths)) / len(widths) for wide in widths]
        left_over = max(0.0, width * PAGE_HEIGHT / PAGE_WIDTH - height - _LINE * (len(lines) + 1))
        heights = [tall + left_over / len(heights) for tall in heights]
        height += left_over
    above = _LINE * (len(lines) + 1)
    height += above
    figure = Figure((width, height))
    figure.text(_GAP / 2 / width, 1 - _LINE / 2 / height, "\n".join(lines), va="top", fontsize=_TITLE_SIZE)
    top = height - above
    for row, tall in zip(rows, heights, strict=True):
        left = 0.0
        for values, wide in zip(row, widths, strict=False):
            across, down = _sides(values, scale)
            corner = (left + (wide - across) / 2) / width, (top - _HEADING - (tall - _HEADING + down) / 2) / height
            figure.add_axes((*corner, across / width, down / height))
            left += wide
        top -= tall
    return figure


def choose_columns(panels: Sequence[Floats], most: int) -> int:
    """Return how many panels stand side by side, at most ``most``, to be as large as possible on a page of 16:9."""

    def enlarged(columns: int) -> float:
        rows = [panels[at : at + columns] for at in range(0, len(panels), columns)]
        full = len(panels) % columns == 0
        return _fitting_scale(rows, 3) * (1.0 if full else _UNFILLED)  # 3 lines of a title, as it usually has

    return max(range(1, min(most, len(panels)) + 1), key=lambda columns: (round(enlarged(columns), 1), columns))


def _fitting_scale(rows: Sequence[Sequence[Floats]], lines: int) -> float:
    """Return the largest scale of panels with which they fit on a page of 16:9 below so many lines of a title."""
    room = PAGE_HEIGHT - _LINE * (lines + 1) - _GAP

    def fits(scale: float) -> bool:
        widths, heights = _measured(rows, scale)
        return sum(widths) <= PAGE_WIDTH and sum(heights) <= room

    low, high = _SMALLEST_SCALE, _LARGEST_SCALE
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def draw_grid(axes: Axes, title: str, values: Floats, kind: str, known: Any = None, like: Any = None) -> None:
    """Draw numbers as coloured cells, on the scale of ``like``; of ``known`` (H, W), only those that are true.

    Signed values go from blue over white, which is zero, to orange. An input, and an output of which nothing is
    negative, are drawn as the pictures that they are: in greys or, where ``kind`` is ``"red"``, ``"green"`` or
    ``"blue"``, as this plane of a picture.
    """
    low, high, colours = _scale(values if like is None else like, kind)
    rows, columns = values.shape
    every = -(-max(rows, columns) // _LARGEST_DRAWN)  # more would only be slow to draw
    visible = values[::every, ::every].copy()
    if known is not None:
        visible[~known[::every, ::every]] = np.nan
    whole = (-0.5, columns - 0.5, rows - 0.5, -0.5)
    axes.imshow(
        visible, colours, vmin=low, vmax=high, extent=whole, interpolation="nearest" if is_small(values) else None
    )
    axes.set_title(title, fontsize=10.5)
    axes.grid(visible=False)
    axes.set(xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set(visible=True, color="0.6", linewidth=0.8)
    if not is_small(values):
        return
    for side in axes.spines.values():
        side.set_visible(False)
    for (row, column), value in np.ndenumerate(visible):
        axes.add_patch(
            Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="0.75", linewidth=0.6, clip_on=False)
        )
        if not np.isnan(value):
            ink = ink_on(colours((value - low) / (high - low)))
            text = exact(float(value))
            axes.text(column, row, text, ha="center", va="center", color=ink, fontsize=9 if len(text) < 5 else 7)


def response_image(values: Floats, like: Floats | None = None) -> Image.Image:
    """Return an output as a picture in the colours of the figure, on the scale of ``like``."""
    low, high, colours = _scale(values if like is None else like, "output")
    painted = colours((values - low) / (high - low), bytes=True)
    return Image.fromarray(painted[..., :3])


def cell_colours(values: Floats, kind: str, like: Floats | None = None) -> list[list[tuple[str, str]]]:
    """Return each cell's colour in :func:`draw_grid` and that of its number, as ``"#rrggbb"``; none where it is NaN."""
    low, high, colours = _scale(values if like is None else like, kind)

    def painted(value: float) -> tuple[str, str]:
        if np.isnan(value):
            return "", ""
        colour = colours((value - low) / (high - low))
        return to_hex(colour), to_hex(ink_on(colour))

    return [[painted(value) for value in row] for row in values.tolist()]


def is_small(values: Floats) -> bool:
    """Return whether there are few enough values to write them as numbers."""
    return bool(max(values.shape) <= LARGEST_GRID)


def _scale(values: Floats, kind: str) -> tuple[float, float, Colormap]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    is_input = kind == "input" or kind in PLANES
    if is_input or (kind == "output" and low >= 0):
        if is_input and low >= 0 and high <= 1:
            low, high = 0.0, 1.0
        elif low >= 0 and high <= 255 and high > 16:
            low, high = 0.0, 255.0
        colours = PLANES.get(kind, _GREYS)
        return (low, high, colours) if high > low else (low - 1, high + 1, colours)
    furthest = max(abs(low), abs(high))
    if not is_small(values):
        some = values[..., :: 1 + values.shape[-2] // _LARGEST_DRAWN, :]
        furthest = float(np.nanpercentile(np.abs(some), _STRONGEST)) or furthest
    furthest = furthest or 1.0
    return -furthest, furthest, SIGNED


def ink_on(colour: Sequence[float]) -> str:
    """Return the colour of letters that can be read on a colour."""
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    return "black" if luminance > _EQUAL_CONTRAST else "white"


def _measured(rows: Sequence[Sequence[Floats]], scale: float) -> tuple[list[float], list[float]]:
    """Return the widths of columns and the heights of rows with their headings, in inches."""
    columns = range(max(len(row) for row in rows))
    widths = [max([_NARROWEST, *(_sides(row[at], scale)[0] for row in rows if at < len(row))]) + _GAP for at in columns]
    return widths, [max(_sides(values, scale)[1] for values in row) + _HEADING for row in rows]


def _wrapped(title: str, width: float) -> list[str]:
    return [line for part in title.split("\n") for line in wrap_text(part, width - _GAP, _TITLE_SIZE)]


def _sides(values: Floats, scale: float) -> tuple[float, float]:
    """Return width and height in inches: of cells that are everywhere the same size, or of a picture."""
    rows, columns = values.shape
    if is_small(values):
        cell = _CELL * min(max(scale, 1.0), _LARGEST_CELLS)  # never too small for the numbers
        return columns * cell, rows * cell
    side = _PICTURE * scale
    return max(_CELL, side * min(1, columns / rows)), max(_CELL, side * min(1, rows / columns))
