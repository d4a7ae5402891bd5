"""Both bytes of the 16-bit colours that Pillow reads only the higher byte of."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from catseye.images.deep_picture import Values


def unpack_as(image: ImageFile, raw: str) -> ImageFile:
    """Let a file that is not yet decoded be unpacked as another arrangement of bytes of the same length."""
    image.tile = [tile._replace(args=_replaced(tile.args, raw)) for tile in image.tile]
    return image


def _replaced(args: Any, raw: str) -> Any:
    return raw if isinstance(args, str) else (raw, *args[1:])


def join_bytes(image: ImageFile, again: ImageFile) -> Values:
    """Return all 16 bits of a colour file's values (H, W, C).

    Pillow keeps the higher byte of each. Told that the bytes stand in the opposite order, it keeps the lower one.

    Parameters
    ----------
    image, again
        The same file, opened twice and not yet decoded.
    """
    args: Any = image.tile[0].args
    raw = args if isinstance(args, str) else args[0]
    native = "L" if sys.byteorder == "little" else "B"
    order = raw[-1].replace("N", native)
    other = raw[:-1] + ("B" if order == "L" else "L")
    high = np.asarray(image)
    both: Values = (high.astype(np.uint16) << 8) | np.asarray(unpack_as(again, other))
    return both
