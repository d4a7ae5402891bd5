"""The arguments of public functions: text is converted, and anything of the wrong type is refused in a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import wraps
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_WORDS = {
    "bool": "True or False",
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "Path": "a path",
    "None": "None",
}
_LARGEST_SEED = 2**32 - 1
_LONGEST = 60  # letters of a value in a message


def with_checked_arguments(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Make a function refuse, before it does anything, a simple argument whose type is not the declared one.

    Numbers, texts, paths, ``True`` and ``False``, and unions of these are simple; the function itself checks other
    types. NumPy numbers become Python numbers. An argument called ``seed`` must also be from 0 to 4,294,967,295.
    """
    declared = {name: _simple(kind) for name, kind in function.__annotations__.items()}
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]

    def read(name: str, value: Any) -> Any:
        kinds = declared.get(name)
        return _read(name, value, kinds) if kinds else value

    @wraps(function)
    def call(*args: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
        several = [read(name, value) for name, value in zip(names, args, strict=False)]
        named = {name: read(name, value) for name, value in options.items()}
        return function(*several, *args[len(several) :], **named)  # type: ignore[arg-type]

    return call


def _simple(kind: object) -> tuple[str, ...]:
    """Return the parts of an annotation that has only simple types; nothing if it has others."""
    parts = tuple(str(kind).split(" | "))
    return parts if all(part in _WORDS for part in parts) else ()


def _read(name: str, value: Any, kinds: tuple[str, ...]) -> Any:
    for kind in kinds:
        if _fits(value, kind):
            value = (
                {"bool": bool, "int": int, "float": float}[kind](value) if kind in ("bool", "int", "float") else value
            )
            if name == "seed" and not 0 <= value <= _LARGEST_SEED:
                raise UsageError(f"seed must be between 0 and {_LARGEST_SEED:,}; got {value}.")
            if "Path" in kinds and isinstance(value, str | os.PathLike):
                check_path(name, os.fspath(value))
            return value
    words = [_WORDS[kind] for kind in kinds if kind != "None" and not (kind == "str" and "Path" in kinds)]
    words = ["a name or path"] if name == "name" and "Path" in kinds else words
    raise UsageError(f"{name} must be {' or '.join(words)}; got {received(value)}.")


def check_path(name: str, path: str | bytes) -> None:
    """Raise `UsageError` if a text cannot be a path: it is empty, or holds a zero or half a character."""
    text = os.fsdecode(path)
    if not text:
        raise UsageError(f"{name} must not be empty.")
    if "\0" in text:
        raise UsageError(f"{name} holds a zero character, which no path may; got {received(text)}.")
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise UsageError(f"{name} holds half a character (a lone surrogate); got {received(text)}.") from None


def _fits(value: object, kind: str) -> bool:
    flag = isinstance(value, bool) or (str(getattr(value, "dtype", "")) == "bool" and getattr(value, "ndim", None) == 0)
    if kind == "bool":
        return flag
    if kind in ("int", "float"):
        return isinstance(value, Integral if kind == "int" else Real) and not flag
    if kind == "None":
        return value is None
    return isinstance(value, str if kind == "str" else os.PathLike)


def received(value: object) -> str:
    """Return how an error names a value: as Python code if it is short and simple, else by its type."""
    if value is None or isinstance(value, str | int | float):
        text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return type(value).__name__


def read_names(name: str, value: object) -> tuple[str, ...]:
    """Return names given as one name, as comma-separated text (as for the commands), or as several.

    Raises
    ------
    UsageError
        It is something else.
    """
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(","))
    several = tuple(value) if isinstance(value, Iterable) and not isinstance(value, bytes) else (value,)
    for one in several:
        if not isinstance(one, str):
            raise UsageError(f"{name} must be a name, or several in a list; got {received(one)}.")
    return several


def read_classes(name: str, value: object) -> tuple[str | int, ...]:
    """Return classes given as one name or number, or as several; raise `UsageError` otherwise."""
    several = (value,) if isinstance(value, str) or not isinstance(value, Iterable) else tuple(value)
    for one in several:
        if not isinstance(one, str) and not _fits(one, "int"):
            raise UsageError(f"{name} must be a class, by name or number, or several in a list; got {received(one)}.")
    return tuple(one if isinstance(one, str) else int(one) for one in several)


