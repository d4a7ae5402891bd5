"""Convolution, cross-correlation and autocorrelation of two functions as the integral that defines them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.answer import Answer
from catseye.errors import UsageError, unknown
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.insight.integral.functions import Curve

CONVOLUTION, CROSS_CORRELATION, AUTOCORRELATION = "convolution", "cross-correlation", "autocorrelation"
FORMULAS = {
    CONVOLUTION: "(f∗g)(x) = ∫ f(z) g(x−z) dz",
    CROSS_CORRELATION: "(f⋆g)(x) = ∫ f(z) g(z−x) dz",
    AUTOCORRELATION: "(f⋆f)(x) = ∫ f(z) f(z−x) dz",
}
KINDS = tuple(FORMULAS)
# Of two lists, at whole x: there the integral of functions that are constant around whole numbers is this sum.
SUMS = {kind: formula.replace("∫", "Σ").removesuffix(" dz") for kind, formula in FORMULAS.items()}
# Functions are smooth within such a cell, and Gauss's two points in each integrate cubic polynomials exactly.
_CELL, _COARSE_CELL = 1 / 64, 1 / 16
_LONG = 64.0  # units, from which on the coarse cell is used
_NODE = 0.5 / math.sqrt(3)  # of a cell, on either side of its middle
_JSON_POINTS = 201
_MARGIN = 0.25  # units on either side of the result


@dataclass(frozen=True)
class Moments(ShortRepr):
    """Area, mean and variance of a function; the latter two are ``None`` where it has negative values or no area."""

    area: float
    mean: float | None
    variance: float | None


@dataclass(frozen=True, eq=False, repr=False)
class SlidingIntegral(Answer):
    """Two functions and the integral of their product while one slides over the other.

    Attributes
    ----------
    f, g : Curve
    kind : str
        ``"convolution"``, ``"cross-correlation"`` or ``"autocorrelation"``; for the last, ``g`` is ``f``.

    Raises
    ------
    UsageError
        There is no such kind, or the integral is infinite.
    """

    f: Curve
    g: Curve
    kind: str = CONVOLUTION

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise unknown("kind", self.kind, KINDS)
        if math.isinf(self.f.support[1]) and math.isinf(self._kernel.support[0]):
            raise UsageError(f"the {self.kind} of two steps is infinite for every x; take another function.")

    def __repr__(self) -> str:
        return f"SlidingIntegral({self.title}, largest {float(self.values.max()):.4g})"

    @property
    def title(self) -> str:
        """What is computed of what."""
        if self.kind == AUTOCORRELATION:
            return f"autocorrelation of {self.f.name}"
        return f"{self.kind} of {self.f.name} and {self.g.name}"

    @property
    def formula(self) -> str:
        """The integral or, of two lists, the sum that it is at whole x."""
        return (SUMS if self.discrete else FORMULAS)[self.kind]

    @property
    def discrete(self) -> bool:
        """Whether both are lists of values: then whole x count."""
        return self.f.sampled and self.g.sampled

    @cached_property
    def _kernel(self) -> Curve:
        """The function that a convolution would slide: g, or g flipped, which makes it the cross-correlation."""
        return self.g if self.kind == CONVOLUTION else self.g.flipped()

    @property
    def sliding_shown(self) -> tuple[float, float]:
        """The part of the sliding function, before it is moved and mirrored, that a figure shows."""
        return self._kernel.shown

    @cached_property
    def range(self) -> tuple[float, float]:
        """Where the result is shown: from the first to the last x."""
        low, high = (first + second for first, second in zip(self.f.shown, self._kernel.shown, strict=True))
        return math.floor(4 * low) / 4 - _MARGIN, math.ceil(4 * high) / 4 + _MARGIN

    @cached_property
    def cell(self) -> float:
        """Width of the cells over which the integral is computed."""
        return _COARSE_CELL if self.range[1] - self.range[0] > _LONG else _CELL

    @cached_property
    def x(self) -> Floats:
        """Where the result is computed (N,), evenly spaced by ``cell``."""
        low, high = self.range
        return np.arange(round(low / self.cell), round(high / self.cell) + 1) * self.cell

    @property
    def whole_x(self) -> Floats:
        """The whole numbers among ``x``."""
        return np.arange(math.ceil(self.range[0]), math.floor(self.range[1]) + 1, dtype=np.float64)

    @cached_property
    def values(self) -> Floats:
        """The result (N,) at ``x``."""
        low, high = self.range
        # z runs where neither function is 0 for any x that is shown.
        first = max(self.f.support[0], low - self._kernel.support[1])
        last = min(self.f.support[1], high - self._kernel.support[0])
        start, end = math.floor(first / self.cell), math.ceil(last / self.cell)
        least = math.floor(max(self._kernel.support[0], low - last) / self.cell)
        most = math.ceil(min(self._kernel.support[1], high - first) / self.cell)
        if end <= start or most <= least:
            return np.zeros_like(self.x)
        total = np.zeros(end - start + most - least - 1)
        for side in (-_NODE, _NODE):  # where z is right of a cell's middle, x − z is left of one
            total += np.convolve(
                self.f.evaluate(_nodes(start, end, side, self.cell)),
                self._kernel.evaluate(_nodes(least, most, -side, self.cell)),
            )
        at = np.rint(self.x / self.cell).astype(np.int64) - (start + least + 1)
        inside = (at >= 0) & (at < total.size)
        return np.where(inside, total[np.clip(at, 0, total.size - 1)], 0.0) * self.cell / 2

    def at(self, x: float) -> float:
        """Return the result at ``x``, between the computed values linearly; 0 outside what is shown."""
        return float(np.interp(x, self.x, self.values, left=0.0, right=0.0))

    def slid(self, z: Floats, x: float) -> Floats:
        """Return the sliding function at ``z`` (N,) when it has come to ``x``: g(x−z), or g(z−x)."""
        return self._kernel.evaluate(x - z)

    def moments(self) -> tuple[Moments | None, Moments | None, Moments | None]:
        """Return area, mean and variance of f, of the sliding function and of the result; ``None`` of a step."""
        if math.isinf(self.f.support[1] - self.f.support[0]) or math.isinf(self.g.support[1] - self.g.support[0]):
            return None, None, None
        f, kernel = _moments(self.f, self.cell), _moments(self._kernel, self.cell)
        area = f.area * kernel.area  # of the product of two integrals: Fubini
        mean = None if f.mean is None or kernel.mean is None else f.mean + kernel.mean
        variance = None if f.variance is None or kernel.variance is None else f.variance + kernel.variance
        return f, kernel, Moments(area, mean, variance)

    def to_json(self) -> dict[str, Any]:
        """Return functions, formula and the result, at most 201 evenly spaced points, as JSON values."""
        every = -(-(len(self.x) - 1) // (_JSON_POINTS - 1))
        names = ("f", "sliding", "result")
        return {
            "kind": self.kind,
            "formula": self.formula,
            "f": {"name": self.f.name, "formula": self.f.formula},
            "g": {"name": self.g.name, "formula": self.g.formula},
            "x": self.x[::every].tolist(),
            "result": (self.values[::every] + 0.0).tolist(),
            "largest": float(self.values.max()),
            "largest_at": float(self.x[int(self.values.argmax())]),
            "moments": {name: one and vars(one) for name, one in zip(names, self.moments(), strict=True)},
        }


def _nodes(start: int, end: int, side: float, cell: float) -> Floats:
    """Return one of Gauss's two points in each of the cells from ``start`` to ``end``."""
    return (np.arange(start, end) + 0.5 + side) * cell


def _moments(curve: Curve, cell: float) -> Moments:
    start, end = (round(edge / cell) for edge in curve.support)
    x = np.concatenate([_nodes(start, end, side, cell) for side in (-_NODE, _NODE)])
    values = curve.evaluate(x) * cell / 2
    area = float(values.sum())
    if area <= 0 or values.min() < 0:
        return Moments(area, None, None)
    mean = float((values * x).sum() / area)
    return Moments(area, mean, float((values * (x - mean) ** 2).sum() / area))
