"""A labelled grid of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from catseye.drawing.labels import shortened
from catseye.drawing.style import STYLE, save

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.datasets.pictures import Pictures


_TILE = 1.1  # inches of a picture in a grid


def write_grid(path: Path, pictures: Pictures, indices: Sequence[int], title: str) -> None:
    """Write the pictures at ``indices`` as a grid, each under the name of its class."""
    columns = min(len(indices), max(2, round((len(indices) * 1.6) ** 0.5)))
    rows = -(-len(indices) // columns)
    with mpl.rc_context(STYLE):
        figure = Figure((columns * _TILE * 1.15, rows * _TILE * 1.25 + 0.4), layout="constrained")
        figure.suptitle(title, fontsize=11)
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, index in zip(grid.flat, indices, strict=False):
            picture, label = pictures[index]
            small = max(picture.shape[:2]) <= 64
            axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest" if small else "antialiased")
            axes.set_title(shortened(pictures.classes[label], 16), fontsize=8)
        save(figure, path)
