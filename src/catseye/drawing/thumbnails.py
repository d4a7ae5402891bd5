"""Pictures made small for a page, and which of a split to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.picture import is_pixelated
from catseye.images.encode import data_uri, encode_jpeg, encode_png
from catseye.images.preprocess import to_image

if TYPE_CHECKING:
    from catseye.arrays import Integers, Pixels


_SIDE = 160  # pixels that a large picture is reduced to on a page
_DRAWN_SIDE = 320  # and in a figure, whose tiles are about half as large: sharp on any screen


def thumbnail(picture: Pixels) -> tuple[str, bool]:
    """Return a picture uint8 (H, W, 1 or 3) made small as a data URI; say whether its pixels are shown as squares."""
    image = to_image(picture)
    pixelated = is_pixelated(image.height, image.width)
    image.thumbnail((_SIDE, _SIDE))
    address = data_uri(encode_png(image), "png") if pixelated else data_uri(encode_jpeg(image), "jpeg")
    return address, pixelated


def reduce_picture(picture: Pixels) -> Pixels:
    """Return a picture uint8 (H, W, 1 or 3) with at most 320 pixels a side: hundreds of them fit into memory."""
    if max(picture.shape[:2]) <= _DRAWN_SIDE:
        return picture
    image = to_image(picture)
    image.thumbnail((_DRAWN_SIDE, _DRAWN_SIDE))
    return np.asarray(image, np.uint8).reshape(image.height, image.width, -1)


def every_class_in_turn(labels: Integers, count: int, seed: int) -> list[int]:
    """Return the indices of ``count`` pictures, fewer if there are not as many, going round the classes."""
    generator = np.random.default_rng(seed)
    queues = [generator.permutation(np.flatnonzero(labels == label)).tolist() for label in np.unique(labels)]
    rounds = [queue[turn] for turn in range(max(map(len, queues))) for queue in queues if turn < len(queue)]
    return rounds[:count]
