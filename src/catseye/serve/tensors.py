"""Reading and writing tensors of the Open Inference Protocol, in JSON and binary; input is untrusted."""

from __future__ import annotations

import math
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.serve.refusal import BAD, RefusalError
from catseye.serve.request_pictures import read_base64

if TYPE_CHECKING:
    from catseye.arrays import Floats, Pixels

BYTES, UINT8, FP32, FP64 = "BYTES", "UINT8", "FP32", "FP64"
_LONGEST_SIDE = 2**31


def read_shape(given: Any) -> tuple[int, ...]:
    """Return the shape of a tensor; raise `RefusalError` if it is not a list of whole numbers, 0 or more."""
    if not isinstance(given, list) or not 1 <= len(given) <= 4:
        raise RefusalError(BAD, "An input's shape is a list of 1 to 4 whole numbers.")
    if not all(type(side) is int and 0 <= side < _LONGEST_SIDE for side in given):
        raise RefusalError(BAD, "An input's shape is a list of 1 to 4 whole numbers.")
    return tuple(given)


def read_pixels(given: Any, shape: tuple[int, ...]) -> Pixels:
    """Return uint8 (N, H, W, 1 or 3) from a binary tensor or from numbers in JSON, flat or nested.

    Raises
    ------
    RefusalError
        The values do not fit the shape, or are not whole numbers from 0 to 255.
    """
    if len(shape) != 4 or shape[3] not in (1, 3) or 0 in shape:
        raise RefusalError(BAD, f"A tensor of type UINT8 has the shape [N, height, width, 3 or 1]; got {list(shape)}.")
    values = np.frombuffer(given, np.uint8) if isinstance(given, bytes) else _from_numbers(given, shape)
    if values.size != math.prod(shape):
        raise RefusalError(BAD, f"The shape {list(shape)} needs {math.prod(shape):,} values; got {values.size:,}.")
    return values.reshape(shape)


def _from_numbers(given: Any, shape: tuple[int, ...]) -> Pixels:
    """Return whole numbers from a flat list, or from lists nested according to the shape."""
    values = np.empty(0, object)
    with suppress(ValueError, OverflowError, RecursionError):
        if isinstance(given, list) and not _has_booleans(given):  # which NumPy would accept as numbers
            values = np.array(given)
    is_whole = values.dtype.kind in "iu" or (values.dtype.kind == "f" and bool((values == np.floor(values)).all()))
    is_nested = values.ndim > 1 and values.shape != shape
    if not is_whole or is_nested or (values.size and not 0 <= values.min() <= values.max() <= 255):
        raise RefusalError(
            BAD,
            "Data of type UINT8 must be whole numbers from 0 to 255, in a flat list or in lists nested like the shape.",
        )
    return values.astype(np.uint8).ravel()


def _has_booleans(values: list[Any]) -> bool:
    return any(_has_booleans(value) if isinstance(value, list) else isinstance(value, bool) for value in values)


def read_files(given: Any, shape: tuple[int, ...]) -> list[bytes]:
    """Return N picture files from a binary tensor, each preceded by its length, or from base64 in JSON.

    Raises
    ------
    RefusalError
        There are not N of them, or they are malformed.
    """
    if len(shape) > 2 or (len(shape) == 2 and shape[1] != 1) or not shape[0]:
        raise RefusalError(BAD, f"A tensor of type BYTES has the shape [N] or [N, 1]; got {list(shape)}.")
    files = _split(given) if isinstance(given, bytes) else _from_texts(given, shape)
    if len(files) != shape[0]:
        raise RefusalError(BAD, f"The shape {list(shape)} needs {shape[0]} elements; got {len(files)}.")
    return files


def _split(content: bytes) -> list[bytes]:
    files, place = [], 0
    while place < len(content):
        if place + 4 > len(content):
            raise RefusalError(BAD, "Each element of type BYTES begins with its length, in four bytes.")
        (length,) = struct.unpack_from("<I", content, place)
        if place + 4 + length > len(content):
            raise RefusalError(BAD, "The data end in the middle of an element of type BYTES.")
        files.append(content[place + 4 : place + 4 + length])
        place += 4 + length
    return files


def _from_texts(given: Any, shape: tuple[int, ...]) -> list[bytes]:
    texts = given if isinstance(given, list) else []
    if len(shape) == 2 and all(isinstance(row, list) and len(row) == 1 for row in texts):
        texts = [row[0] for row in texts]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise RefusalError(BAD, "Data of type BYTES must be a list of base64 strings.")
    return [read_base64(text, number) for number, text in enumerate(texts)]


def to_bytes(values: Floats | list[str]) -> bytes:
    """Return an output as a binary tensor: little-endian numbers, or strings, each preceded by its length."""
    if isinstance(values, list):
        texts = [text.encode() for text in values]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
