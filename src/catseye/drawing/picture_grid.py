"""A labelled grid of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.canvas import make_canvas, put_picture
from catseye.drawing.labels import fit_text
from catseye.drawing.tiles import MARGIN, lay_out_tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from catseye.arrays import Pixels
    from catseye.drawing.labels import Label

_SIDES = (1.1, 2.6)  # inches: the least and the largest side of a picture
_NARROWEST = 5.0  # inches of the figure, for its title
_TITLE = 0.45  # inches
_TITLE_SIZE, _SIZE, _SMALLEST = 15.0, 12.0, 9.0  # points: the title, a name, and down to which it is set smaller
_LINES, _MOST_LINES = 2, 3  # of a name, and of one that would be shortened or smaller than this:
_SMALL = 10.0  # points
_LEADING = 1.3 / 72  # inches a line, for each point of its type


def draw_picture_grid(pictures: Sequence[Pixels], names: Sequence[str], title: str) -> Figure:
    """Draw pictures uint8 (H, W, 1 or 3), at least one, as a grid; each has its name above it."""
    shapes = [
        (picture.shape[0] / max(picture.shape[:2]), picture.shape[1] / max(picture.shape[:2])) for picture in pictures
    ]
    tallest = max(tall for tall, _ in shapes)
    caption = _LEADING * _SIZE * _LINES
    side = lay_out_tiles(len(pictures), tallest, above=_TITLE, caption=caption, sides=_SIDES).wide
    labels = {name: _label(name, side) for name in set(names)}
    caption = max(map(_height, labels.values())) + 0.05
    tiles = lay_out_tiles(len(pictures), tallest, above=_TITLE, caption=caption, sides=(min(side, _SIDES[0]), side))
    width = 2 * MARGIN + max(tiles.width, _NARROWEST)
    figure, axes = make_canvas(width, 2 * MARGIN + _TITLE + tiles.height)
    heading = fit_text(title, width - 2 * MARGIN, _TITLE_SIZE, smallest=_SMALLEST, bold=True)
    axes.text(MARGIN, MARGIN, heading.text, va="top", fontsize=heading.size, fontweight="bold")
    for index, (picture, name, (tall, wide)) in enumerate(zip(pictures, names, shapes, strict=True)):
        left, top = tiles.corner(index)
        middle, top = MARGIN + left + tiles.wide / 2, MARGIN + _TITLE + top + caption
        axes.text(middle, top - 0.05, labels[name].text, ha="center", va="bottom", size=labels[name].size)
        wide, tall = wide * tiles.wide, tall * tiles.wide
        put_picture(axes, picture.transpose(2, 0, 1), middle - wide / 2, top, wide, tall)
    return figure


def _label(name: str, side: float) -> Label:
    """Return a name as it fits above a picture: on another line rather than small or shortened."""
    label = fit_text(name, side, _SIZE, lines=_LINES, smallest=_SMALL)
    whole = "".join(label.text.split()) == "".join(name.split())
    return label if whole else fit_text(name, side, _SIZE, lines=_MOST_LINES, smallest=_SMALLEST)


def _height(label: Label) -> float:
    """Return the height of a name in inches."""
    return _LEADING * label.size * (1 + label.text.count("\n"))
