"""Pooling by hand: what becomes of a feature map, window by window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.arrays import Floats
from catseye.errors import UsageError, unknown
from catseye.networks.windows import Padding, Pair, Window, pair, places
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("max", "average", "stride")


@dataclass(frozen=True, eq=False, repr=False)
class PoolingStep(ShortRepr):
    """One place of the window.

    Attributes
    ----------
    place : (int, int)
        Row and column of the pooled map, from 0.
    window : float64 (rows, columns)
        Values that the window covers; NaN where it hangs over the edge.
    value : float
        The value that the window is reduced to.
    """

    place: Pair
    window: Floats
    value: float

    def to_json(self) -> dict[str, Any]:
        """Return the step as JSON values; null where the window hangs over the edge."""
        window = [[None if np.isnan(value) else value for value in row] for row in self.window.tolist()]
        return {"window": window, "value": self.value, "place": list(self.place)}


@dataclass(frozen=True, eq=False, repr=False)
class Pooling(ShortRepr):
    """The largest value of each window, the mean, or what a strided convolution would have kept.

    Attributes
    ----------
    kind : str
        ``"max"``, ``"average"``, or ``"stride"``: every ``size``-th value down and across.
    size : int or (int, int)
    stride : int or (int, int), optional
        By default the size: windows lie side by side.
    padding : int, "valid", "same", or two of these
        By how much windows may hang over the edge. What lies outside is not counted: the largest and the mean are of
        the values inside.

    Raises
    ------
    UsageError
        There is no such kind, or a number makes no sense.

    Examples
    --------
    >>> Pooling("max").output([[1, 5], [2, 3]])
    array([[5.]])
    """

    kind: str = "max"
    size: int | Pair = 2
    stride: int | Pair | None = None
    padding: Padding | tuple[Padding, Padding] = "valid"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise unknown("pooling", self.kind, KINDS)
        self.sliding.padding_for((1, 1))
        if self.kind == "stride" and any(side not in ("valid", "same", 0) for side in pair(self.padding, "padding")):
            raise UsageError(
                f"sampling by stride keeps single values and takes no padding; got {self.padding!r}. Use valid or same."
            )
        paddings = zip(pair(self.padding, "padding"), pair(self.size, "size"), strict=True)
        for padding, size in paddings:
            if isinstance(padding, int) and padding > size // 2:
                raise UsageError(f"padding of pooling is at most half its size, {size // 2}; got {padding}.")

    @cached_property
    def sliding(self) -> Window:
        """The window; a single value where the reduction is by stride."""
        size = pair(self.size, "size")
        stride = size if self.stride is None else pair(self.stride, "stride")
        window = (1, 1) if self.kind == "stride" else size
        return Window(window, stride, pair(self.padding, "padding"))

    def output(self, values: Any) -> Floats:
        """Return the pooled map float64 (rows, columns) of a map (H, W)."""
        windows = self._windows(values)
        reduce = np.nanmean if self.kind == "average" else np.nanmax
        result: Floats = reduce(windows, axis=(-2, -1))
        return result

    def steps(self, values: Any, most: int | None = None) -> Iterator[PoolingStep]:
        """Yield what happens at each place, row by row; at most ``most`` places, evenly spread."""
        windows, pooled = self._windows(values), self.output(values)
        for place in places((pooled.shape[0], pooled.shape[1]), most):
            yield PoolingStep(place, windows[place].copy(), float(pooled[place]))

    def _windows(self, values: Any) -> Floats:
        values = np.asarray(values, dtype=np.float64)
        if values.ndim != 2 or not np.isfinite(values).all():
            raise UsageError(f"pooling takes one map (H, W) of finite numbers; got shape {values.shape}.")
        self.sliding.output_size((values.shape[0], values.shape[1]))
        return self.sliding.windows(self.sliding.padded(values, np.nan))
