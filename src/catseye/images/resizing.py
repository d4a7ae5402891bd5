"""Pictures resized with antialiasing: by PyTorch where it is loaded, else by the same integers in NumPy.

Loading PyTorch takes longer than classifying a picture without it. Pillow's result differs from PyTorch's by one level
in up to 1 % of the values, by two where a picture is enlarged, and takes five times as long; a prediction would then
depend on what else a program has imported.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats, Pixels

# One product of matrices is of at most so many multiplications, for so many rows. OpenBLAS computes a larger one with
# several threads, which on a busy machine wait for each other for up to a second.
_ROWS, _PRODUCT = 64, 2**18
_BLOCK = 32
MOST_PRECISION = 22  # bits behind the point; PyTorch's, as are the next line and the order of the two axes
WEIGHT_LIMIT = 2**15
_EXACT_IN_SINGLE = 2**24  # integers below it are exact in single precision, whatever order they are added in
CUBIC = -0.5  # Keys 1981, doi:10.1109/TASSP.1981.1163711


def resize(picture: Pixels, height: int, width: int, interpolation: str) -> Pixels:
    """Return a picture uint8 (H, W, C) as uint8 (height, width, C).

    Parameters
    ----------
    picture
    height, width
        Pixels of the result.
    interpolation
        ``"bilinear"`` or ``"bicubic"``, both antialiased.
    """
    by = _resize_with_torch if _is_loaded("torch") else resize_with_numpy
    return by(picture, height, width, interpolation)


def _is_loaded(module: str) -> bool:
    """Say whether a module is imported, and not just being imported by another thread, which would be waited for."""
    spec = getattr(sys.modules.get(module), "__spec__", None)
    return spec is not None and not getattr(spec, "_initializing", False)


def resize_with_numpy(picture: Pixels, height: int, width: int, interpolation: str) -> Pixels:
    """Return what :func:`resize` does, computed without PyTorch, in several times the time."""
    across = _Weights.of(picture.shape[1], width, interpolation) if width != picture.shape[1] else None
    down = _Weights.of(picture.shape[0], height, interpolation) if height != picture.shape[0] else None
    maps = picture.transpose(2, 0, 1)
    if across:
        maps = _resize_rows(maps, across)
    if down:
        maps = _resize_columns(maps, down)
    return maps.astype(np.uint8).transpose(1, 2, 0)


def _resize_with_torch(picture: Pixels, height: int, width: int, interpolation: str) -> Pixels:
    import torch
    from torch.nn.functional import interpolate

    values = torch.from_numpy(np.require(picture, requirements="W")).permute(2, 0, 1)[None]  # or it warns
    resized = interpolate(values, (height, width), mode=interpolation, antialias=True)
    return resized[0].permute(1, 2, 0).numpy()


class _Block(NamedTuple):
    outputs: slice
    inputs: slice
    weights: Floats  # (inputs, outputs)


class _Weights(NamedTuple):
    """Integer weights of a row's values in each value of the resized row.

    Attributes
    ----------
    blocks
        For some values of the result each, the weights of the values that they are made of.
    size
        Number of values of the result.
    kind
        Type of number in which sums of the weights with whole numbers up to 255 are exact.
    """

    blocks: tuple[_Block, ...]
    size: int
    kind: type[np.float32 | np.float64]

    @classmethod
    @lru_cache(maxsize=128)
    def of(cls, size: int, resized: int, interpolation: str) -> _Weights:
        taps = _taps(size, resized, interpolation)
        precision = 0
        while precision < MOST_PRECISION and int(0.5 + taps.weights.max() * 2 ** (precision + 1)) < WEIGHT_LIMIT:
            precision += 1
        whole = np.trunc(taps.weights * 2**precision + np.copysign(0.5, taps.weights)) * taps.used
        exact = np.abs(whole).sum(1).max() * 255 + 2 ** (precision - 1) < _EXACT_IN_SINGLE
        kind = np.float32 if exact else np.float64
        first, last = taps.places[:, 0], taps.places[:, 0] + taps.used.sum(1)
        blocks, start = [], 0
        while start < resized:
            end = min(start + _BLOCK, resized)
            while end > start + 1 and _ROWS * (last[end - 1] - first[start]) * (end - start) > _PRODUCT:
                end -= 1
            block = np.zeros((last[end - 1] - first[start], end - start), kind)
            outputs, used = np.nonzero(taps.used[start:end])
            block[taps.places[start:end][outputs, used] - first[start], outputs] = whole[start:end][outputs, used]
            block *= 2.0**-precision  # which changes no digit
            blocks.append(_Block(slice(start, end), slice(int(first[start]), int(last[end - 1])), block))
            start = end
        return cls(tuple(blocks), resized, kind)


class _Taps(NamedTuple):
    """Which values each value of a resized row is made of, (resized, taps).

    Attributes
    ----------
    places : int64
        Their places in the row; the first of each is used.
    used : bool
    weights : float64
        0 where not used; each row's sum is 1.
    """

    places: Any
    used: Any
    weights: Floats


def _taps(size: int, resized: int, interpolation: str) -> _Taps:
    function, reach = _KERNELS[interpolation]
    scale = size / resized
    stretch = max(scale, 1.0)  # a kernel as wide as a pixel of the result: antialiasing
    centres = scale * (np.arange(resized) + 0.5)
    first = np.maximum((centres - reach * stretch + 0.5).astype(np.int64), 0)
    last = np.minimum((centres + reach * stretch + 0.5).astype(np.int64), size)
    places = first[:, None] + np.arange((last - first).max())
    used = places < last[:, None]
    weights = np.where(used, function(np.abs((places - centres[:, None] + 0.5) * (1 / stretch))), 0.0)
    total = np.zeros(resized)
    for column in weights.T:  # one after the other, as PyTorch adds them
        total += column
    return _Taps(places, used, weights / total[:, None])


def _bilinear(distance: Floats) -> Floats:
    weights: Floats = np.maximum(1 - distance, 0)
    return weights


def _bicubic(distance: Floats) -> Floats:
    near = ((CUBIC + 2) * distance - (CUBIC + 3)) * distance * distance + 1
    far = (((distance - 5) * distance + 8) * distance - 4) * CUBIC
    return np.where(distance < 1, near, np.where(distance < 2, far, 0.0))


_KERNELS: dict[str, tuple[Callable[[Floats], Floats], float]] = {
    "bilinear": (_bilinear, 1.0),
    "bicubic": (_bicubic, 2.0),
}


def _resize_rows(maps: Floats | Pixels, weights: _Weights) -> Floats:
    """Return maps (C, H, W) of whole numbers with every row resized."""
    channels, height, width = maps.shape
    rows = channels * height
    values = np.zeros((-(-rows // _ROWS), _ROWS, width), weights.kind)
    values.reshape(-1, width)[:rows] = maps.reshape(rows, width)
    resized = np.empty((*values.shape[:2], weights.size), weights.kind)
    for outputs, inputs, block in weights.blocks:
        np.matmul(values[:, :, inputs], block, out=resized[:, :, outputs])
    return _whole(resized.reshape(-1, weights.size)[:rows].reshape(channels, height, weights.size))


def _resize_columns(maps: Floats | Pixels, weights: _Weights) -> Floats:
    """Return maps (C, H, W) of whole numbers with every column resized."""
    channels, _, width = maps.shape
    values, resized = maps.astype(weights.kind, copy=False), np.empty((channels, weights.size, width), weights.kind)
    for start in range(0, width, _ROWS):
        some = slice(start, start + _ROWS)
        for outputs, inputs, block in weights.blocks:
            np.matmul(block.T, values[:, inputs, some], out=resized[:, outputs, some])
    return _whole(resized)


def _whole(values: Floats) -> Floats:
    """Return values, rounded in place to whole numbers from 0 to 255."""
    values += 0.5
    np.clip(values, 0, 255, values)
    return np.floor(values, values)
