"""What a picture shows where it shows nothing: the colour of its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from catseye.arrays import Pixels


def background(pictures: Pixels) -> Pixels:
    """Return the median colour along the edge of each picture: uint8 (B, C, 1, 1) for uint8 (B, C, H, W).

    Black for white digits on black and white for a drawing on paper; of a photograph, what surrounds its subject.
    """
    rows = pictures[:, :, [0, -1], :].reshape(*pictures.shape[:2], -1)
    columns = pictures[:, :, 1:-1, [0, -1]].reshape(*pictures.shape[:2], -1)
    edge = np.concatenate([rows, columns], axis=2)
    colours: Pixels = np.round(np.median(edge, axis=2)).astype(np.uint8)
    return colours[:, :, None, None]
