"""Why a picture cannot be decoded, in words for people."""

from __future__ import annotations

import re
import struct

from catseye.errors import first_line

NOT_READ = "not a picture in a supported format"
TRUNCATED = "is truncated: its end is missing; download or copy the file again"
_NAMES = {"JPEG2000": "JPEG 2000", "WEBP": "WebP", "HEIF": "HEIC"}
_CUT = re.compile("truncated|not enough image data|buffer is not large enough|reached eof|unexpected end|end of data")
_MISSING = re.compile("support not installed")


def explain(error: BaseException, kind: str = "", content: bytes = b"") -> str:
    """Return the reason why a picture cannot be decoded, in a few words.

    Parameters
    ----------
    error
        What a decoder raised. Its message is for programmers: "decoder error -2".
    kind, content
        Format and bytes of the file, if it is one.
    """
    if isinstance(error, MemoryError):
        return "needs more memory than is available"
    message = first_line(error).lower()
    inner = error.__cause__ or error  # Pillow makes a SyntaxError of what it meets when it opens a file
    short = isinstance(inner, EOFError | struct.error | IndexError)
    if short or _CUT.search(message) or _is_cut(content, kind):
        return TRUNCATED
    name = _NAMES.get(kind, kind)
    if _MISSING.search(message):
        return f"is {name}, which the installed Pillow was built without; pip install --upgrade pillow"
    return f"is damaged, or a kind of {name} that is not supported" if kind else message


def _is_cut(content: bytes, kind: str) -> bool:
    """Say whether the end of a file is missing, by what its beginning says."""
    if kind == "WEBP":
        return int.from_bytes(content[4:8], "little") + 8 > len(content) > 0
    if kind == "PNG":
        return len(content) > 0 and b"IEND" not in content[-64:]
    return kind in ("AVIF", "HEIF", "JPEG2000") and content[:1] == b"\0" and _ends_in_a_box(content)


def _ends_in_a_box(content: bytes) -> bool:
    place = 0
    while place + 8 <= len(content):
        length = int.from_bytes(content[place : place + 4])
        if length == 1:
            length = int.from_bytes(content[place + 8 : place + 16])
        if length < 8:  # 0: to the end of the file
            return False
        place += length
    return place > len(content)
