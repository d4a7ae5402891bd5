"""Pictures and planes in rectangles of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from catseye.drawing.canvas import put
from catseye.drawing.picture import interpolation
from catseye.insight.tensors.picture_tensors import PLANE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from catseye.arrays import Pixels

_THINNEST = 0.06  # inches of a side, however long the other is


class Box(NamedTuple):
    """A rectangle, in inches from the top left corner."""

    left: float
    top: float
    width: float
    height: float


def fit_box(shape: tuple[int, ...], box: Box, *, left: bool = False) -> Box:
    """Return the largest rectangle for an array (H, W, …) of this shape in the middle of ``box``, or at its left."""
    rows, columns = shape[:2]
    scale = min(box.width / columns, box.height / rows)
    wide, tall = max(_THINNEST, columns * scale), max(_THINNEST, rows * scale)
    return Box(box.left + (0 if left else (box.width - wide) / 2), box.top + (box.height - tall) / 2, wide, tall)


def put_centred(axes: Axes, pixels: Pixels, box: Box) -> Box:
    """Draw a picture uint8 (H, W, 1 or 3) into the middle of ``box``, and return where it lies."""
    place = fit_box(pixels.shape, box)
    put_pixels(axes, pixels, place)
    return place


def put_pixels(axes: Axes, pixels: Pixels, box: Box) -> None:
    """Draw a picture uint8 (H, W, 1 or 3) into ``box``, its pixels as squares if they are few."""
    how = interpolation(*pixels.shape[:2])
    put(axes, pixels, *box, cmap="gray", vmin=0, vmax=255, interpolation=how)


def reduced(pixels: Pixels, side: int) -> Pixels:
    """Return a picture uint8 (H, W, 1 or 3) with at most ``side`` pixels a side."""
    if max(pixels.shape[:2]) <= side:
        return pixels
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else np.ascontiguousarray(pixels))
    image.thumbnail((side, side))
    return np.asarray(image, np.uint8).reshape(image.height, image.width, -1)


def plane_of(pixels: Pixels, number: int) -> Pixels:
    """Return one plane of a picture as a screen shows it alone: in its own colour; a grey picture is its one plane."""
    if pixels.shape[2] != len(PLANE_NAMES):
        return pixels
    plane = np.zeros_like(pixels)
    plane[:, :, number] = pixels[:, :, number]
    return plane
