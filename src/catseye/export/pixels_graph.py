"""Preprocessing in a graph: from a picture of any size to the network's normalised input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.export.crop_graph import find_crop
from catseye.export.operations import SINGLE
from catseye.export.resize_graph import resize_maps

if TYPE_CHECKING:
    from catseye.export.operations import Node, Operations
    from catseye.images.preprocess import Preprocess

RED, GREEN, BLUE = 19595, 38470, 7471  # of UNIT: Pillow's weights for the luma (ITU-R 601-2)
UNIT = 65536


def preprocess_pictures(ops: Operations, preprocess: Preprocess, pictures: Node) -> Node:
    """Crop and resize pictures uint8 (N, H, W, 3) like :meth:`.Preprocess.pixels`: float32 (N, C, h, w), 0 to 255."""
    sides = ops.size(pictures, 1), ops.size(pictures, 2)
    rows, columns = find_crop(ops, preprocess, *sides)
    cropped = ops.cut(ops.cut(pictures, 1, *rows), 2, *columns)
    maps = ops.transpose(ops.cast(cropped, SINGLE), (0, 3, 1, 2))
    if preprocess.channels == 1:
        maps = _convert_to_grey(ops, maps)
    resized = preprocess.height, preprocess.width
    return resize_maps(ops, maps, (rows.count, columns.count), resized, preprocess.interpolation)


def normalise_maps(ops: Operations, preprocess: Preprocess, maps: Node) -> Node:
    """Normalise maps (N, C, h, w) of values from 0 to 255."""
    mean, std = (np.array(values).reshape(1, -1, 1, 1) * 255 for values in (preprocess.mean, preprocess.std))
    shifted = ops.apply("Sub", maps, ops.constant(mean, SINGLE))
    return ops.apply("Mul", shifted, ops.constant(1 / std, SINGLE))


def _convert_to_grey(ops: Operations, maps: Node) -> Node:
    """Return the luma of maps (N, 3, H, W), rounded as by Pillow; all sums are exact in single precision."""
    weighed = ops.apply("Mul", maps, ops.constant(np.reshape((RED, GREEN, BLUE), (1, 3, 1, 1)), SINGLE))
    total = ops.apply("Add", ops.reduce("Sum", weighed, 1), ops.constant(UNIT / 2, SINGLE))
    return ops.apply("Floor", ops.apply("Mul", total, ops.constant(1 / UNIT, SINGLE)))
