"""The functions of one variable that are convolved: by name, or as sampled values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from catseye.arrays import Floats
from catseye.errors import UsageError, unknown
from catseye.insight.convolution.matrices import ENDINGS, parsed, read_matrix, validate_values
from catseye.insight.convolution.matrix_text import is_matrix
from catseye.short_repr import ShortRepr

Interval = tuple[float, float]
MOST_VALUES = 512
_SCALES = Fraction(1, 8), Fraction(8)  # the narrowest and the widest a named function is stretched
_SHORT = 24  # letters of values that are their own name


@dataclass(frozen=True, eq=False, repr=False)
class Curve(ShortRepr):
    """A function of one variable.

    Attributes
    ----------
    name : str
    formula : str
        What it is, in a few characters.
    evaluate : Callable
        From values float64 (N,) to the function's values there. It is smooth between multiples of 1/16.
    support : (float, float)
        Where it is not 0; the upper end may be infinite.
    shown : (float, float)
        The part of the support that a figure shows: finite.
    sampled : bool
        Whether it is a list of values, which counts at whole numbers.
    """

    name: str
    formula: str
    evaluate: Callable[[Floats], Floats]
    support: Interval
    shown: Interval
    sampled: bool = False

    def stretched(self, scale: float) -> Curve:
        """Return the function ``scale`` times as wide: f(x / scale). A density keeps its area."""
        if scale == 1:
            return self
        height = 1 / scale if self.name == "gaussian" else 1.0
        return Curve(
            f"{self.name}:{scale:g}",
            _WIDER.get(self.name, self.formula).format(scale=f"{scale:g}", half=f"{scale / 2:g}"),
            lambda x: height * self.evaluate(x / scale),
            (self.support[0] * scale, self.support[1] * scale),
            (self.shown[0] * scale, self.shown[1] * scale),
        )

    def flipped(self) -> Curve:
        """Return the function mirrored at 0: f(−x)."""
        ends = (-self.support[1], -self.support[0]), (-self.shown[1], -self.shown[0])
        return Curve(self.name, self.formula, lambda x: self.evaluate(-x), *ends, self.sampled)


def _box(x: Floats) -> Floats:
    return (np.abs(x) < 0.5).astype(np.float64)


def _triangle(x: Floats) -> Floats:
    sides: Floats = np.clip(1 - np.abs(x), 0, None)
    return sides


def _gaussian(x: Floats) -> Floats:
    bell: Floats = np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi)
    return bell


def _ramp(x: Floats) -> Floats:
    return np.where((x > 0) & (x < 1), x, 0.0)


def _exponential(x: Floats) -> Floats:
    return np.where(x > 0, np.exp(-np.clip(x, 0, None)), 0.0)


def _step(x: Floats) -> Floats:
    return (x > 0).astype(np.float64)


_NAMED = (
    Curve("box", "1 for |x| < 0.5", _box, (-0.5, 0.5), (-0.5, 0.5)),
    Curve("triangle", "1 − |x| for |x| < 1", _triangle, (-1.0, 1.0), (-1.0, 1.0)),
    Curve("gaussian", "normal density, σ = 1", _gaussian, (-8.0, 8.0), (-3.5, 3.5)),
    Curve("ramp", "x for 0 < x < 1", _ramp, (0.0, 1.0), (0.0, 1.0)),
    Curve("exponential", "exp(−x) for x > 0", _exponential, (0.0, 32.0), (0.0, 4.0)),
    Curve("step", "1 for x > 0", _step, (0.0, math.inf), (0.0, 3.0)),
)
_WIDER = {
    "box": "1 for |x| < {half}",
    "triangle": "1 − |x| / {scale} for |x| < {scale}",
    "gaussian": "normal density, σ = {scale}",
    "ramp": "x / {scale} for 0 < x < {scale}",
    "exponential": "exp(−x / {scale}) for x > 0",
}
FUNCTIONS = tuple(curve.name for curve in _NAMED)


def read_function(source: Any) -> Curve:
    """Return the function that is meant.

    Parameters
    ----------
    source
        One of `FUNCTIONS`; one of these with how many times as wide it should be, ``"gaussian:0.5"``; numbers as text
        (``"1 2 1"``), in a .csv or .txt file, in a list or an array (N,), each of which holds for the unit around its
        whole number, the first around 0.

    Raises
    ------
    UsageError
        It is none of these, or a number is not finite.
    """
    if isinstance(source, Path):
        source = str(source)
    if not isinstance(source, str):
        return _sampled(source, "values")
    name, colon, scale = source.strip().partition(":")
    known = {curve.name: curve for curve in _NAMED}
    if name.lower() in known:
        return known[name.lower()].stretched(_scale(source, scale) if colon else 1.0)
    path = Path(source)
    if path.suffix.lower() in ENDINGS:
        if not path.is_file():
            raise UsageError(f"there is no file {source}.")
        return _sampled(read_matrix(path), path.name)
    if is_matrix(source):
        return _sampled(parsed(source), source.strip() if len(source) <= _SHORT else "values")
    raise unknown("function", name, FUNCTIONS)


def _scale(source: str, text: str) -> float:
    try:
        scale = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        scale = Fraction(0)
    least, most = _SCALES
    if not least <= scale <= most or (8 * scale).denominator != 1:
        raise UsageError(
            f"a function may be {least} to {most} times as wide, in eighths, e.g. box:0.5; got {source!r}."
        )
    return float(scale)


def _sampled(source: Any, name: str) -> Curve:
    """Return values as a function that is constant around every whole number."""
    try:
        array = np.array(source, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"a function is a name ({', '.join(FUNCTIONS)}) or a list of numbers: {error}.") from error
    if array.ndim == 2 and 1 in array.shape:  # a row or a column of a matrix
        array = array.ravel()
    if array.ndim != 1 or not 1 <= array.size <= MOST_VALUES:
        got = "×".join(map(str, array.shape)) or "one number"
        raise UsageError(f"a function is 1 to {MOST_VALUES} numbers in one row or column; got {got}.")
    validate_values(array[None])

    def evaluate(x: Floats) -> Floats:
        index = np.floor(x + 0.5).astype(np.int64)
        inside = (index >= 0) & (index < array.size)
        return np.where(inside, array[np.clip(index, 0, array.size - 1)], 0.0)

    ends = -0.5, array.size - 0.5
    return Curve(
        name, f"{array.size} value{'s' if array.size > 1 else ''} around 0, 1, …", evaluate, ends, ends, sampled=True
    )
