"""The mark of a file that Catseye wrote: it tells whether the file is still as it was written."""

from __future__ import annotations

import zlib
from hashlib import sha256
from typing import TYPE_CHECKING

from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = "written by Catseye; SHA-256 of the rest: "
_LARGEST = 2**30  # bytes of a file that is read to find its mark
_AFTER = {".png": 12, ".gif": 1, ".svg": 0, ".html": 0}  # bytes that have to follow the mark, by the file's ending


def write_marked(path: Path, content: bytes) -> None:
    """Write a file, completely or not at all, so that :func:`is_unchanged` recognises it.

    Raises
    ------
    CatseyeError
        The file cannot be written.
    """
    write_atomically(path, add_mark(content, path.suffix.lower()))


def add_mark(content: bytes, ending: str) -> bytes:
    """Return the content of a .png, .gif, .svg or .html file with the mark in it; what the file shows is the same."""
    end = len(content) - _AFTER[ending]
    return content[:end] + _mark(sha256(content).hexdigest(), ending) + content[end:]


def is_unchanged(path: Path) -> bool:
    """Say whether Catseye wrote the file and nobody has changed it since, so that it can be replaced without loss."""
    ending = path.suffix.lower()
    try:
        if ending not in _AFTER or not path.is_file() or path.stat().st_size > _LARGEST:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    end = len(content) - _AFTER[ending]
    start = end - len(_mark(sha256().hexdigest(), ending))
    return start > 0 and add_mark(content[:start] + content[end:], ending) == content


def _mark(digest: str, ending: str) -> bytes:
    """Return a text as a PNG chunk, a GIF comment or an HTML or XML comment."""
    text = (_WORDS + digest).encode()
    if ending == ".png":
        chunk = b"tEXtComment\0" + text
        return (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    if ending == ".gif":
        return b"!\xfe" + bytes([len(text)]) + text + b"\0"
    return b"<!-- " + text + b" -->\n"
