"""A picture and its map, the moved picture and its map, and the difference: a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH, choose_scale
from catseye.drawing.labels import wrap_text
from catseye.drawing.numbers import three_digits
from catseye.drawing.picture import draw_picture, interpolation
from catseye.drawing.style import BLUE, ORANGE, UNSIGNED, show_percent
from catseye.drawing.titled import titled_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.arrays import Floats, Pixels
    from catseye.insight.equivariance.equivariance import Equivariance, MovedMap

GREEN = "#009e73"
_TITLE, _SIZE, _SMALLEST = 15.0, 11.5, 9.0  # points
_ROOM = 1.3  # times the largest change: of the axis, so that the legend stands above the curves
_OUTSIDE = "0.8"  # where nothing can be compared
_PANEL = 2.4  # inches of the words beside the differences
_MARKS = (
    "grey: nothing to compare",
    "dotted: inside, where receptive fields see only what both pictures show",
)


def draw_equivariance(found: Equivariance) -> Figure:
    """Return picture, map and pooled map in rows: as given, moved, and how they differ; beside them the changes."""
    down, right = found.shift
    moved = f"{down} down, {right} right".replace("-", "−")
    heading = f"{found.detector}: {found.picture} and the same moved by {moved} (pixels)"
    figure = titled_figure(PAGE_WIDTH, PAGE_HEIGHT, heading, _TITLE)
    figure.supxlabel(_words(found), x=0.012, ha="left", fontsize=_SIZE, linespacing=1.25)
    grid = figure.add_gridspec(3, 4, width_ratios=(1, 1.2, 1.2, 1.2))
    panels = [[figure.add_subplot(grid[row, column]) for column in range(3)] for row in range(3)]
    _show_picture(panels[0][0], found.pixels, "picture")
    _show_picture(panels[1][0], found.moved_pixels, "moved picture")
    _explain_marks(panels[2][0], found)
    _show_maps([row[1] for row in panels], found.map, "map", found.pixels)
    _show_maps([row[2] for row in panels], found.pooled, f"max pooling {found.pool}×{found.pool}", found.pixels)
    for axes in (panels[row][column] for row in range(3) for column in (1, 2)):
        _draw_scale(axes)
    _draw_changes(figure.add_subplot(grid[:, 3]), found)
    return figure


def difference_words(moved: MovedMap) -> str:
    """Return the largest differences, inside and at the border, as shares of the largest response."""
    if not moved.largest:
        return "the map is 0 everywhere"
    inside, border = (
        None if one is None else _share(one, moved) for one in (moved.largest_inside, moved.largest_at_border)
    )
    of = "of the largest response"
    if not moved.known:
        return f"largest difference {border or inside} {of} (receptive fields are not known)"
    if inside is None:
        return f"every position also sees the border; largest difference {border} {of}"
    if border is None:
        return f"largest difference {inside} {of}, wherever both maps overlap"
    return f"largest difference {inside} inside, {border} at the border, {of}"


def _share(difference: float, moved: MovedMap) -> str:
    share = 100 * difference / moved.largest
    return "0 %" if difference == 0 else "under 0.01 %" if share < 0.01 else f"{three_digits(share)} %"


def _show_picture(axes: Axes, pixels: Pixels, title: str) -> None:
    draw_picture(axes, pixels.transpose(1, 2, 0))
    axes.set_title(title, fontsize=_SIZE)
    axes.spines[:].set(visible=True, color="0.6", linewidth=0.6)


def _show_maps(panels: list[Axes], moved: MovedMap, name: str, pixels: Pixels) -> None:
    low = float(min(moved.before.min(), moved.after.min()))
    high = float(max(moved.before.max(), moved.after.max()))
    how = choose_scale(low, high)
    rows, columns = moved.after.shape
    _show(panels[0], moved.before, f"{name}: {rows}×{columns}", pixels, how)
    _show(panels[1], moved.after, "of the moved picture", pixels, how)
    cells = ", ".join(str(one).replace("-", "−") for one in moved.cells)
    difference = {"cmap": UNSIGNED, "vmin": 0, "vmax": moved.largest or 1}
    rounded = "" if moved.whole else " (rounded)"
    _show(panels[2], moved.difference, f"difference from the map\nmoved by {cells} cells{rounded}", pixels, difference)
    if moved.inside.any() and not moved.inside.all():
        edges = np.pad(moved.inside.astype(float), 1)
        box_rows, box_columns = (np.nonzero(edges.any(axis))[0] - 1 for axis in (1, 0))
        left, top = box_columns[0] - 0.5, box_rows[0] - 0.5
        right, bottom = box_columns[-1] + 0.5, box_rows[-1] + 0.5
        panels[2].plot(
            [left, right, right, left, left],
            [top, top, bottom, bottom, top],
            color="white",
            linewidth=1.2,
            linestyle=":",
        )


def _show(axes: Axes, values: Floats, title: str, pixels: Pixels, how: dict[str, Any]) -> None:
    axes.set_facecolor(_OUTSIDE)
    axes.imshow(values, interpolation=interpolation(pixels.shape[1], pixels.shape[2], large="nearest"), **how)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set(visible=True, color="0.6", linewidth=0.6)
    axes.set_title(title, fontsize=_SIZE)


def _draw_scale(axes: Axes) -> None:
    """Draw beside a map which colour is which response."""
    beside = axes.inset_axes((1.04, 0, 0.05, 1))
    bar = axes.figure.colorbar(axes.images[0], cax=beside)
    beside.tick_params(labelsize=_SMALLEST)
    bar.locator = MaxNLocator(3)
    bar.update_ticks()


def _explain_marks(axes: Axes, found: Equivariance) -> None:
    """Say beside the differences what is marked in them."""
    axes.set_axis_off()
    dotted = any(moved.inside.any() and not moved.inside.all() for moved in (found.map, found.pooled))
    lines = ["\n".join(wrap_text(words, _PANEL, _SIZE)) for words in (_MARKS if dotted else _MARKS[:1])]
    axes.text(0.5, 0.5, "\n\n".join(lines), transform=axes.transAxes, ha="center", va="center", fontsize=_SIZE)


def _words(found: Equivariance) -> str:
    """Return the largest differences, the predictions and the notes, a line or more each."""
    words = [f"map: {difference_words(found.map)}", f"pooled: {difference_words(found.pooled)}"]
    if found.predictions:
        words.append(f"predicted: {found.predictions[0]}; moved: {found.predictions[1]}")
    words += found.notes
    lines = [line for one in words for line in wrap_text(one.replace(" %", "\u00a0%"), PAGE_WIDTH - 0.4, _SIZE)]
    return "\n".join(lines)


def _draw_changes(axes: Axes, found: Equivariance) -> None:
    pixels = [change.pixels for change in found.changes]
    lines = (
        ("map", [change.map for change in found.changes], ORANGE, "o-"),
        (f"max pooling {found.pool}×{found.pool}", [change.pooled for change in found.changes], BLUE, "s--"),
        ("global max pooling", [change.global_pooled for change in found.changes], GREEN, "^:"),
    )
    for name, values, colour, mark in lines:
        axes.plot(pixels, values, mark, color=colour, label=name, linewidth=2, markersize=5)
    axes.set_xlabel("pixels moved to the right", fontsize=_SIZE)
    most = max(max(values) for _, values, *_ in lines)
    axes.set_ylim(-0.03 * (most or 1), _ROOM * (most or 1))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    show_percent(axes.yaxis)
    axes.set_title("change while nothing is moved back:\nmean change, of the mean response", fontsize=_SIZE)
    axes.legend(frameon=False, fontsize=_SIZE, loc="upper left")
