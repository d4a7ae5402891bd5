"""The top-activating pictures of one channel, with where in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.drawing.canvas import make_canvas, put_picture
from catseye.drawing.labels import cut_text, fit_text, text_width
from catseye.drawing.numbers import three_digits
from catseye.drawing.style import ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.insight.maps.top_pictures import TopPicture, TopPictures

_COLUMNS = 3
_MARGIN, _GAP = 0.25, 0.3  # inches
_CELL = 2.75  # inches of a picture, or of one with what it shows inside the box beside it
_SHARED = 1.7  # inches of the picture where it shares the cell
_CAPTION, _HEADER = 0.5, 0.85
_SMALL_SHARE = 0.7  # of the picture's side; a larger field is not drawn a second time
_WIDTH = 2 * _MARGIN + _COLUMNS * (_CELL + _GAP) - _GAP


def draw_top_pictures(found: TopPictures, title: str) -> Figure:
    """Draw the pictures, largest response first; for a largest response with the receptive field it comes from."""
    _, height, width = found.pictures[0].pixels.shape
    wide = _SHARED if _enlarges(found) else _CELL
    tall = wide * height / width
    rows = -(-len(found.pictures) // _COLUMNS)
    figure, axes = make_canvas(_WIDTH, _MARGIN + _HEADER + rows * (tall + _CAPTION) + 0.1)
    lines = (headline(found), 12, True), (title, 8.5, False), (explain_numbers(found), 8.5, False)
    for (words, size, bold), down in zip(lines, (0, 0.26, 0.44), strict=True):
        line = fit_text(words, _WIDTH - 2 * _MARGIN, size, smallest=6.5, bold=bold)
        axes.text(_MARGIN, _MARGIN + down, line.text, va="top", size=line.size, weight="bold" if bold else "normal")
    for index, one in enumerate(found.pictures):
        row, column = divmod(index, _COLUMNS)
        left, top = _MARGIN + column * (_CELL + _GAP), _MARGIN + _HEADER + row * (tall + _CAPTION)
        put_picture(axes, one.pixels, left, top, wide, tall)
        if found.measure == "max":
            _mark(axes, found, one, left, top, wide)
        response = f"{three_digits(one.response)}   "
        label = fit_text(one.class_name, _CELL - text_width(response, 9, bold=True), 9, smallest=7, bold=True)
        axes.text(left, top + tall + 0.04, response + label.text, va="top", fontsize=label.size, fontweight="bold")
        name = "/".join(Path(one.picture).parts[-2:])  # a folder is often the class
        axes.text(left, top + tall + 0.22, cut_text(name, _CELL, 7.5, tail=True), va="top", fontsize=7.5)
    return figure


def headline(found: TopPictures) -> str:
    """Return what the pictures are."""
    return f"Top-activating pictures of channel {found.channel} of {found.layer}"


def explain_numbers(found: TopPictures) -> str:
    """Say what the numbers, boxes and crosses are."""
    numbers = f"Number: the {'largest' if found.measure == 'max' else 'mean'} response over the picture."
    if found.measure == "mean":
        return numbers
    field = "receptive field of that position" if found.positions.exact else "position's own share of the picture"
    size = " × ".join(f"{side:g}" for side in found.positions.field)
    drawn = ", enlarged beside the picture" if _enlarges(found) else ", cropped at the edges; cross: its middle"
    return f"{numbers} Box: the {field}, {size} pixels{drawn}."


def _enlarges(found: TopPictures) -> bool:
    """Say whether what the box shows is worth a picture of its own."""
    shares = [f / side for f, side in zip(found.positions.field, found.positions.picture, strict=True)]
    return found.measure == "max" and max(shares) < _SMALL_SHARE


def _mark(axes: Axes, found: TopPictures, one: TopPicture, left: float, top: float, wide: float) -> None:
    """Draw the box, and what it holds or where its middle is."""
    scale = wide / one.pixels.shape[2]  # inches per pixel
    first_row, first_column, last_row, last_column = one.box
    corner = left + first_column * scale, top + first_row * scale
    sides = (last_column - first_column) * scale, (last_row - first_row) * scale
    row, column = found.positions.middle(*one.position)
    for colour, thickness in (("white", 2.6), (ORANGE, 1.4)):  # seen on dark and on light
        axes.add_patch(Rectangle(corner, *sides, fill=False, edgecolor=colour, linewidth=thickness))
        if not _enlarges(found):
            axes.plot(left + column * scale, top + row * scale, "+", color=colour, markersize=9, mew=thickness)
    if _enlarges(found):
        _enlarge(axes, one, left + wide + 0.1, top, wide * one.pixels.shape[1] / one.pixels.shape[2])


def _enlarge(axes: Axes, one: TopPicture, left: float, top: float, tall: float) -> None:
    first_row, first_column, last_row, last_column = (round(edge) for edge in one.box)
    patch = one.pixels[:, first_row:last_row, first_column:last_column]
    if not patch.size:
        return  # it sees nothing but padding
    _, height, width = patch.shape
    per_pixel = min((_CELL - _SHARED - 0.1) / width, tall / height)
    put_picture(axes, patch, left, top, width * per_pixel, height * per_pixel)
