"""IDX, the file format of MNIST and its family, packed with gzip or plain.

Format: http://yann.lecun.com/exdb/mnist/ (bytes 0, 0, type, number of axes; each axis as a big-endian 32-bit
number; then the values).
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Pixels

LARGEST_BYTES = 2**30
_UNSIGNED_BYTE = 8
_GZIP_MAGIC = b"\x1f\x8b"


def unpacked(path: Path) -> bytes:
    """Return what is in a gzip file, or the file itself where it is not packed.

    Raises
    ------
    CatseyeError
        The file is cut off or damaged, or would unpack to more than ``LARGEST_BYTES``.
    """
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
    try:
        # Read one byte more than allowed: a gzip bomb is met without unpacking all of it.
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise CatseyeError(f"{path} is damaged or cut off ({error}); bring a whole copy.") from error
    if len(content) > LARGEST_BYTES:
        raise CatseyeError(f"{path} unpacks to more than {LARGEST_BYTES:,} bytes, which no data set here has.")
    return content


def read_idx(path: Path, axes: int) -> Pixels:
    """Return the array of unsigned bytes in an IDX file.

    Parameters
    ----------
    path
        The file, gzipped or plain.
    axes
        How many axes the array must have: 3 for pictures, 1 for labels.

    Raises
    ------
    CatseyeError
        The file is no IDX file of that many axes, or is longer or shorter than its header says.
    """
    content = unpacked(path)
    header = 4 + 4 * axes
    if len(content) < header or content[:4] != bytes((0, 0, _UNSIGNED_BYTE, axes)):
        raise CatseyeError(f"{path} is no IDX file of bytes with {axes} axes.")
    shape = struct.unpack(f">{axes}I", content[4:header])
    if len(content) - header != math.prod(shape):
        size = " × ".join(map(str, shape))
        raise CatseyeError(f"{path} says that it holds {size} values, but has {len(content) - header:,}.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
