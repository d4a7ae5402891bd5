"""What a TIFF file, or the EXIF block of another, says in the tags of its first directory."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Value = int | float

BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, PLANAR, SAMPLE_FORMAT = 258, 259, 262, 277, 284, 339
ORIENTATION, EXTRA_SAMPLES, LOWEST, HIGHEST = 274, 338, (340, 280), (341, 281)
_WANTED = frozenset(
    (BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, PLANAR, SAMPLE_FORMAT, ORIENTATION, EXTRA_SAMPLES, *LOWEST, *HIGHEST)
)
_TYPES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_MOST_VALUES = 64  # of a tag that is wanted
_MOST_ENTRIES = 4096


@dataclass(frozen=True)
class TiffDirectory:
    """The tags that matter for the values of a picture.

    Attributes
    ----------
    order : str
        ``"<"`` or ``">"``, as :mod:`struct` writes the order of bytes.
    tags : mapping of int to tuple of numbers
    damaged : tuple of int
        Where in the file the numbers of values stand whose place lies outside the file; four or eight bytes each.
    big : bool
        Whether it is a BigTIFF file.
    """

    order: str
    tags: Mapping[int, tuple[Value, ...]]
    damaged: tuple[int, ...] = ()
    big: bool = False

    def first(self, tag: int, default: int) -> Value:
        """Return the first value of a tag."""
        return (self.tags.get(tag) or (default,))[0]

    @property
    def bits(self) -> tuple[Value, ...]:
        """Bits of each sample of a pixel, in order."""
        bits, samples = self.tags.get(BITS) or (1,), int(self.first(SAMPLES, 1))
        return bits * min(samples, _MOST_VALUES) if len(bits) == 1 else bits

    def repaired(self, content: bytes) -> bytes:
        """Return the file with the damaged tags emptied, which decoders would otherwise warn about."""
        if not self.damaged:
            return content
        copy = bytearray(content)
        for place in self.damaged:
            width = 8 if self.big else 4
            copy[place : place + width] = bytes(width)
        return bytes(copy)


def read_directory(content: bytes) -> TiffDirectory | None:
    """Return the first directory of a TIFF file or EXIF block, ``None`` if it is cut off or not there."""
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None:
        return None
    try:
        big = struct.unpack_from(order + "H", content, 2)[0] == 43
        place = struct.unpack_from(order + ("Q" if big else "I"), content, 8 if big else 4)[0]
        count = struct.unpack_from(order + ("Q" if big else "H"), content, place)[0]
        start, step = place + (8 if big else 2), 20 if big else 12
        if count > _MOST_ENTRIES or start + step * count > len(content):
            return None
        return _entries(content, order, range(start, start + step * count, step), big=big)
    except (struct.error, OverflowError):
        return None


def _entries(content: bytes, order: str, places: range, *, big: bool) -> TiffDirectory:
    tags: dict[int, tuple[Value, ...]] = {}
    damaged = []
    inline, length = (8, "Q") if big else (4, "I")
    for place in places:
        tag, kind, count = struct.unpack_from(order + "HH" + length, content, place)
        size = _SIZES.get(kind, 0) * count
        at = place + 4 + inline
        if size > inline:
            at = struct.unpack_from(order + length, content, at)[0]
            if at + size > len(content):
                damaged.append(place + 4)
                continue
        if tag in _WANTED and tag not in tags and kind in _TYPES and 0 < count <= _MOST_VALUES:
            tags[tag] = struct.unpack_from(f"{order}{count}{_TYPES[kind]}", content, at)
    return TiffDirectory(order, tags, tuple(damaged), big)
