"""Matrices as people have them: lists, arrays and tensors, typed, as NumPy prints them, and in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import UsageError
from catseye.insight.convolution.matrix_text import parse_csv, parse_text

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats

LARGEST = 1e9  # of a number in a matrix: sums of products stay exact to many digits
LARGEST_FILE_BYTES = 64 * 2**20
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
ENDINGS = (*TEXT_ENDINGS, ".npy")
_NUMBERS = "buif"  # NumPy's kinds: bool, whole numbers without and with a sign, floats


def matrix(values: Any) -> Floats:
    """Return ``values`` as float64 (rows, columns); leading axes of length 1, as layers' weights have, are dropped.

    Raises
    ------
    UsageError
        They are not a matrix of finite numbers between -1e9 and 1e9.
    """
    array = to_floats(values)
    while array.ndim > 2 and array.shape[0] == 1:
        array = array[0]
    if array.ndim != 2 or not array.size:
        raise UsageError(f"expected a matrix (rows, columns) with at least one number; got shape {array.shape}.")
    return validate_values(array)


def parsed(text: str) -> Floats:
    """Return the matrix float64 (rows, columns) of a text, typed or printed; see :func:`parse_text`."""
    return matrix(parse_text(text))


def read_matrix(path: Path) -> Floats:
    """Return the matrix in a text file or in a .npy file.

    In a text file numbers are separated by spaces, commas, semicolons or tabs, one row per line; a .txt file may also
    hold what is typed or printed.

    Raises
    ------
    UsageError
        The file cannot be read, or holds no matrix.
    """
    if path.suffix.lower() == ".npy":
        array = read_npy(path)
        try:
            return matrix(array)
        except UsageError as error:
            raise UsageError(f"{path}: {error}") from error
    try:
        check_file_size(path)
        text = path.read_text("utf-8-sig")
        return matrix(parse_text(text) if path.suffix.lower() == ".txt" else parse_csv(text))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as text: {error}.") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def read_npy(path: Path) -> np.ndarray[Any, Any]:
    """Return the array of numbers in a .npy file; nothing in it is executed.

    Raises
    ------
    UsageError
        It is not a .npy file, is incomplete, is too large, or holds something other than numbers.
    """
    try:
        check_file_size(path)
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            read_header = (
                np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            )
            shape, _, kind = read_header(file)
            size = int(np.prod([int(side) for side in shape], dtype=object)) * kind.itemsize
            present = path.stat().st_size - file.tell()
        if kind.kind not in _NUMBERS:
            raise UsageError(f"{path} holds {kind}, not numbers.")
        if size != present:  # checked before memory is allocated for what the header claims
            raise UsageError(f"{path} is damaged: its header announces {size:,} bytes of numbers; it has {present:,}.")
        array: np.ndarray[Any, Any] = np.load(path, allow_pickle=False)
        return array
    except UsageError:
        raise
    except Exception as error:  # whatever NumPy meets in hostile bytes
        raise UsageError(f"{path} cannot be read as a .npy file: write one with numpy.save.") from error


def check_file_size(path: Path) -> None:
    """Raise `UsageError` if a file is too large for a matrix."""
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise UsageError(f"{path} has over {LARGEST_FILE_BYTES:,} bytes: too large for a matrix.")


def to_array(values: Any) -> np.ndarray[Any, Any]:
    """Return lists, an array or a tensor, also one with gradients or on a GPU, as an array of numbers.

    Raises
    ------
    UsageError
        They are something else, or lists of unequal length.
    """
    if hasattr(values, "detach"):  # a tensor of PyTorch, which need not be loaded for this
        values = values.detach().cpu()
        values = values.to_dense() if values.is_sparse else values
        values = values.double() if values.is_floating_point() else values
    _check_lengths(values)
    if np.ma.is_masked(values):
        raise UsageError("some numbers of the matrix are masked; replace them first, e.g. with .filled(0).")
    try:
        array = np.asarray(values)
        array = array.astype(np.float64) if array.dtype.kind in "OU" else array
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError("expected a matrix of numbers, in lists of equal length or an array.") from error
    if array.dtype.kind not in _NUMBERS:
        raise UsageError(f"expected a matrix of numbers; got {array.dtype}.")
    return array


def to_floats(values: Any) -> Floats:
    """Return lists, an array or a tensor as float64; raise `UsageError` as :func:`to_array` does."""
    return to_array(values).astype(np.float64)


def validate_values(values: Floats) -> Floats:
    """Return ``values``; raise `UsageError` if one is not finite or too large."""
    if not (np.abs(values) <= LARGEST).all():  # false for NaN
        row, column = (int(place[0]) for place in np.nonzero(~(np.abs(values) <= LARGEST))[-2:])
        value = values[..., row, column].ravel()[0]
        raise UsageError(
            f"numbers are finite and at most {LARGEST:,.0f}; row {row + 1}, column {column + 1} is {value}."
        )
    return values


def _check_lengths(values: Any) -> None:
    """Raise `UsageError` if lists are not equally long."""
    if not isinstance(values, list | tuple):
        return
    lengths = [len(row) if isinstance(row, list | tuple) else None for row in values]
    odd = next((index for index, length in enumerate(lengths) if length != lengths[0]), None)
    if odd is None:
        return
    if None in (lengths[0], lengths[odd]):
        raise UsageError("expected a matrix of numbers: a list of rows, and each row a list of numbers.")
    raise UsageError(
        f"the rows of a matrix are equally long; row 1 has {lengths[0]} numbers, row {odd + 1} has {lengths[odd]}."
    )
