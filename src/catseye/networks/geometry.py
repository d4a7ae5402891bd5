"""Receptive-field geometry: which pixels the values of a layer depend on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.networks.windows import Pair


@dataclass(frozen=True)
class Geometry:
    """The receptive fields of a layer's values; every pair is rows and columns.

    Attributes
    ----------
    field : (int, int)
        Pixels that one value depends on.
    step : (int, int)
        Pixels between the fields of neighbouring values.
    size : (int, int)
        Height and width of the layer's maps.
    start : (int, int)
        The first pixel of the first value's field; negative where that is padding.
    """

    field: Pair = (1, 1)
    step: Pair = (1, 1)
    size: Pair = (1, 1)
    start: Pair = (0, 0)

    def through(self, kernel: Pair, stride: Pair, dilation: Pair, padding: Pair) -> Geometry:
        """Return the geometry after a sliding window (Araujo et al. 2019, doi:10.23915/distill.00021)."""
        field = tuple(f + (k - 1) * d * s for f, k, d, s in zip(self.field, kernel, dilation, self.step, strict=True))
        step = tuple(s * t for s, t in zip(self.step, stride, strict=True))
        start = tuple(first - pad * s for first, pad, s in zip(self.start, padding, self.step, strict=True))
        return Geometry((field[0], field[1]), (step[0], step[1]), start=(start[0], start[1]))

    def shared_out(self, bins: Pair) -> Geometry:
        """Return the geometry of the middle one of so many pooling bins, which overlap unless of equal size."""
        field, step, start = [], [], []
        for f, s, size, count, first in zip(self.field, self.step, self.size, bins, self.start, strict=True):
            middle = count // 2
            width = -(-(middle + 1) * size // count) - middle * size // count
            field.append(f + (width - 1) * s)
            step.append(s * max(1, -(-(size - width) // max(count - 1, 1))))
            start.append(first + middle * size // count * s - middle * step[-1])  # which puts the middle one right
        return Geometry((field[0], field[1]), (step[0], step[1]), start=(start[0], start[1]))

    def enlarged(self, down: int, across: int) -> Geometry:
        """Return the geometry of maps enlarged by these factors.

        Steps of under a pixel count as one, so that what later windows see is an upper bound.
        """
        step = max(1, self.step[0] // down), max(1, self.step[1] // across)
        return Geometry(self.field, step, start=self.start)

    def united(self) -> Geometry:
        """Return the geometry of a value that sums over every position."""
        field = tuple(f + (n - 1) * s for f, n, s in zip(self.field, self.size, self.step, strict=True))
        return Geometry((field[0], field[1]), self.step, start=self.start)
