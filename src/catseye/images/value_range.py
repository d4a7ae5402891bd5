"""Which value is black and which is white, where pictures hold more than 8 bits per channel."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from catseye.arrays import Pixels

_CHUNK = 2**18  # values that are scaled at a time
# The largest values of fractions, bytes, and sensors of 10, 12, 14 and 16 bits.
_USUAL_WHITES = (1, 255, 1023, 4095, 16383, 65535)


@dataclass(frozen=True)
class ValueRange:
    """The values that are shown as black and white.

    Attributes
    ----------
    low, high : float
        Finite, ``low`` below ``high``; what lies outside is black or white too.
    fractions : bool
        Whether it came from pictures of fractions, not of whole numbers.

    Raises
    ------
    UsageError
        A value is not a finite number, or ``low`` is not below ``high``.
    """

    low: float
    high: float
    fractions: bool = False

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise UsageError(f"a range of values must have two finite ends; got {value!r}.")
            object.__setattr__(self, name, float(value))
        if not isinstance(self.fractions, bool):
            raise UsageError(f"fractions of a range of values must be True or False; got {self.fractions!r}.")
        if not self.low < self.high or not math.isfinite(self.high - self.low):
            raise UsageError(f"a range of values must go up from black to white; got {self.low:g} to {self.high:g}.")

    def to_json(self) -> list[float | bool]:
        """Return the fields as JSON values; ``ValueRange(*fields)`` makes the same again."""
        return [self.low, self.high, *([True] if self.fractions else [])]

    def __str__(self) -> str:
        return f"{number(self.low)} is black and {number(self.high)} white"

    def scaled(self, values: np.ndarray[Any, Any]) -> Pixels:
        """Return values of any type (H, W, …) as uint8: black 0, white 255; what is not a number is black."""
        if values.dtype == np.uint16 and values.size > 2**16:  # sooner looked up than computed
            table: Pixels = self.scaled(np.arange(2**16, dtype=np.int32))[values]
            return table
        flat, result = values.reshape(-1), np.empty(values.size, np.uint8)
        span = self.high - self.low
        for start in range(0, values.size, _CHUNK):
            part = flat[start : start + _CHUNK].astype(np.float64).clip(self.low, self.high)
            result[start : start + _CHUNK] = np.nan_to_num((part - self.low) * 255 / span + 0.5, nan=0.0)
        return result.reshape(values.shape)


SIXTEEN_BITS = ValueRange(0, 65535)


@dataclass(frozen=True)
class Extremes:
    """The values that one picture holds, and what its file says about the range.

    Attributes
    ----------
    low, high : float
        Smallest and largest finite value.
    stated : ValueRange, optional
        The range that the file's tags state; for one picture by itself it is good enough.
    certain : bool
        Whether the format itself defines ``stated``, so that nothing else can be meant.
    fractions : int
        Bits of a floating-point value; 0 for whole numbers.
    sixteen : bool
        Whether the values are whole numbers of 16 bits, 0 to 65,535.
    """

    low: float
    high: float
    stated: ValueRange | None = None
    certain: bool = False
    fractions: int = 0
    sixteen: bool = False

    def choose(self, known: ValueRange | None) -> ValueRange | None:
        """Return the range to scale the picture by; ``known`` is that of its data set; ``None`` if it is not known."""
        if self.certain:
            return self.stated
        if known and self._is_foreign(known):
            return None
        evident = SIXTEEN_BITS if self.sixteen and self.high > SIXTEEN_BITS.high / 2 else None
        return known or self.stated or evident

    def _is_foreign(self, known: ValueRange) -> bool:
        """Say whether a range is of another kind of values, by which the picture would be all black or all white."""
        if self.fractions:
            return self.high <= 1 < known.high and not known.fractions
        return known.high <= 1 < self.high

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any] | None) -> Self | None:
        """Return what :meth:`to_json` wrote, ``None`` for ``None``."""
        if fields is None:
            return None
        stated = fields["stated"]
        return cls(**(fields | {"stated": ValueRange(**stated) if stated else None}))

    def explain(self, known: ValueRange | None) -> str:
        """Return the reason why a picture is not decoded for which :meth:`choose` finds no range."""
        kind = f"{self.fractions}-bit fractions" if self.fractions else "whole numbers"
        found = f"holds {kind} from {number(self.low)} to {number(self.high)}"
        if known:
            return f"{found}, unlike the other pictures, where {known}; save it in the same way"
        return f"{found}, and nothing says which value is white; save it with 8 bits per channel"


def common_range(pictures: Collection[Extremes]) -> ValueRange | None:
    """Return the one range for the pictures of a data set; ``None`` if each file defines its own.

    It is what all files state, if they agree. Tags that differ from file to file only describe single pictures, and a
    scale of its own for each picture would make the exposure look like a class; the values of all pictures then decide.
    """
    uncertain = [picture for picture in pictures if not picture.certain]
    if not uncertain:
        return None
    stated = {picture.stated for picture in uncertain}
    first = uncertain[0].stated
    if len(stated) == 1 and first is not None:
        return first
    derived = _derive(min(picture.low for picture in uncertain), max(picture.high for picture in uncertain))
    return replace(derived, fractions=all(picture.fractions for picture in uncertain))


def _derive(low: float, high: float) -> ValueRange:
    """Return the usual range that values lie in if they fill at least half of it, else the values' own."""
    if low == high:
        return ValueRange(min(low, 0.0), max(high, 0.0) or 1.0)
    if low < 0 or low > high / 2:
        return ValueRange(low, high)
    white = next((white for white in _USUAL_WHITES if high <= white), high)
    return ValueRange(0.0, white if high > white / 2 else high)


def number(value: float) -> str:
    """Return a number as people write it: ``"4,095"``, ``"0.25"``."""
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"
