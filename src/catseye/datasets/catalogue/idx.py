"""IDX, the file format of MNIST and its family, packed with gzip or plain.

Format: http://yann.lecun.com/exdb/mnist/ (bytes 0, 0, type, number of axes; each axis as a big-endian 32-bit
number; then the values).
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.preparation.gzipped import read_gzipped
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Pixels

_UNSIGNED_BYTE = 8


def read_idx(path: Path, axes: int) -> Pixels:
    """Return the array of unsigned bytes in an IDX file.

    Parameters
    ----------
    path
        The file, gzipped or plain.
    axes
        Number of axes that the array must have: 3 for pictures, 1 for labels.

    Raises
    ------
    CatseyeError
        The file is not an IDX file with that many axes, or is longer or shorter than its header says.
    """
    content = read_gzipped(path)
    header = 4 + 4 * axes
    if len(content) < header or content[:4] != bytes((0, 0, _UNSIGNED_BYTE, axes)):
        raise CatseyeError(f"{path} is not an IDX file of bytes with {axes} axes.")
    shape = struct.unpack(f">{axes}I", content[4:header])
    if len(content) - header != math.prod(shape):
        size = " × ".join(map(str, shape))
        raise CatseyeError(f"{path} says that it holds {size} values, but has {len(content) - header:,}.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
