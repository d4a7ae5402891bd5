"""Kernels by name, and matrices as they are typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import UsageError, unknown

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats

LARGEST = 1e9  # of a number in a matrix: sums of products stay exact to many digits
LARGEST_FILE_BYTES = 64 * 2**20
_NUMBER = re.compile(r"[-+−]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?(/\d+)?", re.IGNORECASE)

# Written as they slide over the picture: sobel_x answers where it gets brighter to the right, sobel_y downwards.
_KERNELS = {
    "identity": "0 0 0; 0 1 0; 0 0 0",
    "edge": "-1 -1 -1; -1 8 -1; -1 -1 -1",
    "laplacian": "0 1 0; 1 -4 1; 0 1 0",
    "sobel_x": "-1 0 1; -2 0 2; -1 0 1",
    "sobel_y": "-1 -2 -1; 0 0 0; 1 2 1",
    "prewitt_x": "-1 0 1; -1 0 1; -1 0 1",
    "prewitt_y": "-1 -1 -1; 0 0 0; 1 1 1",
    "blur": "1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9",
    "gaussian": "1/16 1/8 1/16; 1/8 1/4 1/8; 1/16 1/8 1/16",
    "sharpen": "0 -1 0; -1 5 -1; 0 -1 0",
    "emboss": "-2 -1 0; -1 1 1; 0 1 2",
}
_ALSO = {"sobel": "sobel_x", "prewitt": "prewitt_x"}
KERNELS = tuple(_KERNELS)

# A cat's face in five rows of four pixels: ears, forehead, eyes, cheeks, chin.
DRAWING = np.array([[1, 0, 0, 1], [1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 1], [0, 1, 1, 0]], np.float64)


def kernel(what: Any) -> Floats:
    """Return a kernel float64 (rows, columns), given its name, its numbers as text, or as an array.

    Raises
    ------
    UsageError
        There is no kernel of this name, or the numbers do not form a matrix.
    """
    if not isinstance(what, str):
        return matrix(what)
    name = known_name(what)
    if name:
        return parsed(_KERNELS[name])
    if is_matrix(what):
        return parsed(what)
    raise unknown("kernel", what, KERNELS)


def known_name(text: str) -> str | None:
    """Return the name of the kernel that is meant, if there is one of this name."""
    name = _plain(text)
    name = _ALSO.get(name, name)
    return name if name in _KERNELS else None


def is_abbreviated(text: str) -> bool:
    """Say whether a name stands for two kernels, across and down; the first is used."""
    return _plain(text) in _ALSO


def _plain(text: str) -> str:
    return text.strip().lower().replace("-", "_")


def is_matrix(text: str) -> bool:
    """Say whether a text is meant as a matrix, right or wrong: it begins with a number, or has several columns."""
    first = re.split(r"[\s,;]+", text.strip())[0].lower().lstrip("+-−[(")
    return bool(re.match(r"\.?\d", first)) or first in ("nan", "inf", "infinity")


def parsed(text: str) -> Floats:
    """Return the matrix float64 (rows, columns) of a text such as ``"1 2 3; 4 5 6"``.

    Rows end with a semicolon or a new line; numbers are parted by spaces or commas and may be fractions (``1/9``).

    Raises
    ------
    UsageError
        A word is not a number, rows differ in length, or a number is not finite or too large.
    """
    lines = [line for line in re.split(r"[;\n]", text) if line.strip()]
    rows = [[_number(word) for word in re.split(r"\s*,\s*|\s+", line.strip().rstrip(",").rstrip())] for line in lines]
    if not rows:
        raise UsageError('expected a matrix such as "1 2 3; 4 5 6"; got no number.')
    lengths = [len(row) for row in rows]
    odd = next((index for index, length in enumerate(lengths) if length != lengths[0]), None)
    if odd is not None:
        raise UsageError(
            f"the rows of a matrix are equally long; row 1 has {lengths[0]} numbers, row {odd + 1} has {lengths[odd]}."
        )
    return matrix(rows)


def read_matrix(path: Path) -> Floats:
    """Return the matrix in a text file, numbers parted by spaces, commas or tabs, one row per line.

    Raises
    ------
    UsageError
        The file cannot be read, or holds no matrix.
    """
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise UsageError(f"{path} has over {LARGEST_FILE_BYTES:,} bytes: too large for a matrix.")
        return parsed(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as text: {error}.") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def matrix(values: Any) -> Floats:
    """Return ``values`` as float64 (rows, columns).

    Raises
    ------
    UsageError
        They are not a matrix of finite numbers between -1e9 and 1e9.
    """
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"expected a matrix of numbers: {error}.") from error
    if array.ndim != 2 or not array.size:
        raise UsageError(f"expected a matrix (rows, columns) with at least one number; got shape {array.shape}.")
    return validate_values(array)


def validate_values(values: Floats) -> Floats:
    """Return ``values``; raise `UsageError` if one is not finite or too large."""
    if not (np.abs(values) <= LARGEST).all():  # false for NaN
        row, column = (int(place[0]) for place in np.nonzero(~(np.abs(values) <= LARGEST))[-2:])
        value = values[..., row, column].ravel()[0]
        raise UsageError(
            f"numbers are finite and at most {LARGEST:,.0f}; row {row + 1}, column {column + 1} is {value}."
        )
    return values


def _number(word: str) -> float:
    if word.lower().lstrip("+-−") in ("nan", "inf", "infinity"):
        return float(word.replace("−", "-"))  # refused later, with its place
    if not _NUMBER.fullmatch(word):
        raise UsageError(f'expected a matrix such as "1 2 3; 4 5 6"; {word!r} is not a number.')
    top, _, bottom = word.replace("−", "-").partition("/")
    if bottom and not int(bottom):
        raise UsageError(f"{word} divides by zero.")
    return float(top) / int(bottom) if bottom else float(top)
