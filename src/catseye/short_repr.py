"""Values as one short line for printing, without arrays and default fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import MISSING, fields
from enum import Enum
from pathlib import Path
from typing import Any

_LONGEST = 120  # letters of all fields
_LONGEST_VALUE = 40
_MOST_ITEMS = 3


class ShortRepr:
    """A base for dataclasses with ``repr=False``: prints their fields as one line, arrays by type and shape.

    Fields that have their default are left out, and so are the last ones of many. Collections are counted.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(repr=False)
    ... class Marks(ShortRepr):
    ...     name: str
    ...     values: tuple[float, ...]
    ...     seed: int = 0
    >>> Marks("ideal", (0.123456, 1.0))
    Marks(name='ideal', values=(0.1235, 1))
    >>> Marks("ideal", tuple(range(50)), seed=3)
    Marks(name='ideal', values=(50 values), seed=3)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        parts, own_defaults = list[str](), self._defaults()
        for field in fields(self):  # type: ignore[arg-type]  # a dataclass derives from this
            value = getattr(self, field.name)
            if _is_usual(own_defaults.get(field.name, field.default), value):
                continue
            parts.append(f"{field.name}={shorten_value(value)}")
            if sum(map(len, parts)) > _LONGEST:
                parts[-1] = "…"
                break
        return f"{type(self).__name__}({', '.join(parts)})"

    def _defaults(self) -> Mapping[str, object]:
        """Return, by field, the defaults that follow from other fields."""
        return {}


def _is_usual(usual: object, value: object) -> bool:
    return usual is not MISSING and type(value) is type(usual) and bool(value == usual)


def shorten_value(value: object) -> str:
    """Return a value in at most about 40 characters: numbers to four digits, arrays by type and shape."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}" if value.shape else f"{value:.4g}"
    if isinstance(value, Enum):
        return repr(value.value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}…")
    if isinstance(value, Sequence | Set | Mapping):
        return _shorten_several(value)
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE and " at 0x" not in text and "\n" not in text else _name(value)


def _shorten_several(values: Sequence[object] | Set[object] | Mapping[Any, object]) -> str:
    if isinstance(values, Mapping):
        items = [f"{key!r}: {shorten_value(value)}" for key, value in list(values.items())[:_MOST_ITEMS]]
        begin, end = "{}"
    else:
        items = [shorten_value(value) for value in list(values)[:_MOST_ITEMS]]
        begin, end = "[]" if isinstance(values, list) else "()"
    text = f"{begin}{', '.join(items)}{',' if begin == '(' and len(items) == 1 else ''}{end}"
    if len(values) <= _MOST_ITEMS and len(text) <= _LONGEST_VALUE:
        return text
    return f"{begin}{len(values):,} value{'s' if len(values) != 1 else ''}{end}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "layer"), counted(1200, "layer"), counted(0, "class", "classes")
    ('1 layer', '1,200 layers', '0 classes')
    """
    return f"{number:,} {noun if abs(number) == 1 else plural or f'{noun}s'}"


def _name(value: object) -> str:
    return f"{type(value).__name__}(…)"
