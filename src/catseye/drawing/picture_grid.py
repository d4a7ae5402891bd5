"""A labelled grid of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.canvas import make_canvas, put_picture
from catseye.drawing.labels import fit_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from catseye.arrays import Pixels
    from catseye.drawing.labels import Label

_TILE, _GAP, _MARGIN, _TITLE = 1.15, 0.16, 0.2, 0.34  # inches
_SIZE, _SMALLEST, _LINES = 8.0, 6.0, 2  # points of a name, down to which it is set smaller, and how many lines of it
_LEADING = 1.3 / 72  # inches a line, for each point of its type


def draw_picture_grid(pictures: Sequence[Pixels], names: Sequence[str], title: str) -> Figure:
    """Draw pictures uint8 (H, W, 1 or 3), at least one, as a grid; each has its name above it."""
    columns = min(len(pictures), max(2, round((len(pictures) * 1.6) ** 0.5)))
    rows = -(-len(pictures) // columns)
    labels = {name: fit_text(name, _TILE, _SIZE, lines=_LINES, smallest=_SMALLEST) for name in set(names)}
    caption = max(map(_height, labels.values())) + 0.05
    sizes = [_size(picture) for picture in pictures]
    tall = max(height for height, _ in sizes)
    width = 2 * _MARGIN + columns * (_TILE + _GAP) - _GAP
    figure, axes = make_canvas(width, 2 * _MARGIN + _TITLE + rows * (caption + tall + _GAP) - _GAP)
    heading = fit_text(title, width - 2 * _MARGIN, 10, smallest=_SMALLEST)
    axes.text(_MARGIN, _MARGIN, heading.text, va="top", fontsize=heading.size)
    for place, (picture, name, (height, wide)) in enumerate(zip(pictures, names, sizes, strict=True)):
        row, column = divmod(place, columns)
        middle, top = _MARGIN + column * (_TILE + _GAP) + _TILE / 2, _MARGIN + _TITLE + row * (caption + tall + _GAP)
        axes.text(middle, top + caption - 0.05, labels[name].text, ha="center", va="bottom", size=labels[name].size)
        put_picture(axes, picture.transpose(2, 0, 1), middle - wide / 2, top + caption, wide, height)
    return figure


def _height(label: Label) -> float:
    """Return the height of a name in inches."""
    return _LEADING * label.size * (1 + label.text.count("\n"))


def _size(picture: Pixels) -> tuple[float, float]:
    """Return height and width in inches of a picture that fits into a tile."""
    return _TILE * picture.shape[0] / max(picture.shape[:2]), _TILE * picture.shape[1] / max(picture.shape[:2])
