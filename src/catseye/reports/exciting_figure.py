"""The pictures that excite one channel most, with where in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.reports.canvas import canvas, number, put_picture, shortened
from catseye.reports.figures import ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.insight.exciting import Excitement, Exciting

_COLUMNS = 3
_MARGIN, _TILE, _GAP = 0.25, 1.75, 0.3  # inches
_PATCH = 1.0  # inches of the enlarged field beside the picture
_CAPTION, _HEADER = 0.5, 0.85
_SMALL_SHARE = 0.7  # of the picture's side; a larger field is not drawn a second time


def exciting_sheet(found: Excitement, title: str) -> Figure:
    """Draw the pictures, most exciting first; for a largest response with the field that it comes from."""
    _, height, width = found.found[0].pixels.shape
    tall = _TILE * height / width
    located = found.measure == "max"
    enlarged = located and max(f / s for f, s in zip(found.places.field, (height, width), strict=True)) < _SMALL_SHARE
    pitch = _TILE + _GAP + (_PATCH + 0.1 if enlarged else 0)
    columns = min(_COLUMNS if enlarged else _COLUMNS + 1, max(len(found.found), 2 + (not enlarged)))
    rows = -(-len(found.found) // columns)
    figure, axes = canvas(2 * _MARGIN + columns * pitch - _GAP, _MARGIN + _HEADER + rows * (tall + _CAPTION) + 0.1)
    _header(axes, found, title)
    for index, one in enumerate(found.found):
        row, column = divmod(index, columns)
        left, top = _MARGIN + column * pitch, _MARGIN + _HEADER + row * (tall + _CAPTION)
        put_picture(axes, one.pixels, left, top, _TILE, tall)
        if located:
            _box(axes, one, left, top, tall)
        if enlarged:
            _enlarged(axes, one, left + _TILE + 0.1, top, tall)
        axes.text(
            left,
            top + tall + 0.04,
            f"{number(one.response)}   {shortened(one.class_name, 24)}",
            va="top",
            fontsize=9,
            fontweight="bold",
        )
        axes.text(left, top + tall + 0.22, shortened(one.picture, 30, tail=True), va="top", fontsize=7.5)
    return figure


def explained(found: Excitement) -> str:
    """Say what the numbers and the boxes are."""
    numbers = f"Number: the {'largest' if found.measure == 'max' else 'mean'} response over the picture."
    if found.measure == "mean":
        return numbers
    field = "receptive field of that place" if found.places.exact else "place's own share of the picture"
    return f"{numbers} Box: the {field}, {_size(found)} pixels."


def _size(found: Excitement) -> str:
    return " × ".join(f"{side:g}" for side in found.places.field)


def _header(axes: Axes, found: Excitement, title: str) -> None:
    axes.text(
        _MARGIN,
        _MARGIN,
        f"What excites channel {found.channel} of {found.layer} most",
        va="top",
        fontsize=12,
        fontweight="bold",
    )
    axes.text(_MARGIN, _MARGIN + 0.26, title, va="top", fontsize=8.5)
    axes.text(_MARGIN, _MARGIN + 0.44, explained(found), va="top", fontsize=8.5)


def _box(axes: Axes, one: Exciting, left: float, top: float, tall: float) -> None:
    _, height, width = one.pixels.shape
    x, y = _TILE / width, tall / height
    first_row, first_column, last_row, last_column = one.box
    corner = left + first_column * x, top + first_row * y
    sides = (last_column - first_column) * x, (last_row - first_row) * y
    for colour, thickness in (("white", 2.6), (ORANGE, 1.4)):  # seen on dark and on light
        axes.add_patch(Rectangle(corner, *sides, fill=False, edgecolor=colour, linewidth=thickness))


def _enlarged(axes: Axes, one: Exciting, left: float, top: float, tall: float) -> None:
    first_row, first_column, last_row, last_column = (round(edge) for edge in one.box)
    patch = one.pixels[:, first_row:last_row, first_column:last_column]
    if not patch.size:
        return  # it sees nothing but padding
    _, height, width = patch.shape
    per_pixel = min(_PATCH / width, tall / height)
    put_picture(axes, patch, left, top, width * per_pixel, height * per_pixel)
