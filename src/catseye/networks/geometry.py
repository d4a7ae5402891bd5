"""Receptive-field geometry: which pixels the values of a layer depend on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as data_field
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.networks.windows import Pair

Lengths = tuple[float, float]
# From the first and last position in a layer's output, along an axis, to those that they see in its input.
_Back = Callable[[float, float], tuple[float, float]]
_Axis = tuple[_Back, ...]


@dataclass(frozen=True)
class Geometry:
    """The receptive fields of a layer's values; every pair is rows and columns.

    Behind an upsampling neighbours see the same pixels or differ by less than a step: field, step and start are then
    means, with fractions, and :meth:`seen` is exact.

    Attributes
    ----------
    field : (float, float)
        Pixels that one value depends on.
    step : (float, float)
        Pixels between the fields of neighbouring values.
    size : (int, int)
        Height and width of the layer's maps.
    start : (float, float)
        The first pixel of the first value's field; negative where that is padding.
    """

    field: Lengths = (1, 1)
    step: Lengths = (1, 1)
    size: Pair = (1, 1)
    start: Lengths = (0, 0)
    _way: tuple[_Axis, _Axis] = data_field(default=((), ()), repr=False, compare=False)

    def through(self, kernel: Pair, stride: Pair, dilation: Pair, padding: Pair) -> Geometry:
        """Return the geometry after a sliding window (Araujo et al. 2019, doi:10.23915/distill.00021)."""
        sides = tuple(f + (k - 1) * d * s for f, k, d, s in zip(self.field, kernel, dilation, self.step, strict=True))
        step = tuple(s * t for s, t in zip(self.step, stride, strict=True))
        start = tuple(first - pad * s for first, pad, s in zip(self.start, padding, self.step, strict=True))
        ways = map(_window, kernel, stride, dilation, padding)
        return Geometry((sides[0], sides[1]), (step[0], step[1]), start=(start[0], start[1]), _way=self._behind(*ways))

    def shared_out(self, bins: Pair) -> Geometry:
        """Return the geometry of the middle one of so many pooling bins, which overlap unless of equal size."""
        sides, step, start = [], [], []
        for f, s, size, count, first in zip(self.field, self.step, self.size, bins, self.start, strict=True):
            middle = count // 2
            width = -(-(middle + 1) * size // count) - middle * size // count
            sides.append(f + (width - 1) * s)
            step.append(s * max(1, -(-(size - width) // max(count - 1, 1))))
            start.append(first + middle * size // count * s - middle * step[-1])  # which puts the middle one right
        way = self._behind(*map(_bins, self.size, bins))
        return Geometry((sides[0], sides[1]), (step[0], step[1]), start=(start[0], start[1]), _way=way)

    def enlarged(self, size: Pair, reach: int) -> Geometry:
        """Return the geometry of maps enlarged to a size.

        A value is that of the nearest position (``reach`` 0), or is interpolated from so many on either side of it.
        """
        step, start = [], []
        for s, old, new, first in zip(self.step, self.size, size, self.start, strict=True):
            step.append(s * old / new)
            start.append(first - (s - step[-1]) / 2 - (reach - 0.5) * s * (reach > 0))
        sides = tuple(f + max(0, 2 * reach - 1) * s for f, s in zip(self.field, self.step, strict=True))
        way = self._behind(*(_enlargement(old / new, reach) for old, new in zip(self.size, size, strict=True)))
        return Geometry((sides[0], sides[1]), (step[0], step[1]), start=(start[0], start[1]), _way=way)

    def united(self) -> Geometry:
        """Return the geometry of a value that sums over every position."""
        sides = tuple(f + (n - 1) * s for f, n, s in zip(self.field, self.size, self.step, strict=True))
        way = self._behind(*(_everything(count) for count in self.size))
        return Geometry((sides[0], sides[1]), self.step, start=self.start, _way=way)

    def seen(self, row: int, column: int) -> tuple[Pair, Pair]:
        """Return the first and the last row, and the first and the last column, that a position depends on.

        What lies outside the picture is padding.
        """
        found = []
        for way, index in zip(self._way, (row, column), strict=True):
            first, last = float(index), float(index)
            for back in reversed(way):
                first, last = back(first, last)
            found.append((int(first), int(last)))
        return found[0], found[1]

    def middle_field(self, size: Pair) -> Pair:
        """Return height and width in pixels of what the middle one of so many rows and columns depends on."""
        rows, columns = self.seen(size[0] // 2, size[1] // 2)
        return rows[1] - rows[0] + 1, columns[1] - columns[0] + 1

    def _behind(self, down: _Back, across: _Back) -> tuple[_Axis, _Axis]:
        return (*self._way[0], down), (*self._way[1], across)


def _window(kernel: int, stride: int, dilation: int, padding: int) -> _Back:
    return lambda first, last: (first * stride - padding, last * stride - padding + (kernel - 1) * dilation)


def _bins(size: int, count: int) -> _Back:
    return lambda first, last: (first * size // count, -(-(last + 1) * size // count) - 1)


def _everything(count: int) -> _Back:
    return lambda *_: (0, count - 1)


def _enlargement(scale: float, reach: int) -> _Back:
    if not reach:
        return lambda first, last: (floor(first * scale), floor(last * scale))
    more = reach - 1
    return lambda first, last: (
        floor((first + 0.5) * scale - 0.5) - more,
        ceil((last + 0.5) * scale - 0.5) + more,
    )
