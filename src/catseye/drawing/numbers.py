"""Numbers as a reader should see them."""

from __future__ import annotations

from fractions import Fraction

_LARGEST_DENOMINATOR = 16  # of a fraction that is written as one


def exact(value: float) -> str:
    """Return a number in few characters: four digits or, if these are not enough, a simple fraction."""
    if value != value:
        return "·"
    if abs(value - round(value)) < 1e-9 * max(1.0, abs(value)):
        return f"{round(value):,}".replace("-", "−")
    rounded = f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"
    simple = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    is_simple = abs(value) < 1 and abs(value - simple) < 1e-12 < abs(value - float(rounded))
    return (str(simple) if is_simple else rounded).replace("-", "−")


def three_digits(value: float) -> str:
    """Return a number in three digits, with a true minus sign."""
    return (f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share of 1 in per cent, ``"98.6 %"``; a dash for ``None``."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def points(difference: float) -> str:
    """Return a difference of two shares in percentage points, ``"12.3 points"``."""
    return f"{100 * difference:.1f} points".replace("-", "−")


def thousands(value: float) -> str:
    """Return a number with commas between thousands."""
    return f"{value:,}"
