"""Receptive-field geometry: which pixels the values of a layer depend on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.networks.windows import Pair


@dataclass(frozen=True)
class Geometry:
    """What a layer's values see of the input, each pair in rows and columns of it.

    Attributes
    ----------
    field : (int, int)
        Pixels that one value depends on.
    step : (int, int)
        Pixels between what neighbouring values see.
    places : (int, int)
        Height and width of the layer's maps.
    start : (int, int)
        The first pixel that the first value sees; negative where that is padding.
    """

    field: Pair = (1, 1)
    step: Pair = (1, 1)
    places: Pair = (1, 1)
    start: Pair = (0, 0)

    def through(self, kernel: Pair, stride: Pair, dilation: Pair, padding: Pair) -> Geometry:
        """Return the geometry behind a sliding window (Araujo et al. 2019, doi:10.23915/distill.00021)."""
        field = tuple(f + (k - 1) * d * s for f, k, d, s in zip(self.field, kernel, dilation, self.step, strict=True))
        step = tuple(s * t for s, t in zip(self.step, stride, strict=True))
        start = tuple(first - pad * s for first, pad, s in zip(self.start, padding, self.step, strict=True))
        return Geometry((field[0], field[1]), (step[0], step[1]), start=(start[0], start[1]))

    def shared_out(self, bins: Pair) -> Geometry:
        """Return the geometry of the middle one of so many bins, which overlap where they cannot be of equal size."""
        field, step, start = [], [], []
        for f, s, places, count, first in zip(self.field, self.step, self.places, bins, self.start, strict=True):
            middle = count // 2
            size = -(-(middle + 1) * places // count) - middle * places // count
            field.append(f + (size - 1) * s)
            step.append(s * max(1, -(-(places - size) // max(count - 1, 1))))
            start.append(first + middle * places // count * s - middle * step[-1])  # so that the middle is in its place
        return Geometry((field[0], field[1]), (step[0], step[1]), start=(start[0], start[1]))

    def united(self) -> Geometry:
        """Return the geometry of a value that sums over every place."""
        field = tuple(f + (n - 1) * s for f, n, s in zip(self.field, self.places, self.step, strict=True))
        return Geometry((field[0], field[1]), self.step, start=self.start)
