"""The text of a label file, in whatever encoding a spreadsheet has written it."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 2**30
_MARKS = (  # UTF-32's first: it begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 4096  # bytes that tell UTF-16 without a byte-order mark
_MOSTLY = 0.4  # share of zero bytes at even or odd places, in UTF-16 of mostly Latin letters


def read_text(path: Path, name: str, *, most_bytes: int | None = None) -> tuple[str, str]:
    """Return the text of a label file, and a note on its encoding if that had to be guessed.

    Parameters
    ----------
    path
    name
        What the file is called in errors and notes.
    most_bytes
        Read only the lines that lie wholly in the first ``most_bytes``.

    Raises
    ------
    CatseyeError
        The file cannot be read, is larger than 1 GiB, or is not text.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES and most_bytes is None:
            raise CatseyeError(f"{name} is larger than 1 GiB; a label file has one short line for each picture.")
        with path.open("rb") as file:
            content = file.read(-1 if most_bytes is None else most_bytes)
    except OSError as error:
        raise CatseyeError(f"{name} cannot be read: {error.strerror or error}.") from error
    is_cut = most_bytes is not None and len(content) == most_bytes
    text, note = _decode(content, name, is_cut=is_cut)
    return (text[: text.rfind("\n") + 1] if is_cut else text), note


def _decode(content: bytes, name: str, *, is_cut: bool) -> tuple[str, str]:
    mark, encoding = next(((mark, encoding) for mark, encoding in _MARKS if content.startswith(mark)), (b"", ""))
    encoding = encoding or _unmarked_utf16(content)
    if encoding:
        try:
            return _decode_part(content[len(mark) :], encoding, is_cut=is_cut), ""
        except UnicodeDecodeError as error:
            raise CatseyeError(
                f"{name} is damaged: it begins as {encoding} text but is not; save it as UTF-8."
            ) from error
    if b"\0" in content:
        raise CatseyeError(f"{name} is not a text file; save the table as CSV in UTF-8.")
    try:
        return _decode_part(content, "utf-8", is_cut=is_cut), ""
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), f"{name} is not UTF-8; it was read as Windows-1252."
    except UnicodeDecodeError as error:
        raise CatseyeError(f"{name} is neither UTF-8 nor Windows-1252 text; save it as UTF-8.") from error


def _decode_part(content: bytes, encoding: str, *, is_cut: bool) -> str:
    return codecs.getincrementaldecoder(encoding)().decode(content, final=not is_cut)


def _unmarked_utf16(content: bytes) -> str:
    """Return which UTF-16 it is, if zeros stand at every other byte as in text of Latin letters; else nothing."""
    start = content[:_LOOKED_AT]
    low, high = start[1::2], start[::2]
    if low and low.count(0) >= _MOSTLY * len(low) and not high.count(0):
        return "utf-16-le"
    return "utf-16-be" if high and high.count(0) >= _MOSTLY * len(high) and not low.count(0) else ""
