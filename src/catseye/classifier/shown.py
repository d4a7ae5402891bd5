"""From where a picture is shown beside its prediction, without keeping many in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catseye.errors import PictureError
from catseye.images.decoding import decode, decode_array
from catseye.images.inputs import source_of

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.images.inputs import Picture
    from catseye.images.value_range import ValueRange

SIDE = 160  # pixels
_MOST_KEPT = 50  # pictures of one call that are in no file


def keep_shown(picture: Picture, number: int, value_range: ValueRange | None = None) -> Path | Pixels | None:
    """Return the file of a picture, or a small copy uint8 (H, W, 1 or 3) of one of the first that are in none.

    A file that is to be decoded by ``value_range`` is also copied: it could not be shown without.
    """
    if isinstance(picture, str | Path) and (value_range is None or number >= _MOST_KEPT):
        return Path(picture)
    if number >= _MOST_KEPT:
        return None
    image = decode(source_of(picture, "", value_range), at_least=SIDE, value_range=value_range).copy()
    image.thumbnail((SIDE, SIDE))
    return np.array(image, dtype=np.uint8).reshape(image.height, image.width, -1)


def read_shown(shown: Path | Pixels | None) -> Pixels | None:
    """Return the picture uint8 (H, W, 1 or 3), or ``None`` if it is not at hand any more."""
    if not isinstance(shown, Path):
        return shown
    try:
        return decode_array(shown, at_least=SIDE)
    except PictureError:  # it went since it was classified
        return None
