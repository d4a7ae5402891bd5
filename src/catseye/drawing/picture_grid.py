"""A labelled grid of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.canvas import make_canvas, put_picture
from catseye.drawing.labels import fit_text
from catseye.drawing.style import save, styled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from catseye.arrays import Pixels
    from catseye.datasets.pictures import Pictures
    from catseye.drawing.labels import Label

_TILE, _GAP, _MARGIN, _TITLE = 1.15, 0.16, 0.2, 0.34  # inches
_SIZE, _SMALLEST, _LINES = 8.0, 6.0, 2  # points of a name, down to which it is set smaller, and how many lines of it
_LEADING = 1.3 / 72  # inches per line, for each point of its type


def write_grid(path: Path, pictures: Pictures, indices: Sequence[int], title: str) -> None:
    """Write the pictures at ``indices`` as a grid, each under the name of its class."""
    with styled():
        save(_draw(pictures, indices, title), path)


def _draw(pictures: Pictures, indices: Sequence[int], title: str) -> Figure:
    columns = min(len(indices), max(2, round((len(indices) * 1.6) ** 0.5)))
    rows = -(-len(indices) // columns)
    labels = _labels(pictures, indices)
    caption = max(_LEADING * label.size * (1 + label.text.count("\n")) for label in labels.values()) + 0.05
    sizes = [_size(pictures[index][0]) for index in indices]
    tall = max(height for height, _ in sizes)
    width = 2 * _MARGIN + columns * (_TILE + _GAP) - _GAP
    figure, axes = make_canvas(width, 2 * _MARGIN + _TITLE + rows * (caption + tall + _GAP) - _GAP)
    heading = fit_text(title, width - 2 * _MARGIN, 10, smallest=_SMALLEST)
    axes.text(_MARGIN, _MARGIN, heading.text, va="top", fontsize=heading.size)
    for place, (index, (height, wide)) in enumerate(zip(indices, sizes, strict=True)):
        row, column = divmod(place, columns)
        picture, number = pictures[index]
        middle, top = _MARGIN + column * (_TILE + _GAP) + _TILE / 2, _MARGIN + _TITLE + row * (caption + tall + _GAP)
        axes.text(middle, top + caption - 0.05, labels[number].text, ha="center", va="bottom", size=labels[number].size)
        put_picture(axes, picture.transpose(2, 0, 1), middle - wide / 2, top + caption, wide, height)
    return figure


def _size(picture: Pixels) -> tuple[float, float]:
    """Return height and width in inches of a picture that fits into a tile."""
    return _TILE * picture.shape[0] / max(picture.shape[:2]), _TILE * picture.shape[1] / max(picture.shape[:2])


def _labels(pictures: Pictures, indices: Sequence[int]) -> dict[int, Label]:
    """Return the names of the classes shown, each as it fits over a picture."""
    shown = {int(pictures.labels[index]) for index in indices}
    return {n: fit_text(pictures.classes[n], _TILE, _SIZE, lines=_LINES, smallest=_SMALLEST) for n in shown}
