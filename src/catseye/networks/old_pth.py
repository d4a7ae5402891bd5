"""PyTorch's weight files of the kind before 2020, read without PyTorch.

Such a file begins with pickled instructions of how to make the tensors. None of them is carried out: they are listed,
and what they say of names, types and places in the file is checked against what is there.
"""

from __future__ import annotations

import pickletools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.lib.stride_tricks import as_strided

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    Arrays = dict[str, npt.NDArray[Any]]

_START = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # the magic number of such files, pickled
_MOST_BYTES = 2**28  # of the whole file
_TYPES: dict[str, np.dtype[Any]] = {"torch FloatStorage": np.dtype("<f4"), "torch LongStorage": np.dtype("<i8")}
_TENSOR, _STORAGE = "torch._utils _rebuild_tensor_v2", "storage"
_DICTIONARY, _METADATA = "collections OrderedDict", "_metadata"
_TEXTS = ("BINUNICODE", "GLOBAL")
_NUMBERS = ("BININT", "BININT1", "BININT2")


@dataclass(frozen=True)
class _Tensor:
    """What the instructions say of a tensor: where its numbers are, and how they lie there."""

    name: str
    kind: np.dtype[Any]
    key: str
    numbers: tuple[int, ...]  # length of the storage, offset in it, then shape and strides


def read_old_pth(path: Path, shapes: list[tuple[int, ...]]) -> Arrays | None:
    """Return the tensors in a file by name, in its order, if their shapes are these, in this order, and no others.

    Returns ``None`` if they are not, or if the file is of another kind.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(_START)) != _START or path.stat().st_size > _MOST_BYTES:
                return None
            for _ in range(2):  # the version, and what the machine was like
                list(pickletools.genops(file))
            tensors = list(_tensors([value for _, value in _simple(file)]))
            keys = [str(value) for name, value in _simple(file) if name in _TEXTS]
            return _read(file, tensors, keys, shapes)
    except (OSError, ValueError, KeyError, IndexError, TypeError, EOFError):
        return None


def _simple(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    """Yield the next pickle's texts and numbers, those that are said a second time included."""
    memo: dict[Any, tuple[str, Any]] = {}
    last: tuple[str, Any] = ("", None)
    for code, value, _ in pickletools.genops(file):
        name = code.name
        if name in ("BINPUT", "LONG_BINPUT"):
            memo[value] = last
            continue
        last = memo.get(value, ("", None)) if name in ("BINGET", "LONG_BINGET") else (name, value)
        if last[0] in _TEXTS + _NUMBERS:
            yield last


def _tensors(values: list[Any]) -> Iterator[_Tensor]:
    """Yield the tensors of a dictionary: of each its name, how it is made, and an empty dictionary of hooks.

    Raises
    ------
    ValueError, IndexError, KeyError
        Anything else is said.
    """
    place = int(values[0] == _DICTIONARY)
    while place < len(values) and values[place] != _METADATA:
        name, maker, storage, kind, key, device = values[place : place + 6]
        end = values.index(_DICTIONARY, place)
        numbers = tuple(values[place + 6 : end])
        if (maker, storage, device) != (_TENSOR, _STORAGE, "cpu") or not all(isinstance(n, int) for n in numbers):
            raise ValueError(name)
        yield _Tensor(name, _TYPES[kind], key, numbers)
        place = end + 1


def _read(file: BinaryIO, tensors: list[_Tensor], keys: list[str], shapes: list[tuple[int, ...]]) -> Arrays | None:
    """Read the storages, which follow in the order of their keys, each with its length before it."""
    if [tensor.key for tensor in tensors] != list(dict.fromkeys(tensor.key for tensor in tensors)):
        return None  # tensors that share numbers
    kinds = {tensor.key: tensor.kind for tensor in tensors}
    storages = {}
    for key in keys:
        (length,) = np.frombuffer(file.read(8), "<i8")
        dtype = kinds[key]
        storages[key] = np.frombuffer(file.read(int(length) * dtype.itemsize), dtype, int(length))
    if file.read(1) or len(tensors) != len(shapes):
        return None
    found = {
        tensor.name: _laid_out(tensor, storages[tensor.key], shape)
        for tensor, shape in zip(tensors, shapes, strict=True)
    }
    return found if len(found) == len(tensors) else None


def _laid_out(tensor: _Tensor, numbers: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return a storage's numbers in a tensor's shape.

    Raises
    ------
    ValueError
        The tensor has another shape, or would reach beyond its storage or not over all of it.
    """
    length, offset, *said = tensor.numbers[: 2 + 2 * len(shape)]
    strides = said[len(shape) :]
    reach = sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True)) + 1
    if (
        (length, offset, tuple(said[: len(shape)])) != (len(numbers), 0, shape)
        or reach != length
        or min((*shape, *strides), default=1) < 1
    ):
        raise ValueError(tensor.name)
    steps = [stride * numbers.itemsize for stride in strides]
    return np.array(as_strided(numbers, shape, steps), order="C")  # a copy, which may be written
