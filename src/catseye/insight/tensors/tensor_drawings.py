"""Each tensor of a picture as a small drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from catseye.drawing.grids import ink_on
from catseye.drawing.style import ORANGE
from catseye.insight.tensors.panels import Box, fit_box, plane_of, put_pixels, reduced

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from catseye.arrays import Pixels
    from catseye.insight.tensors.picture_tensors import PictureTensors

_SMALL = 320  # pixels of a side
_CELL, _STRIP = 0.62, 0.3  # inches
_OFFSET, _BEHIND = 0.16, 0.35  # inches from plane to plane, or picture to picture; and of all, as a share of the height
_MOST_DRAWN = 6  # pictures of a batch


def _draw_scalar(axes: Axes, found: PictureTensors, box: Box) -> None:
    pixel = plane_of(found.volume[found.at[0] : found.at[0] + 1, found.at[1] : found.at[1] + 1], 0)
    colour = tuple(np.broadcast_to(pixel[0, 0] / 255, (3,)))
    x, y = box.left, box.top + (box.height - _CELL) / 2
    axes.add_patch(Rectangle((x, y), _CELL, _CELL, facecolor=colour, edgecolor=ORANGE, linewidth=2.5))
    middle = x + _CELL / 2, y + _CELL / 2
    axes.text(*middle, str(found.scalar), color=ink_on(colour), ha="center", va="center", fontsize=18)


def _draw_vector(axes: Axes, found: PictureTensors, box: Box) -> None:
    row, column = found.at
    strip = Box(box.left, box.top + (box.height - _STRIP) / 2, box.width, _STRIP)
    put_pixels(axes, plane_of(found.volume[row : row + 1], 0), strip)
    x = box.left + (column + 0.5) / found.volume.shape[1] * box.width
    axes.scatter(x, strip.top - 0.08, 45, marker="v", color=ORANGE, linewidths=0, zorder=3)


def _draw_matrix(axes: Axes, found: PictureTensors, box: Box) -> None:
    small = reduced(found.volume, _SMALL)
    put_pixels(axes, plane_of(small, 0), fit_box(small.shape, box, left=True))


def _draw_volume(axes: Axes, found: PictureTensors, box: Box) -> None:
    small = reduced(found.volume, _SMALL)
    _stagger(axes, [plane_of(small, plane) for plane in range(small.shape[2])], box)


def _draw_batch(axes: Axes, found: PictureTensors, box: Box) -> None:
    shown = [reduced(picture, _SMALL) for picture in found.pictures[:_MOST_DRAWN]]
    _stagger(axes, shown, box)
    if len(found.pictures) > _MOST_DRAWN:
        said = f"… {len(found.pictures)} in all"
        axes.text(box.left + box.width, box.top, said, ha="right", va="bottom", fontsize=9)


def _stagger(axes: Axes, pictures: list[Pixels], box: Box) -> None:
    """Draw pictures one behind the other, the first in front and lowest, each further one to the right and up."""
    offset = min(_OFFSET, _BEHIND * box.height / max(1, len(pictures) - 1))
    behind = (len(pictures) - 1) * offset
    inner = Box(box.left, box.top + behind, box.width - behind, box.height - behind)
    front = fit_box(pictures[0].shape, inner, left=True)
    for number in reversed(range(len(pictures))):
        away = number * offset
        put_pixels(axes, pictures[number], front._replace(left=front.left + away, top=front.top - away))


DRAWINGS: dict[str, Callable[[Axes, PictureTensors, Box], None]] = {
    "scalar": _draw_scalar,
    "vector": _draw_vector,
    "matrix": _draw_matrix,
    "volume": _draw_volume,
    "batch": _draw_batch,
}
