"""Readers of numbers and names in an exported file's metadata, which is untrusted; all raise `ValueError`."""

from __future__ import annotations

from typing import Any

_LARGEST_COUNT = 10**15
_LONGEST_NAME = 200


def read_number(value: Any) -> float:
    """Return a number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise ValueError("expected a number of at least 0")
    return float(value)


def read_share(value: Any) -> float:
    """Return a number from 0 to 1."""
    if read_number(value) > 1:
        raise ValueError("expected a number from 0 to 1")
    return float(value)


def read_count(value: Any) -> int:
    """Return a whole number of at least 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_COUNT:
        raise ValueError("expected a whole number of at least 0")
    return value


def read_name(value: Any) -> str:
    """Return a short text that can be printed."""
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST_NAME:
        raise ValueError("expected a short text")
    return value
