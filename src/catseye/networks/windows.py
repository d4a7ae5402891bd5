"""A window that slides over rows and columns: how many places it has, and what it covers at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats

Pair: TypeAlias = tuple[int, int]
Padding: TypeAlias = "int | str"  # "valid" or "same"

LARGEST_VALUES = 2**27  # of a padded input: 1 GiB; a mistyped padding should not take all memory


def output_size(input: int, kernel: int, stride: int = 1, padding: Padding = 0, dilation: int = 1) -> int:  # noqa: A002 (the formula's name)
    """Return how many places a window has along one axis.

    ``floor((input + 2 padding − dilation (kernel − 1) − 1) / stride) + 1`` (Dumoulin & Visin 2016, arXiv:1603.07285).

    Parameters
    ----------
    input, kernel
        Number of values of the input and of the window along the axis.
    stride
        Number of values that the window moves by.
    padding
        Zeros added on either side; ``"valid"`` is none, ``"same"`` as many as give ``ceil(input / stride)`` places.
    dilation
        Distance of the input values that neighbouring kernel values meet; 1 is next to each other.

    Raises
    ------
    UsageError
        A number is out of range, or the window does not fit into the padded input.

    Examples
    --------
    >>> output_size(5, 3), output_size(5, 3, padding=1), output_size(5, 3, stride=2)
    (3, 5, 2)
    """
    before, after = padding_along_axis(input, kernel, stride, padding, dilation)
    reach = dilation * (kernel - 1) + 1
    padded = input + before + after
    if padded < reach:
        dilated = f" with dilation {dilation}" if dilation > 1 else ""
        padding_said = f" with padding {before} + {after}" if before + after else ""
        raise UsageError(
            f"a window of {kernel}{dilated} reaches over {reach} values, but the input has {input}{padding_said}: "
            "the window must fit. Use a smaller window, or more padding."
        )
    return (padded - reach) // stride + 1


def padding_along_axis(size: int, kernel: int, stride: int, padding: Padding, dilation: int = 1) -> Pair:
    """Return how many zeros come before and after the input along one axis.

    Where ``"same"`` needs an odd number, the odd one comes after (bottom, right), as in PyTorch and TensorFlow.

    Raises
    ------
    UsageError
        A number is out of range.
    """
    for name, value in (("input", size), ("kernel", kernel), ("stride", stride), ("dilation", dilation)):
        _check(name, value, 1)
    if padding == "same":
        total = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
        return total // 2, total - total // 2
    if padding == "valid":
        return 0, 0
    if isinstance(padding, str):
        raise UsageError(f"padding is valid, same or a number; got {padding!r}.")
    _check("padding", padding, 0)
    return padding, padding


def _check(name: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise UsageError(f"{name} is a whole number from {least}; got {value!r}.")


@dataclass(frozen=True)
class Window:
    """A window and how it moves; every pair is (along rows, along columns).

    Attributes
    ----------
    window, stride, dilation : (int, int)
    padding : (int or str, int or str)
        A number, ``"valid"`` or ``"same"``.
    """

    window: Pair
    stride: Pair = (1, 1)
    padding: tuple[Padding, Padding] = (0, 0)
    dilation: Pair = (1, 1)

    def output_size(self, shape: Pair) -> Pair:
        """Return how many places the window has down and across an input of ``shape`` (H, W).

        Raises
        ------
        UsageError
            It does not fit, or the padded input would be larger than memory should be.
        """
        (top, bottom), (left, right) = self.padding_for(shape)
        if (shape[0] + top + bottom) * (shape[1] + left + right) > LARGEST_VALUES:
            raise UsageError(f"with its padding the input would have over {LARGEST_VALUES:,} values; take less.")
        axes = zip(("rows", "columns"), shape, self.window, self.stride, self.padding, self.dilation, strict=True)
        sizes = []
        for name, *numbers in axes:
            try:
                sizes.append(output_size(*numbers))
            except UsageError as error:
                raise UsageError(f"{name}: {error}") from None
        return sizes[0], sizes[1]

    def padding_for(self, shape: Pair) -> tuple[Pair, Pair]:
        """Return what is added (top, bottom) and (left, right) of an input of ``shape`` (H, W)."""
        axes = zip(shape, self.window, self.stride, self.padding, self.dilation, strict=True)
        rows, columns = (padding_along_axis(*numbers) for numbers in axes)
        return rows, columns

    def padded(self, values: Floats, fill: float = 0.0) -> Floats:
        """Return ``values`` (..., H, W) with ``fill`` around them."""
        shape = values.shape[-2], values.shape[-1]
        around = [(0, 0)] * (values.ndim - 2) + [*self.padding_for(shape)]
        return np.pad(values, around, constant_values=fill)

    def windows(self, padded: Floats) -> Floats:
        """Return what the window covers at every place, a view (..., rows, columns, window rows, window columns)."""
        reach = tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.window, strict=True))
        views = sliding_window_view(padded, reach, axis=(-2, -1))
        return views[..., :: self.stride[0], :: self.stride[1], :: self.dilation[0], :: self.dilation[1]]

    def covered(self, place: Pair) -> tuple[list[int], list[int]]:
        """Return the rows and the columns of the padded input that the window covers at a place."""
        rows, columns = (
            [at * stride + dilation * tap for tap in range(size)]
            for at, stride, dilation, size in zip(place, self.stride, self.dilation, self.window, strict=True)
        )
        return rows, columns


def places(size: Pair, most: int | None = None) -> Iterator[Pair]:
    """Yield the places of an output (rows, columns) row by row; at most ``most`` of them, evenly spread."""
    total = size[0] * size[1]
    count = total if most is None else min(most, total)
    for number in range(count):
        index = number * (total - 1) // max(count - 1, 1)
        yield divmod(index, size[1])


def pair(value: Any, name: str) -> tuple[Any, Any]:
    """Return one value for both axes, or the two that are given, down and across."""
    if not isinstance(value, tuple | list):
        return value, value
    if len(value) != 2:
        raise UsageError(f"{name} is one value, or two: down and across; got {value!r}.")
    return value[0], value[1]
