"""The heaps of an HDF5 file, where texts of unlike lengths lie: in a damaged one, HDF5 itself would read for ever."""

from __future__ import annotations

import mmap
import struct
from typing import TYPE_CHECKING

from catseye.networks.keras.layer_list import KerasError

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURE = b"GCOL\x01\0\0\0"
_HEADER = 16  # bytes, of a heap and of each object in it: the last eight are its size
_LENGTH_AT = {0: 14, 1: 14, 2: 10, 3: 10}  # by the version of the file: where it says how many bytes a size has
_LEAST = 48  # bytes of an HDF5 file


def check_heaps(path: Path) -> None:
    """Raise `KerasError` unless the objects of each heap lie one behind the other within it."""
    with path.open("rb") as file:
        start = file.read(_LEAST)
        if len(start) < _LEAST or start[_LENGTH_AT.get(start[8], 8)] != 8:
            raise KerasError("it is not an HDF5 file as Keras writes it.")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            place = content.find(_SIGNATURE)
            while place >= 0:
                if not _is_whole(content, place):
                    raise KerasError("its texts are damaged.")
                place = content.find(_SIGNATURE, place + _HEADER)


def _is_whole(content: mmap.mmap, place: int) -> bool:
    if place + _HEADER > len(content):
        return False
    end = place + _size(content, place)
    place += _HEADER
    if not place <= end <= len(content):
        return False
    while place + _HEADER <= end:
        is_free = content[place : place + 2] == b"\0\0"  # it takes the rest, its header included
        size = _size(content, place)
        if is_free:
            return size == end - place
        place += _HEADER + -(-size // 8) * 8
    return place <= end


def _size(content: mmap.mmap, place: int) -> int:
    found: int = struct.unpack_from("<Q", content, place + 8)[0]
    return found