def read_counts(name: str, value: object) -> list[int]:
    """Return numbers of examples, at least 1, sorted, without repeats: one, several, or text such as ``"1,2,5"``.

    Raises
    ------
    UsageError
        It is something else.
    """
    if isinstance(value, str):
        if not re.fullmatch(r"\s*\d{1,9}\s*(,\s*\d{1,9}\s*)*", value):
            raise UsageError(f"{name} must be numbers of examples per class, e.g. 1,2,5; got {value!r}.")
        value = [int(word) for word in value.split(",")]
    several: list[Any] = list(value) if isinstance(value, Iterable) else [value]
    if not several or not all(_fits(one, "int") and one >= 1 for one in several):
        raise UsageError(f"{name} must be whole numbers of examples per class, at least 1; got {several!r}.")
    return sorted({int(one) for one in several})


def read_epsilons(name: str, value: object) -> list[float]:
    """Return attack sizes: one, several, or text such as ``"1/255,4/255"``; raise `UsageError` otherwise."""
    if isinstance(value, str):
        return [parse_epsilon(word, name) for word in value.split(",")]
    several = tuple(value) if isinstance(value, Iterable) else (value,)
    return [parse_epsilon(one, name) for one in several]


def parse_epsilon(value: object, name: str = "epsilon") -> float:
    """Return a number given as a number or as text: ``"4/255"`` or ``"0.016"``; raise `UsageError` otherwise."""
    if isinstance(value, Real) and _fits(value, "float"):
        return float(value)
    parts = value.split("/") if isinstance(value, str) else []
    try:
        number = float(parts[0]) / (float(parts[1]) if len(parts) == 2 else 1.0)
    except (ValueError, ZeroDivisionError, IndexError):
        number = float("nan")
    if len(parts) > 2 or number != number:
        raise UsageError(f"{name} must be a number such as 4/255 or 0.016; got {received(value)}.")
    return number


def read_sides(name: str, value: object, axes: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of pixels along ``axes``: as many numbers, or text such as ``"28x28x1"``.

    Raises
    ------
    UsageError
        It is something else.
    """
    if isinstance(value, str):
        return parse_sides(value, axes)
    sides = tuple(value) if isinstance(value, Iterable) else ()
    if len(sides) != len(axes) or not all(_fits(side, "int") for side in sides):
        words = {"H": "height", "W": "width", "C": "channels"}
        named = ", ".join(words[axis] for axis in axes)
        raise UsageError(f"{name} must be ({named}) in whole numbers; got {value if sides else received(value)!s}.")
    return tuple(int(side) for side in sides)


def parse_sides(text: str, axes: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of a text such as ``28x28x1``; raise `UsageError` if there are not as many as ``axes``."""
    if not re.fullmatch(r"\d{1,6}([x×]\d{1,6})*", text) or len(re.split("[x×]", text)) != len(axes):
        raise UsageError(
            f"expected {'x'.join(axes)} as numbers, e.g. {'x'.join(['28', '28', '1'][: len(axes)])}; got {text!r}."
        )
    return tuple(int(part) for part in re.split("[x×]", text))


def read_pair(name: str, value: Any, words: tuple[str, ...] = ()) -> Any:
    """Return a value for both axes or two, read from text such as ``"2x1"``, two down and one across.

    Parameters
    ----------
    name
        Name of the value in errors.
    value
        Text is converted; an array becomes a list; anything else is returned unchanged.
    words
        Words that stand for themselves, such as ``"valid"``.

    Raises
    ------
    UsageError
        A text is something else.
    """
    if not isinstance(value, str) or value in words:
        return value.tolist() if hasattr(value, "tolist") else value
    if not re.fullmatch(r"-?\d{1,6}([x×]-?\d{1,6})?", value):
        also = f"{', '.join(words)}, " if words else ""
        raise UsageError(f"{name} must be {also}a number, or two (down and across) such as 2x1; got {value!r}.")
    numbers = [int(part) for part in re.split("[x×]", value)]
    return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])
