"""Kernels: by name, or as matrices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import unknown
from catseye.insight.convolution.matrices import ENDINGS, matrix, parsed, read_matrix
from catseye.insight.convolution.matrix_text import is_matrix

if TYPE_CHECKING:
    from catseye.arrays import Floats

# Written as they slide over the picture: sobel_x answers where it gets brighter to the right, sobel_y downwards.
_KERNELS = {
    "identity": "0 0 0; 0 1 0; 0 0 0",
    "edge": "-1 -1 -1; -1 8 -1; -1 -1 -1",
    "laplacian": "0 1 0; 1 -4 1; 0 1 0",
    "sobel_x": "-1 0 1; -2 0 2; -1 0 1",
    "sobel_y": "-1 -2 -1; 0 0 0; 1 2 1",
    "prewitt_x": "-1 0 1; -1 0 1; -1 0 1",
    "prewitt_y": "-1 -1 -1; 0 0 0; 1 1 1",
    "blur": "1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9",
    "gaussian": "1/16 1/8 1/16; 1/8 1/4 1/8; 1/16 1/8 1/16",
    "sharpen": "0 -1 0; -1 5 -1; 0 -1 0",
    "emboss": "-2 -1 0; -1 1 1; 0 1 2",
}
_ALSO = {"sobel": "sobel_x", "prewitt": "prewitt_x"}
KERNELS = tuple(_KERNELS)

# A cat's face in five rows of four pixels: ears, forehead, eyes, cheeks, chin.
DRAWING = np.array([[1, 0, 0, 1], [1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 1], [0, 1, 1, 0]], np.float64)


def kernel(what: Any) -> Floats:
    """Return a kernel float64 (rows, columns).

    Parameters
    ----------
    what
        Its name, its numbers as text, lists, an array or a tensor, or the path of a .csv, .txt or .npy file.

    Raises
    ------
    UsageError
        There is no kernel of this name, or the numbers do not form a matrix.
    """
    what = str(what) if isinstance(what, Path) else what
    if not isinstance(what, str):
        return matrix(what)
    name = known_name(what)
    if name:
        return parsed(_KERNELS[name])
    if what.lower().endswith(ENDINGS):
        return read_matrix(Path(what))
    if is_matrix(what):
        return parsed(what)
    raise unknown("kernel", what, KERNELS)


def known_name(text: str) -> str | None:
    """Return the name of the kernel that is meant, if there is one of this name."""
    name = _plain(text)
    name = _ALSO.get(name, name)
    return name if name in _KERNELS else None


def is_abbreviated(text: str) -> bool:
    """Say whether a name stands for two kernels, across and down; the first is used."""
    return _plain(text) in _ALSO


def _plain(text: str) -> str:
    return text.strip().lower().replace("-", "_")
