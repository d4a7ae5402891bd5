"""The chunks of a PNG file."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_START = b"\x89PNG\r\n\x1a\n"
_PLACE_OF_DEPTH = 24
_LARGEST_EXTRA = 2**20  # bytes; Pillow refuses a picture for larger texts and profiles
_TEXTS = (b"zTXt", b"iTXt", b"tEXt", b"iCCP")


def read_depth(content: bytes) -> int:
    """Return the bits per channel."""
    return content[_PLACE_OF_DEPTH] if len(content) > _PLACE_OF_DEPTH else 0


def read_significant_bits(content: bytes) -> int:
    """Return how many bits of each value mean something, as the chunk sBIT says; 0 if there is none."""
    for kind, body, _, _ in _chunks(content):
        if kind in (b"PLTE", b"IDAT"):
            return 0
        if kind == b"sBIT" and body:
            return max(body)
    return 0


def without_extras(content: bytes) -> bytes:
    """Return the file without damaged or oversized chunks that the picture does not need: texts, a colour profile."""
    bad = [(start, end) for kind, body, start, end in _chunks(content) if _is_bad(kind, body, content[end - 4 : end])]
    for start, end in reversed(bad):
        content = content[:start] + content[end:]
    return content


def _is_bad(kind: bytes, body: bytes, checksum: bytes) -> bool:
    if not kind[:1].islower():  # the picture itself
        return False
    if zlib.crc32(kind + body) != int.from_bytes(checksum):
        return True
    return kind in _TEXTS and (len(body) > _LARGEST_EXTRA or _is_swollen(kind, body))


def _is_swollen(kind: bytes, body: bytes) -> bool:
    """Say whether what is packed in a chunk is damaged, or larger than any text or profile."""
    if kind == b"tEXt" or b"\0" not in body:
        return kind != b"tEXt"
    packed = body[body.index(b"\0") + 2 :]
    if kind == b"iTXt":
        flag = body[body.index(b"\0") + 1 : body.index(b"\0") + 2]
        if flag != b"\x01":
            return False
        packed = packed[1:].split(b"\0", 2)[-1]
    try:
        unpacker = zlib.decompressobj()
        unpacker.decompress(packed, _LARGEST_EXTRA)
        return bool(unpacker.unconsumed_tail)
    except zlib.error:
        return True


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Yield the kind and body of each whole chunk, and where it begins and ends."""
    place = len(_START)
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4])
        end = place + 12 + length
        if end > len(content):
            return
        yield content[place + 4 : place + 8], content[place + 8 : end - 4], place, end
        place = end
