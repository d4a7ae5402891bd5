"""Pictures moved by whole pixels in one direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.images.edge_colour import background

if TYPE_CHECKING:
    from catseye.arrays import Pixels


def translate(pictures: Pixels, down: int, right: int) -> Pixels:
    """Return pictures uint8 (B, C, H, W) moved by so many pixels; negative is up and left.

    What leaves the frame is lost; what comes in has the colour of :func:`background`.
    """
    result = pictures.copy()
    result[...] = background(pictures)
    result[:, :, _to(down), _to(right)] = pictures[:, :, _to(-down), _to(-right)]
    return result


def _to(offset: int) -> slice:
    """Return where along an axis what was moved by ``offset`` ends up; by ``-offset``, where it came from."""
    return slice(offset, None) if offset >= 0 else slice(None, offset)
